"""What a reader must know beside the numbers of a result: first of the promise itself, then of its data and its forecast."""

from __future__ import annotations

from typing import TYPE_CHECKING

from opsengine.goals.goal import RANKS, Role
from opsengine.goals.pacing import Status
from opsengine.goals.remark import Remark

if TYPE_CHECKING:
    from opsengine.goals.result import GoalResult


def remarks_of(result: GoalResult) -> list[Remark]:
    """What is said of the promise itself, then of its data."""
    said: list[Remark] = []
    if result.lowered is not None:
        change = result.lowered
        text = "the target was lowered while the cycle ran: {before} became {after}"
        if result.measure.direction == "down":
            text = "the limit was raised while the cycle ran: {before} became {after}"
        said.append(Remark(text, {"before": change.before or "", "after": change.after or ""}))
    if result.note_of_owner is not None:
        note = result.note_of_owner
        said.append(Remark("{by} on {day}: {note}", {"by": note.by or "—", "day": note.on.isoformat(), "note": note.note}))
    if result.check_in is not None and result.check_in.is_overdue:
        said.append(Remark("its owner was to say by {day} how it goes", {"day": result.check_in.due.isoformat()}))
    return said + _data_remarks(result)


def _data_remarks(result: GoalResult) -> list[Remark]:
    found, begins = result.found, result.cycle.start
    if not result.cycle.has_begun(result.as_of):
        return [Remark("the cycle begins on {day}", {"day": begins.isoformat()})]
    if result.measure.is_open:
        return [Remark("the target rests on data that is not there", {})]
    if found.accounts == 0:
        return [Remark("no account stands behind this goal", {})]
    if found.last_day is None:
        return [Remark("no day of the cycle has data yet", {})]
    said: list[Remark] = [result.due.remark] if result.due and result.due.remark else []
    if found.days_with_data < found.days_expected:
        text = "data for {known} of {days} days" if found.accounts == 1 else "data for {known} of {days} days, all accounts counted"
        said.append(Remark(text, {"known": found.days_with_data, "days": found.days_expected}))
        said += _judgement(result)
    if found.accounts_with_data < found.accounts:
        missing = found.accounts - found.accounts_with_data
        said.append(Remark("{missing} of {accounts} accounts have no data", {"missing": missing, "accounts": found.accounts}))
    if found.numerator is not None and not found.denominator:
        said.append(Remark("nothing to divide by yet", {}))
    if result.measure.kind != "flow" and not result.has_enough_data:
        said.append(Remark("the newest value is of {day}", {"day": found.last_day.isoformat()}))
    return said + _forecast_remarks(result)


def _judgement(result: GoalResult) -> list[Remark]:
    """How missing days were treated in the verdict about a sum."""
    if result.measure.kind != "flow" or not result.has_enough_data:
        return []
    if result.is_running and result.status not in (Status.REACHED, Status.MISSED):
        return [Remark("the pace is judged by the days with data", {})]
    return [Remark("the missing days could decide it", {})] if result.status is Status.NO_DATA else []


def _forecast_remarks(result: GoalResult) -> list[Remark]:
    """What to say about the landing of a running promise."""
    if result.is_over or result.status is Status.NO_DATA or result.measure.role is Role.GUARDRAIL:
        return []
    if result.landing is not None:
        missing = result.found.days_with_data < result.found.days_expected
        return [Remark("the landing estimates the missing days", {})] if missing and result.measure.kind == "flow" else []
    if result.measure.metric in RANKS:
        return [Remark("a rank rests on the others as well, and is told of single days only: it is not forecast", {})]
    if result.found.days_typed and result.account_id is None:
        text = "of several accounts, a ratio that is told without its two parts is not forecast: bring in what it is made of"
        return [Remark(text, {})]
    return [Remark("not enough history for a forecast", {})]
