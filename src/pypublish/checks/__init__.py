"""The checks: pure functions, a subject in, problems out, in words for a maintainer."""
