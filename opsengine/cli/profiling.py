"""How a build goes: a bar while it works, and afterwards what each model took."""

from __future__ import annotations

import sys
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

import click

from opsengine.cli.tables import Table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from opsengine.cli.frame import Session
    from opsengine.warehouse import Step

COLUMNS = {"model": "model", "rows": "rows", "seconds": "seconds", "cpu_seconds": "CPU seconds"}


class Profile:
    """What each model took, in the order in which they were made."""

    def __init__(self) -> None:
        self._steps: dict[str, Step] = {}

    def note(self, step: Step) -> None:
        """Add a model, or a further piece of one."""
        before = self._steps.get(step.table)
        spent = (before.seconds, before.cpu_seconds) if before else (0.0, 0.0)
        kind = type(step)
        self._steps[step.table] = kind(step.table, step.rows, step.seconds + spent[0], step.cpu_seconds + spent[1])

    def as_json(self) -> list[dict[str, Any]]:
        """A model a line."""
        return [
            {"model": one.table, "rows": one.rows, "seconds": round(one.seconds, 3), "cpu_seconds": round(one.cpu_seconds, 3)}
            for one in self._steps.values()
        ]

    def table(self) -> Table:
        """The slowest first."""
        lines = sorted(self.as_json(), key=lambda line: (-line["seconds"], line["model"]))
        return Table(COLUMNS, [list(line.values()) for line in lines], empty="nothing had to be made: the tables of this day stand")


@contextmanager
def build_bar(session: Session, profile: Profile) -> Iterator[Any]:
    """Hands out what is told of each model; a bar on stderr, where somebody looks at a terminal."""
    from opsengine.warehouse import in_order

    models = {model.table for model in in_order("staging", "metrics", "scores") if not model.is_view}
    made: set[str] = set()
    bar: Any = None

    def tell(step: Step) -> None:
        nonlocal bar
        profile.note(step)
        if bar is None and sys.stderr.isatty():
            bar = stack.enter_context(click.progressbar(length=len(models), label=session.words("building"), file=sys.stderr))
        table = step.table.removesuffix("_since")
        if bar is not None and table in models - made:
            bar.update(1)
        made.add(table)

    with ExitStack() as stack:
        yield tell
