"""`opsengine see`: where every account stands."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import click

from opsengine.cli.frame import DAY, Session, framed
from opsengine.cli.speaking import Command, option
from opsengine.cli.tables import Table
from opsengine.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from opsengine.see import AccountView, ScoreChange, ScoreView

LOOK_BACK = timedelta(days=7)
"""What a change is measured against when no day is given: the same weekday a week ago."""
_OVERVIEW = {
    "account_id": "account", "name": "name", "business": "business", "business_rank": "rank", "popularity": "popularity",
    "popularity_rank": "rank", "devoted": "devoted", "warm": "warm", "casual": "casual",
}  # fmt: skip
_COMPONENTS = {
    "id": "component", "value": "value", "p50": "peers' middle", "percentile_peers": "ahead of, in %",
    "contribution": "contribution",
}  # fmt: skip
_CAUSES = {"coverage": "data coverage"}
_KINDS = {"own": "own numbers", "coverage": "data coverage"}


@click.command("see", cls=Command)
@click.argument("accounts", nargs=-1)
@option("--why", "is_explained", is_flag=True, help="Why the scores moved: causes that add up to the change.")
@option("--since", type=DAY, metavar="DATE", help="The day to compare with; else a week before.")
@framed
def command(session: Session, accounts: tuple[str, ...], is_explained: bool, since: date | None) -> None:
    """Scores, rank, tiers and traffic of each account.

    With accounts named, also what makes up their scores.
    """
    from opsengine.pipeline import look
    from opsengine.see import explain_change, read_catalogue, read_scorecards, see

    engine = look(session.desk, session.as_of)
    views = see(engine, session.as_of, accounts)
    refuse_unknown(accounts, [view.account_id for view in views], [row["account_id"] for row in engine.read(_ALL)])
    cards = [{"id": card.id, "version": card.version} for card in read_scorecards(session.project, read_catalogue(session.project))]
    told = [view.as_json() for view in views]
    tables = [_overview(views)]
    if accounts:
        tables += [_components(session, view, score) for view in views for score in view.scores.values()]
    if is_explained:
        wanted = {view.account_id for view in views}
        changes = explain_change(engine, session.as_of, since or session.as_of - LOOK_BACK)
        changes = tuple(change for change in changes if change.account_id in wanted)
        _add_reasons(told, changes)
        tables += [_causes(session, change) for change in changes]
    session.show({"as_of": session.as_of, "scorecard": cards[0], "scorecards": cards, "accounts": told}, *tables)


_ALL = "select account_id from raw.accounts order by account_id"


def refuse_unknown(wanted: Sequence[str], found: Sequence[str], known: Sequence[str]) -> None:
    """Say which of the accounts that were asked for nobody knows. Raises UserError."""
    from opsengine.project import did_you_mean

    missing = next((account for account in wanted if account not in found), None)
    if missing is not None:
        guess = did_you_mean(missing, known)
        hint = "did you mean `{guess}`?" if guess else "`opsengine see` lists the accounts"
        raise UserError("there is no account {account} in accounts.csv", hint=hint, account=missing, guess=guess)


def _add_reasons(told: list[dict[str, Any]], changes: Sequence[ScoreChange]) -> None:
    for account in told:
        account["why"] = {one.scorecard: one.as_json() for one in changes if one.account_id == account["account_id"]}


def _overview(views: Sequence[AccountView]) -> Table:
    rows = [_overview_row(view) for view in views]
    empty = "there is no account yet: list them in accounts.csv"
    return Table(_OVERVIEW, rows, empty=empty, digits={"business": 1, "popularity": 1})


def _overview_row(view: AccountView) -> list[Any]:
    scores = [value for name in ("business", "popularity") for value in _score_and_rank(view.scores.get(name))]
    return [view.account_id, view.name, *scores, view.tiers.devoted, view.tiers.warm, view.tiers.casual]


def _score_and_rank(score: ScoreView | None) -> tuple[float | None, int | None]:
    return (score.score, score.rank) if score else (None, None)


def _components(session: Session, view: AccountView, score: ScoreView) -> Table:
    title = session.words("{account}: what makes up its {score}", account=view.name, score=_score_name(session, score.scorecard))
    rows = [[one.id, one.value, one.p50, _percent(one.percentile_peers), one.contribution] for one in score.components]
    return Table(_COMPONENTS, rows, title, score.reason or "", {"percentile_peers": 0, "contribution": 1})


def _percent(share: float | None) -> float | None:
    return None if share is None else 100 * share


def _causes(session: Session, change: ScoreChange) -> Table:
    title = session.words(
        "{account}: {score} {before} → {now}",
        account=change.account_id,
        score=_score_name(session, change.scorecard),
        before=round(change.before, 1),
        now=round(change.now, 1),
    )
    rows = [[cause.cause, cause.kind, cause.points] for cause in change.causes]
    columns = {"cause": "cause", "kind": "kind", "points": "change"}
    return Table(columns, rows, title, digits={"points": 1}, said={"cause": _CAUSES, "kind": _KINDS})


def _score_name(session: Session, scorecard: str) -> str:
    return session.words("business score") if scorecard == "business" else session.words("popularity score")
