"""Everything the page shows of one account: scores taken apart, history, goals, audience, traffic, what surprised, freshness."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from opsengine.goals import GoalResult
    from opsengine.strategy import AccountSuggestions, Locale, Task
    from opsengine.warehouse import Engine


@dataclass(frozen=True, slots=True)
class Records:
    """What is known of one account beside the day's tables."""

    goals: Iterable[GoalResult] = ()
    advice: AccountSuggestions | None = None
    tasks: Iterable[Task] = ()
    benefits: Iterable[Mapping[str, Any]] = ()


def account_page(engine: Engine, account: str, as_of: date, records: Records, locale: Locale) -> dict[str, Any] | None:
    """One account as plain JSON values; None when there is no such account. `engine` holds the tables of the day."""

    def read(sql: str) -> list[dict[str, Any]]:
        named: dict[str, object] = {"account": account} | ({"as_of": as_of} if "$as_of" in sql else {})
        return [_titled(row, locale) for row in engine.read(sql, **named)]

    known = read("select account_id, name, industry, size, region, team, brand from raw.accounts where account_id = $account")
    if not known:
        return None
    return {
        "account": known[0],
        "scores": _scores(read),
        "history": _history(read),
        "goals": [_goal(result, _titles(engine, locale)) for result in records.goals],
        "tiers": next(iter(read(_TIERS) or read(_ESTIMATE)), None),
        "traffic": next(iter(read(_TRAFFIC)), None),
        "surprises": read(_SURPRISES) if engine.has("surprise.today") else [],
        "freshness": read(_FRESHNESS),
        "suggestions": [_suggestion(one, locale) for one in (records.advice.suggestions if records.advice else ())],
        "tasks": [_task(task, locale) for task in records.tasks],
        "benefits": list(records.benefits),
    }


Read = Callable[[str], list[dict[str, Any]]]


def _scores(read: Read) -> dict[str, Any]:
    """Both scores with their rank and components, the largest contribution first."""
    parts: dict[str, list[dict[str, Any]]] = {"business": [], "popularity": []}
    for row in read(_COMPONENTS):
        parts.setdefault(row.pop("scorecard"), []).append(row)
    scores = {row["scorecard"]: row for row in read(_SCORES)}
    return {name: {**scores.get(name, {}), "components": rows} for name, rows in parts.items()}


def _history(read: Read) -> dict[str, Any]:
    """Scores and flows by day, oldest first; a missing day has no point."""
    lines: dict[str, list[list[Any]]] = {}
    for row in (*read(_SCORE_DAYS), *read(_FLOW_DAYS)):
        lines.setdefault(row["line"], []).append([row["day"], row["value"]])
    return lines


def _titles(engine: Engine, locale: Locale) -> dict[str, str]:
    rows = (_titled(row, locale) for row in engine.read("select metric, title_zh, title_en from raw.metrics"))
    return {row["metric"]: row["title"] for row in rows}


def _goal(result: GoalResult, titles: Mapping[str, str]) -> dict[str, Any]:
    told, metric = result.as_json(), result.measure.metric
    names = ("goal", "role", "unit", "direction", "target", "actual", "progress", "elapsed", "expected", "needed_per_day", "odds",
             "status", "cycle", "landing")  # fmt: skip
    return {name: told[name] for name in names} | {"metric": metric, "title": titles.get(metric, metric)}


def _suggestion(one: Any, locale: Locale) -> dict[str, Any]:
    return {"play": one.play.name, "title": one.title[locale], "why": one.why.said(locale), "state": one.state}


def _task(task: Task, locale: Locale) -> dict[str, Any]:
    return {"id": task.id, "title": task.title[locale], "state": task.state, "owner": task.owner, "due": task.due.isoformat()}


def _titled(row: Mapping[str, Any], locale: Locale) -> dict[str, Any]:
    """A row as plain values, with its title in one language."""
    plain = {name: _value(value) for name, value in row.items() if name not in ("title_zh", "title_en")}
    return plain | {"title": row["title_zh" if locale == "zh-CN" else "title_en"]} if "title_zh" in row else plain


def _value(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return float(value) if isinstance(value, Decimal) else value


_SCORES = """
select score.scorecard, score.score, score.coverage, rank.rank, rank.rank_low, rank.rank_high, rank.accounts, rank.level, rank.key,
    score.score - earlier.score as change
from scores.account_score as score
left join scores.account_score as earlier
    on earlier.account_id = score.account_id and earlier.scorecard = score.scorecard
    and earlier.day = cast($as_of - interval 7 day as date)
left join scores.rank as rank
    on rank.account_id = score.account_id and rank.scorecard = score.scorecard and rank.day = score.day
where score.account_id = $account and score.day = $as_of
"""
_COMPONENTS = """
select component.scorecard, component.component, component.value, component.is_missing, contribution.points, metrics.unit,
    coalesce(metrics.title_zh, component.component) as title_zh, coalesce(metrics.title_en, component.component) as title_en,
    peers.p50, peers.percentile_peers
from scores.component as component
left join scores.contribution as contribution
    on contribution.account_id = component.account_id and contribution.day = component.day
    and contribution.scorecard = component.scorecard and contribution.component = component.component
left join scores.component_peers as peers
    on peers.account_id = component.account_id and peers.scorecard = component.scorecard and peers.component = component.component
left join raw.metrics as metrics on metrics.metric = component.metric
where component.account_id = $account and component.day = $as_of
order by component.scorecard, contribution.points desc nulls last, component.component
"""
_SCORE_DAYS = """
select scorecard as line, day, score as value from scores.account_score
where account_id = $account and day <= $as_of and date_diff('day', day, $as_of) < 365 and score is not null
order by scorecard, day
"""
_FLOW_DAYS = """
select metric as line, day, value from metrics.account_day
where account_id = $account and metric in ('gmv', 'leads', 'net_fans') and day <= $as_of and date_diff('day', day, $as_of) < 365
order by metric, day
"""
_TIERS = """
select devoted, warm, casual, previous_devoted, previous_warm, previous_casual from scores.fan_tier where account_id = $account
"""
_ESTIMATE = "select devoted, warm, casual, true as is_estimate from scores.fan_estimate where account_id = $account"
_TRAFFIC = "select public, paid, owned, external from scores.traffic where account_id = $account"
_SURPRISES = """
select today.metric, metrics.unit, metrics.title_zh, metrics.title_en, today.value, today.expected, today.change,
    today.field_change, today.surprise, today.is_anomaly, today.is_shift
from surprise.today as today
inner join raw.metrics as metrics on metrics.metric = today.metric
where today.subject_kind = 'account' and today.subject = $account
order by abs(today.surprise) desc, today.metric
"""
_FRESHNESS = """
select source, last_day, days_since_data, is_daily from monitor.freshness where account_id = $account order by source
"""
