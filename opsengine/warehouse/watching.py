"""An engine that tells how long each model took and how many rows it made."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from datetime import date

    from opsengine.warehouse.engine import Engine
    from opsengine.warehouse.models import Model


@dataclass(frozen=True, slots=True)
class Step:
    """A model that was made, or some rows of it."""

    table: str
    rows: int
    """How many rows the table has now."""
    seconds: float
    cpu_seconds: float
    """Of all threads of this process; more than `seconds` where several worked."""


Notice = Callable[[Step], None]


def watched(engine: Engine, notice: Notice | None) -> Engine:
    """The engine, telling `notice` of each model that is made; as it is when nobody listens."""
    return engine if notice is None else cast("Engine", _Watched(engine, notice))


class _Watched:
    """Does what the engine within does."""

    def __init__(self, engine: Engine, notice: Notice) -> None:
        self._engine, self._notice = engine, notice

    def __getattr__(self, name: str) -> Any:
        return getattr(self._engine, name)

    def make(self, model: Model, as_of: date) -> None:
        """See `Engine`."""
        self._timed(self._engine.make, model, as_of)

    def add(self, model: Model, as_of: date) -> None:
        """See `Engine`."""
        self._timed(self._engine.add, model, as_of)

    def _timed(self, act: Callable[[Model, date], None], model: Model, as_of: date) -> None:
        began, cpu = time.perf_counter(), time.process_time()
        act(model, as_of)
        seconds, cpu_seconds = time.perf_counter() - began, time.process_time() - cpu
        if not model.is_view:
            rows = self._engine.read(f"select count(*) as rows from {model.table}")[0]["rows"]  # noqa: S608  a name of ours
            self._notice(Step(model.table, int(rows), seconds, cpu_seconds))
