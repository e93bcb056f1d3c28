"""Which of the user's variables a build may see: an allow-list, so that no credential of a later step gets in.

It holds for the hooks of build backends and for the installation of their requirements alike: some of those are
built from source, by code of their own.
"""

from __future__ import annotations

import fnmatch
import re
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

MACHINE = """
PATH HOME USER LOGNAME SHELL LANG LANGUAGE LC_* TZ
SYSTEMROOT SYSTEMDRIVE WINDIR COMSPEC PATHEXT OS USERNAME USERPROFILE HOMEDRIVE HOMEPATH
APPDATA LOCALAPPDATA PROGRAMDATA PROGRAMFILES PROGRAMFILES(X86) PROGRAMW6432 COMMONPROGRAMFILES
COMMONPROGRAMFILES(X86) NUMBER_OF_PROCESSORS PROCESSOR_*
"""
"""HOME is among them: compilers, cargo and uv keep their settings and caches there, and whoever runs as this user
finds it without the variable."""

TOOLCHAIN = """
CC CXX CPP CUDACXX FC F77 F90 AR AS LD NM RANLIB STRIP OBJCOPY LLVM_CONFIG SWIG
CFLAGS CXXFLAGS CPPFLAGS LDFLAGS LDSHARED LDCXXSHARED FFLAGS FCFLAGS ARFLAGS CUDAFLAGS ARCHFLAGS MAKEFLAGS
CPATH C_INCLUDE_PATH CPLUS_INCLUDE_PATH OBJC_INCLUDE_PATH LIBRARY_PATH LD_LIBRARY_PATH DYLD_LIBRARY_PATH
PKG_CONFIG PKG_CONFIG_* MACOSX_DEPLOYMENT_TARGET SDKROOT DEVELOPER_DIR _PYTHON_HOST_PLATFORM
CMAKE CMAKE_* NINJA MESON MESON_* SKBUILD_* CIBUILDWHEEL AUDITWHEEL_PLAT
CUDA_HOME CUDA_PATH JAVA_HOME ROCM_HOME MKLROOT NPY_* CYTHON_*
CARGO CARGO_HOME CARGO_BUILD_* CARGO_TARGET_* CARGO_PROFILE_* CARGO_NET_* CARGO_HTTP_* RUSTC RUSTC_WRAPPER RUSTFLAGS
RUSTDOCFLAGS RUSTUP_HOME RUSTUP_TOOLCHAIN SETUPTOOLS_RUST_* MATURIN_PEP517_*
GOROOT GOPATH GOFLAGS GOPROXY GOCACHE GOMODCACHE CGO_* NPM_CONFIG_REGISTRY npm_config_registry
CCACHE_DIR SCCACHE_DIR
INCLUDE LIB LIBPATH DISTUTILS_USE_SDK MSSDK VCINSTALLDIR VCTOOLS* VSINSTALLDIR VSCMD_* VS[0-9]*COMNTOOLS
VISUALSTUDIOVERSION WINDOWSSDK* UNIVERSALCRTSDKDIR UCRTVERSION
"""

BACKENDS = """
SETUPTOOLS_* DISTUTILS_DEBUG DIST_EXTRA_CONFIG HATCH_BUILD_* HATCH_VCS_* PDM_BUILD_* PBR_VERSION PBR_*
POETRY_DYNAMIC_VERSIONING_* VCS_VERSIONING_* VERSIONINGIT_* MYPYC_*
"""
"""Versions given by hand, and what backends let one set; HATCH_*, PDM_*, POETRY_* and FLIT_* hold passwords, too."""

NETWORK = """
HTTP_PROXY HTTPS_PROXY ALL_PROXY NO_PROXY FTP_PROXY http_proxy https_proxy all_proxy no_proxy ftp_proxy
SSL_CERT_FILE SSL_CERT_DIR REQUESTS_CA_BUNDLE CURL_CA_BUNDLE GIT_SSL_CAINFO NODE_EXTRA_CA_CERTS
"""

INDEXES = """
PIP_INDEX_URL PIP_EXTRA_INDEX_URL PIP_NO_INDEX PIP_FIND_LINKS PIP_TRUSTED_HOST PIP_CERT PIP_CACHE_DIR
PIP_NO_CACHE_DIR PIP_CONFIG_FILE PIP_PROXY PIP_TIMEOUT PIP_DEFAULT_TIMEOUT PIP_RETRIES
PIP_DISABLE_PIP_VERSION_CHECK
UV_INDEX UV_DEFAULT_INDEX UV_INDEX_URL UV_EXTRA_INDEX_URL UV_FIND_LINKS UV_INDEX_STRATEGY
UV_INSECURE_HOST UV_KEYRING_PROVIDER UV_OFFLINE UV_CACHE_DIR UV_NO_CACHE UV_LINK_MODE UV_EXCLUDE_NEWER
UV_CONFIG_FILE UV_NO_CONFIG UV_HTTP_TIMEOUT UV_HTTP_RETRIES UV_NATIVE_TLS UV_SYSTEM_CERTS
UV_CONCURRENT_DOWNLOADS UV_CONCURRENT_BUILDS UV_CONCURRENT_INSTALLS UV_BUILD_CONSTRAINT
UV_PYTHON_INSTALL_DIR UV_PYTHON_DOWNLOADS UV_PYTHON_PREFERENCE UV_PYTHON_INSTALL_MIRROR
"""
"""The user's own settings of where packages come from. The address of an index may hold a password: he put it there."""

ALLOWED = (MACHINE + TOOLCHAIN + BACKENDS + NETWORK + INDEXES).split()

CREDENTIAL = re.compile(r"TOKEN|PASSWORD|PASSWD|SECRET|CREDENTIAL|AUTH|API_?KEY", re.IGNORECASE)
"""What no pattern lets through; only `build-env` does, by the full name."""

PIP_FOR_UV = {
    "UV_DEFAULT_INDEX": "PIP_INDEX_URL",
    "UV_EXTRA_INDEX_URL": "PIP_EXTRA_INDEX_URL",
    "UV_FIND_LINKS": "PIP_FIND_LINKS",
}
"""uv reads no setting of pip's; where only pip is set up, it is to find the same index."""

UV_INDEXES = {"UV_INDEX", "UV_DEFAULT_INDEX", "UV_INDEX_URL", "UV_EXTRA_INDEX_URL", "UV_FIND_LINKS"}

UV_PLACES = ("UV_CACHE_DIR", "UV_CONFIG_FILE", "UV_PYTHON_INSTALL_DIR")
"""Paths that the user may give relative to where he is; uv does not run there."""


def build_variables(environ: Mapping[str, str], further: Iterable[str] = ()) -> dict[str, str]:
    """Return what a build may see of `environ`: the allow-list, and what the user names under `build-env`.

    A variable that is empty counts as not set: that is how workflows write "not given", and uv would object.
    """
    allowed = {name: value for name, value in environ.items() if value and _is_allowed(name)}
    placed = {name: str(Path(allowed[name]).absolute()) for name in UV_PLACES if name in allowed}
    named = {name: environ[name] for name in further if name in environ}
    return _with_pips_settings(allowed | placed) | named


def _is_allowed(name: str) -> bool:
    # Windows does not tell upper case from lower case.
    spelt = name.upper() if sys.platform == "win32" else name
    return _ALLOWED.match(spelt) is not None and not CREDENTIAL.search(name)


_ALLOWED = re.compile("|".join(fnmatch.translate(pattern) for pattern in ALLOWED))


def _with_pips_settings(variables: dict[str, str]) -> dict[str, str]:
    if not UV_INDEXES.isdisjoint(variables):
        return variables
    found = {ours: variables[pips] for ours, pips in PIP_FOR_UV.items() if variables.get(pips)}
    if "UV_FIND_LINKS" in found:
        found["UV_FIND_LINKS"] = ",".join(found["UV_FIND_LINKS"].split())
    if "PIP_CERT" in variables and "SSL_CERT_FILE" not in variables:
        found["SSL_CERT_FILE"] = variables["PIP_CERT"]
    return variables | found
