"""New numbers on the page before anybody has judged them: what was known of goals and alerts stays, and the page says so."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from opsengine.monitor import Board, count_portfolio, early_board
from opsengine.monitor.board import Asked, page_of
from tests.strategy.world import TODAY

NOW = datetime(2026, 6, 22, 4, tzinfo=UTC)


def test_new_numbers_stand_beside_what_was_known_of_goals(world):
    world.account("tea")
    world.score("tea", "business", *[600] * 7, 640)
    engine = world.build()
    count_portfolio(engine, TODAY)
    first = early_board(engine, None, [], (TODAY, NOW), 1)
    judged = replace(first, rows=tuple({**row, "goal": "behind", "business": 600.0} for row in first.rows), is_early=False)

    again = early_board(engine, judged, [], (TODAY, NOW), 2)

    assert [(row["business"], row["goal"]) for row in again.rows] == [(640.0, "behind")]
    assert page_of(again, Asked(), "en")["looking"] is True
    assert page_of(judged, Asked(), "en")["looking"] is False
    assert isinstance(again, Board)
