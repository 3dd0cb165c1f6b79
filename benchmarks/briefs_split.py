"""Where the time of `opsengine report` goes: CPU ms a brief, by step.

    python benchmarks/briefs_split.py [ACCOUNTS] [RUNS]

The project of `many_briefs.py` with so many accounts, 500 by default; its whole report in this one process, so that its clock
sees every step. Each step counts what it does itself, without the steps inside it. The least of so many runs, 3 by default:
a machine that does something else meanwhile only ever makes a step dearer.
"""

from __future__ import annotations

import functools
import importlib
import io
import shutil
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import redirect_stdout
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from many_briefs import DAY, make

from opsengine.cli.main import run
from opsengine.report import press
from opsengine.report.templating import Paper

NOW = datetime(2026, 6, 22, 8, tzinfo=UTC)
STEPS = {
    "opsengine.pipeline:run_day": "looking at the day",
    "opsengine.pipeline:_correct": "corrections",
    "opsengine.report.writing:compose_briefs": "composing",
    "opsengine.report.press:render": "composing",
    "opsengine.report.rendering:account_content": "working out",
    "opsengine.report.rendering:inlined": "mail",
    "opsengine.report.rendering:png": "pictures",
    "opsengine.report.brief:as_json": "JSON",
    "opsengine.report.press:packed": "drafts",
    "opsengine.report.spool:Spool.add": "drafts",
    "opsengine.report.spool:unpacked": "drafts",
    "opsengine.pipeline:report.plan": "planning",
    "opsengine.report.outbox:payload_of": "message",
    "opsengine.pipeline:report.deliver": "delivery",
    "opsengine.pipeline:report.publish": "pages on disk",
    "opsengine.pipeline:report.index_run": "index of the run",
    "opsengine.pipeline:back_up": "backup",
}
"""What is timed, where its caller finds it, and the step that it belongs to. Filling a template is told by its folder."""
PAPERS = {"page": "page", "mail": "mail", "md": "Markdown", "charts": "pictures", "site": "index of the run"}


class Meter:
    """Adds up CPU seconds by step; the innermost step that is under way is charged."""

    def __init__(self) -> None:
        self.spent: dict[str, float] = defaultdict(float)
        self._open, self._since = ["the rest"], time.process_time()

    def enter(self, step: str) -> None:
        """Begin with a step, within the one that is under way."""
        self._charge()
        self._open.append(step)

    def leave(self) -> None:
        """End the innermost step."""
        self._charge()
        self._open.pop()

    def _charge(self) -> None:
        now = time.process_time()
        self.spent[self._open[-1]] += now - self._since
        self._since = now

    def timed(self, act: Callable[..., Any], step: Callable[..., str]) -> Callable[..., Any]:
        """The same act, with its time charged to a step."""

        @functools.wraps(act)
        def timed(*values: Any, **named: Any) -> Any:
            name = step(*values)
            self.enter(name)
            try:
                found = act(*values, **named)
            finally:
                self.leave()
            return self._each(found, name) if isinstance(found, Iterator) else found

        return timed

    def _each(self, items: Iterator[Any], name: str) -> Iterator[Any]:
        while True:
            self.enter(name)
            try:
                item = next(items, self)
            finally:
                self.leave()
            if item is self:
                return
            yield item


def install(meter: Meter) -> None:
    """Put the clock around every step; all briefs are printed in this process."""
    press.WORTH_A_PROCESS = sys.maxsize
    for place, step in STEPS.items():
        module, _, path = place.partition(":")
        *owners, name = path.split(".")
        owner = functools.reduce(getattr, owners, importlib.import_module(module))
        setattr(owner, name, meter.timed(getattr(owner, name), lambda *_, step=step: step))
    Paper.fill = meter.timed(Paper.fill, lambda _, template, *__: PAPERS[template.partition("/")[0]])  # type: ignore[method-assign]


def main(accounts: int = 500, runs: int = 3) -> None:
    """Make the project, report on it so many times, tell the least of each step."""
    meter = Meter()
    install(meter)
    least: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as name, redirect_stdout(io.StringIO()):
        base, place = Path(name) / "base", Path(name) / "project"
        make(base, accounts, 60)
        run(["run", "--project-dir", str(base), "--as-of", DAY.isoformat()], {}, NOW)
        for _ in range(runs):
            shutil.rmtree(place, ignore_errors=True)
            shutil.copytree(base, place)
            meter.spent.clear()
            meter.enter("the rest")
            run(["report", "--project-dir", str(place), "--as-of", DAY.isoformat()], {}, NOW)
            meter.leave()
            least = {step: min(spent, least.get(step, spent)) for step, spent in meter.spent.items()}
    for step, spent in sorted(least.items(), key=lambda one: -one[1]):
        print(f"{step:20} {spent / accounts * 1000:6.1f} ms")
    print(f"{'together':20} {sum(least.values()) / accounts * 1000:6.1f} ms a brief")


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:]))
