"""`opsengine monitor`: what needs a person now; watched once, again and again, or on a page."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from opsengine.cli.frame import DAY, Session, framed
from opsengine.cli.monitor_words import (
    ALERTS,
    HISTORY,
    RECORDS,
    SEVERITIES,
    STATES,
    WHYS,
    WORDS,
    history_rows,
    record_lines,
    row_of,
)
from opsengine.cli.speaking import Command, Existing, Group, option
from opsengine.cli.tables import Table
from opsengine.errors import Exit, UserError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from zoneinfo import ZoneInfo

    from opsengine.monitor import Alert
    from opsengine.state import AlertRecord
    from opsengine.vigil import Round


@click.group("monitor", cls=Group, invoke_without_command=True)
@option("--once", "is_once", is_flag=True, help="One round: import, look, remember, and tell people.")
@option("--dry-run", "is_rehearsal", is_flag=True, help="With --once: keep and send nothing; say what would be told.")
@option("--watch", "is_watching", is_flag=True, help="Round after round, as new files come, until stopped.")
@option("--serve", "is_serving", is_flag=True, help="Watch, and show a page on this machine.")
@option("--every", "pause", type=click.FloatRange(min=0.05), default=0.25, metavar="SECONDS", help="How often to look for files.")
@option("--host", default="127.0.0.1", metavar="ADDRESS", help="Where --serve listens; another needs a token.")
@option("--port", type=click.IntRange(0, 65535), default=8787, metavar="NUMBER", help="On which port; 0 for any that is free.")
@option("--allow-host", "hosts", multiple=True, metavar="NAME", help="A further name by which the page may be called.")
@option("--token-file", type=Existing(dir_okay=False, path_type=Path), metavar="FILE", help="What a reader must know.")
@option("--base-path", default="/", metavar="PATH", help="The path that a proxy puts before the page, such as /ops/.")
@framed
def command(
    session: Session, is_once: bool, is_rehearsal: bool, is_watching: bool, is_serving: bool, pause: float, host: str, port: int,
    hosts: tuple[str, ...], token_file: Path | None, base_path: str,
) -> Exit | None:  # fmt: skip
    """What needs a person now.

    Without a flag it only looks. Exit code 1 when something fires.
    """
    if click.get_current_context().invoked_subcommand:
        return None
    if is_serving:
        from opsengine.cli.monitor_serve import serve_page

        return serve_page(session, pause, (host, port), hosts, token_file, base_path)
    if is_watching:
        from opsengine.cli.monitor_watch import watch_on

        return watch_on(session, pause)
    if is_rehearsal and not is_once:
        raise UserError("--dry-run belongs to --once", hint="without a flag nothing is kept or sent anyway")
    return _rehearse(session) if is_rehearsal else _once(session) if is_once else _look(session)


def _look(session: Session) -> Exit:
    from opsengine.vigil import look_around

    told = show_alerts(session, look_around(session.desk, session.as_of))
    return Exit.FINDINGS if told else Exit.SUCCESS


def _once(session: Session) -> Exit:
    from opsengine.vigil import keep_watch

    done = keep_watch(session.desk, session.as_of)
    show_alerts(session, done.alerts, done)
    if done.trouble is not None:
        session.say("{reason}", reason=session.words.error(done.trouble))
    if session.is_for_people:
        session.say("{told} digests planned, {waiting} notices wait", told=done.told, waiting=done.waiting)
    return done.exit


def _rehearse(session: Session) -> Exit:
    from opsengine.cli.rehearsing import rehearsal
    from opsengine.vigil import Post, keep_watch

    with rehearsal(session.desk) as desk:
        done = keep_watch(desk, session.as_of, Post.LEFT)
    show_alerts(session, done.alerts, done)
    session.say("a rehearsal: {told} digests would be sent; nothing was imported, remembered or told", told=done.told)
    return done.exit


def show_alerts(session: Session, alerts: Sequence[Alert], done: Round | None = None) -> int:
    """What fires, on stdout; how many alerts that are."""
    told: list[dict[str, Any]] = [alert.as_json(session.locale) for alert in alerts]
    rows = [[line[key] for key in ALERTS] for line in told if line["state"] == "firing"]
    table = Table(ALERTS, rows, empty="nothing needs a person", said={"severity": SEVERITIES})
    session.show({"as_of": session.as_of, "alerts": told, **({"round": done.as_json()} if done else {})}, table)
    silent = sum(line["state"] == "no_data" for line in told)
    if silent and session.is_for_people:
        session.say("{count} rules cannot be judged for want of data; --format json lists them", count=silent)
    return len(rows)


@command.command("list", cls=Command)
@option("--all", "is_everything", is_flag=True, help="Alerts that are over as well.")
@framed
def list_alerts(session: Session, is_everything: bool) -> Exit:
    """What is remembered of every alert: what fires, is pending, snoozed or recovering, and since when."""
    from opsengine.state import Alerts, read_state

    with read_state(session.desk.where) as state:
        records = Alerts(state).current()
    lines = record_lines([one for one in records if is_everything or one.phase != "ok"], session.now, session.locale)
    rows = [row_of(line, RECORDS, _zone(session)) for line in lines]
    table = Table(RECORDS, rows, empty="no alert is open", said={"severity": SEVERITIES, "state": STATES})
    session.show({"alerts": lines}, table)
    return Exit.FINDINGS if any(line["state"] == "firing" for line in lines) else Exit.SUCCESS


@command.command("history", cls=Command)
@click.argument("subject", default="")
@option("--alert", default="", metavar="NAME", help="Only of this rule.")
@option("--limit", type=click.IntRange(min=1), default=50, metavar="NUMBER", help="How many lines at the most; else 50.")
@option("--cut-before", "cut", type=DAY, metavar="DATE", help="Forget what is older; the last ninety days stay.")
@framed
def history(session: Session, subject: str, alert: str, limit: int, cut: date | None) -> None:
    """What fired, what was told to whom, and what was not told and why."""
    from opsengine.state import Alerts, Notices, lock, open_state, read_state

    if cut is not None:
        with lock(session.project.home, session.now), open_state(session.desk.where) as state:
            gone = Alerts(state).cut(_midnight(session, cut))
        session.say("{count} lines forgotten", count=gone)
    with read_state(session.desk.where) as state:
        moves, notices = Alerts(state).history(limit, alert, subject), Notices(state).history(limit, alert, subject)
    lines = history_rows(moves, notices, session.locale)[:limit]
    rows = [row_of(line, HISTORY, _zone(session)) for line in lines]
    session.show({"history": lines}, Table(HISTORY, rows, empty="nothing has happened yet", said={"event": WORDS, "why": WHYS}))


@command.command("snooze", cls=Command)
@click.argument("alert")
@click.argument("subject")
@option("--for", "length", metavar="TIME", help="How long: 30m, 12h or 3d.")
@option("--until", "day", type=DAY, metavar="DATE", help="Until the beginning of this day, in the project's zone.")
@option("--by", required=True, metavar="NAME", help="Who says so.")
@framed
def snooze(session: Session, alert: str, subject: str, length: str | None, day: date | None, by: str) -> None:
    """Keep one alert silent for a while. What it does in the meantime is remembered."""
    from opsengine.monitor import mark_of, record_of, snoozed

    until = _until(session, length, day)
    record = _change(session, alert, subject, by, lambda one: record_of(snoozed(mark_of(one), until), one, session.now))
    said = until.astimezone(session.settings.zone).isoformat(timespec="minutes")
    session.show({"alert": alert, "subject": subject, "state": record.shown, "snoozed_until": said}, _one_row(record))


@command.command("ack", cls=Command)
@click.argument("alert")
@click.argument("subject")
@option("--by", required=True, metavar="NAME", help="Who takes it on.")
@framed
def acknowledge(session: Session, alert: str, subject: str, by: str) -> None:
    """Take one alert on: nobody is reminded of it until it is over."""
    from opsengine.monitor import acknowledged, mark_of, record_of

    record = _change(session, alert, subject, by, lambda one: record_of(acknowledged(mark_of(one), by), one, session.now))
    session.show({"alert": alert, "subject": subject, "state": record.shown, "acknowledged_by": by}, _one_row(record))


@command.command("test", cls=Command)
@click.argument("alert")
@option("--days", type=click.IntRange(1, 60), default=1, metavar="NUMBER", help="How many days are tried; else 1.")
@framed
def test(session: Session, alert: str, days: int) -> Exit:
    """What one rule would have said on the last days. Nothing is remembered or told."""
    from opsengine.pipeline import alert_rules, run_day
    from opsengine.project import did_you_mean

    names = [rule.name for rule in alert_rules(session.desk)]
    if alert not in names:
        guess = did_you_mean(alert, names)
        raise UserError("no alert is called {name}", name=alert, hint="did you mean `{guess}`?" if guess else "", guess=guess)
    lines = []
    for age in range(days):
        day = session.as_of - timedelta(days=age)
        found = [one for one in run_day(session.desk, day).alerts if one.rule.name == alert]
        lines += [{"day": day.isoformat(), **one.as_json(session.locale)} for one in found]
    columns = {"day": "day", **{key: ALERTS[key] for key in ("subject", "value", "threshold", "because")}}
    rows = [[line[key] for key in columns] for line in lines if line["state"] == "firing"]
    session.show({"alerts": lines}, Table(columns, rows, empty="it would not have fired"))
    return Exit.FINDINGS if rows else Exit.SUCCESS


def _zone(session: Session) -> ZoneInfo | None:
    """The zone whose clock people read; programs read moments as they are kept."""
    return session.settings.zone if session.is_for_people else None


def _until(session: Session, length: str | None, day: date | None) -> datetime:
    from opsengine.monitor import duration

    if (length is None) is (day is None):
        raise UserError("say either --for or --until", hint="such as `--for 12h`")
    if day is not None:
        return _midnight(session, day)
    try:
        return session.now + duration(length or "")
    except (KeyError, ValueError, IndexError):
        raise UserError("{length} is no length of time", length=length or "", hint="write 30m, 12h or 3d") from None


def _midnight(session: Session, day: date) -> datetime:
    """The moment at which a day begins in the project's zone."""
    return datetime(day.year, day.month, day.day, tzinfo=session.settings.zone)


def _change(session: Session, alert: str, subject: str, by: str, changed: Any) -> AlertRecord:
    from opsengine import __version__
    from opsengine.state import AlertMove, Alerts, Runs, lock, open_state

    with lock(session.project.home, session.now), open_state(session.desk.where) as state:
        record = Alerts(state).find(alert, subject)
        if record is None or record.phase == "ok":
            raise UserError("{alert} is not open for {subject}", alert=alert, subject=subject, hint="see `opsengine monitor list`")
        run_id = Runs(state).start("monitor", session.as_of, {"opsengine": __version__}, session.now)
        after: AlertRecord = changed(record)
        move = AlertMove(alert, subject, record.shown, after.shown, "", after.severity, after.detail, run_id, by)
        Alerts(state).keep([after], [move], session.now)
        Runs(state).finish(run_id, "success", session.now)
    return after


def _one_row(record: AlertRecord) -> Table:
    columns = {"alert": "alert", "subject": "subject", "state": "state"}
    return Table(columns, [[record.alert, record.subject, record.shown]], said={"state": STATES})
