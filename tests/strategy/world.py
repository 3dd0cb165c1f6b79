"""A small warehouse as the rooms before strategy leave it: every table is there, with the rows a test names."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

from opsengine.goals import Found, Goal, GoalResult, Measure, Role, Subject, parse_cycle
from opsengine.project import Project
from opsengine.see import read_catalogue
from opsengine.strategy import Names, state_names
from opsengine.warehouse import DuckDBEngine, Model

TODAY = date(2026, 6, 21)
CATALOGUE = read_catalogue(Project(Path(__file__).parent / "nowhere"))
NAMES: Names = state_names(
    {metric.metric: metric.unit for metric in CATALOGUE.metrics.values()},
    {metric.metric: metric.sum_of for metric in CATALOGUE.metrics.values() if not metric.less},
)

PLAY = """\
kind: play
title: {zh-CN: 一, en: One}
text: {zh-CN: 一, en: One}
family: efficiency
step: settle
channel: video
goals: [plays]
when: plays_7d > 1
evidence:
  - {name: plays_7d, benchmark: "1"}
because: {zh-CN: 有, en: There are}
expected: {metric: plays, low: 0, mid: 0.1, high: 0.2, source: {zh-CN: 我们的判断, en: our judgement}}
effort: 1
source: {zh-CN: 我们的判断, en: our judgement}
"""
"""A play that fits wherever there are plays, for tests to change."""
_TEXT, _NUMBER, _DAY, _WHOLE = "VARCHAR", "DOUBLE", "DATE", "INTEGER"
TABLES = {
    "raw.accounts": {"account_id": _TEXT, "name": _TEXT, "industry": _TEXT, "team": _TEXT, "brand": _TEXT},
    "raw.metrics": {
        "metric": _TEXT, "kind": _TEXT, "numerator": _TEXT, "denominator": _TEXT, "direction": _TEXT, "title_zh": _TEXT, "title_en": _TEXT,
        "unit": _TEXT,
    },
    "raw.metric_parts": {"metric": _TEXT, "part": _TEXT, "sign": _WHOLE},
    "raw.calendar": {"day": _DAY, "weekday": _WHOLE},
    "staging.peer_group": {"account_id": _TEXT, "narrowness": _WHOLE, "level": _TEXT, "key": _TEXT},
    "raw.presets": {"source": _TEXT, "is_sparse": "BOOLEAN"},
    "raw.components": {"scorecard": _TEXT, "component": _TEXT, "metric": _TEXT, "statistic": _TEXT},
    "scores.component": {
        "account_id": _TEXT, "day": _DAY, "scorecard": _TEXT, "component": _TEXT, "pillar": _TEXT, "metric": _TEXT,
        "pillar_weight": _NUMBER, "weight": _NUMBER, "value": _NUMBER, "is_missing": "BOOLEAN", "position": _NUMBER,
    },
    "scores.pillar": {
        "account_id": _TEXT, "day": _DAY, "scorecard": _TEXT, "pillar": _TEXT, "pillar_weight": _NUMBER, "available": _NUMBER,
        "position": _NUMBER,
    },
    "raw.compared_with": {"day": _DAY},
    "metrics.account_window": {
        "account_id": _TEXT, "metric": _TEXT, "days": _WHOLE, "value": _NUMBER, "days_with_data": _WHOLE,
        "previous_value": _NUMBER, "previous_days_with_data": _WHOLE, "numerator": _NUMBER,
    },
    "goals.promised": {
        "measure_id": _TEXT, "account_id": _TEXT, "subject_kind": _TEXT, "subject": _TEXT, "metric": _TEXT, "kind": _TEXT,
    },
    "metrics.benchmark": {"account_id": _TEXT, "metric": _TEXT, "days": _WHOLE, "p25": _NUMBER, "p50": _NUMBER, "p75": _NUMBER},
    "metrics.account_day": {"account_id": _TEXT, "day": _DAY, "metric": _TEXT, "value": "DECIMAL(24,6)"},
    "scores.account_score": {"account_id": _TEXT, "day": _DAY, "scorecard": _TEXT, "score": _NUMBER, "coverage": _NUMBER},
    "scores.rank": {
        "account_id": _TEXT, "day": _DAY, "scorecard": _TEXT, "rank": _WHOLE, "level": _TEXT, "key": _TEXT, "accounts": _WHOLE,
    },
    "metrics.doubted_day": {"account_id": _TEXT, "day": _DAY, "metric": _TEXT},
    "scores.change": {"account_id": _TEXT, "scorecard": _TEXT, "component": _TEXT, "kind": _TEXT, "points": "DECIMAL(18,6)"},
    "scores.fan_tier": {
        "account_id": _TEXT, "devoted": _WHOLE, "warm": _WHOLE, "casual": _WHOLE,
        "previous_devoted": _WHOLE, "previous_warm": _WHOLE, "previous_casual": _WHOLE,
    },
    "scores.fan_estimate": {"account_id": _TEXT, "devoted": _WHOLE, "warm": _WHOLE, "casual": _WHOLE},
    "scores.traffic": {"account_id": _TEXT, "public": _NUMBER, "paid": _NUMBER, "owned": _NUMBER, "external": _NUMBER},
    "scores.standing": {"account_id": _TEXT, "frequency": _TEXT, "online": _TEXT, "stage": _TEXT},
    "staging.coverage": {"source": _TEXT, "account_id": _TEXT, "day": _DAY, "status": _TEXT},
    "staging.works": {"account_id": _TEXT, "work_id": _TEXT, "published_on": _DAY, "plays": _NUMBER, "likes": _NUMBER},
}  # fmt: skip


class World:
    """An engine and the rows it holds; `build` puts them there."""

    def __init__(self) -> None:
        self.engine = DuckDBEngine(threads=1)
        self._rows: dict[str, list[Sequence[object]]] = {table: [] for table in TABLES}
        for metric in CATALOGUE.metrics.values():
            self.add(
                "raw.metrics", metric.metric, metric.kind, metric.numerator or metric.metric, metric.denominator or None,
                metric.direction, metric.title.zh, metric.title.en, metric.unit,
            )  # fmt: skip
        for age in range(200):
            day = TODAY - timedelta(days=age)
            self.add("raw.calendar", day, day.isoweekday())

    def add(self, table: str, *row: object) -> None:
        """One more row, in the order of the table's columns."""
        self._rows[table].append(row)

    def account(self, account_id: str, kind: str = "high high", stage: str = "growth") -> None:
        """An account and its standing; `kind` is its buying frequency and online share."""
        self.add("raw.accounts", account_id, account_id.title(), "服饰", "east", "leaf")
        self.add("scores.standing", account_id, *kind.split(), stage)
        self.add("staging.peer_group", account_id, 2, "industry", "服饰")

    def number(  # noqa: PLR0913  a number, what it was, what is usual, and of a ratio what is above the line
        self,
        account_id: str,
        name: str,
        value: float,
        *,
        before: float | None = None,
        usual: float | None = None,
        above: float | None = None,
    ) -> None:
        """A metric over a window, such as `roi_7d`, with full data; and the peers' quartiles around `usual`."""
        metric, _, days = name.removesuffix("d").rpartition("_")
        self.add("metrics.account_window", account_id, metric, int(days), value, int(days), before, int(days), above or value)
        if usual is not None:
            self.add("metrics.benchmark", account_id, metric, int(days), usual * 0.8, usual, usual * 1.2)

    def score(self, account_id: str, scorecard: str, *scores: float | None) -> None:
        """Scores day by day, the last one today."""
        for age, score in enumerate(reversed(scores)):
            self.add("scores.account_score", account_id, TODAY - timedelta(days=age), scorecard, score, 1.0)

    def told(self, account_id: str, source: str, days: int, *, until: date = TODAY) -> None:
        """A source that told of every day up to one, and of none since."""
        for age in range(days):
            self.add("staging.coverage", source, account_id, until - timedelta(days=age), "present")
        for late in range((TODAY - until).days):
            self.add("staging.coverage", source, account_id, TODAY - timedelta(days=late), "missing")

    def build(self) -> DuckDBEngine:
        """The engine with every table."""
        for table, columns in TABLES.items():
            self.engine.put(table, columns, self._rows[table])
        lay_abreast(self.engine)
        return self.engine


def lay_abreast(engine: DuckDBEngine) -> None:
    """The wide tables beside `metrics.account_day`: a row a day with a column for each number, and their names."""
    names = [row["metric"] for row in engine.read("select distinct metric from metrics.account_day order by metric")]
    engine.put("metrics.number", {"metric": _TEXT}, [(name,) for name in names])
    columns = "".join(f", max(case when metric = '{name}' then value end) as \"{name}__value\"" for name in names)
    sql = f"select account_id, day{columns} from metrics.account_day group by account_id, day"  # noqa: S608  names of our own
    engine.name(Model("metrics.number_day", Path(__file__), "", "", sql, is_view=True))


def promise(account: str, metric: str, *, target: float, actual: float | None, role: Role = Role.PRIMARY) -> GoalResult:
    """The goal `june` and where it stands on 21 June; every day has data."""
    kind = CATALOGUE[metric].kind if metric in CATALOGUE else "score"
    measure = Measure(role=role, metric=metric, kind=kind, unit="count", direction="up", target=Decimal(str(target)))
    made = Goal("june", "goals/june.yaml", "0" * 64, Subject(account=account), parse_cycle("2026-06"), "", "", (measure,))
    if actual is None:
        return GoalResult(made, measure, TODAY, Found())
    found = Found(1, 1, Decimal(str(actual)), Decimal(1), None, 21, 21, TODAY)
    return GoalResult(made, measure, TODAY, found)


def state(engine: DuckDBEngine, account_id: str) -> dict[str, float]:
    """Every number of an account, by name."""
    sql = "select name, value from strategy.account_state where account_id = $account_id order by name"
    return {row["name"]: row["value"] for row in engine.read(sql, account_id=account_id)}


def write(project: Project, name: str, text: str) -> None:
    """A play of the project's own."""
    folder = project.root / "playbook"
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
