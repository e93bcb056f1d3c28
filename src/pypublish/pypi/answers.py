"""What PyPI answers to a request: a status and the words that come with it."""

from __future__ import annotations

from dataclasses import dataclass

DOMAIN = "pypi.org"
"""Where PyPI's help pages are; TestPyPI names its own (`on`)."""

HELP = f"https://{DOMAIN}/help/"
DOCS = f"https://docs.{DOMAIN}/"
CORE_METADATA = "https://packaging.python.org/specifications/core-metadata"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One answer: the HTTP status, PyPI's words, and which of its rules speaks.

    Rules return None where they have nothing to object.
    """

    status: int
    message: str
    row: str = ""
    """The rule's name in the table of PyPI's rules: `N3`, or `M` for the metadata."""

    @property
    def accepts(self) -> bool:
        """Whether the upload is let in (or was there already)."""
        return self.status < 300  # noqa: PLR2004 - HTTP's classes of status

    def __str__(self) -> str:
        """Write it as a line: the status and the words."""
        return f"{self.status} {self.message}"

    def on(self, domain: str) -> Answer:
        """Return this answer as the index at `domain` words it, with links to its own help pages."""
        message = self.message.replace(HELP, f"https://{domain}/help/")
        return Answer(status=self.status, message=message, row=self.row)


ACCEPTED = Answer(status=200, message="")


def refuse(row: str, message: str, *, status: int = 400) -> Answer:
    """Make the answer by which rule `row` refuses."""
    return Answer(status=status, message=message, row=row)


def crash(row: str) -> Answer:
    """Make the answer where PyPI's own code stumbles over the input: an error of the server, without a reason."""
    return Answer(status=500, message="Internal Server Error", row=row)


def with_help(message: str, anchor: str) -> str:
    """Append the sentence that leads to a help page."""
    return f"{message} See {HELP}#{anchor} for more information."


def with_specification(message: str, url: str = CORE_METADATA) -> str:
    """End the sentence, if need be, and append the one that leads to the specification."""
    return f"{message}{'' if message.endswith('.') else '.'} See {url} for more information."
