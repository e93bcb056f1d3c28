"""check-manifest's comparison of an sdist that exists with the tracked files. Runs in the child process of `tools`.

The current folder is the project's, in a clean clone: check-manifest reads its configuration, MANIFEST.in and the
list of tracked files from there. It would build the sdist twice to compare; the one that will be published is enough.
"""

from __future__ import annotations

import warnings

MISSING_FROM_SDIST = "missing-from-sdist"
MISSING_FROM_VCS = "missing-from-vcs"
BAD_IDEA = "bad-idea"
MANIFEST_LINE = "manifest-line"
OURS = frozenset({"PUBLISHING.md"})
"""What `pypublish init` writes for who releases: like the workflows, it is nothing for who installs."""
CANNOT_COMPARE = "cannot-compare"


def remarks(members: list[str]) -> list[dict[str, object]]:
    """Compare the names in the sdist, its top folder included, with the files that are tracked here."""
    with warnings.catch_warnings():
        # It imports setuptools, which warns of itself now and then.
        warnings.simplefilter("ignore")
        import check_manifest as tool

    ui = _Listener()
    try:
        ignore, ignore_bad_ideas = tool.read_config()
        configured = bool(tool._load_config())  # noqa: SLF001 - read_config does not say whether there was one
        ignore += tool.read_manifest(ui)
        tracked = tool.get_vcs_files(ui)
        in_sdist = set(tool.strip_sdist_extras(ignore, tool.strip_toplevel_name(tool.canonical_file_list(members))))
    except tool.Failure as error:
        return [{"code": CANNOT_COMPARE, "message": str(error)}]
    wanted = set(tool.strip_sdist_extras(ignore, tracked))
    absent, untracked = sorted(wanted - in_sdist - OURS), sorted(in_sdist - wanted)
    suggestions, _ = tool.find_suggestions(absent)
    bad_ideas = ignore_bad_ideas.filter(tool.find_bad_ideas(tracked))
    said = [
        (MISSING_FROM_SDIST, "\n".join(suggestions), absent),
        (MISSING_FROM_VCS, "", untracked),
        (BAD_IDEA, "", bad_ideas),
    ]
    return [
        *({"code": MANIFEST_LINE, "message": line, "configured": configured} for line in ui.warnings),
        *(
            {"code": code, "message": message, "members": names, "configured": configured}
            for code, message, names in said
            if names
        ),
    ]


class _Listener:
    """Stand for check-manifest's user interface: keep its warnings."""

    def __init__(self) -> None:
        self.warnings: list[str] = []

    def warning(self, message: str) -> None:
        self.warnings.append(message)
