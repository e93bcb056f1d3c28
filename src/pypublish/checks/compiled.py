"""Whether a project has compiled modules, so that one machine cannot build wheels for all, told without a build."""

from __future__ import annotations

import re
from collections.abc import Sequence

from packaging.requirements import InvalidRequirement, Requirement

from pypublish.pypi.names import normalise

_BACKENDS = {"maturin": "maturin", "mesonpy": "meson-python", "scikit_build_core": "scikit-build-core"}
"""Build backends that exist for compiled modules, by the package that they are imported from."""

_REQUIREMENTS = frozenset(
    {"cffi", "cython", "mesonpy", "meson-python", "nanobind", "pybind11", "scikit-build", "setuptools-rust"}
)
"""What a build needs for compiled modules and for nothing else."""

_EXTENSIONS = re.compile(r"\b(ext_modules|cffi_modules|rust_extensions)\s*=")


def compiled_by(backend: str, build_requires: Sequence[str], setup_py: str | None, *, has_ext_modules: bool) -> str:
    """Return what compiles modules of the project; empty where nothing seems to."""
    if found := _BACKENDS.get(backend.partition(":")[0].partition(".")[0]):
        return found
    for text in build_requires:
        try:
            name = normalise(Requirement(text).name)
        except InvalidRequirement:
            continue
        if name in _REQUIREMENTS:
            return name
    if has_ext_modules:
        return "ext-modules"
    named = _EXTENSIONS.search(setup_py or "")
    return named[1] if named else ""
