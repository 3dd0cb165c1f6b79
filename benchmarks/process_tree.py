"""What a process and those that it started have spent."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


def spent() -> tuple[float, float]:
    """CPU seconds and the highest memory in MB of this process and of those that it started."""
    processes = [os.getpid()]
    for process in processes:
        for thread in Path(f"/proc/{process}/task").iterdir():
            with suppress(OSError):  # a thread that has ended since
                processes += map(int, (thread / "children").read_text(encoding="utf-8").split())
    cpu = peak = 0.0
    for process in processes:
        fields = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(") ")[2].split()
        status = Path(f"/proc/{process}/status").read_text(encoding="utf-8")
        cpu += sum(map(int, fields[11:15])) / TICKS
        peak += sum(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM")) / 1024
    return cpu, peak
