"""The job summary of what failed: what is in the way, where, and what to do about it."""

from __future__ import annotations

from inline_snapshot import snapshot

from pypublish.errors import IndexUnavailableError, NotVisibleError, PypublishError, ToolError
from pypublish.findings import Finding, Location, Outcome, Severity
from pypublish.render.summary import as_markdown, error_as_markdown
from tests.render import releases


def test_a_release_that_is_stopped() -> None:
    assert as_markdown(releases.failed(), repository=releases.REPOSITORY) == snapshot("""\
## ❌ prepare: hello 1.0.0 is stopped by 3 errors

3 errors, 4 warnings · took 0.3 s

**What comes next**

- Nothing was published, and the version is not used up.
- Mend what is named below, and commit. `pypublish rehearse` shows on your own machine, without a tag, whether all is mended.
- Then move the tag to the new commit, `git tag --force v1.0.0` and `git push --force origin v1.0.0`: that starts the release anew. Where tags are protected, take the next version instead.

**`hello-1.0.0.tar.gz`**

|  | where | what is wrong, and what to do | check |
| --- | --- | --- | --- |
| ❌&nbsp;error |  | what is wrong, number 3<br>→ mend it | `check-3` |
| ⚠️&nbsp;warning |  | what is wrong, number 0<br>→ mend it | `check-0` |
| ⚠️&nbsp;warning |  | what is wrong, number 6<br>→ mend it | `check-6` |

**`pyproject.toml`**

|  | where | what is wrong, and what to do | check |
| --- | --- | --- | --- |
| ❌&nbsp;error | line&nbsp;2 | what is wrong, number 1<br>→ mend it | `check-1` |
| ❌&nbsp;error | line&nbsp;6 | what is wrong, number 5<br>→ mend it | `check-5` |
| ⚠️&nbsp;warning | line&nbsp;3 | what is wrong, number 2<br>→ mend it | `check-2` |
| ⚠️&nbsp;warning | line&nbsp;5 | what is wrong, number 4<br>→ mend it | `check-4` |

|  | stage |  | time |
| --- | --- | --- | --- |
| ❌ | validate | hello 1.0.0 = tag v1.0.0 | 0.2&nbsp;s |
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

1 waived

### ⚠️ Waived, and PyPI is expected to refuse it

**`Hello-1.tar.gz`**

|  | where | what is wrong, and what to do | check |
| --- | --- | --- | --- |
| ❌&nbsp;error |  | Hello-1.tar.gz has to be named hello-1.tar.gz<br>→ Not counted: we know better<br>→ PyPI is expected to answer: 400 Filename 'Hello-1.tar.gz' is invalid. | `sdist-filename-is-canonical` |
""")


ERRORS: dict[str, PypublishError] = {
    "a tool": ToolError("uv is not on this machine\n```", hint="Install uv."),
    "the index": IndexUnavailableError("https://pypi.org/simple/hello/ could not be read", hint="Run it again."),
    "not visible yet": NotVisibleError("hello 1.0.0 is published, but …", hint="Run this job again later."),
}


def test_errors_with_their_remedies() -> None:
    assert {name: error_as_markdown(error) for name, error in ERRORS.items()} == snapshot(
        {
            "a tool": """\
## ❌ pypublish could not do its job

````text
uv is not on this machine
```
````

Install uv.
""",
            "the index": """\
## ❌ The index did not answer

```text
https://pypi.org/simple/hello/ could not be read
```

Run it again.
""",
            "not visible yet": """\
## ⏳ Published, but not yet visible here

```text
hello 1.0.0 is published, but …
```

Run this job again later.
""",
        }
    )
