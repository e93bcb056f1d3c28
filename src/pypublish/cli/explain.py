"""`pypublish explain`: what a check is for, and how to mend what it finds."""

from __future__ import annotations

import click

from pypublish.errors import UsageError


@click.command()
@click.argument("check", metavar="CHECK")
def explain(check: str) -> None:
    r"""Say what CHECK is for, and how to mend what it finds.

    CHECK is the name that a finding bears in brackets, as in:

    \b
        pypublish explain tag-equals-version
    """
    from difflib import get_close_matches

    from pypublish.checks.all import CATALOGUE
    from pypublish.checks.catalog import family
    from pypublish.render.catalogue import explanation

    found = CATALOGUE.get(check) or CATALOGUE.get(family(check))
    if found is None:
        near = get_close_matches(check, CATALOGUE, n=1)
        raise UsageError(
            f"there is no check {check!r}" + (f"; did you mean {near[0]!r}?" if near else ""),
            hint="docs/checks.md lists them all.",
        )
    click.echo(explanation(found), nl=False)
