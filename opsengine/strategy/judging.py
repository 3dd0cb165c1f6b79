"""Asking every account the same questions at once: conditions become one select over `strategy.account_state`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlglot import exp

from opsengine.warehouse import Condition, Model

_STATE = "strategy.account_state"


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
    """One row an account, one column for each name that any question looks at."""
    names = sorted({name for question in questions for name in question.condition.names if name not in question.settings})
    state, accounts = exp.to_table(_STATE, alias="state"), exp.to_table("raw.accounts", alias="accounts")
    account_id = exp.column("account_id", "accounts")
    same_account: Any = account_id.copy().eq(exp.column("account_id", "state"))
    if names:  # most numbers of an account are in no question
        same_account = exp.and_(same_account, exp.column("name", "state").isin(*names))
    query = exp.select(account_id, *(_one(name) for name in names)).from_(accounts)
    return query.join(state, on=same_account, join_type="left").group_by(account_id.copy())


def _one(name: str) -> Any:
    """The value of one name, as a column of that name."""
    is_it = exp.column("name", "state").eq(exp.Literal.string(name))
    value = exp.Filter(this=exp.Max(this=exp.column("value", "state")), expression=exp.Where(this=is_it))
    return exp.alias_(value, name, quoted=True)


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
