"""What was made lately in this process, so that it is not made again for the same."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

Key = TypeVar("Key")
Made = TypeVar("Made")


class Lately(Generic[Key, Made]):
    """Things by what they were made of; when there are too many, all of them are forgotten."""

    def __init__(self, most: int) -> None:
        """Nothing so far; `most` is how many are remembered."""
        self._most = most
        self._made: dict[Key, Made] = {}

    def find(self, key: Key, make: Callable[[], Made]) -> Made:
        """What was made for this key, or is made now."""
        if key not in self._made:
            if len(self._made) >= self._most:
                self._made.clear()
            self._made[key] = make()
        return self._made[key]
