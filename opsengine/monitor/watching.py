"""From rules and the day's tables to alerts: what fires, since when, and by which numbers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING

from opsengine.monitor.alert import SEVERITIES, Alert, Rule, State
from opsengine.monitor.goals import about_goals
from opsengine.monitor.reading import THRESHOLD
from opsengine.monitor.wording import evidence_of, sentence_of, sentence_of_cause
from opsengine.strategy import Number, Question, build_state, judgement
from opsengine.warehouse import build_models

if TYPE_CHECKING:
    from opsengine.goals import GoalResult
    from opsengine.warehouse import Engine

MODELS = "monitor"
"""The folder of the models that are built here."""
TOLD = (State.FIRING, State.NO_DATA)
"""What a person may want to know; that all is well need not be said account by account."""


def watch(
    engine: Engine, goals: Iterable[GoalResult], rules: Sequence[Rule], as_of: date, states: Collection[State] = TOLD
) -> tuple[Alert, ...]:
    """What the rules say at the end of a day: the gravest first, then by rule and subject.

    Uses `strategy.account_state` as it is, and makes it when it is not there.
    """
    results = tuple(goals)
    if not engine.has("strategy.account_state"):
        build_state(engine, results, as_of)
    _put_rules(engine, rules)
    questions = [Question(rule.name, rule.condition, {THRESHOLD: rule.threshold}) for rule in rules if rule.condition is not None]
    engine.make(judgement("raw.alert_judgements", questions), as_of)
    build_models(engine, as_of, MODELS)
    known = {rule.name: rule for rule in rules}
    alerts = [
        *_about_sources(engine, rules, as_of),
        *_about_scores(engine, known),
        *_about_numbers(engine, known, as_of),
        *about_goals(engine, results, rules, as_of),
    ]
    told = (alert for alert in alerts if alert.state in states)
    return tuple(sorted(told, key=lambda alert: (SEVERITIES.index(alert.severity), alert.rule.name, alert.subject)))


def _about_sources(engine: Engine, rules: Sequence[Rule], as_of: date) -> Iterator[Alert]:
    """Sources that used to come daily and have been silent for more days than the rule allows."""
    watching = [rule for rule in rules if rule.declared.watch == "freshness"]
    for row in engine.read(_SOURCES) if watching else ():
        for rule in watching:
            days, limit = row["days_since_data"], int(rule.threshold)
            state = State.FIRING if days > limit else State.OK
            number, source = Number(days, "days"), row["source"]
            yield Alert(
                rule=rule,
                subject=f"{row['account_id']}/{source}",
                account_id=row["account_id"],
                state=state,
                since=row["last_day"] + timedelta(days=limit + 1) if state is State.FIRING else as_of,
                value=days,
                threshold=limit,
                evidence=evidence_of("days_since_data", number, limit),
                because=sentence_of(rule, state, {"days_since_data": number}, {"source": {"zh-CN": source, "en": source}}),
            )


def _about_scores(engine: Engine, rules: Mapping[str, Rule]) -> Iterator[Alert]:
    """Scores that fell within seven days by the rule's points or more."""
    causes = {(row["account_id"], row["scorecard"]): row for row in engine.read(_CAUSES)}
    for row in engine.read(_SCORES):
        rule, state = rules[row["alert"]], State(row["state"])
        numbers = {name: Number(row[name], "points") for name in ("score", "change") if row[name] is not None}
        yield Alert(
            rule=rule,
            subject=row["account_id"],
            account_id=row["account_id"],
            state=state,
            since=row["since"],
            value=row["change"],
            threshold=-rule.threshold,
            evidence=evidence_of(f"{row['scorecard']}_change_7d", numbers.get("change"), -rule.threshold),
            because=sentence_of(rule, state, numbers),
            cause=sentence_of_cause(rule, state, causes.get((row["account_id"], row["scorecard"]))),
        )


def _about_numbers(engine: Engine, rules: Mapping[str, Rule], as_of: date) -> Iterator[Alert]:
    """Accounts whose numbers meet the rule's condition."""
    known: dict[tuple[str, str], dict[str, Number]] = defaultdict(dict)
    for row in engine.read(_NUMBERS):
        known[row["alert"], row["account_id"]][row["name"]] = Number(row["value"], rules[row["alert"]].units[row["name"]])
    for row in engine.read(_METRICS):
        rule, state = rules[row["alert"]], State(row["state"])
        numbers = known[rule.name, row["account_id"]]
        shown = rule.declared.value or ""
        yield Alert(
            rule=rule,
            subject=row["account_id"],
            account_id=row["account_id"],
            state=state,
            since=_counted_back(numbers.get(shown), rule, as_of) if state is State.FIRING else as_of,
            value=row["value"],
            threshold=rule.threshold,
            evidence=evidence_of(shown, numbers.get(shown), rule.threshold),
            because=sentence_of(rule, state, numbers),
        )


def _counted_back(number: Number | None, rule: Rule, as_of: date) -> date:
    """The day on which a count of days reached the threshold; of any other number nobody knows: the day itself."""
    if number is None or number.unit != "days" or number.value < rule.threshold:
        return as_of
    return as_of - timedelta(days=int(number.value - rule.threshold))


def _put_rules(engine: Engine, rules: Sequence[Rule]) -> None:
    texts = dict.fromkeys(("alert", "scorecard", "value_name"), "VARCHAR")
    rows = [(rule.name, rule.declared.scorecard, rule.declared.value, rule.threshold) for rule in rules]
    engine.put("raw.alert_rules", {**texts, "threshold": "DOUBLE"}, rows)
    names = [(rule.name, name) for rule in rules for name in rule.units]
    engine.put("raw.alert_names", dict.fromkeys(("alert", "name"), "VARCHAR"), names)


_SOURCES = "select account_id, source, last_day, days_since_data from monitor.freshness where is_daily order by account_id, source"
_SCORES = "select alert, account_id, scorecard, score, change, state, since from monitor.score_fall order by alert, account_id"
_CAUSES = "select account_id, scorecard, title_zh, title_en, points from monitor.score_cause"
_METRICS = "select alert, account_id, value, state from monitor.metric_watch order by alert, account_id"
_NUMBERS = """
select watched.alert, watched.account_id, state.name, state.value
from monitor.metric_watch as watched
inner join raw.alert_names as alert_names on alert_names.alert = watched.alert
inner join strategy.account_state as state on state.account_id = watched.account_id and state.name = alert_names.name
where watched.state = 'firing'
"""
