"""PyPI's rules about a request and about who makes it: rows A, B, D, P, F, S, H and U."""

from __future__ import annotations

from typing import Final

from pypublish.pypi.row import Knows, Row, by_server, by_uploader

_FORM: Final = "the uploading client writes the form (twine in the publishing action)"
_RIGHTS: Final = "a token's rights are the index's secret"
_ADMINS: Final = "PyPI's administrators switch it"

ROWS: Final = (
    by_uploader(
        "A1",
        "The user is `__token__`: nobody uploads with a password any more.",
        "the publishing action, which sends the token of its run; `pypublish upload` looks at the token first",
        status=403,
    ),
    by_uploader("A2", "No field of the form but `content` is sent as a file.", _FORM),
    by_server("A3", "PyPI is not switched to read-only.", _ADMINS),
    by_server("A4", "PyPI takes uploads at the moment.", _ADMINS),
    by_server("A5", "The token is one that PyPI has given out, and has not been revoked.", _RIGHTS),
    by_uploader("B1", "The form keeps to version 1 of the protocol.", _FORM),
    Row(id="B2", rule="The form has the project's name: ASCII letters, digits, `.`, `_`, `-`, no sign at an end."),
    by_uploader("B3", "The form says that the file is an sdist or a wheel.", _FORM),
    by_uploader("B4", "The form says for which Python a wheel is, and `source` for an sdist.", _FORM),
    by_uploader("B5", "The form has a digest of the file.", _FORM),
    by_uploader("B6", "A digest by SHA-256 or BLAKE2 is 64 hexadecimal digits.", _FORM),
    by_uploader("D1", "A file is sent with the form.", _FORM),
    Row(
        id="P1",
        rule="A publisher uploads to the project that it was registered for: it cannot make one of another name.",
        knows=Knows.INDEX,
        why="whether the project exists; for which name a pending publisher was registered, its owner alone can see",
    ),
    by_server(
        "P2",
        "The user behind a token has a verified e-mail address and two-factor authentication.",
        "accounts are not public",
    ),
    by_server("P3", "PyPI takes new projects at the moment.", _ADMINS),
    Row(id="P4:valid", rule="The name of a new project is a valid one."),
    Row(id="P4:standard-library", rule="A new project is not named like a module of the standard library."),
    by_server(
        "P4:existing",
        "No project has the name already that is not yours.",
        "whether a project exists is public, and is said; whose it is shows when you upload",
        status=409,
    ),
    by_server(
        "P4:prohibited",
        "The name is not prohibited.",
        "the list is kept secret; the two names on it that are known are checked",
        status=400,
    ),
    by_server(
        "P4:similar",
        "The name does not look like that of an existing project (`l`, `i` and `1`, `o` and `0` are the same).",
        "it takes the names of all projects, half a million, to compare with",
        status=400,
    ),
    by_server(
        "P5",
        "A user makes at most 20 new projects in an hour, an address 40.",
        "the counts are not public; a pending publisher is not counted",
        status=429,
    ),
    Row(
        id="P6:status",
        rule="The project is neither archived nor quarantined.",
        status=403,
        knows=Knows.INDEX,
        why="the project's status on its page (PEP 792)",
    ),
    by_server("P6:owner", "Whoever uploads may upload to this project, by a token that is good for it.", _RIGHTS),
    by_server(
        "P7", "The organisation that owns the project is active.", "its billing and standing are not public", status=400
    ),
    Row(id="F1", rule="The file name has no control characters."),
    Row(id="F2", rule="The file name has no slash and no backslash."),
    Row(id="F3", rule="The file name ends in `.tar.gz` or `.whl`, in lower case."),
    by_uploader("F4", "The file is not sent as a picture, nor without a type.", _FORM),
    Row(id="S1", rule="The file has at most 100 MiB, or what the project was granted."),
    Row(
        id="S2",
        rule="All files of the project have at most 10 GiB together, or what it was granted.",
        knows=Knows.INDEX,
        why="the sizes of the project's files on its page; a limit that was raised is not public",
    ),
    by_uploader(
        "H1",
        "The digests in the form are those of the file.",
        "the uploading client, which computes them; that the file is the one that was checked, the manifest holds",
    ),
    Row(
        id="U1",
        rule="The very same file again is accepted, and nothing is changed.",
        status=200,
        knows=Knows.INDEX,
        why="the digests of the release's files on the project's page",
    ),
    Row(
        id="U2",
        rule="No other file has the name, nor the same content under another name.",
        knows=Knows.INDEX,
        why="the digests of the release's files on the project's page",
    ),
    by_server(
        "U3",
        "No file of that name was ever deleted.",
        "the names of deleted files are not public, and a gap between versions is mostly one that was never released",
        status=400,
    ),
    Row(
        id="U4",
        rule="The release is at most 14 days old.",
        knows=Knows.INDEX,
        why="when the first of its files came, on the project's page",
    ),
    Row(
        id="U5",
        rule="A release has one sdist.",
        knows=Knows.INDEX,
        why="the release's files on the project's page, beside those that are to be uploaded",
    ),
)
