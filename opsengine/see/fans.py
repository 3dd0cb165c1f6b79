"""The state of every fan: sums that fade, made of all interactions, or of those of an earlier day and what came since.

What an interaction weighs fades by half in so many days. Seen from an anchor day it grows with its own day instead, by a factor
that never changes afterwards: so the points of an interaction are a whole number, sums of them are the same in any order, and
tomorrow's sum is today's and what tomorrow adds. The anchor moves after sixteen half-lives, and then all sums are made anew.
Orders are few: they are kept one by one, and what their amounts add is worked out each day, because the usual amount moves.
What a fan did on a day is told once, a bit for each kind of interaction; points and the fans of each day are both read off that.

An earlier state stands for an account as long as every import tells of as many of its interactions until that day as it did then.
Accounts of which that no longer holds (late or restated days, files that went) are made anew.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from opsengine.see.tiers import ANY
from opsengine.warehouse import read_models

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from opsengine.see.tiers import FanTiers
    from opsengine.warehouse import Build, Engine, Model

FEW = 200_000
"""So many interactions are made anew sooner than sorted out; nothing of them is kept from day to day."""
MOST_AT_ONCE = 12_000_000
"""So many interactions are summed at a time: some 900 MB."""
BEFORE = 7
"""Days after which tiers are compared."""
OWN = frozenset((
    "scores.fan_told", "scores.fan_acted", "scores.fan_change", "scores.fan_sum", "scores.fan_day", "scores.fan_order",
    "scores.fan_state", "scores.fan_group",
))  # fmt: skip
"""What is made here."""
READ = ("scores.fan_day",)
"""What is made here and read later."""
KEPT = (*READ, "scores.fan_told", "scores.fan_sum", "scores.fan_order")
"""What the next day goes on from, each by the name `raw.<table>_before`."""
GROWING = frozenset(("scores.fan_sum", "scores.fan_day", "scores.fan_order"))
"""What the next day only adds to."""
_PARTS = 2**30
"""So many parts has the largest weight on the anchor day: 16 half-lives and the interactions of years fit 63 bits."""
_HALF_LIVES = 16
_FORM = 2
"""Of what is kept: an earlier build that kept other columns is not gone on from."""
_EPOCH = date(2000, 1, 1)


@dataclass(frozen=True, slots=True)
class Fans:
    """What was made of fans, as far as a build keeps it."""

    tables: Sequence[str] = ()
    about: Mapping[str, Any] = field(default_factory=dict)


def make_fans(engine: Engine, tiers: FanTiers, as_of: date, frame: str = "", builds: Sequence[Build] = ()) -> Fans:
    """Make `scores.fan_group` and what it is made of as of a day, going on from one of these builds where one fits.

    `raw.fan_events`, `raw.accounts`, `raw.fan_tiers` and `raw.fan_rules` are there already.
    """
    now = _made_of(tiers, as_of, frame)
    from_ = _earlier(builds, now)
    known = _day_of(from_) if from_ else None
    engine.put("raw.fan_known", {"day": "DATE"}, [(known,)])
    engine.make(_model("scores.fan_told"), as_of)
    acts = {row["account_id"]: int(row["acts"]) for row in engine.read(_ACTS)}
    is_few = sum(acts.values()) <= FEW
    if from_ is None or known is None or is_few:
        _put_nothing_before(engine)
        _sum_up(engine, tiers, as_of, [_Part(acts, None)], is_few=is_few)
    else:
        _mount_before(engine, from_)
        restated = {row["account_id"] for row in engine.read(_RESTATED)}
        standing = {name: count for name, count in acts.items() if name not in restated}
        anew = {name: count for name, count in acts.items() if name in restated}
        _sum_up(engine, tiers, as_of, [_Part(standing, known), _Part(anew, None)], is_few=False)
    point = _largest(tiers) / _PARTS
    ages = [(as_of - anchor(tiers, as_of)).days - shift for shift in (0, BEFORE)]
    engine.put(
        "raw.fan_clock",
        {"point": "DOUBLE", "point_before": "DOUBLE"},
        [[point * 2 ** (-age / tiers.half_life_days) for age in ages]],
    )
    engine.make(_model("scores.fan_state").on(as_of), as_of)
    engine.make(_model("scores.fan_group"), as_of)
    return Fans(KEPT, {"fans": now}) if frame and not is_few else Fans(READ)


def known_until(engine: Engine, tiers: FanTiers, as_of: date, frame: str, builds: Sequence[Build]) -> date | None:
    """The day whose state of fans would be gone on from; None when all of it would be made anew. Nothing is made."""
    (row,) = engine.read(_ALL_ACTS, as_of=as_of)
    from_ = _earlier(builds, _made_of(tiers, as_of, frame)) if row["acts"] > FEW else None
    return _day_of(from_) if from_ else None


def anchor(tiers: FanTiers, as_of: date) -> date:
    """The day from which interactions are weighed: the same for any build of a day, and never after it."""
    block = max(1, int(_HALF_LIVES * tiers.half_life_days))
    return _EPOCH + timedelta(days=(as_of - _EPOCH).days // block * block)


@dataclass(frozen=True, slots=True)
class _Part:
    """Accounts with how many interactions each has, and as of which day their sums are known."""

    acts: Mapping[str, int]
    known_on: date | None


def _made_of(tiers: FanTiers, as_of: date, frame: str) -> dict[str, Any]:
    """What a state of fans is of, as its build remembers it."""
    return {"frame": frame, "form": _FORM, "anchor": anchor(tiers, as_of).isoformat(), "as_of": as_of.isoformat()}


def _day_of(build: Build) -> date:
    """The day of a build's state of fans."""
    return date.fromisoformat(build.about["fans"]["as_of"])


def _earlier(builds: Sequence[Build], now: Mapping[str, Any]) -> Build | None:
    """Of the builds whose sums were made in the same way, the latest that is not of a later day."""
    told = [(build.about.get("fans"), build) for build in builds if now["frame"]]
    fitting = [
        (fans["as_of"], build.folder.name, build)
        for fans, build in told
        if fans and all(fans.get(key) == now[key] for key in ("frame", "form", "anchor")) and fans["as_of"] <= now["as_of"]
    ]
    return max(fitting, key=lambda one: one[:2])[2] if fitting else None


def _sum_up(engine: Engine, tiers: FanTiers, as_of: date, parts: Sequence[_Part], *, is_few: bool) -> None:
    """Make the points of fans and the fans of each day, some accounts at a time; then all orders, which are few."""
    acted, change, fans_of_days = (_model(f"scores.{name}") for name in ("fan_acted", "fan_change", "fan_day"))
    sums, orders = (replace(_model(f"scores.{name}"), is_in_files=not is_few) for name in ("fan_sum", "fan_order"))
    _put_kinds(engine, tiers)
    is_begun = False
    for part in [part for part in parts if part.acts] or parts[-1:]:
        _put_days(engine, tiers, as_of, part.known_on)
        for accounts in _pieces(engine, part.acts) or [[]]:
            _put_accounts(engine, [(name, part) for name in accounts])
            take = engine.add if is_begun else engine.make
            engine.make(acted, as_of)
            take(fans_of_days, as_of)
            if part.known_on is None:
                take(replace(change, table=sums.table, is_in_files=sums.is_in_files), as_of)
            else:
                engine.make(change, as_of)
                take(sums, as_of)
            is_begun = True
    engine.drop(acted.table)
    engine.drop(change.table)
    _put_accounts(engine, [(name, part) for part in parts for name in sorted(part.acts)])
    engine.make(orders, as_of)


def _put_accounts(engine: Engine, accounts: Iterable[tuple[str, _Part]]) -> None:
    """Say which accounts are at hand, and whether their state of an earlier day stands."""
    columns = {"account_id": "VARCHAR", "number": "INTEGER", "is_known": "BOOLEAN"}
    rows = [(name, number, part.known_on is not None) for number, (name, part) in enumerate(accounts)]
    engine.put("raw.fan_accounts", columns, rows)


def _pieces(engine: Engine, acts: Mapping[str, int]) -> list[list[str]]:
    """Accounts that stand beside each other, with no more interactions than are summed at once."""
    pieces: list[list[str]] = []
    room = 0
    for name in sorted(acts):
        if not pieces or (engine.wants_pieces and acts[name] > room):
            pieces.append([])
            room = MOST_AT_ONCE
        pieces[-1].append(name)
        room -= acts[name]
    return pieces


def _put_kinds(engine: Engine, tiers: FanTiers) -> None:
    """The bit of each kind of interaction, and what it weighs as a part of the largest weight; all bits stand for any."""
    largest, kinds = _largest(tiers), sorted(tiers.weights.items())
    rows = [(action, 1 << place, round(weight / largest, 12)) for place, (action, weight) in enumerate(kinds)]
    columns = {"action": "VARCHAR", "bit": "INTEGER", "weight": "DECIMAL(18,12)"}
    engine.put("raw.fan_kinds", columns, [*rows, (ANY, (1 << len(kinds)) - 1, 0)])


def _put_days(engine: Engine, tiers: FanTiers, as_of: date, known_on: date | None) -> None:
    """What the largest weight of each day adds to the points of a fan, when those of an earlier day are known or none are."""
    since = anchor(tiers, as_of)
    rows: list[tuple[Any, ...]] = []
    for day in _days(engine, as_of, known_on):
        now, before = (_is_new(day + timedelta(days=shift), as_of, known_on) for shift in (0, BEFORE))
        points = _PARTS * 2 ** ((day - since).days / tiers.half_life_days)
        rows.append((day, points * now, points * before, now))
    engine.put("raw.fan_days", {"day": "DATE", "points": "DOUBLE", "points_before": "DOUBLE", "is_new": "BOOLEAN"}, rows)


def _days(engine: Engine, as_of: date, known_on: date | None) -> list[date]:
    """The days that add anything: all with interactions, or those since a day and those that are seven days old since then."""
    if known_on is None:
        return [row["day"] for row in engine.read(_DAYS, as_of=as_of)]
    return sorted({as_of - timedelta(days=shift + n) for shift in (0, BEFORE) for n in range((as_of - known_on).days)})


def _is_new(day: date, as_of: date, known_on: date | None) -> bool:
    """Whether a day has come by `as_of`, and had not when the earlier state was made."""
    return day <= as_of and (known_on is None or day > known_on)


def _largest(tiers: FanTiers) -> float:
    """The weight that the others are parts of."""
    return max(map(abs, tiers.weights.values()), default=0.0) or 1.0


def _put_nothing_before(engine: Engine) -> None:
    orders = {"account_id": "VARCHAR", "fan_id": "BIGINT", "day": "DATE", "value": "DECIMAL(18,6)"}
    days = {"account_id": "VARCHAR", "day": "DATE", "action": "VARCHAR", "fans": "BIGINT"}
    for table, columns in (("raw.fan_order_before", orders), ("raw.fan_day_before", days)):
        engine.put(table, columns, [])


def _mount_before(engine: Engine, build: Build) -> None:
    for table in KEPT:
        engine.mount(table.replace("scores.", "raw.") + "_before", [build.file(table)], dict.fromkeys(build.columns[table], ""))


def _model(table: str) -> Model:
    return read_models()[table]


_ACTS = """
    select told.account_id, sum(told.acts) as acts
    from scores.fan_told as told
    inner join raw.accounts as accounts on accounts.account_id = told.account_id
    group by told.account_id
    order by told.account_id
"""
_ALL_ACTS = """
    select count(*) as acts
    from raw.fan_events as events
    inner join raw.accounts as accounts on accounts.account_id = events.account_id
    where events.day <= $as_of
"""
_DAYS = "select distinct day from raw.fan_events where day <= $as_of order by day"
_RESTATED = """
    select coalesce(told.account_id, earlier.account_id) as account_id
    from (select account_id, import_seq, file_sha, acts_known from scores.fan_told where acts_known > 0) as told
    full join raw.fan_told_before as earlier
        on earlier.account_id = told.account_id and earlier.import_seq = told.import_seq and earlier.file_sha = told.file_sha
    where coalesce(told.acts_known, 0) != coalesce(earlier.acts, 0)
    group by coalesce(told.account_id, earlier.account_id)
"""
