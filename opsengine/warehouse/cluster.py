"""Which Spark counts for a project; Spark itself is loaded only where it is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from opsengine.errors import UserError

if TYPE_CHECKING:
    from opsengine.warehouse.spark_engine import SparkEngine

FEW_ROWS = {
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.shuffle.partitions": "2",
    "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -XX:ReservedCodeCacheSize=240m",
}
"""Where there is little to count, most time goes into planning and compiling: plans are made once, and not compiled."""


@dataclass(frozen=True, slots=True)
class Cluster:
    """Which Spark counts, and where its tables are kept."""

    master: str
    """`local[2]`, `spark://host:7077`, or `sc://host:15002` for Spark Connect."""
    folder: Path
    """Where tables stand while a build is made: all workers see it by this name."""
    options: Mapping[str, str] = field(default_factory=dict)
    """Further settings of Spark."""


def join_cluster(cluster: Cluster, *, is_telling: bool = False) -> SparkEngine:
    """An engine whose tables Spark makes. Raises UserError without the extra `spark`, EngineError when no master answers."""
    try:
        from opsengine.warehouse.spark_engine import SparkEngine  # noqa: PLC0415  large, and only for those who ask for it

        return SparkEngine(cluster, is_telling=is_telling)
    except ImportError as error:
        hint = "install the extra: `pip install 'opsengine[spark]'`; for `sc://` masters also `pyspark[connect]`"
        raise UserError("`engine: spark` needs the package {name}", hint=hint, name=error.name or "pyspark[connect]") from None
