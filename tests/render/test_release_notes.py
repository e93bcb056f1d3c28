"""The text of a release on GitHub: what people read there, whatever the changelog is written in."""

from __future__ import annotations

import time
from dataclasses import replace
from textwrap import dedent

import pytest
from hypothesis import given
from hypothesis import strategies as st
from inline_snapshot import snapshot

from pypublish.hosting import FILES_MARKER, Told
from pypublish.model import Artifact, ArtifactKind
from pypublish.render.comment_markdown import closed
from pypublish.render.release_notes import LIMIT, release_notes

BASE = "https://github.com/acme/hello/blob/v1.2.0"


def artifact(filename: str, size: int = 4100) -> Artifact:
    return Artifact(
        filename=filename,
        kind=ArtifactKind.SDIST,
        size=size,
        sha256="ab" * 32,
        blake2b_256="",
        python_tag="source",
    )


TOLD = Told(
    text="- Hello.",
    artifacts=(artifact("hello-1.2.0.tar.gz"), artifact("hello-1.2.0-py3-none-any.whl", 3_200_000)),
    index_title="PyPI",
    project_url="https://pypi.org/project/hello/1.2.0/",
    repository_url="https://github.com/acme/hello",
    tag="v1.2.0",
)


def words(told: Told) -> str:
    """Return what stands above the files."""
    return release_notes(told).partition(FILES_MARKER)[0].strip("\n")


def test_notes_and_files() -> None:
    assert release_notes(TOLD) == snapshot("""\
- Hello.

<!-- pypublish: files -->
### Files

| file | size | sha256 |
| --- | --- | --- |
| `hello-1.2.0.tar.gz` | 4.1 kB | `abababababababababababababababababababababababababababababababab` |
| `hello-1.2.0-py3-none-any.whl` | 3.2 MB | `abababababababababababababababababababababababababababababababab` |

The same files are on [PyPI](https://pypi.org/project/hello/1.2.0/). `SHA256SUMS` is for `sha256sum --check`; `manifest.json` says what built them.\
""")


def test_a_section_of_keep_a_changelog() -> None:
    whole = dedent("""
        ## [1.2.0] - 2026-11-20

        ### Added

        - Says hello in a language of your choice,
          see [the guide](docs/guide.md#languages) and [#7].

          A second paragraph of
          the same item.

            print("not joined")

        ### Changed

        1. One
        2. Two, with `[code](docs/x.md)`

        | a | b |
        |---|---|
        | 1 | 2 |

        ```python
        first
        second
        ```

        A line with a break\\
        that was meant, by @jo.

        [#7]: pulls.md
        [#8]: https://example.org/not-used
        """)
    text = whole.partition("### Added")[1] + whole.partition("### Added")[2].partition("[#7]: ")[0]
    assert words(replace(TOLD, text=text, whole=whole, file="packages/hello/CHANGELOG.md")) == snapshot("""\
### Added

- Says hello in a language of your choice, see [the guide](https://github.com/acme/hello/blob/v1.2.0/packages/hello/docs/guide.md#languages) and [#7].

  A second paragraph of the same item.

    print("not joined")

### Changed

1. One
2. Two, with `[code](docs/x.md)`

| a | b |
|---|---|
| 1 | 2 |

```python
first
second
```

A line with a break\\
that was meant, by @jo.

[#7]: https://github.com/acme/hello/blob/v1.2.0/packages/hello/pulls.md\
""")


def test_a_section_of_towncrier() -> None:
    text = dedent("""
        Deprecations and Removals
        -------------------------

        - Remove support for the legacy ``setup.py develop`` method in
          ``setuptools`` installs. (`#11457 <https://github.com/pypa/pip/issues/
          11457>`_)
        - See :pep:`517`, :func:`hello.world`, :class:`~hello.World`, :issue:`12, #13`, :user:`jo`,
          :doc:`the guide <guide>` and `the site`_ or named_; |version| of <b>.

          - Nested, with *emphasis* and **strength**.

        Features
        --------

        #. First::

              $ hello --language <code>

           then more.

        .. note::

           Take care of ``this`` and
           that.

        .. code-block:: python
           :linenos:

           print("hello")

        .. versionadded:: 1.2 The option.

        .. a comment
           that goes on

        ==== =====
        a    b
        ==== =====
        1    2
        ==== =====

        .. unheard-of:: x

           body
        """)
    whole = text + "\n.. _the site: https://example.org\n.. _named: https://example.org/n\n.. |version| replace:: 1.2\n"
    assert words(replace(TOLD, text=text, whole=whole, markup="rest")) == snapshot("""\
### Deprecations and Removals

- Remove support for the legacy `setup.py develop` method in `setuptools` installs. ([#11457](https://github.com/pypa/pip/issues/11457))
- See [PEP 517](https://peps.python.org/pep-0517/), `hello.world`, `World`, #12, #13, @jo, the guide and [the site](https://example.org) or [named](https://example.org/n); 1.2 of &lt;b>.

  - Nested, with *emphasis* and **strength**.

### Features

1. First:

   ```
   $ hello --language <code>
   ```

   then more.

> [!NOTE]
> Take care of `this` and that.

```python
print("hello")
```

*New in version 1.2:* The option.

```text
==== =====
a    b
==== =====
1    2
==== =====
```

```text
.. unheard-of:: x

   body
```\
""")


def test_commits_mention_nobody_and_are_no_markup() -> None:
    commits = (
        "Thank @jo for <img src=x onerror=alert(1)> (#7)",
        "* [click](javascript:x) `code` **b** | ::warning:: \x1b[31m",
        "#8: fix",
    )
    assert words(replace(TOLD, text="", commits=commits)) == snapshot("""\
- Thank @&#8203;jo for &lt;img src=x onerror=alert(1)> (#7)
- \\* \\[click\\](javascript\\:x) \\`code\\` \\*\\*b\\*\\* \\| \\:\\:warning\\:: \\\\x1b\\[31m
- #8: fix\
""")


@pytest.mark.parametrize(
    "text", ["```\nopen", "<!-- open", "<details>\n<summary>x</summary>\n\nopen", "~~~~\n~~~\nopen"]
)
def test_what_the_changelog_leaves_open_does_not_swallow_the_files(text: str) -> None:
    shown = closed(text)
    assert shown != text
    assert closed(shown) == shown
    assert release_notes(replace(TOLD, text=text)).count("### Files") == 1


def test_long_notes_are_cut() -> None:
    long = "- Hello.\n" * 40_000
    notes = release_notes(replace(TOLD, text=long, file="CHANGELOG.md"))
    assert len(notes) <= LIMIT
    assert "- Hello.\n\n_The notes are cut here: GitHub takes no longer ones._" in notes
    assert notes.endswith(release_notes(TOLD).partition(FILES_MARKER)[2])


def test_many_files() -> None:
    many = tuple(artifact(f"hello-1.2.0-cp313-cp313-{'x' * 80}_{number}.whl") for number in range(2000))
    notes = release_notes(replace(TOLD, artifacts=many, text="x" * 200 + "\n" + "- Hello.\n" * 20_000))
    assert len(notes) <= LIMIT
    assert "And 1700 more, which `SHA256SUMS` names." in notes


def test_a_first_release_without_words_has_its_files() -> None:
    assert release_notes(replace(TOLD, text="")).startswith(FILES_MARKER)


@given(st.text(alphabet="`~#-*<>[]()|:_ \n.ab1\\") | st.text())
def test_whatever_the_changelog_says_there_are_notes_within_the_limit(text: str) -> None:
    for markup in ("markdown", "rest"):
        told = replace(TOLD, text=text, whole=text, file="CHANGELOG.md")
        notes = release_notes(replace(told, markup="rest") if markup == "rest" else told)
        assert len(notes) <= LIMIT
        assert notes.endswith(release_notes(TOLD).partition(FILES_MARKER)[2])


@pytest.mark.parametrize("unit", ["[a](", "![", "[", "`", "<!--", "- ", "a_ ", "`a <", "||"])
def test_no_text_takes_long(unit: str) -> None:
    """On one line; what is cubic in it would take hours."""
    text = unit * (20_000 // len(unit))
    began = time.process_time()
    for markup in ("markdown", "rest"):
        told = replace(TOLD, text=text, whole=text, file="CHANGELOG.md")
        release_notes(replace(told, markup="rest") if markup == "rest" else told)
    assert time.process_time() - began < 10
