"""`opsengine see`: where every account stands."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import click

from opsengine.cli import looking
from opsengine.cli.frame import DAY, Form, Session, framed
from opsengine.cli.naming import score_name
from opsengine.cli.speaking import Command, option
from opsengine.cli.tables import Table
from opsengine.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from opsengine.see import AccountView, ScoreChange, ScoreView
    from opsengine.warehouse import Engine

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


@click.command("see", cls=Command)
@click.argument("accounts", nargs=-1)
@option("--why", "is_explained", is_flag=True, help="Why the scores moved: causes that add up to the change.")
@option("--since", type=DAY, metavar="DATE", help="The day to compare with; else a week before.")
@option("--market", "view", flag_value="market", help="The industry instead: level, trend, dispersion, the accounts among it.")
@option("--sensitivity", "view", flag_value="sensitivity", help="Instead: which weight matters, and how firm ranks are.")
@option("--sql", "view", flag_value="sql", help="Instead: the SQL that makes these scores.")
@framed
def command(session: Session, accounts: tuple[str, ...], is_explained: bool, since: date | None, view: str | None) -> None:
    """Scores, rank, tiers and traffic of each account.

    With accounts named, also what makes up their scores.
    """
    from opsengine.pipeline import look

    if view == "sql":
        _show_sql(session, accounts)
        return
    engine = look(session.desk, session.as_of)
    known = [row["account_id"] for row in engine.read(_ALL)]
    refuse_unknown(accounts, known, known)
    match view:
        case "market":
            _show_market(session, engine, accounts)
        case "sensitivity":
            _show_sensitivity(session, engine, accounts)
        case _:
            _show_accounts(session, engine, accounts, (since or session.as_of - LOOK_BACK) if is_explained else None)


def _show_accounts(session: Session, engine: Engine, accounts: Sequence[str], since: date | None) -> None:
    from opsengine.pipeline import explain
    from opsengine.see import read_catalogue, read_scorecards, see

    views = see(engine, session.as_of, accounts)
    cards = [{"id": card.id, "version": card.version} for card in read_scorecards(session.project, read_catalogue(session.project))]
    told = [view.as_json() for view in views]
    tables = [_overview(views)]
    if accounts:
        tables += [_components(session, view, score) for view in views for score in view.scores.values()]
        tables += [table for view in views for table in (looking.standing(session, view), looking.audience(session, view))]
    if since is not None:
        wanted = {view.account_id for view in views}
        changes = explain(session.desk, engine, session.as_of, since)
        changes = tuple(change for change in changes if change.account_id in wanted)
        _add_reasons(told, changes)
        tables += [looking.causes(session, change) for change in changes]
    session.show({"as_of": session.as_of, "scorecard": cards[0], "scorecards": cards, "accounts": told}, *tables)


def _show_market(session: Session, engine: Engine, accounts: Sequence[str]) -> None:
    from opsengine.see import see_markets

    markets = see_markets(engine, session.as_of, accounts)
    session.show({"as_of": session.as_of, "markets": markets}, *(looking.market(session, one) for one in markets))


def _show_sensitivity(session: Session, engine: Engine, accounts: Sequence[str]) -> None:
    from opsengine.see import measure_sensitivity

    measured = measure_sensitivity(engine, session.as_of)
    told = looking.sensitivity_as_json(measured, accounts)
    tables = [table for one in measured for table in (looking.weights(session, one), looking.rank_ranges(session, one, accounts))]
    session.show({"as_of": session.as_of, "sensitivity": told}, *tables)


def _show_sql(session: Session, accounts: Sequence[str]) -> None:
    from opsengine.pipeline import sql_behind

    statements = sql_behind(session.desk, session.as_of, accounts)
    if session.form is Form.JSON:
        session.show({"as_of": session.as_of, "sql": [{"table": table, "sql": sql} for table, sql in statements]})
    else:
        click.echo("\n\n".join(sql for _, sql in statements))


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
    name, names = score_name(session.words, score.scorecard), session.names
    title = session.words("{account}: what makes up its {score}", account=view.name, score=name)
    rows = [
        [
            one.id, *(names.of_part(score.scorecard, one, value) for value in (one.value, one.p50)),
            looking.percent(one.percentile_peers), one.contribution,
        ]
        for one in (*score.components, *score.risks)
    ]  # fmt: skip
    said = {"id": names.parts(score.scorecard)}
    return Table(_COMPONENTS, rows, title, score.reason or "", {"percentile_peers": 0, "contribution": 1}, said)
