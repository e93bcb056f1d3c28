"""The environment that bootstrap.py installs from uv.lock: where it is kept, and how uv makes it.

As bootstrap.py itself: the standard library only, and Python 3.8 is enough. A start that finds the environment ready
loads no more than `files`, `places` and `trouble`, which Python 3.6 can read too, to be told what it lacks.
"""
