"""`opsengine goals`: what was promised, and how it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from opsengine.cli.frame import Session, framed, framed_group
from opsengine.cli.speaking import Command, option
from opsengine.cli.tables import Table
from opsengine.errors import Exit, UserError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from opsengine.goals import Draft, GoalResult, Subject

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
_LIST = {
    "goal": "goal", "subject": "subject", "cycle": "cycle", "start": "first day", "end": "last day",
    "primary": "primary", "owner": "owner",
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
    from opsengine.pipeline import promises

    results = [result for result in promises(session.desk, session.as_of) if not accounts or result.account_id in accounts]
    told = [result.as_json() for result in results]
    rows = [_status_row(result, line) for result, line in zip(results, told, strict=True)]
    empty = "no goal is set: see `opsengine goals new --help`"
    table = Table(_STATUS, rows, empty=empty, said={"role": _ROLES, "status": _STATUSES})
    session.show({"as_of": session.as_of, "goals": told}, table)
    is_bad = fail_on is not None and any(line["status"] in _WORSE[fail_on] for line in told)
    return Exit.FINDINGS if is_bad else Exit.SUCCESS


@command.command("list", cls=Command)
@framed
def list_goals(session: Session) -> None:
    """Every goal file, whatever the data."""
    from opsengine.goals import read_goals
    from opsengine.pipeline import known_to_goals

    goals = read_goals(session.project, known_to_goals(session.desk))
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
        }
        for goal in goals
    ]
    session.show({"goals": told}, Table(_LIST, [[line[key] for key in _LIST] for line in told], empty="no goal is set"))


@command.command("new", cls=Command)
@click.argument("name")
@option("--account", metavar="ID", help="Who promises: an account,")
@option("--team", metavar="NAME", help="or a team,")
@option("--brand", metavar="NAME", help="or a brand.")
@option("--metric", metavar="NAME", help="What is promised; with --preset, its primary metric when left out.")
@option("--target", required=True, metavar="NUMBER", help="How much: 1200000, 1,200,000, 120万 or 35%.")
@option("--cycle", required=True, metavar="CYCLE", help="2026-06, 2026-W24, 2026-Q2, 2026-06-01..2026-06-18, or a campaign.")
@option("--role", type=click.Choice(["primary", "secondary", "guardrail"]), default="primary", help="What it is in the goal.")
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
    preset: str | None,
    is_rehearsal: bool,
) -> None:
    """Write a goal file, valid and commented, to go on with."""
    from opsengine.goals import Draft, Role, draft_goal, new_goal

    draft = Draft(_subject(account, team, brand), cycle, target, metric, Role(role), preset)
    _refuse_unknown(session, draft)
    if is_rehearsal:
        file, text = draft_goal(session.project, name, draft, session.as_of.year)
        table = Table({"text": "text"}, [[line] for line in text.splitlines()])
        session.show({"file": session.project.shown(file), "text": text}, table)
        return
    file = new_goal(session.project, name, draft, session.as_of.year)
    session.show({"file": session.project.shown(file)}, Table({"file": "file"}, [[session.project.shown(file)]]))


def _refuse_unknown(session: Session, draft: Draft) -> None:
    """Refuse what `validate` would complain about at once. Raises UserError."""
    from opsengine.goals import SCORES
    from opsengine.pipeline import known_to_goals
    from opsengine.project import did_you_mean

    known = known_to_goals(session.desk)
    metrics = [*known.metrics, *SCORES]
    subjects = {"account": known.accounts, "team": known.teams, "brand": known.brands}[draft.subject.kind]
    for word, words in ((draft.subject.key, subjects), (draft.metric, metrics)):
        if word is not None and word not in words:
            guess = did_you_mean(word, words)
            hint = "did you mean `{guess}`?" if guess else "see accounts.csv, and docs/files.md for the metrics there are"
            raise UserError("nothing is known by the name {name}", hint=hint, name=word, guess=guess)


def _subject(account: str | None, team: str | None, brand: str | None) -> Subject:
    from opsengine.goals import Subject

    if sum(one is not None for one in (account, team, brand)) != 1:
        raise UserError("who promises?", hint="say one of --account, --team and --brand")
    return Subject(account=account, team=team, brand=brand)


def _status_row(result: GoalResult, line: dict[str, Any]) -> Sequence[Any]:
    shown = {
        **line,
        "subject": result.goal.subject.key,
        "cycle": result.cycle.id,
        "progress": _share(line["progress"]),
        "elapsed": _share(line["elapsed"]),
    }
    return [shown[key] for key in _STATUS]


def _share(value: float | None) -> str | None:
    return None if value is None else f"{value:.0%}"
