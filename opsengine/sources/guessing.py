"""What a column of an unknown file may be, told by its header and its cells. A guess, never more: a person looks at each."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from opsengine.sources.headers import Header, split_header
from opsengine.sources.moments import parse_calendar_day
from opsengine.sources.numbers import MISSING, Cell, Number, parse_number
from opsengine.sources.preset import NOT_MEASURES, Presets
from opsengine.sources.sheet import Row, is_blank
from opsengine.sources.units import is_number

Role = Literal["day", "account", "item", "measure", "ignored", "personal"]

_MOST = 0.8
"""A column is what this share of its cells are."""
_DAY = re.compile(r"日期|时间|日$|date|day|time", re.IGNORECASE)
_ACCOUNT = re.compile(r"账号|抖音号|店铺id|account", re.IGNORECASE)
_PERSON = re.compile(r"姓名|昵称|手机|电话|微信号|邮箱|地址|收货|身份证|phone|mobile|mail|nick|address|wechat", re.IGNORECASE)
_ID = re.compile(r"id$|编号$|单号$", re.IGNORECASE)
_DERIVED = re.compile(r"率|roi|成本|单价|均|占比|排名|gpm|cpm|cpc|ctr|cvr|rate|avg|average|cost_per|rank", re.IGNORECASE)
_MONEY = re.compile(r"金额|消耗|费用|收入|支出|销售额|gmv|amount|cost|spend|amt", re.IGNORECASE)
_TIME = re.compile(r"时长|秒|duration|seconds", re.IGNORECASE)
_SIGNED = re.compile(r"净增|净成交|增量|net_", re.IGNORECASE)
_TEXTS = {
    "days": "its cells are days",
    "account": "its header speaks of an account",
    "id": "its header speaks of an id",
    "header": "its header names the unit",
    "cells": "its cells name the unit",
    "money": "its header speaks of money; yuan or fen?",
    "time": "its header speaks of time; seconds or minutes?",
    "whole": "its cells are whole numbers",
    "decimals": "its cells are numbers with decimals",
}


@dataclass(frozen=True, slots=True)
class Guess:
    """What one column may be, and why we think so."""

    header: str
    key: str
    role: Role
    unit: str
    why: str
    is_signed: bool = False

    @property
    def is_nameless(self) -> bool:
        """Whether nothing better than its place could be found to call it."""
        return self.key.startswith("column_")

    def as_yaml(self) -> str:
        """The inside of its line under `columns`."""
        parts = [f"names: [{json.dumps(self.header, ensure_ascii=False)}]"]
        if self.role in ("day", "item"):
            parts.append("role: key")
        elif self.role == "account":
            parts.append("role: account")
        if self.unit != "count":
            parts.append(f"unit: {self.unit}")
        parts += ["is_required: true"] * (self.role == "day") + ["is_signed: true"] * self.is_signed
        return ", ".join(parts)


def guess_columns(header: Row, rows: Sequence[Row], presets: Presets) -> list[Guess]:
    """A guess for each column that has a header; the first that holds days is the day."""
    guesses: list[Guess] = []
    taken: set[str] = set()
    for index, cell in enumerate(header):
        if is_blank(cell):
            continue
        shown = " ".join(str(cell).split())
        cells = [row[index] for row in rows if len(row) > index and not _is_missing(row[index])]
        guess = _guess(shown, cells, has_day="day" in taken)
        key = guess.key or _key(split_header(shown), presets) or f"column_{index + 1}"
        key = key if key not in taken else f"column_{index + 1}"
        taken.add(key)
        guesses.append(replace(guess, key=key))
    return guesses


def _guess(shown: str, cells: Sequence[Cell], *, has_day: bool) -> Guess:
    if _PERSON.search(shown):
        return Guess(shown, "", "personal", "text", "")
    if not has_day and _DAY.search(shown) and cells and sum(map(_is_day, cells)) >= _MOST * len(cells):
        return Guess(shown, "day", "day", "date", _TEXTS["days"])
    if _ACCOUNT.search(shown) and "名称" not in shown:
        return Guess(shown, "account", "account", "id", _TEXTS["account"])
    if _ID.search(shown):
        return Guess(shown, "", "item", "id", _TEXTS["id"])
    return _guess_content(shown, cells)


def _guess_content(shown: str, cells: Sequence[Cell]) -> Guess:
    numbers = [number for cell in cells if (number := _number(cell)) is not None]
    if not cells or len(numbers) < _MOST * len(cells):
        return Guess(shown, "", "ignored", "text", "")
    if _DERIVED.search(shown):
        return Guess(shown, "", "ignored", "number", "")
    unit, why = _unit(split_header(shown), numbers)
    is_signed = bool(_SIGNED.search(shown)) or any(number.value < 0 for number in numbers)
    return Guess(shown, "", "measure", unit, why, is_signed)


def _unit(header: Header, numbers: Sequence[Number]) -> tuple[str, str]:
    if header.unit:
        return {"ten_thousand": "count", "ten_thousand_yuan": "yuan"}.get(header.unit, header.unit), _TEXTS["header"]
    written = {number.unit for number in numbers if number.unit and number.unit != "count"}
    if len(written) == 1:
        unit = next(iter(written))
        return ("ratio" if unit == "percent" else unit), _TEXTS["cells"]
    if _MONEY.search(header.name):
        return "yuan", _TEXTS["money"]
    if _TIME.search(header.name):
        return "seconds", _TEXTS["time"]
    if all(number.value % 1 == 0 for number in numbers):
        return "count", _TEXTS["whole"]
    return "number", _TEXTS["decimals"]


def _key(header: Header, presets: Presets) -> str:
    """The name that a shipped preset has for a measure with this header, or the header itself where it is ASCII."""
    for _, preset in sorted(presets.by_name.items()):
        key = preset.by_name.get(header.name)
        column = preset.columns[key] if key else None
        if key and column and column.role == "measure" and is_number(column.unit) and key not in NOT_MEASURES:
            return key
    name = re.sub(r"[^a-z0-9]+", "_", header.name.lower()).strip("_") if header.name.isascii() else ""
    return name if re.fullmatch(r"[a-z][a-z0-9_]*", name) and name not in NOT_MEASURES else ""


def _is_day(cell: Cell) -> bool:
    try:
        return parse_calendar_day(cell) is not None
    except (ValueError, OverflowError):
        return False


def _number(cell: Cell) -> Number | None:
    try:
        return parse_number(cell)
    except ValueError:
        return None


def _is_missing(cell: Cell) -> bool:
    return is_blank(cell) or (isinstance(cell, str) and cell.strip().lower() in MISSING)
