"""Where a brief may go, as a person writes it: `li@example.com`, `chat:NAME` of the settings, or `folder:PATH`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from opsengine.errors import Problem, UserError
from opsengine.project import did_you_mean
from opsengine.report.message import domain_of, is_address
from opsengine.state import Address, Channel

if TYPE_CHECKING:
    from opsengine.report.reports import NamedReport
    from opsengine.settings import Settings

_CHAT, _FOLDER = "chat:", "folder:"
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")


def is_target(text: str) -> bool:
    """Whether the text is exactly one mail address, one chat or one folder."""
    if text.startswith(_CHAT):
        return _NAME.fullmatch(text.removeprefix(_CHAT)) is not None
    if text.startswith(_FOLDER):
        path = text.removeprefix(_FOLDER)
        return bool(path.strip()) and path.isprintable() and ".." not in path.split("/")
    return is_address(text)


def address_of(text: str, mail: Channel) -> Address:
    """The address that a target means; `mail` is how mail travels here: by a server, or as files in the outbox folder."""
    if text.startswith(_CHAT):
        return Address(Channel.CHAT, text.removeprefix(_CHAT))
    if text.startswith(_FOLDER):
        return Address(Channel.FILES, text.removeprefix(_FOLDER))
    return Address(mail, text)


def is_inside(address: str, domains: Iterable[str]) -> bool:
    """Whether mail may go to an address: its domain is listed, or below a listed one; anywhere when none is."""
    domain, listed = domain_of(address).lower(), tuple(domains)
    return not listed or any(domain == one or domain.endswith(f".{one}") for one in listed)


def check_addresses(addresses: Iterable[Address], domains: Iterable[str]) -> None:
    """Raises UserError when mail would leave the domains that it may go to."""
    listed = tuple(domains)
    for address in addresses:
        if address.channel in (Channel.MAIL, Channel.FOLDER) and address.recipient and not is_inside(address.recipient, listed):
            raise UserError(
                "{address} is outside of the domains that mail may go to: nothing was sent",
                hint="correct the address, or add its domain to `mail.domains`", address=address.recipient,
            )  # fmt: skip


def target_problems(reports: Iterable[NamedReport], settings: Settings) -> Iterator[Problem]:
    """Recipients that the settings do not allow or do not know."""
    for named in reports:
        for index, recipient in enumerate(named.report.recipients):
            problem = _trouble(recipient.to, settings)
            if problem:
                code, text, hint, guess = problem
                fields = {"target": recipient.to, "guess": guess}
                yield Problem(named.document.place(("recipients", index, "to")), code, text, hint, fields)


def _trouble(target: str, settings: Settings) -> tuple[str, str, str, str] | None:
    if target.startswith(_CHAT):
        name = target.removeprefix(_CHAT)
        if name in settings.chats:
            return None
        guess = did_you_mean(name, settings.chats)
        return "unknown-name", "there is no chat {target}", "did you mean `chat:{guess}`?" if guess else _WHERE, guess or ""
    if target.startswith(_FOLDER) or is_inside(target, settings.mail.domains):
        return None
    return "not-allowed", "{target} is outside of the domains that mail may go to", "add its domain to `mail.domains`", ""


_WHERE = "name it under `chats:` in opsengine.yaml"
