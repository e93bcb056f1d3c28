"""What stands in the way of setting a repository up, in words: init writes what it can and says what is left."""

from __future__ import annotations

from pypublish.checks.catalog import Rule, rule
from pypublish.findings import NOWHERE, Finding, Location, Severity

EXISTING_FILE_STAYS = rule(
    "existing-file-stays",
    Severity.WARNING,
    """A file that is there already is not written over.

    It may hold what nobody remembers. So what init wrote before is merged when it is asked to, and what somebody else
    wrote is replaced only by force.

    Fix: see by pypublish init --force --dry-run what would change; --force alone replaces the file. To keep it beside
    the new one, rename it first.
    """,
)
ONE_WORKFLOW_PUBLISHES = rule(
    "one-workflow-publishes",
    Severity.WARNING,
    """One workflow publishes a package, not two.

    Both would start with the same tag, and the second finds files of the first on the index.

    Fix: register the new workflow on PyPI, then delete the old one, and its publisher on PyPI.
    """,
)
ACTION_UPDATES_ARE_PROPOSED = rule(
    "action-updates-are-proposed",
    Severity.NOTE,
    """New versions of the pinned actions are proposed, some days after they came out.

    A pin that nobody raises grows old; a version that is a day old may be a poisoned one.

    Fix: add the entry for github-actions to .github/dependabot.yml.
    """,
)
SETTINGS_ARE_WRITTEN = rule(
    "settings-are-written",
    Severity.NOTE,
    """The settings can be appended to pyproject.toml.

    Where its tables are written in another way, adding lines would change what the file means.

    Fix: put the table in by hand.
    """,
)
TAG_FORMAT_FITS = rule(
    "tag-format-fits-the-tags",
    Severity.WARNING,
    """The setting tag-format fits the tags that the project has, and tells the packages of a repository apart.

    A release starts by a tag of this format alone; where two packages share it, one tag would release both.

    Fix: set tag-format in [tool.pypublish].
    """,
)
CHANGES_MEET = rule(
    "merged-without-conflict",
    Severity.ERROR,
    """What you changed in a workflow and what the template changed are in different places.

    Where they meet, nobody but you can say what is meant; your lines stay.

    Fix: bring the template's lines, which are shown, into the file by hand where you want them.
    """,
)
ONE_MACHINE_IS_ENOUGH = rule(
    "one-machine-builds-for-all",
    Severity.NOTE,
    """What one machine builds can be installed everywhere.

    The workflow builds the sdist and one wheel. Where modules are compiled, that wheel is for that machine, and is
    released only where the index takes it; all others have to compile the sdist themselves.

    Fix: take the template release-wheels: cibuildwheel builds wheels on a machine for each platform, and all are
    released at once, with the sdist.
    """,
)
SOMETHING_IS_COMPILED = rule(
    "something-is-compiled",
    Severity.NOTE,
    """A project whose wheels cibuildwheel builds has compiled modules.

    One wheel of pure Python fits every platform; cibuildwheel refuses to build it once for each.

    Fix: take the template release, unless the build compiles modules in a way that cannot be seen from outside.
    """,
)
PUBLISHER_IS_KNOWN = rule(
    "repository-is-known",
    Severity.NOTE,
    """It is known which repository on GitHub this is.

    PyPI trusts a repository by owner and name; the links to its settings need them too.

    Fix: name it by --repository OWNER/NAME, or add the remote: git remote add origin git@github.com:OWNER/NAME.git.
    """,
)
RULES = (
    EXISTING_FILE_STAYS,
    ONE_WORKFLOW_PUBLISHES,
    ACTION_UPDATES_ARE_PROPOSED,
    SETTINGS_ARE_WRITTEN,
    TAG_FORMAT_FITS,
    CHANGES_MEET,
    ONE_MACHINE_IS_ENOUGH,
    SOMETHING_IS_COMPILED,
    PUBLISHER_IS_KNOWN,
)


def found(by: Rule, message: str, *, hint: str = "", where: Location = NOWHERE) -> Finding:
    """Make a finding of a rule; without a hint, the rule's own remedy is said."""
    return Finding(check=by.id, severity=by.severity, message=message, hint=hint or by.fix, where=where)
