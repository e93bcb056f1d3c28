"""PUBLISHING.md, as somebody reads it who was not there when it was written."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from inline_snapshot import snapshot

from pypublish.checks.setup_plan import Plan
from pypublish.render.publishing_page import publishing_page
from pypublish.render.remaining import remaining
from tests.setting_up import SHAPES

Of = Callable[[str], Plan]


def test_the_page(of: Of) -> None:
    assert publishing_page(of("hatchling, src layout, tests")) == snapshot("""\
# Releasing hello

A pushed tag releases: GitHub builds the tagged commit, checks the files by PyPI's rules, uploads them without any
password (Trusted Publishing), compares what users get with what was built, installs it and runs it.

## Once, before the first release

- On GitHub, [Settings → Environments](https://github.com/acme/hello/settings/environments): `pypi`, with a reviewer, `testpypi`, without one.
- On GitHub, [a ruleset for tags](https://github.com/acme/hello/settings/rules): who may push a tag may start a release.
- On the indexes, a trusted publisher with exactly these values:

| index | project | owner | repository | workflow | environment |
| --- | --- | --- | --- | --- | --- |
| [PyPI](https://pypi.org/manage/account/publishing/) | `hello` | `acme` | `hello` | `release.yml` | `pypi` |
| [TestPyPI](https://test.pypi.org/manage/account/publishing/) | `hello` | `acme` | `hello` | `release.yml` | `testpypi` |

An index that has the project takes the entry under Manage → Publishing instead. `uvx pypublish-action doctor --online`
prints the links, and compares the values with what is there.

Who approves a release is a reviewer of the environment, and needs no account on PyPI. Who yanks one needs an account on
PyPI, with two-factor authentication, that maintains the project there.

## Ways to release

| what | how | where to |
| --- | --- | --- |
| a release | `git tag -a v1.2.0 -m 1.2.0 && git push origin v1.2.0` | PyPI, then a GitHub release |
| a rehearsal at home | `uvx pypublish-action rehearse` | nowhere; nothing is published |
| a dry run on GitHub | [Actions](https://github.com/acme/hello/actions) → Release → Run workflow, index `dry-run` | nowhere; nothing is published |
| a trial on TestPyPI | [Actions](https://github.com/acme/hello/actions) → Release → Run workflow, index `testpypi` | TestPyPI |
| finish a release that stopped | [Actions](https://github.com/acme/hello/actions) → Release → Run workflow, index `pypi`, with the tag | PyPI |

The workflow `rehearse.yml` rehearses the release on every pull request, so that a change which breaks it is seen there.

## Before a release

- [ ] The default branch, `main`, is green, `rehearse` included.
- [ ] What users notice is written down; without a changelog, the GitHub release lists the commits.
- [ ] The version is raised (below), committed and pushed.
- [ ] `requires-python` and the classifiers name the Pythons that the tests run on. It cannot be mended later.
- [ ] The page looks right: `uvx pypublish-action preview`.
- [ ] `uvx pypublish-action rehearse` ends green.

## Version numbers

The version stands in `pyproject.toml`, as `version`. Change it there, and commit.

| what it is | version | tag |
| --- | --- | --- |
| corrections alone | `1.2.1` | `v1.2.1` |
| something new, and nothing breaks | `1.3.0` | `v1.3.0` |
| something breaks | `2.0.0` | `v2.0.0` |
| to be tried by some before all get it | `1.3.0rc1` | `v1.3.0rc1` |
| the same code, with a mended description | `1.2.0.post1` | `v1.2.0.post1` |
| for TestPyPI alone | `1.3.0.dev1` | `v1.3.0.dev1` |

The form is that of [PEP 440](https://packaging.python.org/en/latest/specifications/version-specifiers/). From old to
new: `1.2.0.dev1`, `1.2.0a1`, `1.2.0b1`, `1.2.0rc1`, `1.2.0`, `1.2.0.post1`, `1.2.1`. `pip install` gives pre-releases
(`dev`, `a`, `b`, `rc`) only to who asks for them. A version with `+` cannot be uploaded, and none can twice, not even
after it was deleted.

## After a release

- [ ] `verify` is green: what PyPI serves is what was built, and it installs and runs. Green means done.
- [ ] Look at the page: [hello](https://pypi.org/project/hello/).
- [ ] Look at the [GitHub release](https://github.com/acme/hello/releases); announce it where your users are.
- [ ] If the release is broken, yank it: [hello](https://pypi.org/manage/project/hello/releases/) → Options → Yank. Who has pinned it still gets it, nobody else does.
      Then release the next version. Do not delete it: that breaks those who pinned it, and frees nothing.

## When something is red

The first thing to try is *Re-run failed jobs*: every step may be run again, and the same files are used.

| what you see | what to do |
| --- | --- |
| nothing starts after the tag was pushed | The tag is not of the form under `on.push.tags`; or a workflow pushed it with `GITHUB_TOKEN`, which starts nothing. Push it yourself, or start the workflow by hand with the tag, and index `pypi` where it asks. |
| `prepare` is red | Nothing was published. The summary of the run says what is wrong and where. Mend it and commit; then tag that commit, or raise the version. Moving a tag: `git tag -f TAG`, `git push -f origin TAG`. |
| `prepare` says that tag and version differ | The tag stands on a commit whose version is another. Raise the version first, then tag that commit. |
| `gates` is red | A command of `[tool.pypublish.gates]` failed against the built wheel; its log says why. Nothing is published. |
| `publish` waits | Somebody has to approve the environment: the run's page → Review deployments. |
| `publish` says `invalid-publisher` | The index does not know this workflow by exactly the values above: owner, repository, workflow, environment. Correct the entry there, then *Re-run failed jobs*. |
| `publish` says that a tag or a branch is not allowed to deploy | Settings → Environments → the environment → Deployment branches and tags: add tags and default branch. |
| `publish` says `File already exists` | The index has other bytes under this name, and never takes others. Release the next version. |
| `publish` is red, and some of the files are published | *Re-run failed jobs* within 14 days: what is there is left alone, the others are added. |
| `verify` is red with exit code 5 | Published, and not yet visible everywhere. *Re-run failed jobs* in some minutes; do not release anew. |
| `verify` is red with exit code 1 | What users get does not install, or is not what was built. Yank it, and release the next version. |

[Everything that can stop a release](https://github.com/org/pypublish-action/blob/main/docs/recovery.md) is listed by what you see. `uvx pypublish-action status` says
where a release stands, and `uvx pypublish-action explain CHECK` what a finding means.
""")


def test_the_page_of_several_packages(of: Of) -> None:
    page = publishing_page(of("several packages, TestPyPI first"))
    assert re.sub(r"\n## When something is red.*", "", page, flags=re.DOTALL) == snapshot("""\
# Releasing a-1, b-1

A pushed tag releases: GitHub builds the tagged commit, checks the files by PyPI's rules, uploads them without any
password (Trusted Publishing), compares what users get with what was built, installs it and runs it.

## Once, before the first release

- On GitHub, [Settings → Environments](https://github.com/acme/hello/settings/environments): `pypi`, with a reviewer, `testpypi`, without one.
- On GitHub, [a ruleset for tags](https://github.com/acme/hello/settings/rules): who may push a tag may start a release.
- On the indexes, a trusted publisher with exactly these values:

| index | project | owner | repository | workflow | environment |
| --- | --- | --- | --- | --- | --- |
| [PyPI](https://pypi.org/manage/account/publishing/) | `a-1` | `acme` | `hello` | `release-a-1.yml` | `pypi` |
| [TestPyPI](https://test.pypi.org/manage/account/publishing/) | `a-1` | `acme` | `hello` | `release-a-1.yml` | `testpypi` |
| [PyPI](https://pypi.org/manage/account/publishing/) | `b-1` | `acme` | `hello` | `release-b-1.yml` | `pypi` |
| [TestPyPI](https://test.pypi.org/manage/account/publishing/) | `b-1` | `acme` | `hello` | `release-b-1.yml` | `testpypi` |

An index that has the project takes the entry under Manage → Publishing instead. `uvx pypublish-action doctor --online a`
prints the links, and compares the values with what is there.

Who approves a release is a reviewer of the environment, and needs no account on PyPI. Who yanks one needs an account on
PyPI, with two-factor authentication, that maintains the project there.

## Ways to release

| what | how | where to |
| --- | --- | --- |
| a release | `git tag -a a-1/v1.2.0 -m 1.2.0 && git push origin a-1/v1.2.0` | PyPI, then a GitHub release |
| a rehearsal at home | `uvx pypublish-action rehearse a` | nowhere; nothing is published |
| finish a release that stopped | [Actions](https://github.com/acme/hello/actions) → Release a-1 → Run workflow, with the tag | TestPyPI, then PyPI |

The workflows rehearse the release on every pull request, so that a change which breaks it is seen there.

Each package has tags and a workflow of its own:

| package | folder | tag of 1.2.0 | workflow |
| --- | --- | --- | --- |
| `a-1` | `a` | `a-1/v1.2.0` | Release a-1 |
| `b-1` | `b` | `b-1/v1.2.0` | Release b-1 |

## Before a release

- [ ] The default branch, `main`, is green, `rehearse` included.
- [ ] What users notice is written down; without a changelog, the GitHub release lists the commits.
- [ ] The version is raised (below), committed and pushed.
- [ ] `requires-python` and the classifiers name the Pythons that the tests run on. It cannot be mended later.
- [ ] The page looks right: `uvx pypublish-action preview a`.
- [ ] `uvx pypublish-action rehearse a` ends green.

## Version numbers

- a-1: The version stands in `a/pyproject.toml`, as `version`. Change it there, and commit.
- b-1: The version stands in `b/pyproject.toml`, as `version`. Change it there, and commit.

| what it is | version | tag |
| --- | --- | --- |
| corrections alone | `1.2.1` | `a-1/v1.2.1` |
| something new, and nothing breaks | `1.3.0` | `a-1/v1.3.0` |
| something breaks | `2.0.0` | `a-1/v2.0.0` |
| to be tried by some before all get it | `1.3.0rc1` | `a-1/v1.3.0rc1` |
| the same code, with a mended description | `1.2.0.post1` | `a-1/v1.2.0.post1` |
| for TestPyPI alone | `1.3.0.dev1` | `a-1/v1.3.0.dev1` |

The form is that of [PEP 440](https://packaging.python.org/en/latest/specifications/version-specifiers/). From old to
new: `1.2.0.dev1`, `1.2.0a1`, `1.2.0b1`, `1.2.0rc1`, `1.2.0`, `1.2.0.post1`, `1.2.1`. `pip install` gives pre-releases
(`dev`, `a`, `b`, `rc`) only to who asks for them. A version with `+` cannot be uploaded, and none can twice, not even
after it was deleted.

## After a release

- [ ] `verify` is green: what PyPI serves is what was built, and it installs and runs. Green means done.
- [ ] Look at the page: [a-1](https://pypi.org/project/a-1/), [b-1](https://pypi.org/project/b-1/).
- [ ] Look at the [GitHub release](https://github.com/acme/hello/releases); announce it where your users are.
- [ ] If the release is broken, yank it: [a-1](https://pypi.org/manage/project/a-1/releases/), [b-1](https://pypi.org/manage/project/b-1/releases/) → Options → Yank. Who has pinned it still gets it, nobody else does.
      Then release the next version. Do not delete it: that breaks those who pinned it, and frees nothing.
""")


def test_the_page_where_the_tag_makes_the_version(of: Of) -> None:
    page = publishing_page(of("setuptools-scm, tags without v"))
    assert "The number says how much changes (below)." in page
    assert "`git tag -a 1.2.0 -m 1.2.0 && git push origin 1.2.0`" in page


def test_a_folder_is_quoted_for_the_shell(of: Of) -> None:
    plan = of("in a folder with an odd name")
    command = """uvx pypublish-action rehearse 'python bindings/it'"'"'s #1'"""
    assert command in publishing_page(plan)
    assert command in "\n".join(remaining(plan, written=True))


@pytest.mark.parametrize("name", SHAPES)
def test_every_page_is_whole(name: str, of: Of) -> None:
    plan = of(name)
    page = publishing_page(plan)
    assert "None" not in page
    assert "{" not in re.sub(r"`[^`]*`", "", page)
    assert page.count("\n## ") == 6
    for one in plan.registrations:
        assert one.publisher.workflow in page
    assert ("OWNER" in page) == (not plan.survey.hosting.is_known)
