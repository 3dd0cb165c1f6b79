"""A preset: what one kind of export looks like and what its columns mean. Data, not code: see `presets/*.yaml`.

A project may keep presets of its own in `sources/`; one with the name of a shipped preset takes its place, which is also how
the map of traffic sources to domains is edited.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from opsengine.errors import InvalidFiles, Place, Problem, Unfit
from opsengine.project import Declared, Project, read_declared
from opsengine.sources.headers import split_header
from opsengine.sources.numbers import MISSING
from opsengine.sources.units import Unit, is_number

SHIPPED = Path(__file__).parent / "presets"
OWN = "sources"
"""The folder of a project's own presets."""
_FORMER = "presets"

Key = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
Writes = Literal["facts", "series", "works", "fan_events", "accounts"]
Clock = Literal["event", "pay", "refund", "conversion", "billing", "snapshot"]
"""On which day something is counted: when it happened, was paid, was refunded, when a conversion happened, when the advertisement
behind it was paid for; `snapshot` is a number to date."""
Domain = Literal["all", "public", "paid", "owned", "external"]
"""Whose traffic it is: 公域, 商域, 私域, 外域, or all of them together."""


_NEEDED: Mapping[str, tuple[str, ...]] = {
    "facts": (),
    "series": ("metric", "value"),
    "works": ("title", "published_at"),
    "fan_events": ("fan", "action"),
    "accounts": ("account",),
}
"""The columns that each kind of row is made of."""
_BY_DAY = ("facts", "series", "fan_events")
"""What is written by day, so that a column has to say the day."""


NOT_MEASURES = frozenset((
    "source", "account_id", "day", "item", "metric", "value", "file_sha", "sheet", "row_number", "import_seq",
))  # fmt: skip
"""Names that a measure of an export cannot have: the tables of the lake have other columns of these names."""


class Title(BaseModel):
    """A name in the two languages."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    zh: Annotated[str, Field(alias="zh-CN")]
    """Its Chinese name."""
    en: str
    """Its English name."""


class Column(BaseModel):
    """One column of an export."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    names: Annotated[tuple[str, ...], Field(min_length=1)]
    """The headers it goes by; spaces, bracket widths, 展示/展现 and a unit in brackets make no difference."""
    role: Literal["measure", "key", "account", "advertiser"] = "measure"
    """What it is for: a measure, part of what the row is about, the account, or an advertising account (where that is unknown the
    folder decides)."""
    unit: Unit = "count"
    """How it is written. A unit in the header, `(元)` or `(%)`, is believed over this one."""
    measure: Key | None = None
    """The measure it brings, when that is not the column's own name; columns that bring the same measure are added up."""
    times: Key | None = None
    """The column to multiply with: turns a mean or a rate back into its numerator."""
    counts: Mapping[str, tuple[Key, ...]] = {}
    """For a column of words: each word, and the measures of which such a row is one; of the others it is zero."""
    is_required: bool = False
    """Whether a file without this column is refused."""
    is_extra: bool = False
    """Whether most such files do without it, so that nobody misses it."""
    is_signed: bool = False
    """Whether it may be less than zero."""
    clock: Clock | None = None
    """On which day it is counted, where that is not the export's own clock."""
    domain: Domain | None = None
    """Whose traffic it is, where that is not the export's own domain."""


class Preset(Declared):
    """What one kind of export looks like."""

    kind: Literal["preset"]
    """Always `preset`."""
    title: Title
    """What the export is called."""
    writes: Writes = "facts"
    """What its rows become."""
    priority: int = 10
    """When two sources bring the same measure of a day, the lower number wins."""
    replaces: Literal["day", "item"] = "day"
    """What a newer file replaces: all of an account's day, or single items of it."""
    is_sparse: bool = False
    """Whether only days with something to tell have rows, so that a missing day between the first and the last is zero."""
    clock: Clock = "event"
    """On which day its measures are counted: when it happened, was paid, was refunded, when a conversion happened, when the
    advertisement behind it was paid for; `snapshot` for numbers to date."""
    domain: Domain = "all"
    """Whose traffic its measures are: public, paid, owned, external, or all together."""
    signature: Annotated[tuple[Key, ...], Field(min_length=1)]
    """The columns by which the export is recognised; all of them must be there."""
    day: Key | None = None
    """The column that says the day."""
    item: tuple[Key, ...] = ()
    """The columns that tell the rows of one day apart."""
    row_counts_as: Key | None = None
    """A measure of which every row is one: a lead, a live session."""
    columns: Mapping[Key, Column]
    """Its columns, each under a name of ours; a measure's own name unless it says otherwise."""
    ignored: tuple[str, ...] = ()
    """Headers that we know and do not read."""
    personal: tuple[str, ...] = ()
    """Headers of people's names, phones and addresses: never read, and no cell of such a file is ever quoted."""
    totals: tuple[str, ...] = ()
    """Words in a key column that mark a row of totals, beside 合计, 总计, 全部 and their like."""
    nulls: tuple[str, ...] = ()
    """What else stands where there is no value, beside an empty cell, `-`, `--`, 暂无 and their like."""

    @model_validator(mode="after")
    def _refers_to_its_own_columns(self) -> Self:
        wanted = [*self.signature, *self.item, *self.needed]
        wanted += [column.times for column in self.columns.values() if column.times]
        unknown = sorted({key for key in wanted if key not in self.columns})
        if unknown:
            raise Unfit("no such column: {columns}", columns=", ".join(unknown))
        if self.day is None and self.writes in _BY_DAY:
            raise ValueError("say with `day` which column holds the day")
        self._tells_each_measure_once()
        twice = sorted(name for name, keys in self._owners().items() if len(keys) > 1)
        if twice:
            raise Unfit("two columns go by the name {names}", names=", ".join(twice))
        return self

    def _tells_each_measure_once(self) -> None:
        """Raises Unfit when a measure comes from two places that nobody could add up, or has a name that is taken."""
        plain = {column.measure or key for key, column in self.columns.items() if column.role == "measure" and not column.counts}
        told = [*plain, *([self.row_counts_as] if self.row_counts_as else [])]
        for column in self.columns.values():
            told += {name for names in column.counts.values() for name in names}
        if twice := sorted(name for name, times in Counter(told).items() if times > 1):
            raise Unfit("two columns tell the measure {names}", names=", ".join(twice))
        if self.writes == "facts" and (taken := sorted(NOT_MEASURES.intersection(told))):
            raise Unfit("a measure cannot be called {names}", names=", ".join(taken))

    @property
    def grain(self) -> tuple[str, ...]:
        """What one row is: the account, the day where there is one, and the columns that tell the rows of a day apart."""
        return ("account", *([self.day] if self.day else []), *(key for key in self.item if key != self.day))

    def clock_of(self, key: str) -> Clock:
        """On which day a column is counted."""
        return self.columns[key].clock or self.clock

    def domain_of(self, key: str) -> Domain:
        """Whose traffic a column is."""
        return self.columns[key].domain or self.domain

    @cached_property
    def missing(self) -> frozenset[str]:
        """What stands where there is no value, in lower case."""
        return MISSING | frozenset(word.lower() for word in self.nulls)

    @cached_property
    def needed(self) -> frozenset[str]:
        """The columns without which a file is refused."""
        declared = (key for key, column in self.columns.items() if column.is_required)
        return frozenset((*declared, *_NEEDED[self.writes], *([self.day] if self.day else [])))

    @cached_property
    def by_name(self) -> Mapping[str, str]:
        """Each name a column goes by, without its unit, and the column's key."""
        return {name: keys[0] for name, keys in self._owners().items()}

    @cached_property
    def known_names(self) -> frozenset[str]:
        """Headers that are known and not read, tidied."""
        return frozenset(split_header(name).name for name in (*self.ignored, *self.personal))

    @property
    def is_personal(self) -> bool:
        """Whether such files hold personal data, so that no cell may be quoted."""
        return bool(self.personal) or any(column.unit == "hashed_id" for column in self.columns.values())

    def keys_of(self, role: str) -> list[str]:
        """The columns of a role, in the order of the file."""
        return [key for key, column in self.columns.items() if column.role == role]

    def _owners(self) -> dict[str, list[str]]:
        owners: dict[str, list[str]] = {}
        for key, column in self.columns.items():
            for name in {split_header(name).name for name in column.names}:
                owners.setdefault(name, []).append(key)
        return owners


@dataclass(frozen=True)
class Presets:
    """All presets by name."""

    by_name: Mapping[str, Preset]
    fingerprint: str
    """Changes with any of them: files are then read again."""


def read_presets(project: Project | None = None) -> Presets:
    """The shipped presets and those of the project, which win. Raises InvalidFiles with all problems of all of them."""
    files = {file.stem: (file, f"opsengine/sources/presets/{file.name}") for file in sorted(SHIPPED.glob("*.yaml"))}
    if project is not None:
        _refuse_former_folder(project)
        files |= {file.stem: (file, project.shown(file)) for file in project.files(OWN)}
    names = sorted(files)
    read = read_declared((files[name] for name in names), Preset)
    marks = [f"{name}:{document.sha256}" for name, (document, _) in zip(names, read, strict=True)]
    fingerprint = hashlib.sha256("\n".join(marks).encode()).hexdigest()
    return Presets({name: preset for name, (_, preset) in zip(names, read, strict=True)}, fingerprint)


def _refuse_former_folder(project: Project) -> None:
    """Raises InvalidFiles when presets stand where an earlier version read them: none is left out in silence."""
    text, hint = "presets of a project stand in {folder}/: here nobody reads it", "move it to {folder}/{file}"
    problems = [
        Problem(Place(project.shown(file)), "moved-folder", text, hint, {"folder": OWN, "file": file.name})
        for file in project.files(_FORMER)
    ]
    if problems:
        raise InvalidFiles(problems)


def measures_of(preset: Preset) -> list[str]:
    """The measures that files of this preset can bring, in the order of its columns."""
    names: list[str] = [preset.row_counts_as] if preset.row_counts_as else []
    for key, column in preset.columns.items():
        names += [name for words in column.counts.values() for name in words]
        if column.role == "measure" and not column.counts and is_number(column.unit):
            names.append(column.measure or key)
    return list(dict.fromkeys(names))
