"""Pulling what is new from feeds: days of which any row is new become Parquet files, and are imported like an export.

How far a feed was pulled is known from the catalogue: the name of each pulled file says the highest watermark that was there, so a
pull counts exactly when its import does.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

from opsengine.project import Project
from opsengine.secret import read_secret
from opsengine.sources.catalogue import History, ImportLog
from opsengine.sources.feed import Feed, read_feeds
from opsengine.sources.shelves import open_shelf
from opsengine.state import make_folder

ROWS_AT_ONCE = 500_000
"""So many rows stand in one pulled file, or those of one day."""
_FOLDER = "pulled"
_MISSING = "the password of a feed is missing: nothing is in {variable}"


def pull_feeds(project: Project, log: ImportLog, environment: Mapping[str, str], zone: str) -> list[Path]:
    """Files with everything that is new in the project's feeds. The caller imports them, and holds the project's lock.

    Raises InvalidFiles for a wrong feed, UserError without a driver or a password, DataError when a feed cannot be read.
    """
    feeds = read_feeds(project)
    if not feeds:
        return []
    history, folder = History(log), project.home / _FOLDER
    shutil.rmtree(folder, ignore_errors=True)
    return [
        file
        for name, feed in feeds.items()
        for file in _pull(project, feed, folder / name, _seen(history, name), environment, zone)
    ]


def _pull(  # noqa: PLR0913, PLR0917  what is pulled from where to where, and since when
    project: Project, feed: Feed, folder: Path, seen: str, environment: Mapping[str, str], zone: str
) -> Iterator[Path]:
    password = None
    if feed.password_env or feed.password_file:
        password = read_secret(_MISSING, feed.password_env, feed.password_file, project.root, environment)
    shelf = open_shelf(feed, project.root, password, zone)
    newest = shelf.newest()
    if newest in ("", seen):
        return
    for number, days in enumerate(_chunks(shelf.days_since(looked_back(seen, feed.late_hours)))):
        make_folder(folder)
        file = folder / f"{quote(newest, safe='')}.{number:03}.parquet"
        _write(shelf.rows(days), file)
        yield file


def looked_back(watermark: str, hours: int) -> str:
    """A moment so many hours earlier; a number, or nothing, as it is."""
    try:
        moment = datetime.fromisoformat(watermark)
    except ValueError:
        return watermark
    if len(watermark) <= len("2026-06-21"):
        return watermark
    return (moment - timedelta(hours=hours)).isoformat(sep=" ")


def _seen(history: History, name: str) -> str:
    """The highest watermark of which every file was taken in; empty when there is none."""
    marks: dict[str, bool] = {}
    for record in history.records():
        path = Path(record.path)
        if path.parts[-3:-1] == (_FOLDER, name):
            mark = unquote(path.name.rsplit(".", 2)[0])
            marks[mark] = marks.get(mark, True) and record.status != "rejected"
    return next((mark for mark, is_whole in reversed(marks.items()) if is_whole), "")


def _chunks(days: Mapping[str, int]) -> Iterator[list[str]]:
    """The days in parts of not much more than what is held at once."""
    some: list[str] = []
    held = 0
    for day, rows in days.items():
        if some and held + rows > ROWS_AT_ONCE:
            yield some
            some, held = [], 0
        some.append(day)
        held += rows
    if some:
        yield some


def _write(table: Any, file: Path) -> None:
    from pyarrow import parquet  # noqa: PLC0415  only who has feeds pays for it

    parquet.write_table(table, file, compression="zstd")
