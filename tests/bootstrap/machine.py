"""A small checkout on a bare machine, and an index that has all it needs: nothing comes from the network."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import platform
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import uv

from tests.faulty_server import Behaviour, Chunk, Request, reply

ROOT = Path(__file__).resolve().parents[2]

STAND_IN = """\
import json, os, sys
about = {"argv": sys.argv[1:], "python": sys.version_info[:2], "prefix": sys.prefix, "path": sys.path}
print(json.dumps({**about, "pid": os.getpid(), "environ": dict(os.environ)}), flush=True)
sys.exit(int(os.environ.get("STAND_IN_EXIT", 0)))
"""

PYPROJECT = """\
[project]
name = "pypublish-action"
version = "0.1.0"
requires-python = ">=3.11"

[dependency-groups]
core = ["hello"]
prepare = ["hello"]
verify = []
rehearse = ["hello"]
dev = ["hello"]

[tool.uv]
required-version = ">=0.12"
package = false
"""

LOCK = """\
version = 1
revision = 3
requires-python = ">=3.11"

[[package]]
name = "hello"
version = "1.0"
source = {{ registry = "https://pypi.org/simple" }}
wheels = [
    {{ url = "{hello_url}", hash = "sha256:{hello_sha256}" }},
]

[[package]]
name = "pypublish-action"
version = "0.1.0"
source = {{ virtual = "." }}

[package.dev-dependencies]
core = [{{ name = "hello" }}]
dev = [{{ name = "hello" }}]
prepare = [{{ name = "hello" }}]
rehearse = [{{ name = "hello" }}]

[package.metadata]

[package.metadata.requires-dev]
core = [{{ name = "hello" }}]
dev = [{{ name = "hello" }}]
prepare = [{{ name = "hello" }}]
rehearse = [{{ name = "hello" }}]
verify = []

[[package]]
name = "uv"
version = "9.9.9"
source = {{ registry = "https://pypi.org/simple" }}
wheels = [
    {{ url = "{uv_url}", hash = "sha256:{uv_sha256}" }},
]
"""


def wheel(name: str, version: str, members: Mapping[str, str]) -> bytes:
    """Make a wheel of a few files."""
    info = f"{name}-{version}.dist-info"
    metadata = {
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{info}/RECORD": "",
    }
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for member, text in {**members, **metadata}.items():
            archive.writestr(zipfile.ZipInfo(member, (2026, 1, 1, 0, 0, 0)), text)
    return content.getvalue()


UV_PROGRAM = f'#!/bin/sh\nexec "{uv.find_uv_bin()}" "$@"\n'
UV = wheel("uv", "9.9.9", {"uv-9.9.9.data/scripts/uv": UV_PROGRAM, "uv-9.9.9.data/scripts/uvx": "x", "../escaped": "x"})
UV_SHA256 = hashlib.sha256(UV).hexdigest()
PLATFORM = "macosx_11_0" if sys.platform == "darwin" else "linux"
UV_NAME = f"uv-9.9.9-py3-none-{PLATFORM}_{platform.machine()}.whl"

HELLO_NAME = "hello-1.0-py3-none-any.whl"
HELLO = wheel("hello", "1.0", {"hello.py": "GREETING = 'hello'\n"})
OTHER_HELLO = wheel("hello", "1.0", {"hello.py": "GREETING = 'gotcha'\n"})
HELLO_SHA256 = hashlib.sha256(HELLO).hexdigest()


def index_page(style: str, *, sha256: str, name: str, where: str = "../../files/") -> tuple[bytes, str]:
    """Write the page on which an index offers a file, among others; return it with its type."""
    if style == "json":
        wanted = {"filename": name, "url": where + name, "hashes": {"sha256": sha256} if sha256 else {}}
        other = {"filename": "other-1.0.tar.gz", "url": "other-1.0.tar.gz", "hashes": {}}
        page = {"meta": {"api-version": "1.1"}, "files": [other, wanted]}
        return json.dumps(page).encode(), "application/vnd.pypi.simple.v1+json"
    fragment = f"#sha256={sha256}" if sha256 else ""
    links = f"""<a href='other-1.0.tar.gz'>other</a><A class=file\n HREF="{where}{name}{fragment}" >{name}</A>"""
    return f"<!DOCTYPE html><html><body>{links}</body></html>".encode(), "text/html; charset=UTF-8"


def mirror(*, style: str = "json", login: str = "", uv_wheel: bytes = UV, hello: bytes = HELLO) -> Behaviour:
    """Answer as an index does that has uv and hello under /simple/ and /files/, for all or for one `user:password`."""
    expected = f"Basic {base64.b64encode(login.encode()).decode()}"
    answers = {
        "/simple/uv/": index_page(style, sha256=UV_SHA256, name=UV_NAME),
        "/simple/hello/": index_page(style, sha256=hashlib.sha256(hello).hexdigest(), name=HELLO_NAME),
        f"/files/{UV_NAME}": (uv_wheel, "application/octet-stream"),
        f"/files/{HELLO_NAME}": (hello, "application/octet-stream"),
    }

    def behave(request: Request) -> list[Chunk]:
        if login and request.headers.get("authorization") != expected:
            return reply(b"who are you?", {"WWW-Authenticate": "Basic"}, status=401)
        if request.path not in answers:
            return reply(status=404)
        body, kind = answers[request.path]
        return reply(body, content_type=kind)

    return behave


@dataclass(frozen=True, slots=True, kw_only=True)
class Started:
    """What became of bootstrap.py."""

    code: int
    out: str
    err: str

    @property
    def report(self) -> dict[str, Any]:
        """What the stand-in for pypublish says of its start. It is all that is on stdout."""
        assert self.code == 0, self.err
        said: dict[str, Any] = json.loads(self.out)
        return said


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkout:
    """A copy of bootstrap.py and its modules beside a stand-in for pypublish, and the machine that it is started on."""

    root: Path
    home: Path
    environ: dict[str, str]

    def command(self, *arguments: str, python: str = sys.executable) -> list[str]:
        return [python, str(self.root / "bootstrap.py"), *arguments]

    def start(self, *arguments: str, python: str = sys.executable, **more: str) -> Started:
        """Run bootstrap.py in the home folder, with the machine's variables and some more."""
        done = subprocess.run(
            self.command(*arguments, python=python),
            env={**self.environ, **more},
            cwd=self.home,
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )
        return Started(code=done.returncode, out=done.stdout, err=done.stderr)


OFFLINE = {"UV_OFFLINE": "1"}


def said(started: Started, checkout: Checkout) -> str:
    """Return what was printed, without what differs from run to run."""
    return started.err.replace(str(checkout.home), "HOME").replace(str(checkout.root), "ROOT")


def make_checkout(
    folder: Path, *, server: str = "https://files.invalid", uv_sha256: str = UV_SHA256, uv_name: str = UV_NAME
) -> Checkout:
    """Make a checkout whose uv.lock has hello and uv from a server, on a machine without uv and with empty caches."""
    checkout = bare_checkout(folder)
    (checkout.root / "pyproject.toml").write_text(PYPROJECT)
    lock = LOCK.format(
        hello_url=f"{server}/files/{HELLO_NAME}",
        hello_sha256=HELLO_SHA256,
        uv_url=f"{server}/files/{uv_name}",
        uv_sha256=uv_sha256,
    )
    (checkout.root / "uv.lock").write_text(lock)
    return checkout


def real_checkout(folder: Path) -> Checkout:
    """Make a checkout with the real uv.lock, on such a machine."""
    checkout = bare_checkout(folder)
    for name in ("pyproject.toml", "uv.lock"):
        shutil.copy(ROOT / name, checkout.root)
    return checkout


def bare_checkout(folder: Path) -> Checkout:
    """Make a checkout without a lock, in a path with a space."""
    root, home = folder / "check out", folder / "home"
    package = root / "src" / "pypublish"
    for new in (home, package):
        new.mkdir(parents=True)
    shutil.copy(ROOT / "bootstrap.py", root)
    modules = ROOT / "locked_environment"
    shutil.copytree(modules, root / modules.name, ignore=shutil.ignore_patterns("__pycache__"))
    (package / "__init__.py").touch()
    (package / "__main__.py").write_text(STAND_IN)
    return Checkout(root=root, home=home, environ={"PATH": "/usr/bin:/bin", "HOME": str(home), "TMPDIR": str(home)})
