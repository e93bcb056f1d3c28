from importlib.resources import files

from greeter import greet


def test_the_newest_version_is_greeted() -> None:
    assert greet(["1.9", "1.10"]) == "Hello, 1.10!"


def test_the_wheel_says_that_it_is_typed() -> None:
    # Passes in any source tree; here only if the file is in the wheel.
    assert files("greeter").joinpath("py.typed").is_file()
