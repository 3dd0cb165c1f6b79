"""A brief as a mail message: the same brief, recipient and moment always give the same bytes.

multipart/alternative
├── text/plain            the Markdown
└── multipart/related
├── text/html
└── image/png …       shown inside the page by its Content-ID
"""

from __future__ import annotations

import re
from base64 import b64encode
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address as MailAddress
from email.message import EmailMessage
from email.policy import EmailPolicy
from hashlib import blake2b
from typing import TYPE_CHECKING

from opsengine.errors import UserError

if TYPE_CHECKING:
    from opsengine.report.rendering import Picture

SUBJECT_LENGTH = 120
"""Longer subjects are cut; phones show about forty characters."""

LINE = 76
"""Characters of a line with encoded words at the most, by RFC 2047."""

_RAW = frozenset({"list-unsubscribe", "message-id", "list-id"})
"""Headers that the standard library would fold as words, which breaks the addresses in them."""
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_ADDRESS = re.compile(rf"{_ATOM}(?:\.{_ATOM})*@{_LABEL}(?:\.{_LABEL})*")
_UNSUBSCRIBE = re.compile(r"(?:mailto:|https://)[!#-;=?-~]+")


@dataclass(frozen=True, slots=True)
class Letter:
    """What a message says, before anybody knows to whom."""

    subject: str
    markdown: str
    html: str
    pictures: tuple[Picture, ...] = ()
    language: str = "zh-CN"
    note: str = ""
    """What a chat is told, where there is no page to lead to; else it is told the head of the Markdown, with a link."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """From whom a message comes, to whom it goes, when and as which one."""

    sender: str
    sender_name: str
    recipient: str
    """One address; empty for a message that is only filed."""
    key: str
    """Names the message for ever: the same key is the same message, also when it has to be sent again."""
    report: str
    date: datetime
    unsubscribe: str = ""
    """A `mailto:` or `https:` address, or empty."""


class _Policy(EmailPolicy):
    """Mail with CRLF, and addresses in headers left whole."""

    def header_store_parse(self, name: str, value: object) -> tuple[str, object]:  # type: ignore[override]  # as the library does
        """A subject is kept as it is: the library would decode what only looks as if it was encoded."""
        if name.lower() == "subject":
            return name, value
        return super().header_store_parse(name, value)

    def _fold(self, name: str, value: object, refold_binary: bool = False) -> str:  # noqa: FBT001, FBT002  the standard library's own signature
        if name.lower() in _RAW:
            return f"{name}: {value}{self.linesep}"
        if name.lower() == "subject":
            return f"{name}: {words_of(str(value), len(name) + 2, self.linesep)}{self.linesep}"
        if name.lower() == "from" and not (sender := value.addresses[0]).display_name.isascii():  # type: ignore[attr-defined]  # set below
            called = words_of(sender.display_name, len(name) + 2, self.linesep)
            return f"{name}: {called}{self.linesep} <{sender.addr_spec}>{self.linesep}"
        folded: str = super()._fold(name, value, refold_binary)  # type: ignore[misc]  # the stubs do not show it; a test reads the bytes back
        return folded


_POLICY = _Policy(linesep="\r\n")


def compose(letter: Letter, envelope: Envelope) -> bytes:
    """The message, byte for byte. Raises UserError when an address is none."""
    message = EmailMessage(policy=_POLICY)
    _address(message, letter, envelope)
    message.set_content(letter.markdown, charset="utf-8", cte="base64")
    message.add_alternative(letter.html, subtype="html", charset="utf-8", cte="base64")
    if letter.pictures:
        _add_pictures(message, letter)
    for number, part in enumerate(part for part in message.walk() if part.is_multipart()):
        part.set_boundary("=_" + blake2b(f"{envelope.key}|{number}".encode(), digest_size=16).hexdigest())
    message["Content-Language"] = letter.language  # last: `set_content` would take it away
    return message.as_bytes()


def checked_address(text: str) -> str:
    """The text, when it is exactly one mail address. Raises UserError.

    A comma would make two recipients of one, so names, lists and comments are refused.
    """
    if not is_address(text):
        hint = "write one address alone, such as ops@example.com"
        raise UserError("{address} is not a mail address", hint=hint, address=repr(text))
    return text


def is_address(text: str) -> bool:
    """Whether the text is exactly one mail address."""
    return len(text) <= 254 and _ADDRESS.fullmatch(text) is not None


def words_of(text: str, used: int, linesep: str) -> str:
    """A text in the words of a header, folded, whose first line has `used` characters already; it reads back as it is.

    Pure ASCII is folded at its spaces. Everything else is encoded whole, spaces included (RFC 2047): where plain and encoded words
    alternate, readers and the standard library do not agree on which spaces between them count.
    """
    if text.isascii() and "=?" not in text:
        return _folded(text, used, linesep)
    words, room = [b""], _room(used)
    for letter in text:
        if len(words[-1]) + len(letter.encode()) > room:
            words.append(b"")
            room = _room(1)
        words[-1] += letter.encode()
    return f"{linesep} ".join(f"=?utf-8?b?{b64encode(word).decode()}?=" for word in words)


def _folded(text: str, used: int, linesep: str) -> str:
    """Plain words, broken where a line would be too long; a break stands for the one space that was there."""
    first, *others = text.split(" ")
    folded, used = first, used + len(first)
    for word in others:
        is_full = used + 1 + len(word) > LINE
        folded += (f"{linesep} " if is_full else " ") + word
        used = 1 + len(word) + (0 if is_full else used)
    return folded


def _room(used: int) -> int:
    """How many bytes fit into one encoded word on a line of which so many characters are used."""
    return (LINE - used - len("=?utf-8?b??=")) // 4 * 3


def domain_of(address: str) -> str:
    """What stands behind the @."""
    return address.rpartition("@")[2]


def cleaned(text: str) -> str:
    """Other people's text, fit for a header: what cannot be printed is a space, and too much is cut."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())[:SUBJECT_LENGTH]


def _address(message: EmailMessage, letter: Letter, envelope: Envelope) -> None:
    sender = checked_address(envelope.sender)
    domain = domain_of(sender)
    message["Date"] = envelope.date
    message["From"] = MailAddress(cleaned(envelope.sender_name), addr_spec=sender)
    if envelope.recipient:
        message["To"] = MailAddress(addr_spec=checked_address(envelope.recipient))
    message["Subject"] = cleaned(letter.subject)
    message["Message-ID"] = f"<{envelope.key}@{domain}>"
    message["List-Id"] = f"<{_list_name(envelope.report)}.{domain}>"
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    if envelope.unsubscribe:
        message["List-Unsubscribe"] = f"<{_checked_unsubscribe(envelope.unsubscribe)}>"
        if envelope.unsubscribe.startswith("https:"):
            message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"


def _list_name(report: str) -> str:
    """A report as the name of a mailing list: as it is called, or a name of ours for what headers cannot hold, always the same."""
    return report if re.fullmatch(_ATOM, report) else "report-" + blake2b(report.encode(), digest_size=8).hexdigest()


def _add_pictures(message: EmailMessage, letter: Letter) -> None:
    page = message.get_payload()[1]  # type: ignore[index]  # we have just made two parts
    for picture in letter.pictures:
        name = picture.cid.partition("@")[0] + ".png"
        page.add_related(picture.png, "image", "png", cid=f"<{picture.cid}>", filename=name, disposition="inline")  # type: ignore[union-attr]  # as above


def _checked_unsubscribe(text: str) -> str:
    if not _UNSUBSCRIBE.fullmatch(text):
        hint = "write a mailto: or an https: address"
        raise UserError("{address} is no address to unsubscribe at", hint=hint, address=repr(text))
    return text
