"""What to bring in so that a play can be judged: from names of numbers that are missing to exports that tell them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from opsengine.sources import measures_of
from opsengine.strategy.names import OF_AN_ACCOUNT, asked_for
from opsengine.strategy.saying import Label, Locale

if TYPE_CHECKING:
    from opsengine.see import Catalogue
    from opsengine.sources import Preset

Lack = Literal["import", "peers", "earlier", "goal", "score"]
"""A file is missing; peers to hold it against; the window before; a goal with a primary promise; enough data for a score."""

_WRITTEN_BY = {
    "works": ("days_since_post", "works_28d", "top_work_share_28d", "zero_interaction_share_28d"),
    "fan_events": ("devoted_share", "devoted_share_change", "warm_share", "casual_share"),
}
"""Numbers of an account that come from lists, by what the presets of these lists write."""
_MADE_FROM = {
    "traffic_public": ("public_share", "paid_share", "owned_share", "external_share"),
    "ad_spend": ("roi_3w_to_peak",),
    "fans_total": ("fans_total",),
}
"""Numbers of an account that come from measures."""
_SAID: Mapping[Lack, Label] = {
    "import": {"zh-CN": "导入{files}", "en": "import {files}"},
    "peers": {
        "zh-CN": "至少要 5 个同行账号，或 benchmarks/ 下的基准文件",
        "en": "at least 5 peer accounts, or a file in benchmarks/",
    },
    "earlier": {"zh-CN": "还缺更早一段时间的数据", "en": "data of the window before"},
    "goal": {"zh-CN": "写一个有主目标的目标文件", "en": "a goal file with a primary promise"},
    "score": {"zh-CN": "数据还不够算分", "en": "enough data for a score"},
}


@dataclass(frozen=True, slots=True)
class Lacking:
    """One number that is missing, and the way to it."""

    name: str
    lack: Lack
    presets: tuple[tuple[str, Label], ...] = ()
    """Exports that bring it, by the name of their preset and by title."""

    def said(self, locale: Locale) -> str:
        """The way to it, in one language."""
        return _said(self.lack, [title[locale] for _, title in self.presets], locale)

    def as_json(self, locale: Locale) -> dict[str, Any]:
        """As plain JSON values."""
        return {
            "name": self.name, "lack": self.lack, "presets": [name for name, _ in self.presets], "said": self.said(locale),
            "first": self.presets[0][1][locale] if self.presets else None,
        }  # fmt: skip


def in_one(ways: Sequence[Mapping[str, Any]], locale: Locale) -> str:
    """The ways to several numbers as one sentence; of each only the export that is believed first."""
    files = list(dict.fromkeys(way["first"] for way in ways if way["first"]))
    others = dict.fromkeys(_SAID[way["lack"]][locale] for way in ways if way["lack"] != "import")
    is_typed = any(way["lack"] == "import" and not way["first"] for way in ways)
    imported = [_said("import", files, locale, " and ")] if files or is_typed else []
    return ("；" if locale == "zh-CN" else "; ").join([*imported, *others])


def _said(lack: Lack, files: Sequence[str], locale: Locale, between: str = " or ") -> str:
    joined = ("、" if locale == "zh-CN" else between).join(files)
    named = joined or {"zh-CN": "一个数列文件（series）", "en": "a `series` file"}[locale]
    return _SAID[lack][locale].replace("{files}", named)


def lacking(
    missing: Iterable[str], known: Iterable[str], catalogue: Catalogue, presets: Mapping[str, Preset]
) -> tuple[Lacking, ...]:
    """For each missing name the way to it. `known` are the names that the account has."""
    parts = {name: (metric, part) for name, metric, _, part in asked_for(catalogue.names)}
    there = frozenset(known)
    return tuple(_lack(name, parts, there, catalogue, presets) for name in sorted(missing))


def _lack(
    name: str, parts: Mapping[str, tuple[str, str]], known: frozenset[str], catalogue: Catalogue, presets: Mapping[str, Preset]
) -> Lacking:
    if name in OF_AN_ACCOUNT and name not in parts:
        return _of_an_account(name, presets)
    metric, part = parts[name]
    value = name if part == "value" else name.removesuffix(f"_{part}")
    if part != "value" and value in known:
        return Lacking(name, "earlier" if part == "change" else "peers")
    wanted = frozenset(_measures(metric, catalogue))
    return Lacking(name, "import", _bringing(presets, lambda preset: not wanted.isdisjoint(measures_of(preset))))


def _of_an_account(name: str, presets: Mapping[str, Preset]) -> Lacking:
    kind = next((kind for kind, names in _WRITTEN_BY.items() if name in names), None)
    if kind is not None:
        return Lacking(name, "import", _bringing(presets, lambda preset: preset.writes == kind))
    measure = next((measure for measure, names in _MADE_FROM.items() if name in names), None)
    if measure is not None:
        return Lacking(name, "import", _bringing(presets, lambda preset: measure in measures_of(preset)))
    return Lacking(name, "goal" if name.startswith("primary_") else "score")


def _bringing(presets: Mapping[str, Preset], brings: Callable[[Preset], bool]) -> tuple[tuple[str, Label], ...]:
    """The three exports that are believed first."""
    found = sorted((preset.priority, name) for name, preset in presets.items() if name != "series" and brings(preset))
    return tuple((name, {"zh-CN": presets[name].title.zh, "en": presets[name].title.en}) for _, name in found[:3])


def _measures(metric: str, catalogue: Catalogue) -> Iterator[str]:
    """What exports write of which the metric is made."""
    if metric not in catalogue or not catalogue[metric].made_of:
        yield metric
        return
    for part in sorted(catalogue[metric].made_of):
        yield from _measures(part, catalogue)
