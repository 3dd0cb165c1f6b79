"""What a killed process left where it spilled is cleared away, and nothing else is."""

from __future__ import annotations

import os
import platform
import subprocess
import sys

from opsengine.warehouse import DuckDBEngine


def gone() -> int:
    """The number of a process that has ended."""
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    return ended.pid


def test_what_a_killed_process_spilled_goes_with_the_next_engine(tmp_path):
    here = platform.node()
    left, ours, elsewhere, other = (
        tmp_path / name for name in (f"spill.{here}.{gone()}.0", f"spill.{here}.{os.getpid()}.9", f"spill.elsewhere.{gone()}.0", "builds")
    )
    for folder in (left, ours, elsewhere, other):
        folder.mkdir()
        (folder / "part").write_text("rows", encoding="utf-8")

    DuckDBEngine(spill=tmp_path)

    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(path.name for path in (ours, elsewhere, other))
