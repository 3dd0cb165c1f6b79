"""The digest of alerts for one person: what is the matter, why, what to do, and where to look; a letter like any other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from opsengine.report.content import Theme
from opsengine.report.message import Letter
from opsengine.report.outbox import Draft
from opsengine.report.rendering import in_cells
from opsengine.report.templating import paper
from opsengine.state import Address, Topic, canonical
from opsengine.words import Words

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

REPORT = "monitor"
"""The name under which digests stand in the outbox, where briefs have that of their report."""
_TONES = {"critical": "act", "warning": "watch", "info": "plain"}
MOST_TOLD = 40
"""Alerts in one message: more than that nobody reads, and mail programs cut. All of them are in the archive and in the list."""
MOST_NOTED = 8
"""Alerts in a note to a chat."""
MOST_OVER = 10
"""Of what is over, beside a full message."""
Label = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Bulletin:
    """One digest before it is put on paper."""

    person: str
    """By their name; empty for the outbox folder."""
    lines: Sequence[Mapping[str, Any]]
    """Each alert as plain values: `alert`, `subject`, `word`, `severity`, `title`, `because`, `cause`, `play`, …"""
    addresses: tuple[Address, ...]
    """Where it goes; nowhere when nobody is named and messages travel by mail: it is kept all the same."""
    locale: str
    now: datetime


@dataclass(frozen=True, slots=True)
class Called:
    """What ids are called."""

    accounts: Mapping[str, str]
    plays: Mapping[str, Label]


def digest_draft(bulletin: Bulletin, names: Called, templates: Path | None, theme: Theme | None = None) -> Draft:
    """A digest as a draft for the outbox. Raises UserError on a template that does not work."""
    content = _content(bulletin, names, theme or Theme())
    sheets = paper(templates)
    markdown = sheets.fill("md/digest.md.j2", content)
    note = sheets.fill("md/digest_note.md.j2", content).strip()
    html = in_cells(sheets.fill("mail/digest.html.j2", content))
    letter = Letter(content["subject"], markdown, html, (), bulletin.locale, note)
    topic = Topic(REPORT, f"{bulletin.now:%Y%m%dT%H%M%SZ}", bulletin.person or "everybody")
    parts = {"digest.md": markdown.encode(), "digest.json": canonical(list(map(dict, bulletin.lines))).encode()}
    return Draft(topic, parts, letter, bulletin.addresses)


def _content(bulletin: Bulletin, names: Called, theme: Theme) -> dict[str, Any]:
    words = Words(bulletin.locale)
    lines = [_line(line, bulletin.locale, names) for line in bulletin.lines]
    begun = [line for line in lines if line["word"] != "over"]
    accounts = {line["account"] for line in begun if line["account"]}
    subject = words("{count} alerts are over", count=len(lines))
    if begun:
        title = begun[0]["title"]
        subject = words("{count} alerts, {accounts} accounts: {first}", count=len(begun), accounts=len(accounts), first=title)
    over = [line for line in lines if line["word"] == "over"]
    shown, ended = begun[:MOST_TOLD], over[: max(MOST_TOLD - len(begun), MOST_OVER)]
    more = len(lines) - len(shown) - len(ended)
    digest = {"groups": _groups(shown), "over": ended, "count": len(begun), "more": more}
    first, last = begun[:MOST_NOTED], over[: max(MOST_NOTED - len(begun), 0)]
    digest |= {"first": first, "ended": last, "unsaid": len(lines) - len(first) - len(last)}
    return {
        "locale": bulletin.locale, "theme": theme.colours(), "digest": digest, "subject": subject,
        "preheader": " ".join(line["because"] or line["title"] for line in begun[:2]),
    }  # fmt: skip


def _groups(lines: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The alerts by account, in the order in which the first of each comes."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for line in lines:
        groups.setdefault(line["account"], []).append(line)
    return [{"account": account, "lines": of_account} for account, of_account in groups.items()]


def _line(line: Mapping[str, Any], locale: str, names: Called) -> dict[str, Any]:
    def said(label: Label | None) -> str:
        return label[locale] if label else ""

    account, play = line["account_id"], line["play"]
    return {
        "word": line["word"], "severity": line["severity"], "tone": _TONES[line["severity"]], "title": said(line["title"]),
        "account": names.accounts.get(account, account or ""), "subject": line["subject"], "since": line["since"],
        "because": said(line["because"]), "cause": said(line["cause"]), "stake": line["stake"],
        "play": said(names.plays.get(play)) if play else "", "command": line["look_further"],
    }  # fmt: skip
