"""Room five: what needs a person now.

In:   the day's tables, goal results, and the rules (`alerts/*.yaml` and the shipped ones)
Out:  an `Alert` for each rule and subject that fires, or of which nothing can be said
Not:  telling anyone. Messages leave the house through the report room's outbox.
"""

from opsengine.monitor.alert import Alert, AlertFile, Rule, State
from opsengine.monitor.reading import read_alerts
from opsengine.monitor.watching import watch

__all__ = ["Alert", "AlertFile", "Rule", "State", "read_alerts", "watch"]
