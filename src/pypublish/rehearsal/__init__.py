"""The embedded index and identity provider: PyPI and GitHub as far as a release meets them, on loopback."""
