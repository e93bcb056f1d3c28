"""Who may upload what: the tokens of users and of publishers (rows A1, A5, P1, P6)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pypublish.model import Publisher
from pypublish.pypi.answers import DOCS, HELP, Answer, refuse, with_help
from pypublish.pypi.names import normalise
from pypublish.pypi.shelf import ShelvedProject


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who a token stands for, and how far it goes."""

    user: str | None
    """Whose token it is; None for one that a publisher was given by Trusted Publishing."""
    projects: frozenset[str] | None = None
    """The normalised names of the projects that it is good for; None for all that the user may upload to."""
    creates: bool = False
    """Whether it may make projects although it is a publisher's: on PyPI none may, on an index for trials this one."""
    expires: float | None = None
    """In seconds since 1970; None where it never does."""
    publisher: Publisher | None = None
    """Which publisher it is; None for a user."""


def username_is_token(username: str) -> Answer | None:
    """A1: who uploads with a password is told that nobody does so any more."""
    if username == "__token__":
        return None
    return refuse(
        "A1",
        "Username/Password authentication is no longer supported. Migrate to API Tokens or Trusted Publishers"
        f" instead. See {HELP}#apitoken and {HELP}#trusted-publishers",
        status=403,
    )


def is_known(caller: Caller | None) -> Answer | None:
    """A5: the token is one of the index's."""
    if caller is not None:
        return None
    reason = "Invalid or non-existent authentication information."
    return refuse("A5", with_help(reason, "invalid-auth"), status=403)


def may_create_projects(caller: Caller) -> Answer | None:
    """P1: only users create projects by uploading; for publishers the pending one did, under its own name."""
    if caller.user is not None or caller.creates:
        return None
    return refuse(
        "P1",
        "Non-user identities cannot create new projects. This was probably caused by successfully using a pending"
        " publisher but specifying the project name incorrectly (either in the publisher or in your project's"
        f" metadata). Please ensure that both match. See: {DOCS}trusted-publishers/troubleshooting/",
    )


def may_upload_to(caller: Caller, project: ShelvedProject, now: float) -> Answer | None:
    """P6: the token is good for this project, now, and the project takes files."""
    if reasons := ", ".join(_limits_broken(caller, project.name, now)):
        return refuse("P6", f"Invalid API Token: {reasons}", status=403)
    archived = project.status == "archived" or (project.status == "quarantined" and caller.user is None)
    if not archived:
        return None
    reason = (
        f"The given token isn't allowed to upload to project '{project.name}'."
        if caller.user is None
        else f"The user '{caller.user}' isn't allowed to upload to project '{project.name}'."
    )
    return refuse("P6", with_help(reason, "project-name"), status=403)


def _limits_broken(caller: Caller, project: str, now: float) -> Iterator[str]:
    if caller.projects is not None and normalise(project) not in caller.projects:
        if caller.user is None:
            yield f"OIDC scoped token is not valid for project {project!r}"
        yield f"project-scoped token is not valid for project: {project!r}"
    if caller.expires is not None and now >= caller.expires:
        yield "token is expired"
