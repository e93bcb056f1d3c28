"""Metadata are judged as PyPI's own libraries judge them, and its one answer is the first of our list."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from inline_snapshot import snapshot

from pypublish.pypi import metadata
from pypublish.pypi.license_expressions import is_valid

BASE = {"metadata_version": ["2.4"], "name": ["hello"], "version": ["1.0"]}
SEE = ". See https://packaging.python.org/specifications/core-metadata for more information."


def message(**fields: list[str]) -> str | None:
    answer = metadata.judge_form({name: values for name, values in {**BASE, **fields}.items() if values})
    return answer.message.removesuffix(SEE) if answer else None


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, snapshot(None)),
        ({"metadata_version": []}, snapshot("None is not a valid metadata version")),
        ({"metadata_version": ["2.6"]}, snapshot("'2.6' is not a valid metadata version")),
        ({"version": []}, snapshot("'version' is a required field")),
        ({"version": ["1.0-x"]}, snapshot("'1.0-x' is invalid for 'version'")),
        ({"version": ["1.0+l"]}, snapshot("The use of local versions in '1.0+l' is not allowed. See https://packaging.python.org/en/latest/specifications/version-specifiers/#local-version-identifiers for more information.")),
        ({"summary": ["a\nb"]}, snapshot("'summary' must be a single line")),
        ({"summary": ["a", "b"]}, snapshot("'summary' has invalid data")),
        ({"summary": ["x" * 512]}, snapshot(None)),
        ({"summary": ["x" * 513]}, snapshot("'summary' field must be 512 characters or less")),
        ({"summary": [""]}, snapshot(None)),
        ({"description_content_type": ["text/html"]}, snapshot("'description-content-type' must be one of ['text/plain', 'text/x-rst', 'text/markdown'], not 'text/html'")),
        ({"description_content_type": ["text/plain; charset=utf-8"]}, snapshot("'description-content-type' can only specify the UTF-8 charset, not 'utf-8'")),
        ({"description_content_type": ["text/markdown; variant=gfm"]}, snapshot("valid Markdown variants for 'description-content-type' are ['GFM', 'CommonMark'], not 'gfm'")),
        ({"description_content_type": ["text/plain; x*"]}, snapshot("Internal Server Error")),
        ({"author_email": ["Foo <no-at>"]}, snapshot("'no-at' is not a valid email address: An email address must have an @-sign")),
        ({"author_email": ["a@b.org, nonsense"]}, snapshot(None)),
        ({"classifiers": ["B", "A"]}, snapshot("'A' is not a valid classifier")),
        ({"home_page": ["ftp://x.org"]}, snapshot("'ftp://x.org' is not a valid url")),
        ({"home_page": ["x.org"]}, snapshot("'x.org' is not a valid url")),
        ({"project_urls": ["Home, https://x.org"]}, snapshot(None)),
        ({"project_urls": [", https://x.org"]}, snapshot("Must have a label")),
        ({"project_urls": ["Home"]}, snapshot("Must have a URL")),
        ({"project_urls": ["Home, nonsense"]}, snapshot("'nonsense' is not a valid url")),
        ({"project_urls": ["A, https://x.org", "A, https://y.org"]}, snapshot("'project_urls' has invalid data")),
        ({"requires_dist": ["x @ https://x.org/x.whl"]}, snapshot("Can't have direct dependency: x @ https://x.org/x.whl")),
        ({"requires_dist": ["x y"]}, snapshot("'x y' is invalid for 'requires-dist'")),
        ({"requires_dist": ["x{y}"]}, snapshot("Internal Server Error")),
        ({"requires_python": ["three"]}, snapshot("'three' is invalid for 'requires-python'")),
        ({"dynamic": ["Version"]}, snapshot("'version' is not allowed as a dynamic field")),
        ({"dynamic": ["Dynamic"]}, snapshot("Dynamic field 'dynamic' is not a valid dynamic field")),
        ({"provides_extra": ["a b"]}, snapshot("'a b' is invalid for 'provides-extra'")),
        ({"license_file": ["../LICENSE"]}, snapshot("'../LICENSE' is invalid for 'license-file', parent directory indicators are not allowed")),
        ({"license_expression": ["MIT"], "license": ["MIT License"]}, snapshot("License is deprecated when License-Expression is present. Only License-Expression should be present")),
        ({"import_name": ["hello"]}, snapshot("import-name introduced in metadata version 2.5, not 2.4")),
        ({"import_names": ["-"]}, snapshot(None)),
        ({"metadata_version": ["2.1"], "license_file": ["LICENSE"]}, snapshot("license-file introduced in metadata version 2.4, not 2.1")),
    ],
)  # fmt: skip
def test_each_field_is_judged(fields: dict[str, list[str]], words: str | None) -> None:
    assert message(**fields) == words


def test_the_fields_that_matter_most_are_named_first() -> None:
    wrong = {"summary": ["a\nb"], "author_email": ["x"], "requires_python": ["x"], "version": ["x"], "name": [""]}
    judged = metadata.mistakes(metadata.from_form({**BASE, **wrong}))
    assert [mistake.field for mistake in judged] == ["name", "version", "requires-python", "summary"]
    # PyPI's own demands are looked at when the specification is content.
    assert "author-email" not in {mistake.field for mistake in judged}


def test_all_of_pypis_demands_are_named_at_once() -> None:
    wrong = {"summary": ["x" * 600], "author_email": ["x"], "classifiers": ["B", "A"], "version": ["1+l"]}
    judged = metadata.mistakes(metadata.from_form({**BASE, **wrong}))
    assert [mistake.field for mistake in judged] == ["version", "author-email", "classifier", "classifier", "summary"]


def test_a_file_says_what_a_form_says() -> None:
    content = (
        b"Metadata-Version: 2.4\nName: hello\nVersion: 1.0\nKeywords: a,b\nPlatform: any\nClassifier: Typing :: Typed\n"
        b"Project-URL: Home, https://x.org\nLicense-File: LICENSE\nRequires-Dist: x\n\nLong.\n"
    )
    form = {
        **BASE,
        "keywords": ["a,b"],
        "platform": ["any"],
        "classifiers": ["Typing :: Typed"],
        "project_urls": ["Home, https://x.org"],
        "license_file": ["LICENSE"],
        "requires_dist": ["x"],
        "description": ["Long.\n"],
    }
    from_file, from_form = metadata.from_file(content), metadata.from_form(form)
    assert dict(from_file.texts) == dict(from_form.texts)
    assert {name: tuple(values) for name, values in from_file.lists.items()} == dict(from_form.lists)
    assert (from_file.urls, from_file.present) == (from_form.urls, from_form.present)
    assert metadata.judge(from_file) is None


def test_a_local_version_is_taken_where_that_is_asked_for_and_nothing_else() -> None:
    local = {**BASE, "version": ["1.0+a"]}
    assert metadata.judge_form(local) is not None
    assert metadata.judge_form(local, local_versions=True) is None
    assert metadata.judge_form({**local, "summary": ["x" * 513]}, local_versions=True) is not None


@pytest.mark.parametrize(
    ("expression", "accepted"),
    [
        ("MIT", True),
        ("mit or (apache-2.0 and bsd-3-clause)", True),
        ("GPL-2.0-or-later WITH Classpath-exception-2.0", True),
        ("(MIT) WITH Classpath-exception-2.0", True),
        ("LicenseRef-", True),
        ("LicenseRef-Own_licence", False),
        ("MIT WITH MIT", False),
        ("MIT OR", False),
        ("(MIT", False),
        ("MIT Apache-2.0", False),
        ("()", False),
        ("", False),
        ("Proprietary", False),
    ],
)
def test_licence_expressions(expression: str, accepted: bool) -> None:
    assert is_valid(expression) is accepted


names = st.sampled_from([name.replace("-", "_") for name in metadata.FIELDS] + ["classifiers", "project_urls", "x"])


@given(st.dictionaries(names, st.lists(st.text(), min_size=1, max_size=2), max_size=4))
def test_no_form_is_too_odd(fields: dict[str, list[str]]) -> None:
    answer = metadata.judge_form({**BASE, **fields})
    assert answer is None or answer.status in {400, 500}


@given(st.binary())
def test_no_file_is_too_odd(content: bytes) -> None:
    for start in (b"", b"Metadata-Version: 2.4\nName: x\nVersion: 1\n"):
        answer = metadata.judge(metadata.from_file(start + content))
        assert answer is None or answer.status in {400, 500}


@given(st.text(alphabet="()+-.aADMITOR wWith{}*;=\"'\\\n", max_size=60))
def test_no_value_is_too_odd(value: str) -> None:
    for name in ("license_expression", "description_content_type", "requires_dist", "requires_python", "author_email"):
        message(**{name: [value]})


@pytest.mark.parametrize("name", ["requires_dist", "description_content_type", "license_expression", "author_email"])
def test_depth_hurts_nobody(name: str) -> None:
    for value in ("(" * 20_000, "x; " + "(" * 5_000 + "a=='b'" + ")" * 5_000):
        message(**{name: [value]})
