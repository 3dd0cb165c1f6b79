"""Questions about what may come: how good the forecast has been, and which goal suits the next cycle."""

from __future__ import annotations

from typing import TYPE_CHECKING

from opsengine.errors import UserError
from opsengine.goals import Trial, backtest, propose, read_declared, read_goals
from opsengine.pipeline import known_to_goals, look
from opsengine.project import did_you_mean
from opsengine.see import read_catalogue

if TYPE_CHECKING:
    from datetime import date

    from opsengine.desk import Desk
    from opsengine.goals import Backtest, CycleKind, Proposal


def tried_forecast(desk: Desk, as_of: date, metric: str, cycles: tuple[CycleKind, int]) -> Backtest:
    """How good the forecast of a metric was in the last finished cycles: of which kind, and how many at the most.

    Raises UserError when there is no such metric.
    """
    engine = look(desk, as_of)
    catalogue = read_catalogue(desk.project).with_series(row["metric"] for row in engine.read("select metric from raw.metrics"))
    if metric not in catalogue:
        guess = did_you_mean(metric, catalogue.names)
        hint = "did you mean `{guess}`?" if guess else "write a metric of the catalogue, or one that a `series` file brings"
        raise UserError("no metric is called `{metric}`", metric=metric, hint=hint, guess=guess)
    return backtest(engine, Trial(metric, catalogue[metric], *cycles), as_of, read_declared(desk.project))


def proposed(desk: Desk, as_of: date, account: str, cycle: str) -> Proposal:
    """A goal for the next cycle of an account, as it would be written. Raises UserError, or DataError when little is known."""
    engine, known = look(desk, as_of), known_to_goals(desk)
    return propose(engine, desk.project, known, (account, cycle, as_of), read_goals(desk.project, known))
