"""Which licence a text or a classifier is, as SPDX names it."""

from __future__ import annotations

import re
from collections.abc import Iterable

_KNOWN: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...] = (
    ("Apache-2.0", ("apache license", "version 2.0, january 2004"), ()),
    ("AGPL-3.0-only", ("gnu affero general public license", "version 3, 19 november 2007"), ()),
    ("LGPL-3.0-only", ("gnu lesser general public license", "version 3, 29 june 2007"), ()),
    ("LGPL-2.1-only", ("gnu lesser general public license", "version 2.1, february 1999"), ()),
    ("GPL-3.0-only", ("gnu general public license", "version 3, 29 june 2007"), ()),
    ("GPL-2.0-only", ("gnu general public license", "version 2, june 1991"), ()),
    ("MPL-2.0", ("mozilla public license", "2.0"), ()),
    ("EPL-2.0", ("eclipse public license - v 2.0",), ()),
    ("Unlicense", ("free and unencumbered software released into the public domain",), ()),
    ("CC0-1.0", ("cc0 1.0 universal",), ()),
    ("Zlib", ("provided 'as-is'", "altered source versions must be plainly marked"), ()),
    ("BSD-4-Clause", ("redistribution and use in source and binary forms", "all advertising materials"), ()),
    ("BSD-3-Clause", ("redistribution and use in source and binary forms", "endorse or promote"), ()),
    ("BSD-2-Clause", ("redistribution and use in source and binary forms",), ()),
    ("ISC", ("permission to use, copy, modify, and/or distribute this software", "copyright notice and this"), ()),
    ("ISC", ("permission to use, copy, modify, and distribute this software", "copyright notice and this"), ()),
    ("0BSD", ("permission to use, copy, modify, and/or distribute this software",), ("copyright notice and this",)),
    (
        "MIT",
        ("permission is hereby granted, free of charge", "copyright notice and this permission notice"),
        ("except as contained in this notice",),
    ),
    (
        "MIT-0",
        ("permission is hereby granted, free of charge", "the software is provided"),
        ("copyright notice and this permission notice",),
    ),
)
"""SPDX identifier -> what its text says, and what it does not; the first that fits. Longer texts quote shorter ones."""

_CLASSIFIERS = {
    "MIT License": "MIT",
    "MIT No Attribution License (MIT-0)": "MIT-0",
    "Apache Software License": "Apache-2.0",
    "ISC License (ISCL)": "ISC",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "The Unlicense (Unlicense)": "Unlicense",
    "Python Software Foundation License": "PSF-2.0",
    "zlib/libpng License": "Zlib",
    "GNU General Public License v2 (GPLv2)": "GPL-2.0-only",
    "GNU General Public License v2 or later (GPLv2+)": "GPL-2.0-or-later",
    "GNU General Public License v3 (GPLv3)": "GPL-3.0-only",
    "GNU General Public License v3 or later (GPLv3+)": "GPL-3.0-or-later",
    "GNU Lesser General Public License v2 or later (LGPLv2+)": "LGPL-2.0-or-later",
    "GNU Lesser General Public License v3 (LGPLv3)": "LGPL-3.0-only",
    "GNU Lesser General Public License v3 or later (LGPLv3+)": "LGPL-3.0-or-later",
    "GNU Affero General Public License v3": "AGPL-3.0-only",
    "GNU Affero General Public License v3 or later (AGPLv3+)": "AGPL-3.0-or-later",
}
"""The last part of a classifier -> SPDX identifier, where there is but one; "BSD License" is any of several."""

LICENSE_CLASSIFIER = "License ::"
"""How those classifiers begin that a licence expression takes the place of (PEP 639)."""

ONLY = "-only"
"""The end of identifiers for a text that does not say itself whether later versions are meant, too."""


def license_of_text(text: str) -> str:
    """Return the SPDX identifier of a licence's text; empty where it is none that is known."""
    words = re.sub(r"[\s*#/]+", " ", text).lower().replace("“", '"').replace("”", '"')
    return next(
        (
            name
            for name, said, unsaid in _KNOWN
            if all(part in words for part in said) and not any(part in words for part in unsaid)
        ),
        "",
    )


def license_of_classifiers(classifiers: Iterable[str]) -> str:
    """Return the SPDX identifier that classifiers name; empty where they name none, or more than one."""
    named = {
        _CLASSIFIERS.get(classifier.rpartition(" :: ")[2], "")
        for classifier in classifiers
        if classifier.startswith(LICENSE_CLASSIFIER) and classifier.count(" :: ") > 1
    }
    return named.pop() if len(named) == 1 else ""


def agrees(of_text: str, of_classifiers: str) -> bool:
    """Whether a classifier says of the same licence's text which later versions are meant."""
    family = of_text.removesuffix(ONLY)
    return bool(of_classifiers) and of_classifiers in {family, f"{family}-only", f"{family}-or-later"}
