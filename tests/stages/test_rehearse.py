"""rehearse: a real project from its tag to a verified release, by the real twine, uv and pip."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from inline_snapshot import snapshot

from tests import projects

pytestmark = pytest.mark.slow

PYPROJECT = """
[build-system]
requires = ["{requires}"]
build-backend = "{backend}"
[project]
name = "hello-rehearsal"
version = "1.2.0"
description = "Says hello."
readme = "README.md"
requires-python = ">=3.11"
license = "MIT"
authors = [{{ name = "A Maintainer" }}]
dependencies = ["packaging"]
[project.scripts]
hello = "hello_rehearsal:main"
[tool.pypublish]
smoke-command = "hello --who me"
"""
BACKENDS = {
    "hatchling": "hatchling.build",
    "setuptools>=77": "setuptools.build_meta",
    "flit_core>=3.11": "flit_core.buildapi",
    "poetry-core>=2": "poetry.core.masonry.api",
    "pdm-backend": "pdm.backend",
    "uv_build>=0.12": "uv_build",
}


def make(root: Path, requires: str, backend: str) -> Path:
    projects.write(
        root,
        {
            "pyproject.toml": PYPROJECT.format(requires=requires, backend=backend),
            "README.md": "# hello",
            "src/hello_rehearsal/__init__.py": "import packaging\ndef main() -> None:\n    print('hello')\n",
        },
    )
    projects.commit(root, "v1.2.0")
    projects.git(root, "remote", "add", "origin", "https://github.com/acme/hello.git")
    return root


def pypublish(root: Path, *args: str, **variables: str) -> subprocess.CompletedProcess[str]:
    environ = {**os.environ, "PYTHONPATH": str(root / "src"), "COLUMNS": "140", **variables}
    return subprocess.run(
        [sys.executable, "-m", "pypublish", *args], env=environ, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("requires", BACKENDS)
def test_a_project_of_any_backend_is_released(requires: str, tmp_path: Path, root: Path) -> None:
    tree = make(tmp_path / "hello", requires, BACKENDS[requires])
    done = pypublish(root, "rehearse", str(tree))
    assert done.returncode == 0, done.stdout + done.stderr
    assert (
        "Rehearsed: pushing the tag v1.2.0 would release hello-rehearsal 1.2.0. Nothing was published." in done.stdout
    )


@pytest.mark.parametrize("dirty", [False, True])
def test_without_a_tag_the_version_that_git_makes_is_rehearsed(dirty: bool, tmp_path: Path, root: Path) -> None:
    tree = make(tmp_path / "hello", "setuptools-scm>=8", "setuptools.build_meta")
    pyproject = (tree / "pyproject.toml").read_text()
    (tree / "pyproject.toml").write_text(
        pyproject.replace('version = "1.2.0"', 'dynamic = ["version"]') + "[tool.setuptools_scm]\n"
    )
    projects.commit(tree)
    if dirty:
        projects.commit(tree, "v1.3.0")
        (tree / "README.md").write_text("# hello, not committed")
    done = pypublish(root, "rehearse", str(tree))
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"'\S+\+\S+' is a local version; PyPI would not take it, and nothing is\s+released", done.stdout)
    assert "Nothing was published." in done.stdout
    done = pypublish(root, "rehearse", str(tree), "--index", "pypi", "--tag", "v1.2.0")
    assert done.returncode == 1


def test_what_a_person_reads(tmp_path: Path, root: Path) -> None:
    tree = make(tmp_path / "hello", "hatchling", "hatchling.build")
    done = pypublish(root, "rehearse", str(tree))
    shown = re.sub(
        r"commit [0-9a-f]{7}|sha256 [0-9a-f]{8}…|[0-9.]+ s$|[0-9.]+ k?B|Python [0-9.]+|twine [0-9.]+|[0-9]+ checks",
        "*",
        done.stdout,
        flags=re.MULTILINE,
    )
    assert re.sub(r" +\*$", " *", shown, flags=re.MULTILINE) == snapshot("""\
 ✓ validate   hello-rehearsal 1.2.0 = tag v1.2.0, *, not yet on PyPI *
     note     no workflow in .github/workflows publishes; the template's is assumed [release-workflow-exists]
              → Run `pypublish init`, which writes one.
 ✓ build      hello_rehearsal-1.2.0.tar.gz *, hello_rehearsal-1.2.0-py3-none-any.whl * *
 ! check      *, 2 files; the wheel installed and imported on * *
     warning  hello_rehearsal-1.2.0-py3-none-any.whl::hello_rehearsal/py.typed: hello_rehearsal has no py.typed, but 1
              of 1 modules with functions are annotated [typed-packages-say-so]
              → Add an empty file py.typed to the package, and include it in the wheel.
 ✓ stage      sealed, manifest * *
 ✓ publish    as acme/hello, release.yml, environment pypi, by * *
 ✓ verify     2 files, the same bytes; wheel and sdist installed and run on * *

Rehearsed: pushing the tag v1.2.0 would release hello-rehearsal 1.2.0. Nothing was published.
Before the first time: register the trusted publisher on PyPI (pypublish doctor prints the form).
""")


def test_no_credential_and_no_cache_of_the_users_is_touched(tmp_path: Path, root: Path) -> None:
    tree = make(tmp_path / "hello", "hatchling", "hatchling.build")
    home = tmp_path / "home"
    home.mkdir()
    (home / ".pypirc").write_text("[pypi]\nusername = __token__\npassword = pypi-SECRET-of-the-user\n")
    (home / ".netrc").write_text("machine upload.pypi.org login me password netrc-SECRET-of-the-user\n")
    before = set(home.rglob("*"))
    done = pypublish(
        root,
        "rehearse",
        str(tree),
        "--verbose",
        HOME=str(home),
        TWINE_PASSWORD="pypi-SECRET-variable",
        UV_PUBLISH_TOKEN="pypi-SECRET-uv",
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "SECRET" not in done.stdout + done.stderr
    touched = {path.relative_to(home).parts[:2] for path in home.rglob("*") if path not in before}
    assert not any("hello" in "/".join(parts) for parts in touched)


def test_the_manifest_is_kept_where_one_asks_for_it(tmp_path: Path, root: Path) -> None:
    tree = make(tmp_path / "hello", "hatchling", "hatchling.build")
    done = pypublish(root, "rehearse", str(tree), "--out", str(tmp_path / "out"))
    assert done.returncode == 0, done.stdout + done.stderr
    assert (tmp_path / "out" / "manifest.json").exists()


def test_a_project_that_fails_its_check_publishes_nothing(tmp_path: Path, root: Path) -> None:
    tree = make(tmp_path / "hello", "hatchling", "hatchling.build")
    (tree / "src" / "hello_rehearsal" / "__init__.py").write_text("import nowhere")
    done = pypublish(root, "rehearse", str(tree), "--format", "json")
    assert done.returncode == 1
    assert '"check": "modules-import"' in done.stdout
    assert '"stage": "publish"' not in done.stdout


def test_what_the_index_would_refuse_is_said_in_its_words(tmp_path: Path, root: Path) -> None:
    tree = make(tmp_path / "hello", "hatchling", "hatchling.build")
    pyproject = tree / "pyproject.toml"
    private = 'classifiers = ["Private :: Do Not Upload"]\n[project.scripts]'
    pyproject.write_text(pyproject.read_text().replace("[project.scripts]", private))
    done = pypublish(root, "rehearse", str(tree))
    assert done.returncode == 1
    said = " ".join(done.stdout.split())
    assert "PyPI would refuse it: 400 'Private :: Do Not Upload' is not a valid classifier." in said
    assert "[upload-is-accepted] → Mend what it names, and rehearse again." in said


@contextmanager
def serving(root: Path, folder: Path, *args: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    environ = {**os.environ, "PYTHONPATH": str(root / "src"), "PYTHONUNBUFFERED": "1"}
    command = [sys.executable, "-m", "pypublish", "index", "serve", "--dir", str(folder), *args]
    with subprocess.Popen(command, env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        lines = []
        for line in process.stdout:
            lines.append(line)
            if line.startswith("# twine"):
                break
        try:
            yield process, "".join(lines)
        finally:
            process.terminate()
            process.wait(timeout=60)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory, root: Path) -> list[Path]:
    tree = make(tmp_path_factory.mktemp("files") / "hello", "hatchling", "hatchling.build")
    out = tree.parent / "out"
    done = pypublish(root, "prepare", str(tree), "--out", str(out))
    assert done.returncode == 0, done.stdout + done.stderr
    return sorted((out / "dist").iterdir())


SCRIPTS = {
    "uv": "uv publish --trusted-publishing always {files}",
    "twine": "twine upload --config-file /dev/null {files}",
}


@pytest.mark.parametrize("client", SCRIPTS)
def test_the_index_alone_serves_any_client(client: str, tmp_path: Path, root: Path, files: list[Path]) -> None:
    with serving(root, tmp_path / "index") as (process, exports):
        named = " ".join(f"'{file}'" for file in files)
        upload = SCRIPTS[client].format(files=named)
        download = f"pip download --quiet --no-deps --dest '{tmp_path}' hello-rehearsal==1.2.0"
        tools = f"export PATH='{Path(sys.executable).parent}':$PATH"
        script = f"set -e\n{tools}\n{exports}\n{upload}\n{download}\n"
        done = subprocess.run(["sh", "-c", script], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
    assert process.returncode == 0
    wheel = next(file for file in files if file.suffix == ".whl")
    assert (tmp_path / wheel.name).read_bytes() == wheel.read_bytes()


def test_verify_reads_the_index_by_its_address(tmp_path: Path, root: Path, files: list[Path]) -> None:
    with serving(root, tmp_path / "index") as (_, exports):
        settings = dict(re.findall(r"^export (\w+)='?([^'\n]*)'?$", exports, re.MULTILINE))
        upload = ["upload", "--config-file", os.devnull, *map(str, files)]
        environ = {"PATH": os.environ["PATH"], **settings}
        subprocess.run([sys.executable, "-m", "twine", *upload], env=environ, check=True, capture_output=True)
        out = files[0].parent.parent
        done = pypublish(
            root, "verify", "--manifest", str(out / "manifest.json"), "--patience", "5",
            "--index", f"{settings['REHEARSAL_DIRECT_URL']}/simple/", SSL_CERT_FILE=settings["REHEARSAL_CA_FILE"],
        )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_port_in_use_is_named(tmp_path: Path, root: Path) -> None:
    with serving(root, tmp_path / "one") as (_, exports):
        port = re.search(r"127\.0\.0\.1:(\d+)", exports)
        assert port is not None
        done = pypublish(root, "index", "serve", "--dir", str(tmp_path / "two"), "--port", port[1])
    assert done.returncode == 2
    assert f"port {port[1]}" in done.stderr
