"""Run a query, keep a table: one engine interface, whatever engine is behind it."""

from typing import TYPE_CHECKING

from opsengine.doors import hang

if TYPE_CHECKING:
    from opsengine.warehouse.builds import Build, Kept, Part, finished_builds, keep_build, open_build
    from opsengine.warehouse.cluster import FEW_ROWS, Cluster, join_cluster
    from opsengine.warehouse.duckdb_engine import DuckDBEngine
    from opsengine.warehouse.engine import Engine, Writing, text_literal
    from opsengine.warehouse.expressions import Condition, Formula, parse_condition, parse_formula
    from opsengine.warehouse.models import Model, build_models, in_order, read_models
    from opsengine.warehouse.watching import Notice, Step, watched
    from opsengine.warehouse.widening import Families, Member, widen

__all__ = [
    "FEW_ROWS",
    "Build",
    "Cluster",
    "Condition",
    "DuckDBEngine",
    "Engine",
    "Families",
    "Formula",
    "Kept",
    "Member",
    "Model",
    "Notice",
    "Part",
    "Step",
    "Writing",
    "build_models",
    "finished_builds",
    "in_order",
    "join_cluster",
    "keep_build",
    "open_build",
    "parse_condition",
    "parse_formula",
    "read_models",
    "text_literal",
    "watched",
    "widen",
]

hang(__name__)
