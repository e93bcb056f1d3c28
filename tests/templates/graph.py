"""The jobs of a workflow as GitHub starts them: what act gets wrong is which job a skipped one takes with it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

SKIPPED = "skipped"
_TOKEN = re.compile(r"\s*(?:'(?P<text>[^']*)'|(?P<mark>&&|\|\||==|!=|!|\(|\))|(?P<name>[\w.-]+))")
_STATUS = re.compile(r"\b(?:success|failure|cancelled|always)\(\)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What becomes of each job if it is started, and what it says whether it succeeds or not."""

    results: Mapping[str, str] = field(default_factory=dict)
    """success where a job is not named."""
    outputs: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    inputs: Mapping[str, str] = field(default_factory=dict)
    is_cancelled: bool = False


def run(jobs: Mapping[str, Any], told: Told) -> dict[str, str]:
    """Return the result of every job; one that is not started is skipped."""
    results: dict[str, str] = {}
    above: dict[str, set[str]] = {}
    for name, job in jobs.items():  # a job stands below those that it needs
        needs = [job["needs"]] if isinstance(job.get("needs"), str) else list(job.get("needs", []))
        above[name] = set(needs).union(*(above[other] for other in needs))
        words = {f"inputs.{key}": value for key, value in told.inputs.items()}
        for other in needs:
            words[f"needs.{other}.result"] = results[other]
            if results[other] != SKIPPED:
                words |= {f"needs.{other}.outputs.{key}": value for key, value in told.outputs.get(other, {}).items()}
        condition = re.sub(r"^\$\{\{(.*)\}\}$", r"\1", job.get("if", "").strip(), flags=re.DOTALL)
        # What needs a job whose own need was skipped is skipped too, unless it asks for its status itself.
        starts = bool(_STATUS.search(condition)) or (
            not told.is_cancelled and all(results[other] == "success" for other in above[name])
        )
        if condition.strip():
            starts = starts and _truth(condition, words, told.is_cancelled)
        results[name] = told.results.get(name, "success") if starts else SKIPPED
    return results


def _truth(condition: str, words: Mapping[str, str], is_cancelled: bool) -> bool:
    """Evaluate what conditions of ours are made of; anything else is refused."""
    tokens = list(_TOKEN.finditer(condition.strip()))
    assert sum(len(token[0]) for token in tokens) == len(condition.strip()), condition
    marks = [(str(token.lastgroup), str(token[str(token.lastgroup)])) for token in tokens]
    reader = _Reader(left=marks, words=words, is_cancelled=is_cancelled)
    value = reader.either()
    assert not reader.left, condition
    return bool(value)


@dataclass(slots=True, kw_only=True)
class _Reader:
    """Takes a condition apart from its left end, and evaluates it as it goes."""

    left: list[tuple[str, str]]
    words: Mapping[str, str]
    is_cancelled: bool

    def either(self) -> object:
        value = self._both()
        while self._take("||"):
            other = self._both()
            value = value or other
        return value

    def _both(self) -> object:
        value = self._compared()
        while self._take("&&"):
            other = self._compared()
            value = value and other
        return value

    def _compared(self) -> object:
        value = self._one()
        for mark, wanted in (("==", True), ("!=", False)):
            if self._take(mark):
                return (str(value).lower() == str(self._one()).lower()) is wanted  # GitHub ignores the case of texts
        return value

    def _one(self) -> object:
        if self._take("!"):
            return not self._one()
        if self._take("("):
            value = self.either()
            assert self._take(")")
            return value
        kind, word = self.left.pop(0)
        if kind == "name" and self._take("("):
            assert (word, self._take(")")) == ("cancelled", True)
            return self.is_cancelled
        assert kind in {"name", "text"}, word
        return self.words.get(word, "") if kind == "name" else word

    def _take(self, mark: str) -> bool:
        if self.left and self.left[0] == ("mark", mark):
            self.left.pop(0)
            return True
        return False
