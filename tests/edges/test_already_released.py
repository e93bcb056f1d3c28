"""Whether a version is released already: by the files of its name, asked where no user looks; and what came before it."""

from __future__ import annotations

import pytest

from pypublish.edges.index import already_released
from pypublish.edges.world import World
from pypublish.listing import IndexFile, IndexPage, Released, files_before, files_of_version
from tests.edges.index_pages import an_index, json_page
from tests.faulty_server import Chunk, FaultyServer, Request, always, reply


@pytest.mark.parametrize(
    ("filename", "belongs"),
    [
        ("foo_bar-1.2.0-py3-none-any.whl", True),
        ("foo_bar-1.2-py3-none-any.whl", True),  # PEP 440: the same version
        ("foo_bar-1.2.0-1-cp313-cp313-any.whl", True),
        ("foo_bar-1.2.0-py3.-none-any.whl", True),  # malformed tags do not hide it
        ("foo_bar-1.2.0.post1-py3-none-any.whl", False),
        ("foo_bar-1.2.0rc1-py3-none-any.whl", False),
        ("foo_bar-1.2.0.tar.gz", True),
        ("Foo.Bar-1.2.tar.gz", True),
        ("foo-bar-1.2.0.zip", True),
        ("foo-bar-1.2.0-1.tar.gz", False),  # 1.2.0.post1
        ("foo_bar-1.2.1.tar.gz", False),
        ("foo_bar.whl", False),
        ("foo_bar-1.2.0.exe", False),
        ("", False),
    ],
)
def test_a_file_belongs_to_the_version_in_its_name(filename: str, belongs: bool) -> None:
    page = IndexPage(name="foo-bar", files=(IndexFile(filename=filename, url="https://x/", sha256=None),))
    assert bool(files_of_version(page, "1.2.0")) is belongs


def test_an_unknown_project_is_asked_for_only_where_no_user_looks(quick: World) -> None:
    with always(reply(status=404)) as server:
        assert already_released(an_index(server, pypi=True), "Hello.World", "1.0", quick) == Released(
            project_exists=False
        )
    # A 404 of /simple/… or of …/1.0/json would be remembered by the CDN and hide the release later.
    assert [(request.method, request.path) for request in server.requests] == [("HEAD", "/pypi/hello-world/json")]


def test_a_known_project_shows_the_versions_files(quick: World) -> None:
    def behaviour(request: Request) -> list[Chunk]:
        return reply() if request.method == "HEAD" else json_page()

    with FaultyServer(behaviour=behaviour) as server:
        index = an_index(server, pypi=True)
        assert already_released(index, "hello", "1.2", quick) == Released(
            project_exists=True,
            files=("hello-1.2.0-py3-none-any.whl", "hello-1.2.0.tar.gz"),
            first_upload="2026-11-20T10:00:00.123456Z",
            status="archived",
        )
        other = already_released(index, "hello", "1.3", quick)
        assert other == Released(
            project_exists=True,
            status="archived",
            before={"hello-1.2.0-py3-none-any.whl": 1234},
            last=other.last,
        )
        assert [file.filename for file in other.last] == list(other.before)


def test_the_size_of_a_project_is_known_where_that_of_every_file_is(quick: World) -> None:
    entry = {"filename": "hello-1.0.tar.gz", "url": "hello-1.0.tar.gz", "hashes": {}}
    page = {"meta": {"api-version": "1.4"}, "name": "hello"}
    for sizes, size in (([1 << 30, 5], (1 << 30) + 5), ([1, None], None), ([], 0)):
        files = [{**entry, "size": one} if one is not None else entry for one in sizes]
        with always(json_page({**page, "files": files})) as server:
            assert already_released(an_index(server), "hello", "1.0", quick).size == size


def test_the_files_of_the_release_before_are_told_with_their_sizes(quick: World) -> None:
    entry = {"url": "x", "hashes": {}}
    files = [
        {**entry, "filename": "hello-1.0.tar.gz", "size": 10},
        {**entry, "filename": "hello-1.1-py3-none-any.whl", "size": 11},
        {**entry, "filename": "hello-1.1.tar.gz"},
        {**entry, "filename": "hello-2.0.tar.gz", "size": 20},
    ]
    page = {"meta": {"api-version": "1.4"}, "name": "hello", "files": files}
    with always(json_page(page)) as server:
        assert already_released(an_index(server), "hello", "1.2", quick).before == {"hello-1.1-py3-none-any.whl": 11}


@pytest.mark.parametrize(
    ("version", "before"),
    [
        ("1.2.0", "1.1"),
        ("1.3.0", "1.2"),
        ("1.3.0rc2", "1.3.0rc1"),
        ("1.3.1", "1.2"),
        ("2.1", "2.0"),
        ("1.0", None),
    ],
)
def test_the_release_before_is_the_newest_lower_one(version: str, before: str | None) -> None:
    lines = ("1.0", "1.1", "1.2", "1.3.0rc1", "2.0")
    files = [IndexFile(filename=f"hello-{line}.tar.gz", url="https://x/", sha256=None) for line in lines]
    yanked = IndexFile(filename="hello-1.3.0.tar.gz", url="https://x/", sha256=None, yanked="broken")
    odd = IndexFile(filename="hello.exe", url="https://x/", sha256=None)
    page = IndexPage(name="hello", files=(*files, yanked, odd))
    assert [file.filename for file in files_before(page, version)] == ([f"hello-{before}.tar.gz"] if before else [])


def test_an_index_of_ones_own_is_asked_for_its_page_at_once(quick: World) -> None:
    with always(reply(status=404)) as server:
        assert not already_released(an_index(server), "hello", "1.0", quick).project_exists
    assert server.paths == ["/simple/hello/"]
