"""What numbers are called at a terminal."""

from __future__ import annotations

from pathlib import Path

import pytest

from opsengine.cli.naming import Names
from opsengine.cli.tables import Share
from opsengine.project import Project
from opsengine.report.promises import metric_of
from opsengine.see import read_catalogue, read_scorecards
from opsengine.words import Words

SHIPPED = Project(Path("/nowhere"))


@pytest.fixture(params=["zh-CN", "en"])
def names(request: pytest.FixtureRequest) -> Names:
    catalogue = read_catalogue(SHIPPED)
    return Names(Words(request.param), catalogue, read_scorecards(SHIPPED, catalogue))


def test_every_part_of_a_score_has_a_name_in_the_readers_language(names: Names):
    catalogue = read_catalogue(SHIPPED)
    for card in read_scorecards(SHIPPED, catalogue):
        parts = names.parts(card.id)

        assert all(parts[component.id] != component.id for _, component in card.components)
        assert {pillar.id for pillar in card.pillars} | {risk.id for risk in card.risks} <= parts.keys()


def test_a_share_is_read_as_a_percentage_and_a_count_as_it_is(names: Names):
    assert names.written("finish_rate", 0.0864) == Share(0.0864)
    assert names.written("plays", 60693.0) == 60693.0
    assert names.written("finish_rate", None) is None


def test_what_nobody_declared_keeps_its_name(names: Names):
    assert names.metric("店内客流") == "店内客流"


@pytest.mark.parametrize("rank", ["business_rank", "popularity_rank"])
def test_a_rank_has_a_name_in_the_readers_language_at_a_terminal_and_in_a_brief(names: Names, rank: str):
    assert "_" not in names.metric(rank)
    assert metric_of(rank, {})["zh-CN"] == Names(Words("zh-CN"), read_catalogue(SHIPPED)).metric(rank)
