"""The name of the tables of this room: the same for the same inputs, another for any other."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from opsengine import __version__
from opsengine.see.benchmarks import benchmark_files
from opsengine.sources import read_presets
from opsengine.warehouse import read_models

if TYPE_CHECKING:
    from datetime import date

    from opsengine.project import Project

DECLARED = ("scorecards", "metrics")
"""Folders of files that the tables are built from."""


def build_key(frame: str, as_of: date, records: Sequence[Mapping[str, Any]]) -> str:
    """A name made of everything that goes into the tables; `records` are those of the import log."""
    return _digest({"frame": frame, "as_of": as_of.isoformat(), "imports": list(records)})


def frame_of(project: Project, versions: Mapping[str, int], zone: str, kind: str) -> str:
    """What goes into those tables beside the day and the imports: by which versions of scorecards, zone and kind of engine."""
    files = [project.accounts_file, *(project.root / name for name in ("industries.yaml", "fan_tiers.yaml", "stages.yaml"))]
    files += [*(file for folder in DECLARED for file in project.files(folder)), *benchmark_files(project)]
    parts = {
        "version": __version__,
        "models": [model.sql for model in read_models().values()],
        "scorecards": versions,
        "zone": zone,
        "engine": kind,
        "presets": read_presets(project).fingerprint,
        "files": [(project.shown(file), hashlib.sha256(file.read_bytes()).hexdigest()) for file in files if file.is_file()],
    }
    return _digest(parts)


def _digest(parts: Mapping[str, object]) -> str:
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:24]
