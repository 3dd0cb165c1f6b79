"""Asking every account the same questions at once: conditions become one select over `strategy.account_state`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlglot import exp

from opsengine.warehouse import Condition, Model

_STATE = "strategy.account_state"
_ABREAST = 10
"""Names to a row in the first step of laying them side by side."""


@dataclass(frozen=True, slots=True)
class Question:
    """A condition to be judged for every account."""

    name: str
    condition: Condition
    settings: Mapping[str, float] = field(default_factory=dict)
    """Names in the condition that are the same plain number for every account."""


def judgement(table: str, questions: Sequence[Question]) -> Model:
    """The model of a table `(account_id, question, is_true)`: NULL where an account lacks a number that decides.

    Needs `raw.accounts` and `strategy.account_state`. The statement is built as a tree; nothing is pasted.
    """
    answers: Any = _answer(questions[0]) if questions else _nobody()
    for question in questions[1:]:
        answers = answers.union(_answer(question), distinct=False, copy=False)
    answers = answers.with_("wide", as_=_wide(questions), copy=False)
    return Model(
        table=table,
        file=Path(__file__),
        sentence="Whether a condition holds for an account.",
        grain="account_id, question",
        sql=answers.sql(dialect="duckdb"),
    )


def _wide(questions: Sequence[Question]) -> Any:
    """One row an account, one column for each name that any question looks at.

    Laid side by side in two steps, ten names to a row at first: a hundred sums over every number cost eight times as much.
    """
    names = sorted({name for question in questions for name in question.condition.names if name not in question.settings})
    account_id, tens = exp.column("account_id", "accounts"), exp.column("account_id", "tens")
    query = exp.select(account_id, *(_one("tens", "block", at // _ABREAST, _slot(at), name) for at, name in enumerate(names)))
    query = query.from_(exp.to_table("raw.accounts", alias="accounts"))
    query = query.join(exp.to_table("tens"), on=account_id.copy().eq(tens), join_type="left").group_by(account_id.copy())
    return query.with_("numbered", as_=_numbered(names)).with_("tens", as_=_tens())


def _numbered(names: Sequence[str]) -> Any:
    """The numbers that are asked for, each with its row and its place in it."""
    state = exp.to_table(_STATE, alias="state")
    name, account_id, value = (exp.column(column, "state") for column in ("name", "account_id", "value"))
    if not names:
        nowhere = (exp.alias_(exp.cast(exp.null(), "integer"), column) for column in ("block", "slot"))
        return exp.select(account_id, *nowhere, value).from_(state).where(exp.false())
    places = [(at // _ABREAST, at % _ABREAST, one) for at, one in enumerate(names)]
    asked = exp.values(places, alias="asked", columns=["block", "slot", "name"])
    found = exp.select(account_id, exp.column("block", "asked"), exp.column("slot", "asked"), value).from_(state)
    return found.join(asked, on=exp.column("name", "asked").eq(name))


def _tens() -> Any:
    """Ten numbers to a row."""
    account_id, block = exp.column("account_id", "numbered"), exp.column("block", "numbered")
    slots = (_one("numbered", "slot", at, "value", _slot(at)) for at in range(_ABREAST))
    return exp.select(account_id, block, *slots).from_("numbered").group_by(account_id.copy(), block.copy())


def _slot(at: int) -> str:
    return f"slot_{at % _ABREAST}"


def _one(table: str, place: str, at: int, value: str, name: str) -> Any:
    """The value that stands at one place, as a column of that name."""
    is_it = exp.column(place, table).eq(exp.Literal.number(at))
    found = exp.Filter(this=exp.Max(this=exp.column(value, table)), expression=exp.Where(this=is_it))
    return exp.alias_(found, name, quoted=True)


def _answer(question: Question) -> Any:
    tree = question.condition.tree().transform(lambda node: _setting(node, question.settings))
    return exp.select(
        exp.column("account_id"),
        exp.alias_(exp.Literal.string(question.name), "question"),
        exp.alias_(exp.paren(tree), "is_true"),
    ).from_("wide")


def _setting(node: Any, settings: Mapping[str, float]) -> Any:
    if isinstance(node, exp.Column) and node.name in settings:
        return exp.cast(exp.Literal.number(repr(settings[node.name])), "double")
    return node


def _nobody() -> Any:
    """No question, no answer; the columns are there."""
    question, is_true = exp.alias_(exp.Literal.string(""), "question"), exp.alias_(exp.false(), "is_true")
    return exp.select(exp.column("account_id"), question, is_true).from_("wide").where(exp.false())
