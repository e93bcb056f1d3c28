"""The index as a server: starts, stops, starts anew with what it had, and is not upset by odd clients."""

from __future__ import annotations

import contextlib
import hashlib
import socket
import ssl
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from pypublish.errors import SettingsError, UsageError
from pypublish.rehearsal.server import Rehearsal
from tests.rehearsal.parts import API_TOKEN, PENDING, UPLOAD, Serve, form_of, http_client, send

Make = Callable[..., Path]
MINT = "https://upload.pypi.org/_/oidc/mint-token"


def identity(index: Rehearsal) -> str:
    headers = {"Authorization": f"bearer {index.request_token}"}
    answer = httpx.get(f"{index.request_url}&audience=pypi", headers=headers, trust_env=False)
    token: str = answer.json()["value"]
    return token


def test_what_was_there_is_there_after_a_new_start(serve_index: Serve, make_wheel: Make, make_sdist: Make) -> None:
    wheel, sdist = make_wheel(), make_sdist()
    with serve_index() as index, http_client(index) as http:
        used = identity(index)
        token = http.post(MINT, json={"token": used}).json()["token"]
        assert send(http, wheel, token).status_code == 200
        before, first = http.get("https://pypi.org/simple/hello-there/").text, index
    with serve_index(port=first.port) as index, http_client(index) as http:
        assert (index.request_token, index.proxy_url, index.ca_file) == (
            first.request_token,
            first.proxy_url,
            first.ca_file,
        )
        assert http.get("https://pypi.org/simple/hello-there/").text == before
        # The same upload token is still good, the publisher is not pending again, the old identity is still used up.
        assert send(http, wheel, token).status_code == 200
        assert send(http, sdist, token).status_code == 200
        assert http.post(MINT, json={"token": identity(index)}).status_code == 200
        assert index.stores["pypi"].used_tokens
        body = http.get("https://pypi.org/simple/hello-there/").text
        assert wheel.name in body
        assert sdist.name in body


def test_a_port_that_is_taken_is_named(serve_index: Serve, tmp_path: Path) -> None:
    with (
        serve_index() as index,
        pytest.raises(UsageError, match=rf"port {index.port} of 127\.0\.0\.1 cannot be used") as raised,
        serve_index(port=index.port, folder=tmp_path / "other"),
    ):
        pass
    assert "--port" in raised.value.hint


@pytest.mark.parametrize("port", [-1, 65_536])
def test_a_port_that_is_none_is_refused(serve_index: Serve, port: int) -> None:
    with pytest.raises(UsageError, match=str(port)), serve_index(port=port):
        pass


def test_a_folder_that_cannot_be_used_is_named(serve_index: Serve, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match="file"), serve_index(folder=tmp_path / "file"):
        pass


@pytest.mark.parametrize("content", ["", "[]", '{"name": "x"}', '{"name": "x", "serial": "one"}'])
def test_a_folder_of_somebody_else_is_refused(serve_index: Serve, tmp_path: Path, content: str) -> None:
    projects = tmp_path / "index" / "pypi" / "projects"
    projects.mkdir(parents=True)
    (projects / "x.json").write_text(content)
    with pytest.raises(SettingsError, match=r"x\.json"), serve_index():
        pass


def test_nothing_runs_on_after_the_end(serve_index: Serve) -> None:
    before = set(threading.enumerate())
    with serve_index() as index:
        idle = socket.create_connection(("127.0.0.1", index.port))
        with http_client(index) as http:
            assert http.get("https://pypi.org/simple/").status_code == 200
    assert set(threading.enumerate()) == before
    assert idle.recv(1) == b""
    idle.close()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", index.port))


def test_uploads_at_the_same_time_are_all_kept(index: Rehearsal, make_wheel: Make) -> None:
    wheels = [make_wheel(version=f"1.{number}") for number in range(1, 13)]
    with http_client(index) as http, ThreadPoolExecutor(6) as pool:
        statuses = list(pool.map(lambda wheel: send(http, wheel).status_code, [*wheels, *wheels]))
    assert statuses == [200] * 24
    project = index.stores["pypi"].project("hello-there")
    assert project is not None
    assert sorted(project.releases) == sorted(f"1.{number}" for number in range(1, 13))
    assert project.serial == 24  # each file, and each release


def test_one_of_two_different_files_of_a_name_wins(index: Rehearsal, make_wheel: Make) -> None:
    contents = [make_wheel(body=f"x = {number}\n".encode()).read_bytes() for number in range(4)]
    name = "hello_there-1.0-py3-none-any.whl"

    def send_bytes(content: bytes) -> int:
        fields = {key: value for key, value in form_of(make_wheel()).items() if value}
        with http_client(index) as http:
            files = {"content": (name, content, "application/octet-stream")}
            fields["sha256_digest"] = hashlib.sha256(content).hexdigest()
            return http.post(UPLOAD, data=fields, files=files, auth=("__token__", API_TOKEN)).status_code

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(send_bytes, contents)) == [200, 400, 400, 400]


def connect(index: Rehearsal, *, says: bytes = b"") -> socket.socket:
    connection = socket.create_connection(("127.0.0.1", index.port), timeout=10)
    connection.sendall(says)
    return connection


def answer(connection: socket.socket) -> bytes:
    received = b""
    while piece := connection.recv(65_536):
        received += piece
    connection.close()
    return received


@pytest.mark.parametrize(
    "target",
    [
        "example.org:443",
        "pypi.org:80",
        "pypi.org:22",
        "pypi.org",
        "evil-pypi.org:443",
        "pypi.org.example.org:443",
        "token.actions.githubusercontent.com:443",
        "127.0.0.1:443",
        "",
    ],
)
def test_the_proxy_leads_nowhere_else(index: Rehearsal, target: str) -> None:
    with connect(index, says=f"CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n\r\n".encode()) as connection:
        received = answer(connection)
    assert received.startswith(b"HTTP/1.1 403 Forbidden\r\n")
    assert received.endswith(b"is not part of this rehearsal: only PyPI's own hosts are\n")


@pytest.mark.parametrize("url", ["http://example.org/", "http://pypi.org/simple/", "http://10.0.0.1:80/token"])
def test_the_proxy_takes_no_plain_http(index: Rehearsal, url: str) -> None:
    response = httpx.get(url, proxy=index.proxy_url, trust_env=False)
    assert response.status_code == 403
    assert "is not part of this rehearsal" in response.text


@pytest.mark.parametrize(
    "garbage",
    [
        b"\x16\x03\x01garbage",
        b"CONNECT",
        b"C\r\n\r\n",
        b"\x00" * 100,
        b"GET",
        b"CONNECT pypi.org:443 HTTP/1.1\r\n\r\nno TLS",
    ],
)
def test_garbage_hurts_nobody_else(index: Rehearsal, garbage: bytes) -> None:
    with connect(index, says=garbage), connect(index), http_client(index) as http:
        assert http.get("https://pypi.org/simple/").status_code == 200


def test_a_proxy_request_without_end_is_ended(index: Rehearsal) -> None:
    # The rest of what was sent is never read: that may come back as a reset.
    with connect(index, says=b"C" + b"x" * (17 << 10)) as connection, contextlib.suppress(ConnectionResetError):
        assert answer(connection).startswith(b"HTTP/1.1 403")


def speak(index: Rehearsal, length: int, body: bytes) -> ssl.SSLSocket:
    """Begin an upload by hand."""
    context = ssl.create_default_context(cafile=str(index.ca_file))
    plain = connect(index, says=b"CONNECT upload.pypi.org:443 HTTP/1.1\r\n\r\n")
    assert plain.recv(100) == b"HTTP/1.1 200 Connection established\r\n\r\n"
    connection = context.wrap_socket(plain, server_hostname="upload.pypi.org")
    head = (
        "POST /legacy/?:action=file_upload HTTP/1.1",
        "Host: upload.pypi.org",
        f"Content-Length: {length}",
        "Content-Type: multipart/form-data; boundary=x",
    )
    connection.sendall("\r\n".join((*head, "", "")).encode() + body)
    return connection


def test_an_upload_that_breaks_off_leaves_nothing(index: Rehearsal) -> None:
    body = b'--x\r\nContent-Disposition: form-data; name="content"; filename="a.whl"\r\n\r\n'
    speak(index, 1_000_000, body).close()
    with http_client(index) as http:
        assert http.get("https://pypi.org/simple/").status_code == 200
    store = index.stores["pypi"]
    assert store.names() == {}
    assert list(store.files.iterdir()) == []


def test_an_upload_beyond_all_limits_is_not_received(index: Rehearsal) -> None:
    with speak(index, 2 << 30, b"") as connection:
        assert connection.recv(100).startswith(b"HTTP/1.1 413 ")


def test_two_indexes_know_nothing_of_each_other(serve_index: Serve, tmp_path: Path, make_wheel: Make) -> None:
    with serve_index() as one, serve_index(folder=tmp_path / "two") as two:
        with http_client(one) as http:
            token = http.post(MINT, json={"token": identity(one)}).json()["token"]
        with http_client(two) as http:
            assert http.post(MINT, json={"token": identity(one)}).status_code == 200  # the same key signs in a process
            assert send(http, make_wheel(), token).status_code == 403


def test_secrets_are_for_their_owner_alone(index: Rehearsal) -> None:
    assert (index.folder / "secret").stat().st_mode & 0o077 == 0
    assert b"PRIVATE" not in index.ca_file.read_bytes()


def test_a_publisher_of_a_project_that_exists_is_not_pending(serve_index: Serve) -> None:
    with serve_index() as index:
        index.stores["pypi"].create_project("hello-there")
    with serve_index(registrations=(PENDING,)) as index:
        records = index.stores["pypi"].publishers
        assert [record.pending for record in records if not record.pending] == [False]
