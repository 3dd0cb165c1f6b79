"""What a day is judged with beside its tables: settings, special days, what fires already, paid tests that run."""

from __future__ import annotations

from contextlib import closing
from datetime import date
from typing import TYPE_CHECKING

from opsengine.monitor.laying_out import special_days
from opsengine.monitor.paid_tests import read_tests
from opsengine.monitor.remembering import firing
from opsengine.monitor.settings import read_monitor
from opsengine.monitor.watching import Around
from opsengine.state import Alerts, read_state

if TYPE_CHECKING:
    from opsengine.project import Project
    from opsengine.state import Where


def around_of(project: Project, where: Where, as_of: date, asked: frozenset[tuple[str, str]] = frozenset()) -> Around:
    """What surrounds a day of a project; `asked` are alerts that are asked for whatever their state. Raises InvalidFiles."""
    file = read_monitor(project)
    with closing(read_state(where)) as state:
        burning = firing(Alerts(state).current())
    tests, unread = read_tests(project, as_of)
    return Around(file, special_days(project, file, as_of), burning, asked=asked, tests=tests, unread=unread)
