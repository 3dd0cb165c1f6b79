"""Counts change by chance: a few leads or fans less are no news, however large their share."""

from __future__ import annotations

import pytest

from opsengine.monitor import State, watch
from opsengine.monitor.surprises import about_changes
from opsengine.warehouse import DuckDBEngine
from tests.strategy.world import TODAY

CHANGE = {
    **dict.fromkeys(("account_id", "metric"), "VARCHAR"), "days": "INTEGER",
    **dict.fromkeys(("value", "previous_value", "change", "field_change", "against_field", "missing"), "DOUBLE"),
}  # fmt: skip
TITLES = {"metric": "VARCHAR", "unit": "VARCHAR", "title_zh": "VARCHAR", "title_en": "VARCHAR"}
CAUSES = dict.fromkeys(("account_id", "metric", "title_zh", "title_en", "unit"), "VARCHAR") | {"change": "DOUBLE"}


def fell(rules, metric, before, now, *, is_firing=False):
    """What the shipped rule says of a week beside the one before, the field standing still."""
    engine = DuckDBEngine(threads=1)
    change = now / before - 1
    engine.put("monitor.window_change", CHANGE, [("tea", metric, 7, now, before, change, 0, change, before - now)])
    engine.put("raw.metrics", TITLES, [("gmv", "yuan", "成交金额", "Sales"), ("leads", "count", "线索量", "Leads")])
    engine.put("monitor.part_cause", CAUSES, [])
    firing = {("fell-against-peers", f"tea/{metric}")} if is_firing else set()
    [alert] = about_changes(engine, rules, TODAY, firing)
    return alert.state


@pytest.mark.parametrize(
    ("metric", "before", "now", "state"),
    [
        ("leads", 100, 60, State.FIRING),
        ("leads", 17, 6, State.FIRING),
        ("leads", 9, 0, State.FIRING),
        ("leads", 10, 6, State.OK),
        ("leads", 4, 0, State.OK),
        ("leads", 3, 1, State.OK),
        ("gmv", 300, 100, State.FIRING),
    ],
)
def test_few_leads_less_may_be_chance_and_sales_are_no_count(rules, metric, before, now, state):
    assert fell(rules, metric, before, now) is state


def test_what_fires_already_is_over_when_the_share_is(rules):
    assert fell(rules, "leads", 10, 7, is_firing=True) is State.FIRING
    assert fell(rules, "leads", 10, 9, is_firing=True) is State.OK


@pytest.mark.parametrize(("won", "lost", "fires"), [(25, 29, False), (2888, 3193, True), (0, 4, False), (0, 5, True), (30, 20, False)])
def test_fans_leave_when_it_is_more_than_chance(world, rules, won, lost, fires):
    world.account("tea")
    for metric, value in (("new_fans", won), ("lost_fans", lost), ("net_fans", won - lost)):
        world.number("tea", f"{metric}_7d", value)

    fired = {alert.rule.name for alert in watch(world.build(), [], rules, TODAY) if alert.state is State.FIRING}

    assert ("more-fans-lost-than-won" in fired) is fires
