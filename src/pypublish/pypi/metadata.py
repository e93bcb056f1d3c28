"""The metadata of a release as PyPI reads them, and the one mistake it names (rows M of its rules).

PyPI judges what the upload form says, not the file. Two steps: the core metadata specification as the
`packaging` 26.2 that PyPI runs understands it, and only if that is content, PyPI's own demands.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

from pypublish.pypi.answers import Answer, crash, refuse, with_specification
from pypublish.pypi.form import Form

Kind = Literal["text", "list", "keywords", "urls"]

VERSIONS: Final = ("1.0", "1.1", "1.2", "2.1", "2.2", "2.3", "2.4", "2.5")
"""The versions of the metadata that PyPI takes; 2.0 never was one, 2.6 (PEP 808) it does not know yet."""

FIELDS: Final[Mapping[str, tuple[Kind, str]]] = {
    "metadata-version": ("text", "1.0"),
    "name": ("text", "1.0"),
    "version": ("text", "1.0"),
    "dynamic": ("list", "2.2"),
    "platform": ("list", "1.0"),
    "supported-platform": ("list", "1.1"),
    "summary": ("text", "1.0"),
    "description": ("text", "1.0"),
    "description-content-type": ("text", "2.1"),
    "keywords": ("keywords", "1.0"),
    "home-page": ("text", "1.0"),
    "download-url": ("text", "1.1"),
    "author": ("text", "1.0"),
    "author-email": ("text", "1.0"),
    "maintainer": ("text", "1.2"),
    "maintainer-email": ("text", "1.2"),
    "license": ("text", "1.0"),
    "license-expression": ("text", "2.4"),
    "license-file": ("list", "2.4"),
    "classifier": ("list", "1.1"),
    "requires-dist": ("list", "1.2"),
    "requires-python": ("text", "1.2"),
    "requires-external": ("list", "1.2"),
    "project-url": ("urls", "1.2"),
    "provides-extra": ("list", "2.1"),
    "provides-dist": ("list", "1.2"),
    "obsoletes-dist": ("list", "1.2"),
    "requires": ("list", "1.1"),
    "provides": ("list", "1.1"),
    "obsoletes": ("list", "1.1"),
    "import-name": ("list", "2.5"),
    "import-namespace": ("list", "2.5"),
}
"""Each field: what its value is, and the version of the metadata that introduced it."""

_IN_FORM: Final = {"classifier": "classifiers", "project-url": "project_urls"}
_FIRST_NAMED: Final = ("metadata-version", "name", "version")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mistake:
    """What is wrong with one field, in PyPI's words."""

    field: str
    message: str
    url: str = ""
    """Where to read more, if it is not the specification of the core metadata."""
    crashes: bool = False
    """PyPI's own code stumbles over the value: status 500, without words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Metadata:
    """Metadata as they were written: nothing is judged yet."""

    texts: Mapping[str, str] = field(default_factory=dict)
    lists: Mapping[str, Sequence[str]] = field(default_factory=dict)
    urls: Mapping[str, str] = field(default_factory=dict)
    present: frozenset[str] = frozenset()
    """Every field that was given."""
    unreadable: tuple[Mistake, ...] = ()
    """Fields that are there, but not as they have to be: given twice, or unknown."""

    @property
    def name(self) -> str:
        """The name as the project spells it."""
        return self.texts.get("name", "")

    @property
    def version(self) -> str:
        """The version as it was written."""
        return self.texts.get("version", "")


def from_form(form: Form) -> Metadata:
    """Read the metadata in an upload form; fields that PyPI does not know, or that are empty, do not count."""
    spelled = {_IN_FORM.get(name, name.replace("-", "_")): name for name in FIELDS}
    given = {name: list(values) for name, values in form.items() if name in spelled and list(values) != [""]}
    return _sort({spelled[name]: values for name, values in given.items()}, {v: k for k, v in spelled.items()})


def from_file(content: bytes) -> Metadata:
    """Read a METADATA or PKG-INFO file: what PyPI would have to say if it read them, too."""
    from packaging.metadata import parse_email

    known, unknown = parse_email(content)
    given: dict[str, list[str]] = {}
    urls: Mapping[str, str] = {}
    for key, value in known.items():
        name = _FROM_PACKAGING.get(key, key.replace("_", "-"))
        if isinstance(value, str):
            given[name] = [value]
        elif isinstance(value, Mapping):
            urls = {str(label): str(url) for label, url in value.items()}
        elif isinstance(value, list):
            given[name] = [",".join(map(str, value))] if name == "keywords" else [str(one) for one in value]
    read = _sort(given, {})
    unreadable = tuple(
        Mistake(field=name, message=f"{name!r} has invalid data" if name in FIELDS else f"unrecognized field: {name!r}")
        for name in unknown
    )
    present = read.present | ({"project-url"} if urls else frozenset())
    return Metadata(texts=read.texts, lists=read.lists, urls=urls, present=present, unreadable=unreadable)


_FROM_PACKAGING: Final = {
    "platforms": "platform",
    "supported_platforms": "supported-platform",
    "license_files": "license-file",
    "classifiers": "classifier",
    "project_urls": "project-url",
    "import_names": "import-name",
    "import_namespaces": "import-namespace",
}


def _sort(given: Mapping[str, list[str]], spelled: Mapping[str, str]) -> Metadata:
    """Sort fields by kind; those given twice where once is right become mistakes under the name in `spelled`."""
    texts, lists, urls, unreadable = {}, {}, {}, []
    for name, values in given.items():
        kind = FIELDS[name][0]
        if kind == "list":
            lists[name] = tuple(values)
        elif kind == "urls" and (pairs := _labelled(values)) is not None:
            urls = pairs
        elif kind in {"text", "keywords"} and len(values) == 1:
            texts[name] = values[0]
        else:
            sent_as = spelled.get(name, name)
            unreadable.append(Mistake(field=sent_as, message=f"{sent_as!r} has invalid data"))
    return Metadata(texts=texts, lists=lists, urls=urls, present=frozenset(given), unreadable=tuple(unreadable))


def _labelled(values: Sequence[str]) -> dict[str, str] | None:
    """Split each `label, address`; None where a label comes twice."""
    urls: dict[str, str] = {}
    for value in values:
        label, _, url = (part.strip() for part in value.partition(","))
        if label in urls:
            return None
        urls[label] = url
    return urls


def mistakes(metadata: Metadata) -> tuple[Mistake, ...]:
    """Return all that PyPI would object to in one step, the one that it names first."""
    from pypublish.pypi.metadata_demands import demands
    from pypublish.pypi.metadata_fields import specification

    found = [*metadata.unreadable, *specification(metadata)] or demands(metadata)
    return tuple(sorted(found, key=_named_first))


def _named_first(mistake: Mistake) -> tuple[bool, int, str]:
    rank = _FIRST_NAMED.index(mistake.field) if mistake.field in _FIRST_NAMED else len(_FIRST_NAMED)
    return not mistake.crashes, rank, mistake.field


def judge(metadata: Metadata, *, local_versions: bool = False) -> Answer | None:
    """M: the metadata keep to the specification and to PyPI's demands; of all mistakes one is named.

    With `local_versions`, that a version is one is no mistake.
    """
    from pypublish.pypi.metadata_demands import LOCAL_VERSIONS

    found = [one for one in mistakes(metadata) if not (local_versions and one.url == LOCAL_VERSIONS)]
    return answer_to(found[0]) if found else None


def answer_to(mistake: Mistake) -> Answer:
    """M: what PyPI answers where this mistake is the first that it names."""
    if mistake.crashes:
        return crash("M")
    if mistake.url:
        return refuse("M", with_specification(mistake.message, mistake.url))
    return refuse("M", with_specification(mistake.message))


def judge_form(form: Form, *, local_versions: bool = False) -> Answer | None:
    """M, for the metadata in an upload form: what cannot be read hides everything else."""
    metadata = from_form(form)
    if metadata.unreadable:
        worst = min(metadata.unreadable, key=_named_first)
        return refuse("M", with_specification(worst.message))
    return judge(metadata, local_versions=local_versions)
