"""The front door opens quickly: help loads no engine, no schema library, no template and no catalogue."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = {
    *("babel", "css_inline", "duckdb", "http.server", "jinja2", "pydantic"),
    *("pyspark", "python_calamine", "resvg", "rich", "sqlglot", "starlette", "uvicorn", "yaml"),
}
HELP = """
import sys
from datetime import UTC, datetime
from opsengine.cli.main import run
run({args!r}, {{}}, datetime.now(UTC))
"""


def modules_after(code: str) -> set[str]:
    said = subprocess.run(
        [sys.executable, "-c", code + "\nprint('loaded', *sys.modules)"], check=True, capture_output=True, text=True, timeout=60
    )
    return set(said.stdout.splitlines()[-1].split())


def test_importing_the_package_loads_nothing_but_the_package():
    loaded = modules_after("import sys\nimport opsengine")

    assert not loaded & {"click", *HEAVY}


@pytest.mark.parametrize("args", [["--help"], ["--version"], ["report", "--help"], ["goals", "--help"], ["monitor", "--help"]], ids=" ".join)
def test_help_is_light(args):
    loaded = modules_after(HELP.format(args=args))

    assert not loaded & HEAVY


def test_knowing_the_order_of_a_day_loads_no_engine_and_no_template():
    loaded = modules_after("import sys\nimport opsengine.pipeline")

    assert not loaded & (HEAVY - {"pydantic", "yaml"})
