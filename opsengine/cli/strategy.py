"""`opsengine strategy`: what to do next, ranked, with its evidence."""

from __future__ import annotations

from typing import Any

import click

from opsengine.cli.frame import Session, framed, framed_group
from opsengine.cli.see import refuse_unknown
from opsengine.cli.speaking import Command, option
from opsengine.cli.tables import Table

_COLUMNS = {
    "account_id": "account", "rank": "rank", "title": "play", "family": "for", "goal": "goal", "effort": "effort", "why": "why",
}  # fmt: skip

_RECORD = {
    "play": "play", "metric": "metric", "predicted": "predicted", "taken_up": "taken up", "cases": "cases",
    "realised": "realised", "low": "at least", "high": "at most", "hit_rate": "hit rate", "note": "remark",
}  # fmt: skip

_FAMILIES = {"business": "business", "popularity": "popularity", "efficiency": "efficiency"}


@framed_group("strategy")
def command() -> None:
    """What to do next, ranked, with its evidence."""


@command.command("suggest", cls=Command)
@click.argument("accounts", nargs=-1)
@option("--explore", "seed", type=int, metavar="SEED", help="Rank by what plays might do instead of what they are believed to do.")
@framed
def suggest(session: Session, accounts: tuple[str, ...], seed: int | None) -> None:
    """The three best plays of each account, and the numbers that made them fit."""
    from opsengine.pipeline import run_day
    from opsengine.strategy import Luck

    advice = run_day(session.desk, session.as_of, None if seed is None else Luck(seed)).advice
    known = [one.account_id for one in advice]
    refuse_unknown(accounts, known, known)
    told = [one.as_json(session.locale) for one in advice if not accounts or one.account_id in accounts]
    rows = [_row(account["account_id"], line) for account in told for line in account["suggestions"]]
    table = Table(_COLUMNS, rows, empty="no play fits: every number is where its peers are, or missing", said={"family": _FAMILIES})
    session.show({"as_of": session.as_of, "accounts": told}, table)


@command.command("record", cls=Command)
@framed
def record(session: Session) -> None:
    """What plays were said to do, and what they did where they were taken up, beyond the peers: an estimate."""
    from opsengine.pipeline import run_day
    from opsengine.strategy import records

    day = run_day(session.desk, session.as_of)
    told = [one.as_json(session.locale) for one in records(day.engine, day.playbook, day.segments)]
    rows = [
        [
            line["title"], line["metric"], line["predicted"]["mid"], line["taken_up"], line["cases"],
            *((line["realised"] or {}).get(key) for key in ("mid", "low", "high")), line["hit_rate"], line["note"],
        ]
        for line in told
    ]  # fmt: skip
    session.show({"as_of": session.as_of, "plays": told}, Table(_RECORD, rows, empty="no play has been taken up"))


def _row(account_id: str, line: dict[str, Any]) -> list[Any]:
    return [account_id if key == "account_id" else line[key] for key in _COLUMNS]
