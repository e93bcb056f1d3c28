"""For which platforms PyPI takes wheels (row W2)."""

from __future__ import annotations

import re
from typing import Final

_FIXED: Final = frozenset(
    {
        *("any", "win32", "win_arm64", "win_amd64", "win_ia64"),
        *("manylinux1_x86_64", "manylinux1_i686", "manylinux2010_x86_64", "manylinux2010_i686"),
        *(f"manylinux2014_{arch}" for arch in ("x86_64", "i686", "aarch64", "armv7l", "ppc64", "ppc64le", "s390x")),
        *("linux_armv6l", "linux_armv7l"),
    }
)
_MACOS: Final = frozenset(
    "ppc ppc64 i386 x86_64 arm64 intel fat fat3 fat64 universal universal2".split()  # noqa: SIM905 - reads better
)
_MACOS_MAJOR: Final = frozenset({"11", "12", "13", "14", "15", "26"})
"""Since macOS 11 the minor number says nothing, and has to be 0."""
_MUSLLINUX: Final = frozenset({"x86_64", "i686", "aarch64", "armv7l", "ppc64le", "s390x", "riscv64"})
_MANYLINUX: Final = _MUSLLINUX | {"ppc64"}
_ANDROID: Final = frozenset({"armeabi_v7a", "arm64_v8a", "x86", "x86_64"})
_IOS: Final = frozenset({"arm64", "x86_64"})

_MACOS_TAG = re.compile(r"macosx_(?P<major>\d+)_(?P<minor>\d+)_(?P<arch>.*)")
_LINUX_TAG = re.compile(r"(?P<libc>many|musl)linux_\d+_\d+_(?P<arch>.*)")
_ANDROID_TAG = re.compile(r"android_\d+_(?P<arch>.*)")
# PyPI looks at the beginning of these two only.
_IOS_TAG = re.compile(r"ios_\d+_\d+_(?P<arch>.*)_(iphoneos|iphonesimulator)")
_EMSCRIPTEN_TAG = re.compile(r"pyemscripten_\d+_\d+_wasm32")


def is_accepted(tag: str) -> bool:
    """Whether PyPI takes wheels with this platform tag. It never asks whether the binary keeps the tag's promise."""
    if tag in _FIXED or _EMSCRIPTEN_TAG.match(tag):
        return True
    if macos := _MACOS_TAG.match(tag):
        dated = macos["major"] == "10" or (macos["major"] in _MACOS_MAJOR and macos["minor"] == "0")
        return dated and macos["arch"] in _MACOS
    if linux := _LINUX_TAG.match(tag):
        return linux["arch"] in (_MANYLINUX if linux["libc"] == "many" else _MUSLLINUX)
    if android := _ANDROID_TAG.match(tag):
        return android["arch"] in _ANDROID
    ios = _IOS_TAG.match(tag)
    return ios is not None and ios["arch"] in _IOS
