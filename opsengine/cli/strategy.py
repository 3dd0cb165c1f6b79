"""`opsengine strategy`: what to do next, ranked, with its evidence."""

from __future__ import annotations

from typing import Any

import click

from opsengine.cli.frame import Session, framed, framed_group
from opsengine.cli.see import refuse_unknown
from opsengine.cli.speaking import Command
from opsengine.cli.tables import Table

_COLUMNS = {
    "account_id": "account", "rank": "rank", "title": "play", "family": "for", "goal": "goal", "effort": "effort", "why": "why",
}  # fmt: skip

_FAMILIES = {"business": "business", "popularity": "popularity", "efficiency": "efficiency"}


@framed_group("strategy")
def command() -> None:
    """What to do next, ranked, with its evidence."""


@command.command("suggest", cls=Command)
@click.argument("accounts", nargs=-1)
@framed
def suggest(session: Session, accounts: tuple[str, ...]) -> None:
    """The three best plays of each account, and the numbers that made them fit."""
    from opsengine.pipeline import run_day

    advice = run_day(session.desk, session.as_of).advice
    known = [one.account_id for one in advice]
    refuse_unknown(accounts, known, known)
    told = [one.as_json(session.locale) for one in advice if not accounts or one.account_id in accounts]
    rows = [_row(account["account_id"], line) for account in told for line in account["suggestions"]]
    table = Table(_COLUMNS, rows, empty="no play fits: every number is where its peers are, or missing", said={"family": _FAMILIES})
    session.show({"as_of": session.as_of, "accounts": told}, table)


def _row(account_id: str, line: dict[str, Any]) -> list[Any]:
    return [account_id if key == "account_id" else line[key] for key in _COLUMNS]
