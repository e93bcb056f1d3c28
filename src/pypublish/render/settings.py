"""The page of all settings: name, type, default and meaning, read off the dataclass and its comments."""

from __future__ import annotations

from dataclasses import MISSING, dataclass, fields, is_dataclass

from pypublish.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """What a setting is for, and how it is written."""

    example: str
    text: str


MEANINGS: dict[str, Meaning] = {
    "tag_format": Meaning(
        example='"v{version}"', text="How a tag is made of the version. `{name}` stands for the project's name."
    ),
    "in_tree": Meaning(
        example="true",
        text="Build in the working tree, not in a clean clone of the commit; for projects that generate files first.",
    ),
    "build_env": Meaning(
        example='["MY_FLAG"]',
        text="Variables that the build backend may see, besides those that build tools are known to need.",
    ),
    "build_timeout": Meaning(example="3600", text="Seconds that the build may take."),
    "ignore": Meaning(
        example='{ description-is-given = "the page is on our site" }',
        text="Findings that do not count: check = reason. The reason is shown with the finding.",
    ),
    "generated": Meaning(
        example='{ "src/hello/_grammar.py" = "made by lark from hello.lark" }',
        text="Files in the sdist that git does not have so: path or pattern = why the build makes or changes them.",
    ),
    "smoke_command": Meaning(
        example='"hello --version"',
        text="A command that must succeed where the package is installed. Split as a shell would, run without one.",
    ),
    "smoke_timeout": Meaning(example="60", text="Seconds that imports, entry points and the command may take."),
    "smoke_imports": Meaning(
        example='["hello"]', text="The modules that must import. By default every top-level module of the wheel."
    ),
    "smoke_extras": Meaning(example='["cli"]', text="Extras that are installed too for the smoke test."),
    "smoke_lowest": Meaning(
        example="true",
        text="Let `verify` try the wheel, too, with the lowest versions that it allows of its direct dependencies, on"
        " the oldest of the Pythons.",
    ),
    "python": Meaning(
        example='["3.11", "3.14"]', text="The Pythons that `verify` installs on. By default the one that runs it."
    ),
    "dependencies_index": Meaning(
        example='"https://mirror.example.org/simple/"',
        text="The only index that the dependencies of the package come from.",
    ),
    "index": Meaning(
        example='{ ours = { upload-url = "https://…", simple-url = "https://…" } }',
        text="Indexes of your own, by name, with `upload-url`, `simple-url`, `oidc-audience` and `file-hosts`.",
    ),
    "patience": Meaning(example="600", text="Seconds that `verify` waits for the index to show the files."),
    "strict": Meaning(example="true", text="Let warnings stop a release too."),
    "changelog": Meaning(
        example='"docs/changes.rst"',
        text="The file that the notes of a release are taken from. Found by its name where none is named.",
    ),
    "gates": Meaning(
        example='{ tests = { command = "pytest -q", groups = ["test"] }, audit = true }',
        text="Commands that have to succeed against the sealed wheel before it is published: [gates](gates.md).",
    ),
}


def settings_rows() -> list[tuple[str, str, str]]:
    """Return name, default and meaning of every setting."""
    rows = []
    for field in fields(Settings):
        default = field.default if field.default_factory is MISSING else field.default_factory()
        meaning = MEANINGS[field.name]
        rows.append((field.name.replace("_", "-"), _toml(default), f"{meaning.text} Example: `{meaning.example}`"))
    return rows


def settings_page() -> str:
    """Return the page as Markdown."""
    rows = "\n".join(f"| `{name}` | `{default}` | {meaning} |" for name, default, meaning in settings_rows())
    return f"""\
# Settings

In pyproject.toml, under `[tool.pypublish]`. A flag or a variable comes before a setting; every setting has a default.
What is misspelt is an error that names the nearest setting.

| setting | default | meaning |
|---|---|---|
{rows}
"""


def _toml(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return f'"{value}"'
    if isinstance(value, tuple):
        return f"[{', '.join(map(_toml, value))}]"
    return "{}" if is_dataclass(value) else str(value)
