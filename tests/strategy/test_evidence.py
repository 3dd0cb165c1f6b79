"""No suggestion without evidence: whatever the numbers are, each that is printed stands in the tables."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as some

from opsengine.project import Project
from opsengine.strategy import read_playbook, suggest
from tests.strategy.world import NAMES, TODAY, World, state

METRICS = ("bounce_rate_2s", "finish_rate", "interaction_rate", "plays", "posts", "new_fans", "roi", "ad_spend", "ad_ctr", "ad_cvr", "gmv")


def amounts():
    return some.one_of(some.none(), some.floats(min_value=0, max_value=1_000_000, allow_nan=False, width=32))


@settings(max_examples=20, deadline=None)
@given(some.lists(some.tuples(amounts(), amounts(), amounts()), min_size=len(METRICS), max_size=len(METRICS)))
def test_every_number_that_is_printed_is_in_the_tables(numbers):
    world = World()
    world.account("tea")
    for metric, (value, before, usual) in zip(METRICS, numbers, strict=True):
        for days in (7, 28):
            if value is not None:
                world.number("tea", f"{metric}_{days}d", value, before=before, usual=usual)
    engine = world.build()

    [answer] = suggest(engine, [], read_playbook(Project(Path(__file__).parent / "nowhere"), NAMES), TODAY)

    known = state(engine, "tea")
    for suggestion in answer.suggestions:
        assert suggestion.evidence
        assert {name: number.value for name, number in suggestion.why.numbers.items()}.items() <= known.items()
        for shown in suggestion.evidence:
            assert shown.value == known[shown.name]
            assert shown.benchmark == (known[shown.benchmark_name] if shown.benchmark_name else shown.benchmark)
    for play in answer.cannot_judge:
        assert play.missing
        assert not set(play.missing) & known.keys()
