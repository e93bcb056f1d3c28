"""Whatever is sent to the upload address, the index answers, and nothing of it stays behind."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.test import Client

from pypublish.edges.world import Clock
from pypublish.pypi.callers import Caller
from pypublish.rehearsal.app import App, SiteApp
from pypublish.rehearsal.exchange import Exchange
from pypublish.rehearsal.oidc import Issuer
from pypublish.rehearsal.sites import SITES
from pypublish.rehearsal.store import Store
from pypublish.rehearsal.tokens import Tokens
from pypublish.rehearsal.upload import UploadApi
from tests.rehearsal.parts import API_TOKEN, JOB

PYPI = SITES[0]
TYPE = "multipart/form-data; boundary=edge"
part_names = st.sampled_from(["content", "name", "version", "filetype", ":action", "description", "sha256_digest"])
headers = st.sampled_from(['; filename="a-1.0.tar.gz"', '; filename=""', "; filename*=UTF-8''%ff", ""])


@st.composite
def bodies(draw: st.DrawFn) -> bytes:
    """Forms that are nearly right."""
    body = b""
    for name, file, content in draw(st.lists(st.tuples(part_names, headers, st.binary(max_size=80)), max_size=5)):
        body += (
            b"--edge\r\n" + f'Content-Disposition: form-data; name="{name}"{file}\r\n\r\n'.encode() + content + b"\r\n"
        )
    return body + draw(st.sampled_from([b"--edge--\r\n", b"--edge", b"", b"\r\n--edge\r\n\r\n"]))


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    return Store(tmp_path_factory.mktemp("index") / "pypi")


@pytest.fixture(scope="module")
def browser(store: Store) -> Client:
    """A client that reaches the index without a connection."""
    clock, tokens = Clock(), Tokens(store.files.parent, {API_TOKEN: Caller(user="alice")})
    issuer = Issuer(JOB, clock, "request-token")
    site = SiteApp(
        site=PYPI,
        store=store,
        exchange=Exchange(site=PYPI, store=store, tokens=tokens, issuer=issuer, clock=clock),
        upload=UploadApi(site=PYPI, store=store, tokens=tokens, clock=clock),
    )
    return Client(App({PYPI.name: site}, issuer))


@given(body=bodies() | st.binary(max_size=200), action=st.sampled_from(["file_upload", "submit", ""]))
def test_every_body_gets_an_answer(body: bytes, action: str, browser: Client, store: Store) -> None:
    response = browser.post(
        f"/legacy/?:action={action}",
        base_url="https://upload.pypi.org",
        data=body,
        content_type=TYPE,
        auth=("__token__", API_TOKEN),
    )
    assert response.status_code in {400, 405, 410}
    assert list(store.incoming.iterdir()) == []
    assert store.names() == {}
