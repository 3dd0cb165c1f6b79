"""Where a cycle will end: what the models of this room are told, and what is read from them.

Flows are foreseen by a blend of four methods, each weighed by how wrong it was in backtests on the account's own history
and on that of its peers; the spread around it is that of the backtests' errors, pooled over all accounts with the metric.
A stock is foreseen by its growth, a ratio by its two flows. Scores are not foreseen.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from opsengine.project import Declared, check, read_document

if TYPE_CHECKING:
    from collections.abc import Mapping

    from opsengine.warehouse import Engine

STEPS = 200
"""The spread is kept at every half per cent: enough for 2.5 and 97.5, and for odds that mean something."""
_SETTINGS = Path(__file__).parent / "forecast.yaml"


class Forecast(Declared):
    """The numbers that decide how a landing is forecast; `forecast.yaml` says what each means."""

    kind: Literal["forecast"] = "forecast"
    least_days: Annotated[int, Field(ge=28)] = 35
    """Days of history before anything is forecast; the last four weeks are one of the methods."""
    least_backtests: Annotated[int, Field(ge=1)] = 4
    """Backtests of a history before its landing is told."""
    most_backtests: Annotated[int, Field(ge=1)] = 26
    """Backtests of a history at the most, a week apart."""
    error_limit: Annotated[float, Field(gt=0)] = 3
    """Errors count up to this many times the mean."""
    error_power: Annotated[float, Field(ge=0)] = 3
    """How hard a method is punished for being wrong."""
    peer_losses: Annotated[float, Field(gt=0)] = 8
    """The weight of the peers' losses, in backtests."""
    peer_scales: Annotated[float, Field(gt=0)] = 20
    """The weight of the peers' spread, in backtests."""


@dataclass(frozen=True, slots=True)
class Landing:
    """Where a promise will end, as quantiles: with 10 in 100 chances it ends at or below `p10`."""

    p025: float
    p10: float
    p50: float
    p90: float
    p975: float
    backtests: int
    """How many forecasts of the past the spread rests on; 0 when the cycle is over and nothing is left to foresee."""


def shipped_forecast() -> Forecast:
    """The settings that come with the program."""
    return check(read_document(_SETTINGS, f"opsengine/goals/{_SETTINGS.name}"), Forecast)


def put_forecast(engine: Engine, settings: Forecast) -> None:
    """Tell the warehouse how to forecast, before the models of this room are built."""
    numbers = settings.model_dump(exclude={"kind", "version"})
    engine.put("raw.forecast", dict.fromkeys(numbers, "DOUBLE"), [tuple(numbers.values())])
    engine.put("raw.forecast_steps", {"step": "INTEGER"}, [(step,) for step in range(STEPS + 1)])


def read_landings(engine: Engine) -> Mapping[str, tuple[Landing, float]]:
    """By measure id: where each running promise will land, and the odds of its target. What cannot be foreseen is not there."""
    return {
        row["measure_id"]: (Landing(**{name: row[name] for name in Landing.__slots__}), float(row["odds"]))
        for row in engine.read(_LANDINGS)
    }


def landed(value: float) -> Landing:
    """The landing of a cycle that is over: there is nothing left to foresee."""
    return Landing(value, value, value, value, value, 0)


_LANDINGS = "select measure_id, p025, p10, p50, p90, p975, backtests, odds from goals.landing"
