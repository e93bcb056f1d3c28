"""How a project tags, told from its tags; and the filter under on.push.tags."""

from __future__ import annotations

import pytest

from pypublish.checks.publishing import matches
from pypublish.checks.tag_formats import tag_filter, written_so_far
from pypublish.checks.tags import tag_of_version


@pytest.mark.parametrize(
    ("tags", "several", "expected"),
    [
        ([], False, None),
        (["v1.2.0", "v1.1.0"], False, "v{version}"),
        (["1.2.0", "v1.1.0"], False, "{version}"),
        (["nightly", "1.2.0rc1"], False, "{version}"),
        (["release-1.2"], False, "release-{version}"),
        (["release/v1.2"], False, "release/v{version}"),
        (["hello-1.2.0"], False, "{name}-{version}"),
        (["Hello-v1.2.0"], False, "{name}-v{version}"),
        (["v1.2.0"], True, None),
        (["other-v9", "hello/v1.2.0"], True, "{name}/v{version}"),
        (["hello==1.2.0"], True, "{name}=={version}"),
        (["latest", "stable"], False, None),
    ],
)
def test_the_format_of_the_newest_tag_that_names_a_version(
    tags: list[str], expected: str | None, *, several: bool
) -> None:
    assert written_so_far(tags, "hello", several=several) == expected


@pytest.mark.parametrize(
    ("tag_format", "pattern"),
    [
        ("v{version}", "v*"),
        ("{version}", "[0-9]*"),
        ("{name}-v{version}", "he.llo-v*"),
        ("release/{version}-final", "release/*-final"),
        ("[x]+{version}!", "\\[x\\]\\+*\\!"),
    ],
)
def test_the_filter_matches_the_projects_tags_and_no_others(tag_format: str, pattern: str) -> None:
    assert tag_filter(tag_format, "he.llo") == pattern
    assert matches(tag_of_version("1.2.0rc1", tag_format, "he.llo"), [pattern])
    assert not matches("nightly", [pattern])
