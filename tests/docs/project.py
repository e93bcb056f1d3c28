"""The project of a reader who types along: a package whose backend lies in its tree, so that no registry is needed."""

from __future__ import annotations

from pathlib import Path

from tests import projects

TAG = "v1.2.0"
ORIGIN = "https://github.com/acme/hello"

_BACKEND = '''
import base64, hashlib, pathlib, tarfile, zipfile

TOP = "hello-1.2.0"
INFO = f"""\\
Metadata-Version: 2.4
Name: hello
Version: 1.2.0
Summary: Says hello.
Author: A Maintainer
License-Expression: MIT
License-File: LICENSE
Requires-Python: >=3.11
Project-URL: Source, https://github.com/acme/hello
Description-Content-Type: text/markdown

{pathlib.Path("README.md").read_text()}"""
FILES = ("CHANGELOG.md", "LICENSE", "README.md", "backend.py", "hello.py", "pyproject.toml", ".gitignore")

def build_sdist(sdist_directory, config_settings=None):
    pathlib.Path("PKG-INFO").write_text(INFO)
    with tarfile.open(pathlib.Path(sdist_directory, f"{TOP}.tar.gz"), "w:gz") as archive:
        for name in (*FILES, "PKG-INFO"):
            archive.add(name, f"{TOP}/{name}")
    return f"{TOP}.tar.gz"

def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    info = f"{TOP}.dist-info"
    files = {
        "hello.py": pathlib.Path("hello.py").read_bytes(),
        f"{info}/licenses/LICENSE": pathlib.Path("LICENSE").read_bytes(),
        f"{info}/METADATA": INFO.encode(),
        f"{info}/WHEEL": b"Wheel-Version: 1.0\\nGenerator: own 1\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n",
    }
    record = "".join(f"{name},sha256={digest(content)},{len(content)}\\n" for name, content in files.items())
    name = f"{TOP}-py3-none-any.whl"
    with zipfile.ZipFile(pathlib.Path(wheel_directory, name), "w") as archive:
        for path, content in (files | {f"{info}/RECORD": f"{record}{info}/RECORD,,\\n".encode()}).items():
            archive.writestr(path, content)
    return name

def digest(content):
    return base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
'''

_PYPROJECT = """\
[build-system]
requires = []
build-backend = "backend"
backend-path = ["."]

[project]
name = "hello"
version = "1.2.0"
description = "Says hello."
readme = "README.md"
requires-python = ">=3.11"
license = "MIT"
license-files = ["LICENSE"]
authors = [{ name = "A Maintainer" }]
urls = { Source = "https://github.com/acme/hello" }

[tool.pypublish.gates]
tests = "python -c 'import hello'"
"""

_FILES = {
    "pyproject.toml": _PYPROJECT,
    "backend.py": _BACKEND,
    "hello.py": '"""Hello."""\n',
    "README.md": "# hello\n\nSays hello.\n",
    "LICENSE": "MIT License\n\nCopyright (c) 2026 A Maintainer\n",
    "CHANGELOG.md": "# Changelog\n\n## [1.2.0] - 2026-11-20\n\n- Says hello.\n",
    ".gitignore": "/staging/\n/dist/\n/rehearsed/\n/index/\n__pycache__/\n*.txt\n*.html\n",
}


def make(root: Path) -> str:
    """Make the project's repository, with the commit of 1.2.0, and return that commit."""
    projects.write(root, _FILES)
    made = projects.commit(root, TAG)
    projects.git(root, "remote", "add", "origin", ORIGIN)
    return made
