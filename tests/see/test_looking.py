"""The other ways to look: the SQL, the weights, the market, and what kind of account it is."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from opsengine.project import Project
from opsengine.see import measure_sensitivity, see, see_markets, sql_of_scores
from tests.see.facts import TODAY, seen
from tests.see.test_scores import busy

FIELD = {
    f"a{n}": ("服饰", {**busy(scale=500 * (n + 1)), "fans_total": [900 + 400 * n + n * day for day in range(60)]}) for n in range(8)
}


def test_the_printed_sql_makes_the_same_scores_again():
    engine = seen(FIELD)
    before = json.dumps([view.as_json() for view in see(engine, TODAY)])
    statements = sql_of_scores(engine, Project(Path("/nowhere")), TODAY, ["a3"])
    for table in dict.fromkeys(table for table, _ in reversed(statements)):
        engine.drop(table)

    for _, sql in statements:
        found = engine.read(sql)

    assert {row["account_id"] for row in found} == {"a3"}
    assert json.dumps([view.as_json() for view in see(engine, TODAY)]) == before


def test_ranks_under_drawn_weights_are_the_same_whenever_they_are_drawn():
    one, other = measure_sensitivity(seen(FIELD), TODAY), measure_sensitivity(seen(FIELD, threads=4, is_reversed=True), TODAY)

    assert one == other
    assert [each.scorecard for each in one] == ["business", "popularity"]
    for measured in one:
        assert measured.draws == 500
        assert all(1 <= each.q5 <= each.q50 <= each.q95 <= len(FIELD) for each in measured.accounts)
        assert all(each.q5 <= each.rank <= each.q95 for each in measured.accounts)


def test_a_weight_that_decides_the_order_is_said_to_matter_most():
    flat = {
        f"a{n}": ("服饰", {**busy(scale=1000), "plays": [1000 * (20 + n)] * 60, "finished_plays": [100 * (40 - n)] * 60})
        for n in range(8)
    }

    popularity = measure_sensitivity(seen(flat), TODAY)[1]

    assert {effect.part for effect in popularity.weights if effect.mean_shift > 0} <= {
        "reach",
        "engagement",
        "plays",
        "finish_rate",
        "interaction_rate",
        "home_visits",
        "fans",
        "content",
    }
    assert popularity.weights == tuple(sorted(popularity.weights, key=lambda effect: (-effect.mean_shift, effect.part)))


def test_a_market_is_told_with_the_account_among_it():
    industry, everybody = see_markets(seen({**FIELD, "b": ("汽车", busy())}), TODAY, ["a3"])
    plays = next(level for level in industry.numbers if (level.name, level.days) == ("plays", 28))

    assert (industry.level, industry.key, industry.accounts) == ("industry", "服饰", 8)
    assert (everybody.key, everybody.accounts) == ("all", 9)
    assert plays.p25 <= plays.p50 <= plays.p75
    assert plays.total == pytest.approx(sum(sum(days["plays"][-28:]) for _, days in FIELD.values()))
    assert [(among.account_id, among.above) for among in plays.among] == [("a3", pytest.approx(3 / 7, abs=1e-6))]


def test_a_market_of_fewer_than_five_accounts_is_not_told():
    (cars, _) = see_markets(seen({**FIELD, "b": ("汽车", busy())}), TODAY, ["b"])

    assert (cars.key, cars.accounts, cars.numbers) == ("汽车", 1, ())


def test_the_stage_comes_with_the_rule_that_said_so():
    fans = {"grew": [2000 + 20 * day for day in range(90)], "steady": [5000] * 90, "few": [10] * 90}
    found = {name: ("服饰", {"fans_total": values}) for name, values in fans.items()}
    found |= {"young": ("服饰", {"fans_total": [9000] * 30}), "unheard": ("unheard-of", {"plays": [1] * 90})}

    told = {view.account_id: (view.standing.stage, view.standing.reason) for view in see(seen(found), TODAY)}

    assert told == {
        "grew": ("growth", "fans_grew"),
        "steady": ("mature", "fans_steady"),
        "few": ("cold_start", "few_fans"),
        "young": ("cold_start", "young"),
        "unheard": (None, "fans_unknown"),
    }
