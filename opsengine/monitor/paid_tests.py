"""Alerts about paid tests: the hours of each, as `opsengine strategy ramp` judges them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from opsengine.errors import InvalidFiles
from opsengine.monitor.alert import Alert, State
from opsengine.monitor.wording import evidence_of, sentence_of
from opsengine.strategy import Judged, Label, Number, next_spend, ramp, read_hours, read_ramp

if TYPE_CHECKING:
    from opsengine.monitor.alert import Rule
    from opsengine.project import Project

FOLDER = "ramps"
"""Where the hours of tests stand: `ramps/ACCOUNT.csv`, or `ramps/ACCOUNT/NAME.csv` where an account has several."""
MOST_PROBLEMS = 3
"""Problems of a file in one sentence."""
_REASONS: Mapping[str, Label] = {
    "odds": {"zh-CN": "达标概率", "en": "by its odds"},
    "time": {"zh-CN": "测试时间用完", "en": "its time is up"},
    "stop_loss": {"zh-CN": "触及止损线", "en": "the stop-loss is reached"},
    "supply": {"zh-CN": "到达放量上限", "en": "the limit of supply"},
    "host": {"zh-CN": "主播连播过久", "en": "the host needs a rest"},
}
_NO_REASON: Label = {"zh-CN": "", "en": ""}


@dataclass(frozen=True, slots=True)
class PaidTest:
    """A paid test that runs, and what the rule said after each of its hours."""

    name: str
    """Its file within the folder, without `.csv`."""
    judged: tuple[Judged, ...]
    next_spend: tuple[float, float]
    """Yuan to spend in the next hour, from and to."""
    target: float
    """The return that must hold."""

    @property
    def account_id(self) -> str:
        """Whose test it is."""
        return self.name.partition("/")[0]

    @property
    def settled(self) -> Judged | None:
        """The newest hour with a verdict: orders of later ones are still coming in, or they are the rest after it."""
        return next((one for one in reversed(self.judged) if one.verdict != "wait"), None)


@dataclass(frozen=True, slots=True)
class UnreadTest:
    """A paid test whose hours are not understood."""

    name: str
    """Its file within the folder, without `.csv`."""
    reason: str
    """Where the trouble is, and what it is."""

    @property
    def account_id(self) -> str:
        """Whose test it is."""
        return self.name.partition("/")[0]


def files_of_tests(project: Project) -> list[Path]:
    """The files with the hours of tests, in the order of their names."""
    return sorted((project.root / FOLDER).rglob("*.csv"))


def read_tests(project: Project, as_of: date) -> tuple[tuple[PaidTest, ...], tuple[UnreadTest, ...]]:
    """The tests that run on a day or on the next: their newest hour lies there; and those whose hours are not understood.

    Raises InvalidFiles when `ramp.yaml` itself is wrong.
    """
    rule, found, unread = read_ramp(project), [], []
    for file in files_of_tests(project):
        name = file.relative_to(project.root / FOLDER).with_suffix("").as_posix()
        try:
            hours = [hour for hour in read_hours(file, project.shown(file)) if hour.begins.date() <= as_of + timedelta(days=1)]
        except InvalidFiles as trouble:
            unread.append(UnreadTest(name, _first(trouble)))
            continue
        if any(hour.begins.date() >= as_of for hour in hours):
            judged = ramp(hours, rule)
            found.append(PaidTest(name, tuple(judged), next_spend(judged, rule), float(rule.target)))
    return tuple(found), tuple(unread)


def about_unread(unread: Iterable[UnreadTest], rules: Sequence[Rule], as_of: date) -> Iterator[Alert]:
    """That the hours of a test are not understood; of its verdict nobody can tell, which is no recovery."""
    watching = [rule for rule in rules if rule.declared.watch == "ramp"]
    for test in unread:
        said = {"test": test.name, "reason": test.reason}
        words: dict[str, Label] = {name: {"zh-CN": text, "en": text} for name, text in said.items()}
        for rule in watching:
            state = State.FIRING if rule.declared.way == "error" else State.ERROR
            yield Alert(
                rule=rule, subject=test.name, account_id=test.account_id, state=state, since=as_of, value=None, threshold=None,
                because=sentence_of(rule, state, {}, words),
            )  # fmt: skip


def _first(trouble: InvalidFiles) -> str:
    """The first few problems of a file, in one line."""
    told = [str(problem) for problem in trouble.problems]
    return "; ".join(told[:MOST_PROBLEMS]) + ("; …" if len(told) > MOST_PROBLEMS else "")


def about_tests(tests: Iterable[PaidTest], rules: Sequence[Rule], as_of: date) -> Iterator[Alert]:
    """What each rule about paid tests says of every test of which something can be said."""
    watching = [rule for rule in rules if rule.declared.watch == "ramp" and rule.declared.way == "status"]
    for test in tests:
        settled = test.settled
        for rule in watching if settled else ():
            yield _alert(rule, test, settled, as_of)  # type: ignore[arg-type]  # nothing is watched where nothing is settled


def _alert(rule: Rule, test: PaidTest, settled: Judged, as_of: date) -> Alert:
    state = State.FIRING if settled.verdict in (rule.declared.verdicts or ()) else State.OK
    numbers = _numbers(test, settled)
    words: dict[str, Label] = {"test": {"zh-CN": test.name, "en": test.name}, "reason": _REASONS.get(settled.reason, _NO_REASON)}
    return Alert(
        rule=rule,
        subject=test.name,
        account_id=test.account_id,
        state=state,
        since=max(settled.hour.begins.date(), as_of),
        value=settled.odds,
        threshold=None,
        evidence=(*evidence_of("roi", numbers.get("roi"), test.target), *evidence_of("odds", numbers.get("odds"), None)),
        because=sentence_of(rule, state, numbers, words),
        stake=numbers["spend"].value,
    )


def _numbers(test: PaidTest, settled: Judged) -> dict[str, Number]:
    low, high = test.next_spend
    spent = sum(one.hour.spend for one in test.judged)
    found = (
        ("roi", settled.roi, "times"), ("odds", settled.odds, "ratio"), ("target", test.target, "times"), ("spend", spent, "yuan"),
        ("from", low, "yuan"), ("to", high, "yuan"),
    )  # fmt: skip
    return {name: Number(value, unit) for name, value, unit in found if value is not None}
