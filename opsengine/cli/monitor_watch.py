"""`opsengine monitor --watch`: a dashboard on a terminal, a line of JSON for each round anywhere else."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any, Literal

import click

from opsengine.cli.frame import SCHEMA_VERSION, Form, Session
from opsengine.cli.monitor_words import SEVERITIES
from opsengine.cli.rounds import reasons, turns
from opsengine.cli.watching import stoppable
from opsengine.errors import Exit

if TYPE_CHECKING:
    from rich.console import Group

    from opsengine.cli.rounds import Turn
    from opsengine.monitor import Board
    from opsengine.words import Words

LINES = 20
"""Accounts on the dashboard; more do not fit a terminal."""
_NUMBERS = ("business score", "popularity score", "sales, 7 days", "leads, 7 days", "fans won, 7 days")
_TITLES = ("severity", "account", *_NUMBERS, "what is the matter")
_WIDTHS = {"severity": 8, "account": 14}
"""Columns of a terminal that are not to be cut further, however long the reasons are."""
_COLOURS = {"critical": "bold red", "warning": "yellow", "info": "cyan"}


def watch_on(session: Session, pause: float) -> Exit:
    """Watch until SIGINT or SIGTERM; then 0."""
    with stoppable() as stopped:
        if session.form is Form.JSON or not sys.stdout.isatty():
            for number, turn in enumerate(turns(session, pause, stopped), start=1):
                click.echo(json.dumps(_line(session, turn, number), ensure_ascii=False))
        else:
            _dashboard(session, pause, stopped)
    return Exit.SUCCESS


def _line(session: Session, turn: Turn, number: int) -> dict[str, Any]:
    told: dict[str, Any] = {"schema_version": SCHEMA_VERSION, "round": number, "at": turn.desk.now.isoformat(timespec="seconds")}
    if turn.done is None:
        return told | {"problems": reasons(session, turn)}
    firing = [alert.as_json(session.locale) for alert in turn.done.alerts if alert.state == "firing"]
    return told | {"as_of": turn.done.as_of.isoformat(), **turn.done.as_json(), "alerts": firing}


def _dashboard(session: Session, pause: float, stopped: Any) -> None:
    from rich.console import Console
    from rich.live import Live

    from opsengine.vigil import board_of

    console = Console(no_color=bool(session.front.environ.get("NO_COLOR")))
    with Live(session.words("looking for the first time"), console=console, screen=True, auto_refresh=False) as live:
        for number, turn in enumerate(turns(session, pause, stopped), start=1):
            if turn.done is not None and turn.done.day is not None:
                live.update(dashboard(board_of(turn.done, turn.desk, number), session.words, session.locale), refresh=True)
            for reason in reasons(session, turn):
                live.console.print(reason, markup=False, style="bold red")


def dashboard(board: Board, words: Words, locale: str) -> Group:
    """The board for a terminal: what needs a person first, with scores, sales, leads and fans beside it."""
    from rich.console import Group
    from rich.table import Table
    from rich.text import Text

    needy = [row for row in board.rows if row["alerts"]]
    text = "{need} of {accounts} accounts have an alert; data up to {day}, looked at {time}"
    head = words(text, need=len(needy), accounts=len(board.rows), day=board.as_of.isoformat(), time=f"{board.made_at:%H:%M:%S}Z")
    table = Table(expand=True, pad_edge=False, box=None, header_style="dim")
    for title in _TITLES:
        side: Literal["left", "right"] = "right" if title in _NUMBERS else "left"
        table.add_column(words(title), justify=side, overflow="ellipsis", no_wrap=True, min_width=_WIDTHS.get(title))
    for row in (needy or list(board.rows))[:LINES]:
        severity = row["severity"]
        label = Text(words(SEVERITIES[severity]) if severity else "", style=_COLOURS.get(severity or "", ""))
        numbers = [_short(row[name]) for name in ("business", "popularity", "sales", "leads", "fans_growth")]
        why = row["why"] or {}
        table.add_row(label, Text(row["name"]), *numbers, Text(why.get(locale, "")))
    said = [alert["because"] for alert in board.alerts if not alert["account_id"] and alert["because"]]
    house = [Text(because[locale], style="bold red") for because in said]
    return Group(Text(head, style="bold"), *house[:3], Text(""), table)


def _short(value: float | None) -> str:
    return "–" if value is None else f"{value:,.0f}"
