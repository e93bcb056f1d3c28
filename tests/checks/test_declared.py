"""What [project] declares, before the build: as the metadata that are made of it, and with what lies beside it."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from inline_snapshot import snapshot

from pypublish.checks.declared import Declared, declare, patterns
from pypublish.checks.project import parse
from pypublish.model import Tree
from tests.checks.examples import Example, fails, findings, name_of, passes, say


def declared(text: str, *, description: str | None = None, unmatched: tuple[str, ...] = ()) -> Declared:
    source = parse(Tree(root=Path(), pyproject=f"[project]\n{text}".encode(), files=frozenset()))
    subject = declare(source, description=description, unmatched=frozenset(unmatched))
    assert subject is not None
    return subject


RST = "Hello world\n====\n\nIt says hello.\n"
AT_3 = "pyproject.toml:3: "

EXAMPLES = [
    fails(
        "readme-is-there",
        declared('name = "a"\nreadme = {file = "Readme.md"}', unmatched=("Readme.md",)),
        AT_3 + "readme names 'Readme.md', but there is no such file",
    ),
    passes("readme-is-there", declared('readme = "README.md"')),
    passes("readme-is-there", declared('readme = {text = "hello"}', unmatched=("LICENSE",))),
    fails(
        "license-files-are-there",
        declared('name = "a"\nlicense-files = ["LICENSE", "docs/NOTICE*"]', unmatched=("docs/NOTICE*",)),
        AT_3 + "no file of the project fits the licence file 'docs/NOTICE*'",
    ),
    fails(
        "license-files-are-there",
        declared('name = "a"\nlicense = {file = "COPYING"}', unmatched=("COPYING",)),
        AT_3 + "no file of the project fits the licence file 'COPYING'",
    ),
    passes("license-files-are-there", declared('readme = "README.md"', unmatched=("README.md",))),
    fails(
        "nothing-is-declared-twice",
        declared('classifiers = [\n"Typing :: Typed",\n"Typing :: Typed",\n]'),
        AT_3 + "the classifier 'Typing :: Typed' is there twice",
    ),
    fails(
        "nothing-is-declared-twice",
        declared('dependencies = [\n"b>=1",\n"b >= 1"]\noptional-dependencies = {a_b = ["c"], a-b = ["d"]}'),
        "pyproject.toml:4: the dependency 'b>=1' is there twice",
        "pyproject.toml:5: the extra 'a-b' is there twice",
    ),
    fails(
        "nothing-is-declared-twice",
        declared('gui-scripts = {x = "a:b"}\nscripts.x = "a:c"'),
        AT_3 + "the script 'x' is there twice",
    ),
    passes(
        "nothing-is-declared-twice",
        declared('dependencies = ["b", "b; os_name == \'nt\'"]\n[project.optional-dependencies]\nx = ["b"]\ny = ["b"]'),
    ),
    # The checks of metadata, asked before there are any.
    fails(
        "dependencies-are-accepted",
        declared('dependencies = [\n"a",\n"b @ https://x.org/b.zip ; python_version > \'3\'",\n]'),
        "pyproject.toml:4: the dependency 'b @ https://x.org/b.zip ; python_version > \"3\"' is an address, not a release",
    ),
    fails(
        "dependencies-are-accepted",
        declared('name = "a"\n[project.optional-dependencies]\nx = ["b @ https://x.org/b.zip ; python_version>\'3\'"]'),
        "pyproject.toml:4: the dependency 'b @ https://x.org/b.zip ; python_version > \"3\" and extra == \"x\"' is an"
        " address, not a release",
    ),
    passes("dependencies-are-accepted", declared('dependencies = ["a", 3]\noptional-dependencies.x = ["b", 4]')),
    fails(
        "emails-are-valid",
        declared('authors = [\n{name = "Doe, Jo", email = "jo"},\n]'),
        AT_3 + "'jo' is no e-mail address: an email address must have an @-sign",
    ),
    passes("emails-are-valid", declared('authors = [{name = "Doe, Jo", email = "jo@x.org"}]\nmaintainers = [{name = "b"}]')),
    fails(
        "urls-are-valid",
        declared('name = "a"\n[project.urls]\nHome = "https://x.org"\nSource = "git@x.org:a/b"'),
        "pyproject.toml:5: 'git@x.org:a/b' is no web address",
    ),
    passes("urls-are-valid", declared("urls = 3")),
    fails(
        "license-is-accepted",
        declared('name = "a"\nlicense = "Apache 2"'),
        AT_3 + "'Apache 2' is no licence expression of SPDX",
    ),
    passes("license-is-accepted", declared('license = {text = "Apache 2"}')),
    fails("name-is-valid", declared('version = "1"\nname = "a b"'), AT_3 + "'a b' is no name for a project"),
    passes("name-is-valid", declared("description = 'no name: that is for others to say'")),
    fails("summary-fits", declared(f'name = "a"\ndescription = "{"x" * 513}"'), AT_3 + "the summary has 513 characters, 1 too many"),
    passes("summary-fits", declared('description = """\na\nb"""')),
    fails("metadata-fields-are-valid", declared('name = "a"\nimport-names = ["-"]'), AT_3 + "'-' is no name that can be imported: '-' is not a valid identifier"),
    passes("metadata-fields-are-valid", declared('import-names = ["a", "a.b"]\nkeywords = ["b"]')),
    fails(
        "description-renders",
        declared('readme = "docs/README.rst"', description=RST),
        "docs/README.rst:2: this keeps the readme from rendering on PyPI: Title underline too short.",
    ),
    fails(
        "description-renders",
        declared('name = "a"\nreadme = {text = "…", content-type = "text/x-rst"}', description=RST),
        AT_3 + "line 2 of the readme keeps the description from rendering: Title underline too short.",
    ),
    passes("description-renders", declared('readme = "README.md"', description=RST)),
    passes("description-renders", declared('readme = "README.rst"')),
    fails(
        "entry-points-are-readable",
        declared('name = "a"\n[project.scripts]\na = "a:b"\n"say hello" = "a:b"'),
        "pyproject.toml:5: 'say hello' is no name for a script (console_scripts)",
    ),
    passes("entry-points-are-readable", declared('scripts = {a-b = "a:b"}\n[project.entry-points."a.b"]\n"c d" = "e"')),
]  # fmt: skip


@pytest.mark.parametrize("example", EXAMPLES, ids=name_of)
def test_what_is_declared(example: Example) -> None:
    assert say(example.check, example.subject) == example.says


def test_a_pattern_that_leads_out_is_explained() -> None:
    (found,) = findings("license-files-are-there", declared('license-files = ["../LICENSE", "a..b"]'))
    assert (
        found.hint == "Patterns start in the folder of pyproject.toml and do not lead out of it: copy the file there."
    )


def test_what_ought_to_be_there() -> None:
    source = declared('readme = "R"\nlicense = {file = "L"}\nlicense-files = ["A*", 3]').source
    assert patterns(source) == ("R", "A*", "L")


def test_what_the_build_will_write() -> None:
    subject = declared(
        """\
name = "Hello"
description = "Says hello."
requires-python = ">=3.11"
license = "MIT"
readme = "README.md"
keywords = ["a", "b"]
classifiers = ["Typing :: Typed"]
authors = [{name = "Doe, Jo", email = "jo@x.org"}, {name = "B"}, {email = "c@x.org"}]
dependencies = ["a >= 1"]
dynamic = ["version"]
[project.urls]
Source = "https://x.org"
[project.optional-dependencies]
x = ["b; python_version < '3.12' or os_name == 'nt'"]
[project.scripts]
hello = "hello:main"
[project.gui-scripts]
[project.entry-points."hello.plug"]
in = "hello:plug"
""",
        description="# Hello",
    )
    assert subject.metadata.texts == snapshot(
        {
            "metadata-version": "2.5",
            "name": "Hello",
            "version": "0",
            "summary": "Says hello.",
            "requires-python": ">=3.11",
            "license-expression": "MIT",
            "keywords": "a,b",
            "author-email": '"Doe, Jo" <jo@x.org>, c@x.org',
            "description": "# Hello",
            "description-content-type": "text/markdown",
        }
    )
    assert subject.metadata.lists == snapshot(
        {
            "classifier": ("Typing :: Typed",),
            "requires-dist": ("a >= 1", 'b; (python_version < "3.12" or os_name == "nt") and extra == "x"'),
            "provides-extra": ("x",),
        }
    )
    assert (subject.metadata.urls, subject.mistakes) == snapshot(({"Source": "https://x.org"}, ()))
    assert subject.entry_points == snapshot(b"[console_scripts]\nhello = hello:main\n[hello.plug]\nin = hello:plug\n")


VALUES = st.recursive(st.none() | st.text(max_size=9) | st.integers(), lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3), max_leaves=6)  # fmt: skip
KEYS = ("name", "version", "description", "readme", "license", "license-files", "authors", "keywords", "classifiers", "urls", "scripts", "entry-points", "dependencies", "optional-dependencies", "dynamic", "import-names")  # fmt: skip


@given(st.dictionaries(st.sampled_from(KEYS), VALUES), st.none() | st.text(max_size=20))
def test_no_table_is_too_odd(project: dict[str, object], description: str | None) -> None:
    from dataclasses import replace

    from pypublish.stages.declaration import OF_DECLARED

    source = replace(parse(Tree(root=Path(), pyproject=b"", files=frozenset())), document={"project": project})
    patterns(source)
    subject = declare(source, description=description, unmatched=frozenset())
    assert (subject is None) is not bool(project)
    if subject is not None:
        for check in OF_DECLARED:
            tuple(check(subject))
