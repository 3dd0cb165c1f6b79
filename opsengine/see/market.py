"""The market: how high the industry stands, where it goes, how far accounts lie apart, and an account among them."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from opsengine.warehouse import Engine


@dataclass(frozen=True, slots=True)
class Among:
    """One account in a market: its value, and the share of the others whose value is lower (ties count half)."""

    account_id: str
    value: float
    above: float | None


@dataclass(frozen=True, slots=True)
class Level:
    """One number of a market. `trend` is how its middle moved, `dispersion` the width of the middle half beside the middle."""

    name: str
    days: int
    unit: str
    accounts: int
    total: float | None
    p25: float
    p50: float
    p75: float
    previous_p50: float | None
    trend: float | None
    dispersion: float | None
    among: tuple[Among, ...]


@dataclass(frozen=True, slots=True)
class Market:
    """An industry, or everybody. Numbers that fewer than five accounts have are not told."""

    level: str
    key: str
    accounts: int
    numbers: tuple[Level, ...]

    def as_json(self) -> dict[str, Any]:
        """As plain JSON values."""
        return asdict(self)


def see_markets(engine: Engine, as_of: date, accounts: Sequence[str] = ()) -> tuple[Market, ...]:
    """The markets of these accounts with them among the others, or every market. The tables are there already."""
    registered = engine.read("select account_id, industry from raw.accounts order by account_id")
    asked = {row["account_id"]: row["industry"] for row in registered if row["account_id"] in set(accounts)}
    keys = {("all", "all"), *(("industry", row["industry"]) for row in registered if not asked or row["account_id"] in asked)}
    among = _among(engine, as_of, sorted(asked)) if asked else {}
    numbers: dict[tuple[str, str], list[Level]] = {key: [] for key in sorted(keys, key=lambda key: (key[0] != "industry", key[1]))}
    for row in engine.read(_NUMBERS):
        if (row["level"], row["key"]) in numbers:
            numbers[row["level"], row["key"]].append(_level(row, among))
    sizes = {key: sum(key[0] == "all" or row["industry"] == key[1] for row in registered) for key in numbers}
    return tuple(Market(*key, sizes[key], tuple(levels)) for key, levels in numbers.items())


_NUMBERS = """
    select market.*, coalesce(metrics.unit, 'points') as unit
    from scores.market as market
    left join raw.metrics as metrics on metrics.metric = market.name
    order by market.level, market.key, metrics.metric is not null, market.name, market.days
"""
_VALUES = """
    with numbers as (
        select account_id, metric as name, days, value from metrics.account_window where value is not null
        union all
        select account_id, scorecard || '_score' as name, 28 as days, score as value
        from scores.account_score where day = $as_of and score is not null
    )

    select asked.account_id, placed.level, placed.key, asked.name, asked.days, asked.value,
        (count(*) filter (where other.value < asked.value) + 0.5 * (count(*) filter (where other.value = asked.value) - 1))
        / nullif(cast(count(*) - 1 as double), 0) as above
    from numbers as asked
    inner join staging.peer_group as placed on placed.account_id = asked.account_id and placed.level in ('industry', 'all')
    inner join staging.peer_group as beside on beside.level = placed.level and beside.key = placed.key
    inner join numbers as other
        on other.account_id = beside.account_id and other.name = asked.name and other.days = asked.days
    where asked.account_id = $account
    group by asked.account_id, placed.level, placed.key, asked.name, asked.days, asked.value
"""
_Number = tuple[str, str, str, int]


def _among(engine: Engine, as_of: date, accounts: Sequence[str]) -> Mapping[_Number, list[Among]]:
    found: dict[_Number, list[Among]] = {}
    for account in accounts:
        for row in engine.read(_VALUES, as_of=as_of, account=account):
            number = (row["level"], row["key"], row["name"], row["days"])
            found.setdefault(number, []).append(Among(account, round(row["value"], 6), _rounded(row["above"])))
    return found


def _level(row: Mapping[str, Any], among: Mapping[_Number, Sequence[Among]]) -> Level:
    return Level(
        name=row["name"],
        days=row["days"],
        unit=row["unit"],
        accounts=row["accounts"],
        total=_rounded(row["total"]),
        p25=round(row["p25"], 6),
        p50=round(row["p50"], 6),
        p75=round(row["p75"], 6),
        previous_p50=_rounded(row["previous_p50"]),
        trend=_rounded(row["trend"]),
        dispersion=_rounded(row["dispersion"]),
        among=tuple(among.get((row["level"], row["key"], row["name"], row["days"]), ())),
    )


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(float(value), 6)
