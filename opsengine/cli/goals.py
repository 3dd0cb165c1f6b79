"""`opsengine goals`: what was promised, and how it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from opsengine.cli.frame import Session, framed, framed_group
from opsengine.cli.speaking import Command, option
from opsengine.cli.tables import Table
from opsengine.errors import Exit, UserError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from opsengine.goals import Draft, GoalResult, Known, Subject

_WORSE = {
    "at_risk": ("at_risk", "behind", "missed"),
    "behind": ("behind", "missed"),
    "missed": ("missed",),
    "no_data": ("no_data",),
}
"""For `--fail-on`: the statuses that count."""
_STATUS = {
    "goal": "goal", "subject": "subject", "cycle": "cycle", "role": "role", "metric": "metric", "target": "target",
    "actual": "actual", "progress": "progress", "elapsed": "elapsed", "needed_per_day": "needed a day", "status": "status",
}  # fmt: skip
_ROLES = {"primary": "primary", "secondary": "secondary", "guardrail": "guardrail"}
_STATUSES = {
    "ahead": "ahead", "on_track": "on track", "at_risk": "at risk", "behind": "behind",
    "reached": "reached", "missed": "missed", "no_data": "no data",
}  # fmt: skip
_LEVELS = {"floor": "floor", "target": "target", "stretch": "stretch"}
_CHECK_INS = {"overdue": "overdue", "in_time": "in time"}
_SAID = {"check_in": _CHECK_INS, "role": _ROLES, "status": _STATUSES, "level": _LEVELS}
_LIST = {
    "goal": "goal", "subject": "subject", "cycle": "cycle", "start": "first day", "end": "last day",
    "primary": "primary", "owner": "owner", "check_in_due": "check-in due", "check_in": "check-in",
}  # fmt: skip


_LOG = {
    "at": "when", "author": "who", "goal": "goal", "role": "role", "metric": "metric", "what": "change", "before": "before",
    "after": "after", "commit": "commit",
}  # fmt: skip
_CHANGES = {"promised": "promised", "changed": "changed", "withdrawn": "withdrawn"}
_CALENDAR = ("day", "week", "month", "quarter", "half-year", "year")
_LANDING = {
    "metric": "metric", "p50": "lands at", "share": "of the target", "p25": "50 %: from", "p75": "50 %: to",
    "p10": "80 %: from", "p90": "80 %: to", "p025": "95 %: from", "p975": "95 %: to", "backtests": "backtests",
}  # fmt: skip
_TOGETHER = {"odds": "odds of all together", "odds_if_independent": "had they nothing to do with each other"}
_BACKTEST = {
    "elapsed": "elapsed", "n": "forecasts", "mape": "error", "linear_mape": "error at linear pace", "coverage50": "within 50 %",
    "coverage80": "within 80 %", "coverage95": "within 95 %", "brier": "Brier", "ece": "calibration error",
}  # fmt: skip


@framed_group("goals")
def command() -> None:
    """What was promised, and how it stands."""


@command.command("status", cls=Command)
@click.argument("accounts", nargs=-1)
@option("--fail-on", type=click.Choice(list(_WORSE)), help="End with exit code 1 when a goal is that bad, or worse.")
@framed
def status(session: Session, accounts: tuple[str, ...], fail_on: str | None) -> Exit:
    """Progress, pace and status of every goal."""
    from opsengine.goals import told_as_json
    from opsengine.pipeline import promises

    results = [result for result in promises(session.desk, session.as_of) if not accounts or result.account_id in accounts]
    told = told_as_json(results)
    rows = [_status_row(session, result, line) for result, line in zip(results, told, strict=True)]
    empty = "no goal is set: see `opsengine goals new --help`"
    table = Table(_STATUS, rows, empty=empty, said={**_SAID, "metric": _titles(session, told)})
    session.show({"as_of": session.as_of, "goals": told}, table)
    is_bad = fail_on is not None and any(line["status"] in _WORSE[fail_on] for line in told)
    return Exit.FINDINGS if is_bad else Exit.SUCCESS


@command.command("list", cls=Command)
@framed
def list_goals(session: Session) -> None:
    """Every goal file, whatever the data."""
    from opsengine.goals import check_in_of, read_goals, read_notes
    from opsengine.pipeline import known_to_goals

    goals, notes = read_goals(session.project, known_to_goals(session.desk)), read_notes(session.project)
    check_ins = [check_in_of(goal, notes.get(goal.name, ()), session.as_of) for goal in goals]
    told = [
        {
            "goal": goal.name,
            "file": goal.file,
            "subject": goal.subject.key,
            "cycle": goal.cycle.id,
            "start": goal.cycle.start,
            "end": goal.cycle.end,
            "primary": goal.primary.metric if goal.primary else None,
            "owner": goal.owner,
            "check_in": check_in.as_json() if check_in else None,
        }
        for goal, check_in in zip(goals, check_ins, strict=True)
    ]
    rows = [
        [(line | {
            "check_in_due": check_in.due if check_in else None,
            "check_in": ("overdue" if check_in.is_overdue else "in_time") if check_in else None,
        })[key] for key in _LIST]
        for line, check_in in zip(told, check_ins, strict=True)
    ]  # fmt: skip
    session.show({"goals": told}, Table(_LIST, rows, empty="no goal is set", said=_SAID))


@command.command("backtest", cls=Command)
@option("--metric", required=True, metavar="NAME", help="Which metric to foresee.")
@option("--cycle", "kind", type=click.Choice(_CALENDAR), default="month", help="Which cycles to foresee.")
@option("--windows", type=click.IntRange(1, 60), default=6, help="How many past cycles to try, at the most.")
@framed
def backtest(session: Session, metric: str, kind: str, windows: int) -> None:
    """How good the forecast was on your own history.

    Past cycles are foreseen from what was known then, and compared with what came.
    """
    from opsengine.foreseeing import tried_forecast
    from opsengine.goals import CycleKind

    tried = tried_forecast(session.desk, session.as_of, metric, (CycleKind(kind.replace("-", "_")), windows))
    told = [line.as_json() for line in tried.table]
    shares = ("elapsed", "mape", "linear_mape", "coverage50", "coverage80", "coverage95")
    rows = [[_percent(line[key]) if key in shares else line[key] for key in _BACKTEST] for line in told]
    if not tried.windows:
        session.say("no finished cycle has five weeks of data before it")
    windows_told = [{"id": cycle.id, "start": cycle.start, "end": cycle.end} for cycle in tried.windows]
    session.show({"metric": metric, "cycle": kind, "windows": windows_told, "table": told}, Table(_BACKTEST, rows))


@command.command("show", cls=Command)
@click.argument("name")
@framed
def show(session: Session, name: str) -> None:
    """One goal in full: its measures, levels and odds, and what became of it."""
    from opsengine.goals import composite_of, read_history, read_notes
    from opsengine.pipeline import promises

    results = [result for result in promises(session.desk, session.as_of) if result.goal.name == name]
    if not results:
        raise UserError("no goal is called {goal}", goal=name, hint="see `opsengine goals list`")
    whole = composite_of(results)
    told = [result.as_json() for result in results]
    notes = [note.model_dump(mode="json") for note in read_notes(session.project).get(name, ())]
    changes = [change.as_json() for change in read_history(session.project).changes if change.goal == name]
    composite = None if whole is None else {"achievement": round(float(whole.share), 6), "is_gated": whole.is_gated}
    rows = [_status_row(session, result, line) for result, line in zip(results, told, strict=True)]
    said = {**_SAID, "metric": _titles(session, told)}
    whole_odds = [
        [f"{line['odds_together'][key]:.0%}" for key in ("odds", "odds_if_independent")] for line in told if line["odds_together"]
    ]
    landings = [_landing_row(session, line) for line in told if _is_foreseen(line)]
    remarks = [
        [line["metric"], session.words(remark.text, **remark.fields)]
        for result, line in zip(results, told, strict=True)
        for remark in result.remarks
    ]
    chances = [
        [line["metric"], level, f"{line['odds_of_levels'][level]:.0%}"]
        for line in told
        for level in _LEVELS
        if level in line["odds_of_levels"]
    ]
    session.show(
        {"as_of": session.as_of, "goal": name, "why": results[0].goal.why, "owner": results[0].goal.owner, "composite": composite,
         "measures": told, "notes": notes, "log": changes},
        Table(_STATUS, rows, said=said),
        Table(_LANDING, landings, empty="no landing is foreseen", said=said),
        Table({"metric": "metric", "level": "level", "odds": "odds"}, chances, said=said),
        *([Table(_TOGETHER, whole_odds)] if whole_odds else []),
        *([Table({"metric": "metric", "remark": "remark"}, remarks, said=said)] if remarks else []),
        Table({"on": "day", "by": "by", "note": "remark"}, [[note["on"], note["by"], note["note"]] for note in notes]),
    )  # fmt: skip


@command.command("log", cls=Command)
@framed
def log(session: Session) -> None:
    """Who changed which target when, as git tells it."""
    from opsengine.goals import read_history

    history = read_history(session.project)
    if not history.is_kept:
        session.say("this project is not in a git repository: there is no log")
    told = [change.as_json() for change in history.changes]
    said = {"role": _ROLES, "what": _CHANGES, "metric": _titles(session, told)}
    rows = [[_short(line[key]) if key == "commit" else line[key] for key in _LOG] for line in told]
    session.show({"is_in_git": history.is_kept, "entries": told}, Table(_LOG, rows, empty="no target was ever changed", said=said))


@command.command("note", cls=Command)
@click.argument("name")
@click.argument("text")
@option("--by", default="", metavar="NAME", help="Who says it; else the owner of the goal.")
@framed
def note(session: Session, name: str, text: str, by: str) -> None:
    """Say how a goal is going; it is kept in goals/notes and told in the brief."""
    from opsengine.goals import Note, add_note, read_goals
    from opsengine.pipeline import known_to_goals

    if not text.strip():
        raise UserError("a note needs words", hint='say how it goes, such as "two live sessions moved to Friday"')
    owners = {goal.name: goal.owner for goal in read_goals(session.project, known_to_goals(session.desk))}
    file = add_note(session.project, name, Note(on=session.as_of, by=by or owners.get(name, ""), note=text), owners)
    session.show({"file": session.project.shown(file)}, Table({"file": "file"}, [[session.project.shown(file)]]))


@command.command("propose", cls=Command)
@click.argument("account")
@option("--cycle", default="next", metavar="CYCLE", help="For which cycle; else the one after the account's last goal.")
@option("--dry-run", "is_rehearsal", is_flag=True, help="Only show what would change.")
@framed
def propose(session: Session, account: str, cycle: str, is_rehearsal: bool) -> None:
    """Write a goal file for the next cycle of an account, with what its numbers rest on.

    The last goal's file is carried on with its comments; review the difference, edit it, and commit it.
    """
    import difflib

    from opsengine.foreseeing import proposed

    made = proposed(session.desk, session.as_of, account, cycle)
    shown = session.project.shown(made.file)
    before = made.file.read_text(encoding="utf-8") if made.file.is_file() else ""
    difference = list(difflib.unified_diff(before.splitlines(), made.text.splitlines(), shown, shown, lineterm=""))
    if not is_rehearsal:
        made.file.parent.mkdir(parents=True, exist_ok=True)
        made.file.write_text(made.text, encoding="utf-8")
    levels = {name: float(value) for name, value in made.levels.items()}
    session.show(
        {"file": shown, "written": not is_rehearsal, "account_id": account, "metric": made.metric,
         "cycle": {"id": made.cycle.id, "start": made.cycle.start, "end": made.cycle.end},
         "levels": levels, "odds": made.odds, "evidence": made.evidence, "diff": difference, "text": made.text},
        Table({"line": shown}, [[line] for line in difference[2:]], empty="nothing to change"),
    )  # fmt: skip


@command.command("new", cls=Command)
@click.argument("name")
@option("--account", metavar="ID", help="Who promises: an account,")
@option("--team", metavar="NAME", help="or a team,")
@option("--brand", metavar="NAME", help="or a brand.")
@option("--metric", metavar="NAME", help="What is promised; with --preset, its primary metric when left out.")
@option("--target", required=True, metavar="NUMBER", help="How much: 1200000, 1,200,000, 120万 or 35%.")
@option("--cycle", required=True, metavar="CYCLE", help="2026-06, 2026-W24, 2026-Q2, 2026-06-01..2026-06-18, or a campaign.")
@option("--role", type=click.Choice(["primary", "secondary", "guardrail"]), default="primary", help="What it is in the goal.")
@option("--secondary", "beside", multiple=True, metavar="NAME=NUMBER", help="A secondary measure beside it; may be repeated.")
@option("--preset", metavar="NAME", help="A pattern from goals/presets.")
@option("--dry-run", "is_rehearsal", is_flag=True, help="Write nothing; print the file.")
@framed
def new(
    session: Session,
    name: str,
    account: str | None,
    team: str | None,
    brand: str | None,
    metric: str | None,
    target: str,
    cycle: str,
    role: str,
    beside: tuple[str, ...],
    preset: str | None,
    is_rehearsal: bool,
) -> None:
    """Write a goal file, valid and commented, to go on with."""
    from opsengine.goals import Draft, Role, draft_goal, new_goal
    from opsengine.pipeline import known_to_goals

    draft = Draft(_subject(account, team, brand), cycle, target, metric, Role(role), _beside(role, beside), preset)
    known = known_to_goals(session.desk)
    _refuse_unknown(known, draft)
    if is_rehearsal:
        file, text = draft_goal(session.project, name, draft, session.as_of.year, known)
        table = Table({"text": "text"}, [[line] for line in text.splitlines()])
        session.show({"file": session.project.shown(file), "text": text}, table)
        return
    file = new_goal(session.project, name, draft, session.as_of.year, known)
    session.show({"file": session.project.shown(file)}, Table({"file": "file"}, [[session.project.shown(file)]]))


def _beside(role: str, told: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """Secondary measures as they were told. Raises UserError when one has no target, or they stand beside no primary one."""
    if told and role != "primary":
        raise UserError("--secondary stands beside a primary measure", hint="leave --role out, or write two files")
    for one in told:
        if "=" not in one:
            raise UserError("{measure} has no target", measure=one, hint="write it as in --secondary new_fans=5000")
    return tuple((name.strip(), target.strip()) for name, _, target in (one.partition("=") for one in told))


def _refuse_unknown(known: Known, draft: Draft) -> None:
    """Refuse what `validate` would complain about at once. Raises UserError."""
    from opsengine.goals import SCORES
    from opsengine.project import did_you_mean

    metrics = [*known.metrics, *SCORES]
    subjects = {"account": known.accounts, "team": known.teams, "brand": known.brands}[draft.subject.kind]
    wanted = [(draft.subject.key, subjects), *((name, metrics) for name in (draft.metric, *(name for name, _ in draft.beside)))]
    for word, words in wanted:
        if word is not None and word not in words:
            guess = did_you_mean(word, words)
            hint = "did you mean `{guess}`?" if guess else "see accounts.csv, and docs/files.md for the metrics there are"
            raise UserError("nothing is known by the name {name}", hint=hint, name=word, guess=guess)


def _subject(account: str | None, team: str | None, brand: str | None) -> Subject:
    from opsengine.goals import Subject

    if sum(one is not None for one in (account, team, brand)) != 1:
        raise UserError("who promises?", hint="say one of --account, --team and --brand")
    return Subject(account=account, team=team, brand=brand)


def _titles(session: Session, told: Sequence[Mapping[str, Any]]) -> Mapping[str, str]:
    return session.names.metrics([line["metric"] for line in told])


def _status_row(session: Session, result: GoalResult, line: dict[str, Any]) -> Sequence[Any]:
    values = {key: session.names.written(line["metric"], line[key]) for key in ("target", "actual")}
    shown = {
        **line,
        **values,
        "subject": result.goal.subject.key,
        "cycle": result.cycle.id,
        "progress": _share(line["progress"]),
        "elapsed": _share(line["elapsed"]),
    }
    return [shown[key] for key in _STATUS]


def _is_foreseen(line: Mapping[str, Any]) -> bool:
    """Whether its landing is a forecast: a cycle that is over has landed where it stands."""
    return line["landing"]["p50"] is not None and line["days"]["elapsed"] < line["days"]["in_cycle"]


def _landing_row(session: Session, line: Mapping[str, Any]) -> Sequence[Any]:
    landing, target = line["landing"], line["target"]
    shown = {name: session.names.written(line["metric"], value) for name, value in landing.items() if name in _LANDING}
    share = landing["p50"] / target if target else None
    return [{**shown, "metric": line["metric"], "share": _share(share), "backtests": landing["backtests"]}[key] for key in _LANDING]


def _short(commit: str | None) -> str:
    return (commit or "")[:10]


def _percent(value: float | None) -> str | None:
    return None if value is None else f"{value:.1%}"


def _share(value: float | None) -> str | None:
    return None if value is None else f"{value:.0%}"
