"""The own audience: tiers of fans, the funnel, what it gives back, and how it is reached."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

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
class Tiers:
    """Fans by engagement.

    `mode` is `person` when they were counted one by one, `estimate` when the platform's shares by active days part all
    fans, and `none` when neither is told. `value` is what each tier ordered within 28 days, in yuan.
    """

    devoted: int | None
    warm: int | None
    casual: int | None
    mode: str
    thresholds: Thresholds | None = None
    movement: tuple[Movement, ...] = ()
    value: Mapping[str, float] | None = None


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


def read_audiences(engine: Engine) -> dict[str, Audience]:
    """The audience of every account. The tables are there already."""
    tiers, funnels, returns, reach = _tiers(engine), _funnels(engine), _returns(engine), _reach(engine)
    accounts = engine.read("select account_id from raw.accounts order by account_id")
    nobody = Tiers(None, None, None, "none")
    return {
        name: Audience(tiers.get(name, nobody), funnels.get(name), returns.get(name), tuple(reach.get(name, ())))
        for name in (row["account_id"] for row in accounts)
    }


def _tiers(engine: Engine) -> dict[str, Tiers]:
    cuts = Thresholds(**engine.read("select warm, devoted, half_life_days, keep from raw.fan_tiers")[0])
    moves: dict[str, list[Movement]] = {}
    order = "order by account_id, tier_before, tier"
    for row in engine.read(f"select account_id, tier_before, tier, fans from scores.fan_movement {order}"):  # noqa: S608  our own words
        moves.setdefault(row["account_id"], []).append(Movement(row["tier_before"], row["tier"], row["fans"]))
    found = {
        row["account_id"]: Tiers(row["devoted"], row["warm"], row["casual"], "estimate")
        for row in engine.read("select account_id, devoted, warm, casual from scores.fan_estimate")
    }
    for row in engine.read("select * from scores.fan_tier"):
        value = {tier: round(row[f"{tier}_value"], 6) for tier in TIERS}
        name = row["account_id"]
        found[name] = Tiers(row["devoted"], row["warm"], row["casual"], "person", cuts, tuple(moves.get(name, ())), value)
    return found


def _funnels(engine: Engine) -> dict[str, Funnel]:
    rows = engine.read("select account_id, settled, kept, kept_rate, known_fans, buyers, converted_rate from scores.funnel")
    return {row.pop("account_id"): Funnel(**_rounded(row)) for row in rows}


def _returns(engine: Engine) -> dict[str, ReturnFlow]:
    rows = engine.read(
        "select account_id, weeks, after_much, after_little, lift, sales_after_much, sales_after_little, efficiency_lift"
        " from scores.return_flow"
    )
    return {row.pop("account_id"): ReturnFlow(**_rounded(row)) for row in rows}


def _reach(engine: Engine) -> dict[str, list[Reach]]:
    rows = engine.read(
        """
        select windows.account_id, windows.metric, windows.value, windows.previous_value as previous
        from metrics.account_window as windows
        inner join raw.metrics as metrics on metrics.metric = windows.metric
        where windows.days = 28 and (metrics.domain = 'reach' or windows.metric in ('home_visits', 'home_visitors'))
        order by windows.account_id, windows.metric
        """
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
