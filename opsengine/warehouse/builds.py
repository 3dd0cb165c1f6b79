"""Builds: computed tables as Parquet in one folder, published whole or not at all.

A build is named by everything that went into it, so the same inputs find it again and changed inputs never do.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from opsengine import faults
from opsengine.warehouse.engine import Days
from opsengine.warehouse.models import Model

if TYPE_CHECKING:
    from opsengine.warehouse.engine import Engine

KEPT = 6
"""Older builds are removed: they can be made again."""
_MANIFEST = "build.json"
_SPELLED = "spelled.json"


@dataclass(frozen=True, slots=True)
class Part:
    """Some days of a table that has grown: what stands in the file about days before `until`, or all of it."""

    file: Path
    until: date | None


@dataclass(frozen=True, slots=True)
class Kept:
    """What a build keeps."""

    tables: Sequence[str]
    """Tables, each written as one file."""
    views: Sequence[Model] = ()
    """Views over them, in the order in which they read each other."""
    grown: Mapping[str, Sequence[Part]] = field(default_factory=dict)
    """Tables with a row a day, and the parts of them that an earlier build wrote; the rest is in `<table>_since`."""
    about: Mapping[str, Any] = field(default_factory=dict)
    """What it was made of, as plain JSON values, so that a later build can tell whether to go on from it."""
    spelled: Mapping[str, str] = field(default_factory=dict)
    """Models spelled out, by a name of each, which a later build of the same frame and scope need not spell out again."""
    by_day: Mapping[str, date | None] = field(default_factory=dict)
    """Tables that have grown of which single days are read, and from which day on; None for one that was made day by day."""


@dataclass(frozen=True, slots=True)
class Build:
    """A finished build."""

    folder: Path
    about: Mapping[str, Any]
    columns: Mapping[str, Sequence[str]]
    """The columns of each table."""
    grown: Mapping[str, Sequence[Part]]

    @property
    def spelled(self) -> Mapping[str, str]:
        """The models that it was made by, spelled out."""
        file = self.folder / _SPELLED
        found: dict[str, str] = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
        return found

    def file(self, table: str) -> Path:
        """Where a table that is one file stands."""
        return self.folder / f"{table}.parquet"


def open_build(engine: Engine, builds: Path, key: str) -> bool:
    """Mount the tables of a finished build; say whether there was one."""
    manifest = builds / key / _MANIFEST
    if not manifest.is_file():
        return False
    told = json.loads(manifest.read_text(encoding="utf-8"))
    grown = _grown(manifest.parent, told)
    for table, columns in told["tables"].items():
        if table in grown:
            engine.mount_parts(table, [(part.file, part.until) for part in grown[table]], columns)
        else:
            engine.mount(table, [builds / key / f"{table}.parquet"], dict.fromkeys(columns, ""))
    for table, sql in told["views"]:
        engine.name(Model(table, manifest, "", "", sql, is_view=True))
    os.utime(builds / key)
    return True


def finished_builds(builds: Path) -> list[Build]:
    """Every build that says what it was made of."""
    found = []
    for manifest in sorted(builds.glob(f"*/{_MANIFEST}")):
        told = json.loads(manifest.read_text(encoding="utf-8"))
        if told.get("about"):
            found.append(Build(manifest.parent, told["about"], told["tables"], _grown(manifest.parent, told)))
    return found


def keep_build(engine: Engine, builds: Path, key: str, kept: Kept) -> None:
    """Write a build by the name `key`; it appears only when all of it is on the disk."""
    target, draft = builds / key, builds / f".{key}.{os.getpid()}"
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True)
    columns = {table: engine.columns(table) for table in (*kept.tables, *kept.grown)}
    for table in kept.tables:
        engine.save(table, draft / f"{table}.parquet")
    grown = {table: _keep_grown(engine, draft, table, kept) for table in kept.grown}
    views = [[view.table, view.sql] for view in kept.views]
    (draft / _SPELLED).write_text(json.dumps(dict(kept.spelled), indent=1, sort_keys=True), encoding="utf-8")
    with (draft / _MANIFEST).open("w", encoding="utf-8") as manifest:
        told = {"tables": columns, "views": views, "grown": grown, "about": dict(kept.about)}
        json.dump(told, manifest, indent=1, sort_keys=True)
        manifest.flush()
        os.fsync(manifest.fileno())
    _sync_folder(draft)
    faults.point("build.rename")
    if target.exists():
        shutil.rmtree(draft)
    else:
        draft.rename(target)
    _sync_folder(builds)
    faults.point("build.renamed")
    _prune(builds)


def _keep_grown(engine: Engine, draft: Path, table: str, kept: Kept) -> list[list[str | None]]:
    """Link the parts that are there, write the newest; their names, and until when each counts."""
    parts = kept.grown[table]
    if not parts and engine.wants_pieces:
        return _keep_days(engine, draft, table, kept)
    names: list[list[str | None]] = []
    for at, part in enumerate(parts):
        name = f"{table}.{at:03}.parquet"
        link_files(part.file, draft / name)
        names.append([name, part.until.isoformat() if part.until else None])
    engine.save(f"{table}_since" if parts else table, draft / f"{table}.{len(parts):03}.parquet")
    return [*names, [f"{table}.{len(parts):03}.parquet", None]]


def _keep_days(engine: Engine, draft: Path, table: str, kept: Kept) -> list[list[str | None]]:
    """Write a table that was made from nothing; the newest days of it so that each can be read alone."""
    first, second = f"{table}.000.parquet", f"{table}.001.parquet"
    since = kept.by_day.get(table)
    if since is None:
        engine.save(table, draft / first, Days(None, None) if table in kept.by_day else None)
        return [[first, None]]
    engine.save(table, draft / first, Days(None, since))
    engine.save(table, draft / second, Days(since, None))
    return [[first, since.isoformat()], [second, None]]


def link_files(old: Path, new: Path) -> None:
    """The same file, or the Parquet files of a folder, by another name; a copy where the disk knows no second names."""
    if old.is_dir():
        new.mkdir(parents=True, exist_ok=True)
        for part in sorted(part for part in old.iterdir() if part.is_dir() or part.suffix == ".parquet"):
            link_files(part, new / part.name)
        _sync_folder(new)
        return
    try:
        os.link(old, new)
    except OSError:
        shutil.copyfile(old, new)
    with new.open("rb") as written:
        os.fsync(written.fileno())


def _grown(folder: Path, told: Mapping[str, Any]) -> dict[str, list[Part]]:
    return {
        table: [Part(folder / name, date.fromisoformat(until) if until else None) for name, until in parts]
        for table, parts in told.get("grown", {}).items()
    }


def _prune(builds: Path) -> None:
    finished = [folder for folder in builds.iterdir() if (folder / _MANIFEST).is_file() and not folder.name.startswith(".")]
    for folder in sorted(finished, key=lambda folder: folder.stat().st_mtime, reverse=True)[KEPT:]:
        shutil.rmtree(folder, ignore_errors=True)
    for draft in builds.glob(".*"):
        if draft.name.rpartition(".")[2] != str(os.getpid()):
            shutil.rmtree(draft, ignore_errors=True)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
