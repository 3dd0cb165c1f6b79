"""Briefs that nobody needs: a report may say under which condition one is left out.

A condition is arithmetic over the numbers below, checked when the file is read: one that is broken is an error, never a
skip. Over a number that is not known it is neither true nor false, and the brief is written.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from opsengine.report.brief import Brief
from opsengine.warehouse import parse_condition

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from opsengine.errors import Place
    from opsengine.report.team import TeamBrief
    from opsengine.state import Topic
    from opsengine.warehouse import Condition, Engine

NAMES: Mapping[str, str] = {
    "business_score": "the business score; of a digest the mean over its accounts",
    "business_change": "points it moved since the end of the previous period",
    "popularity_score": "the popularity score, likewise",
    "popularity_change": "points it moved, likewise",
    "alerts": "alerts that fire",
    "critical_alerts": "those of them that are critical",
    "goals": "goals that are told of",
    "goals_behind": "goals that are behind or missed",
    "goals_at_risk": "goals at risk",
    "suggestions": "plays that are proposed",
    "open_tasks": "tasks under way",
    "overdue_tasks": "tasks past their day",
    "accounts": "accounts it is about",
    "accounts_to_act": "accounts that need action",
}
"""What a condition may speak of."""
_TABLE = "raw.report_numbers"
_COLUMNS = {"topic": "VARCHAR", **dict.fromkeys(NAMES, "DOUBLE")}


def read_condition(text: str, place: Place) -> Condition | None:
    """The condition, checked; None when none was written. Raises InvalidFiles."""
    return parse_condition(text, NAMES, place) if text.strip() else None


def left_out(engine: Engine, condition: Condition, briefs: Mapping[Topic, Brief | TeamBrief]) -> set[Topic]:
    """The topics of which the condition is true."""
    topics = {str(topic): topic for topic in briefs}
    rows = [(str(topic), *(numbers_of(brief)[name] for name in NAMES)) for topic, brief in briefs.items()]
    engine.put(_TABLE, _COLUMNS, rows)
    asked = exp.select("topic").from_(_TABLE).where(condition.tree())
    return {topics[row["topic"]] for row in engine.read(asked.sql(dialect="duckdb"))}


def numbers_of(brief: Brief | TeamBrief) -> dict[str, float | None]:
    """The numbers of a brief that a condition may speak of; None where one is not known or does not apply."""
    return _of_account(brief) if isinstance(brief, Brief) else _of_digest(brief)


def _of_account(brief: Brief) -> dict[str, float | None]:
    business, popularity = brief.score("business"), brief.score("popularity")
    statuses = [goal.status for goal in brief.goals]
    return {
        "business_score": business.value if business else None,
        "business_change": business.change if business else None,
        "popularity_score": popularity.value if popularity else None,
        "popularity_change": popularity.change if popularity else None,
        "alerts": len(brief.alerts),
        "critical_alerts": sum(alert.severity == "critical" for alert in brief.alerts),
        "goals": len(statuses),
        "goals_behind": sum(status in ("behind", "missed") for status in statuses),
        "goals_at_risk": statuses.count("at_risk"),
        "suggestions": sum(one.state == "proposed" for one in brief.suggestions),
        "open_tasks": sum(task.is_open for task in brief.tasks),
        "overdue_tasks": sum(task.is_overdue for task in brief.tasks),
        "accounts": 1,
        "accounts_to_act": float(brief.verdict == "act"),
    }


def _of_digest(brief: TeamBrief) -> dict[str, float | None]:
    statuses = [goal.status for goal in brief.goals] + [goal.status for goal in brief.goals_at_risk]
    return {
        "business_score": _mean(account.business for account in brief.accounts),
        "business_change": _mean(account.business_change for account in brief.accounts),
        "popularity_score": _mean(account.popularity for account in brief.accounts),
        "popularity_change": _mean(account.popularity_change for account in brief.accounts),
        "alerts": sum(account.alerts for account in brief.accounts),
        "critical_alerts": sum(account.critical_alerts for account in brief.accounts),
        "goals": None,
        "goals_behind": sum(status in ("behind", "missed") for status in statuses),
        "goals_at_risk": statuses.count("at_risk"),
        "suggestions": None,
        "open_tasks": sum(account.open_tasks for account in brief.accounts),
        "overdue_tasks": sum(account.overdue_tasks for account in brief.accounts),
        "accounts": len(brief.accounts),
        "accounts_to_act": sum(account.verdict == "act" for account in brief.accounts),
    }


def _mean(values: Iterable[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else None
