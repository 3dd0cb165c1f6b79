"""Seeing numbers as soon as they are counted, long before anybody has judged them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from opsengine.warehouse import Engine

Sight = Callable[["Engine"], object]
"""Is shown the tables of room one when they are counted anew, before anything else is done with them."""


def unseen(engine: Engine) -> None:
    """Nobody looks."""
    del engine
