"""What starting costs: CPU of `--help`, of one account's scores, and of a report with nothing due.

    python benchmarks/start_up.py [--accounts 40] [--runs 5]

A demo project is made and reported once; then each command runs so many times in a process of its own, and the median of user and
system time is told.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

DAY = "2026-06-21"
RUN = (sys.executable, "-c", "from opsengine.cli import main; main()")
TARGETS = {"--help": 0.4, "see ACCOUNT": 1.0, "report, nothing due": 1.0}


def main() -> None:
    """Print one line for each command."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--accounts", type=int, default=40)
    parser.add_argument("--runs", type=int, default=5)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="start-up-") as folder:
        project = Path(folder) / "demo"
        cpu_of("demo", str(project), "--accounts", str(asked.accounts), "--no-report")
        at = ("--project-dir", str(project), "--as-of", DAY)
        cpu_of("report", *at)
        cpu_of("report", *at)
        account = (project / "accounts.csv").read_text(encoding="utf-8").splitlines()[1].split(",")[0]
        commands = {"--help": ("--help",), "see ACCOUNT": ("see", account, *at), "report, nothing due": ("report", *at)}
        print(f"{'command':<22}{'CPU s':>7}{'target':>8}")
        for name, words in commands.items():
            spent = statistics.median(cpu_of(*words) for _ in range(asked.runs))
            print(f"{name:<22}{spent:>7.2f}{TARGETS[name]:>8.1f}", flush=True)


def cpu_of(*words: str) -> float:
    """User and system time of a command and its children."""
    before = os.times()
    subprocess.run([*RUN, *words], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    after = os.times()
    return after.children_user + after.children_system - before.children_user - before.children_system


if __name__ == "__main__":
    main()
