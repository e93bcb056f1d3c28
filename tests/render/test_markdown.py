from __future__ import annotations

import html
import re

import comrak
from hypothesis import given
from hypothesis import strategies as st
from inline_snapshot import snapshot

from pypublish.findings import Finding, Location, Outcome, Severity, note
from pypublish.render.markdown import as_markdown, block, code, error_as_markdown, escape
from pypublish.render.text import printable

MARKUP = st.lists(
    st.sampled_from(
        [*"`*_[]()<>#|\\!~$&:;^=+\n\r\t -", "a", "http://x.y", "www.x.y", "a@b.cd", "<b>", "&lt;", "1.", "[^1]"]
    )
).map("".join)


def rendered(markdown: str) -> str:
    """Render as GitHub does, everything that GitHub understands switched on."""
    extensions = comrak.ExtensionOptions()
    for name in ("alerts", "autolink", "footnotes", "math_dollars", "shortcodes", "strikethrough", "table", "tasklist"):
        setattr(extensions, name, True)
    options = comrak.RenderOptions()
    options.unsafe_ = True
    return comrak.render_markdown(markdown, extension_options=extensions, render_options=options)


def tags_in(markup: str) -> set[str]:
    return set(re.findall(r"<(\w+)", markup))


def words_in(markup: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]*>", "", markup)).split())


@given(MARKUP | st.text())
def test_escaped_text_shows_just_its_characters(text: str) -> None:
    for before in ("", "x "):
        shown = rendered(before + escape(text))
        assert tags_in(shown) <= {"p"}
        assert words_in(shown) == " ".join((before + printable(text)).split())


@given(MARKUP | st.text())
def test_escaped_text_is_one_cell(text: str) -> None:
    shown = rendered(f"| a |\n| --- |\n| x {escape(text)} |")
    assert tags_in(shown) == {"table", "thead", "tbody", "tr", "th", "td"}
    assert shown.count("<td") == 1


@given(MARKUP)
def test_code_cannot_be_left(text: str) -> None:
    shown = rendered(f"| a |\n| --- |\n| {code(text)} |")
    assert tags_in(shown) <= {"table", "thead", "tbody", "tr", "th", "td", "code"}
    assert shown.count("<td") == 1
    assert words_in(shown) == " ".join(["a", *printable(text).split()])


@given(MARKUP)
def test_a_block_cannot_be_left(text: str) -> None:
    assert tags_in(rendered(block(text))) <= {"pre", "code"}


RELEASE: Outcome[object] = Outcome(
    stage="prepare",
    summary="hello 1.2.0 = tag v1.2.0",
    seconds=1.3,
    parts=(
        Outcome(stage="validate", summary="hello 1.2.0 = tag v1.2.0", seconds=0.1),
        Outcome(
            stage="check",
            summary="71 checks, 2 files",
            seconds=0.2,
            findings=(
                Finding(
                    check="requires-python-has-no-classifier",
                    severity=Severity.WARNING,
                    message="3.14 is allowed by requires-python `>=3.11`",
                    hint="Add the classifier.",
                    where=Location(file="pyproject.toml", line=9),
                ),
                Finding(
                    check="no-stray-files",
                    severity=Severity.ERROR,
                    message="tests/ is packed",
                    where=Location(file="hello-1.2.0-py3-none-any.whl", member="tests/x|y.py"),
                    ignored="they are meant to be there",
                ),
                note("left-out", "notes.txt is not tracked"),
            ),
        ),
    ),
    outputs={
        "package-name": "hello",
        "package-version": "1.2.0",
        "checksums": f"{'a' * 64}  hello-1.2.0-py3-none-any.whl\n{'b' * 64}  hello-1.2.0.tar.gz\n",
    },
    closing=("Ready: hello 1.2.0.",),
)


def test_a_release_on_one_screen() -> None:
    assert as_markdown(RELEASE) == snapshot("""\
## ✅ prepare: hello 1.2.0

hello 1.2.0 = tag v1.2.0

Ready: hello 1.2.0.

|  | stage |  | time |
| --- | --- | --- | --- |
| ✅ | validate | hello 1.2.0 = tag v1.2.0 | 0.1 s |
| ✅ | check | 71 checks, 2 files | 0.2 s |

| file | sha256 |
| --- | --- |
| `hello-1.2.0-py3-none-any.whl` | `aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa` |
| `hello-1.2.0.tar.gz` | `bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb` |

**`pyproject.toml`**

|  | where | what is wrong, and what to do | check |
| --- | --- | --- | --- |
| ⚠️ warning | `line 9` | 3.14 is allowed by requires-python \\`>=3.11\\`<br>Add the classifier. | `requires-python-has-no-classifier` |

<details><summary>1 note</summary>

|  | where | what is wrong, and what to do | check |
| --- | --- | --- | --- |
| 💬 note |  | notes.txt is not tracked | `left-out` |

</details>

<details><summary>1 waived finding</summary>

**`hello-1.2.0-py3-none-any.whl`**

|  | where | what is wrong, and what to do | check |
| --- | --- | --- | --- |
| ❌ error | tests/x\\|y.py | tests/ is packed<br>Not counted: they are meant to be there | `no-stray-files` |

</details>
""")


def test_a_stage_that_stopped_the_release() -> None:
    found = Finding(check="version-is-new", severity=Severity.ERROR, message="1.2.0 is on PyPI", hint="Raise it.")
    assert as_markdown(Outcome(stage="validate", findings=(found,), closing=("never",))) == snapshot("""\
## ❌ validate

|  | where | what is wrong, and what to do | check |
| --- | --- | --- | --- |
| ❌ error |  | 1.2.0 is on PyPI<br>Raise it. | `version-is-new` |
""")


def test_what_is_waived_against_pypis_rules_is_not_folded_away() -> None:
    found = Finding(
        check="sdist-filename-is-canonical",
        severity=Severity.ERROR,
        message="Hello-1.tar.gz has to be named hello-1.tar.gz",
        where=Location(file="Hello-1.tar.gz"),
        ignored="we know better",
        answer="400 Filename 'Hello-1.tar.gz' is invalid.",
    )
    assert as_markdown(Outcome(stage="check", findings=(found,))) == snapshot("""\
## ✅ check

### ⚠️ Waived, and PyPI is expected to refuse it

**`Hello-1.tar.gz`**

|  | where | what is wrong, and what to do | check |
| --- | --- | --- | --- |
| ❌ error |  | Hello-1.tar.gz has to be named hello-1.tar.gz<br>Not counted: we know better<br>PyPI is expected to answer: 400 Filename 'Hello-1.tar.gz' is invalid. | `sdist-filename-is-canonical` |
""")


def test_an_error_with_its_remedy() -> None:
    assert error_as_markdown("uv is not on this machine\n```", "Install uv.") == snapshot("""\
## ❌ pypublish could not do its job

````text
uv is not on this machine
```
````

Install uv.
""")
