"""From rules and the day's tables to alerts: what fires, since when, and by which numbers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from opsengine.monitor.alert import Alert, Rule, State
from opsengine.monitor.alert_file import SEVERITIES
from opsengine.monitor.goals import about_goals
from opsengine.monitor.laying_out import SPECIAL_DAYS, put_anomaly
from opsengine.monitor.paid_tests import PaidTest, UnreadTest, about_tests, about_unread
from opsengine.monitor.reading import THRESHOLD
from opsengine.monitor.settings import MonitorFile
from opsengine.monitor.standings import about_ranks, about_tiers, put_ranks
from opsengine.monitor.surprises import about_changes, about_surprises
from opsengine.monitor.wording import evidence_of, sentence_of, sentence_of_cause
from opsengine.strategy import Number, Question, build_state, judgement
from opsengine.warehouse import build_models, read_models

if TYPE_CHECKING:
    from opsengine.goals import GoalResult
    from opsengine.warehouse import Engine

TOLD = (State.FIRING, State.NO_DATA)
"""What a person may want to know; that all is well need not be said account by account."""
CLEARED = "~clear"
"""Behind a rule's name: its condition with the threshold at which a firing alert is over."""
_WAYS_OF_FLOWS = ("anomaly", "shift", "change")


@dataclass(frozen=True, slots=True)
class Around:
    """What a day is judged with beside its tables."""

    file: MonitorFile = field(default_factory=MonitorFile)
    special: Mapping[date, str] = field(default_factory=dict)
    """Special days, and whether each is one of `campaigns` or `holidays`."""
    firing: frozenset[tuple[str, str]] = frozenset()
    """The rule and subject of each alert that fires already: it is over later than it would begin."""
    states: Collection[State] = TOLD
    """Which alerts are asked for."""
    asked: frozenset[tuple[str, str]] = frozenset()
    """The rule and subject of alerts that are asked for whatever their state."""
    tests: Sequence[PaidTest] = ()
    """Paid tests that run."""
    unread: Sequence[UnreadTest] = ()
    """Paid tests whose hours are not understood."""


ON_THE_PAGE = frozenset(("gmv_7d", "gmv_7d_change", "leads_7d", "leads_7d_change", "net_fans_7d"))
"""Numbers of metrics that the live page shows of every account, beside those that rules speak of."""


def watch(
    engine: Engine, goals: Iterable[GoalResult], rules: Sequence[Rule], as_of: date, around: Around | None = None
) -> tuple[Alert, ...]:
    """What the rules say at the end of a day: the gravest first, then by rule and subject.

    Uses `strategy.account_state` as it is, and makes it when it is not there.
    """
    results, known = tuple(goals), around or Around()
    if not engine.has("strategy.account_state"):
        build_state(engine, results, as_of)
    _put_rules(engine, rules, known)
    questions = [Question(rule.name, rule.condition, {THRESHOLD: rule.threshold}) for rule in rules if rule.condition is not None]
    questions += [
        Question(rule.name + CLEARED, rule.condition, {THRESHOLD: rule.clears_at})
        for rule in rules
        if rule.condition is not None and rule.declared.clear is not None
    ]
    engine.make(judgement("raw.alert_judgements", questions), as_of)
    build_models(engine, as_of, "monitor")
    if any(rule.metrics and rule.declared.way in ("anomaly", "shift") for rule in rules):
        build_models(engine, as_of, "surprise")
    alerts = [
        *_about_sources(engine, rules, as_of),
        *_about_scores(engine, {rule.name: rule for rule in rules}, known),
        *_about_numbers(engine, {rule.name: rule for rule in rules}, as_of, known),
        *about_surprises(engine, rules, as_of, known.firing),
        *about_changes(engine, rules, as_of, known.firing),
        *about_ranks(engine, rules, as_of, known.firing),
        *about_tiers(engine, rules, as_of, known.firing),
        *about_goals(engine, results, rules, as_of, known.firing),
        *about_tests(known.tests, rules, as_of),
        *about_unread(known.unread, rules, as_of),
    ]
    judged = (_masked(alert, known, as_of) for alert in alerts)
    return in_order(one for one in judged if one.state in known.states or (one.rule.name, one.subject) in known.asked)


def count_portfolio(engine: Engine, as_of: date) -> None:
    """Make `monitor.portfolio` from the tables of room one alone: every account's numbers, before anything is judged."""
    build_state(engine, (), as_of, ON_THE_PAGE)
    models = read_models()
    for name in ("freshness", "portfolio"):
        engine.make(models[f"monitor.{name}"], as_of)


def in_order(alerts: Iterable[Alert]) -> tuple[Alert, ...]:
    """The gravest first, then by rule and subject."""
    return tuple(sorted(alerts, key=lambda alert: (SEVERITIES.index(alert.severity), alert.rule.name, alert.subject)))


def _masked(alert: Alert, around: Around, as_of: date) -> Alert:
    """The alert as judged on that day, or unjudged where its rule does not speak on such a day."""
    is_left_out = around.special.get(as_of) in alert.rule.declared.not_on
    judged = replace(alert, as_of=as_of)
    return replace(judged, state=State.MASKED, because=None, cause=None) if is_left_out else judged


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


def _about_scores(engine: Engine, rules: Mapping[str, Rule], around: Around) -> Iterator[Alert]:
    """Scores that fell within seven days by the rule's points or more."""
    causes = {(row["account_id"], row["scorecard"]): row for row in engine.read(_CAUSES)}
    for row in engine.read(_SCORES):
        rule, state = rules[row["alert"]], State(row["state"])
        if state is State.OK and (rule.name, row["account_id"]) in around.firing and row["change"] <= -rule.clears_at:
            state = State.FIRING
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


def _about_numbers(engine: Engine, rules: Mapping[str, Rule], as_of: date, around: Around) -> Iterator[Alert]:
    """Accounts whose numbers meet the rule's condition."""
    known: dict[tuple[str, str], dict[str, Number]] = defaultdict(dict)
    for row in engine.read(_NUMBERS):
        known[row["alert"], row["account_id"]][row["name"]] = Number(row["value"], rules[row["alert"]].units[row["name"]])
    for row in engine.read(_METRICS):
        rule, state = rules[row["alert"]], State(row["state"])
        if state is State.OK and row["is_not_clear"] and (rule.name, row["account_id"]) in around.firing:
            state = State.FIRING
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
            stake=_stake(rule, numbers),
        )


def _stake(rule: Rule, numbers: Mapping[str, Number]) -> float | None:
    """The money that the rule's file names."""
    number = numbers.get(rule.declared.money or "")
    return abs(number.value) if number else None


def _counted_back(number: Number | None, rule: Rule, as_of: date) -> date:
    """The day on which a count of days reached the threshold; of any other number nobody knows: the day itself."""
    if number is None or number.unit != "days" or number.value < rule.threshold:
        return as_of
    return as_of - timedelta(days=int(number.value - rule.threshold))


def _put_rules(engine: Engine, rules: Sequence[Rule], around: Around) -> None:
    texts = dict.fromkeys(("alert", "scorecard", "value_name"), "VARCHAR")
    cards = {rule.name: rule.declared.scorecard for rule in rules if rule.declared.watch == "score"}
    rows = [(rule.name, cards.get(rule.name), rule.declared.value, rule.threshold) for rule in rules]
    engine.put("raw.alert_rules", {**texts, "threshold": "DOUBLE"}, rows)
    names = [(rule.name, name) for rule in rules for name in rule.units]
    engine.put("raw.alert_names", dict.fromkeys(("alert", "name"), "VARCHAR"), names)
    flows = [metric for rule in rules if rule.declared.way in _WAYS_OF_FLOWS for metric in rule.metrics]
    put_anomaly(engine, around.file.anomaly, flows)
    put_ranks(engine, rules)
    subjects = sorted({subject for _, subject in around.firing | around.asked})
    engine.put("raw.subjects_asked", {"subject": "VARCHAR"}, [(subject,) for subject in subjects])
    engine.put("raw.asked", {"is_everything": "BOOLEAN"}, [(not set(around.states) <= set(TOLD),)])
    changes = {(metric, rule.declared.days) for rule in rules if rule.declared.way == "change" for metric in rule.metrics}
    engine.put("raw.watched_changes", {"metric": "VARCHAR", "days": "INTEGER"}, sorted(changes))
    engine.put("raw.special_days", SPECIAL_DAYS, [(day, kind) for day, kind in sorted(around.special.items())])


_SOURCES = "select account_id, source, last_day, days_since_data from monitor.freshness where is_daily order by account_id, source"
_SCORES = "select alert, account_id, scorecard, score, change, state, since from monitor.score_fall order by alert, account_id"
_CAUSES = "select account_id, scorecard, title_zh, title_en, points from monitor.score_cause"
_METRICS = "select alert, account_id, value, state, is_not_clear from monitor.metric_watch order by alert, account_id"
_NUMBERS = """
select watched.alert, watched.account_id, state.name, state.value
from monitor.metric_watch as watched
inner join raw.alert_names as alert_names on alert_names.alert = watched.alert
inner join strategy.account_state as state on state.account_id = watched.account_id and state.name = alert_names.name
where watched.state = 'firing' or watched.is_not_clear
"""
