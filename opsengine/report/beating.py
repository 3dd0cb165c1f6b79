"""The heartbeat: after every run somebody outside is told that all is delivered. When it stops, somebody should look.

It never says "the program ran". It says which period of which report has reached everybody, and it is silent on the network while
anything is still open.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from opsengine.calling import PUBLIC_LINE, Line, Place, allowed, connect, exchange, request
from opsengine.errors import OpsError
from opsengine.secret import read_secret
from opsengine.state import Outbox, Stage, canonical, instant, write_atomically

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from opsengine.report.due import Job
    from opsengine.report.running import Late
    from opsengine.settings import Heartbeat
    from opsengine.state import State

_NO_ADDRESS = "the address of the heartbeat is missing: nothing is in {variable}"
_HINT = "list it under `heartbeat.hosts` in opsengine.yaml"
_OVER = (Stage.SENT, Stage.SUPPRESSED)


@dataclass(frozen=True, slots=True)
class Outside:
    """The moment, and how the world is reached."""

    now: datetime
    line: Line = PUBLIC_LINE

    @property
    def at(self) -> str:
        """The moment as a text."""
        return instant(self.now)


@dataclass(frozen=True, slots=True)
class Pulse:
    """Which period of which report is delivered, and which is not."""

    delivered: tuple[tuple[str, str, int], ...]
    """Report, period and messages."""
    open: tuple[tuple[str, str, int], ...]
    """Report, period, and messages or briefs that are still missing."""

    @property
    def is_whole(self) -> bool:
        """Whether nothing is missing."""
        return not self.open

    def as_json(self) -> dict[str, Any]:
        """As plain JSON values."""
        return {
            "all_delivered": self.is_whole,
            "delivered": [{"report": report, "period": period, "messages": count} for report, period, count in self.delivered],
            "open": [{"report": report, "period": period, "missing": count} for report, period, count in self.open],
        }


def pulse_of(state: State, jobs: Sequence[Job], held: Iterable[Late]) -> Pulse:
    """How these jobs stand. A brief that is held, and a message that has not arrived, keep their period open."""
    missing: defaultdict[tuple[str, str], int] = defaultdict(int)
    arrived: defaultdict[tuple[str, str], int] = defaultdict(int)
    for one in held:
        missing[one.job.report.name, one.job.period.id] += 1
    for job in jobs:
        key = job.report.name, job.period.id
        newest = Outbox(state).newest(job.topic)
        arrived[key] += sum(message.stage in _OVER for message in newest)
        missing[key] += sum(message.stage not in _OVER for message in newest)
    return Pulse(
        tuple((*key, count) for key, count in sorted(arrived.items()) if not missing[key]),
        tuple((*key, count) for key, count in sorted(missing.items()) if count),
    )


def heartbeat_place(settings: Heartbeat, project: Path, environment: Mapping[str, str]) -> Place:
    """What is called. Raises UserError when its address is missing, or may not be called."""
    url = read_secret(_NO_ADDRESS, settings.url_env, "", project, environment).reveal()
    return allowed(url, settings.hosts, _HINT)


def beat(pulse: Pulse, settings: Heartbeat, project: Path, environment: Mapping[str, str], outside: Outside) -> str:
    """Tell the file and the address of the settings; what went wrong with that, else nothing. Raises nothing."""
    told = {"at": outside.at, **pulse.as_json()}
    try:
        if settings.file:
            write_atomically(project / settings.file, (json.dumps(told, ensure_ascii=False, indent=2) + "\n").encode())
        if settings.url_env and pulse.is_whole:
            place = heartbeat_place(settings, project, environment)
            answer = exchange(connect(place, outside.line), request(place, {}, canonical(told).encode()))
            return "" if 200 <= answer.status < 300 else answer.first_line or "no answer"
    except (OpsError, OSError) as error:
        return str(error) or type(error).__name__
    return ""
