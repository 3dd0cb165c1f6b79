"""What was said about a task stays said, follows from what was said before, and has a speaker."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from opsengine.state import Refused, TaskEvent, Tasks

ACCEPTED = TaskEvent("tea/boost/2026-06-21/do", "tea", "boost", "accepted", date(2026, 6, 21), "Li", {"owner": "Wang"})


def after(event, day=21):
    return replace(ACCEPTED, event=event, day=date(2026, 6, day), detail={})


@pytest.mark.parametrize(
    "life", [["started", "done", "verified"], ["done", "expired"], ["dismissed"], ["started", "noted", "done"]]
)
def test_a_task_goes_its_way(state, now, life):
    words = [ACCEPTED, *map(after, life)]

    Tasks(state).say(words, now)

    assert Tasks(state).said(date(2026, 6, 21)) == words


@pytest.mark.parametrize("life", [["verified"], ["done", "started"], ["dismissed", "done"], ["accepted"], ["expired", "verified"]])
def test_a_task_does_not_jump(state, now, life):
    with pytest.raises(Refused):
        Tasks(state).say([ACCEPTED, *map(after, life)], now)

    assert Tasks(state).said(date(2026, 6, 21)) == []


def test_a_word_without_a_speaker_or_about_no_task_is_refused(state, now):
    for word in (replace(ACCEPTED, by=""), after("noted")):
        with pytest.raises(Refused):
            Tasks(state).say([word], now)


@pytest.mark.parametrize("statement", ["UPDATE task_event SET said_by = 'me'", "DELETE FROM task_event"])
def test_what_was_said_stays_said(state, now, statement):
    Tasks(state).say([ACCEPTED], now)

    with pytest.raises(Refused), state.transaction():
        state.change(statement)


def test_a_past_day_does_not_know_what_was_said_later(state, now):
    Tasks(state).say([ACCEPTED, after("done", day=25)], now)

    assert Tasks(state).said(date(2026, 6, 24)) == [ACCEPTED]
