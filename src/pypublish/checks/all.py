"""Every rule that there is, by its id: what `explain` explains, and what a maintainer may waive."""

from __future__ import annotations

from types import ModuleType

from pypublish.checks import (
    archives,
    borrowed,
    build,
    changelog,
    classifiers,
    completeness,
    declarations,
    deployment,
    dists,
    drift,
    entry_points,
    failing,
    files,
    gates,
    github_release,
    growth,
    handover,
    hooks,
    installed,
    metadata,
    mint,
    names,
    package_files,
    project,
    provenance,
    published,
    publishing,
    reading,
    readme_links,
    record,
    recovery,
    repository,
    sdist,
    setting_up,
    source,
    standing,
    tried,
    typed,
    uploading,
    version,
    wheel,
    wheel_source,
    workflow,
)
from pypublish.checks.catalog import Rule

TOPICS: dict[str, tuple[ModuleType, ...]] = {
    "The project": (project, declarations),
    "The version": (version, repository, changelog),
    "The workflow": (workflow, publishing, deployment, mint, drift, setting_up),
    "The build": (build,),
    "Any file": (names, files),
    "Metadata": (metadata, classifiers, completeness, readme_links),
    "sdists": (sdist, source),
    "Wheels": (wheel, record, entry_points, hooks, typed),
    "All files of a release": (dists, growth, handover, package_files, wheel_source),
    "Installed and used": (installed,),
    "Gates": (gates,),
    "On the index": (uploading, standing, published, tried, failing, provenance, recovery),
    "On GitHub": (github_release,),
    "Archives": (archives,),
    "Borrowed tools": (borrowed,),
    "On the way": (reading,),
}
"""The checks by what they are about, in the order of a release."""


def rules(*modules: ModuleType) -> tuple[Rule, ...]:
    """Return the checks and rules of modules, in the order of their definition."""
    found: dict[str, Rule] = {}
    for module in modules:
        for value in vars(module).values():
            for one in value if isinstance(value, tuple) else (value,):
                if isinstance(one, Rule):
                    found.setdefault(one.id, one)
    return tuple(found.values())


CATALOGUE: dict[str, Rule] = {rule.id: rule for modules in TOPICS.values() for rule in rules(*modules)}
