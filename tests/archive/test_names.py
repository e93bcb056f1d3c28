"""What members may be called, by themselves and beside each other."""

from __future__ import annotations

import io

import pytest

from pypublish.archive import Contents, Limits, read_zip
from pypublish.archive.member_names import shown
from tests.archive.making import (
    UTF8,
    Record,
    flaws_of,
    make_tar,
    make_zip,
    nothing,
    tar_contents,
    tar_member,
    zip_contents,
)

PLAIN = "member-names-are-plain"
INSIDE = "member-names-stay-inside"
SUITS = "member-names-suit-every-system"

SOUND = [
    "hello.py",
    "hello-1.0/src/hello/__init__.py",
    "hello-1.0.dist-info/METADATA",
    "hello-1.0/.gitignore",
    "hello-1.0/a..b",
    "hello-1.0/with blank",
    "hello-1.0/console.py",
    "hello-1.0/données.txt",
    "hello-1.0/数据.txt",
    "hello-1.0/{{cookiecutter.name}}/a",
    "/".join(["deep"] * 40),
    "hello-1.0/" + "long" * 60,
]

ODD = [
    ("", {f"{PLAIN}/empty"}),
    ("/etc/passwd", {f"{INSIDE}/absolute"}),
    ("C:/windows", {f"{INSIDE}/absolute", f"{SUITS}/windows?"}),
    ("../evil", {f"{INSIDE}/parent"}),
    ("hello-1.0/../../evil", {f"{INSIDE}/parent"}),
    ("..\\evil", {f"{INSIDE}/parent", f"{PLAIN}/backslash"}),
    ("hello-1.0\\a", {f"{PLAIN}/backslash"}),
    ("hello-1.0//a", {f"{PLAIN}/dot"}),
    ("hello-1.0/./a", {f"{PLAIN}/dot"}),
    (".", {f"{PLAIN}/dot"}),
    ("./a", {"archive-reads-one-way/dot-slash?"}),
    ("hello-1.0/a\nb", {f"{PLAIN}/control"}),
    ("hello-1.0/a\x7f", {f"{PLAIN}/control"}),
    ("hello-1.0/\u202egpj.py", {f"{PLAIN}/invisible"}),
    ("hello-1.0/a\u200bb", {f"{PLAIN}/invisible"}),
    ("hello-1.0/" + "a" * 256, {f"{PLAIN}/long"}),
    ("hello-1.0/" + "é" * 128, {f"{PLAIN}/long"}),
    ("/".join(["deep"] * 1000), {f"{PLAIN}/long"}),
    ("hello-1.0/aux", {f"{SUITS}/reserved?"}),
    ("hello-1.0/Con.txt", {f"{SUITS}/reserved?"}),
    ("hello-1.0/what?", {f"{SUITS}/windows?"}),
    ("hello-1.0/a:b", {f"{SUITS}/windows?"}),
    ("hello-1.0/end.", {f"{SUITS}/windows?"}),
    ("hello-1.0/end /a", {f"{SUITS}/windows?"}),
]

TOGETHER = [
    (["a/b", "a/c", "a/b/"], {"member-names-are-unique/file-and-folder"}),
    (["a", "a/b"], {"member-names-are-unique/file-and-folder"}),
    (["Readme", "README"], {"member-names-differ-in-more-than-case/file"}),
    (["ПРИВЕТ", "привет"], {"member-names-differ-in-more-than-case/file"}),
    (["caf\u00e9", "cafe\u0301"], {"member-names-differ-in-more-than-case/file"}),
    (["stra\u00dfe", "strasse"], {"member-names-differ-in-more-than-case/file"}),
    (["tmp", "Tmp/a"], {"member-names-differ-in-more-than-case/folder"}),
    (["Docs/a", "docs/b"], {f"{SUITS}/folder?"}),
    (["Docs/a", "docs/a"], {f"{SUITS}/folder?", "member-names-differ-in-more-than-case/file"}),
    (["a/b", "c/b", "a/c/d"], set()),
]


def zip_of(*names: str) -> bytes:
    return make_zip(*(Record(name=name.encode(), flags=UTF8, content=b"") for name in names))


@pytest.mark.parametrize("name", SOUND)
def test_a_usual_name_is_no_flaw(name: str) -> None:
    assert zip_contents(zip_of(name)).flaws == ()


@pytest.mark.parametrize(("name", "flaws"), ODD)
def test_an_odd_name_is_a_flaw(name: str, flaws: set[str]) -> None:
    assert flaws_of(zip_contents(zip_of(name))) == flaws


@pytest.mark.parametrize(("names", "flaws"), TOGETHER)
def test_names_may_not_get_in_each_others_way(names: list[str], flaws: set[str]) -> None:
    assert flaws_of(zip_contents(zip_of(*names))) == flaws


@pytest.mark.parametrize(
    ("name", "flaws"),
    [
        ("hello-1.0/a:b", {f"{PLAIN}/tar-policy"}),
        ("hello-1.0/a ", {f"{PLAIN}/tar-policy"}),
        (" hello-1.0/a", {f"{PLAIN}/tar-policy"}),
        ("hello-1.0/ a", set()),
        ("hello-1.0/a\u200bb", {f"{SUITS}/invisible?"}),
    ],
)
def test_uv_is_of_another_opinion_on_names_in_a_tar(name: str, flaws: set[str]) -> None:
    assert flaws_of(tar_contents(make_tar([tar_member(b"x", name.encode())]))) == flaws


def test_a_name_is_shown_so_that_it_does_nothing_to_a_terminal() -> None:
    assert shown("a\x1b[31m\u202e\ud800") == r"'a\x1b[31m\u202e\ud800'"
    assert len(shown("a" * 10_000)) < 200


def test_names_and_members_are_bounded() -> None:
    many = zip_of(*(f"hello-1.0/{n}" for n in range(20)))
    for limits in (Limits(members=10), Limits(names=100)):
        contents = _read(many, limits)
        assert "archive-is-bounded/members" in flaws_of(contents)
        assert len(contents.members) <= 10
        assert contents.refused
    deep = zip_of("/".join(["deep"] * 400), "/".join(["deeper"] * 400))
    assert "archive-is-bounded/folders" in flaws_of(_read(deep, Limits(names=5_000)))


def _read(data: bytes, limits: Limits) -> Contents:
    return read_zip(io.BytesIO(data), keep=nothing, limits=limits)
