"""From a file of hours, and the project's `ramp.yaml`, to values for the ramp test."""

from __future__ import annotations

import csv
import math
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from opsengine.errors import InvalidFiles, Place, Problem
from opsengine.project import check, parse_amount, read_document
from opsengine.strategy.ramping import Hour, RampFile

if TYPE_CHECKING:
    from opsengine.project import Project

_COLUMNS = ("hour", "spend", "revenue", "orders")
_REFUNDS, _ON_AIR = "refunds", "on_air"


def read_ramp(project: Project) -> RampFile:
    """The thresholds of `ramp.yaml`, or the shipped ones where the project has none. Raises InvalidFiles."""
    file = project.root / "ramp.yaml"
    return check(read_document(file, "ramp.yaml"), RampFile) if file.is_file() else RampFile()


def read_hours(file: Path, shown: str = "") -> list[Hour]:
    """The hours of a CSV file with the columns `hour,spend,revenue,orders`; where known, `refunds` in yuan, `on_air` in minutes.

    `shown` is what the file is called in messages. Raises InvalidFiles with every line that is not understood.
    """
    shown = shown or str(file)
    try:
        lines = list(csv.reader(file.read_text(encoding="utf-8-sig").splitlines()))
    except UnicodeDecodeError:
        raise InvalidFiles([Problem(Place(shown), "not-utf-8", "this file is not UTF-8 text", "save it as UTF-8")]) from None
    except (OSError, csv.Error) as trouble:
        text, why = "this file cannot be read: {reason}", getattr(trouble, "strerror", None) or str(trouble)
        raise InvalidFiles([Problem(Place(shown), "unreadable", text, "", {"reason": why})]) from None
    header = [name.strip() for name in lines[0]] if lines else []
    missing = [name for name in _COLUMNS if name not in header]
    if missing:
        hint = "the first line is hour,spend,revenue,orders and, where known, refunds and on_air"
        raise InvalidFiles([Problem(Place(shown, 1), "missing-column", "there is no column {name}", hint, {"name": missing[0]})])
    hours: list[Hour] = []
    problems: list[Problem] = []
    for number, cells in enumerate(lines[1:], start=2):
        try:
            if cells:
                hours.append(_hour(dict(zip(header, cells, strict=True))))
        except ValueError:
            hint = "write an hour such as 2026-06-21T10:00, and plain numbers that are not negative"
            problems.append(Problem(Place(shown, number), "not-an-hour", "this line is not understood", hint))
    if len({hour.begins.tzinfo is None for hour in hours}) > 1:
        hint = "write all hours with an offset from UTC, or none"
        problems.append(Problem(Place(shown), "not-an-hour", "some hours say their offset from UTC and some do not", hint))
    if len({hour.begins for hour in hours}) < len(hours):
        problems.append(Problem(Place(shown), "twice", "one hour is there twice", "keep the newer line"))
    if problems:
        raise InvalidFiles(problems)
    return hours


def _hour(cells: dict[str, str]) -> Hour:
    refunds, on_air = (cells.get(name, "").strip() for name in (_REFUNDS, _ON_AIR))
    orders = _number(cells["orders"])
    if orders != math.floor(orders):
        raise ValueError(orders)
    return Hour(
        datetime.fromisoformat(cells["hour"].strip()),
        _number(cells["spend"]),
        _number(cells["revenue"]),
        int(orders),
        _number(refunds) if refunds else None,
        _number(on_air) if on_air else None,
    )


def _number(text: str) -> float:
    value = float(parse_amount(text))
    if value < 0:
        raise ValueError(text)
    return value
