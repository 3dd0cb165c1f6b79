"""Mail to a server: encrypted or not at all, one recipient a transaction, and told apart to the byte what was accepted."""

from __future__ import annotations

import ipaddress
import re
import smtplib
import ssl
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from opsengine import faults
from opsengine.errors import UserError
from opsengine.report.delivery import CarrierTrouble, Reply
from opsengine.report.message import checked_address, cleaned, domain_of
from opsengine.report.pacing import Pace
from opsengine.secret import Secret
from opsengine.settings import Mail
from opsengine.state import Message, Stage

MESSAGES_A_CONNECTION = 100
"""Relays tire of longer ones."""

_ENCRYPT = "set `mail.security` to starttls or tls"
_Answer = tuple[int, bytes]


@dataclass(frozen=True, slots=True)
class Patience:
    """How many seconds we wait for a server."""

    connect: float = 30
    command: float = 300
    after_dot: float = 600
    """RFC 5321, 4.5.3.2.6: giving up earlier makes duplicates."""


class MailServer:
    """The carrier for mail: one connection, kept open from message to message."""

    def __init__(self, mail: Mail, password: Secret | None, patience: Patience | None = None, pace: Pace | None = None) -> None:
        """Raises UserError when the settings would send a password or a brief in the clear."""
        if mail.security == "none" and not _is_this_machine(mail.host):
            raise UserError("mail to {host} would travel unencrypted", hint=_ENCRYPT, host=mail.host)
        if mail.security == "none" and mail.user:
            raise UserError("a password is never sent unencrypted", hint=_ENCRYPT)
        self._mail = mail
        self._password = password
        self._patience = patience or Patience()
        self._pace = pace or Pace(float(mail.per_second))
        self._connection: smtplib.SMTP | None = None
        self._carried = 0

    def carry(self, message: Message, content: bytes, enter_data: Callable[[], None]) -> Reply:
        """Send one message. Raises CarrierTrouble while the server takes none at all."""
        self._pace.wait()
        connection = self._ready()
        try:
            refusal = self._offer(connection, message.address.recipient, len(content))
        except CarrierTrouble:
            self._drop()
            raise
        except OSError as error:
            self._drop()
            return Reply(Stage.PENDING, _said(error))
        if refusal:
            self._after_refusal(connection, refusal)
            return refusal
        try:
            enter_data()
            return self._hand_over(connection, content)
        except BaseException:
            self._drop()
            raise

    def team(self) -> Sequence[MailServer]:
        """One for each connection of the settings; they share one pace."""
        others = (MailServer(self._mail, self._password, self._patience, self._pace) for _ in range(self._mail.connections - 1))
        return (self, *others)

    def knock(self) -> None:
        """Open a connection, log in and say goodbye. Raises CarrierTrouble when we are not let in."""
        self._ready()
        self.close()

    def close(self) -> None:
        """Say goodbye."""
        connection, self._connection = self._connection, None
        if connection:
            try:
                connection.quit()
            except OSError:
                connection.close()

    def _ready(self) -> smtplib.SMTP:
        """An open connection; a new one when the old has done its share."""
        if self._carried >= MESSAGES_A_CONNECTION:
            self.close()
        if self._connection is None:
            self._connection = self._open()
            self._carried = 0
        self._carried += 1
        return self._connection

    def _open(self) -> smtplib.SMTP:
        try:
            faults.point("smtp.connect")
            connection = self._connect()
            faults.point("smtp.connected")
        except ssl.SSLError as error:
            raise self._trouble("the connection to {host} cannot be encrypted: {reason}", error) from error
        except OSError as error:
            raise self._trouble("the mail server {host} cannot be reached: {reason}", error) from error
        try:
            if self._mail.security == "starttls":
                _expect_ok(connection.ehlo())
                connection.starttls(context=self._context())
            _expect_ok(connection.ehlo())
            if self._mail.user and self._password:
                connection.login(self._mail.user, self._password.reveal())
        except OSError as error:  # smtplib's and ssl's own are of that family
            connection.close()
            raise self._trouble("the mail server {host} does not let us in: {reason}", error) from error
        connection.sock.settimeout(self._patience.command)  # type: ignore[union-attr]  # it is connected
        return connection

    def _connect(self) -> smtplib.SMTP:
        host, port, name = self._mail.host, self._mail.port, domain_of(self._mail.sender)
        if self._mail.security == "tls":
            return smtplib.SMTP_SSL(host, port, name, timeout=self._patience.connect, context=self._context())
        return smtplib.SMTP(host, port, name, timeout=self._patience.connect)

    def _context(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=self._mail.ca_file or None)

    def _offer(self, connection: smtplib.SMTP, recipient: str, size: int) -> Reply | None:
        """Ask the server to take a message; its refusal, or None when it waits for the first byte."""
        limit = connection.esmtp_features.get("size", "")
        if limit.isdigit() and 0 < int(limit) < size:
            return Reply(Stage.FAILED, f"the server takes at most {limit} bytes, this message has {size}")
        faults.point("smtp.mail")
        code, said = connection.mail(checked_address(self._mail.sender))
        if code // 100 == 5:
            raise self._trouble("the mail server {host} refuses our sender: {reason}", smtplib.SMTPResponseException(code, said))
        if code != 250:
            return _refusal((code, said))
        faults.point("smtp.rcpt")
        answer = connection.rcpt(checked_address(recipient))
        if answer[0] not in (250, 251):
            return _refusal(answer)
        faults.point("smtp.data")
        answer = connection.docmd("data")
        return None if answer[0] == 354 else _refusal(answer)

    def _hand_over(self, connection: smtplib.SMTP, content: bytes) -> Reply:
        """The body, the dot, and the server's word. Whatever breaks here leaves us not knowing."""
        try:
            connection.sock.settimeout(self._patience.after_dot)  # type: ignore[union-attr]  # it is connected
            faults.point("smtp.body")
            connection.send(_stuffed(content))
            faults.point("smtp.dot")
            code, said = connection.getreply()
            faults.point("smtp.reply")
            connection.sock.settimeout(self._patience.command)  # type: ignore[union-attr]  # as above
        except OSError as error:
            self._drop()
            return Reply(Stage.UNKNOWN, _said(error))
        if code // 100 == 2:
            return Reply(Stage.SENT, _line(code, said))
        if code // 100 in (4, 5):
            reply = _refusal((code, said))
            self._after_refusal(connection, reply)
            return reply
        self._drop()
        return Reply(Stage.UNKNOWN, _line(code, said))

    def _after_refusal(self, connection: smtplib.SMTP, refusal: Reply) -> None:
        """Make the connection fit for the next message, or let it go: 421 means the server is hanging up."""
        try:
            if refusal.text.startswith("421") or connection.rset()[0] != 250:
                self._drop()
        except OSError:
            self._drop()

    def _drop(self) -> None:
        connection, self._connection = self._connection, None
        if connection:
            connection.close()

    def _trouble(self, text: str, error: OSError) -> CarrierTrouble:
        return CarrierTrouble(text, hint="the messages wait; mend it and run again", host=self._mail.host, reason=_said(error))


def _is_this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _stuffed(content: bytes) -> bytes:
    """The body as it travels: lines that begin with a dot get a second one, and a dot alone ends it."""
    return re.sub(rb"(?m)^\.", b"..", content) + (b"" if content.endswith(b"\r\n") else b"\r\n") + b".\r\n"


def _expect_ok(answer: _Answer) -> None:
    if answer[0] // 100 != 2:
        raise smtplib.SMTPResponseException(*answer)


def _refusal(answer: _Answer) -> Reply:
    """5xx is for good; everything else is for now."""
    return Reply(Stage.FAILED if answer[0] // 100 == 5 else Stage.PENDING, _line(*answer))


def _said(error: OSError) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        text = error.smtp_error
        return _line(error.smtp_code, text if isinstance(text, bytes) else str(text).encode())
    return cleaned(str(error)) or type(error).__name__


def _line(code: int, said: bytes) -> str:
    return f"{code} {cleaned(said.decode('utf-8', 'replace'))}".strip()
