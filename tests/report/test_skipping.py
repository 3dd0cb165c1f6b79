"""Briefs that nobody needs: a true condition leaves one out, a condition over what is not known does not."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from opsengine.errors import InvalidFiles, Place
from opsengine.report.skipping import NAMES, left_out, numbers_of, read_condition
from opsengine.state import Topic
from opsengine.warehouse import DuckDBEngine
from tests.report.samples import BARE, FULL, TEAM

PLACE = Place("reports/mine.yaml", 3, 1)
TOPICS = {"full": FULL, "bare": BARE, "calm": replace(FULL, alerts=(), goals=()), "team": TEAM}


def left(text: str) -> set[str]:
    briefs = {Topic("mine", "2026-W25", name): brief for name, brief in TOPICS.items()}
    return {topic.subject for topic in left_out(DuckDBEngine(), read_condition(text, PLACE), briefs)}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("alerts = 0", {"bare", "calm"}),
        ("alerts = 0 and goals_behind = 0 and goals_at_risk = 0", {"bare", "calm"}),
        ("business_score > 700", {"full", "calm"}),
        ("not business_score > 700", {"team"}),
        ("overdue_tasks > 0", {"full", "calm"}),
        ("accounts > 1", {"team"}),
        ("business_change between -5 and 5", {"full", "calm", "team"}),
        ("alerts < 0", set()),
    ],
)
def test_a_brief_is_left_out_where_its_condition_is_true(text, expected):
    assert left(text) == expected


def test_over_what_is_not_known_a_condition_is_neither_true_nor_false():
    assert numbers_of(BARE)["business_score"] is None
    assert "bare" not in left("business_score < 1000") | left("business_score >= 1000")


@pytest.mark.parametrize(
    "text", ["alerts", "alert = 0", "alerts = 0;", "alerts = 'x'", "1 = 1 --", "(select 1) = 1", "alerts = 0 0"]
)
def test_a_broken_condition_is_an_error_and_no_skip(text):
    with pytest.raises(InvalidFiles) as caught:
        read_condition(text, PLACE)

    assert caught.value.problems[0].place == PLACE


def test_no_condition_leaves_nothing_out():
    assert read_condition("  ", PLACE) is None


def test_every_name_has_a_number_on_every_kind_of_brief():
    for brief in TOPICS.values():
        assert numbers_of(brief).keys() == NAMES.keys()
    assert numbers_of(FULL)["open_tasks"] == 2
    assert date(2026, 6, 19) < FULL.period.end
