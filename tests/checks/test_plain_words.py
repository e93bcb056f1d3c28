"""Every mistake that PyPI names is said in words that need no specification, with what to do about it."""

from __future__ import annotations

import pytest
from inline_snapshot import snapshot

from pypublish.checks.mistakes import find_mistakes
from pypublish.checks.plain_words import advice, in_plain_words
from pypublish.pypi.metadata import Mistake, from_form

BASE = {"metadata_version": ["2.5"], "name": ["hello"], "version": ["1.0"]}


def mistakes(**fields: list[str]) -> tuple[Mistake, ...]:
    return find_mistakes(from_form({name: values for name, values in {**BASE, **fields}.items() if values}))


def said(**fields: list[str]) -> list[str]:
    return [" | ".join(filter(None, (in_plain_words(one), advice(one)))) for one in mistakes(**fields)]


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"metadata_version": ["2.6"]}, snapshot(["PyPI does not know Metadata-Version '2.6'"])),
        ({"name": []}, snapshot(["the metadata do not say the name"])),
        ({"name": ["hello world"]}, snapshot(["'hello world' is no name for a project"])),
        ({"version": ["one"]}, snapshot(["'one' is no version by PEP 440"])),
        ({"version": ["1+a"]}, snapshot(["'1+a' is a local version"])),
        ({"summary": ["a\nb"]}, snapshot(["the summary has more than one line"])),
        (
            {"description_content_type": ["text/html"]},
            snapshot(
                [
                    "the readme's content type is 'text/html' | PyPI takes text/markdown, text/x-rst and text/plain, as in `content-type = \"text/markdown\"`."
                ]
            ),
        ),
        (
            {"description_content_type": ["text/plain; charset=utf-8"]},
            snapshot(
                [
                    "the readme's content type gives the charset 'utf-8' | PyPI takes `charset=UTF-8` in capitals, or none."
                ]
            ),
        ),
        (
            {"description_content_type": ["text/markdown; variant=gfm"]},
            snapshot(
                [
                    "the readme's content type gives the Markdown variant 'gfm' | PyPI takes `variant=GFM` and `variant=CommonMark`, or none."
                ]
            ),
        ),
        (
            {"author_email": ["jo"]},
            snapshot(["'jo' is no e-mail address: an email address must have an @-sign"]),
        ),
        ({"classifiers": ["Typed"]}, snapshot(["PyPI knows no classifier 'Typed'"])),
        (
            {"classifiers": ["Natural Language :: Ukranian", "License :: OSI Approved :: X.Net License"]},
            snapshot(
                [
                    "the classifier 'License :: OSI Approved :: X.Net License' is deprecated | Remove it.",
                    "the classifier 'Natural Language :: Ukranian' is deprecated | Write 'Natural Language :: Ukrainian' instead.",
                ]
            ),
        ),
        (
            {"home_page": ["x.org"]},
            snapshot(["'x.org' is no web address | Write the whole address, from https:// (or http://) on."]),
        ),
        (
            {"project_urls": [", https://x.org", f"{'x' * 40}, https://x.org", "Home"]},
            snapshot(
                [
                    "a project URL has no label",
                    "the label 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx' has more than 32 characters",
                    "a label has no URL",
                ]
            ),
        ),
        (
            {"requires_dist": ["a b", "c @ https://x.org/c.whl", "d d"]},
            snapshot(
                [
                    "the dependency 'a b' cannot be read | Write it as in `name>=1.0` (https://packaging.python.org/specifications/dependency-specifiers/).",
                    "the dependency 'd d' cannot be read | Write it as in `name>=1.0` (https://packaging.python.org/specifications/dependency-specifiers/).",
                    "the dependency 'c @ https://x.org/c.whl' is an address, not a release",
                ]
            ),
        ),
        ({"requires_python": ["three"]}, snapshot(["requires-python 'three' is no version specifier"])),
        (
            {"license_expression": ["Apache 2.0"]},
            snapshot(
                [
                    "'Apache 2.0' is no licence expression of SPDX | Did you mean 'Apache-2.0'? See https://spdx.org/licenses/."
                ]
            ),
        ),
        (
            {"license_file": ["../LICENSE"]},
            snapshot(["the licence file '../LICENSE' is not taken: parent directory indicators are not allowed"]),
        ),
        (
            {"license_expression": ["MIT"], "license": ["MIT"]},
            snapshot(
                [
                    'the field License is there beside License-Expression | Keep the one: `license = "MIT"` (or yours) in pyproject.toml, and nothing about it elsewhere.'
                ]
            ),
        ),
        ({"provides_extra": ["a b"]}, snapshot(["'a b' is no name for an extra"])),
        (
            {"dynamic": ["Name", "Colour", "Dynamic"]},
            snapshot(
                [
                    "'name' must not be dynamic",
                    "there is no field 'colour' that could be dynamic",
                    "there is no field 'dynamic' that could be dynamic",
                ]
            ),
        ),
        (
            {"metadata_version": ["2.4"], "import_name": ["hello"]},
            snapshot(["the field import-name came with Metadata-Version 2.5, and the file says 2.4"]),
        ),
        (
            {"import_namespace": ["class"]},
            snapshot(["'class' is no name that can be imported: 'class' is a keyword"]),
        ),
        ({"summary": ["a", "b"]}, snapshot(["summary is there twice, or has a form that it must not have"])),
        ({"requires_dist": ["x{y}"]}, snapshot(["requires-dist: PyPI's own code breaks over the value"])),
    ],
)
def test_the_words(fields: dict[str, list[str]], words: list[str]) -> None:
    assert said(**fields) == words


def test_words_of_pypis_that_are_new_are_passed_on() -> None:
    assert in_plain_words(Mistake(field="summary", message="too dull")) == "summary: too dull"
    assert in_plain_words(Mistake(field="summary", message="the summary is dull")) == "the summary is dull"


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("Apache 2.0", "Apache-2.0"),
        ("Apache License, Version 2.0", "Apache-2.0"),
        ("Apache Software License", ""),
        ("MIT License", "MIT"),
        ("The MIT License", "MIT"),
        ("mitigated", ""),
        ("GPLv3+", "GPL-3.0-or-later"),
        ("GPL v2", "GPL-2.0-only"),
        ("LGPLv2.1 or later", "LGPL-2.1-or-later"),
        ("GPL", ""),
        ("BSD", "BSD-3-Clause"),
        ("New BSD License", "BSD-3-Clause"),
        ("BSD 2-Clause", "BSD-2-Clause"),
        ("Proprietary", "LicenseRef-Proprietary"),
        ("LicenseRef-Own+", ""),
        ("ours", ""),
        ("", ""),
    ],
)
def test_a_licence_that_may_be_meant(written: str, meant: str) -> None:
    mistake = Mistake(field="license-expression", message=f"{written!r} is invalid for 'license-expression'")
    assert advice(mistake) == (f"Did you mean {meant!r}? See https://spdx.org/licenses/." if meant else "")
