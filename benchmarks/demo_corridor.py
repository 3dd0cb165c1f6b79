"""What the whole corridor costs: `opsengine demo` with forty accounts, `opsengine --help`, and the installed environment.

Run it with the Python of an environment in which opsengine is installed, or with `make bench`:

    python benchmarks/demo_corridor.py

It prints a Markdown table and exits with 1 when a target is missed. CPU time is user and system time of the command and of
every process it waited for; memory is the largest resident set of any one of them.
"""

from __future__ import annotations

import importlib.metadata
import os
import re
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

COMMAND = (sys.executable, "-c", "from opsengine.cli import main; main()")
"""What the console script does, without depending on where it was put."""
HELP_RUNS = 7
"""The fastest runs vary by a few hundredths of a second; the median of seven does not."""
MEGABYTE = 1_000_000
KILOBYTE = 1 if sys.platform == "darwin" else 1024
"""The unit of `ru_maxrss`: bytes on macOS, kilobytes elsewhere."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What one command cost."""

    cpu_seconds: float
    memory_megabytes: float


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table: a measured number and the most it may be."""

    what: str
    measured: float
    target: float
    unit: str

    @property
    def is_met(self) -> bool:
        """Whether the target holds."""
        return self.measured <= self.target

    def __str__(self) -> str:
        verdict = "yes" if self.is_met else "**no**"
        return f"| {self.what} | {self.measured:.2f} {self.unit} | {self.target:g} {self.unit} | {verdict} |"


def main() -> int:
    """Measure, print, and say with the exit code whether every target is met."""
    lines = [*corridor(), opening(), installation()]
    print("| what | measured | at most | met |\n|---|---:|---:|---|")
    for line in lines:
        print(line)
    return 0 if all(line.is_met for line in lines) else 1


def corridor() -> list[Line]:
    """The day of forty accounts: sample files written, imported, computed, rendered, delivered to the outbox."""
    with tempfile.TemporaryDirectory() as folder:
        cost = run(["demo", str(Path(folder) / "demo")])
    return [
        Line("`opsengine demo`, 40 accounts, CPU", cost.cpu_seconds, 20, "s"),
        Line("`opsengine demo`, 40 accounts, memory", cost.memory_megabytes, 600, "MB"),
    ]


def opening() -> Line:
    """`opsengine --help`, once to warm the caches of byte code and files, then the median of some runs."""
    run(["--help"])
    return Line("`opsengine --help`, CPU", statistics.median(run(["--help"]).cpu_seconds for _ in range(HELP_RUNS)), 0.4, "s")


def installation() -> Line:
    """The files of opsengine and of everything it needs by default, without extras and development tools."""
    size = sum(size_of(name) for name in needed("opsengine"))
    return Line("installed environment", size / MEGABYTE, 250, "MB")


def run(arguments: Sequence[str]) -> Cost:
    """What `opsengine` with these arguments costs. Raises RuntimeError with its last words when it fails."""
    environment = os.environ | {"NO_COLOR": "1"}
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen([*COMMAND, *arguments], stdout=subprocess.DEVNULL, stderr=said, env=environment)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode not in (0, 1):
            said.seek(0)
            raise RuntimeError(said.read().decode(errors="replace")[-2000:])
    return Cost(usage.ru_utime + usage.ru_stime, usage.ru_maxrss * KILOBYTE / MEGABYTE)


def needed(name: str) -> set[str]:
    """A distribution and all it requires without extras, by normalised names."""
    found: set[str] = set()
    waiting = [name]
    while waiting:
        one = normalised(waiting.pop())
        if one in found:
            continue
        try:
            requirements = importlib.metadata.requires(one) or []
        except importlib.metadata.PackageNotFoundError:
            continue
        found.add(one)
        by_default = (requirement for requirement in requirements if "extra ==" not in requirement)
        waiting += [re.split(r"[^\w.-]", requirement, maxsplit=1)[0] for requirement in by_default]
    return found


def normalised(name: str) -> str:
    """A distribution's name as package tools compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def size_of(name: str) -> int:
    """Bytes of a distribution's files; one that is installed in place counts its own package folder and templates."""
    listed = [Path(str(file.locate())) for file in importlib.metadata.files(name) or []]
    if name == "opsengine" and not any(path.name == "pipeline.py" for path in listed):
        root = Path(__file__).resolve().parents[1]
        listed += [path for folder in ("opsengine", "templates", "goals") for path in (root / folder).rglob("*")]
    return sum(path.stat().st_size for path in set(listed) if path.is_file())


if __name__ == "__main__":
    sys.exit(main())
