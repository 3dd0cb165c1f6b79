"""What plays taught: measured against what was expected of them, the account's own before those of its industry."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Literal

from opsengine.report.undertaken import Lesson

if TYPE_CHECKING:
    from opsengine.report.gathering import Row
    from opsengine.strategy import PlayRecord, Task

LESSONS = 4
"""A reader remembers so many."""
Verdict = Literal["worked", "fell_short", "hurt", "unclear", "too_few"]


def lessons_of(
    records: Iterable[PlayRecord], tasks: Sequence[Task], industry: str | None, metrics: Mapping[str, Row]
) -> tuple[Lesson, ...]:
    """The lessons for an account that took up `tasks`: of plays it tried, then of plays that its industry tried."""
    own = {task.play for task in tasks}
    told = [
        lesson(record, metrics, is_own=record.play.name in own)
        for record in records
        if record.cases and (record.play.name in own or any(one.industry == industry for one in record.segments))
    ]
    return tuple(sorted(told, key=lambda one: (not one.is_own, -one.cases))[:LESSONS])


def lesson(record: PlayRecord, metrics: Mapping[str, Row], *, is_own: bool) -> Lesson:
    """What one play's record says."""
    expected, realised = record.play.declared.expected, record.realised
    low, high = realised.interval(record.cases) if realised else (None, None)
    metric = metrics.get(expected.metric, {"title_zh": expected.metric, "title_en": expected.metric})
    return Lesson(
        play=record.play.declared.title.label,
        metric={"zh-CN": metric["title_zh"], "en": metric["title_en"]},
        verdict=_verdict(record, low, high),
        expected_low=float(expected.low),
        expected_high=float(expected.high),
        realised=realised.as_share if realised else None,
        realised_low=low,
        realised_high=high,
        cases=record.cases,
        hit_rate=None if record.is_too_few else record.hits / record.cases,
        is_own=is_own,
    )


def _verdict(record: PlayRecord, low: float | None, high: float | None) -> Verdict:
    """Too few cases say nothing; an interval around nothing leaves it open; else it is held against the cautious guess."""
    realised = record.realised
    if record.is_too_few or realised is None or low is None or high is None:
        return "too_few"
    sign = -1 if record.play.declared.expected.mid < 0 else 1
    nearest, farthest = sorted((low * sign, high * sign))
    if farthest < 0:
        return "hurt"
    if nearest <= 0:
        return "unclear"
    return "worked" if realised.as_share * sign >= float(record.play.declared.expected.low) * sign else "fell_short"
