"""The text of a release on GitHub: what the changelog says of it, then its files with their digests."""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import quote

from pypublish.hosting import FILES_MARKER, Told
from pypublish.model import Artifact
from pypublish.render.comment_markdown import closed, cut, unwrapped, with_definitions, with_whole_links
from pypublish.render.markdown import code, escape, table
from pypublish.render.rest import to_markdown
from pypublish.sizes import size

LIMIT = 125_000
"""Characters; GitHub refuses a longer text."""
ROWS = 300
"""Files that the table shows. SHA256SUMS has all of them."""

_NUMBER = re.compile(r"(?:\\)?#(\d+)\b")


def release_notes(told: Told) -> str:
    """Return the text of a release."""
    below = _below(told)
    room = LIMIT - len(below) - 2
    return "\n\n".join(filter(None, (_words(told, room), below)))


def _words(told: Told, room: int) -> str:
    base = f"{told.repository_url}/blob/{quote(told.tag, safe='/')}"
    if told.text.strip():
        text = with_definitions(told.text, told.whole) if told.markup == "markdown" else ""
        text = text or to_markdown(told.text, told.whole)
        text = unwrapped(text)
        if told.file:
            text = with_whole_links(text, base, told.file.rpartition("/")[0])
    else:
        text = ""
    commits = "\n".join(f"- {_subject(subject)}" for subject in told.commits)
    text = "\n\n".join(filter(None, (commits, text)))
    where = f" [{escape(told.file)}]({base}/{quote(told.file)}) has the rest." if told.file else ""
    return cut(closed(text.strip("\n")), room, f"_The notes are cut here: GitHub takes no longer ones._{where}")


def _subject(subject: str) -> str:
    """Return a commit's first line so that it shows just these characters: it mentions nobody, but links to #7."""
    # A backslash is gone before GitHub looks for names; a blank of no width parts the sign from the name.
    return _NUMBER.sub(r"#\1", escape(subject)).replace(r"\@", "@&#8203;")


def _below(told: Told) -> str:
    sentences = [
        f"The same files are on [{escape(told.index_title)}]({told.project_url})." if told.project_url else "",
        "`SHA256SUMS` is for `sha256sum --check`; `manifest.json` says what built them.",
    ]
    return "\n".join(
        (FILES_MARKER, "### Files", "", _files(told.artifacts), "", " ".join(filter(None, sentences))),
    )


def _files(artifacts: Sequence[Artifact]) -> str:
    rows = [(code(one.filename), size(one.size), code(one.sha256)) for one in artifacts[:ROWS]]
    more = len(artifacts) - len(rows)
    note = f"\n\nAnd {more} more, which `SHA256SUMS` names." if more else ""
    return table(("file", "size", "sha256"), rows) + note
