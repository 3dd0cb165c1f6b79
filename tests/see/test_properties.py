"""What must hold of the method: direction, indifference to what is not scored, and every account counting the same."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from opsengine.see import see
from tests.see.by_the_book import cards, metrics
from tests.see.facts import TODAY, seen
from tests.see.test_scores import busy
from tests.see.test_vectors import COMPONENTS, bare_engine, make, put_positions

PARTS = [(card["id"], component) for card in cards() for pillar in card["pillars"] for component in pillar["components"]]
LOW = ("leads", "valid_leads", "leads_growth", "valid_lead_rate", "cost_per_lead")
"""Components of industries where people buy seldom."""


def rich(scale: int) -> dict[str, list[float | None]]:
    """A hundred and thirty days of everything that scores look at."""
    days = busy(scale=scale, days=130)
    return {
        **days,
        "leads": [scale // 20 * (3 + day % 4) for day in range(130)],
        "valid_leads": [scale // 40 * (2 + day % 5) for day in range(130)],
        "ad_spend": [scale * (1 + day % 3) for day in range(130)],
        "ad_gmv": [scale * (2 + day % 5) for day in range(130)],
        "posts": [1 + (day + scale) % 3 for day in range(130)],
        "works_plays": [scale * (9 + day % 4) for day in range(130)],
        "works_plays_5s": [scale * (3 + day % 4) for day in range(130)],
    }


@pytest.mark.parametrize(("scorecard", "component"), PARTS, ids=[component["id"] for _, component in PARTS])
def test_a_component_moves_with_its_metric_in_the_direction_that_is_declared(scorecard, component):
    industry = "汽车" if component["id"] in LOW else "服饰"
    metric = metrics()[component["metric"]]
    raised = metric.get("numerator", component["metric"])
    field = {f"a{n}": (industry, rich(400 * (n + 1))) for n in range(7)}
    better = {**field["a3"][1], raised: [*field["a3"][1][raised][:-7], *(3 * value for value in field["a3"][1][raised][-7:])]}

    before, after = (position(each, scorecard, component["id"]) for each in (field, {**field, "a3": (industry, better)}))

    assert after <= before if metric.get("direction") == "down" else after >= before
    assert after != before


def position(field: dict, scorecard: str, component: str) -> float:
    engine = seen(field)
    (row,) = engine.read(
        "select position from scores.component where account_id = 'a3' and day = $day and scorecard = $card and component = $component",
        day=TODAY, card=scorecard, component=component,
    )  # fmt: skip
    return row["position"]


places = st.floats(0.01, 1, allow_subnormal=False)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(*[places] * len(COMPONENTS)), min_size=1, max_size=20), st.sampled_from(sorted(COMPONENTS)), places)
def test_a_better_place_never_lowers_a_score(profiles, component, place):
    fresh = bare_engine()
    rows = [dict(zip(COMPONENTS, profile, strict=True)) for profile in profiles]
    ends = (("low", min), ("high", max))
    profiles = [
        (f"{n}-{end}", TODAY, {**row, component: of(row[component], place)}) for n, row in enumerate(rows) for end, of in ends
    ]
    put_positions(fresh, profiles)

    make(fresh, "scores.account_score")

    scores = {row["account_id"]: row["score"] for row in fresh.read("select account_id, score from scores.account_score")}
    for n in range(len(rows)):
        assert 10 <= scores[f"{n}-low"] <= scores[f"{n}-high"] <= 1000


def test_the_scale_of_what_is_not_scored_changes_nothing():
    field = {f"a{n}": ("服饰", {**rich(300 * (n + 1)), "dislikes": [n] * 130}) for n in range(6)}
    scaled = {
        name: (industry, {**days, "dislikes": [1000 * value for value in days["dislikes"]]})
        for name, (industry, days) in field.items()
    }

    assert [view.scores for view in see(seen(field), TODAY)] == [view.scores for view in see(seen(scaled), TODAY)]


def test_every_account_counts_the_same_so_a_field_that_is_there_twice_scores_as_before():
    field = {f"a{n}": ("服饰", rich(300 * (n + 1))) for n in range(6)}
    twice = {**field, **{f"z{name}": days for name, days in field.items()}}

    once = {view.account_id: view.scores for view in see(seen(field), TODAY)}
    again = {view.account_id: view.scores for view in see(seen(twice), TODAY)}

    for name, scores in once.items():
        for scorecard, score in scores.items():
            assert again[name][scorecard].score == pytest.approx(score.score, abs=1e-4)
            assert again[f"z{name}"][scorecard].score == again[name][scorecard].score


def test_a_score_of_yesterday_is_the_same_seen_from_today_while_the_reference_stands():
    field = {f"a{n}": ("服饰", rich(300 * (n + 1))) for n in range(6)}
    yesterday = TODAY - timedelta(days=1)

    then = {view.account_id: view.scores["business"].score for view in see(seen(field, as_of=yesterday), yesterday)}
    now = seen(field).read(
        "select account_id, score from scores.account_score where day = $day and scorecard = 'business'", day=yesterday
    )

    assert {row["account_id"]: row["score"] for row in now} == then
