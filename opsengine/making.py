"""The tables of a day: found again when nothing that goes into them has changed, else made by the engine that the project names.

Whatever engine made them, they are read through the embedded one: goals, advice, rewards, alerts and briefs see the same files.
"""

from __future__ import annotations

import errno
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

from opsengine import see, sources, warehouse

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from opsengine.project import Project
    from opsengine.settings import Settings
    from opsengine.warehouse import Engine, Kept


@dataclass(frozen=True, slots=True)
class Workshop:
    """Where tables are made: the project, its settings, and whether an engine may show its own words, which may quote data."""

    project: Project
    settings: Settings
    is_telling: bool


def embedded(shop: Workshop) -> warehouse.DuckDBEngine:
    """The engine inside this process, without tables."""
    limits = shop.settings.limits
    return warehouse.DuckDBEngine(threads=limits.threads, memory_limit=limits.memory, is_telling=shop.is_telling)


def find_or_make(shop: Workshop, as_of: date, log: sources.ImportLog, versions: Mapping[str, int]) -> Engine:
    """The tables of room one as of a day, by these versions of scorecards. Raises InvalidFiles, DataError, EngineError."""
    engine, counting = embedded(shop), shop.settings.engine
    frame = see.frame_of(shop.project, versions, shop.settings.time_zone, counting.kind)
    key = see.build_key(frame, as_of, log.records())
    if warehouse.open_build(engine, shop.project.builds, key):
        return engine
    footing = _footing(shop.project, log, frame)
    if counting.kind == "spark":
        with closing(warehouse.join_cluster(_cluster(shop), is_telling=shop.is_telling)) as spark:
            sources.mount_facts(spark, log, shop.project)
            kept = see.build_see(spark, shop.project, as_of, versions=versions, footing=footing)
            warehouse.keep_build(spark, shop.project.builds, key, kept)
        warehouse.open_build(engine, shop.project.builds, key)
    else:
        sources.mount_facts(engine, log, shop.project)
        _keep(engine, shop.project, key, see.build_see(engine, shop.project, as_of, versions=versions, footing=footing))
    return engine


def _cluster(shop: Workshop) -> warehouse.Cluster:
    """The Spark that the project names; without a name, of as many threads of this machine as the limits allow."""
    limits, counting = shop.settings.limits, shop.settings.engine
    options = {"spark.driver.memory": limits.memory.removesuffix("B").lower(), **counting.options}
    return warehouse.Cluster(counting.master or f"local[{limits.threads}]", shop.project.home / "spark", options)


def _keep(engine: Engine, project: Project, key: str, kept: Kept) -> None:
    """Keep the tables for the next time; where nothing can be written they are made again each time."""
    try:
        warehouse.keep_build(engine, project.builds, key, kept)
    except OSError as error:
        if error.errno not in (errno.EROFS, errno.EACCES, errno.EPERM):
            raise


def _footing(project: Project, log: sources.ImportLog, frame: str) -> see.Footing:
    """What a build may go on from: what was built before, and which imports count by now."""
    imports = {
        f"{record.import_seq}:{record.content}": see.Taken(record.preset, record.first_day)
        for record in sources.live_imports(log)
        if record.first_day is not None
    }
    return see.Footing(frame, imports, warehouse.finished_builds(project.builds))
