"""What protects a score: risk lowers it, days that cannot be are set aside, late data is carried and marked."""

from __future__ import annotations

import pytest

from opsengine.see import see
from tests.see.facts import TODAY, seen
from tests.see.test_scores import busy

FIELD = {f"a{n}": ("服饰", busy(scale=500 * (n + 1), days=120)) for n in range(8)}


def field_with(**changes: list[float | None]) -> dict:
    return {**FIELD, "a3": ("服饰", {**FIELD["a3"][1], **changes})}


def score_of(field: dict, scorecard: str):
    return see(seen(field), TODAY, ["a3"])[0].scores[scorecard]


@pytest.mark.parametrize(
    ("lost", "factor"),
    [([100] * 120, 1), ([275] * 120, 0.85), ([1000] * 120, 0.7)],
    ids=["where little is lost nothing happens", "half-way down the line", "never below the lowest factor"],
)
def test_risk_lowers_a_score_along_a_straight_line_and_never_raises_it(lost, factor):
    score = score_of(field_with(lost_fans=lost, new_fans=[100] * 120), "popularity")
    taken = sum(risk.contribution for risk in score.risks)

    assert round(score.score - taken - 10, 6) * factor == pytest.approx(score.score - 10, abs=1e-5)
    assert [risk.id for risk in score.risks] == ([] if factor == 1 else ["fan_loss"])
    assert round(score.base + taken + sum(part.contribution for part in score.components), 6) == score.score


def test_json_shows_risk_among_the_components_so_that_they_add_up():
    told = score_of(field_with(lost_fans=[1000] * 120, new_fans=[100] * 120), "popularity").as_json()

    assert told["components"][-1]["id"] == "fan_loss"
    assert told["components"][-1]["contribution"] < 0
    assert round(told["base"] + sum(part["contribution"] for part in told["components"]), 6) == told["score"]


def test_a_day_with_more_finished_plays_than_plays_is_not_believed():
    plays, finished = FIELD["a3"][1]["plays"], FIELD["a3"][1]["finished_plays"]
    impossible = [*finished[:-2], 50 * plays[-2], finished[-1]]
    quiet = {"plays": [*plays[:-2], None, plays[-1]], "finished_plays": [*finished[:-2], None, finished[-1]]}

    told = score_of(field_with(finished_plays=impossible), "popularity")

    assert told == score_of(field_with(**quiet), "popularity")


@pytest.mark.parametrize(
    ("newest", "is_missing", "is_carried"),
    [
        ([100, 100, 100, 100, None, None, None], False, False),
        ([None, 100, 100, 100, None, None, None], False, True),
        ([None, 100, 100, None, None, None, None], True, False),
    ],
    ids=["enough of the week is there", "the newest week stands in", "four days late is missing"],
)
def test_a_window_that_late_data_leaves_too_thin_is_carried_for_three_days_and_marked(newest, is_missing, is_carried):
    score = score_of(field_with(gmv=[*[100] * 113, *newest]), "business")
    gmv = next(part for part in score.components if part.id == "gmv")

    assert (gmv.missing, gmv.carried) == (is_missing, is_carried)
    assert gmv.value == (None if is_missing else 700)


def test_one_bought_day_counts_at_most_what_hardly_anybody_ever_reached():
    plays = FIELD["a3"][1]["plays"]
    spiked = {day: [*plays[:-3], day, *plays[-2:]] for day in (100_000, 10_000_000)}

    scores = {
        day: score_of(field_with(plays=days, finished_plays=[day // 10 for day in days]), "popularity")
        for day, days in spiked.items()
    }
    parts = {day: next(part for part in score.components if part.id == "plays") for day, score in scores.items()}

    assert parts[10_000_000].value - parts[100_000].value == 9_900_000
    assert parts[10_000_000].percentile_peers is not None
    assert abs(parts[10_000_000].contribution - parts[100_000].contribution) < 5
