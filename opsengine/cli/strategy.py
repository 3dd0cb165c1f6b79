"""`opsengine strategy`: what to do next, ranked, with its evidence."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from opsengine.cli.frame import Session, framed, framed_group
from opsengine.cli.see import refuse_unknown
from opsengine.cli.speaking import Command, Existing, option
from opsengine.cli.tables import Table

if TYPE_CHECKING:
    from opsengine.pipeline import Day

_COLUMNS = {
    "account_id": "account", "rank": "rank", "title": "play", "family": "for", "goal": "goal", "effort": "effort", "why": "why",
}  # fmt: skip

_LANDINGS = {
    "account_id": "account", "goal": "goal", "metric": "metric", "target": "target", "landing": "lands at", "then": "would land at",
}  # fmt: skip
_RECORD = {
    "play": "play", "metric": "metric", "predicted": "predicted", "taken_up": "taken up", "cases": "cases",
    "realised": "realised", "low": "at least", "high": "at most", "hit_rate": "hit rate", "note": "remark",
}  # fmt: skip

_COMPARED = {
    "title": "campaign", "roi": "return", "profit": "profit today", "new_fans": "new fans", "accuracy": "accuracy",
    "cost_per_fan": "cost per fan", "30": "after 30 days", "90": "after 90 days", "180": "after 180 days",
}  # fmt: skip

_RAMP = {
    "hour": "hour", "stage": "stage", "spend": "spend", "revenue": "revenue", "orders": "orders", "roi": "return", "odds": "odds",
    "verdict": "verdict", "reason": "because of",
}  # fmt: skip
_RAMP_SAID = {
    "stage": {"small": "small", "large": "large", "cooling": "cooling"},
    "verdict": {"wait": "wait", "continue": "continue", "scale": "scale", "hold": "hold", "pull_back": "pull back"},
    "reason": {
        "odds": "the odds", "time": "the time", "stop_loss": "the stop-loss", "rest": "the rest", "lag": "orders still coming in",
    },
}  # fmt: skip

_FAMILIES = {"business": "business", "popularity": "popularity", "efficiency": "efficiency"}


@framed_group("strategy")
def command() -> None:
    """What to do next, ranked, with its evidence."""


@command.command("suggest", cls=Command)
@click.argument("accounts", nargs=-1)
@option("--explore", "seed", type=int, metavar="SEED", help="Rank by what plays might do instead of what they are believed to do.")
@option("--what-if", "plays", multiple=True, metavar="PLAY", help="Tell where goals would land with this play; again for more.")
@framed
def suggest(session: Session, accounts: tuple[str, ...], seed: int | None, plays: tuple[str, ...]) -> None:
    """The three best plays of each account, and the numbers that made them fit."""
    from opsengine.pipeline import run_day
    from opsengine.strategy import Luck

    day = run_day(session.desk, session.as_of, None if seed is None else Luck(seed))
    advice = day.advice
    known = [one.account_id for one in advice]
    refuse_unknown(accounts, known, known)
    told = [one.as_json(session.locale) for one in advice if not accounts or one.account_id in accounts]
    rows = [_row(account["account_id"], line) for account in told for line in account["suggestions"]]
    table = Table(_COLUMNS, rows, empty="no play fits: every number is where its peers are, or missing", said={"family": _FAMILIES})
    if not plays:
        session.show({"as_of": session.as_of, "accounts": told}, table)
        return
    ahead = [_what_if(session, day, account["account_id"], plays) for account in told]
    landings = [
        [one["account_id"], goal["goal"], goal["metric"], goal["target"], goal["landing"]["p50"], goal["then"]["p50"]]
        for one in ahead
        for goal in one["goals"]
    ]
    found = Table(_LANDINGS, landings, empty="no running goal promises what these plays move")
    session.show({"as_of": session.as_of, "accounts": told, "what_if": ahead}, table, found)


def _what_if(session: Session, day: Day, account_id: str, names: tuple[str, ...]) -> dict[str, Any]:
    """What these plays would do for one account. Raises UserError for a play that nobody knows."""
    from opsengine.cli.tasks import refuse_unknown_play
    from opsengine.sources import read_accounts
    from opsengine.strategy import what_if

    plays = {play.name: play for play in day.playbook}
    for name in names:
        refuse_unknown_play(name, plays)
    industry = next((one.industry for one in read_accounts(session.project) if one.account_id == account_id), None)
    return what_if(account_id, industry, [plays[name] for name in names], day.goals, day.segments).as_json()


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


@command.command("compare", cls=Command)
@click.argument("file", type=Existing(dir_okay=False, path_type=Path))
@framed
def compare(session: Session, file: Path) -> None:
    """Campaigns by what they earn today and by the audience they leave, with break-even and sensitivity.

    FILE is YAML; `opsengine schema comparison` tells what may stand in it.
    """
    from opsengine.project import check, read_document
    from opsengine.strategy import ComparisonFile, weigh

    told = weigh(check(read_document(file, str(file)), ComparisonFile)).as_json(session.locale)
    rows = [
        [line[key] for key in ("title", "roi", "profit", "new_fans", "accuracy", "cost_per_fan")] + list(line["total"].values())
        for line in told["campaigns"]
    ]
    session.show(told, Table(_COMPARED, rows))


@command.command("ramp", cls=Command)
@click.argument("file", type=Existing(dir_okay=False, path_type=Path))
@framed
def ramp(session: Session, file: Path) -> None:
    """Whether a paid test is to go on, be scaled, held or pulled back, by its hours of spend and revenue.

    FILE is a CSV with the columns hour,spend,revenue,orders and, where known, refunds; thresholds stand in ramp.yaml.
    """
    from opsengine.strategy import next_spend, read_hours, read_ramp
    from opsengine.strategy import ramp as judge

    rule = read_ramp(session.project)
    judged = judge(read_hours(file), rule)
    hours = [one.as_json() for one in judged]
    last = hours[-1] if hours else {"verdict": None, "odds": None, "roi": None, "reason": None}
    low, high = next_spend(judged, rule)
    told = {
        **{key: last[key] for key in ("verdict", "odds", "roi", "reason")},
        "target": float(rule.target), "next_spend": {"from": low, "to": high, "unit": "yuan"}, "hours": hours,
    }  # fmt: skip
    rows = [[hour[key] for key in _RAMP] for hour in hours]
    session.show(told, Table(_RAMP, rows, empty="no hour has been spent yet", said=_RAMP_SAID))
    session.say("spend {low} to {high} yuan in the next hour", low=f"{low:g}", high=f"{high:g}")


def _row(account_id: str, line: dict[str, Any]) -> list[Any]:
    return [account_id if key == "account_id" else line[key] for key in _COLUMNS]
