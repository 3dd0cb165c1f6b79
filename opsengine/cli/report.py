"""`opsengine report`: the scheduled command; imports, rebuilds, and sends every brief that is due, once."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from opsengine.cli.comparing import diff
from opsengine.cli.finishing import finishing
from opsengine.cli.frame import Session, framed
from opsengine.cli.outbox import STATES
from opsengine.cli.progress import progress_bar
from opsengine.cli.speaking import Command, Group, option
from opsengine.cli.tables import Table
from opsengine.cli.trying import try_out
from opsengine.errors import Exit, UserError

if TYPE_CHECKING:
    from opsengine.report import ReportRun

FOLDER = click.Path(file_okay=False, path_type=Path)
MOST_HELD = 20
"""Briefs that are held are named one by one up to here."""
_BRIEFS = {
    "report": "report", "period": "period", "subject": "subject", "recipient": "recipient", "state": "state", "page": "page",
}  # fmt: skip
_MESSAGES = {"key": "key", "recipient": "recipient", "state": "state", "changed_at": "since", "last_reply": "last reply"}


@click.group("report", cls=Group, invoke_without_command=True)
@option("--report", "reports", multiple=True, metavar="NAME", help="Only this report; may be given again.")
@option("--account", "accounts", multiple=True, metavar="ID", help="Only briefs about this account; may be given again.")
@option("--force", "is_forced", is_flag=True, help="Send again what was sent: a new revision.")
@option("--retry", "is_retried", is_flag=True, help="Send again what failed, to those alone whom it did not reach.")
@option("--to", "target", metavar="TARGET", help="With --test: the mail address, `chat:NAME` or `folder:PATH` that gets a trial.")
@option("--test", "is_trial", is_flag=True, help="With --to: send three briefs at the most there now; keep nothing.")
@option("--dry-run", "is_rehearsal", is_flag=True, help="Keep and send nothing; say what is due.")
@option("--allow-clock", "is_trusted", is_flag=True, help="Go on though the clock went back since the last run.")
@option("--site", type=FOLDER, metavar="DIR", help="Run nothing; write everything briefed so far as a site into DIR.")
@framed
def command(
    session: Session,
    reports: tuple[str, ...],
    accounts: tuple[str, ...],
    target: str | None,
    is_forced: bool,
    is_retried: bool,
    is_trial: bool,
    is_rehearsal: bool,
    is_trusted: bool,
    site: Path | None,
) -> Exit | None:
    """Import, rebuild, and send every brief that is due, once.

    Run it as often as you like: it looks at what is due, not at when it last ran.
    """
    if click.get_current_context().invoked_subcommand:
        return None
    if site is not None:
        _build_site(session, site)
        return None
    from opsengine.pipeline import Errand, rehearse, run_reports
    from opsengine.report import Clock, Repeat, Wanted

    if is_trial != (target is not None) or (is_trial and is_rehearsal) or (is_forced and is_retried):
        hint = "`--to ADDRESS --test` sends a trial; --force and --retry each stand alone"
        raise UserError("these options do not go together", hint=hint)
    repeat = Repeat.FORCED if is_forced else Repeat.FAILED if is_retried else Repeat.NEVER
    with progress_bar(session) as progress, finishing():
        clock = Clock.TRUSTED if is_trusted else Clock.CHECKED
        errand = Errand(session.as_of, Wanted(reports, accounts), repeat, progress, clock)
        if target is not None:
            return try_out(session, errand, target)
        run = (rehearse if is_rehearsal else run_reports)(session.desk, errand)
    told = _show_briefs(session, run)
    if is_rehearsal:
        text = "a rehearsal: {rendered} briefs would be written and {planned} messages sent; nothing was imported, kept or sent"
        session.say(text, rendered=told["rendered"], planned=told["planned"])
    else:
        _sum_up(session, told)
    return run.exit


def _show_briefs(session: Session, run: ReportRun) -> dict[str, Any]:
    """Every brief on stdout, and what stands in the way of others on stderr; the run as JSON."""
    told = run.as_json()
    empty = "every brief that is due is held" if told["holds"] else "no brief is due"
    session.show(told, Table(_BRIEFS, [_row(line) for line in told["briefs"]], empty=empty, said={"state": STATES}))
    for trouble in run.troubles:
        session.say("{trouble}", trouble=session.words.error(trouble))
    if run.corrected:
        session.say("{count} briefs were corrected by later data; nobody is sent them again without --force", count=run.corrected)
    for owner in run.told:
        session.say("told {owner} of it", owner=owner)
    if run.backup:
        session.say("state.db could not be copied: {reason}", reason=run.backup)
    if run.heartbeat:
        session.say("the heartbeat could not be told: {reason}", reason=run.heartbeat)
    for late in told["holds"][:MOST_HELD]:
        name = f"{late['report']}/{late['period']}/{late['subject']}"
        reason, day = session.words(late["reason"]), late["last_day"]
        if day:
            session.say("held: {brief}: {reason}, of {day}", brief=name, reason=reason, day=day)
        else:
            session.say("held: {brief}: {reason}", brief=name, reason=reason)
    if len(told["holds"]) > MOST_HELD:
        session.say("held: {count} more; --format json lists them", count=len(told["holds"]) - MOST_HELD)
    if run.sifted.skipped:
        session.say("{count} briefs are left out, as their reports say", count=len(run.sifted.skipped))
    return told


def _sum_up(session: Session, told: dict[str, Any]) -> None:
    if not (told["rendered"] or told["delivered"] or told["waiting"]) and told["already_delivered"]:
        text = "nothing new: {count} messages were delivered before, and are not sent again"
        session.say(text, count=told["already_delivered"])
    else:
        session.say(
            "{rendered} briefs written, {delivered} messages delivered, {held} held, {failed} failed, {unknown} unknown",
            **{name: told[name] for name in ("rendered", "delivered", "held", "failed", "unknown")},
        )
    if told["waiting"]:
        session.say("{count} messages wait for the next run", count=told["waiting"])


def _build_site(session: Session, folder: Path) -> None:
    """Everything that was ever briefed, as pages that any web server can host."""
    from opsengine.report import Press, build_site
    from opsengine.state import read_state

    press = Press.of(session.settings, session.project.templates)
    with read_state(session.desk.where) as state, progress_bar(session) as progress:
        site = build_site(state, folder, press, progress)
    told = {"index": str(site.index), "briefs": site.briefs, "runs": site.runs, "files_written": site.written}
    session.show(told, Table({"index": "index", "briefs": "briefs", "runs": "runs"}, [[told["index"], site.briefs, site.runs]]))


@command.command("show", cls=Command)
@click.argument("key")
@option("--raw", "is_raw", is_flag=True, help="The message itself, byte for byte.")
@framed
def show(session: Session, key: str, is_raw: bool) -> None:
    """Exactly what was sent: a brief by `report/period/subject`, or a message by its key."""
    from opsengine.report import sent_bytes
    from opsengine.report import show as show_brief
    from opsengine.state import read_state

    with read_state(session.desk.where) as state:
        if is_raw:
            click.echo(sent_bytes(state, key), nl=False)
            return
        shown = show_brief(state, key)
    texts = {name: content.decode("utf-8", "replace") for name, content in shown.parts.items()}
    if session.is_for_people:
        click.echo(next((text for name, text in texts.items() if name.endswith(".md")), ""), nl=False)
        return
    messages = [
        {
            "key": message.key,
            "recipient": message.address.recipient,
            "channel": message.address.channel.value,
            "state": message.stage.value,
            "changed_at": message.changed_at,
            "last_reply": message.last_reply,
        }
        for message in shown.messages
    ]
    record = {"key": shown.brief.brief_id, "run": shown.brief.run_id, "created_at": shown.brief.created_at}
    rows = [[message[column] for column in _MESSAGES] for message in messages]
    session.show({"brief": record, "files": texts, "messages": messages}, Table(_MESSAGES, rows, said={"state": STATES}))


@command.command("new", cls=Command)
@click.argument("name")
@option("--like", "preset", metavar="REPORT", help="Which of the shipped reports to copy; else the one of that name, else weekly.")
@framed
def new(session: Session, name: str, preset: str | None) -> None:
    """Write a report file to go on with: a copy of daily, weekly, monthly, campaign, team, brand or portfolio."""
    from opsengine.report import new_report

    file = session.project.shown(new_report(session.project, name, preset))
    session.show({"file": file}, Table({"file": "file"}, [[file]]))


command.add_command(diff)


def _row(line: dict[str, Any]) -> list[Any]:
    shown = {**line, "page": line["paths"].get("html")}
    return [shown[key] for key in _BRIEFS]
