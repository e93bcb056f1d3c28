"""From a git tag to a release on PyPI that is known to install."""

__version__ = "0.1.0"

REPOSITORY = "org/pypublish-action"
"""Where the action is on GitHub: `owner/name`."""
