from __future__ import annotations

import pytest

from pypublish.checks.pythons import declared_pythons


def classifiers(*minors: str) -> list[str]:
    return ["Programming Language :: Python :: 3", *(f"Programming Language :: Python :: {minor}" for minor in minors)]


@pytest.mark.parametrize(
    ("project", "pythons"),
    [
        ({}, ()),
        ({"classifiers": classifiers()}, ()),
        ({"classifiers": classifiers("3.10", "3.9", "3.13")}, ("3.9", "3.10", "3.13")),
        ({"classifiers": classifiers("3.8", "3.9", "3.10"), "requires-python": ">=3.9.2,!=3.10.*"}, ("3.9",)),
        ({"classifiers": classifiers("3.9", "3 :: Only", "Implementation :: CPython")}, ("3.9",)),
        ({"classifiers": classifiers("3.9"), "requires-python": "three"}, ("3.9",)),
        ({"classifiers": "3.9", "requires-python": 3}, ()),
        ({"classifiers": [3.9, None]}, ()),
    ],
)
def test_what_classifiers_name_and_the_project_allows(project: dict[str, object], pythons: tuple[str, ...]) -> None:
    assert declared_pythons(project) == pythons
