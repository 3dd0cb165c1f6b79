"""Room five: what needs a person now.

In:   the day's tables, goal results, and the rules (`alerts/*.yaml` and the shipped ones)
Out:  an `Alert` for each rule and subject that fires, or of which nothing can be said
Not:  telling anyone. Messages leave the house through the report room's outbox.
"""

from opsengine.monitor.alert import Alert, Rule, State
from opsengine.monitor.alert_file import AlertFile, duration
from opsengine.monitor.house import House, about_house
from opsengine.monitor.laying_out import special_days
from opsengine.monitor.living import Mark, Phase, Step, Terms, Word, acknowledged, begin, snoozed, step
from opsengine.monitor.reading import read_alerts
from opsengine.monitor.remembering import Look, Moment, blind, firing, look_at, mark_of, record_of
from opsengine.monitor.settings import MonitorFile, Person, read_monitor
from opsengine.monitor.telling import FOLDER, Digest, digests, notices_for
from opsengine.monitor.watching import TOLD, Around, in_order, watch

__all__ = [
    "FOLDER",
    "TOLD",
    "Alert",
    "AlertFile",
    "Around",
    "Digest",
    "House",
    "Look",
    "Mark",
    "Moment",
    "MonitorFile",
    "Person",
    "Phase",
    "Rule",
    "State",
    "Step",
    "Terms",
    "Word",
    "about_house",
    "acknowledged",
    "begin",
    "blind",
    "digests",
    "duration",
    "firing",
    "in_order",
    "look_at",
    "mark_of",
    "notices_for",
    "read_alerts",
    "read_monitor",
    "record_of",
    "snoozed",
    "special_days",
    "step",
    "watch",
]
