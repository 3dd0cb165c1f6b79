"""Audience accuracy: what became of new fans, by what brought them, counted by hand."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from opsengine.strategy import sources_of_fans
from opsengine.warehouse import DuckDBEngine
from tests.strategy.world import TABLES, TODAY

EVENTS = {
    "account_id": "VARCHAR", "fan_id": "VARCHAR", "day": "DATE", "at": "TIMESTAMP", "action": "VARCHAR", "value": "DOUBLE",
}  # fmt: skip


class Crowd:
    """What single fans did, day by day before today."""

    def __init__(self) -> None:
        self.events: list[tuple[object, ...]] = []
        self.spent: list[tuple[object, ...]] = []

    def did(self, fan: str, ago: int, action: str, value: float | None = None, *, hour: int = 12) -> None:
        day = TODAY - timedelta(days=ago)
        self.events.append(("tea", fan, day, datetime(day.year, day.month, day.day, hour), action, value))

    def ads(self, ago: int, spend: float) -> None:
        self.spent.append(("tea", TODAY - timedelta(days=ago), "ad_spend", spend))

    def found(self):
        engine = DuckDBEngine(threads=1)
        engine.put("raw.fan_events", EVENTS, self.events)
        engine.put("metrics.account_day", TABLES["metrics.account_day"], self.spent)
        return {(one.split, one.source): one for one in sources_of_fans(engine, TODAY, {"tea"})}


@pytest.fixture
def crowd():
    return Crowd()


def test_a_fan_comes_from_what_was_done_last_before_following(crowd):
    for fan, before in (("a", "live"), ("b", "view"), ("c", "group"), ("d", "order"), ("e", None)):
        if before:
            crowd.did(fan, 40, "like", hour=9)
            crowd.did(fan, 40, before, hour=10)
        crowd.did(fan, 40, "follow", hour=11)

    assert {source: one.fans for (split, source), one in crowd.found().items() if split == "touch"} == {
        "live": 1, "video": 1, "owned": 1, "order": 1, "unseen": 1,
    }  # fmt: skip


def test_coming_back_or_buying_within_thirty_days_counts_and_later_does_not(crowd):
    for fan, ago, action in (("a", 39, "like"), ("b", 9, "order"), ("c", 9, "like"), ("d", 10, "comment"), ("e", 40, "like"), ("f", 39, "view")):
        crowd.did(fan, 40, "follow", hour=8)
        crowd.did(fan, ago, action, hour=9)

    whole = crowd.found()["all", "all"]

    assert (whole.settled, whole.active, whole.bought) == (6, 2, 0)


def test_a_fan_of_the_last_thirty_days_is_not_judged_yet(crowd):
    crowd.did("new", 29, "follow")
    crowd.did("new", 28, "like")
    crowd.did("old", 30, "follow")

    whole = crowd.found()["all", "all"]

    assert (whole.fans, whole.settled, whole.active) == (2, 1, 0)
    assert whole.accuracy is None


def test_what_fans_spent_is_told_for_those_who_were_there_so_long_refunds_taken_off(crowd):
    crowd.did("a", 100, "follow")
    crowd.did("a", 100, "order", 80, hour=13)
    crowd.did("a", 60, "order", 50)
    crowd.did("a", 55, "refund", 20)
    crowd.did("b", 100, "follow")
    crowd.did("c", 40, "follow")
    crowd.did("c", 39, "order", 10)

    worth = crowd.found()["all", "all"].worth

    assert worth == {30: pytest.approx(90 / 3), 90: pytest.approx(110 / 2), 180: None}


def test_days_of_many_ads_are_told_from_days_of_few(crowd):
    crowd.ads(40, 900)
    crowd.ads(41, 100)
    crowd.did("a", 40, "follow")
    crowd.did("b", 41, "follow")
    crowd.did("c", 42, "follow")

    assert {source for split, source in crowd.found() if split == "ads"} == {"much", "little", "unknown"}


def test_a_source_that_surely_brings_worse_fans_is_called_so(crowd):
    for number in range(200):
        crowd.ads(40 + number % 2, 900 if number % 2 else 100)
        crowd.did(f"f{number}", 40 + number % 2, "follow")
        if number % 2 == 0 or number % 20 == 1:
            crowd.did(f"f{number}", 30, "like")

    found = crowd.found()

    assert found["ads", "much"].compared_with(found["all", "all"]) == "worse"
    assert found["ads", "little"].compared_with(found["all", "all"]) == "better"
    assert found["touch", "unseen"].compared_with(found["all", "all"]) == "alike"


def test_few_fans_get_no_share(crowd):
    crowd.did("a", 40, "follow")
    crowd.did("a", 39, "like")

    whole = crowd.found()["all", "all"]

    assert whole.as_json(whole)["accuracy"] is None
    assert whole.compared_with(whole) == "too_few"
