"""What the doctor says about delivery: whether every way that the settings name could be gone, without going it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from opsengine.cli.check import Check, Verdict
from opsengine.errors import OpsError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from opsengine.cli.frame import Session


def delivery(session: Session) -> Iterator[Check]:
    """Mail, chats and the heartbeat, as far as this machine can tell. Raises InvalidFiles when the settings are not understood."""
    yield _mail(session)
    if session.settings.chats:
        yield from _chats(session)
    if session.settings.heartbeat.url_env:
        yield _heartbeat(session)


def knock_at_mail_server(session: Session) -> Iterator[Check]:
    """Log in and say goodbye; nothing is sent."""
    from opsengine.report import knock

    mail = session.settings.mail
    if not mail.host:
        fields = {"folder": str(session.project.outbox)}
        yield Check("mail", Verdict.GOOD, "no mail server is set: messages are left in {folder}", fields=fields)
        return
    server = {"server": f"{mail.host}:{mail.port}"}
    try:
        knock(mail, session.project.root, session.front.environ)
        yield Check("mail", Verdict.GOOD, "{server} answers", fields=server)
    except OpsError as error:
        yield Check("mail", Verdict.TROUBLE, error.text, error.hint or "look at `mail:` in opsengine.yaml", error.fields)


def _mail(session: Session) -> Check:
    from opsengine.report import carriers_for, ways_of

    mail = session.settings.mail
    try:
        carriers_for(ways_of(session.project, session.settings, session.front.environ, session.now))
    except OpsError as error:
        return Check("delivery", Verdict.TROUBLE, error.text, error.hint or "look at `mail:` in opsengine.yaml", error.fields)
    if not mail.host:
        fields = {"folder": str(session.project.outbox)}
        return Check("delivery", Verdict.GOOD, "no mail server is set: messages are left in {folder}", fields=fields)
    if not mail.domains:
        text, hint = "mail may go to any address", "list the domains of your readers under `mail.domains`"
        return Check("delivery", Verdict.WARNING, text, hint)
    return Check("delivery", Verdict.GOOD, "mail may go to {domains}", fields={"domains": ", ".join(mail.domains)})


def _chats(session: Session) -> Iterator[Check]:
    from opsengine.report import chat_troubles

    chats = session.settings.chats
    troubles = dict(chat_troubles(chats, session.project.root, session.front.environ))
    for name, error in troubles.items():
        hint = error.hint or "look at `chats:` in opsengine.yaml"
        fields = {**error.fields, "name": name, "reason": session.words.error(error)}
        yield Check("chats", Verdict.TROUBLE, "chat:{name} cannot be told: {reason}", hint, fields)
    if not troubles:
        yield Check("chats", Verdict.GOOD, "{count} chats have an address that may be called", fields={"count": len(chats)})


def _heartbeat(session: Session) -> Check:
    from opsengine.report import heartbeat_place

    try:
        heartbeat_place(session.settings.heartbeat, session.project.root, session.front.environ)
    except OpsError as error:
        return Check("heartbeat", Verdict.TROUBLE, error.text, error.hint, error.fields)
    return Check("heartbeat", Verdict.GOOD, "its address may be called")
