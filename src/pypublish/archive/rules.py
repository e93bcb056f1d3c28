"""The rules that an archive is read by: what each asks, why, and what to do where it is broken."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

BUILD_ANEW: Final = (
    "Build the file anew with a current build backend. If it came through an artifact store, compare it with the one"
    " that was built: artifacts merged under one name garble each other."
)
RENAME: Final = "Rename the file in the source tree, or leave it out of the distribution."


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule, in words for a maintainer."""

    id: str
    title: str
    """What is asked, in one sentence."""
    reason: str
    """Why, and who refuses what breaks it."""
    fix: str = BUILD_ANEW
    refused: bool = True
    """Whether breaking it stops a release; else it warns."""
    pypi: bool = False
    """Whether PyPI refuses it (row V1), at least some of what breaks the rule."""


_RULES: Final = (
    Rule(
        id="archive-is-readable",
        title="The file is the archive that its name promises, whole and undamaged.",
        reason="PyPI and installers cannot open it otherwise.",
        pypi=True,
    ),
    Rule(
        id="archive-is-one-format",
        title="The file can be read as one kind of archive only.",
        reason=(
            "What is a ZIP to one tool and a tar to another shows each of them other files (CVE-2026-3219); PyPI"
            " refuses it."
        ),
        pypi=True,
    ),
    Rule(
        id="archive-has-members",
        title="There is something in the archive.",
        reason="uv refuses an empty one, and PyPI finds no metadata in it.",
        pypi=True,
    ),
    Rule(
        id="archive-is-no-bomb",
        title="The archive unpacks to no more than 50 times its size.",
        reason=(
            "PyPI refuses ZIP files that unpack to more than 64 MiB and more than 50 times the size of the file,"
            " as they may be made to exhaust a machine. The same bound is kept for an sdist."
        ),
        fix="Leave out, or make smaller, the files that compress so well: test data, padded binaries, blank images.",
        pypi=True,
    ),
    Rule(
        id="archive-is-bounded",
        title="Names, headers and metadata of the archive are of a size that can be judged.",
        reason=(
            "No tool that reads archives from strangers can read without bounds; beyond ours nothing was looked at."
        ),
        fix="Split the distribution, or ship bulk data in one file.",
    ),
    Rule(
        id="member-names-are-plain",
        title="Names of members are printable text, with `/` between folders and nothing before it.",
        reason=(
            "Control characters, backslashes, empty and `.` parts, and bytes that are no UTF-8 become other files,"
            " or none, depending on who unpacks. PyPI, pip or uv refuse them."
        ),
        fix=RENAME,
        pypi=True,
    ),
    Rule(
        id="member-names-stay-inside",
        title="No name leads out of the folder into which the archive is unpacked.",
        reason="Absolute names and `..` write to other people's files; installers refuse them.",
        fix=RENAME,
    ),
    Rule(
        id="member-names-are-unique",
        title="No two members have the same name, and none is a file and a folder at once.",
        reason="Which of them is installed depends on the installer. PyPI refuses them in a wheel.",
        fix=(
            "Find what adds the file twice: a backend's include patterns, or a step that appends to a finished archive."
        ),
        pypi=True,
    ),
    Rule(
        id="member-names-differ-in-more-than-case",
        title="Names of files differ in more than upper and lower case or the spelling of an accent.",
        reason="On macOS and Windows one of the two overwrites the other.",
        fix=RENAME,
    ),
    Rule(
        id="member-names-suit-every-system",
        title="Names can be written on Windows and macOS as well.",
        reason=(
            'Reserved names (`aux`, `con`), the characters `<>:"|?*`, a final dot or blank,'
            " and invisible characters cannot."
        ),
        fix=RENAME,
        refused=False,
    ),
    Rule(
        id="only-files-and-folders",
        title="Members are regular files and folders.",
        reason="Hard links, devices, pipes, sparse files and types that nobody knows are refused by PyPI, pip or uv.",
        fix="Replace it by a regular file, or leave it out of the distribution.",
        pypi=True,
    ),
    Rule(
        id="no-symbolic-links",
        title="Members are no symbolic links.",
        reason=(
            "In a wheel an installer writes a text file that holds the target's name; Windows often cannot make a link."
        ),
        fix="Replace the link by a copy of the file.",
        refused=False,
    ),
    Rule(
        id="links-stay-inside",
        title="A link leads to something in the same folder tree, and nothing is written through it.",
        reason="pip and uv refuse links that lead out of what they unpack.",
        fix="Replace the link by a copy of the file.",
    ),
    Rule(
        id="modes-are-plain",
        title="No file would run as somebody else, and its mode says that it is a file.",
        reason=(
            "The set-user and set-group bits have no place in a package; installers drop them, and other tools may not."
        ),
        fix="chmod u-s,g-s the file, and build anew.",
    ),
    Rule(
        id="folders-have-no-content",
        title="Only files have content.",
        reason=(
            "Content of a folder or a link is read by one tool as the next member and passed over by another; uv"
            " refuses it."
        ),
    ),
    Rule(
        id="zip-has-nothing-else",
        title="Nothing is before, between or after the parts of a ZIP.",
        reason=(
            "PyPI and uv read a ZIP from its start, pip from its end: with anything in between they may see different"
            " files (CVE-2025-54368). So PyPI refuses it."
        ),
        pypi=True,
    ),
    Rule(
        id="zip-records-agree",
        title="What a ZIP says of a file before its content is what it says in its directory.",
        reason="Installers believe one or the other, so that each may install something else. PyPI or uv refuse it.",
        pypi=True,
    ),
    Rule(
        id="zip-end-is-consistent",
        title="The end of a ZIP says how many members there are and where its directory is, and is right.",
        reason="PyPI, pip and uv find the members by it.",
        pypi=True,
    ),
    Rule(
        id="zip-extra-fields-are-sound",
        title="Extra fields are well-formed, there once, and contradict nothing.",
        reason="They can hide a second name or size of a file. PyPI or uv refuse what is ambiguous.",
        pypi=True,
    ),
    Rule(
        id="zip-names-are-utf8",
        title="Names in a ZIP are UTF-8 and, beyond ASCII, marked as such.",
        reason="An unmarked name is read in the alphabet of MS-DOS by some tools. PyPI and uv refuse it.",
        pypi=True,
    ),
    Rule(
        id="zip-has-no-data-descriptors",
        title="Sizes stand before the content, not after it.",
        reason=(
            "PyPI refuses a ZIP that was written as a stream: `zip -`, and writers in Go, Java or over a pipe do that."
        ),
        fix=(
            "Write the ZIP to a file that can be rewound, or unpack and pack it again: `python -m wheel unpack`,"
            " then `pack`."
        ),
        pypi=True,
    ),
    Rule(
        id="zip-has-no-member-comments",
        title="Members of a ZIP have no comments.",
        reason="PyPI refuses them: another directory may be hidden there.",
        pypi=True,
    ),
    Rule(
        id="zip-uses-deflate",
        title="Members of a ZIP are stored or deflated, and not encrypted.",
        reason="PyPI takes no other compression, and no installer has a password.",
        pypi=True,
    ),
    Rule(
        id="zip-content-is-intact",
        title="Each file unpacks to the size and checksum that the ZIP gives for it.",
        reason="pip and uv refuse to install it otherwise.",
        pypi=True,
    ),
    Rule(
        id="zip-checksums-are-plausible",
        title="Files of different content have different checksums, and none has the checksum of nothing.",
        reason="That does not happen by accident: somebody forged a checksum.",
        fix="Find out where these files come from before you publish them.",
    ),
    Rule(
        id="gzip-is-sound",
        title="A .tar.gz is one gzip stream, undamaged, with nothing after it.",
        reason="One tool reads on after the first stream and another stops, so that they see different files.",
    ),
    Rule(
        id="tar-is-complete",
        title="A tar ends with two empty blocks, after which nothing comes.",
        reason="Without them it may be cut off, and uv refuses it; what follows them is seen by some tools only.",
    ),
    Rule(
        id="tar-headers-are-sound",
        title="Headers of a tar are well-formed, and all of one format.",
        reason="Each tool reads an odd header in its own way, and uv refuses it.",
    ),
    Rule(
        id="tar-extended-headers-are-sound",
        title="Extended headers are well-formed, there once, and say what is known.",
        reason=(
            "They replace a member's name or size; where they are ambiguous, tools see different files. uv"
            " refuses them."
        ),
    ),
    Rule(
        id="tar-headers-agree",
        title="An extended header contradicts no plain one.",
        reason="A tool that does not read the one would unpack another file.",
    ),
    Rule(
        id="archive-reads-one-way",
        title="Every tool reads the same from the archive.",
        reason=(
            "The file can be published and installed, but one tool or another may see a member of another name or type."
        ),
        refused=False,
    ),
)

RULES: Final = {rule.id: rule for rule in _RULES}
