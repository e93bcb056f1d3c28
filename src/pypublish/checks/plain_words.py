"""Mistakes in metadata, said to somebody who has never read their specification; PyPI's own words are in the answer."""

from __future__ import annotations

import re
from typing import Final

from pypublish.checks.words import lower_first
from pypublish.pypi.metadata import Mistake

_SPECIFIERS: Final = "https://packaging.python.org/specifications/dependency-specifiers/"

_WORDS: Final = (
    ("(.+) is not a valid metadata version", "PyPI does not know Metadata-Version {0}", ""),
    ("'(name|version)' is a required field", "the metadata do not say the {0}", ""),
    ("(.+) is invalid for 'name'", "{0} is no name for a project", ""),
    ("(.+) is invalid for 'version'", "{0} is no version by PEP 440", ""),
    (r"The use of local versions in (.+) is not allowed\.", "{0} is a local version", ""),
    ("'summary' must be a single line", "the summary has more than one line", ""),
    (
        "'description-content-type' must be one of .*, not (.+?)",
        "the readme's content type is {0}",
        'PyPI takes text/markdown, text/x-rst and text/plain, as in `content-type = "text/markdown"`.',
    ),
    (
        "'description-content-type' can only specify the UTF-8 charset, not (.+)",
        "the readme's content type gives the charset {0}",
        "PyPI takes `charset=UTF-8` in capitals, or none.",
    ),
    (
        "valid Markdown variants for .* are .*, not (.+)",
        "the readme's content type gives the Markdown variant {0}",
        "PyPI takes `variant=GFM` and `variant=CommonMark`, or none.",
    ),
    ("(.+) is not a valid email address: (.+)", "{0} is no e-mail address: {1}", ""),
    (r"(.+) is not a valid classifier\.", "PyPI knows no classifier {0}", ""),
    (
        r"The classifier (.+) has been deprecated, use one of \[(.+)\] instead\.",
        "the classifier {0} is deprecated",
        "Write {1} instead.",
    ),
    (r"The classifier (.+) has been deprecated\.", "the classifier {0} is deprecated", "Remove it."),
    (
        r"(.+) is not a valid url\.?",
        "{0} is no web address",
        "Write the whole address, from https:// (or http://) on.",
    ),
    ("Must have a label", "a project URL has no label", ""),
    (r"(.+) must be 32 characters or less\.", "the label {0} has more than 32 characters", ""),
    ("Must have a URL", "a label has no URL", ""),
    (
        "(.+) is invalid for 'requires-dist'",
        "the dependency {0} cannot be read",
        f"Write it as in `name>=1.0` ({_SPECIFIERS}).",
    ),
    ("Can't have direct dependency: (.+)", "the dependency '{0}' is an address, not a release", ""),
    ("(.+) is invalid for 'requires-python'", "requires-python {0} is no version specifier", ""),
    ("(.+) is invalid for 'license-expression'", "{0} is no licence expression of SPDX", ""),
    ("(.+) is invalid for 'license-file', (.+)", "the licence file {0} is not taken: {1}", ""),
    (
        r"License is deprecated when License-Expression is present\..*",
        "the field License is there beside License-Expression",
        'Keep the one: `license = "MIT"` (or yours) in pyproject.toml, and nothing about it elsewhere.',
    ),
    ("(.+) is invalid for 'import-name(?:space)?'; (.+)", "{0} is no name that can be imported: {1}", ""),
    ("(.+) is invalid for 'provides-extra'", "{0} is no name for an extra", ""),
    ("(.+) is not allowed as a dynamic field", "{0} must not be dynamic", ""),
    (r"(?:Dynamic field )?(.+) is not a valid dynamic field\.?", "there is no field {0} that could be dynamic", ""),
    (
        r"(\S+) introduced in metadata version (\S+), not (\S+)",
        "the field {0} came with Metadata-Version {1}, and the file says {2}",
        "",
    ),
    ("'(.+)' has invalid data", "{0} is there twice, or has a form that it must not have", ""),
    ("unrecognized field: (.+)", "no field of the metadata is called {0}", ""),
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
            groups = [group for group in found.groups() if group is not None]
            return words.format(*groups[:1], *(lower_first(group).removesuffix(".") for group in groups[1:]))
    message = mistake.message or "PyPI's own code breaks over the value"
    return message if mistake.field in message else f"{mistake.field}: {message}"


def advice(mistake: Mistake) -> str:
    """Say what to do; empty where the check's own advice is as good."""
    for pattern, _, hint in _WORDS:
        if found := re.fullmatch(pattern, mistake.message, re.DOTALL):
            near = _nearby(found[1]) if mistake.field == "license-expression" else ""
            return f"Did you mean {near!r}? See https://spdx.org/licenses/." if near else hint.format(*found.groups())
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
