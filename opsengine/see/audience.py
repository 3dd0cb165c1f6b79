"""The own audience: tiers of fans, the funnel, what it gives back, and how it is reached."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlglot import exp

from opsengine.see.tiers import ANY

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from opsengine.see.asking import Asked
    from opsengine.warehouse import Engine

Row = dict[str, Any]
TIERS = ("devoted", "warm", "casual")


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Where tiers begin, in points that fade by half in so many days; a fan stays down to the share `keep` of a cut."""

    warm: float
    devoted: float
    half_life_days: float
    keep: float


@dataclass(frozen=True, slots=True)
class Movement:
    """Fans who went from one tier to another within seven days; `unseen` are those who were not there yet."""

    before: str
    now: str
    fans: int


@dataclass(frozen=True, slots=True)
class Active:
    """Fans who did anything that weighs, each counted once: on the day, within seven and 28 days; of the day also by kind."""

    day: int
    week: int
    four_weeks: int
    by_kind: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Tiers:
    """Fans by engagement.

    `mode` is `person` when they were counted one by one, `estimate` when the platform's shares by active days part all
    fans, and `none` when neither is told. `value` is what each tier ordered within 28 days, in yuan. `active` is told of fans
    who were counted one by one.
    """

    devoted: int | None
    warm: int | None
    casual: int | None
    mode: str
    thresholds: Thresholds | None = None
    movement: tuple[Movement, ...] = ()
    value: Mapping[str, float] | None = None
    active: Active | None = None


@dataclass(frozen=True, slots=True)
class Funnel:
    """Within 28 days: fans won, of those kept, and of the known fans those who ordered."""

    settled: float | None
    kept: float | None
    kept_rate: float | None
    known_fans: int | None
    buyers: int | None
    converted_rate: float | None


@dataclass(frozen=True, slots=True)
class ReturnFlow:
    """What the own audience gives back: traffic in the week after much owned traffic, beside the week after little."""

    weeks: int
    after_much: float
    after_little: float
    lift: float | None
    sales_after_much: float | None
    sales_after_little: float | None
    efficiency_lift: float | None
    formula: str = "lift = after_much / after_little - 1; sales_after_* = live sales / public and paid visits"


@dataclass(frozen=True, slots=True)
class Reach:
    """One way in which the own audience is reached, over 28 days and the 28 before."""

    metric: str
    value: float | None
    previous: float | None


@dataclass(frozen=True, slots=True)
class Audience:
    """The own audience of one account."""

    tiers: Tiers
    funnel: Funnel | None
    return_flow: ReturnFlow | None
    reach: tuple[Reach, ...]


def read_audiences(engine: Engine, as_of: date, asked: Asked) -> dict[str, Audience]:
    """The audience of every account that is asked for. The tables are there already."""
    tiers, funnels = _tiers(engine, as_of, asked), _funnels(engine, asked)
    returns, reach = _returns(engine, asked), _reach(engine, asked)
    nobody = Tiers(None, None, None, "none")
    return {
        row["account_id"]: Audience(
            tiers.get(row["account_id"], nobody),
            funnels.get(row["account_id"]),
            returns.get(row["account_id"]),
            tuple(reach.get(row["account_id"], ())),
        )
        for row in _read(engine, "account_id", "raw.accounts", asked)
    }


def _read(engine: Engine, columns: str, table: str, asked: Asked) -> list[Row]:
    """These columns of the accounts that are asked for."""
    sql = f"select {columns} from {table} where {asked.of()} order by account_id"  # noqa: S608  our own words
    return engine.read(sql, **asked.parameters)


def _tiers(engine: Engine, as_of: date, asked: Asked) -> dict[str, Tiers]:
    cuts = Thresholds(**engine.read("select warm, devoted, half_life_days, keep from raw.fan_tiers")[0])
    moves: dict[str, list[Movement]] = {}
    moved = _read(engine, "account_id, tier_before, tier, fans", "scores.fan_movement", asked)
    for row in sorted(moved, key=lambda row: (row["tier_before"], row["tier"])):
        moves.setdefault(row["account_id"], []).append(Movement(row["tier_before"], row["tier"], row["fans"]))
    acted: dict[str, dict[str, int]] = {}
    kinds = f"""
        select account_id, action, fans
        from scores.fan_day
        where day = $day and action != '{ANY}' and {asked.of()}
        order by account_id, action
    """  # noqa: S608  our own words
    for row in engine.read(kinds, day=as_of, **asked.parameters):
        acted.setdefault(row["account_id"], {})[row["action"]] = row["fans"]
    found = {
        row["account_id"]: Tiers(row["devoted"], row["warm"], row["casual"], "estimate")
        for row in _read(engine, "account_id, devoted, warm, casual", "scores.fan_estimate", asked)
    }
    for row in _read(engine, "*", "scores.fan_tier", asked):
        value = {tier: round(row[f"{tier}_value"], 6) for tier in TIERS}
        name = row["account_id"]
        active = Active(row["active_1"], row["active_7"], row["active_28"], acted.get(name, {}))
        counts = (row["devoted"], row["warm"], row["casual"])
        found[name] = Tiers(*counts, "person", cuts, tuple(moves.get(name, ())), value, active)
    return found


def _funnels(engine: Engine, asked: Asked) -> dict[str, Funnel]:
    columns = "account_id, settled, kept, kept_rate, known_fans, buyers, converted_rate"
    return {row.pop("account_id"): Funnel(**_rounded(row)) for row in _read(engine, columns, "scores.funnel", asked)}


def _returns(engine: Engine, asked: Asked) -> dict[str, ReturnFlow]:
    columns = "account_id, weeks, after_much, after_little, lift, sales_after_much, sales_after_little, efficiency_lift"
    return {row.pop("account_id"): ReturnFlow(**_rounded(row)) for row in _read(engine, columns, "scores.return_flow", asked)}


def _reach(engine: Engine, asked: Asked) -> dict[str, list[Reach]]:
    told = [row["metric"] for row in engine.read("select metric from raw.metrics where domain = 'reach'")]
    reached = exp.column("metric").isin("home_visits", "home_visitors", *sorted(told)).sql(dialect="duckdb")
    rows = engine.read(
        f"""
        select account_id, metric, value, previous_value as previous
        from metrics.account_window
        where days = 28 and {reached} and {asked.of()}
        order by account_id, metric
        """,  # noqa: S608  our own words, and names of metrics as the catalogue checked them
        **asked.parameters,
    )
    found: dict[str, list[Reach]] = {}
    for row in rows:
        found.setdefault(row.pop("account_id"), []).append(Reach(**_rounded(row)))
    return found


def _rounded(row: Row) -> Row:
    """Rounded once, to where every engine and thread count agrees."""
    return {name: round(value, 6) if isinstance(value, float) else value for name, value in row.items()}


def by_account(rows: Iterable[Row]) -> dict[str, Row]:
    """Rows by their account."""
    return {row["account_id"]: row for row in rows}
