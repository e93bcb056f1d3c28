"""`[tool.pypublish]`: what it means, and what is a mistake."""

from __future__ import annotations

from dataclasses import fields

import pytest
from inline_snapshot import snapshot

from pypublish.errors import SettingsError
from pypublish.model import PYPI
from pypublish.render.settings import MEANINGS
from pypublish.settings import Settings, find_index, parse


def test_no_table_makes_the_defaults() -> None:
    assert parse(None) == parse({}) == Settings()


def test_every_setting_is_explained() -> None:
    assert set(MEANINGS) == {field.name for field in fields(Settings)}


@pytest.mark.parametrize(
    ("table", "mistake"),
    [
        ({"tag-fromat": "v"}, "tag-fromat: no such key; did you mean 'tag-format'?"),
        ({"tag-format": "v"}, "tag-format: needs {version} once, as in 'v{version}', not 'v'"),
        ({"tag-format": "v {version}"}, "tag-format: 'v {version}' has ' ', which git takes in no tag"),
        ({"tag-format": "v{version}\n*"}, r"tag-format: 'v{version}\n*' has '\n', '*', which git takes in no tag"),
        ({"ignore": {"a": " "}}, "ignore.a: needs a reason"),
        ({"ignore": ["a"]}, "ignore: must be a table, not a list"),
        ({"build-timeout": 0}, "build-timeout: must be more than 0 seconds"),
        ({"build-timeout": "60"}, "build-timeout: must be a whole number, not a string"),
        ({"patience": -1}, "patience: must not be less than 0 seconds"),
        (
            {"index": {"pypi": {"upload-url": "a", "simple-url": "b"}}},
            "index.pypi: is known already, give yours another name",
        ),
        ({"index": {"ours": {"upload-url": "a"}}}, "index['ours'].simple-url: is missing"),
        (
            {"dependencies-index": "https://me:secret@example.org/simple/"},
            "dependencies-index: holds a login, and whoever reads the repository has it; give it by netrc or the tools' variables",
        ),
        (3, "must be a table, not a whole number"),
    ],
)
def test_a_mistake_is_named(table: object, mistake: str) -> None:
    with pytest.raises(SettingsError) as raised:
        parse(table)
    assert mistake in raised.value.mistakes


def test_the_words() -> None:
    with pytest.raises(SettingsError) as raised:
        parse({"tag-fromat": "v", "strict": "yes"})
    assert f"{raised.value}\n{raised.value.hint}" == snapshot("""\
[tool.pypublish] in pyproject.toml does not read
  strict: must be true or false, not a string
  tag-fromat: no such key; did you mean 'tag-format'?
docs/settings.md lists every setting with its default.\
""")


def test_an_index_is_found_by_name() -> None:
    settings = parse({"index": {"ours": {"upload-url": "https://a/u", "simple-url": "https://a/s"}}})
    assert find_index(settings, "pypi") == PYPI
    assert find_index(settings, "nowhere") is None
    ours = find_index(settings, "ours")
    assert ours is not None
    assert (ours.upload_url, ours.oidc_audience, ours.is_pypi) == ("https://a/u", "ours", False)
