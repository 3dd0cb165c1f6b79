"""Getting around the rules of a state, as a person with the keys of the database could."""

from __future__ import annotations

from typing import TYPE_CHECKING

from opsengine.state.postgres import PostgresLine

if TYPE_CHECKING:
    from opsengine.state import State


def unguard(state: State, table: str, *triggers: str) -> None:
    """Drop rules of a table, those of its columns too, inside a transaction."""
    is_shared = isinstance(state._line, PostgresLine)
    for trigger in triggers:
        state.change(f"DROP TRIGGER {trigger} ON {table}" if is_shared else f"DROP TRIGGER {trigger}")
    if is_shared:
        checks = state.read(
            "SELECT conname FROM pg_constraint WHERE contype = 'c' AND conrelid = to_regclass(?)", (table,)
        )
        for check in checks:
            state.change(f"ALTER TABLE {table} DROP CONSTRAINT {check['conname']}")
    else:
        state.read("PRAGMA ignore_check_constraints = ON")
