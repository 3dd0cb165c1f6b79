"""Windows of 7 and 28 days: which days the levels of stocks are read from, and every metric over a window.

A level that is known as of a day is that of a later day as long as its day is within the window and no day that enters it tells
another. Days that do the same to every window make a block.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from sqlglot import exp

from opsengine.warehouse import Member

if TYPE_CHECKING:
    from opsengine.see.catalogue import Catalogue, Metric
    from opsengine.warehouse import Engine

Tree = Any
"""A node of sqlglot's tree."""
Pair = tuple[str, str]
"""A flow and nothing, or the two parts of a ratio."""
_PACKED, _BITS = 10, 6
"""So many readings have their days counted in one whole number, each by so many bits: 28 days at most."""
LENGTHS = (7, 28)
"""How long windows are, in days."""
Effect = tuple[tuple[int, int], ...]
"""What a day does to the window of each length and to the one before it: 1 enters, -1 leaves, 0 neither."""


def put_windows(engine: Engine, as_of: date, known_on: date | None) -> None:
    """Say which days to look at for the windows as of a day, when those of an earlier day are known or none are."""
    blocks: dict[Effect, int] = {}
    days = []
    for age in range(2 * max(LENGTHS) + ((as_of - known_on).days if known_on else 0)):
        day = as_of - timedelta(days=age)
        effect = _effect(day, as_of, known_on)
        if any(any(signs) for signs in effect):
            days.append((day, blocks.setdefault(effect, len(blocks))))
    engine.put("raw.window_days", {"day": "DATE", "block": "INTEGER"}, days)
    rows = [(at, length, *signs) for effect, at in blocks.items() for length, signs in zip(LENGTHS, effect, strict=True)]
    kinds = dict.fromkeys(("block", "days", "now", "previous"), "INTEGER")
    engine.put("raw.window_blocks", kinds, [row for row in rows if any(row[2:])])


def _effect(day: date, as_of: date, known_on: date | None) -> Effect:
    """What a day does to each window between two days."""

    def sign(length: int, shift: int) -> int:
        is_now = 0 <= (as_of - day).days - shift < length
        was = known_on is not None and 0 <= (known_on - day).days - shift < length
        return is_now - was

    return tuple((sign(length, 0), sign(length, length)) for length in LENGTHS)


def reading_of(above: str, below: str) -> str:
    """A name of what scores look at: a flow, or both parts of a ratio."""
    return f"{above}/{below}" if below else above


def packs(pairs: Sequence[Pair]) -> Iterator[Member]:
    """Readings by ten, so that how many days tell each of them is counted in one number."""
    for at in range(0, len(pairs), _PACKED):
        ones = (exp.Literal.number(1 << _BITS * nth) for nth in range(_PACKED))
        packed = tuple(Member(reading_of(*pair), {"one": one}) for pair, one in zip(pairs[at : at + _PACKED], ones, strict=False))
        yield Member(f"pack_{at // _PACKED}", {}, {"reading": packed})


def windowed(pairs: Sequence[Pair], windows: Mapping[Pair, Collection[str]], window: str) -> Iterator[Member]:
    """The readings that are looked at over a window, and where their days are counted."""
    for at, pair in enumerate(pairs):
        if window in windows[pair]:
            told = {f"told_{end}": exp.column(f"pack_{at // _PACKED}__told_{end}", quoted=True) for end in ("7", "28", "before")}
            yield Member(reading_of(*pair), {**told, "shift": exp.Literal.number(_BITS * (at % _PACKED))})


def metrics_over_windows(catalogue: Catalogue, numbers: Collection[str]) -> Iterator[Member]:
    """The metrics that can be told from these numbers: what they are over a window, as trees over its sums."""
    for name in catalogue.names:
        metric = catalogue[name]
        ways = [_typed(name)] if name in numbers and metric.kind == "ratio" else []
        if metric.kind != "ratio" and name in numbers:
            ways.append(_plain(metric))
        if metric.kind == "ratio" and {metric.numerator, metric.denominator} <= set(numbers):
            ways.append(_ratio(catalogue[metric.numerator], catalogue[metric.denominator]))
        if ways:
            parts = {part: _first(ways, part) for part in ways[0] if part != "is_there"}
            told = {"is_flow": exp.Boolean(this=metric.kind == "flow"), "is_there": exp.or_(*(way["is_there"] for way in ways))}
            yield Member(name, {"id": exp.Literal.string(name), **parts, **told})


def _first(ways: list[dict[str, Tree]], part: str) -> Tree:
    """A part as the first way tells it that tells anything: what was typed in wins over what is counted."""
    if len(ways) == 1:
        return ways[0][part]
    first, second = ways
    return exp.case().when(first["is_there"].copy(), _double(first[part])).else_(_double(second[part]))


def _plain(metric: Metric) -> dict[str, Tree]:
    """A flow or a stock: what it adds up to, or where it stood last."""
    parts = {f"{when}numerator": _total(metric, when) for when in ("", "previous_")}
    parts |= {f"{when}denominator": exp.Literal.number(1) for when in ("", "previous_")}
    return {**parts, **_days(metric.metric), "is_there": _is_there(metric.metric)}


def _typed(name: str) -> dict[str, Tree]:
    """A ratio that was typed in, or made by an expression: the mean over the days that tell it."""
    parts = {f"{when}numerator": _sum(name, when) for when in ("", "previous_")}
    below = {f"{when}denominator": _column(name, f"{when}days") for when in ("", "previous_")}
    return {**parts, **below, **_days(name), "is_there": _is_there(name)}


def _ratio(above: Metric, below: Metric) -> dict[str, Tree]:
    """One sum over another."""
    parts = {f"{when}numerator": _total(above, when) for when in ("", "previous_")}
    parts |= {f"{when}denominator": _total(below, when) for when in ("", "previous_")}
    days = {
        part: exp.func("least", first, second)
        for (part, first), second in zip(_days(above.metric).items(), _days(below.metric).values(), strict=True)
    }
    return {**parts, **days, "is_there": exp.and_(_is_there(above.metric), _is_there(below.metric))}


def _days(name: str) -> dict[str, Tree]:
    return {"days": _column(name, "days"), "previous_days": _column(name, "previous_days")}


def _is_there(name: str) -> Tree:
    return exp.paren(exp.paren(_column(name, "days") + _column(name, "previous_days")) > exp.Literal.number(0))


def _total(metric: Metric, when: str) -> Tree:
    return _column(metric.metric, f"{when}level") if metric.kind == "stock" else _sum(metric.metric, when)


def _sum(name: str, when: str) -> Tree:
    """What a number adds up to, none where no day tells it."""
    return exp.case().when(_column(name, f"{when}days") > exp.Literal.number(0), _column(name, f"{when}total"))


def _column(name: str, part: str) -> Tree:
    return exp.column(f"{name}__{part}", quoted=True)


def _double(tree: Tree) -> Tree:
    return exp.cast(tree.copy(), "double")
