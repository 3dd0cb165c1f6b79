"""`opsengine outbox`: messages that wait, and the word of a person about those whose fate is unknown."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import click

from opsengine.cli.frame import Session, framed, framed_group
from opsengine.cli.speaking import Command, option
from opsengine.cli.tables import Table
from opsengine.errors import UserError

if TYPE_CHECKING:
    from opsengine.state import Message

RESENT_WITHIN = timedelta(days=2)
"""A message that a person lets go again is given up after that."""
_COLUMNS = {
    "key": "key", "report": "report", "period": "period", "subject": "subject", "channel": "channel",
    "recipient": "recipient", "state": "state", "attempts": "attempts", "last_reply": "last reply",
}  # fmt: skip
STATES = {
    "held": "held", "pending": "waiting", "connecting": "connecting", "in_data": "being handed over", "sent": "sent",
    "failed": "failed", "unknown": "unknown", "suppressed": "suppressed", "kept": "kept", "rehearsed": "to be sent",
}  # fmt: skip
"""Where a message stands, or a brief that nobody receives, or one of a rehearsal."""
_REPLIES = {
    "the deadline has passed": "the deadline has passed", "a newer revision was planned": "a newer revision was planned",
}  # fmt: skip
"""Where the last word about a message is ours and not a server's."""
_SAID = {"state": STATES, "last_reply": _REPLIES}


@framed_group("outbox")
def command() -> None:
    """Messages that wait, or whose fate is unknown."""


@command.command("list", cls=Command)
@option("--all", "is_everything", is_flag=True, help="Also what has been sent.")
@framed
def list_messages(session: Session, is_everything: bool) -> None:
    """What is waiting, held, failed or unknown."""
    from opsengine.state import Outbox, Stage, read_state

    stages = [stage for stage in Stage if is_everything or stage not in (Stage.SENT, Stage.SUPPRESSED)]
    with read_state(session.desk.where) as state:
        told = [_as_json(message) for message in Outbox(state).at(*stages)]
    rows = [[message[key] for key in _COLUMNS] for message in told]
    session.show({"messages": told}, Table(_COLUMNS, rows, empty="no message waits", said=_SAID))


@command.command("resolve", cls=Command)
@click.argument("key")
@option("--sent", "outcome", flag_value="sent", help="It has arrived.")
@option("--again", "outcome", flag_value="pending", help="It has not: send it once more.")
@option("--by", required=True, metavar="NAME", help="Who says so.")
@option("--dry-run", "is_rehearsal", is_flag=True, help="Change nothing; say what would be done.")
@framed
def resolve(session: Session, key: str, outcome: str | None, by: str, is_rehearsal: bool) -> None:
    """Say what became of a message whose fate is unknown.

    Such a message is never sent again by itself: it may have arrived.
    """
    from opsengine.state import Outbox, Stage, lock, open_state

    if outcome is None:
        raise UserError("what became of it?", hint="say --sent or --again")
    with lock(session.project.home, session.now), open_state(session.desk.where) as state:
        outbox = Outbox(state)
        message = outbox.find(key)
        if message is None or message.stage is not Stage.UNKNOWN:
            hint = "`opsengine outbox list` shows the keys"
            raise UserError("there is no message {key} whose fate is unknown", hint=hint, key=key)
        if not is_rehearsal:
            outbox.resolve(key, Stage(outcome), by, session.now, session.now + RESENT_WITHIN)
            message = outbox.find(key) or message
    session.show({"message": _as_json(message)}, Table(_COLUMNS, [[_as_json(message)[name] for name in _COLUMNS]], said=_SAID))


def _as_json(message: Message) -> dict[str, Any]:
    return {
        "key": message.key,
        "report": message.topic.report,
        "period": message.topic.period,
        "subject": message.topic.subject,
        "revision": message.revision,
        "channel": message.address.channel.value,
        "recipient": message.address.recipient,
        "state": message.stage.value,
        "attempts": message.attempts,
        "planned_at": message.planned_at,
        "deadline_at": message.deadline_at,
        "next_try_at": message.next_try_at,
        "last_reply": message.last_reply,
        "resolved_by": message.resolved_by,
    }
