"""How far the books are: what has been imported, said about tasks and entered into the ledger. None of them ever loses a line."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from opsengine.state.database import State

_BOOKS = {"imports": "import", "tasks": "task_event", "ledger": "ledger"}


def books(state: State) -> dict[str, int]:
    """The number of the last line of each book; 0 for one that is empty."""
    return {
        name: int(state.read(f"SELECT coalesce(max(seq), 0) AS seq FROM {table}")[0]["seq"])  # noqa: S608  names of our own
        for name, table in _BOOKS.items()
    }
