"""The only rooms that know the GitHub runner."""
