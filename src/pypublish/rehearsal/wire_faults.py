"""Faults of reading that are not the index's own: trouble on the way, and strangers that answer in its place."""

from __future__ import annotations
