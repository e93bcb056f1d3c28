"""What must not be in any file, and what a wheel must not do."""

from __future__ import annotations

from dataclasses import replace

import pytest
from setuptools.namespaces import Installer  # type: ignore[import-untyped]

from pypublish.checks.subjects import Dist
from tests.checks.examples import Example, fails, name_of, passes, say
from tests.factories import sdist, wheel

SOUND = wheel().dist()
WHEEL = "hello-1.0.0-py3-none-any.whl"
SDIST = "hello-1.0.0.tar.gz"
MIB = 1 << 20
TOKEN = f"pypi-{'AgEIcHlwaS5vcmcCJDk'}"  # in parts, or this file would hold one


def of_size(size: int) -> Dist:
    return replace(SOUND, contents=replace(SOUND.contents, size=size))


def packed(*paths: str, **texts: str) -> Dist:
    return wheel({"hello/__init__.py": "", **dict.fromkeys(paths, ""), **texts}).dist()


NAMESPACE = Installer.__new__(Installer)._gen_nspkg_line("acme.tools").strip()
"""What setuptools writes for a namespace package."""

EXAMPLES = [
    fails("file-is-small-enough", of_size(150 * MIB), f"{WHEEL}: the file has 150 MiB [warning]"),
    fails("file-is-small-enough", of_size(1025 * MIB), f"{WHEEL}: the file has 1,025 MiB"),
    passes("file-is-small-enough", of_size(100 * MIB)),
    fails(
        "source-is-not-encrypted",
        wheel(
            {"hello/__init__.py": "from pytransform import x\n__{}__(__name__, __file__, b'')".format("pyarmor")}
        ).dist(),
        f"{WHEEL}::hello/__init__.py: it is encrypted by PyArmor",
    ),
    passes("source-is-not-encrypted", wheel({"hello/__init__.py": "# __pyarmor__ is not for us"}).dist()),
    fails(
        "no-secrets",
        packed("hello/.env", "hello/id_rsa"),
        f"{WHEEL}::hello/.env: files of this name hold passwords or keys",
        f"{WHEEL}::hello/id_rsa: files of this name hold passwords or keys",
    ),
    fails(
        "no-secrets",
        sdist({"tests/.env": "", "publish.sh": f"export TWINE_PASSWORD={TOKEN}"}).dist(),
        f"{SDIST}::hello-1.0.0/tests/.env: files of this name hold passwords or keys [warning]",
        f"{SDIST}::hello-1.0.0/publish.sh: it has an API token of PyPI's in it",
    ),
    fails(
        "no-secrets",
        sdist({"web/.npmrc": "//npm.example.org/:_authToken = npm_abc", "js/.npmrc": "a=1\n_password=abc="}).dist(),
        *(
            f"{SDIST}::hello-1.0.0/{folder}/.npmrc: it has a password or token of a registry in it"
            for folder in ("web", "js")
        ),
    ),
    *(
        passes("no-secrets", sdist({"web/.npmrc": text}).dist())
        for text in ("registry=https://npm.example.org/", "# _password=abc", "//a.org/:_authToken=${NPM_TOKEN}", "")
    ),
    passes("no-secrets", packed("hello/env.py", "hello/id_rsa.pub", "hello/cacert.pem")),
    fails(
        "no-repository",
        sdist({".git/config": "", ".git/HEAD": ""}).dist(),
        f"{SDIST}::hello-1.0.0/.git/config: there is a repository in it: hello-1.0.0/.git/config, hello-1.0.0/.git/HEAD",
    ),
    passes("no-repository", sdist({".gitignore": "", ".github/workflows/x.yml": ""}).dist()),
    fails(
        "no-remains",
        packed("hello/__pycache__/a.pyc", "hello/.DS_Store", "hello/a.py~", "hello/.a.py.swp"),
        f"{WHEEL}::hello/__pycache__/a.pyc: left behind: hello/__pycache__/a.pyc, hello/.DS_Store, hello/a.py~ and 1 more",
    ),
    passes("no-remains", packed("hello/cache.py", "hello/original.py")),
    passes("no-remains", packed("hello/schemas/package.json.orig", "vendor/crate/Cargo.toml.orig")),
    fails(
        "no-startup-hooks",
        wheel({"hello.pth": "import hello; hello.start()"}).dist(),
        f"{WHEEL}::hello.pth: hello.pth runs code whenever Python starts",
    ),
    *(
        fails(
            "no-startup-hooks",
            wheel({"hello.pth": content}).dist(),
            f"{WHEEL}::hello.pth: hello.pth runs code whenever Python starts",
        )
        for content in ("\ufeffimport evil", "# x\x0cimport evil", "hello\u2028import\tevil", "#" * 70_000)
    ),
    fails(
        "no-startup-hooks",
        wheel({"hello-nspkg.pth": f"{NAMESPACE}\n{NAMESPACE}\n"}).dist(),
        f"{WHEEL}::hello-nspkg.pth: hello-nspkg.pth makes a namespace package whenever Python starts, as setuptools once"
        " did [warning]",
    ),
    fails(
        "no-startup-hooks",
        wheel({"hello-nspkg.pth": f"{NAMESPACE};import hello\n"}).dist(),
        f"{WHEEL}::hello-nspkg.pth: hello-nspkg.pth runs code whenever Python starts",
    ),
    fails(
        "no-startup-hooks",
        wheel({"hello-nspkg.pth": f"{NAMESPACE}\nimport hello\n"}).dist(),
        f"{WHEEL}::hello-nspkg.pth: hello-nspkg.pth runs code whenever Python starts",
    ),
    fails(
        "no-startup-hooks",
        wheel({"hello.pth": "../elsewhere\n# import\n"}).dist(),
        f"{WHEEL}::hello.pth: hello.pth adds to everybody's sys.path [warning]",
    ),
    fails(
        "no-startup-hooks",
        wheel({"hello-1.0.0.data/purelib/sitecustomize.py": "", "usercustomize/__init__.py": ""}).dist(),
        f"{WHEEL}::hello-1.0.0.data/purelib/sitecustomize.py: sitecustomize.py runs whenever Python starts",
        f"{WHEEL}::usercustomize/__init__.py: usercustomize/__init__.py runs whenever Python starts",
    ),
    passes("no-startup-hooks", packed("hello/sitecustomize.py", "hello/hello.pth")),
]


@pytest.mark.parametrize("example", EXAMPLES, ids=name_of)
def test_files(example: Example) -> None:
    assert say(example.check, example.subject) == example.says
