"""Builds: computed tables as Parquet in one folder, published whole or not at all.

A build is named by everything that went into it, so the same inputs find it again and changed inputs never do.
"""

from __future__ import annotations

import json
import os
import shutil
from typing import TYPE_CHECKING

from opsengine import faults
from opsengine.warehouse.models import Model

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from opsengine.warehouse.engine import Engine

KEPT = 6
"""Older builds are removed: they can be made again."""
_MANIFEST = "build.json"


def open_build(engine: Engine, builds: Path, key: str) -> bool:
    """Mount the tables of a finished build; say whether there was one."""
    manifest = builds / key / _MANIFEST
    if not manifest.is_file():
        return False
    told = json.loads(manifest.read_text(encoding="utf-8"))
    for table, columns in told["tables"].items():
        engine.mount(table, [builds / key / f"{table}.parquet"], dict.fromkeys(columns, ""))
    for table, sql in told["views"]:
        engine.name(Model(table, manifest, "", "", sql, is_view=True))
    os.utime(builds / key)
    return True


def keep_build(engine: Engine, builds: Path, key: str, tables: Sequence[str], views: Sequence[Model] = ()) -> None:
    """Write these tables as the build `key`, and what the views over them are; it appears only when all of it is on the disk."""
    target, draft = builds / key, builds / f".{key}.{os.getpid()}"
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True)
    columns = {}
    for table in tables:
        engine.save(table, draft / f"{table}.parquet")
        columns[table] = _names(engine, table)
    with (draft / _MANIFEST).open("w", encoding="utf-8") as manifest:
        json.dump({"tables": columns, "views": [[view.table, view.sql] for view in views]}, manifest, indent=1, sort_keys=True)
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


def _names(engine: Engine, table: str) -> list[str]:
    schema, _, name = table.partition(".")
    rows = engine.read(
        "select column_name from information_schema.columns"
        " where table_schema = $schema and table_name = $name order by ordinal_position",
        schema=schema,
        name=name,
    )
    return [row["column_name"] for row in rows]


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
