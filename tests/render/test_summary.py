"""The job summary: one screen of what matters, and the rest folded."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from inline_snapshot import snapshot

from pypublish.findings import Outcome
from pypublish.render.summary import as_markdown
from tests.render import releases


def folds(markdown: str) -> list[str]:
    return re.findall(r"<summary>(.*?)</summary>", markdown)


def test_a_release_that_is_ready() -> None:
    markdown = as_markdown(releases.prepared(), repository=releases.REPOSITORY)
    assert releases.shown_at_once(markdown) == snapshot("""\
## ✅ hello 1.0.0 is ready for PyPI

tag [v1.0.0](https://github.com/acme/hello/tree/v1.0.0) · commit [3fd21c0](https://github.com/acme/hello/commit/3fd21c0000000000000000000000000000000000) · 1 warning, 1 note, 1 waived · took 1.7 s  \n\
139 checks, 2 files

| file | size | sha256 |
| --- | --- | --- |
| `hello-1.0.0-py3-none-any.whl` | 1.3&nbsp;kB | `3606b19fb998c7fbebd23b9feca63239be177ffdc5c730e005d1afd3a00eb3ff` |
| `hello-1.0.0.tar.gz` | 1.1&nbsp;kB | `01b4f81f906fe4f16b6479208b0eaaeeffa5cb243b782e268f6e05b0774bcd8a` |

Sealed by `manifest.json`, sha256 `9b1c04e29b1c04e29b1c04e29b1c04e29b1c04e29b1c04e29b1c04e29b1c04e2`

**What comes next**

- The publishing job uploads these files, and no others, to PyPI. If it waits for a review, somebody has to approve it on the page of this run.
- `verify` then waits until the files are there, compares every byte, and installs them as users do.
- If a later job fails, run the failed jobs again: these files are kept and used again, and nothing is built anew.

**`pyproject.toml`**

|  | where | what is wrong, and what to do | check |
| --- | --- | --- | --- |
| ⚠️&nbsp;warning | line&nbsp;9 | 3.14 is allowed by requires-python \\`>=3.11\\`, but no classifier names it<br>→ Add the classifier. | `classifiers-match-requires-python` |

```mermaid
%%{init: {"gantt": {"barHeight": 16, "barGap": 3}}}%%
gantt
    dateFormat YYYY-MM-DD HH:mm:ss.SSS
    axisFormat %-S.%L s
    tickInterval 500millisecond
    todayMarker off
    section validate
    0.4 s :active, 2000-01-01 00:00:00.000, 400ms
    asking PyPI 0.2 s :done, 2000-01-01 00:00:00.100, 200ms
    section build
    1.3 s :active, 2000-01-01 00:00:00.100, 1300ms
    installing the build requirements 0.4 s :done, 2000-01-01 00:00:00.000, 400ms
    making the sdist 0.5 s :done, 2000-01-01 00:00:00.500, 500ms
    making the wheel 0.3 s :done, 2000-01-01 00:00:01.000, 300ms
    section check
    1.3 s :active, 2000-01-01 00:00:00.300, 1300ms
    installing and using the wheel 0.3 s :done, 2000-01-01 00:00:01.300, 300ms
    section stage
    10 ms :active, 2000-01-01 00:00:01.600, 10ms
    section plan
    0.1 s :active, 2000-01-01 00:00:01.600, 100ms
```
""")
    assert folds(markdown) == snapshot(["1 note", "1 waived finding", "What each stage did", "What is in the 2 files"])


def test_the_folded_parts_of_a_release() -> None:
    markdown = as_markdown(releases.prepared(last=releases.old_release()))
    assert markdown[markdown.index("<details><summary>What each stage did") :] == snapshot("""\
<details><summary>What each stage did</summary>

|  | stage |  | time |
| --- | --- | --- | --- |
| ✅ | validate | hello 1.0.0 = tag v1.0.0, not yet on PyPI | 0.4&nbsp;s |
| ✅ | build | 2 files | 1.3&nbsp;s |
| ✅ | check | 139 checks, 2 files | 1.3&nbsp;s |
| ✅ | stage | sealed | 0.0&nbsp;s |
| ✅ | plan | not published | 0.1&nbsp;s |

</details>

<details><summary>What has changed since 0.9.0 on PyPI: 5 fields of the metadata, 2 files gone, 1 file changed</summary>

| file | size | before |
| --- | --- | --- |
| `hello-0.9.0-cp37-cp37m-win32.whl` | **gone** | 1.6&nbsp;kB |
| `hello-1.0.0-py3-none-any.whl` | 1.3&nbsp;kB | 1.7&nbsp;kB (-345&nbsp;B) |
| `hello-1.0.0.tar.gz` | 1.1&nbsp;kB | 1.1&nbsp;kB (±0&nbsp;B) |

| metadata | gone | new |
| --- | --- | --- |
| requires-python | `>=3.7` | `>=3.8` |
| dependencies | `attrs>=20` |  |
| licence expression | `BSD-3-Clause` | `MIT` |
| classifiers | `Programming Language :: Python :: 3.7` |  |
| entry points | `console_scripts: hello = hello.cli:main` |  |

| in `hello-1.0.0-py3-none-any.whl` | size | before |
| --- | --- | --- |
| `hello/old.py` | **gone** | 400&nbsp;B |
| `.dist-info/entry_points.txt` | **gone** | 41&nbsp;B |
| `hello/cli.py` | 16&nbsp;B | 17&nbsp;B (-1&nbsp;B) |

</details>

<details><summary>What is in the 2 files</summary>

```text
hello-1.0.0.tar.gz  3 files, 236 B unpacked
└── hello-1.0.0/
    ├── src/
    │   └── hello/
    │       └── __init__.py  0 B
    ├── PKG-INFO             193 B
    └── pyproject.toml       43 B
```

```text
hello-1.0.0-py3-none-any.whl  5 files, 621 B unpacked
├── hello/
│   ├── __init__.py         0 B
│   └── cli.py              16 B
└── hello-1.0.0.dist-info/
    ├── METADATA            193 B
    ├── RECORD              337 B
    └── WHEEL               75 B
```

</details>
""")


def test_a_release_that_users_can_install() -> None:
    assert as_markdown(releases.verified(), repository=releases.REPOSITORY) == snapshot("""\
## ✅ hello 1.0.0 is on PyPI, and installs

[hello 1.0.0 on PyPI](https://pypi.org/project/hello/1.0.0/) · tag [v1.0.0](https://github.com/acme/hello/tree/v1.0.0) · commit [3fd21c0](https://github.com/acme/hello/commit/3fd21c0000000000000000000000000000000000) · no errors, no warnings · took 12.5 s  \n\
2 files, the same bytes

| file | size | sha256 |
| --- | --- | --- |
| `hello-1.0.0-py3-none-any.whl` | 1.3&nbsp;kB | `3606b19fb998c7fbebd23b9feca63239be177ffdc5c730e005d1afd3a00eb3ff` |
| `hello-1.0.0.tar.gz` | 1.1&nbsp;kB | `01b4f81f906fe4f16b6479208b0eaaeeffa5cb243b782e268f6e05b0774bcd8a` |

**What comes next**

- Users get it by `pip install hello==1.0.0`.
- Tell them what is new: [the release on GitHub](https://github.com/acme/hello/releases/tag/v1.0.0) has the changelog's part once the job `release` has made it.
- Announce it with [its page](https://pypi.org/project/hello/1.0.0/); look at the page once: nobody can change it any more.
- If it turns out to be broken, [yank it](https://pypi.org/manage/project/hello/release/1.0.0/) and release a new version: installers pass a yanked one over, unless somebody asks for exactly this version. Do not delete it: its file names stay used up.

<details><summary>2 installations tried</summary>

| file | Python | by | imported and loaded |
| --- | --- | --- | --- |
| `hello-1.0.0-py3-none-any.whl` | 3.13.0 | uv | 1 module |
| `hello-1.0.0-py3-none-any.whl` | 3.12.1 | uv | 1 module, 1 of 1 entry point failed |

</details>
""")


def test_a_rehearsal() -> None:
    assert releases.shown_at_once(as_markdown(releases.rehearsed())) == snapshot("""\
## ✅ hello 1.0.0 is rehearsed; nothing was published

tag v1.0.0 · commit `3fd21c0` · 1 warning, 1 note, 1 waived · took 1.7 s  \n\
139 checks, 2 files  \n\
2 files, the same bytes

| file | size | sha256 |
| --- | --- | --- |
| `hello-1.0.0-py3-none-any.whl` | 1.3&nbsp;kB | `3606b19fb998c7fbebd23b9feca63239be177ffdc5c730e005d1afd3a00eb3ff` |
| `hello-1.0.0.tar.gz` | 1.1&nbsp;kB | `01b4f81f906fe4f16b6479208b0eaaeeffa5cb243b782e268f6e05b0774bcd8a` |

**What comes next**

- To release it, push the tag: `git push origin v1.0.0`
- Before the first release by this workflow, tell the index whom to trust: `pypublish doctor` prints the values, and where to enter them.

**`pyproject.toml`**

|  | where | what is wrong, and what to do | check |
| --- | --- | --- | --- |
| ⚠️&nbsp;warning | line&nbsp;9 | 3.14 is allowed by requires-python \\`>=3.11\\`, but no classifier names it<br>→ Add the classifier. | `classifiers-match-requires-python` |

```mermaid
%%{init: {"gantt": {"barHeight": 16, "barGap": 3}}}%%
gantt
    dateFormat YYYY-MM-DD HH:mm:ss.SSS
    axisFormat %-S s
    tickInterval 5second
    todayMarker off
    section validate
    0.4 s :active, 2000-01-01 00:00:00.000, 400ms
    section build
    1.3 s :active, 2000-01-01 00:00:00.100, 1300ms
    making the sdist 0.5 s :done, 2000-01-01 00:00:00.500, 500ms
    section check
    1.3 s :active, 2000-01-01 00:00:00.300, 1300ms
    section stage
    10 ms :active, 2000-01-01 00:00:01.600, 10ms
    section verify
    12.5 s :active, 2000-01-01 00:00:01.700, 12500ms
```
""")


@pytest.mark.parametrize(
    ("outcome", "headline"),
    [
        (releases.prepared(dry_run=True), "✅ hello 1.0.0 is fit to be released; nothing will be published"),
        (releases.already_published(), "✅ hello 1.0.0 is on PyPI already; nothing is left to publish"),
        (
            replace(releases.verified(), findings=(releases.ERROR,)),
            "❌ verify: hello 1.0.0 on PyPI has not passed: 1 error",
        ),
        (Outcome(stage="doctor"), "✅ doctor"),
        (Outcome(stage="check", outputs={"package-name": "a", "package-version": "1"}), "✅ check: a 1"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_the_headline_says_how_it_stands(outcome: Outcome[object], headline: str) -> None:
    assert as_markdown(outcome).splitlines()[0] == f"## {headline}"
