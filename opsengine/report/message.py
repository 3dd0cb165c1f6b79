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
from email.policy import EmailPolicy
from email.utils import format_datetime
from functools import lru_cache
from hashlib import blake2b
from typing import TYPE_CHECKING

from opsengine.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from opsengine.report.rendering import Picture

SUBJECT_LENGTH = 120
"""Longer subjects are cut; phones show about forty characters."""

LINE = 76
"""Characters of a line with encoded words at the most, by RFC 2047; as many has a line of base64."""

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


_POLICY = EmailPolicy(linesep="\r\n")
_END = "\r\n"


def compose(letter: Letter, envelope: Envelope) -> bytes:
    """The message, byte for byte. Raises UserError when an address is none."""
    marks = ["=_" + blake2b(f"{envelope.key}|{number}".encode(), digest_size=16).hexdigest() for number in range(2)]
    head = [*_headers(letter, envelope), "MIME-Version: 1.0"]
    head += [f'Content-Type: multipart/alternative;{_END} boundary="{marks[0]}"', f"Content-Language: {letter.language}"]
    plain = _part(['Content-Type: text/plain; charset="utf-8"'], _lines_of(letter.markdown))
    page = _page(letter, marks[1])
    return f"{_END.join(head)}{_END}{_END}{_joined([plain, page], marks[0])}".encode("ascii")


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


def _headers(letter: Letter, envelope: Envelope) -> Iterator[str]:
    """Who writes to whom, and about what, each header on lines of its own."""
    sender = checked_address(envelope.sender)
    domain = domain_of(sender)
    yield f"Date: {format_datetime(envelope.date)}"
    yield _from(cleaned(envelope.sender_name), sender)
    if envelope.recipient:
        yield _address("To", "", checked_address(envelope.recipient))
    yield f"Subject: {words_of(cleaned(letter.subject), len('Subject: '), _END)}"
    yield f"Message-ID: <{envelope.key}@{domain}>"
    yield f"List-Id: <{_list_name(envelope.report)}.{domain}>"
    yield "Auto-Submitted: auto-generated"
    yield "X-Auto-Response-Suppress: All"
    if envelope.unsubscribe:
        yield f"List-Unsubscribe: <{_checked_unsubscribe(envelope.unsubscribe)}>"
        if envelope.unsubscribe.startswith("https:"):
            yield "List-Unsubscribe-Post: List-Unsubscribe=One-Click"


def _list_name(report: str) -> str:
    """A report as the name of a mailing list: as it is called, or a name of ours for what headers cannot hold, always the same."""
    return report if re.fullmatch(_ATOM, report) else "report-" + blake2b(report.encode(), digest_size=8).hexdigest()


def _from(name: str, sender: str) -> str:
    if name.isascii():
        return _address("From", name, sender)
    return f"From: {words_of(name, len('From: '), _END)}{_END} <{sender}>"


@lru_cache(maxsize=64)
def _address(header: str, name: str, address: str) -> str:
    """A header with one address, quoted and folded as the standard library does it."""
    found = _POLICY.header_factory(header, MailAddress(name, addr_spec=address))
    folded: str = found.fold(policy=_POLICY)
    return folded.removesuffix(_END)


def _page(letter: Letter, mark: str) -> str:
    """The part with the page: alone, or together with its pictures."""
    kind, html = 'Content-Type: text/html; charset="utf-8"', _lines_of(letter.html)
    if not letter.pictures:
        return _part([kind], html, "MIME-Version: 1.0")
    parts = [_part([kind], html), *(_picture(picture) for picture in letter.pictures)]
    return f'MIME-Version: 1.0{_END}Content-Type: multipart/related; boundary="{mark}"{_END}{_END}{_joined(parts, mark)}'


def _picture(picture: Picture) -> str:
    shown = f'Content-Disposition: inline; filename="{picture.cid.partition("@")[0]}.png"'
    return _part(["Content-Type: image/png"], picture.png, shown, f"Content-ID: <{picture.cid}>", "MIME-Version: 1.0")


def _part(kind: list[str], content: bytes, *also: str) -> str:
    """One part: its headers, an empty line, and its bytes as base64."""
    text = b64encode(content).decode("ascii")
    lines = [text[at : at + LINE] for at in range(0, len(text), LINE)]
    return _END.join([*kind, "Content-Transfer-Encoding: base64", *also, "", *lines, ""])


def _joined(parts: Iterable[str], mark: str) -> str:
    """Parts between lines that part them."""
    return "".join(f"--{mark}{_END}{part}{_END}" for part in parts) + f"--{mark}--{_END}"


def _lines_of(text: str) -> bytes:
    """A text as mail has it, every line ending in CRLF."""
    return b"\r\n".join(text.encode().splitlines()) + b"\r\n"


def _checked_unsubscribe(text: str) -> str:
    if not _UNSUBSCRIBE.fullmatch(text):
        hint = "write a mailto: or an https: address"
        raise UserError("{address} is no address to unsubscribe at", hint=hint, address=repr(text))
    return text
