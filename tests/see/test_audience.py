"""The own audience: tiers part the fans, rules lift, movements add up, estimates say so, and owned traffic is seen to give back."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from opsengine.errors import InvalidFiles
from opsengine.project import Project
from opsengine.see import read_fan_tiers, see
from tests.see.facts import TODAY, seen

ACTIONS = ("view", "like", "comment", "group", "order", "refund")
events = st.lists(
    st.tuples(
        st.sampled_from(["tea", "coffee"]),
        st.integers(1, 6),
        st.integers(0, 90).map(lambda age: TODAY - timedelta(days=age)),
        st.sampled_from(ACTIONS),
        st.one_of(st.none(), st.integers(1, 500)),
    ),
    min_size=1,
)
RULES = """\
kind: fan_tiers
half_life_days: 60
weights: {view: 1, like: 2, comment: 4, group: 8, order: 20, refund: -10}
cuts: {warm: 6, devoted: 24}
keep: 0.75
rules:
"""


def own_tiers(folder, rules: str) -> Project:
    (folder / "fan_tiers.yaml").write_text(RULES + rules, encoding="utf-8")
    return Project(folder)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(events)
def test_tiers_part_the_fans_and_movements_add_up_to_them(happened):
    views = see(seen({name: ("服饰", {"plays": [1]}) for name in ("tea", "coffee")}, fans=happened), TODAY)

    for view in views:
        fans = {fan for account, fan, *_ in happened if account == view.account_id}
        if not fans:
            assert view.tiers.mode == "none"
            continue
        counts = {"devoted": view.tiers.devoted, "warm": view.tiers.warm, "casual": view.tiers.casual}
        moved = Counter()
        for move in view.tiers.movement:
            moved[move.now] += move.fans
        assert view.tiers.mode == "person"
        assert sum(counts.values()) == len(fans)
        within = {days: {fan for account, fan, day, *_ in happened if account == view.account_id and (TODAY - day).days < days}
                  for days in (1, 7, 28)}  # fmt: skip
        active = view.tiers.active
        assert [active.day, active.week, active.four_weeks] == [len(fans) for fans in within.values()]
        today = {(fan, action) for account, fan, day, action, _ in happened if account == view.account_id and day == TODAY}
        assert active.by_kind == Counter(action for _, action in sorted(today))
        assert {tier: moved[tier] for tier in counts} == counts
        bought = {
            (account, fan, day): value or 0 for account, fan, day, action, value in sorted(happened, key=str) if action == "order"
        }
        recent = sum(max((v or 0) for a, f, d, act, v in happened if (a, f, d, act) == (*key, "order")) for key in bought
                     if key[0] == view.account_id and (TODAY - key[2]).days < 28)  # fmt: skip
        assert sum(view.tiers.value.values()) == pytest.approx(recent)


def test_a_rule_lifts_whatever_the_engagement_and_the_highest_tier_wins(tmp_path):
    project = own_tiers(
        tmp_path, "  - {tier: devoted, action: group, times: 2, days: 30}\n  - {tier: warm, action: view, days: 7}\n"
    )
    happened = [
        ("tea", 1, TODAY, "group", None),
        ("tea", 1, TODAY - timedelta(days=3), "group", None),
        ("tea", 2, TODAY, "view", None),
    ]

    tiers = see(seen({"tea": ("服饰", {"plays": [1]})}, project=project.root, fans=happened), TODAY)[0].tiers

    assert (tiers.devoted, tiers.warm, tiers.casual) == (1, 1, 0)
    assert (tiers.thresholds.devoted, tiers.thresholds.warm, tiers.thresholds.keep) == (24, 6, 0.75)


@pytest.mark.parametrize(
    "rules",
    [
        "  - {tier: devoted, action: order}\n  - {tier: warm, action: order, times: 2}\n",
        "  - {tier: warm, action: order, times: 2}\n  - {tier: warm, action: order}\n",
        "  - {tier: warm, action: order}\n  - {tier: warm, action: order}\n",
        "  - {tier: warm, action: dance}\n",
    ],
    ids=["a higher tier takes everybody", "a wider rule takes everybody", "the same twice", "an act without weight"],
)
def test_a_rule_that_never_decides_is_refused(tmp_path, rules):
    with pytest.raises(InvalidFiles):
        read_fan_tiers(own_tiers(tmp_path, rules))


def test_a_file_that_says_a_key_twice_is_told_its_other_faults_too(tmp_path):
    text = RULES.replace("keep: 0.75", "keep: 2\nkeep: 0.75").removesuffix("rules:\n")
    (tmp_path / "fan_tiers.yaml").write_text(text, encoding="utf-8")

    with pytest.raises(InvalidFiles) as error:
        read_fan_tiers(Project(tmp_path))

    assert [problem.code for problem in error.value.problems] == ["duplicate-key", "out-of-range"]


def test_all_kinds_together_weigh_nothing_of_their_own(tmp_path):
    (tmp_path / "fan_tiers.yaml").write_text(RULES.replace("refund: -10", "any: 1").removesuffix("rules:\n"), encoding="utf-8")

    with pytest.raises(InvalidFiles, match="any"):
        read_fan_tiers(Project(tmp_path))


def test_rules_that_each_decide_for_somebody_are_accepted(tmp_path):
    rules = "  - {tier: devoted, action: order, times: 2}\n  - {tier: warm, action: order}\n  - {tier: warm, action: group}\n"

    assert len(read_fan_tiers(own_tiers(tmp_path, rules)).rules) == 3


def test_without_single_fans_the_shares_by_active_days_part_all_of_them_and_it_is_called_an_estimate():
    shares = {"fans_total": [1001], "fans_active_0_4": [0.6], "fans_active_5_16": [0.3], "fans_active_17_up": [0.1]}
    found = {"shared": ("服饰", shares), "incomplete": ("服饰", {**shares, "fans_active_0_4": [0.2]})}

    told = {view.account_id: view.tiers for view in see(seen(found), TODAY)}

    assert (told["shared"].mode, told["incomplete"].mode) == ("estimate", "none")
    assert told["shared"].devoted + told["shared"].warm + told["shared"].casual == 1001
    assert (told["shared"].devoted, told["shared"].warm) == (100, 300)


def test_traffic_that_follows_owned_traffic_is_the_return_flow():
    owned = [day for week in range(12) for day in [100 if week % 2 else 10] * 7]
    rented = [day for week in range(12) for day in [50 if week % 2 else 100] * 7]
    days = {"traffic_owned": owned, "traffic_public": rented, "traffic_paid": [0] * 84, "live_gmv": [2 * day for day in rented]}

    back = see(seen({"tea": ("服饰", days)}), TODAY)[0].audience.return_flow

    assert back.weeks == 11
    assert back.lift > 0.5
    assert back.after_much == pytest.approx(back.after_little * (1 + back.lift), rel=1e-5)
    assert back.efficiency_lift == pytest.approx(0)


def test_reach_is_told_beside_the_weeks_before():
    days = {"dm_reached": [10] * 56, "home_visits": [5] * 28, "plays": [9] * 28}

    reach = see(seen({"tea": ("服饰", days)}), TODAY)[0].audience.reach

    assert [(one.metric, one.value, one.previous) for one in reach] == [
        ("dm_reached", 280, 280),
        ("home_visits", 140, None),
        ("reached", 280, 280),
    ]
