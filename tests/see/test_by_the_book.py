"""The models agree with plain Python, on many random fields with ties, gaps, zeros and tiny groups."""

from __future__ import annotations

import os
import random

import pytest

from opsengine.see import see
from tests.see import by_the_book
from tests.see.facts import TODAY, seen

FIELDS = int(os.environ.get("OPSENGINE_TEST_FIELDS", "12"))
"""How many random fields; every night 300."""
METRICS = (
    "plays", "finished_plays", "likes", "comments", "interactions", "home_visits", "new_fans", "lost_fans", "posts", "works_plays_5s",
    "works_plays", "page_gmv", "live_gmv", "page_orders", "live_orders", "product_clicks", "leads", "valid_leads", "ad_spend", "ad_gmv",
    "live_refund_gmv",
)  # fmt: skip


def random_field(seed: int) -> dict[str, tuple[str, dict[str, list[float | None]]]]:
    chance = random.Random(seed)  # noqa: S311  fields are repeated, not kept secret
    industries = chance.sample(["服饰", "汽车", "餐饮", "unheard-of"], chance.randint(1, 3))
    length = chance.choice([3, 20, 45, 60, 75])
    return {
        f"a{n:02}": (chance.choice(industries), {name: _days(chance, length) for name in METRICS if chance.random() < 0.95})
        for n in range(chance.choice([1, 3, 6, 9, 14]))
    }


def _days(chance: random.Random, length: int) -> list[float | None]:
    """Few different values, so that accounts tie; some days missing, at the end above all; some metrics always nothing."""
    level, gaps, late = chance.choice([0, 2, 50, 50, 3000, 3000]), chance.choice([0, 0, 0.1, 0.5]), chance.choice([0, 0, 0, 2, 4])
    days = [
        None if chance.random() < gaps else chance.randint(0, level)
        for _ in range(chance.choice([length, length, length, 1 + length // 3]))
    ]
    return [*days[: len(days) - late], *[None] * late][-length:] or [None]


@pytest.mark.parametrize("seed", range(FIELDS))
def test_the_models_agree_with_plain_python(seed):
    field = random_field(seed)
    accounts = {name: by_the_book.account(industry, days, TODAY) for name, (industry, days) in field.items()}
    accounts = {name: one for name, one in accounts.items() if one.days}
    engine = seen(field)
    expected = by_the_book.scores(accounts, TODAY)

    for scorecard in ("business", "popularity"):
        views = {view.account_id: view.scores[scorecard] for view in see(engine, TODAY)}
        assert {name for name, view in views.items() if view.components} >= {
            name for name in accounts if expected[name, scorecard]["places"]
        }
        found = {}
        for name in accounts:
            wanted = expected[name, scorecard]
            assert views[name].score == pytest.approx(wanted["score"], abs=2e-5), (name, scorecard)
            if wanted["score"] is not None:
                assert views[name].coverage == pytest.approx(wanted["coverage"], abs=2e-6)
                found[name] = views[name].score
            places = engine.read(
                "select component, position from scores.component where account_id = $name and scorecard = $card and day = $day",
                name=name, card=scorecard, day=TODAY,
            )  # fmt: skip
            assert {row["component"]: row["position"] for row in places} == pytest.approx(wanted["places"], abs=1e-8)
        industries = {name: one.industry for name, one in accounts.items()}
        assert {name: views[name].rank for name in found} == by_the_book.ranks(found, industries)
