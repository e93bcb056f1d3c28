"""PyPI's own rules, each once: pure functions from a form or a file to the server's answer, in its order."""

RULES_READ_ON = "2026-08-21"
"""The date of PyPI's source on which these rules were read."""
