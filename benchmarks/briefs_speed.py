"""What a brief costs to print: page, mail with two pictures, Markdown and JSON; and how much memory the processes take.

    python benchmarks/briefs_speed.py [BRIEFS] [PROCESSES]

The briefs are those of the demo's accounts, 400 by default, each with numbers of its own so that no picture is drawn twice;
10,000 are printed by saying so. CPU time, of this process for the split and of all processes for the whole. Bars: 100 ms a brief
with both pictures, 45 ms without them, 150 MB for a process.
"""

from __future__ import annotations

import multiprocessing
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from opsengine.demo import DemoPlan, write_exports, write_project
from opsengine.pipeline import Desk, Errand, bring_in, composed
from opsengine.project import Project
from opsengine.report.brief import Brief
from opsengine.report.charts import framed
from opsengine.report.content import Theme, account_content
from opsengine.report.press import Setting, Sheet, printed
from opsengine.report.rasterising import png
from opsengine.report.rendering import IN_MAIL, inlined
from opsengine.report.templating import paper
from opsengine.settings import read_settings
from opsengine.state import Address, Channel, Topic

ACCOUNTS = 20
NOW = datetime(2026, 6, 22, 8, tzinfo=UTC)
READER = (Address(Channel.MAIL, "reader@brand.example"),)
SAMPLE = 40
"""Briefs that the split is measured on."""


def demo_briefs(folder: Path) -> list[Brief]:
    """The weekly briefs of the demo's accounts."""
    plan = DemoPlan(accounts=ACCOUNTS)
    write_project(folder, plan)
    write_exports(folder, plan)
    project = Project(folder)
    desk = Desk(project, read_settings(project, {}), {}, NOW)
    bring_in(desk, [folder / "data"])
    return [brief for brief in composed(desk, Errand(plan.as_of)) if isinstance(brief, Brief)]


def many(briefs: list[Brief], count: int) -> Iterator[Brief]:
    """So many briefs, each a little different from every other."""
    for number in range(count):
        brief = briefs[number % len(briefs)]
        shift = number / 1000
        scores = tuple(
            replace(score, history=tuple(replace(p, value=None if p.value is None else p.value + shift) for p in score.history))
            for score in brief.scores
        )
        pace = brief.pace and replace(brief.pace, target=brief.pace.target * (1 + shift / 100))
        yield replace(brief, scores=scores, pace=pace, subject=replace(brief.subject, account_id=f"shop-{number:05}"))


def split(briefs: list[Brief]) -> dict[str, float]:
    """Milliseconds of CPU a brief, by what they are spent on."""
    sheets, theme = paper(None), Theme()
    spent = dict.fromkeys(("working out", "page", "mail", "inlining", "Markdown", "pictures", "JSON"), 0.0)
    for turn, brief in enumerate([briefs[0], *briefs]):
        if turn == 1:
            spent = dict.fromkeys(spent, 0.0)
        clock = _Clock(spent)
        content = account_content(brief, "zh-CN", theme, "") | {"subject": "", "preheader": "", "is_cut": False}
        clock.tell("working out")
        sheets.fill("page/account.html.j2", content)
        clock.tell("page")
        mail = sheets.fill("mail/account.html.j2", content)
        clock.tell("mail")
        inlined(mail)
        clock.tell("inlining")
        sheets.fill("md/account.md.j2", content)
        clock.tell("Markdown")
        for name in IN_MAIL:
            if content["charts"][name]:
                png(sheets.fill(f"charts/{name}.svg.j2", content | {"chart": framed(content["charts"][name])}))
        clock.tell("pictures")
        brief.as_json()
        clock.tell("JSON")
    return {name: seconds / len(briefs) * 1000 for name, seconds in spent.items()}


class _Clock:
    """Adds the CPU time since the last look to what was named."""

    def __init__(self, spent: dict[str, float]) -> None:
        self._spent, self._since = spent, time.process_time()

    def tell(self, name: str) -> None:
        now = time.process_time()
        self._spent[name] += now - self._since
        self._since = now


def main(count: int = 400, processes: int = 2) -> None:
    """Print, measure, tell; exit code 1 when a bar is missed."""
    with tempfile.TemporaryDirectory() as folder:
        briefs = demo_briefs(Path(folder))
    parts = split(list(many(briefs, SAMPLE)))
    before, begun = _children(), time.process_time()
    sheets = (Sheet(Topic("weekly", "2026-W25", b.subject.account_id), b, "zh-CN", READER) for b in many(briefs, count))
    size = memory = 0
    for number, draft in enumerate(printed(sheets, Setting(Theme(), workers=processes), count)):
        size += len(draft)
        memory = memory if number % 20 else max([memory, *_memory()])
    here, there = time.process_time() - begun, _children() - before
    whole, plain = (here + there) / count * 1000, sum(parts.values()) - parts["pictures"]
    print(f"{count:,} briefs in {processes} processes: {whole:.1f} ms CPU each, of it {here / count * 1000:.1f} ms handing over")
    print("split, in one process: " + ", ".join(f"{name} {ms:.1f} ms" for name, ms in parts.items()))
    print(f"without pictures {plain:.1f} ms; {size / count / 1024:.0f} KB a brief; largest process {memory} MB")
    sys.exit(whole > 100 or plain > 45 or memory > 150)


def _memory() -> Iterator[int]:
    """The most that each printing process ever held in memory, in MB."""
    for process in multiprocessing.active_children():
        status = Path(f"/proc/{process.pid}/status").read_text(encoding="ascii")
        yield int(status.partition("VmHWM:")[2].split()[0]) // 1024


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:]))
