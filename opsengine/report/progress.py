"""Being told how far the writing is."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[int, int], None]
"""Told after each brief: how many are written, and of how many."""


def silent(done: int, of: int) -> None:
    """The progress that nobody asked for."""
    del done, of
