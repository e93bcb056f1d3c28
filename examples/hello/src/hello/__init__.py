"""Say hello."""

import argparse


def greeting(name: str) -> str:
    """Return a greeting for somebody."""
    return f"Hello, {name}!"


def main() -> None:
    """Greet whoever is named on the command line."""
    parser = argparse.ArgumentParser(description="Say hello.")
    parser.add_argument("--name", default="world", help="whom to greet")
    print(greeting(parser.parse_args().name))
