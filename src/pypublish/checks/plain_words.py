"""Mistakes in metadata, said to somebody who has never read their specification; PyPI's own words are in the answer."""

from __future__ import annotations

import re
from typing import Final

from pypublish.pypi.metadata import Mistake

_SPECIFIERS: Final = "https://packaging.python.org/specifications/dependency-specifiers/"

_WORDS: Final = (
    (r"(.+) is not a valid metadata version", r"PyPI does not know Metadata-Version \1", ""),
    (r"'(name|version)' is a required field", r"the metadata do not say the \1", ""),
    (r"(.+) is invalid for 'name'", r"\1 is no name for a project", ""),
    (r"(.+) is invalid for 'version'", r"\1 is no version by PEP 440", ""),
    (r"The use of local versions in (.+) is not allowed\.", r"\1 is a local version", ""),
    (r"'summary' must be a single line", "the summary has more than one line", ""),
    (
        r"'description-content-type' must be one of .*, not (.+?)",
        r"the readme's content type is \1",
        'PyPI takes text/markdown, text/x-rst and text/plain, as in `content-type = "text/markdown"`.',
    ),
    (
        r"'description-content-type' can only specify the UTF-8 charset, not (.+)",
        r"the readme's content type gives the charset \1",
        "PyPI takes `charset=UTF-8` in capitals, or none.",
    ),
    (
        r"valid Markdown variants for .* are .*, not (.+)",
        r"the readme's content type gives the Markdown variant \1",
        "PyPI takes `variant=GFM` and `variant=CommonMark`, or none.",
    ),
    (r"(.+) is not a valid email address: (.+)", r"\1 is no e-mail address: \2", ""),
    (r"(.+) is not a valid classifier\.", r"PyPI knows no classifier \1", ""),
    (
        r"The classifier (.+) has been deprecated, use one of \[(.+)\] instead\.",
        r"the classifier \1 is deprecated",
        r"Write \2 instead.",
    ),
    (r"The classifier (.+) has been deprecated\.", r"the classifier \1 is deprecated", "Remove it."),
    (
        r"(.+) is not a valid url\.?",
        r"\1 is no web address",
        "Write the whole address, from https:// (or http://) on.",
    ),
    (r"Must have a label", "a project URL has no label", ""),
    (r"(.+) must be 32 characters or less\.", r"the label \1 has more than 32 characters", ""),
    (r"Must have a URL", "a label has no URL", ""),
    (
        r"(.+) is invalid for 'requires-dist'",
        r"the dependency \1 cannot be read",
        f"Write it as in `name>=1.0` ({_SPECIFIERS}).",
    ),
    (r"Can't have direct dependency: (.+)", r"the dependency '\1' is an address, not a release", ""),
    (r"(.+) is invalid for 'requires-python'", r"requires-python \1 is no version specifier", ""),
    (r"(.+) is invalid for 'license-expression'", r"\1 is no licence expression of SPDX", ""),
    (r"(.+) is invalid for 'license-file', (.+)", r"the licence file \1 is not taken: \2", ""),
    (
        r"License is deprecated when License-Expression is present\..*",
        "the field License is there beside License-Expression",
        'Keep the one: `license = "MIT"` (or yours) in pyproject.toml, and nothing about it elsewhere.',
    ),
    (r"(.+) is invalid for 'import-name(?:space)?'; (.+)", r"\1 is no name that can be imported: \2", ""),
    (r"(.+) is invalid for 'provides-extra'", r"\1 is no name for an extra", ""),
    (r"(.+) is not allowed as a dynamic field", r"\1 must not be dynamic", ""),
    (r"(?:Dynamic field )?(.+) is not a valid dynamic field\.?", r"there is no field \1 that could be dynamic", ""),
    (
        r"(\S+) introduced in metadata version (\S+), not (\S+)",
        r"the field \1 came with Metadata-Version \2, and the file says \3",
        "",
    ),
    (r"'(.+)' has invalid data", r"\1 is there twice, or has a form that it must not have", ""),
    (r"unrecognized field: (.+)", r"no field of the metadata is called \1", ""),
)
"""PyPI's words (the whole message), ours, and what to do where the check's own advice is too wide."""

_NEARBY: Final = (
    (r"(?P<of>a|l)?gpl\D*(?P<major>\d)(\.(?P<minor>\d))?.*(?P<later>\+|later)", "{of}GPL-{major}.{minor}-or-later"),
    (r"(?P<of>a|l)?gpl\D*(?P<major>\d)(\.(?P<minor>\d))?", "{of}GPL-{major}.{minor}-only"),
    (r"apache\D*2", "Apache-2.0"),
    (r"mpl\D*2", "MPL-2.0"),
    (r"(new |modified |3-?clause )?bsd( 3|-3|$| license)", "BSD-3-Clause"),
    (r"(simplified |2-?clause )?bsd( 2|-2)?", "BSD-2-Clause"),
    (r"(the )?mit\b", "MIT"),
    (r"proprietary", "LicenseRef-Proprietary"),
)
"""How people write licences, in lower case, and the expression that they may mean."""


def in_plain_words(mistake: Mistake) -> str:
    """Say what is wrong; the message of PyPI where it is none that we know."""
    for pattern, words, _ in _WORDS:
        if found := re.fullmatch(pattern, mistake.message, re.DOTALL):
            return found.expand(words)
    message = mistake.message or "PyPI's own code breaks over the value"
    return message if mistake.field in message else f"{mistake.field}: {message}"


def advice(mistake: Mistake) -> str:
    """Say what to do; empty where the check's own advice is as good."""
    for pattern, _, hint in _WORDS:
        if found := re.fullmatch(pattern, mistake.message, re.DOTALL):
            near = _nearby(found[1]) if mistake.field == "license-expression" else ""
            return f"Did you mean {near!r}? See https://spdx.org/licenses/." if near else found.expand(hint)
    return ""


def _nearby(license_: str) -> str:
    """Return the expression that may be meant; empty where none comes to mind."""
    from pypublish.pypi.license_expressions import is_valid

    written = license_.strip("'\"")
    guesses = [written.replace(" ", "-")]
    for pattern, expression in _NEARBY:
        if found := re.match(pattern, written.lower()):
            parts = {name: text or {"minor": "0"}.get(name, "") for name, text in found.groupdict().items()}
            guesses.append(expression.format(**parts | {"of": parts.get("of", "").upper()}))
    return next((guess for guess in guesses if "+" not in guess and is_valid(guess)), "")
