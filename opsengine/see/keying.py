"""The name of a build: made of everything that goes into the tables of this room, so that nothing is made twice."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from opsengine import __version__
from opsengine.see.benchmarks import benchmark_files
from opsengine.sources import read_presets
from opsengine.warehouse import read_models

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from opsengine.project import Project

DECLARED = ("scorecards", "metrics")
"""Folders of files that the tables are built from."""


def build_key(project: Project, as_of: date, zone: str, imports: Sequence[Any], versions: Mapping[str, int]) -> str:
    """The name of the tables of a day, from the log of `imports` and the `versions` of scorecards that are asked for."""
    files = [project.accounts_file, *(project.root / name for name in ("industries.yaml", "fan_tiers.yaml", "stages.yaml"))]
    files += [*(file for folder in DECLARED for file in project.files(folder)), *benchmark_files(project)]
    parts = {
        "version": __version__,
        "models": [model.sql for model in read_models().values()],
        "as_of": as_of.isoformat(),
        "scorecards": versions,
        "zone": zone,
        "imports": imports,
        "presets": read_presets(project).fingerprint,
        "files": [(project.shown(file), hashlib.sha256(file.read_bytes()).hexdigest()) for file in files if file.is_file()],
    }
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:24]
