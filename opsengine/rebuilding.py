"""What the next run would import and rebuild, and why; nothing is changed."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

from opsengine import making, see, sources, warehouse
from opsengine.pipeline import drop_folders
from opsengine.state import Imports, read_state

if TYPE_CHECKING:
    from datetime import date

    from opsengine.desk import Desk


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What a run would do."""

    new_files: tuple[str, ...]
    """Files that have not been imported; what they tell is not known before they are."""
    stands: bool
    """Whether the tables of the day are there already, made of what has been imported."""
    rebuild: see.Rebuild | None
    """What would be made; None when the tables stand."""


def foresee_run(desk: Desk, as_of: date) -> Foreseen:
    """What a run of this day would import and make, by what has been imported until now. Raises InvalidFiles, DataError."""
    project, limits = desk.project, desk.settings.limits
    with closing(read_state(desk.where)) as state:
        log = Imports(state)
        fresh = sources.fresh_files(project, log, drop_folders(desk))
        frame = making.frame_of(desk, {})
        if (project.builds / see.build_key(frame, as_of, log.records())).is_dir():
            return Foreseen(fresh, stands=True, rebuild=None)
        engine = warehouse.DuckDBEngine(threads=limits.threads, memory_limit=limits.memory)
        sources.mount_facts(engine, log, project)
        return Foreseen(fresh, stands=False, rebuild=see.plan_see(engine, project, as_of, {}, see.footing_of(project, log, frame)))
