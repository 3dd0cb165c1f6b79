"""What must hold of scores whatever the data."""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from opsengine.see import explain_change, see
from tests.see.facts import TODAY, seen

METRICS = ("plays", "finished_plays", "interactions", "home_visits", "new_fans", "lost_fans", "gmv", "orders")
slow = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@st.composite
def accounts(draw):
    """A few accounts with a few weeks of numbers; some days, metrics and accounts have nothing."""
    found = {}
    for n in range(draw(st.integers(1, 7))):
        level, length = draw(st.integers(0, 5)), draw(st.integers(1, 40))
        value = st.one_of(st.none(), st.integers(0, 10**level))
        names = draw(st.lists(st.sampled_from(METRICS), unique=True, min_size=1))
        days = {name: draw(st.lists(value, min_size=length, max_size=length)) for name in names}
        found[f"a{n}"] = (draw(st.sampled_from(["服饰", "汽车", "unheard-of"])), days)
    return found


def busy(scale: int = 1000, days: int = 60) -> dict[str, list[float | None]]:
    return {
        "plays": [scale * (10 + day % 7) for day in range(days)],
        "finished_plays": [scale * (1 + day % 3) for day in range(days)],
        "interactions": [scale // 10 * (3 + day % 5) for day in range(days)],
        "home_visits": [scale // 10 * (2 + day % 4) for day in range(days)],
        "new_fans": [scale // 20 * (2 + day % 6) for day in range(days)],
        "lost_fans": [scale // 100 * (1 + day % 2) for day in range(days)],
        "gmv": [scale * (5 + day % 7) for day in range(days)],
        "orders": [scale // 50 * (5 + day % 7) for day in range(days)],
        "page_orders": [scale // 50 * (5 + day % 7) for day in range(days)],
        "product_clicks": [scale * (1 + day % 7) for day in range(days)],
    }


@slow
@given(accounts())
def test_a_score_is_in_range_and_is_its_base_and_its_contributions(found):
    views = see(seen(found), TODAY)

    for score in (score for view in views for score in view.scores.values()):
        if score.score is None:
            assert score.reason
            assert score.rank is None
        else:
            assert 10 <= score.score <= 1000
            assert score.rank_low <= score.rank <= score.rank_high
            total = round(score.base + sum(part.contribution or 0 for part in (*score.components, *score.risks)), 6)
            assert total == score.score


@slow
@given(accounts())
def test_row_order_and_threads_change_nothing(found):
    one = [view.as_json() for view in see(seen(found), TODAY)]
    other = [view.as_json() for view in see(seen(found, threads=4, is_reversed=True), TODAY)]

    assert json.dumps(one) == json.dumps(other)


@slow
@given(accounts(), st.integers(1, 30))
def test_the_causes_of_a_change_add_up_to_it(found, days_ago):
    since = TODAY.fromordinal(TODAY.toordinal() - days_ago)

    for change in explain_change(seen(found), TODAY, since):
        assert round(sum(cause.points for cause in change.causes), 6) == change.change


@pytest.mark.parametrize("metric", ["gmv", "orders"])
def test_more_of_what_is_good_never_lowers_the_business_score(metric):
    field = {f"a{n}": ("服饰", busy(scale=500 * (n + 1))) for n in range(6)}
    before = see(seen(field), TODAY, ["a2"])[0].scores["business"].score

    better = {**field["a2"][1], metric: [*field["a2"][1][metric][:-7], *(2 * value for value in field["a2"][1][metric][-7:])]}
    after = see(seen({**field, "a2": ("服饰", better)}), TODAY, ["a2"])[0].scores["business"].score

    assert after >= before


def test_a_metric_that_stops_being_reported_is_held_at_the_lower_quarter_and_said_to_be_missing():
    field = {f"a{n}": ("服饰", busy(scale=500 * (n + 1))) for n in range(8)}
    silent = {**busy(scale=4000), "page_orders": [None] * 60}
    field["a7"] = ("服饰", silent)

    score = see(seen(field), TODAY, ["a7"])[0].scores["business"]

    order_rate = next(part for part in score.components if part.id == "order_rate")
    assert order_rate.missing
    assert order_rate.value is None
    assert order_rate.contribution > 0
    assert score.coverage < 1


def test_one_account_that_explodes_moves_nobody_else():
    field = {f"a{n}": ("服饰", busy(scale=500 * (n + 1), days=120)) for n in range(8)}
    before = {view.account_id: view.scores["business"].score for view in see(seen(field), TODAY)}

    gmv = busy(scale=500, days=120)["gmv"]
    field["a0"] = ("服饰", {**busy(scale=500, days=120), "gmv": [*gmv[:-7], *(100 * value for value in gmv[-7:])]})
    after = {view.account_id: view.scores["business"].score for view in see(seen(field), TODAY)}

    assert after["a0"] > before["a0"]
    assert all(after[name] == score for name, score in before.items() if name != "a0")


def test_an_account_without_data_has_no_score_and_says_why():
    view = see(seen({"quiet": ("服饰", {"plays": [None]}), "loud": ("服饰", busy())}), TODAY, ["quiet"])[0]

    assert view.scores["business"].score is None
    assert view.scores["business"].reason == "no data on this day"
    assert view.tiers.mode == "none"
