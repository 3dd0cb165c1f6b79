"""Ten thousand briefs through `opsengine report` itself, killed half-way and gone on with.

    python benchmarks/many_briefs.py [ACCOUNTS] [DAYS]

A project of so many made-up accounts with some metrics a day and a goal each, so that every brief has both pictures; its mails are
left in the outbox folder. Three commands: one that is killed once half of the drafts are written, one that goes on, and one with
nothing due. CPU time of all processes of each; the most memory that any printing process held, over quarters of the run, and the
process that hands them their work. Bars: 100 ms CPU a brief for composing, printing, keeping and leaving it, 150 MB a printing
process.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

DAY = date(2026, 6, 21)
METRICS = ("gmv", "plays", "interactions", "new_fans", "orders", "home_visits")
OPSENGINE = "from opsengine.cli import main; main()"
REPORT = "kind: report\nfor_each: account\nperiod: week\n"
GOAL = """kind: goal
cycle: 2026-06
subject: {account: %s}
primary:
  metric: gmv
  target: %d
"""
SETTINGS = "kind: project\nname: Many\ntime_zone: Asia/Shanghai\ndata: [data]\nlimits: {memory: 8GB, threads: 2}\n"


def make(folder: Path, accounts: int, days: int) -> None:
    """The project: a register, a file of numbers, a goal for each account, a weekly report."""
    dice = random.Random(1)  # noqa: S311  made-up accounts guard no secret
    names = [f"shop-{number:05}" for number in range(accounts)]
    for name in ("data", "reports", "goals"):
        (folder / name).mkdir(parents=True)
    (folder / "opsengine.yaml").write_text(SETTINGS, encoding="utf-8")
    (folder / "reports" / "weekly.yaml").write_text(REPORT, encoding="utf-8")
    fields = ("clothes", "food", "cars", "schools")
    lines = [f"{name},{name.title()},{fields[at % 4]}\n" for at, name in enumerate(names)]
    (folder / "accounts.csv").write_text("account_id,name,industry\n" + "".join(lines), encoding="utf-8")
    with (folder / "data" / "history.csv").open("w", encoding="utf-8") as file:
        file.write("account_id,date,metric,value\n")
        for name in names:
            level = dice.lognormvariate(6, 1)
            (folder / "goals" / f"{name}.yaml").write_text(GOAL % (name, 31 * level), encoding="utf-8")
            for age in range(days):
                when = DAY - timedelta(days=age)
                file.writelines(f"{name},{when},{metric},{round(level * dice.lognormvariate(0, 0.2))}\n" for metric in METRICS)


class Command:
    """One command being watched: its processor time and memory, and those of its children."""

    def __init__(self, *words: str) -> None:
        self._began = time.monotonic()
        command = [sys.executable, "-c", OPSENGINE, *words]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        self.hands: list[tuple[int, int]] = []
        """Drafts so far, and the most memory of any printing process at that time, in MB."""
        self.own = 0
        self._spent: dict[int, float] = {}
        """Processor seconds of each printing process; those of a killed command are waited for by nobody."""

    def watch(self, drafts: Path, kill_at: int = 0) -> None:
        """Look on until it ends; kill it once so many drafts are there."""
        while self._process.poll() is None:
            count = sum(1 for _ in drafts.glob("*/*.draft")) if drafts.is_dir() else 0
            self.own = max(self.own, _most_memory(self._process.pid))
            children = _children(self._process.pid)
            self.hands += [(count, _most_memory(child)) for child in children]
            self._spent |= {child: _seconds(child) for child in children}
            if kill_at and count >= kill_at:
                self._process.send_signal(signal.SIGKILL)
            time.sleep(0.5)

    @property
    def orphaned(self) -> float:
        """Processor seconds that the printing processes of a killed command took."""
        return sum(self._spent.values()) if self._process.returncode == -signal.SIGKILL else 0.0

    def tell(self, name: str, usage: tuple[float, float]) -> None:
        """One line on what it took."""
        clock = time.monotonic() - self._began
        said = (self._process.stderr.read() if self._process.stderr else b"").decode().strip().splitlines()[-1:]
        memory = f"{self.own} MB, printing {max((memory for _, memory in self.hands), default=0)} MB"
        print(f"{name}: {usage[1] - usage[0] + self.orphaned:.1f} CPU s, {clock:.0f} s on the clock; {memory}; {said}", flush=True)


def by_quarters(hands: list[tuple[int, int]], count: int) -> Iterator[int]:
    """The most memory of a printing process in each quarter of the drafts, in MB."""
    for quarter in range(4):
        begin, end = quarter * count // 4, (quarter + 1) * count // 4
        yield max((memory for drafts, memory in hands if begin <= drafts < end), default=0)


def main(accounts: int = 10_000, days: int = 60) -> None:
    """Make, import, look, report in two halves, report again."""
    with tempfile.TemporaryDirectory(dir=os.environ.get("OPSENGINE_BENCH_DIR")) as name:
        folder = Path(name) / "project"
        make(folder, accounts, days)
        place = ["--project-dir", str(folder), "--as-of", DAY.isoformat()]
        drafts = folder / ".opsengine" / "drafts"
        hands: list[tuple[int, int]] = []
        spent = 0.0
        steps = (("run", 0), ("report, killed", accounts // 2), ("report, gone on with", 0), ("report, nothing due", 0))
        for title, kill_at in steps:
            before = _cpu()
            command = Command(title.partition(",")[0], *place)
            command.watch(drafts, kill_at)
            command.tell(title, (before, _cpu()))
            hands += command.hands
            spent += (_cpu() - before + command.orphaned) if "report" in title else 0
        briefs = sum(1 for _ in (folder / "briefs").glob("weekly/*/*/index.html"))
        mails = sum(1 for _ in (folder / "outbox").iterdir())
        quarters = ", ".join(f"{memory} MB" for memory in by_quarters(hands, accounts))
        print(f"{briefs:,} briefs, {mails:,} mails: {spent / accounts * 1000:.1f} ms CPU each, looking at the day twice included")
        print(f"printing processes by quarters of the drafts: {quarters}")


def _children(pid: int) -> list[int]:
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()]
    except OSError:
        return []


def _most_memory(pid: int) -> int:
    """What a process holds, in MB."""
    try:
        return int(Path(f"/proc/{pid}/status").read_text(encoding="ascii").partition("VmRSS:")[2].split()[0]) // 1024
    except (OSError, IndexError):
        return 0


def _seconds(pid: int) -> float:
    """The processor time of a process."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _cpu() -> float:
    used = os.times()
    return used.children_user + used.children_system


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:]))
