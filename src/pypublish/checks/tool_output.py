"""What a tool printed of the exchange of an identity for an upload token, taken apart: uv's words, or twine's."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Final

from pypublish.pypi.publishers import Refusal

REDACTED: Final = "[a token was here]"

_COLOUR = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
_RUNNERS_TIME = re.compile(r"^\d{4}-\d\d-\d\dT[\d:.]+Z ", re.MULTILINE)
_TOKENS = re.compile(r"pypi-[\w-]{40,}|(?<![\w-])eyJ[\w-]{10,}\.[\w-]+(?:\.[\w-]*)?")
"""Upload tokens, and identity tokens."""
_JSONS: Final = 20
"""How many beginnings of an answer are tried; a tool repeats one."""
_INDEX = re.compile(r"^(?:Checking|Publishing) \d+ files? (?:against|to) (\S+)", re.MULTILINE)
_CHECKED = re.compile(r"^Checking (\S+\.(?:whl|tar\.gz|zip)) \(", re.MULTILINE)
"""uv looks at a file only when it has the token."""
_CAUSE = re.compile(r"^(?:error|  cause|  Caused by): (.*)", re.MULTILINE)
_ANSWER = re.compile(r'\{\s*"(?:message|errors)"')
_STATUS = re.compile(r"returned error code (\d{3})")
_CLAIM = re.compile(r'^[ \t]*(\w+): (?:Some\(\s*)?"((?:[^"\\\n]|\\.)*)"|^[ \t]*(\w+): (None),', re.MULTILINE)
_CLAIM_OF_TWINE = re.compile(r"^[ \t]*\*[ \t]+`(\w+)`: `([^`\n]*)`", re.MULTILINE)
_REASON_OF_TWINE = re.compile(r"^[ \t]*\*[ \t]+`?((?:invalid|not)-[a-z-]+)`?: (.*(?:\n[ \t]+[^\s*].*)*)", re.MULTILINE)
"""A long reason goes on in the next lines."""
_CLAIMS: Final = frozenset(
    {"sub", "repository", "repository_owner", "repository_owner_id", "job_workflow_ref", "ref", "environment"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolOutput:
    """What a tool printed, taken apart; everything in it is foreign."""

    text: str
    """All of it, without colours and without tokens."""
    holds_token: bool
    """There was a token in it, which who reads this could have used."""
    index_url: str
    """Where the tool was to publish; empty where it does not say so."""
    status: int | None
    """Of the index's answer to the exchange, where it refused."""
    refusals: tuple[Refusal, ...]
    """Why the index refused, by its own codes and words."""
    claims: Mapping[str, str]
    """What the job's identity says of it; a claim that is not there has an empty value, an unknown one is missing."""
    causes: tuple[str, ...]
    """The tool's error, and what it names as the causes of it."""
    checked: tuple[str, ...]
    """The files that the tool looked at when it had an upload token."""


def take_apart(printed: str) -> ToolOutput:
    """Take apart what a tool printed; what is not known is left out, never guessed."""
    plain = _RUNNERS_TIME.sub("", _COLOUR.sub("", printed.removeprefix("\ufeff"))).replace("\r\n", "\n")
    text = _TOKENS.sub(REDACTED, plain)
    status = _STATUS.search(text)
    return ToolOutput(
        text=text,
        holds_token=text != plain,
        index_url=found[1] if (found := _INDEX.search(text)) else "",
        status=int(status[1]) if status else None,
        refusals=tuple(dict.fromkeys(_refusals(text))),
        claims=dict(_claims(text)),
        causes=tuple(cause.strip() for cause in _CAUSE.findall(text)),
        checked=tuple(_CHECKED.findall(text)),
    )


def _refusals(text: str) -> Iterator[Refusal]:
    """Find the index's answer: the first JSON that has its form, or twine's list of it."""
    decoder = json.JSONDecoder()
    for found in islice(_ANSWER.finditer(text), _JSONS):
        try:
            answer: dict[str, object] = decoder.raw_decode(text, found.start())[0]
        except (ValueError, RecursionError):
            continue
        errors = answer.get("errors")
        for error in errors if isinstance(errors, list) else ():
            if isinstance(error, dict) and isinstance(error.get("code"), str):
                yield Refusal(code=error["code"], description=str(error.get("description", "")))
        return
    for code, description in _REASON_OF_TWINE.findall(text):
        yield Refusal(code=code, description=" ".join(description.split()))


def _claims(text: str) -> Iterator[tuple[str, str]]:
    for name, value, absent, _ in _CLAIM.findall(text):
        if (name or absent) in _CLAIMS:
            yield (name or absent), value
    for name, value in _CLAIM_OF_TWINE.findall(text):
        if name in _CLAIMS:
            yield name, "" if value in {"MISSING", "None"} else value
