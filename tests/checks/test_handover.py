"""What was built, and the job that is to upload it."""

from __future__ import annotations

import pytest

from pypublish.checks.pins import COMMITS, known_metadata, version_of
from pypublish.checks.subjects import Dists
from pypublish.edges.github_yaml import parse
from pypublish.workflows import Workflows
from tests.checks.examples import Example, fails, findings, name_of, passes, say
from tests.factories import metadata, sdist, wheel


def published_by(uses: str, *, metadata_version: str = "2.5") -> Dists:
    text = f"on: push\njobs:\n  publish:\n    steps:\n      - uses: {uses}\n"
    workflow = parse(text, ".github/workflows/release.yml")
    meta = metadata({"Metadata-Version": metadata_version})
    return Dists(
        dists=(sdist(meta=metadata()).dist(), wheel(meta=meta).dist()), workflows=Workflows(workflows=(workflow,))
    )


ACTION = "pypa/gh-action-pypi-publish"
AT = ".github/workflows/release.yml:5: "
WHEEL = "hello-1.0.0-py3-none-any.whl"

EXAMPLES = [
    fails(
        "publisher-knows-metadata",
        published_by(f"{ACTION}@{COMMITS['v1.14.0']} # v1.14.0"),
        f"{AT}the publishing action v1.14.0 reads Metadata-Version 2.4 at most; {WHEEL} has 2.5",
    ),
    fails(
        "publisher-knows-metadata",
        published_by(f"{ACTION}@v1.11.0", metadata_version="2.5"),
        f"{AT}the publishing action v1.11.0 reads Metadata-Version 2.3 at most; hello-1.0.0.tar.gz has 2.4, {WHEEL} has 2.5",
    ),
    fails(
        "publisher-knows-metadata",
        published_by(f"{ACTION}@{'a' * 40} # v1.12.4"),
        f"{AT}the publishing action v1.12.4 reads Metadata-Version 2.4 at most; {WHEEL} has 2.5",
    ),
    passes("publisher-knows-metadata", published_by(f"{ACTION}@{COMMITS['v1.14.2']}")),
    passes("publisher-knows-metadata", published_by(f"{ACTION}@v1.14.0", metadata_version="2.4")),
    passes("publisher-knows-metadata", published_by(f"{ACTION}@release/v1")),
    passes("publisher-knows-metadata", published_by(f"{ACTION}@{'a' * 40}")),
    passes("publisher-knows-metadata", published_by("somebody/publishes@v1.11.0")),
    passes("publisher-knows-metadata", published_by(f"{ACTION}@v1.12.4", metadata_version="new")),
    passes("publisher-knows-metadata", Dists(dists=(wheel().dist(),))),
]  # fmt: skip


@pytest.mark.parametrize("example", EXAMPLES, ids=name_of)
def test_the_handover(example: Example) -> None:
    assert say(example.check, example.subject) == example.says


def test_what_to_do() -> None:
    (found,) = findings("publisher-knows-metadata", published_by(f"{ACTION}@v1.14.0"))
    assert found.hint == (
        f"Write uses: {ACTION}@{COMMITS['v1.14.2']} # v1.14.2; or pin a build backend that writes Metadata-Version 2.4."
    )


@pytest.mark.parametrize(
    ("ref", "comment", "version"),
    [
        (COMMITS["v1.13.0"], "", "v1.13.0"),
        (COMMITS["v1.13.0"], "v1.14.2", "v1.13.0"),
        ("6733eb7d741f0b11ec6a39b58540dab7590f9b7d", "", "v1.14.0"),
        ("b" * 40, "v1.12.3", "v1.12.3"),
        ("b" * 40, "v1", ""),
        ("v1.10.3", "", "v1.10.3"),
        ("release/v1", "v1.13.0", ""),
        ("", "", ""),
    ],
)
def test_which_version_a_step_uses(ref: str, comment: str, version: str) -> None:
    assert version_of(f"{ACTION}@{ref}", comment) == version


def test_what_a_version_can_upload() -> None:
    versions = ("v1.8.14", "v1.11.0", "v1.12.2", "v1.12.3", "v1.14.0", "v1.14.1", "v2.0.0")
    assert [known_metadata(version) for version in versions] == ["2.3", "2.3", "2.3", "2.4", "2.4", "2.5", "2.5"]
    with pytest.raises(ValueError, match="new"):
        known_metadata("new")
