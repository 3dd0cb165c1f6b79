"""Where a cycle will end: what the models of this room are told, and what is read from them.

Flows are foreseen by a blend of several methods, each weighed by how wrong it was in backtests on the account's own history
and on that of its peers; the spread around it is that of the backtests' errors, pooled over the accounts of an industry.
A stock or score is foreseen by its growth, a ratio by its two flows or, where the days of an account tell it as it is, by their
sum. Days of declared campaigns are set apart. Ranks are not foreseen: they depend on the others as well, and are told of single
days only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, get_args

from pydantic import Field

from opsengine.goals.campaigns import put_campaigns
from opsengine.project import Declared, check, read_document

if TYPE_CHECKING:
    from opsengine.goals.campaigns import CampaignFile
    from opsengine.warehouse import Engine

Way = Literal["last_week", "repeat", "drift", "trend", "last_year"]
"""Ways to foresee that a forecast may do without."""
STEPS = 200
"""The spread is kept at every half per cent: enough for 2.5 and 97.5, and for odds that mean something."""
_SETTINGS = Path(__file__).parent / "forecast.yaml"


class Forecast(Declared):
    """The numbers that decide how a landing is forecast; `forecast.yaml` says what each means."""

    kind: Literal["forecast"] = "forecast"
    least_days: Annotated[int, Field(ge=28)] = 35
    """Days of history before a forecast of the past is tried on what came then."""
    young_days: Annotated[int, Field(ge=8)] = 14
    """Days of history before anything is forecast."""
    least_backtests: Annotated[int, Field(ge=1)] = 4
    """Backtests of a history before its landing is told by them."""
    least_peers: Annotated[int, Field(ge=1)] = 5
    """Peers with backtests before the landing of a history without its own is told."""
    least_pool: Annotated[int, Field(ge=1)] = 8
    """Accounts of an industry before they are peers of their own."""
    most_backtests: Annotated[int, Field(ge=1, le=STEPS)] = 39
    """Backtests of a history at the most, a week apart."""
    memory_days: Annotated[int, Field(ge=0, le=28)] = 7
    """How many days back a status remembers."""
    short_memory: Annotated[float, Field(ge=1)] = 2
    """Days after which a day counts half in the level with a short memory,"""
    middle_memory: Annotated[float, Field(ge=1)] = 14
    """in that with a middle one,"""
    long_memory: Annotated[float, Field(ge=1)] = 112
    """and in that with a long one."""
    ways: tuple[Way, ...] = ("last_week", "drift", "trend", "last_year")
    """What is tried beside the three levels: last week again, the last 28 days again, the drift of the level, the trend of the last
    28 days, last year's days."""
    lasting: Annotated[float, Field(gt=0, lt=1)] = 0.95
    """How much of the drift of one day is believed to go on the next."""
    damping: Annotated[float, Field(ge=0, le=1)] = 0.5
    """How much of the trend of the last 28 days against those before is believed to go on."""
    error_limit: Annotated[float, Field(gt=0)] = 3
    """Errors count up to this many times the mean."""
    error_power: Annotated[float, Field(ge=0)] = 3
    """How hard a method is punished for being wrong."""
    shape_doubt: Annotated[float, Field(ge=0, le=1)] = 1
    """How much of a week's shape is taken back, as far as the noise of its days could have made it."""
    peer_weeks: Annotated[float, Field(ge=0)] = 3
    """The weight of the peers' weekly shape for a young account, in weeks."""
    peer_losses: Annotated[float, Field(gt=0)] = 8
    """The weight of the peers' losses, in backtests."""
    peer_scales: Annotated[float, Field(gt=0)] = 20
    """The weight of the peers' spread, in backtests."""
    own_measure: Annotated[float, Field(ge=0, le=1)] = 1
    """Whether losses are compared with those of peers in units of each history's own (1) or as they are (0)."""
    peer_doubt: Annotated[float, Field(ge=0, le=1)] = 1
    """How much less the peers' spread weighs where their spreads are unlike each other by more than chance."""
    peer_campaign_days: Annotated[float, Field(gt=0)] = 7
    """The weight of what a campaign did for the peers, in days of it."""
    caution: Annotated[float, Field(ge=1)] = 1
    """How much wider the future is than the backtests, whatever their number."""
    humility: Annotated[float, Field(ge=0)] = 2
    """How much wider the future is than the backtests that the blend was chosen by: the variance grows by this over the number of
    those that do not overlap."""
    unseen: Annotated[float, Field(ge=0)] = 1
    """And for a history younger than a year, which has not lived the season ahead: by this over the number of peers whose errors do
    not go together."""
    lean_doubt: Annotated[float, Field(ge=0)] = 5
    """How many stretches of time it takes to believe half of how far errors lean to one side."""


@dataclass(frozen=True, slots=True)
class Landing:
    """Where a promise will end, as quantiles: with 10 in 100 chances it ends at or below `p10`."""

    p025: float
    p10: float
    p25: float
    p50: float
    p75: float
    p90: float
    p975: float
    backtests: int
    """How many forecasts of the past the spread rests on; 0 when the cycle is over and nothing is left to foresee."""
    peers: int = 0
    """How many histories of its peers it rests on as well."""


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What is foreseen of one measure on one day."""

    landing: Landing
    odds: tuple[float, ...]
    """The probability of the target: as seen today first, then yesterday, and so on as far as is remembered."""
    levels: Mapping[str, float] = field(default_factory=dict)
    """The probability of each level that is set: `floor`, `target`, `stretch`."""
    moves_with: Mapping[str, tuple[float, int]] = field(default_factory=dict)
    """By measure id, of the other measures of its subject and cycle: how their errors go together, and of how many that is told."""


def shipped_forecast() -> Forecast:
    """The settings that come with the program."""
    return check(read_document(_SETTINGS, f"opsengine/goals/{_SETTINGS.name}"), Forecast)


def put_forecast(engine: Engine, settings: Forecast, campaigns: Mapping[str, CampaignFile] | None = None) -> None:
    """Tell the warehouse how to forecast and which campaigns are declared, before the models of this room are built."""
    numbers = settings.model_dump(exclude={"kind", "version", "ways"})
    numbers |= {f"uses_{way}": int(way in settings.ways) for way in get_args(Way)}
    numbers |= {f"fade_{name}": 0.5 ** (1 / numbers[f"{name}_memory"]) for name in ("short", "middle", "long")}
    types = {name: "INTEGER" if isinstance(value, int) else "DOUBLE" for name, value in numbers.items()}
    engine.put("raw.forecast", types, [tuple(numbers.values())])
    put_campaigns(engine, campaigns or {})
    engine.put("raw.forecast_steps", {"step": "INTEGER"}, [(step,) for step in range(STEPS + 1)])


def read_foreseen(engine: Engine) -> Mapping[str, Foreseen]:
    """By measure id: where each running or coming promise will land. What cannot be foreseen is not there."""
    (settings,) = engine.read("select memory_days from raw.forecast")
    days = {f"odds_{number}": number for number in range(settings["memory_days"] + 1)}
    columns = ", ".join(f"max(odds) filter (where days_ago = {number}) as {name}" for name, number in days.items())
    levels: dict[str, dict[str, float]] = {}
    remembered: dict[str, tuple[float, ...]] = {}
    for row in engine.read(f"select measure_id, level, {columns} from goals.odds group by measure_id, level order by level"):  # noqa: S608  names of our own
        levels.setdefault(row["measure_id"], {})[row["level"]] = row["odds_0"]
        if row["level"] == "target":
            remembered[row["measure_id"]] = tuple(row[day] for day in days if row[day] is not None)
    moves: dict[str, dict[str, tuple[float, int]]] = {}
    for row in engine.read(_ALIGNMENTS):
        moves.setdefault(row["measure_id"], {})[row["other_id"]] = (row["correlation"], row["errors"])
    return {
        row["measure_id"]: Foreseen(
            Landing(*_numbers_of_landing(row)),
            remembered[row["measure_id"]],
            levels[row["measure_id"]],
            moves.get(row["measure_id"], {}),
        )
        for row in engine.read(_LANDINGS)
        if row["measure_id"] in remembered
    }


def landed(value: float) -> Landing:
    """The landing of a cycle that is over: there is nothing left to foresee."""
    return Landing(value, value, value, value, value, value, value, 0)


_numbers_of_landing = itemgetter(*Landing.__slots__)
_ALIGNMENTS = "select measure_id, other_id, correlation, errors from goals.alignment where correlation is not null"
_LANDINGS = "select measure_id, p025, p10, p25, p50, p75, p90, p975, backtests, peers from goals.quantile"
