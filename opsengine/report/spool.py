"""Drafts on disk: as many as there are briefs, and no more memory than one of them."""

from __future__ import annotations

import pickle
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, overload

if TYPE_CHECKING:
    from pathlib import Path

    from opsengine.report.outbox import Draft


class Spool(Sequence["Draft"]):
    """The drafts of one run, in their order, each in a file of its own until it is asked for.

    The folder is this process's own and nobody else writes there; what lies in it is read back as it was written.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._count = 0

    def add(self, draft: bytes) -> None:
        """Keep one more draft, as `packed` makes it. Raises OSError when the disk is full."""
        self._file(self._count).write_bytes(draft)
        self._count += 1

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, index: int) -> Draft: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[Draft]: ...

    def __getitem__(self, index: int | slice) -> Draft | Sequence[Draft]:
        if isinstance(index, slice):
            return [self[number] for number in range(*index.indices(self._count))]
        if not -self._count <= index < self._count:
            raise IndexError(index)
        return unpacked(self._file(index % self._count).read_bytes())

    def __iter__(self) -> Iterator[Draft]:
        return (self[number] for number in range(self._count))

    def _file(self, number: int) -> Path:
        return self._folder / f"{number:06}.draft"


def packed(draft: Draft) -> bytes:
    """A draft as bytes."""
    return pickle.dumps(draft, protocol=pickle.HIGHEST_PROTOCOL)


def unpacked(draft: bytes) -> Draft:
    """A draft out of the bytes that `packed` made of it in this run."""
    found: Draft = pickle.loads(draft)  # noqa: S301  written by this run, in its own folder
    return found
