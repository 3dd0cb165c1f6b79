"""Where a score may be in the coming weeks: within what four of five scores moved in as many weeks before.

No model is fitted. The changes of all scores of a scorecard over one, two and three weeks are put in order; a tenth of them
lies below the band, a tenth above it. It holds as well as the coming weeks are like the past ones.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from opsengine.report.brief import Outlook

WEEKS_AHEAD = 3
FEWEST_CHANGES = 40
"""Of fewer changes no tenth is told."""
TENTH = 0.1
LOWEST, HIGHEST = 10.0, 1000.0
"""Between these every score lies."""


@dataclass(frozen=True, slots=True)
class Outlooks:
    """By scorecard: for each week ahead how far a score fell or rose, nine times in ten not farther."""

    moves: Mapping[str, tuple[tuple[float, float], ...]] = field(default_factory=dict)

    def of(self, scorecard: str, end: date, score: float | None) -> tuple[Outlook, ...]:
        """The band of a score from a day on; empty where nothing can be said."""
        if score is None:
            return ()
        return tuple(
            Outlook(end + timedelta(weeks=week), max(score + fall, LOWEST), score, min(score + rise, HIGHEST))
            for week, (fall, rise) in enumerate(self.moves.get(scorecard, ()), start=1)
        )


def look_ahead(trends: Mapping[tuple[str, str], Mapping[date, float]]) -> Outlooks:
    """What all weekly scores together say; `trends` are scores by account and scorecard."""
    moves = {}
    for card in sorted({scorecard for _, scorecard in trends}):
        histories = [history for (_, scorecard), history in trends.items() if scorecard == card]
        bands = [_band(_changes(histories, timedelta(weeks=week))) for week in range(1, WEEKS_AHEAD + 1)]
        if all(band is not None for band in bands):
            moves[card] = tuple(_widened([band for band in bands if band is not None]))
    return Outlooks(moves)


def _changes(histories: Iterable[Mapping[date, float]], step: timedelta) -> list[float]:
    return sorted(value - history[day - step] for history in histories for day, value in history.items() if day - step in history)


def _widened(bands: Iterable[tuple[float, float]]) -> Iterator[tuple[float, float]]:
    """What is farther ahead is never surer."""
    lowest = highest = 0.0
    for fall, rise in bands:
        lowest, highest = min(lowest, fall), max(highest, rise)
        yield lowest, highest


def _band(changes: list[float]) -> tuple[float, float] | None:
    """The outer tenths; a band always holds the score itself."""
    if len(changes) < FEWEST_CHANGES:
        return None
    last = len(changes) - 1
    return min(changes[round(last * TENTH)], 0.0), max(changes[round(last * (1 - TENTH))], 0.0)
