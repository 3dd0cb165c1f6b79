"""The tables of a day: found again when nothing that goes into them has changed, else made by the engine that the project names.

Whatever engine made them, they are read through the embedded one: goals, advice, rewards, alerts and briefs see the same files.
"""

from __future__ import annotations

import errno
from contextlib import closing
from typing import TYPE_CHECKING

from opsengine import monitor, see, sources, warehouse
from opsengine.state import Imports, read_state

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from opsengine.desk import Desk
    from opsengine.monitor import Sight
    from opsengine.project import Project
    from opsengine.warehouse import Engine, Kept


SMALL_REGISTER = 16_384
"""Bytes of a register of some two hundred accounts: of so few, threads cost more than they bring, a third of the time for forty."""


def embedded(desk: Desk) -> Engine:
    """The engine inside this process, without tables."""
    limits, threads = desk.settings.limits, 1 if _has_few_accounts(desk) else desk.settings.limits.threads
    engine = warehouse.DuckDBEngine(
        threads=threads, memory_limit=limits.memory, spill=desk.project.home, is_telling=_is_telling(desk)
    )
    return warehouse.watched(engine, desk.notice)


def find_or_make(desk: Desk, as_of: date, versions: Mapping[str, int], sight: Sight = monitor.unseen) -> Engine:
    """The tables of room one as of a day, by these versions of scorecards; `sight` is shown them as soon as they are made.

    Raises InvalidFiles, DataError, EngineError.
    """
    engine = embedded(desk)
    with closing(read_state(desk.where)) as state:
        log, builds = Imports(state), desk.project.builds
        frame = frame_of(desk, versions)
        key = see.build_key(frame, as_of, log.records())
        if warehouse.open_build(engine, builds, key):
            return engine
        footing = see.footing_of(desk.project, log, frame)
        if desk.settings.engine.kind == "spark":
            with closing(warehouse.join_cluster(_cluster(desk), is_telling=_is_telling(desk))) as spark:
                maker = warehouse.watched(spark, desk.notice)
                sources.mount_facts(maker, log, desk.project)
                made = see.build_see(maker, desk.project, as_of, versions=versions, footing=footing)
                warehouse.keep_build(maker, builds, key, made)
            warehouse.open_build(engine, builds, key)
            sight(engine)
        else:
            sources.mount_facts(engine, log, desk.project)
            made = see.build_see(engine, desk.project, as_of, versions=versions, footing=footing)
            sight(engine)
            _keep(engine, desk.project, key, made)
    return engine


def frame_of(desk: Desk, versions: Mapping[str, int]) -> str:
    """What goes into the tables of a project beside the day and the imports."""
    return see.frame_of(desk.project, versions, desk.settings.time_zone, desk.settings.engine.kind)


def _cluster(desk: Desk) -> warehouse.Cluster:
    """The Spark that the project names; without a name, of as many threads of this machine as the limits allow."""
    limits, counting = desk.settings.limits, desk.settings.engine
    few = warehouse.FEW_ROWS if _has_few_accounts(desk) else {}
    options = {"spark.driver.memory": limits.memory.removesuffix("B").lower(), **few, **counting.options}
    return warehouse.Cluster(counting.master or f"local[{limits.threads}]", desk.project.home / "spark", options)


def _has_few_accounts(desk: Desk) -> bool:
    register = desk.project.accounts_file
    return register.is_file() and register.stat().st_size < SMALL_REGISTER


def _is_telling(desk: Desk) -> bool:
    return bool(desk.environment.get("OPSENGINE_DEBUG"))


def _keep(engine: Engine, project: Project, key: str, kept: Kept) -> None:
    """Keep the tables for the next time; where nothing can be written they are made again each time."""
    try:
        warehouse.keep_build(engine, project.builds, key, kept)
    except OSError as error:
        if error.errno not in (errno.EROFS, errno.EACCES, errno.EPERM):
            raise
