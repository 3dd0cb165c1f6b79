"""`opsengine metrics`: what each number means."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from opsengine.cli.frame import Session, framed, framed_group
from opsengine.cli.speaking import Command, option
from opsengine.cli.tables import Table
from opsengine.errors import UserError

if TYPE_CHECKING:
    from opsengine.see import Catalogue, Metric

_LIST = {
    "metric": "metric", "title": "name", "unit": "unit", "additivity": "adds up as", "direction": "good is", "domain": "domain",
    "clock": "day of the", "matures_in_days": "days to settle",
}  # fmt: skip
SAID = {
    "additivity": {"sum": "a sum", "snapshot": "a snapshot", "ratio of two sums": "a ratio of two sums"},
    "direction": {"up": "more", "down": "less"},
    "unit": {
        "count": "count", "yuan": "yuan", "ratio": "share", "times": "multiple", "minutes": "minutes", "seconds": "seconds",
        "points": "points",
    },
    "domain": {
        "content": "content", "audience": "audience", "commerce": "commerce", "ads": "ads", "leads": "leads", "live": "live",
        "traffic": "traffic", "reach": "reach", "own": "our own",
    },
    "clock": {
        "event": "event", "pay": "payment", "refund": "refund", "conversion": "conversion", "billing": "billing",
        "snapshot": "snapshot",
    },
}  # fmt: skip


@framed_group("metrics")
def command() -> None:
    """What each number means, and what it must not be added to."""


@command.command("list", cls=Command)
@option("--domain", help="Only those of one part of the business, such as live.")
@framed
def list_(session: Session, domain: str | None) -> None:
    """Every metric: the shipped ones and the project's own."""
    catalogue = _catalogue(session)
    chosen = [catalogue[name] for name in catalogue.names if domain in {None, catalogue[name].domain}]
    told = [_as_json(session, metric) for metric in chosen]
    rows = [[metric[key] for key in _LIST] for metric in told]
    session.show({"metrics": told}, Table(_LIST, rows, empty="there is no metric of that domain", said=SAID))


@command.command("show", cls=Command)
@click.argument("name")
@framed
def show(session: Session, name: str) -> None:
    """One metric: how it is made, which moment decides its day, and what it must not be added to."""
    from opsengine.project import did_you_mean

    catalogue = _catalogue(session)
    if name not in catalogue:
        guess = did_you_mean(name, catalogue.names)
        hint = "did you mean `{guess}`?" if guess else "`opsengine metrics list` lists them"
        raise UserError("there is no metric `{metric}`", hint=hint, metric=name, guess=guess)
    told = {**_as_json(session, catalogue[name]), "used_by": _used_by(session, catalogue, name)}
    shown = {**told, "used_by": session.words.listed(told["used_by"])}
    columns = {"key": "what", "value": "is"}
    rows = [[session.words(_ROWS[key]), _said(session, key, shown[key])] for key in _ROWS]
    session.show({"metric": told}, Table(columns, rows))


_ROWS = {
    "metric": "metric", "title": "name", "formula": "made of", "unit": "unit", "additivity": "adds up as", "direction": "good is",
    "domain": "domain", "clock": "day of the", "matures_in_days": "days to settle", "note": "mind", "used_by": "stands in",
}  # fmt: skip


def _said(session: Session, key: str, value: Any) -> Any:
    code = SAID.get(key, {}).get(value)
    return session.words(code) if code else value


def _catalogue(session: Session) -> Catalogue:
    from opsengine.see import read_catalogue

    return read_catalogue(session.project)


def _used_by(session: Session, catalogue: Catalogue, name: str) -> list[str]:
    """The scorecards and metrics that look at it."""
    from opsengine.see import read_scorecards

    cards = read_scorecards(session.project, catalogue)
    scores = [card.id for card in cards if name in {component.metric for _, component in card.components}]
    return scores + [other for other in catalogue.names if name in catalogue[other].made_of]


def _as_json(session: Session, metric: Metric) -> dict[str, Any]:
    return {
        "metric": metric.metric,
        "title": metric.title.say(session.locale),
        "kind": metric.kind,
        "additivity": metric.additivity,
        "formula": metric.formula,
        "unit": metric.unit,
        "direction": metric.direction,
        "domain": metric.domain,
        "clock": metric.clock,
        "matures_in_days": metric.matures_in_days,
        "note": metric.note.say(session.locale) if metric.note else None,
    }
