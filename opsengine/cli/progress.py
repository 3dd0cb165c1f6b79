"""A progress bar on stderr, where somebody looks at a terminal; silence everywhere else."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from opsengine.cli.frame import Session

FEWEST = 20
"""Fewer briefs are written before a bar could be read."""


@contextmanager
def progress_bar(session: Session) -> Iterator[Callable[[int, int], None]]:
    """Hands out a function that is told how many briefs are written, and of how many."""
    bar: Any = None

    def tell(done: int, of: int) -> None:
        nonlocal bar
        if bar is None and of >= FEWEST and sys.stderr.isatty():
            bar = stack.enter_context(click.progressbar(length=of, label=session.words("writing briefs"), file=sys.stderr))
        if bar is not None:
            bar.update(done - bar.pos)

    with ExitStack() as stack:
        yield tell
