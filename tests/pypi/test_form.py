"""The form of an upload is tidied and judged as PyPI does it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from inline_snapshot import snapshot

from pypublish.pypi import form

GOOD = {"name": ["hello"], "filetype": ["sdist"], "md5_digest": ["x"]}


@pytest.mark.parametrize(
    ("fields", "tidy"),
    [
        ({"author": ["UNKNOWN"]}, {}),
        ({"author": [" UNKNOWN\n"]}, {}),
        ({"author": ["unknown"]}, {"author": ["unknown"]}),
        ({"classifiers": ["A", "UNKNOWN"]}, {}),
        ({"classifiers": ["UNKNOWN", "A"]}, {"classifiers": ["UNKNOWN", "A"]}),
        ({"summary": ["a\x00b"]}, {"summary": ["a\\x00b"]}),
        ({"summary": [""]}, {"summary": [""]}),
    ],
)
def test_what_is_tidied_away(fields: dict[str, list[str]], tidy: dict[str, list[str]]) -> None:
    assert form.sanitise(fields) == tidy


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({}, snapshot(None)),
        ({"name": []}, snapshot("'' is an invalid value for Name. Error: This field is required. See https://packaging.python.org/specifications/core-metadata for more information.")),
        ({"name": ["-"]}, snapshot("'-' is an invalid value for Name. Error: Start and end with a letter or numeral containing only ASCII numeric and '.', '_' and '-'. See https://packaging.python.org/specifications/core-metadata for more information.")),
        ({"name": ["é" + "x" * 70]}, snapshot("'éxxxxxxxxxxxxxxxxxxxxxxxxxxxxx...xxxxxxxxxxxxxxxxxxxxxxxxxxxxxx' is an invalid value for Name. Error: Start and end with a letter or numeral containing only ASCII numeric and '.', '_' and '-'. See https://packaging.python.org/specifications/core-metadata for more information.")),
        ({"name": ["a\n"]}, snapshot("'a\\n' is an invalid value for Name. Error: Start and end with a letter or numeral containing only ASCII numeric and '.', '_' and '-'. See https://packaging.python.org/specifications/core-metadata for more information.")),
        ({"filetype": []}, snapshot("Invalid value for filetype. Error: This field is required.")),
        ({"filetype": ["bdist_wininst"]}, snapshot("Invalid value for filetype. Error: Use a known file type.")),
        ({"filetype": ["bdist_wheel"]}, snapshot("Invalid value for pyversion. Error: Python version is required for binary distribution uploads.")),
        ({"pyversion": ["3.4"]}, snapshot("Invalid value for pyversion. Error: Use 'source' as Python version for an sdist.")),
        ({"pyversion": ["source"]}, snapshot(None)),
        ({"md5_digest": []}, snapshot("Error: Include at least one message digest.")),
        ({"sha256_digest": ["0" * 63]}, snapshot("Invalid value for sha256_digest. Error: Use a valid, hex-encoded, SHA256 message digest.")),
        ({"blake2_256_digest": ["g" * 64]}, snapshot("Invalid value for blake2_256_digest. Error: Use a valid, hex-encoded, BLAKE2 message digest.")),
        ({"sha256_digest": ["0" * 63], "filetype": ["x"]}, snapshot("Invalid value for filetype. Error: Use a known file type.")),
        ({"blake2_256_digest": ["g"], "filetype": ["x"]}, snapshot("Invalid value for blake2_256_digest. Error: Use a valid, hex-encoded, BLAKE2 message digest.")),
        ({"name": [], "filetype": ["x"]}, snapshot("'' is an invalid value for Name. Error: This field is required. See https://packaging.python.org/specifications/core-metadata for more information.")),
    ],
)  # fmt: skip
def test_each_field_is_judged(changes: dict[str, list[str]], message: str | None) -> None:
    fields = {name: values for name, values in {**GOOD, **changes}.items() if values}
    answer = form.fields_are_valid(fields)
    assert (answer.message if answer else None) == message


@pytest.mark.parametrize(("sent", "accepted"), [([], True), (["1"], True), (["2"], False), (["2", "1"], True)])
def test_the_protocol_has_one_version(sent: list[str], accepted: bool) -> None:
    assert (form.protocol_is_known({"protocol_version": sent} if sent else {}) is None) is accepted


def test_only_the_file_is_sent_as_a_file() -> None:
    assert form.files_are_files(["content", "gpg_signature"]) is None
    answer = form.files_are_files(["content", "description"])
    assert answer is not None
    assert answer.message == "description: Should not be a tuple."


pairs = st.lists(
    st.tuples(st.sampled_from(["name", "filetype", "pyversion", "md5_digest", "sha256_digest", "summary"]), st.text())
)


@given(pairs)
def test_no_form_is_too_odd(sent: list[tuple[str, str]]) -> None:
    fields = form.gather(sent)
    assert sum(map(len, fields.values())) == len(sent)
    tidy = form.sanitise(fields)
    assert all(values[-1].strip() != "UNKNOWN" and "\x00" not in values[-1] for values in tidy.values())
    assert form.sanitise(tidy) == tidy
    form.fields_are_valid(tidy)
