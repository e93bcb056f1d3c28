"""Where a repository is, told from the addresses of its remotes."""

from __future__ import annotations

import pytest

from pypublish.checks.repository_host import host_of, hosting, named
from pypublish.checks.setup_plan import Hosting
from pypublish.errors import UsageError


@pytest.mark.parametrize(
    ("remotes", "expected"),
    [
        ({}, Hosting()),
        ({"origin": "git@github.com:acme/hello.git"}, Hosting(owner="acme", repository="hello")),
        ({"origin": "https://github.com/acme/hello"}, Hosting(owner="acme", repository="hello")),
        ({"origin": "ssh://git@ssh.github.com:443/acme/hello.git"}, Hosting(owner="acme", repository="hello")),
        ({"x": "git://GitHub.com/Acme/He.llo.git/"}, Hosting(owner="Acme", repository="He.llo")),
        (
            {"origin": "git@github.com:me/hello.git", "upstream": "git@github.com:acme/hello.git"},
            Hosting(owner="me", repository="hello", others=("acme/hello",)),
        ),
        (
            {"origin": "https://gitlab.com/acme/hello.git", "mirror": "https://github.com/acme/hello"},
            Hosting(owner="acme", repository="hello"),
        ),
        ({"origin": "git@gitlab.com:acme/sub/hello.git"}, Hosting(elsewhere=("gitlab.com",))),
        ({"origin": "https://notgithub.com/acme/hello"}, Hosting(elsewhere=("notgithub.com",))),
        ({"origin": "https://github.com.evil.org/acme/hello"}, Hosting(elsewhere=("github.com.evil.org",))),
        ({"origin": "/srv/git/hello.git"}, Hosting()),
        ({"origin": "../hello"}, Hosting()),
        ({"origin": "C:\\src\\hello"}, Hosting()),
        ({"origin": "https://github.com/a b/${{ x }}"}, Hosting(elsewhere=("github.com",))),
    ],
)
def test_the_host(remotes: dict[str, str], expected: Hosting) -> None:
    assert hosting(remotes) == expected


def test_the_same_repository_by_two_addresses_is_one() -> None:
    found = hosting({"origin": "git@github.com:acme/hello.git", "https": "https://github.com/acme/hello"})
    assert found == Hosting(owner="acme", repository="hello")


@pytest.mark.parametrize("url", ["", "file:///srv/hello.git", "./hello"])
def test_a_folder_is_on_no_host(url: str) -> None:
    assert host_of(url) == ""


@pytest.mark.parametrize(
    "text", ["acme/hello", " acme/hello.git ", "https://github.com/acme/hello", "git@github.com:acme/hello.git"]
)
def test_a_repository_may_be_named_in_any_way(text: str) -> None:
    assert named(text) == ("acme", "hello")


@pytest.mark.parametrize("text", ["hello", "a/b/c", "acme/${{ x }}", "/", "acme/"])
def test_what_names_none_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="is no repository on GitHub"):
        named(text)
