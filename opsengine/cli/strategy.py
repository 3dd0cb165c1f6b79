"""`opsengine strategy`: what to do next, ranked, with its evidence."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from opsengine.cli.advising import ahead as ahead_in_words
from opsengine.cli.advising import in_full, in_short, on_record
from opsengine.cli.frame import Session, framed, framed_group
from opsengine.cli.see import refuse_unknown
from opsengine.cli.speaking import Command, Existing, option
from opsengine.cli.tables import Table

if TYPE_CHECKING:
    from opsengine.pipeline import Day
    from opsengine.strategy import AccountSuggestions
    from opsengine.warehouse import Engine

SILENT_AFTER = timedelta(days=7)
"""A week without a word: numbers over seven days are empty then, and advice would rest on what was long ago."""

_NEWEST = "select account_id, max(day) as last_day from staging.coverage where status = 'present' group by account_id"

_COLUMNS = {
    "account_id": "account", "rank": "rank", "title": "play", "family": "for", "goal": "goal", "effort": "effort", "why": "why",
}  # fmt: skip

_LANDINGS = {
    "account_id": "account", "goal": "goal", "metric": "metric", "target": "target", "landing": "lands at", "then": "would land at",
}  # fmt: skip
_LOST = {"account_id": "account", "title": "play", "reason": "because of", "why_not": "why it lost"}
_RECORD = {
    "play": "play", "metric": "metric", "predicted": "predicted", "taken_up": "taken up", "cases": "cases",
    "realised": "realised", "low": "at least", "high": "at most", "hit_rate": "hit rate", "note": "remark",
}  # fmt: skip

_COMPARED = {
    "title": "campaign", "roi": "return", "profit": "today", "new_fans": "new fans", "accuracy": "accuracy",
    "cost_per_fan": "per fan", "30": "30 days", "90": "90 days", "180": "180 days",
}  # fmt: skip

_AHEAD = {
    "days": "after days", "ahead": "ahead", "break_even": "break-even", "sensitivity": "when followers buy",
}  # fmt: skip

_AUDIENCE = {
    "account_id": "account", "source": "source", "settled": "fans", "active": "active", "accuracy": "share", "note": "remark",
    "30": "30 days", "90": "90 days", "180": "180 days",
}  # fmt: skip
_AUDIENCE_DIGITS = {"accuracy": 3, "30": 2, "90": 2, "180": 2}
_AUDIENCE_SAID = {
    "source": {
        "all": "all", "live": "live room", "order": "order", "owned": "message, group", "video": "video", "unseen": "unseen",
        "much": "days of many ads", "little": "days of few ads", "unknown": "ads unknown",
    },
    "note": {"too_few": "too few", "better": "better", "worse": "worse", "alike": "alike", "whole": "the whole"},
}  # fmt: skip

_RAMP = {
    "hour": "hour", "stage": "stage", "spend": "spend", "revenue": "revenue", "orders": "orders", "roi": "return", "odds": "odds",
    "marginal_roi": "of more", "verdict": "verdict", "reason": "because of",
}  # fmt: skip
_RAMP_SHOWN = {key: head for key, head in _RAMP.items() if key not in ("revenue", "orders")}
"""What fits into eighty columns."""
_RAMP_SAID = {
    "stage": {"small": "small", "large": "large", "cooling": "cooling"},
    "verdict": {"wait": "wait", "continue": "continue", "scale": "scale", "hold": "hold", "pull_back": "pull back"},
    "reason": {
        "odds": "the odds", "time": "the time", "stop_loss": "the stop-loss", "rest": "the rest", "lag": "orders still coming in",
        "supply": "the supply", "host": "the host",
    },
}  # fmt: skip

_FAMILIES = {"business": "business", "popularity": "popularity", "efficiency": "efficiency"}


@framed_group("strategy")
def command() -> None:
    """What to do next, ranked, with its evidence."""


@command.command("suggest", cls=Command)
@click.argument("accounts", nargs=-1)
@option("--explore", "seed", type=int, metavar="SEED", help="Rank by what plays might do instead of what they are believed to do.")
@option(
    "--what-if",
    "plays",
    multiple=True,
    metavar="PLAY",
    help="Tell what scores, ranks and goals become with this play; again for more.",
)
@framed
def suggest(session: Session, accounts: tuple[str, ...], seed: int | None, plays: tuple[str, ...]) -> None:
    """The three best plays of each account, the numbers that made them fit, and why the next ones lost."""
    from opsengine.pipeline import run_day
    from opsengine.strategy import Luck

    day = run_day(session.desk, session.as_of, None if seed is None else Luck(seed))
    known = [one.account_id for one in day.advice]
    refuse_unknown(accounts, known, known)
    chosen = [one for one in day.advice if not accounts or one.account_id in accounts]
    told = [_told(session, day, one) for one in chosen]
    newest = _note_silence(day, told)
    ahead = [_what_if(session, day, one.account_id, plays) for one in chosen] if plays else None
    document = {"as_of": session.as_of, "accounts": told} | ({"what_if": ahead} if ahead is not None else {})
    if not session.is_for_people:
        _show_tables(session, document)
        return
    lines = in_full(session.names.told(told), session.words) if accounts else in_short(told, session.words)
    text = ahead_in_words(session.names.told(ahead), session.words) if ahead is not None else lines
    click.echo("\n".join(text).rstrip("\n"))
    if newest is not None and all(one["silent_since"] for one in told):
        session.say("no file tells of these days; the newest data is of {day}: try --as-of {day}", day=newest.isoformat())


def _note_silence(day: Day, told: list[dict[str, Any]]) -> date | None:
    """Note for each account since when no file has told of it; the newest day of all of them."""
    ends = {row["account_id"]: row["last_day"] for row in day.engine.read(_NEWEST)}
    for one in told:
        last = ends.get(one["account_id"])
        is_silent = last is not None and day.as_of - last > SILENT_AFTER
        one["silent_since"] = last.isoformat() if is_silent and last else None
    return max((last for last in ends.values() if last is not None), default=None)


def _show_tables(session: Session, document: dict[str, Any]) -> None:
    """As JSON, or the tables that stand for it: suggestions, what lost, and landings where plays are tried."""
    told = document["accounts"]
    rows = [_row(account["account_id"], line) for account in told for line in account["suggestions"]]
    table = Table(_COLUMNS, rows, empty="no play fits: every number is where its peers are, or missing", said={"family": _FAMILIES})
    others = [
        [account["account_id"], line["title"], line["reason"], line["why_not"]]
        for account in told
        for line in account["passed_over"]
    ]
    tables = [table, Table(_LOST, others, empty="no other play fits")]
    landings = [
        [one["account_id"], goal["goal"], goal["metric"], goal["target"], goal["landing"]["p50"], goal["then"]["p50"]]
        for one in document.get("what_if", ())
        for goal in one["goals"]
    ]
    if "what_if" in document:
        tables.append(Table(_LANDINGS, landings, empty="no running goal promises what these plays move"))
    session.show(document, *tables)


def _told(session: Session, day: Day, advice: AccountSuggestions) -> dict[str, Any]:
    """One account's suggestions as JSON, with what to import for the plays that could not be judged."""
    from opsengine.see import read_catalogue
    from opsengine.sources import read_presets
    from opsengine.strategy import lacking, numbers_of

    told = advice.as_json(session.locale)
    if not told["cannot_judge"]:
        return told
    titles = {play.name: play.declared.title.label for play in day.playbook}
    catalogue, presets = read_catalogue(session.project), read_presets(session.project).by_name
    known = numbers_of(day.engine, advice.account_id)
    for line in told["cannot_judge"]:
        line["title"] = titles[line["play"]][session.locale]
        line["ways"] = [one.as_json(session.locale) for one in lacking(line["missing"], known, catalogue, presets)]
    return told


def _what_if(session: Session, day: Day, account_id: str, names: tuple[str, ...]) -> dict[str, Any]:
    """What these plays would do for one account. Raises UserError for a play that nobody knows."""
    from opsengine.cli.tasks import refuse_unknown_play
    from opsengine.sources import read_accounts
    from opsengine.strategy import Beliefs, what_if

    plays = {play.name: play for play in day.playbook}
    for name in names:
        refuse_unknown_play(name, plays)
    industry = next((one.industry for one in read_accounts(session.project) if one.account_id == account_id), None)
    tried = [plays[name] for name in dict.fromkeys(names)]
    believed = Beliefs.of(tried, industry, day.past.beliefs, day.past.ranking)
    return what_if(day.engine, account_id, believed, day.goals, session.as_of).as_json()


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
    if session.is_for_people and told:
        click.echo("\n".join(on_record(session.names.told(told), session.words)))
        return
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
    titles = {line["campaign"]: line["title"] for line in told["campaigns"]}
    ahead = [["–", titles.get(told["best_today"]), None, None]] + [
        [int(days), titles.get(best), told["break_even"][days], "; ".join(
            f"{line['followers_buy']:g}x {titles.get(line[days]) or '–'}" for line in told["sensitivity"]
        )]
        for days, best in told["best"].items()
    ]  # fmt: skip
    session.show(told, Table(_COMPARED, rows), Table(_AHEAD, ahead, digits={"break_even": 2}))


@command.command("audience", cls=Command)
@click.argument("accounts", nargs=-1)
@framed
def audience(session: Session, accounts: tuple[str, ...]) -> None:
    """Of the fans that each source brought, how many came back or bought, and what they spent since (精准度).

    Sources are what fans did last before following, and whether ads spent much on that day.
    """
    from opsengine.sources import read_accounts
    from opsengine.strategy import sources_of_fans

    known = [account.account_id for account in read_accounts(session.project)]
    refuse_unknown(accounts, known, known)
    found = sources_of_fans(_with_fans(session), session.as_of, frozenset(accounts or known))
    wholes = {one.account_id: one for one in found if one.split == "all"}
    told = [{"account_id": one.account_id, **one.as_json(wholes.get(one.account_id))} for one in found]
    rows = [
        [
            line["account_id"], line["source"], line["settled"], line["active"], line["accuracy"], line["note"],
            *line["worth"].values(),
        ]
        for line in told
    ]  # fmt: skip
    tables = [_sources(_AUDIENCE, rows, "")]
    if session.is_for_people and rows:  # an account after the other, so that each fits into eighty columns
        columns = {key: head for key, head in _AUDIENCE.items() if key != "account_id"}
        names = dict.fromkeys(str(row[0]) for row in rows)
        tables = [_sources(columns, [row[1:] for row in rows if row[0] == name], name) for name in names]
    session.show({"as_of": session.as_of, "sources": told}, *tables)


def _sources(columns: dict[str, str], rows: list[list[Any]], title: str) -> Table:
    empty = "no file tells of single fans who followed"
    return Table(columns, rows, title, empty=empty, digits=_AUDIENCE_DIGITS, said=_AUDIENCE_SAID)


def _with_fans(session: Session) -> Engine:
    """The tables of room one, and beside them what single fans did."""
    from contextlib import closing

    from opsengine.pipeline import look
    from opsengine.sources import mount_facts
    from opsengine.state import Imports, read_state

    engine = look(session.desk, session.as_of)
    if not engine.has("raw.fan_events"):
        with closing(read_state(session.desk.where)) as state:
            mount_facts(engine, Imports(state), session.project)
    return engine


@command.command("ramp", cls=Command)
@click.argument("file", type=Existing(dir_okay=False, path_type=Path))
@framed
def ramp(session: Session, file: Path) -> None:
    """Whether a paid test is to go on, be scaled, held or pulled back, by its hours of spend and revenue.

    FILE is a CSV with the columns hour,spend,revenue,orders and, where known, refunds and on_air (minutes); thresholds stand in
    ramp.yaml.
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
    columns = _RAMP_SHOWN if session.is_for_people else _RAMP
    shown = [{**hour, "hour": hour["hour"][5:16].replace("T", " ")} for hour in hours] if session.is_for_people else hours
    rows = [[hour[key] for key in columns] for hour in shown]
    table = Table(columns, rows, empty="no hour has been spent yet", digits={"odds": 2, "marginal_roi": 2}, said=_RAMP_SAID)
    session.show(told, table)
    session.say("spend {low} to {high} yuan in the next hour", low=f"{low:g}", high=f"{high:g}")


def _row(account_id: str, line: dict[str, Any]) -> list[Any]:
    return [account_id if key == "account_id" else line[key] for key in _COLUMNS]
