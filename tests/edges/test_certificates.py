"""Which authorities of certificates HTTP trusts: the machine's, the user's, and in a rehearsal the index's alone."""

from __future__ import annotations

import ssl
from dataclasses import replace
from pathlib import Path

import pytest
import trustme
from inline_snapshot import snapshot

from pypublish.edges.http import Session
from pypublish.edges.world import Transport, World
from pypublish.errors import UsageError
from tests.edges.talking import failure, said
from tests.faulty_server import always, reply


@pytest.fixture
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def tls(authority: trustme.CA) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1", "pypi.org").configure_cert(context)
    return context


def test_an_unknown_authority_is_explained(quick: World, tls: ssl.SSLContext) -> None:
    with always(reply(), tls=tls) as server:
        error = failure(quick, f"{server.url}/simple/hello/")
    assert said(error, server) == snapshot("""\
https://HOST/simple/hello/ could not be read: HOST shows a certificate that is not trusted here (unable to get local issuer certificate)
Where a company's proxy reads along, or the index has an authority of its own, let SSL_CERT_FILE name the file of that authority's certificate. Anywhere else, do not trust this network.\
""")


@pytest.mark.parametrize("variable", ["SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "PIP_CERT"])
def test_an_authority_that_the_user_names_is_trusted(
    quick: World, tls: ssl.SSLContext, authority: trustme.CA, tmp_path: Path, variable: str
) -> None:
    bundle = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(bundle))
    trusting = replace(quick, environ={variable: str(bundle)})
    with always(reply(b"trusted"), tls=tls) as server, Session(trusting) as session:
        assert session.get(server.url).body == b"trusted"


def test_a_bundle_that_is_not_there_is_the_users_mistake(quick: World, tmp_path: Path) -> None:
    wrong = replace(quick, environ={"SSL_CERT_FILE": "/nowhere/ca.pem"})
    with Session(wrong) as session, pytest.raises(UsageError) as caught:
        session.get("https://127.0.0.1:1/")
    assert said(caught.value) == snapshot("""\
SSL_CERT_FILE names /nowhere/ca.pem, which cannot be used: No such file or directory
Let SSL_CERT_FILE name a file of certificates in PEM form, or unset it.\
""")
    (tmp_path / "ca.pem").write_text("no certificate")
    wrong = replace(quick, environ={"SSL_CERT_FILE": str(tmp_path / "ca.pem")})
    with Session(wrong) as session, pytest.raises(UsageError, match="holds no certificates"):
        session.get("https://127.0.0.1:1/")


def test_a_transport_reaches_production_names_through_its_proxy(
    quick: World, tls: ssl.SSLContext, authority: trustme.CA, tmp_path: Path
) -> None:
    bundle = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(bundle))
    with always(reply(status=403)) as proxy:
        transport = Transport(proxy=proxy.url, ca_file=bundle)
        # The user's proxy and authorities count for nothing there.
        rehearsing = replace(quick, transport=transport, environ={"https_proxy": "http://127.0.0.1:1"})
        error = failure(rehearsing, "https://pypi.org/simple/hello/")
        assert [(request.method, request.path) for request in proxy.requests] == [("CONNECT", "pypi.org:443")]
    assert said(error, proxy) == snapshot("""\
https://pypi.org/simple/hello/ could not be read: the proxy http://HOST refused (403 Whatever)
Check the proxy's address and whether it lets this host through; no_proxy names hosts to reach directly.\
""")
