"""The names of builds, made of everything that goes into the tables of this room, so that nothing is made twice."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from opsengine import __version__
from opsengine.see.benchmarks import benchmark_files
from opsengine.see.growing import Footing, Taken
from opsengine.sources import live_imports, read_presets
from opsengine.warehouse import finished_builds, read_models

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from opsengine.project import Project
    from opsengine.state import Imports

DECLARED = ("scorecards", "metrics")
"""Folders of files that the tables are built from."""


def frame_of(project: Project, zone: str, versions: Mapping[str, int]) -> str:
    """What goes into the tables beside the day and the imports; `versions` are those of scorecards that are asked for."""
    files = [project.accounts_file, *(project.root / name for name in ("industries.yaml", "fan_tiers.yaml", "stages.yaml"))]
    files += [*(file for folder in DECLARED for file in project.files(folder)), *benchmark_files(project)]
    parts = {
        "version": __version__,
        "models": [model.sql for model in read_models().values()],
        "scorecards": versions,
        "zone": zone,
        "presets": read_presets(project).fingerprint,
        "files": [(project.shown(file), hashlib.sha256(file.read_bytes()).hexdigest()) for file in files if file.is_file()],
    }
    return _digest(parts)


def build_key(frame: str, as_of: date, log: Imports) -> str:
    """A name made of everything that goes into the tables of a day."""
    return _digest({"frame": frame, "as_of": as_of.isoformat(), "imports": log.records()})


def footing_of(project: Project, frame: str, log: Imports) -> Footing:
    """What a build may go on from: what was built before, and which imports count by now."""
    live = [record for record in live_imports(log) if record.first_day is not None]
    imports = {
        f"{record.import_seq}:{record.content}": Taken(record.preset, record.first_day) for record in live if record.first_day
    }
    return Footing(frame, imports, finished_builds(project.builds))


def _digest(parts: Mapping[str, object]) -> str:
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:24]
