"""A clock that went back: what was sent would look as if it was not due yet, and what is over as if it was not."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from opsengine.errors import UserError
from opsengine.state import Runs

if TYPE_CHECKING:
    from opsengine.state import State

BACK = timedelta(minutes=10)
"""Clocks that are kept by the network move by less."""


class Clock(StrEnum):
    """Whether the clock is held against the last run."""

    CHECKED = "checked"
    TRUSTED = "trusted"
    """A person says that it is right; the next run is held against this one."""


def check_clock(state: State, now: datetime, clock: Clock) -> None:
    """Refuse a moment that lies before the last run. Raises UserError; then nothing has been done."""
    last = Runs(state).last()
    if clock is Clock.CHECKED and last and now < datetime.fromisoformat(last.started_at) - BACK:
        raise UserError(
            "it is {now}, and the last run was at {last}: the clock of this machine went back",
            hint="set the clock; where it is right, and was wrong before, say `--allow-clock` once",
            now=now.isoformat(timespec="seconds"),
            last=last.started_at,
        )
