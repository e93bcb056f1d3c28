"""What tells that a project has compiled modules."""

from __future__ import annotations

import pytest

from pypublish.checks.compiled import compiled_by


@pytest.mark.parametrize(
    ("backend", "requires", "script", "expected"),
    [
        ("maturin", ["maturin>=1"], None, "maturin"),
        ("mesonpy", ["meson-python"], None, "meson-python"),
        ("scikit_build_core.build", ["scikit-build-core"], None, "scikit-build-core"),
        ("setuptools.build_meta", ["setuptools", "Cython>=3"], None, "cython"),
        ("setuptools.build_meta", ["setuptools", "setuptools_rust"], None, "setuptools-rust"),
        ("setuptools.build_meta", ["setuptools"], "setup(ext_modules = [x])", "ext_modules"),
        ("setuptools.build_meta", ["setuptools"], "setup(cffi_modules=['a.py:b'])", "cffi_modules"),
        ("setuptools.build_meta", ["setuptools"], "setup(name='a')", ""),
        ("setuptools.build_meta", ["set tools", "setuptools"], None, ""),
        ("hatchling.build", ["hatchling"], None, ""),
    ],
)
def test_what_compiles(backend: str, requires: list[str], script: str | None, expected: str) -> None:
    assert compiled_by(backend, requires, script, has_ext_modules=False) == expected


def test_setuptools_can_be_told_in_pyproject() -> None:
    assert compiled_by("setuptools.build_meta", ["setuptools"], None, has_ext_modules=True) == "ext-modules"
