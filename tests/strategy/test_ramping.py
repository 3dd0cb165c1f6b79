"""The ramp test: how often it scales what does not pay and stops what does, against a fixed threshold; and its states."""

from __future__ import annotations

import csv
import math
import random
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from opsengine.errors import InvalidFiles
from opsengine.strategy.ramp_reading import read_hours, read_ramp
from opsengine.strategy.ramping import Hour, RampFile, next_spend, ramp

TEN = datetime(2026, 6, 21, 10)
TRIALS = 2500
TOLERANCE = 0.03
"""Two to three standard errors of the difference of two simulated shares near one half."""
RULE = RampFile(lag=0)


def hour(after: int, spend: float, revenue: float, orders: int, refunds: float | None = None) -> Hour:
    return Hour(TEN + timedelta(hours=after), spend, revenue, orders, refunds)


def trial(roi: float, chance: random.Random) -> list[Hour]:
    """Four hours at 300 to 500 yuan, orders of 80 yuan that come by chance and are unlike each other."""
    spread = math.sqrt(math.log(1.25))
    hours = []
    for at in range(4):
        spend = chance.uniform(300, 500)
        orders = poisson(spend * roi / 80, chance)
        hours.append(hour(at, spend, sum(chance.lognormvariate(math.log(80) - spread**2 / 2, spread) for _ in range(orders)), orders))
    return hours


def poisson(mean: float, chance: random.Random) -> int:
    left, count = math.exp(-mean), 0
    product = chance.random()
    while product > left:
        product, count = product * chance.random(), count + 1
    return count


def is_scaled(hours: list[Hour]) -> bool:
    first = next(one.verdict for one in ramp(hours, RULE) if one.verdict in ("scale", "pull_back"))
    return first == "scale"


@pytest.fixture(scope="module")
def shares() -> dict[tuple[str, float], float]:
    """How often each rule scales, by the true return as a part of the target."""
    found = {}
    for part in (0.5, 0.7, 0.85, 1.0, 1.15, 1.3, 1.6):
        chance = random.Random(11)  # noqa: S311  chance, not secrets
        trials = [trial(2 * part, chance) for _ in range(TRIALS)]
        found["bayes", part] = sum(map(is_scaled, trials)) / TRIALS
        found["naive", part] = sum(hours[0].revenue >= 2 * hours[0].spend for hours in trials) / TRIALS
    return found


def test_the_odds_of_scaling_are_those_of_the_table(shares):
    with (Path(__file__).parent / "vectors/ramp_oc.csv").open() as file:
        table = {(row["rule"], float(row["true_roi_over_target"])): float(row["p_scale"]) for row in csv.DictReader(file)}

    assert {key: share for key, share in shares.items() if abs(share - table[key]) > TOLERANCE} == {}


def test_it_errs_less_than_a_fixed_threshold_on_both_sides(shares):
    for too_low in (0.5, 0.7, 0.85):
        assert shares["bayes", too_low] < 0.7 * shares["naive", too_low]
    for good in (1.3, 1.6):
        assert 1 - shares["bayes", good] < 0.7 * (1 - shares["naive", good])


def verdicts(*hours: Hour, rule: RampFile = RULE) -> list[tuple[str, str, str]]:
    return [(one.stage, one.verdict, one.reason) for one in ramp(hours, rule)]


def test_what_pays_is_scaled_and_kept_while_it_holds():
    said = verdicts(hour(0, 400, 2000, 25), hour(1, 2500, 6000, 75), hour(2, 2500, 5100, 64))

    assert said == [("small", "scale", "odds"), ("large", "continue", "odds"), ("large", "continue", "odds")]


def test_what_stops_paying_is_pulled_back_rests_and_begins_small():
    said = verdicts(hour(0, 400, 2000, 25), hour(1, 2500, 1000, 12), *(hour(at, 0, 0, 0) for at in (2, 3)), hour(4, 400, 400, 5))

    assert [stage for stage, _, _ in said] == ["small", "large", "cooling", "cooling", "small"]
    assert said[1][1] == "pull_back"


def test_what_is_not_decided_in_time_is_pulled_back():
        assert verdicts(*(hour(at, 400, 720, 9) for at in range(4)))[-1] == ("small", "pull_back", "time")


def test_a_loss_that_is_too_large_ends_it_whatever_the_odds():
    careful = RampFile(lag=0, stop_loss=Decimal(100))

    assert verdicts(hour(0, 400, 480, 6), rule=careful) == [("small", "pull_back", "stop_loss")]


def test_refunds_are_taken_off():
    kept = ramp([hour(0, 400, 2000, 25, 0)], RULE)[0]
    given_back = ramp([hour(0, 400, 2000, 25, 1500)], RULE)[0]
    expected_back = ramp([hour(0, 400, 2000, 25)], RampFile(lag=0, refund_rate=Decimal("0.75")))[0]

    assert (kept.roi, given_back.roi) == (5, 1.25)
    assert given_back.odds == expected_back.odds < kept.odds
    assert kept.verdict == "scale" != given_back.verdict


def test_the_newest_hour_is_not_judged_before_its_orders_are_attributed():
    judged = ramp([hour(0, 400, 900, 11), hour(1, 400, 0, 0)], RampFile())

    assert (judged[1].verdict, judged[1].reason, judged[1].odds) == ("wait", "lag", None)


def test_the_next_hour_follows_from_the_last_verdict():
    assert next_spend([], RULE) == (300, 500)
    assert next_spend(ramp([hour(0, 400, 2000, 25)], RULE), RULE) == (2000, 3000)
    assert next_spend(ramp([hour(0, 400, 0, 0)], RULE), RULE)[1] in (0, 500)


def test_a_file_of_hours_is_read_and_its_faults_are_told_by_line(tmp_path, project):
    good, bad = tmp_path / "good.csv", tmp_path / "bad.csv"
    good.write_text("hour,spend,revenue,orders,refunds\n2026-06-21T10:00,400,\"1,200\",15,\n", encoding="utf-8")
    bad.write_text("hour,spend,revenue,orders\n2026-06-21T10:00,400,-1,15\nten,1,1,1\n", encoding="utf-8")

    assert read_hours(good) == [hour(0, 400, 1200, 15)]
    assert read_ramp(project) == RampFile()
    with pytest.raises(InvalidFiles) as caught:
        read_hours(bad)
    assert [problem.place.line for problem in caught.value.problems] == [2, 3]


def scaled_hours(*spends_and_sales: tuple[float, float], on_air: float | None = None) -> list[Hour]:
    """A small hour so good that it is scaled, then large ones; every order is 80 yuan."""
    first = hour(0, 400, 2000, 25)
    later = [hour(at, spend, sales, round(sales / 80)) for at, (spend, sales) in enumerate(spends_and_sales, start=1)]
    return [replace(one, on_air=on_air) for one in (first, *later)]


def test_more_money_that_brings_too_little_more_meets_the_limit_of_supply():
    said = ramp(scaled_hours(*[(2000, 5200)] * 3, *[(3000, 5400)] * 3), RULE)

    assert (said[-1].verdict, said[-1].reason) == ("hold", "supply")
    assert said[-1].marginal == pytest.approx(0.2)
    assert next_spend(said, RULE) == (500, 2000)


def test_more_money_that_brings_as_much_again_does_not():
    said = ramp(scaled_hours(*[(2000, 5200)] * 3, *[(3000, 7800)] * 3), RULE)

    assert (said[-1].verdict, said[-1].reason) == ("continue", "odds")
    assert said[-1].marginal == pytest.approx(2.6)


def test_refunds_count_against_more_money_too():
    hours = scaled_hours(*[(2000, 5200)] * 3, *[(3000, 7800)] * 3)
    given_back = [*hours[:4], *(replace(one, refunds=2400.0) for one in hours[4:])]

    assert ramp(given_back, RULE)[-1].marginal == pytest.approx(0.2)


def test_spending_that_does_not_rise_tells_nothing_of_supply():
    assert ramp(scaled_hours(*[(2500, 6000)] * 6), RULE)[-1].marginal is None


def test_a_host_who_has_been_on_air_for_four_hours_is_given_a_rest():
    said = ramp(scaled_hours(*[(2500, 6500)] * 3, on_air=60), RULE)

    assert [(one.verdict, one.reason) for one in said[-2:]] == [("continue", "odds"), ("pull_back", "host")]
    assert next_spend(said, RULE) == (0, 0)


def test_without_hours_on_air_nobody_knows_of_the_host():
    assert {one.reason for one in ramp(scaled_hours(*[(2500, 6500)] * 8), RULE)} == {"odds"}
