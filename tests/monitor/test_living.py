"""How an alert lives: every path through its states, flapping numbers, silence that is no recovery."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from opsengine.monitor import Mark, Phase, Terms, Word, acknowledged, begin, snoozed, step

NOW = datetime(2026, 6, 22, 8, tzinfo=UTC)
HOUR = timedelta(hours=1)
PLAIN = Terms(renotify=timedelta(hours=24))


def live(terms: Terms, *seen: tuple[float, str]) -> tuple[Mark, list[tuple[float, str]]]:
    """The mark after these looks, each at so many hours, and what was told when."""
    mark, told = begin(NOW), []
    for hours, state in seen:
        taken = step(mark, state, terms, NOW + hours * HOUR)
        mark = taken.mark
        if taken.word:
            told.append((hours, taken.word.value))
    return mark, told


def test_it_fires_once_and_is_over_once():
    mark, told = live(PLAIN, (0, "firing"), (1, "firing"), (2, "firing"), (3, "ok"), (4, "ok"))

    assert told == [(0, "fired"), (3, "over")]
    assert mark.phase is Phase.OK


def test_it_waits_for_as_long_as_the_rule_says():
    terms = Terms(wait=2 * HOUR)

    assert live(terms, (0, "firing"), (1, "firing"))[0].phase is Phase.PENDING
    assert live(terms, (0, "firing"), (1, "ok"), (1.5, "firing"), (3, "firing"))[1] == []
    assert live(terms, (0, "firing"), (2, "firing"))[1] == [(2, "fired")]


def test_it_is_kept_for_as_long_as_the_rule_says():
    terms = Terms(keep=2 * HOUR)

    mark, told = live(terms, (0, "firing"), (1, "ok"), (2, "firing"), (3, "ok"), (4, "ok"))
    assert (mark.phase, told) == (Phase.RECOVERING, [(0, "fired")])
    assert live(terms, (0, "firing"), (1, "ok"), (3, "ok"))[1] == [(0, "fired"), (3, "over")]


@pytest.mark.parametrize("silence", ["no_data", "error"])
def test_silence_is_no_recovery(silence):
    mark, told = live(PLAIN, (0, "firing"), (1, silence), (30, silence), (31, "firing"), (32, "ok"))

    assert told == [(0, "fired"), (32, "over")]
    assert mark.phase is Phase.OK


def test_a_day_that_is_not_judged_changes_nothing():
    assert live(PLAIN, (0, "firing"), (1, "masked"), (2, "firing"))[1] == [(0, "fired")]
    assert live(PLAIN, (0, "masked"))[0].phase is Phase.OK


def test_a_trouble_that_comes_back_soon_is_told_when_its_time_has_come():
    assert live(PLAIN, (0, "firing"), (1, "ok"), (2, "firing"), (3, "ok"))[1] == [(0, "fired"), (1, "over")]
    assert live(PLAIN, (0, "firing"), (1, "ok"), (2, "firing"), (25, "firing"))[1] == [(0, "fired"), (1, "over"), (25, "fired")]


def test_somebody_is_reminded_until_somebody_takes_it_on():
    terms = Terms(remind=timedelta(hours=48))
    mark, told = live(terms, (0, "firing"), (47, "firing"), (48, "firing"), (60, "firing"))
    assert told == [(0, "fired"), (48, "still")]

    taken = step(acknowledged(mark, "ann"), "firing", terms, NOW + 200 * HOUR)
    assert (taken.word, taken.withheld) == (None, "acknowledged")


WARNING, CRITICAL = 2, 3


def live_by_grade(terms: Terms, *seen: tuple[float, int]) -> list[tuple[float, str]]:
    """What was told when of an alert that fires at these hours with these grades; grade 0 is calm."""
    mark, told = begin(NOW), []
    for hours, grade in seen:
        taken = step(mark, "firing" if grade else "ok", terms, NOW + hours * HOUR, grade)
        mark = taken.mark
        if taken.word:
            told.append((hours, taken.word.value))
    return told


def test_what_becomes_graver_is_told_at_once():
    assert live_by_grade(PLAIN, (0, WARNING), (1, WARNING), (2, CRITICAL), (3, CRITICAL)) == [(0, "fired"), (2, "still")]


def test_what_comes_back_graver_does_not_wait_for_its_time():
    assert live_by_grade(PLAIN, (0, WARNING), (1, 0), (2, WARNING), (3, CRITICAL)) == [(0, "fired"), (1, "over"), (3, "fired")]


def test_a_severity_that_flaps_is_told_once():
    flapping = [(at, CRITICAL if at % 2 else WARNING) for at in range(20)]

    assert live_by_grade(PLAIN, *flapping) == [(0, "fired"), (1, "still")]


def test_what_is_graver_is_told_to_who_took_the_lesser_trouble_on_but_wakes_nobody_who_asked_for_silence():
    told = step(begin(NOW), "firing", PLAIN, NOW, WARNING).mark

    assert step(acknowledged(told, "ann"), "firing", PLAIN, NOW + HOUR, CRITICAL).word is Word.STILL
    assert step(snoozed(told, NOW + 5 * HOUR), "firing", PLAIN, NOW + HOUR, CRITICAL).withheld == "snoozed"


def test_a_snoozed_alert_is_silent_and_speaks_when_it_wakes():
    mark = snoozed(begin(NOW), NOW + 5 * HOUR)
    asleep = step(mark, "firing", PLAIN, NOW + HOUR)
    awake = step(asleep.mark, "firing", PLAIN, NOW + 5 * HOUR)

    assert (asleep.word, asleep.withheld, asleep.mark.shown(NOW + HOUR)) == (None, "snoozed", Phase.SNOOZED)
    assert (awake.word, awake.mark.shown(NOW + 5 * HOUR)) == (Word.FIRED, Phase.FIRING)


def test_an_alert_that_ends_while_it_sleeps_is_not_told_at_all():
    mark = snoozed(begin(NOW), NOW + 5 * HOUR)
    for hours, seen in ((1, "firing"), (2, "ok"), (6, "ok")):
        taken = step(mark, seen, PLAIN, NOW + hours * HOUR)
        mark = taken.mark
        assert taken.word is None


@pytest.mark.parametrize(
    "terms",
    [PLAIN, Terms(renotify=timedelta(hours=3)), Terms(remind=timedelta(hours=10)), Terms(tells_recovery=False), Terms(grades=3)],
)
@pytest.mark.parametrize("seed", range(5))
def test_a_thousand_flapping_looks_tell_no_more_than_was_declared(terms, seed):
    dice = random.Random(seed)  # noqa: S311  numbers that flap guard no secret
    looks = [
        (at / 6, dice.choice(["firing", "ok", "no_data", "error"]) if seed else ["firing", "ok"][at % 2]) for at in range(1000)
    ]

    mark, told = begin(NOW), []
    for hours, state in looks:
        taken = step(mark, state, terms, NOW + hours * HOUR, dice.randint(1, terms.grades))
        mark, told = taken.mark, [*told, taken.word] if taken.word else told

    assert 0 < len(told) <= terms.most_words(timedelta(minutes=10) * 1000)


class Life(RuleBasedStateMachine):
    """Any sequence of looks, snoozes and words: what is told always makes sense to whoever hears it."""

    @initialize(wait=st.integers(0, 5), keep=st.integers(0, 5), renotify=st.integers(1, 30), remind=st.none() | st.integers(1, 30))
    def begin(self, wait, keep, renotify, remind):
        self.terms = Terms(wait * HOUR, keep * HOUR, renotify * HOUR, None if remind is None else remind * HOUR, grades=3)
        self.mark, self.now, self.start = begin(NOW), NOW, NOW
        self.told, self.heard, self.unheard = [], [], False

    @rule(hours=st.integers(0, 40), seen=st.sampled_from(["firing", "ok", "no_data", "error", "masked"]), grade=st.integers(1, 3))
    def look(self, hours, seen, grade):
        self.now += hours * HOUR
        before, taken = self.mark, step(self.mark, seen, self.terms, self.now, grade)
        assert step(before, seen, self.terms, self.now, grade) == taken, "the same look is the same step"
        assert taken.word is None or not taken.withheld
        if seen == "masked":
            assert taken.mark.phase is before.phase
        if before.snoozed_until is not None and self.now < before.snoozed_until:
            assert taken.word is None
        if taken.word:
            self.told.append((self.now, taken.word))
        if before.is_told and taken.mark.phase is Phase.FIRING and grade > before.told_grade:
            assert taken.word is Word.STILL or taken.withheld == "snoozed"
        if before.fired_at and not taken.mark.fired_at and before.is_told and not taken.word:
            assert taken.withheld == "snoozed"
            self.unheard = True
        self.heard.append((taken.word, self.unheard))
        self.unheard = self.unheard and taken.word is None
        self.mark = taken.mark

    @rule(hours=st.integers(1, 100))
    def snooze(self, hours):
        self.mark = snoozed(self.mark, self.now + hours * HOUR)

    @rule()
    def acknowledge(self):
        self.mark = acknowledged(self.mark, "ann")

    @invariant()
    def nothing_is_over_that_was_not_told_and_nothing_is_told_twice(self):
        knows = False
        for word, ended_unheard in getattr(self, "heard", []):
            if word is not None:
                assert (word is Word.FIRED) is not (knows and not ended_unheard)
                knows = word is not Word.OVER

    @invariant()
    def nobody_is_told_too_often(self):
        if hasattr(self, "terms"):
            assert len(self.told) <= self.terms.most_words(self.now - self.start)

    @invariant()
    def a_trouble_has_a_beginning_and_calm_has_none(self):
        if hasattr(self, "mark"):
            assert self.mark.phase is not Phase.FIRING or self.mark.fired_at is not None
            assert self.mark.phase is not Phase.OK or self.mark.fired_at is None


TestLife = Life.TestCase
TestLife.settings = settings(max_examples=150, stateful_step_count=40, deadline=None)
