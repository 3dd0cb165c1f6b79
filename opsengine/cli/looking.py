"""The tables of `opsengine see` beyond scores: reasons, markets, weights, SQL."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from opsengine.cli.naming import score_name
from opsengine.cli.tables import Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from opsengine.cli.frame import Session
    from opsengine.see import AccountView, Market, ScoreChange, Sensitivity
    from opsengine.words import Words

_CAUSES = {"coverage": "data coverage", "risk": "risk", "method": "another method"}
_KINDS = {"own": "own numbers", "field": "the field", "method": "method", "coverage": "data coverage"}
_LEVELS = {"high": "high", "low": "low", "cold_start": "cold start", "growth": "growing", "mature": "mature"}
_PARTS = {"pillar": "pillar", "component": "component"}
_MARKET = {
    "name": "number", "days": "days", "accounts": "accounts", "p25": "lower quarter", "p50": "middle", "p75": "upper quarter",
    "trend": "trend, in %", "dispersion": "dispersion", "among": "ahead of, in %",
}  # fmt: skip
_HEADLINES = ("business_score", "popularity_score", "gmv", "orders", "leads", "plays", "new_fans", "interaction_rate", "roi")
"""What a market shows at a glance; JSON has every number."""


def causes(session: Session, change: ScoreChange) -> Table:
    """Why one score moved."""
    title = session.words(
        "{account}: {score} {before} → {now}",
        account=change.account_id,
        score=score_name(session.words, change.scorecard),
        before=round(change.before, 1),
        now=round(change.now, 1),
    )
    rows = [[cause.cause, cause.kind, cause.points] for cause in change.causes]
    columns = {"cause": "cause", "kind": "kind", "points": "change"}
    named = session.names.parts(change.scorecard)
    return Table(columns, rows, title, digits={"points": 1}, said={"cause": {**_CAUSES, **named}, "kind": _KINDS})


def market(session: Session, one: Market) -> Table:
    """One market at a glance."""
    key = session.words("all industries") if one.level == "all" else one.key
    title = session.words("{market}: {count} accounts", market=key, count=one.accounts)
    names = session.names
    shown = [level for level in one.numbers if level.name in _HEADLINES and level.days == 28]
    is_among = any(len(level.among) == 1 for level in shown)
    rows = [
        [
            level.name, level.days, level.accounts,
            *(names.written(level.name, value) for value in (level.p25, level.p50, level.p75)),
            percent(level.trend), level.dispersion, *([percent(level.among[0].above) if level.among else None] if is_among else []),
        ]
        for level in sorted(shown, key=lambda level: _HEADLINES.index(level.name))
    ]  # fmt: skip
    empty = session.words("too few accounts to speak of a market")
    columns = {key: said for key, said in _MARKET.items() if is_among or key != "among"}
    said = {"name": names.metrics([level.name for level in shown])}
    return Table(columns, rows, title, empty, {"trend": 1, "dispersion": 2, "among": 0}, said)


def weights(session: Session, one: Sensitivity) -> Table:
    """Which weight matters."""
    title = session.words(
        "{score}: places that ranks move when one weight is off by {noise} %",
        score=score_name(session.words, one.scorecard),
        noise=round(100 * one.noise),
    )
    rows = [[effect.part, effect.kind, effect.mean_shift, effect.largest_shift] for effect in one.weights]
    columns = {"part": "weight", "kind": "kind", "mean_shift": "on average", "largest_shift": "at most"}
    return Table(columns, rows, title, digits={"mean_shift": 2}, said={"part": session.names.parts(one.scorecard), "kind": _PARTS})


def rank_ranges(session: Session, one: Sensitivity, wanted: Sequence[str]) -> Table:
    """Between which ranks accounts stay when all weights are off at once."""
    title = session.words("{score}: ranks in nine of ten draws", score=score_name(session.words, one.scorecard))
    rows = [[each.account_id, each.rank, each.q5, each.q95] for each in one.accounts if not wanted or each.account_id in wanted]
    return Table({"account_id": "account", "rank": "rank", "q5": "best", "q95": "worst"}, rows, title)


def sensitivity_as_json(measured: Sequence[Sensitivity], wanted: Sequence[str]) -> dict[str, Any]:
    """By scorecard; the accounts that were asked for, or all."""
    told = {}
    for one in measured:
        plain = asdict(one)
        plain["accounts"] = [each for each in plain["accounts"] if not wanted or each["account_id"] in wanted]
        told[plain.pop("scorecard")] = plain
    return told


def standing(session: Session, view: AccountView) -> Table:
    """What kind of account it is, and which rule said so."""
    one, words = view.standing, session.words
    rows = [
        [words("how often people buy"), one.frequency, _industry_reason(words, one.frequency)],
        [words("how much of it online"), one.online, _industry_reason(words, one.online)],
        [words("stage"), one.stage, _stage_reason(session, view)],
    ]
    title = words("{account}: what kind of account it is", account=view.name)
    return Table({"what": "what", "is": "is", "because": "because"}, rows, title, said={"is": _LEVELS})


def audience(session: Session, view: AccountView) -> Table:
    """The own audience: tiers with their thresholds, the funnel, what it gives back, how it is reached."""
    words, tiers, funnel, back = session.words, view.tiers, view.audience.funnel, view.audience.return_flow
    cuts, value = tiers.thresholds, tiers.value or {}

    def begins(points: float) -> str:
        return words("from {points} points", points=points)

    rows: list[list[Any]] = [
        [words("devoted"), tiers.devoted, begins(cuts.devoted) if cuts else None, value.get("devoted")],
        [words("warm"), tiers.warm, begins(cuts.warm) if cuts else None, value.get("warm")],
        [words("casual"), tiers.casual, words("everybody else"), value.get("casual")],
    ]
    if active := tiers.active:
        within = words("{week} within seven days, {four_weeks} within 28", week=active.week, four_weeks=active.four_weeks)
        rows.append([words("fans who did something on the day"), active.day, within, None])
    if funnel:
        rows += [
            [words("fans won in 28 days"), funnel.settled, None, None],
            [words("kept of them, in %"), percent(funnel.kept_rate), words("won less lost"), None],
            [words("known fans who ordered, in %"), percent(funnel.converted_rate), None, None],
        ]
    if back:
        said = "public and paid visits after weeks of much owned traffic over those after little; {weeks} weeks"
        because = words(said, weeks=back.weeks)
        rows.append([words("return flow, in %"), percent(back.lift), because, None])
    names = session.names
    rows += [[names.metric(reach.metric), names.written(reach.metric, reach.value), None, None] for reach in view.audience.reach]
    title = words("{account}: its own audience", account=view.name)
    note = words("{account}: its own audience (tiers are an estimate)", account=view.name)
    columns = {"what": "what", "is": "is", "because": "because", "value": "ordered, yuan"}
    return Table(columns, rows, note if tiers.mode == "estimate" else title)


def _industry_reason(words: Words, level: str | None) -> str:
    return words("its industry is unknown to industries.yaml") if level is None else words("its industry, in industries.yaml")


def _stage_reason(session: Session, view: AccountView) -> str:
    one, words = view.standing, session.words
    match one.reason:
        case "young":
            return words("it is {days} days old", days=one.age_days or 0)
        case "few_fans":
            return words("it has {fans} fans", fans=round(one.fans or 0))
        case "fans_grew" | "fans_steady":
            return words("its fans grew by {growth} % in 28 days", growth=round(100 * (one.fans_growth or 0), 1))
        case _:
            return words("no file tells of its fans")


def percent(share: float | None) -> float | None:
    """A share as a percentage."""
    return None if share is None else 100 * share
