"""The metadata, as PyPI wants them, and as people want them."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import pytest
from inline_snapshot import snapshot

from pypublish.checks import completeness
from pypublish.checks import metadata as metadata_checks
from pypublish.checks.catalog import collect
from pypublish.checks.subjects import Dist
from pypublish.findings import Location
from pypublish.model import Project
from tests.checks.examples import Example, fails, findings, name_of, passes, say
from tests.factories import metadata, sdist, wheel

SOUND = wheel().dist()
METADATA = "hello-1.0.0-py3-none-any.whl::hello-1.0.0.dist-info/METADATA: "


def having(*more: str, description: str = "# hello\n", **changes: str | None) -> Dist:
    fields = {field.replace("_", "-").title(): value for field, value in changes.items()}
    return wheel(meta=metadata(fields, *more, description=description)).dist()


RST = "Hello world\n====\n\nIt says hello.\n"

EXAMPLES = [
    fails(
        "metadata-are-there",
        wheel(without=("METADATA",)).dist(),
        METADATA + "there is no hello-1.0.0.dist-info/METADATA",
    ),
    fails(
        "metadata-are-there",
        sdist(without=("PKG-INFO",)).dist(),
        "hello-1.0.0.tar.gz::hello-1.0.0/PKG-INFO: there is no hello-1.0.0/PKG-INFO",
    ),
    passes("metadata-are-there", SOUND),
    passes("metadata-are-there", sdist().dist()),
    fails(
        "metadata-version-is-accepted",
        having(Metadata_Version="2.6"),
        METADATA + "PyPI does not know Metadata-Version '2.6'",
    ),
    passes("metadata-version-is-accepted", having(Metadata_Version="2.5")),
    fails(
        "name-is-valid",
        having(Name="-hello"),
        METADATA + "'-hello' is no name for a project",
    ),
    fails("name-is-valid", having(Name=None), METADATA + "the metadata do not say the name"),
    passes("name-is-valid", having(Name="Hello.World_2")),
    fails(
        "built-version-is-public",
        having(Version="1.0.0+g3fd21c0"),
        METADATA + "'1.0.0+g3fd21c0' is a local version",
    ),
    passes("built-version-is-public", having(Version="new")),
    fails("built-version-is-valid", having(Version="new"), METADATA + "'new' is no version by PEP 440"),
    passes("built-version-is-valid", having(Version="1.0.0rc1+a")),
    fails(
        "summary-fits",
        having(Summary="hello " * 100),
        METADATA + "the summary has 600 characters, 88 too many",
    ),
    passes("summary-fits", SOUND),
    fails(
        "description-type-is-known",
        having(Description_Content_Type="text/html"),
        METADATA + "the readme's content type is 'text/html'",
    ),
    passes("description-type-is-known", having(Description_Content_Type="text/markdown; variant=GFM")),
    fails(
        "emails-are-valid",
        having(Author_Email="Jo <jo at example.org>"),
        METADATA + "'jo at example.org' is no e-mail address: an email address must have an @-sign",
    ),
    passes("emails-are-valid", having(Author_Email="Jo <jo@example.org>")),
    fails(
        "classifiers-are-known",
        having("Classifier: Programming Language :: Pyton"),
        METADATA + "PyPI knows no classifier 'Programming Language :: Pyton'",
    ),
    fails(
        "classifiers-are-known",
        having("Classifier: Programming Language :: Python :: 3.99"),
        METADATA + "PyPI knows no classifier 'Programming Language :: Python :: 3.99' [warning]",
    ),
    fails(
        "classifiers-are-known",
        having("Classifier: Natural Language :: Ukranian"),
        METADATA + "the classifier 'Natural Language :: Ukranian' is deprecated",
    ),
    passes("classifiers-are-known", having("Classifier: Programming Language :: Python :: 3.13")),
    fails(
        "urls-are-valid",
        having("Project-URL: Source, example.org/hello", "Project-URL: , https://example.org"),
        METADATA + "'example.org/hello' is no web address",
        METADATA + "a project URL has no label",
    ),
    fails(
        "urls-are-valid",
        having(Home_Page="hello"),
        METADATA + "'hello' is no web address",
    ),
    passes("urls-are-valid", having("Project-URL: Source, https://example.org/hello")),
    fails(
        "dependencies-are-accepted",
        having("Requires-Dist: world @ https://example.org/world.zip"),
        METADATA + "the dependency 'world @ https://example.org/world.zip' is an address, not a release",
    ),
    fails(
        "dependencies-are-accepted",
        having("Requires-Dist: world >> 1"),
        METADATA + "the dependency 'world >> 1' cannot be read",
    ),
    passes("dependencies-are-accepted", having("Requires-Dist: world>=1; extra == 'all'")),
    fails(
        "requires-python-is-valid",
        having(Requires_Python="3.11 or later"),
        METADATA + "requires-python '3.11 or later' is no version specifier",
    ),
    passes("requires-python-is-valid", SOUND),
    fails(
        "license-is-accepted",
        having(License_Expression="Apache 2"),
        METADATA + "'Apache 2' is no licence expression of SPDX",
    ),
    fails(
        "license-is-accepted",
        having("License: MIT"),
        METADATA + "the field License is there beside License-Expression",
    ),
    fails(
        "license-is-accepted",
        having("License-File: ../LICENSE"),
        METADATA + "the licence file '../LICENSE' is not taken: parent directory indicators are not allowed",
    ),
    passes("license-is-accepted", having(License_Expression="MIT OR Apache-2.0")),
    passes("license-is-accepted", having("License-File: LICENSE", Metadata_Version="2.1", License_Expression=None)),
    fails(
        "metadata-fields-are-valid",
        having("Colour: blue"),
        METADATA + "no field of the metadata is called 'colour'",
    ),
    fails(
        "metadata-fields-are-valid",
        having("Dynamic: name"),
        METADATA + "'name' must not be dynamic",
    ),
    passes("metadata-fields-are-valid", having("Dynamic: requires-dist")),
    fails(
        "description-renders",
        having(Description_Content_Type="text/x-rst", description=RST),
        METADATA + "line 2 of the readme keeps the description from rendering: Title underline too short.",
    ),
    fails(
        "description-renders",
        having(Description_Content_Type=None, description="It says :hi:`hello`."),
        METADATA + 'line 1 of the readme keeps the description from rendering: Unknown interpreted text role "hi".',
    ),
    passes("description-renders", having(Description_Content_Type="text/markdown", description=RST)),
    passes(
        "description-renders",
        having(Description_Content_Type="text/x-rst", description="Hello\n=====\n\nIt says hello.\n"),
    ),
    passes("description-renders", having(Description_Content_Type="text/html", description=RST)),
    fails("description-is-there", having(description=""), METADATA + "there is no long description"),
    fails("description-is-there", having(description="UNKNOWN\n"), METADATA + "there is no long description"),
    passes("description-is-there", SOUND),
    fails(
        "description-type-is-given",
        having(Description_Content_Type=None),
        METADATA + "the long description has no content type",
    ),
    passes("description-type-is-given", SOUND),
    passes("description-type-is-given", having(Description_Content_Type=None, description="")),
    fails("summary-is-there", having(Summary=None), METADATA + "there is no summary"),
    passes("summary-is-there", SOUND),
    fails("license-is-given", having(License_Expression=None), METADATA + "there is no licence"),
    passes("license-is-given", SOUND),
    passes("license-is-given", having("Classifier: License :: OSI Approved :: MIT License", License_Expression=None)),
    fails("requires-python-is-given", having(Requires_Python=None), METADATA + "there is no requires-python"),
    passes("requires-python-is-given", SOUND),
    fails("author-is-given", having(Author=None), METADATA + "there is neither an author nor a maintainer"),
    passes("author-is-given", having(Author=None, Maintainer_Email="Jo <jo@example.org>")),
]


@pytest.mark.parametrize("example", EXAMPLES, ids=name_of)
def test_metadata(example: Example) -> None:
    assert say(example.check, example.subject) == example.says


def test_everything_is_said_at_once() -> None:
    everything = having(
        "Classifier: No",
        "Requires-Dist: world @ https://example.org/world.zip",
        "Project-URL: Source, none",
        Version="1.0+a",
        Requires_Python="new",
        License_Expression="None",
        Author_Email="none",
    )
    assert [mistake.field for mistake in everything.mistakes] == [
        "author-email",
        "classifier",
        "license-expression",
        "project-url",
        "requires-dist",
        "requires-python",
        "version",
    ]


@pytest.mark.parametrize(
    ("classifier", "hint"),
    [
        ("Programming Language :: Pyton", snapshot("Did you mean 'Programming Language :: Python'?")),
        (
            "Framework :: Django :: 99.0",
            snapshot("It may be newer than our copy of PyPI's list: https://pypi.org/classifiers/ has the list."),
        ),
        ("zzzzzzzzzzzzzz", snapshot("Copy the classifier from https://pypi.org/classifiers/.")),
    ],
)
def test_what_to_do_about_a_classifier(classifier: str, hint: str) -> None:
    (found,) = findings("classifiers-are-known", having(f"Classifier: {classifier}"))
    assert found.hint == hint


def test_where_the_project_is_known_a_finding_is_at_the_line_of_pyproject() -> None:
    project = Project(
        root=Path(),
        name="hello",
        version="1.0.0",
        backend="hatchling.build",
        build_requires=(),
        metadata={},
        tool={},
        lines={"project.readme": 7, "project.classifiers": 9},
    )
    dist = wheel(meta=metadata({}, "Classifier: No", description="")).dist(project)
    assert [found.where for found in findings("classifiers-are-known", dist)] == [
        Location(file="pyproject.toml", line=9)
    ]
    assert [found.where for found in findings("description-is-there", dist)] == [
        Location(file="pyproject.toml", line=7)
    ]


@pytest.mark.parametrize("module", [metadata_checks, completeness], ids=lambda module: module.__name__)
def test_a_file_without_metadata_is_found_once(module: ModuleType) -> None:
    without = wheel(without=("METADATA",)).dist()
    found = [finding.check for check in collect(module, Dist) for finding in check(without)]
    assert found == (["metadata-are-there"] if module is metadata_checks else [])
