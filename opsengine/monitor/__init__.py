"""Room five: what needs a person now.

In:   the day's tables, goal results, and the rules (`alerts/*.yaml` and the shipped ones)
Out:  an `Alert` for each rule and subject that fires or cannot be judged; how alerts live; digests; the live page
Not:  sending. What people are to be told is decided here; it leaves the house through the report room's outbox.
"""

from typing import TYPE_CHECKING

from opsengine.doors import hang

if TYPE_CHECKING:
    from opsengine.monitor.account_page import Records, account_page
    from opsengine.monitor.alert import Alert, Rule, State
    from opsengine.monitor.alert_file import AlertFile, duration
    from opsengine.monitor.board import Board, early_board, make_board, open_alerts
    from opsengine.monitor.house import House, about_house
    from opsengine.monitor.laying_out import special_days
    from opsengine.monitor.living import Mark, Phase, Step, Terms, Word, acknowledged, begin, snoozed, step
    from opsengine.monitor.paid_tests import files_of_tests
    from opsengine.monitor.reading import read_alerts
    from opsengine.monitor.remembering import Look, Moment, blind, firing, look_at, mark_of, record_of
    from opsengine.monitor.serving import Place, read_token, serve
    from opsengine.monitor.settings import MonitorFile, Person, read_monitor
    from opsengine.monitor.sighting import Sight, unseen
    from opsengine.monitor.site import Detail, Site
    from opsengine.monitor.surroundings import around_of
    from opsengine.monitor.telling import FOLDER, Digest, digests, notices_for
    from opsengine.monitor.watching import ON_THE_PAGE, TOLD, Around, count_portfolio, in_order, watch

__all__ = [
    "FOLDER",
    "ON_THE_PAGE",
    "TOLD",
    "Alert",
    "AlertFile",
    "Around",
    "Board",
    "Detail",
    "Digest",
    "House",
    "Look",
    "Mark",
    "Moment",
    "MonitorFile",
    "Person",
    "Phase",
    "Place",
    "Records",
    "Rule",
    "Sight",
    "Site",
    "State",
    "Step",
    "Terms",
    "Word",
    "about_house",
    "account_page",
    "acknowledged",
    "around_of",
    "begin",
    "blind",
    "count_portfolio",
    "digests",
    "duration",
    "early_board",
    "files_of_tests",
    "firing",
    "in_order",
    "look_at",
    "make_board",
    "mark_of",
    "notices_for",
    "open_alerts",
    "read_alerts",
    "read_monitor",
    "read_token",
    "record_of",
    "serve",
    "snoozed",
    "special_days",
    "step",
    "unseen",
    "watch",
]

hang(__name__)
