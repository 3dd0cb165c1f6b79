"""The families that wide models speak of: measures, numbers, readings, components, pillars, cards.

What stands in place of their names is made of trees of checked values, never of text.

Columns of a wide table are named `<member>__<part>`: `plays__value`, `business_gmv__share`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from sqlglot import exp

from opsengine.errors import Place
from opsengine.see.lately import Lately
from opsengine.see.trees import NUMBER, figure_of, is_there, nothing, text_of, value_of, where
from opsengine.see.windows import metrics_over_windows, packs, reading_of, windowed
from opsengine.warehouse import Families, Member, Model, widen

if TYPE_CHECKING:
    from opsengine.see.catalogue import Catalogue, Metric
    from opsengine.see.scorecard import Component, Doubt, Pillar, Risk, Scorecard

Tree = Any
"""A node of sqlglot's tree."""
_SPELLED: Lately[tuple[str, str, str], Model] = Lately(1000)
"""Models that were spelled out: those of some ten scopes."""
_FAMILIES: Lately[str, Families] = Lately(10)
"""The families of scopes."""
MOST = 10**12
"""A number beyond this is no number of a business, and does not fit the tables."""
WORKS = "creator_works"
"""The source whose works are counted on the day they were published."""
WINDOWS = ("week", "month", "before")
"""The last 7 days, the last 28, and the 28 before those."""
PUBLISHED = {
    "posts": "posts", "works_plays": "plays_with_rates", "works_plays_5s": "plays_5s", "works_bounces_2s": "bounces_2s",
}  # fmt: skip
"""What published works bring, and the column that says it."""


@dataclass(frozen=True, slots=True)
class Source:
    """A preset whose files bring measures: the lower rank is believed first."""

    name: str
    rank: tuple[int, str]
    is_sparse: bool
    measures: tuple[str, ...]


@dataclass(frozen=True)
class Scope:
    """What there is to spell out: the declared metrics and scorecards, and what files bring."""

    catalogue: Catalogue
    cards: Sequence[Scorecard]
    sources: Sequence[Source]
    """What files bring by preset."""
    series: frozenset[str]
    """The metrics that are typed in."""

    def spell(self, model: Model) -> Model:
        """A model with its families spelled out; what was spelled out before in this process is remembered."""
        spelled = _SPELLED.find((self.mark, model.table, model.sql), lambda: self._spell(model))
        self.spelled[_named(model)] = spelled.sql
        return spelled

    def _spell(self, model: Model) -> Model:
        known = self.spelled.get(_named(model))
        return widen(model, self.families) if known is None else replace(model, sql=known)

    @cached_property
    def spelled(self) -> dict[str, str]:
        """The models that were spelled out so far, and those that an earlier build of the same frame kept."""
        return {}

    @cached_property
    def mark(self) -> str:
        """Tells scopes with other families apart."""
        parts = (sorted(self.catalogue.metrics.items()), self.cards, self.sources, sorted(self.series))
        return hashlib.sha256(repr(parts).encode()).hexdigest()

    @cached_property
    def families(self) -> Families:
        """Every family by its name; those of a scope like this one are remembered."""
        return _FAMILIES.find(self.mark, self._families)

    def _families(self) -> Families:
        components = [member for card in self.cards for member in self._components(card)]
        by_way = {
            way: tuple(member for member in components if member.parts["way"].this == way) for way in ("total", "growth", "ratio")
        }
        return {
            "measure": tuple(self._measures()),
            "typed": tuple(Member(name, {"id": text_of(name)}) for name in sorted(self.series)),
            "base": tuple(self._bases()),
            "part": tuple(Member(name) for name in sorted(self._parts_of_sums)),
            "number": tuple(self._numbers()),
            "metric": tuple(metrics_over_windows(self.catalogue, self.numbers)),
            "stock": tuple(Member(name, {"id": text_of(name)}) for name in sorted(self.numbers) if self._is_stock(name)),
            "doubt": tuple(self._doubts()),
            "capped": tuple(Member(name, {"id": text_of(name)}) for name in sorted(self._capped)),
            "reading": tuple(self._reading(*pair) for pair in self._pairs),
            "pack": tuple(packs(self._pairs)),
            **{window: tuple(windowed(self._pairs, self._windows_of, window)) for window in WINDOWS},
            "component": tuple(components),
            **by_way,
            "risk": tuple(member for card in self.cards for member in self._risks(card)),
            "pillar": tuple(member for card in self.cards for member in self._pillars(card)),
            "card": tuple(self._card(card) for card in self.cards),
        }

    @cached_property
    def entries(self) -> frozenset[str]:
        """The measures that are columns of `raw.entries`."""
        return frozenset(name for source in self.sources if source.name != WORKS for name in source.measures)

    @cached_property
    def counted(self) -> frozenset[str]:
        """What any file counts, lists of works among them."""
        return frozenset(name for source in self.sources for name in source.measures)

    @cached_property
    def base(self) -> frozenset[str]:
        """What is counted or typed in."""
        return self.counted | self.series

    @cached_property
    def numbers(self) -> frozenset[str]:
        """What is known of a day in all: counted, typed in, summed or worked out."""
        summed = {name for name in self.catalogue.names if any(part in self.base for part in _summands(self.catalogue[name]))}
        made = {name for name in self.catalogue.names if self.catalogue[name].expression}
        return self.base | summed | made

    @property
    def _parts_of_sums(self) -> frozenset[str]:
        return frozenset(part for name in self.catalogue.names for part in _summands(self.catalogue[name])) & self.base

    def _measures(self) -> Iterator[Member]:
        for name in sorted(self.counted):
            rivals = sorted((source for source in self.sources if name in source.measures), key=lambda source: source.rank)
            yield Member(
                name,
                {
                    "counted": exp.column(name, table="entries", quoted=True) if name in self.entries else nothing(),
                    "published": exp.column(PUBLISHED[name])
                    if name in PUBLISHED and any(s.name == WORKS for s in rivals)
                    else nothing(),
                    "when_silent": _when_source([source.name for source in rivals if source.is_sparse], exp.Literal.number(0)),
                    "believed": _believed(name, rivals),
                    "alone": value_of(name) if len(rivals) < 2 else _when_source([one.name for one in rivals], value_of(name)),
                },
            )

    def _bases(self) -> Iterator[Member]:
        for name in sorted(self.base):
            found = {"typed": self.series, "told": self.counted}
            yield Member(name, {part: value_of(name) if name in names else nothing() for part, names in found.items()})

    def _numbers(self) -> Iterator[Member]:
        for name in sorted(self.numbers):
            metric = self.catalogue.metrics.get(name)
            counted = value_of(name, "base") if name in self.base else None
            parts = _summands(metric) if metric else {}
            known = [part for part in parts if part in self.base]
            summed = _sum({part: parts[part] for part in known}) if known else None
            found = [tree for tree in (counted, summed) if tree is not None]
            yield Member(
                name,
                {
                    "id": text_of(name),
                    "summed": exp.func("coalesce", *found) if len(found) > 1 else found[0] if found else nothing(),
                    "made": self._made(metric) if metric and metric.expression else value_of(name),
                },
            )

    def _is_stock(self, name: str) -> bool:
        return name in self.catalogue and self.catalogue[name].kind == "stock"

    def _made(self, metric: Metric) -> Tree:
        """A number of its own expression, where nobody typed it in: none where a part is missing or it makes no sense."""
        tree = self.catalogue.formula_of(metric, Place(metric.metric)).tree()
        for column in list(tree.find_all(exp.Column)):
            known = column.name in self.numbers
            column.replace(exp.cast(value_of(column.name), "double") if known else exp.cast(exp.Null(), "double"))
        rounded = exp.cast(exp.func("round", exp.paren(tree.copy()), exp.Literal.number(6)), NUMBER)
        is_sane = exp.func("abs", exp.paren(tree.copy())) < exp.Literal.number(MOST)
        return exp.func("coalesce", value_of(metric.metric), exp.case().when(is_sane, rounded))

    def _doubts(self) -> Iterator[Member]:
        for at, (name, doubt) in enumerate(sorted(self._set_aside, key=lambda pair: (pair[0], pair[1].metric, pair[1].of))):
            yield Member(
                f"doubt_{at}",
                {
                    "set_aside": text_of(name),
                    "metric": text_of(doubt.metric),
                    "of_metric": text_of(doubt.of),
                    "is_doubted": _is_doubted(doubt),
                },
            )

    @cached_property
    def _set_aside(self) -> frozenset[tuple[str, Doubt]]:
        """Which numbers are not believed on which doubt: both that it compares, and sums with one of them."""
        return frozenset(
            (name, doubt)
            for card in self.cards
            for doubt in card.doubts
            if {doubt.metric, doubt.of} <= self.numbers
            for name in self.catalogue.names
            if name in {doubt.metric, doubt.of} or {doubt.metric, doubt.of} & _summands(self.catalogue[name]).keys()
        )

    def _pair(self, name: str) -> tuple[str, str]:
        metric = self.catalogue[name]
        return (metric.numerator, metric.denominator) if metric.kind == "ratio" else (name, "")

    @cached_property
    def _windows_of(self) -> Mapping[tuple[str, str], frozenset[str]]:
        """What scores look at, a flow alone or the two parts of a ratio, and over which windows."""
        looked_at = [
            (component.metric, component.days, component.statistic) for card in self.cards for _, component in card.components
        ]
        looked_at += [(risk.metric, risk.days, "total") for card in self.cards for risk in card.risks]
        found: dict[tuple[str, str], set[str]] = {}
        for metric, days, statistic in looked_at:
            windows = {"month", "before"} if statistic == "growth" else {"month" if days == 28 else "week"}
            found.setdefault(self._pair(metric), set()).update(windows)
        return {pair: frozenset(windows) for pair, windows in found.items()}

    @cached_property
    def _pairs(self) -> Sequence[tuple[str, str]]:
        return sorted(self._windows_of)

    @property
    def _capped(self) -> frozenset[str]:
        return frozenset(above for above, below in self._pairs if not below) & self.numbers

    def _reading(self, above: str, below: str) -> Member:
        first = self._believed_number(above)
        if not below:
            capped = exp.func("least", first.copy(), value_of(above, "caps")) if above in self._capped else first
            return Member(above, {"first_number": first, "second_number": where(is_there(first), capped)})
        second = self._believed_number(below)
        return Member(
            reading_of(above, below),
            {"first_number": where(is_there(second), first), "second_number": where(is_there(first), second)},
        )

    def _believed_number(self, name: str) -> Tree:
        if name not in self.numbers:
            return nothing()
        own = (doubt for other, doubt in self._set_aside if other == name)
        doubts = [_is_doubted(doubt, "numbers") for doubt in sorted(own, key=repr)]
        number = value_of(name, "numbers")
        return exp.case().when(exp.or_(*doubts), exp.cast(exp.Null(), NUMBER)).else_(number) if doubts else number

    def _components(self, card: Scorecard) -> Iterator[Member]:
        for pillar, component in card.components:
            yield self._component(card, pillar, component)

    def _component(self, card: Scorecard, pillar: Pillar, component: Component) -> Member:
        metric, missing = self.catalogue[component.metric], card.missing
        way = "growth" if component.statistic == "growth" else "ratio" if metric.kind == "ratio" else "total"
        reported = [name for name in (metric.metric, metric.numerator) if name in self.numbers]
        texts = {
            "id": f"{card.id}/{component.id}", "scorecard": card.id, "component": component.id, "pillar": pillar.id,
            "metric": component.metric, "way": way,
        }  # fmt: skip
        figures = {
            "weight": component.weight, "pillar_weight": pillar.weight, "scale": component.scale,
            "imputed": 0.01 + 0.99 * missing.impute, "least_days": missing.min_days * component.days, "length": component.days,
            "carry_days": missing.carry_days,
        }  # fmt: skip
        rhythm = component.applies_to
        return Member(
            f"{card.id}_{component.id}",
            {
                **{name: text_of(text) for name, text in texts.items()},
                **{name: figure_of(figure) for name, figure in figures.items()},
                **self._windows(component.metric, component.days, way),
                **{
                    f"pillar_{part}": exp.column(f"{card.id}_{pillar.id}__{part}", quoted=True)
                    for part in ("position", "available")
                },
                **_of_card(card),
                "frequency": text_of(rhythm.frequency) if rhythm.frequency else exp.Null(),
                "online": text_of(rhythm.online) if rhythm.online else exp.Null(),
                "is_only_if_reported": exp.Boolean(this=component.only_if_reported),
                "is_down": exp.Boolean(this=metric.direction == "down"),
                "is_growth": exp.Boolean(this=way == "growth"),
                "is_reported": exp.or_(*(is_there(value_of(name)) for name in reported)) if reported else exp.false(),
            },
        )

    def _windows(self, metric: str, days: int, way: str) -> dict[str, Tree]:
        """The sums of the window that a component or risk looks at, and of a growth those of the one before."""
        reading = reading_of(*self._pair(metric))
        windows = {"now": "28" if way == "growth" else str(days), "before": "before"}
        parts = {
            f"{when}_{part}": exp.column(f"{reading}__{part}_{window}", quoted=True)
            for when, window in windows.items()
            for part in ("first", "second", "days")
        }
        return {**parts, "now_is_told": exp.column(f"{reading}__is_told", quoted=True)}

    def _risks(self, card: Scorecard) -> Iterator[Member]:
        for risk in card.risks:
            name = f"{card.id}_{risk.id}"
            parts = {
                "scorecard": text_of(card.id),
                "risk": text_of(risk.id),
                "metric": text_of(risk.metric),
                "factor": _factor(name, risk),
            }
            yield Member(name, {**parts, **_of_card(card), **self._windows(risk.metric, risk.days, "ratio")})

    def _pillars(self, card: Scorecard) -> Iterator[Member]:
        components = tuple(self._components(card))
        for pillar in card.pillars:
            own = tuple(member for member in components if member.parts["pillar"].this == pillar.id)
            parts = {
                "scorecard": text_of(card.id), "pillar": text_of(pillar.id), "weight": figure_of(pillar.weight),
                "least_share": figure_of(card.missing.min_pillar),
            }  # fmt: skip
            yield Member(f"{card.id}_{pillar.id}", parts, {"component": own})

    def _card(self, card: Scorecard) -> Member:
        families = {
            "pillar": tuple(self._pillars(card)), "component": tuple(self._components(card)), "risk": tuple(self._risks(card)),
        }  # fmt: skip
        return Member(card.id, {"id": text_of(card.id), "least_share": figure_of(card.missing.min_score)}, families)


def _named(model: Model) -> str:
    """A name of a model's select."""
    return f"{model.table}:{hashlib.sha256(model.sql.encode()).hexdigest()[:24]}"


def _of_card(card: Scorecard) -> dict[str, Tree]:
    """What is told of the score that a component or a risk belongs to."""
    parts = ("before_risk", "available", "score", "risk_factor", "settled_in", "residual")
    return {f"card_{part}": exp.column(f"{card.id}__{part}", quoted=True) for part in parts}


def _summands(metric: Metric | None) -> dict[str, int]:
    """What a sum adds and takes off."""
    return {} if metric is None else {**dict.fromkeys(metric.sum_of, 1), **dict.fromkeys(metric.less, -1)}


def _sum(parts: Mapping[str, int]) -> Tree:
    """The sum of parts, there when all of them are that the account has begun to report, and at least one."""
    begun = [_begun(part) for part in parts]
    some = exp.or_(*(is_there(value_of(part, "base")) for part in parts))
    zero = exp.Literal.number(0)
    total: Tree = zero
    for part, sign in parts.items():
        total = (exp.Add if sign > 0 else exp.Sub)(this=total, expression=exp.func("coalesce", value_of(part, "base"), zero.copy()))
    return exp.case().when(exp.and_(some, *begun), exp.cast(total, NUMBER))


def _begun(part: str) -> Tree:
    """Whether a part is there, or not yet expected."""
    first = exp.column(f"{part}__first_day", table="firsts", quoted=True)
    return exp.paren(
        exp.or_(is_there(value_of(part, "base")), first.copy().is_(exp.Null()), first.copy() > exp.column("day", table="base"))
    )


def _believed(name: str, rivals: Sequence[Source]) -> Tree:
    """What the first source in rank says that says anything."""
    value = value_of(name)
    if len(rivals) < 2:
        return exp.func("sum", value)
    return exp.func("coalesce", *(exp.func("sum", _when_source([source.name], value.copy())) for source in rivals))


def _when_source(names: Sequence[str], value: Tree) -> Tree:
    return exp.case().when(exp.column("source").isin(*(text_of(name) for name in names)), value) if names else nothing()


def _is_doubted(doubt: Doubt, table: str = "") -> Tree:
    """Whether one number of a day is more than the other can bear."""
    above, below = value_of(doubt.metric, table), value_of(doubt.of, table)
    most = exp.cast(above.copy(), "double") > figure_of(doubt.most) * exp.cast(below, "double")
    return exp.paren(exp.and_(above >= figure_of(doubt.at_least), most))


def _factor(name: str, risk: Risk) -> Tree:
    """What is left of the points above the floor: 1 up to where the risk begins, the lowest from where it is full."""
    value = exp.column(f"{name}__value", quoted=True)
    width = exp.func("nullif", figure_of(risk.full_at - risk.begins), exp.Literal.number(0))
    share = exp.paren(value - figure_of(risk.begins)) / width
    kept = exp.func("greatest", exp.Literal.number(0), exp.func("least", exp.Literal.number(1), share))
    return where(is_there(value), exp.Literal.number(1) - figure_of(1 - risk.lowest) * kept)
