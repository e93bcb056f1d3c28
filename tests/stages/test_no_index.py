"""What answers in the index's place: how long verify bears it, and what it says then."""

from __future__ import annotations

import gzip

import pytest
from inline_snapshot import snapshot

from pypublish.edges.world import World
from pypublish.errors import IndexUnavailableError
from pypublish.listing import PublishState
from tests.faulty_server import Chunk, reply
from tests.stages.appearing import JSON, SDIST, WHEEL, FakeIndex, gives_up, waiting

LOGIN_PAGE = reply(b"<title>Log in</title><a href='/login'>here</a>", content_type="text/html")


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        pytest.param(LOGIN_PAGE, "is no index: it answers with HTML in which no link leads", id="a login page"),
        pytest.param(reply(b"hello", content_type="text/plain"), "is no index: it answers with text/plain", id="text"),
        pytest.param(reply(b"{}", content_type=JSON), "is no index: the Simple API's version", id="other JSON"),
        pytest.param(reply(status=302, headers={"Location": "https://example.net/"}), "redirects to", id="elsewhere"),
        pytest.param(reply(status=403), "HTTP 403", id="refused"),
        pytest.param(reply(status=511), "wants a login first", id="a network's login"),
    ],
)
def test_what_is_no_index_is_borne_for_a_minute(world: World, answer: list[Chunk], words: str) -> None:
    fake = FakeIndex(trouble=lambda _: answer)
    error, said = gives_up(world, fake)
    assert (type(error), error.exit_code) == (IndexUnavailableError, 4)
    assert words in said
    assert "Whether Hello 1.2.0 can be installed is not known" in said
    assert 60 <= fake.now <= 85
    assert sum(pause > 0 for pause in fake.slept) <= 20


def test_a_bomb_is_not_unpacked_for_half_an_hour(world: World) -> None:
    bomb = gzip.compress(bytes(101 << 20), compresslevel=1)
    fake = FakeIndex(trouble=lambda _: reply(bomb, {"Content-Encoding": "gzip"}, content_type=JSON))
    error, said = gives_up(world, fake)
    assert type(error) is IndexUnavailableError
    assert "the answer is larger than" in said
    assert fake.now <= 85


def test_a_login_page_says_what_to_do(world: World) -> None:
    _, said = gives_up(world, FakeIndex(trouble=lambda _: LOGIN_PAGE))
    assert said == snapshot("""\
what answers at http://HOST/simple/hello/ is no index: it answers with HTML in which no link leads to a distribution; asked N times in N s
Check the index's address; open HOST in a browser to see whether the network wants a login first, or a proxy answers in the index's place. Whether Hello 1.2.0 can be installed is not known, and nothing was changed: run this job again when the index answers.\
""")


def test_a_page_that_is_an_index_in_between_begins_the_minute_anew(world: World) -> None:
    fake = FakeIndex(visible={SDIST.filename: 0, WHEEL.filename: 118})
    fake.trouble = lambda _: LOGIN_PAGE if fake.now < 50 or 70 < fake.now < 115 else None
    waited, _ = waiting(world, fake)
    assert waited.plan.state is PublishState.PUBLISHED
