"""Room five: what needs a person now.

In:   the day's tables, goal results, and the rules (`alerts/*.yaml` and the shipped ones)
Out:  an `Alert` for each rule and subject that fires, or of which nothing can be said
Not:  telling anyone. Messages leave the house through the report room's outbox.
"""

from opsengine.monitor.alert import Alert, Rule, State
from opsengine.monitor.alert_file import AlertFile
from opsengine.monitor.house import House, about_house
from opsengine.monitor.laying_out import special_days
from opsengine.monitor.living import Mark, Phase, Step, Terms, Word, acknowledged, begin, snoozed, step
from opsengine.monitor.reading import read_alerts
from opsengine.monitor.settings import MonitorFile, Person, read_monitor
from opsengine.monitor.watching import TOLD, Around, in_order, watch

__all__ = [
    "TOLD",
    "Alert",
    "AlertFile",
    "Around",
    "House",
    "Mark",
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
    "in_order",
    "read_alerts",
    "read_monitor",
    "snoozed",
    "special_days",
    "step",
    "watch",
]
