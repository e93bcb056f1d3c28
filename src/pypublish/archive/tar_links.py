"""Where a tar's link leads."""

from __future__ import annotations

from posixpath import dirname, join, normpath
from typing import Final

from pypublish.archive.contents import Member
from pypublish.archive.flaws import Flaws
from pypublish.archive.member_names import shown

_RULE: Final = "links-stay-inside"


def judge_target(member: Member, flaws: Flaws) -> None:
    """Note a symbolic link that leads out of its own top folder; pip unpacks that folder alone."""
    target = member.link
    if not target or "\\" in target or "\0" in target:
        flaws.add(_RULE, f"the link's target {shown(target)} is no path", member=member.name, code="target")
        return
    reached = normpath(join(dirname(member.name), target))
    top = member.name.partition("/")[0] if "/" in member.name else ""
    stays = reached == top or reached.startswith(f"{top}/") if top else reached.partition("/")[0] != ".."
    if target.startswith("/") or not stays:
        message = f"the link leads to {shown(target)}, out of the folder that is unpacked"
        flaws.add(_RULE, message, member=member.name, code="outside")
