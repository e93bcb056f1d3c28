"""Which licence expressions PyPI takes: SPDX as the `packaging` 26.2 that PyPI runs understands it.

Newer releases of `packaging` are stricter (they refuse `LicenseRef-` alone, `(MIT) WITH x` and a second `WITH`),
so the grammar is written out here; the lists of licences and exceptions are theirs.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

_OPERATORS: Final = frozenset({"and", "or", "with"})
_BEFORE_OPERAND: Final = _OPERATORS | {"("}
_AFTER_OPERAND: Final = _OPERATORS | {")"}
_REFERENCE: Final = "licenseref-"
_REFERENCE_CHARACTERS = re.compile(r"[a-z0-9.-]*$")


def is_valid(expression: str) -> bool:
    """Whether PyPI takes the expression.

    Raises:
        KeyError: PyPI's own code stumbles over it (`LicenseRef-Foo+`).

    """
    tokens = expression.lower().replace("(", " ( ").replace(")", " ) ").split()
    if not _is_well_formed(tokens):
        return False
    for before, token in zip(["", *tokens], tokens, strict=False):
        if token in _BEFORE_OPERAND | _AFTER_OPERAND:
            continue
        if not (_is_listed(f"MIT WITH {token}") if before == "with" else _is_license(token, tokens)):
            return False
    return True


def _is_well_formed(tokens: list[str]) -> bool:
    """Whether operands and operators alternate and parentheses pair; `WITH` is an operator like the others."""
    depth, operand_comes = 0, True
    for token in tokens:
        if operand_comes is (token in _AFTER_OPERAND):
            return False
        depth += {"(": 1, ")": -1}.get(token, 0)
        if depth < 0:
            return False
        operand_comes = token in _BEFORE_OPERAND
    return depth == 0 and not operand_comes


def _is_license(token: str, tokens: list[str]) -> bool:
    name = token.removesuffix("+")
    if not name.startswith(_REFERENCE):
        return not name.endswith("+") and _is_listed(name)
    if not _REFERENCE_CHARACTERS.match(name):
        return False
    if name not in tokens:
        raise KeyError(name)
    return True


@lru_cache(maxsize=256)
def _is_listed(expression: str) -> bool:
    from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression

    try:
        canonicalize_license_expression(expression)
    except InvalidLicenseExpression:
        return False
    return True
