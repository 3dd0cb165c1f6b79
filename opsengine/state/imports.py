"""The catalogue of imported files: what each was is a record of the importer's own making, kept in order."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from opsengine.state.database import State
from opsengine.state.times import canonical


class Imports:
    """All imports of a project; a record is a JSON object with at least `sha256` and `source`."""

    def __init__(self, state: State) -> None:
        self._state = state

    @property
    def is_shared(self) -> bool:
        """Whether other hosts import into it as well."""
        return self._state.is_shared

    def add(self, records: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """Keep records, all or none; the same with the `seq` each was given: 1, 2, 3, … Raises Refused for a file known already."""
        kept: list[dict[str, Any]] = []
        with self._state.transaction():
            (last,) = self._state.read("SELECT coalesce(max(seq), 0) FROM import")[0]
            for seq, record in enumerate(records, start=last + 1):
                values = (seq, record["sha256"], record["source"], canonical(dict(record)))
                self._state.change("INSERT INTO import (seq, sha256, source, record) VALUES (?, ?, ?, ?)", values)
                kept.append({**record, "seq": seq})
        return kept

    def records(self) -> list[dict[str, Any]]:
        """Every record, in the order of their import."""
        return [_record(row["seq"], row["record"]) for row in self._state.read("SELECT seq, record FROM import ORDER BY seq")]


def _record(seq: int, text: str) -> dict[str, Any]:
    return {**json.loads(text), "seq": seq}
