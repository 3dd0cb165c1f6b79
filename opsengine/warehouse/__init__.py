"""Run a query, keep a table: one engine interface, whatever engine is behind it."""

from opsengine.warehouse.builds import keep_build, open_build
from opsengine.warehouse.duckdb_engine import DuckDBEngine
from opsengine.warehouse.engine import Engine, Writing
from opsengine.warehouse.expressions import Condition, Formula, parse_condition, parse_formula
from opsengine.warehouse.models import Model, build_models, in_order, read_models

__all__ = [
    "Condition",
    "DuckDBEngine",
    "Engine",
    "Formula",
    "Model",
    "Writing",
    "build_models",
    "in_order",
    "keep_build",
    "open_build",
    "parse_condition",
    "parse_formula",
    "read_models",
]
