"""The links in the side bar of a project's page, and which of them PyPI takes for verified."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from pypublish.pypi.metadata import Metadata


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """One link of the side bar."""

    label: str
    url: str
    verified: bool
    """Whether PyPI lists it among the details that it has verified."""


def links_of(metadata: Metadata, repository: tuple[str, str] | None) -> tuple[Link, ...]:
    """Return the links in PyPI's order; `repository` is the owner and the name of the one that it is published from."""
    home, download = (metadata.texts.get(field, "").strip() for field in ("home-page", "download-url"))
    labelled = {
        **({"Homepage": home} if home not in {"", "UNKNOWN"} else {}),
        **metadata.urls,
        **({"Download": download} if download not in {"", "UNKNOWN"} else {}),
    }
    return tuple(
        Link(label=label, url=url, verified=is_verified(url, name=metadata.name, repository=repository))
        for label, url in labelled.items()
    )


def is_verified(url: str, *, name: str, repository: tuple[str, str] | None) -> bool:
    """Say whether PyPI takes a link for verified that comes with an upload from a trusted repository on GitHub.

    So are addresses within the repository, within its pages on github.io, and of the project itself on PyPI.
    """
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return False
    if parts.scheme.lower() != "https":
        return False
    return _is_of_project(parts, name) or (repository is not None and _is_of_repository(parts, *repository))


def _is_of_project(parts: SplitResult, name: str) -> bool:
    return parts.netloc.lower() == "pypi.org" and _is_within(parts.path, f"/project/{name}")


def _is_of_repository(parts: SplitResult, owner: str, name: str) -> bool:
    host, pages = parts.netloc.lower(), f"{owner}.github.io".lower()
    if host == "github.com":
        return _is_within(parts.path.removesuffix(".git"), f"/{owner}/{name}")
    return host == pages and (name.lower() == pages or _is_within(parts.path, f"/{name}"))


def _is_within(path: str, folder: str) -> bool:
    return f"{path}/".lower().startswith(f"{folder}/".lower())
