"""Every answer to a trial of Trusted Publishing in words, as docs/trusted-publishing.md."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from pypublish.checks.mint_answers import UNKNOWN_REFUSAL, MintAnswer
from pypublish.errors import ExitCode

HEAD = """\
# Trusted Publishing: what the index answers, and what to do

Generated from the table by which `pypublish diagnose` explains. The publishing job shows the index who it is, by an
identity that GitHub signs, and gets a token for uploads that is good for 15 minutes. What PyPI has to be told for that,
`pypublish doctor` prints.

## Try it before the first tag

**The exchange is a real one: where a pending publisher fits the job, the index makes the project by it, empty, as the
first release would.** Nothing else is changed, and nothing is uploaded.

The workflow `diagnose.yml` tries it: a job like the publishing job, in the same environment, runs

```
uv publish --dry-run --trusted-publishing always --publish-url "$UPLOAD_URL" staging/dist/* 2> tool-output.txt
```

(uv 0.9.5 or newer; `https://upload.pypi.org/legacy/` or `https://test.pypi.org/legacy/`)

and a job of ours without any permission explains what it printed:

```
pypublish diagnose --tool-output tool-output.txt
```

Only stderr is stored. On stdout uv prints the token, for the runner to mask it; in an artifact everybody who can read
that could use it. A publisher is registered for the file name of a workflow, so `diagnose.yml` has to run in the place
of `release.yml`, on a branch of its own; its first lines say how.

`diagnose` reads the log of a failed publishing job as well, twine's list of reasons included. Exit code 0: there was a
token. 1: the answer says what to mend. 3: the tool did not get so far, or its output is not understood. 4: the index,
or GitHub's identity provider, did not answer; run it again.

A token says that the index trusts the job. It does not say for which project, and attestations are not tried: a first
release to TestPyPI tries both.
"""


def answers_page(topics: Mapping[str, Iterable[MintAnswer]]) -> str:
    """Return docs/trusted-publishing.md."""
    return "\n".join([HEAD, *(_topic(title, answers) for title, answers in topics.items()), _unknown()])


def _topic(title: str, answers: Iterable[MintAnswer]) -> str:
    lines = [f"## {title}", "", "| what you see | what it means | what to do | exit code |", "|---|---|---|---|"]
    lines += [_row(answer) for answer in answers]
    return "\n".join([*lines, ""])


def _row(answer: MintAnswer) -> str:
    seen = f"`{answer.code}`: {answer.said}" if answer.code else answer.said.replace("`", "")
    cells = (seen, _words(answer.cause), _words(answer.mend), str(ExitCode(answer.ends).value))
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def _words(text: str) -> str:
    words = text.replace("{index}", "the index")
    return words[:1].upper() + words[1:]


def _unknown() -> str:
    return f"Any other code: {_words(UNKNOWN_REFUSAL.cause)} Its own words are shown.\n"
