"""`opsengine report --to ME --test`: a few of today's briefs for one reader, to see how they arrive."""

from __future__ import annotations

from typing import TYPE_CHECKING

from opsengine.cli.outbox import STATES
from opsengine.cli.tables import Table
from opsengine.errors import Exit

if TYPE_CHECKING:
    from opsengine.cli.frame import Session
    from opsengine.pipeline import Errand

_COLUMNS = {"brief": "brief", "recipient": "recipient", "channel": "channel", "state": "state", "said": "answer"}


def try_out(session: Session, errand: Errand, target: str) -> Exit:
    """Send them, and show how each went out."""
    from opsengine.pipeline import try_reports
    from opsengine.state import Stage

    tried = try_reports(session.desk, errand, target)
    told = [
        {
            "brief": str(one.topic), "recipient": one.address.recipient, "channel": one.address.channel.value,
            "state": one.stage.value, "said": one.said,
        }
        for one in tried
    ]  # fmt: skip
    rows = [[line[key] for key in _COLUMNS] for line in told]
    session.show({"as_of": session.as_of, "tried": told}, Table(_COLUMNS, rows, empty="no brief is due", said={"state": STATES}))
    session.say("a trial: nothing was kept, and nobody else got anything")
    stages = {one.stage for one in tried}
    if Stage.UNKNOWN in stages:
        return Exit.DELIVERY_UNKNOWN
    return Exit.DELIVERY_FAILED if stages - {Stage.SENT} else Exit.SUCCESS
