"""`opsengine import`: export files in, facts out, and nothing lost on the way."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

import click

from opsengine.cli.frame import DAY, Session, framed
from opsengine.cli.metrics import SAID as METRIC_SAID
from opsengine.cli.rehearsing import rehearsal
from opsengine.cli.speaking import Command, Existing, option
from opsengine.cli.tables import Table
from opsengine.errors import Exit, UserError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from opsengine.sources import FileReading, ImportRecord, ImportReport, Rejection, SheetReading

SHOWN_REJECTIONS = 10
"""Kinds of them, of one file, at the terminal; JSON lists them all."""
_COLUMNS = {
    "path": "file", "preset": "recognised as", "status": "status", "rows": "rows", "accepted": "taken in", "rejected": "left out",
    "first_day": "first day", "last_day": "last day",
}  # fmt: skip
_STATUSES = {"imported": "imported", "unchanged": "read before", "superseded": "superseded", "rejected": "rejected"}
_READ = {
    "header": "column", "role": "role", "becomes": "becomes", "written": "written in", "kept": "kept in", "times": "multiplied by",
    "clock": "day of the", "domain": "traffic", "expects": "cells are",
}  # fmt: skip
_GRAIN = {"account": "account", "day": "day"}
_UNITS = {
    "number": "number", "count": "count", "yuan": "yuan", "fen": "fen", "milli_fen": "thousandth of a fen", "ratio": "share",
    "percent": "percent", "seconds": "seconds", "minutes": "minutes", "hours": "hours", "text": "text", "id": "id",
    "hashed_id": "id, kept as a hash", "date": "date", "datetime": "date and time",
}  # fmt: skip
_CODES = {
    "role": {
        "measure": "measure", "key": "key", "account": "account", "advertiser": "advertiser", "ignored": "not read",
        "personal": "about persons: not read", "unknown": "unknown: not read",
    },
    "clock": METRIC_SAID["clock"],
    "domain": {"all": "all", "public": "public", "paid": "paid", "owned": "owned", "external": "external"},
    "written": _UNITS,
    "kept": _UNITS,
}  # fmt: skip
"""How `--explain` says the codes of a column."""
_SAID = {
    "source": "recognised as", "item": "item", "measure": "measure", "value": "value", "file": "file", "row": "row",
    "import_seq": "import", "is_counted": "counts",
}  # fmt: skip


@click.command("import", cls=Command)
@click.argument("paths", nargs=-1, type=Existing(path_type=Path))
@option("--account", metavar="ID", help="The account that files belong to which do not name one.")
@option("--dry-run", "is_rehearsal", is_flag=True, help="Keep nothing; say what would be read.")
@option("--explain", "is_explained", is_flag=True, help="Say which preset reads a file, and how each column is read.")
@option("--watch", "is_watching", is_flag=True, help="Go on looking for new files until stopped.")
@option(
    "--every", "pause", type=click.FloatRange(min=0.05), metavar="SECONDS", default=2.0, help="How often --watch looks; else 2."
)
@option("--new-preset", "unknown", type=Existing(dir_okay=False, path_type=Path), metavar="FILE", help="Draft a preset for a file.")
@option("--history", type=(str, DAY), metavar="ACCOUNT DAY", help="Show what files ever said about an account's day.")
@framed
def command(
    session: Session, paths: tuple[Path, ...], account: str | None, is_rehearsal: bool, is_explained: bool,
    is_watching: bool, pause: float, unknown: Path | None, history: tuple[str, date] | None,
) -> Exit:  # fmt: skip
    """Read export files into facts.

    A file is recognised by its header; one that was read before is left alone. Without paths, the drop folders are read and what is
    new in the tables and folders that `feeds/` declares is pulled. Exit code 1 when a file was refused.
    """
    if unknown is not None:
        return _draft(session, unknown)
    if history is not None:
        return _remember(session, *history)
    if is_watching:
        from opsengine.cli.watching import watch_folders

        return watch_folders(session, paths, account, pause)
    if not paths and not any(session.project.files("feeds")):
        raise UserError("say which files or folders to read", hint="such as `opsengine import data/`")
    from opsengine.pipeline import bring_in, bring_in_all, explain_reading

    with rehearsal(session.desk) if is_rehearsal else nullcontext(session.desk) as desk:
        report = bring_in(desk, paths, account) if paths else bring_in_all(desk)
        readings = explain_reading(desk, paths, account) if is_explained else ()
    show_import(session, report, readings)
    return Exit.FINDINGS if any(file.status == "rejected" for file in report.files) else Exit.SUCCESS


def show_import(session: Session, report: ImportReport, readings: tuple[FileReading, ...] = ()) -> None:
    """What became of each file, on stdout; what was left out and why, on stderr."""
    told = report.as_json()
    rows = [[line[key] for key in _COLUMNS] for line in told["files"]]
    if readings:
        told["explained"] = [reading.as_json() for reading in readings]
    session.show(
        told,
        Table(_COLUMNS, rows, empty="there was no file to read", said={"status": _STATUSES}),
        *(_explained(session, reading.path, sheet) for reading in readings for sheet in reading.sheets),
    )
    if session.is_for_people:
        for file in report.files:
            _say_rejections(session, file)
            _say_drift(session, file)


def _explained(session: Session, path: str, sheet: SheetReading) -> Table:
    rows = [[getattr(column, key) for key in _READ] for column in sheet.columns]
    grain = session.words.listed(session.words(_GRAIN.get(part, part)) for part in sheet.grain)
    title = session.words("{file}: {preset}, header in row {row}; one row is {grain}",
                          file=path, preset=sheet.preset, row=sheet.header_row, grain=grain)  # fmt: skip
    return Table(_READ, rows, title, said=_CODES)


def _draft(session: Session, file: Path) -> Exit:
    from opsengine.sources import draft_preset

    draft = draft_preset(session.project, file, session.words)
    told = {"preset": draft.name, "file": draft.file, "mends": draft.mends, "guesses": list(draft.guesses)}
    session.show(told, Table({"guesses": "guesses"}, [[line] for line in draft.guesses], empty="nothing was guessed"))
    if session.is_for_people:
        session.say("written to {file}: look at each guess, then import again", file=draft.file)
    return Exit.SUCCESS


def _remember(session: Session, account: str, day: date) -> Exit:
    from opsengine.pipeline import remember

    said = [one.as_json() for one in remember(session.desk, account, day)]
    rows = [[one[key] for key in _SAID] for one in said]
    empty = "no file ever spoke of this account on this day"
    session.show({"account_id": account, "day": day, "said": said}, Table(_SAID, rows, empty=empty))
    return Exit.SUCCESS


def _say_rejections(session: Session, file: ImportRecord) -> None:
    """What was left out, the same complaint about several rows once; then what should be looked at."""
    alike = _alike(file.rejections)
    for group in (*alike[:SHOWN_REJECTIONS], *([remark] for remark in file.remarks)):
        one, last = group[0], group[-1]
        place = ":".join(str(part) for part in (file.path, one.sheet, one.row, one.column) if part)
        reason = session.words(one.text, **one.fields)
        if len(group) > 1:
            text = "{place}: {reason} (in {count} rows, the last is {row})"
            session.say(text, place=place, reason=reason, count=len(group), row=last.row or 0)
        else:
            session.say("{place}: {reason}", place=place, reason=reason)
        if one.hint:
            session.say("  hint: {hint}", hint=session.words(one.hint, **one.fields))
    more = sum(len(group) for group in alike[SHOWN_REJECTIONS:]) + file.unlisted
    if more > 0:
        session.say("{file}: {count} more were left out; --format json lists them", file=file.path, count=more)


def _alike(rejections: Sequence[Rejection]) -> list[list[Rejection]]:
    """Complaints that differ in nothing but their rows, together; in the order of the first of each."""
    groups: dict[tuple[object, ...], list[Rejection]] = {}
    for one in rejections:
        groups.setdefault((one.code, one.sheet, one.column, one.reason, one.hint), []).append(one)
    return list(groups.values())


def _say_drift(session: Session, file: ImportRecord) -> None:
    """How the header differs from what the preset expects."""
    drift = file.drift
    for old, new in drift.renamed:
        session.say("{file}: {old} is missing, and {new} is new and was not read: a new name?", file=file.path, old=old, new=new)
    renamed = {name for pair in drift.renamed for name in pair}
    for column, old, new in drift.units:
        session.say(
            "{file}: {column} was read in {new}, as its header says, not in {old}", file=file.path, column=column, old=old, new=new
        )
    missing = [name for name in drift.missing if name not in renamed]
    if missing:
        session.say("{file}: not in this file: {columns}", file=file.path, columns=session.words.listed(missing))
    unknown = [name for name in drift.new if name not in renamed]
    if unknown:
        session.say("{file}: not known and not read: {columns}", file=file.path, columns=session.words.listed(unknown))
