"""The SQL that made a number, for people who want to run it themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from opsengine.see.building import read_declarations, scope_of
from opsengine.warehouse import in_order, text_literal

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from opsengine.project import Project
    from opsengine.warehouse import Engine, Model

_SHOWN = ("scores.account_score", "scores.contribution", "scores.rank")
"""Where a score, its parts and its rank stand."""


def sql_of_scores(engine: Engine, project: Project, as_of: date, accounts: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """Every statement between the facts and these accounts' scores, in order: what each makes, and its SQL.

    The tables of `raw` are the imported facts, mounted in `engine`, and the declared files. Raises InvalidFiles.
    """
    scope = scope_of(engine, read_declarations(project), as_of)
    models = {model.table: scope.spell(model) for model in in_order("staging", "metrics", "scores")}
    needed = _upstream(models, (*_SHOWN, "scores.component", "scores.risk"))
    day = f"date '{as_of.isoformat()}'"
    made = [
        (table, f"create or replace {'view' if model.is_view else 'table'} {table} as\n{model.sql.replace('$as_of', day)};")
        for table, model in models.items()
        if table in needed
    ]
    names = ", ".join(text_literal(name) for name in accounts)
    asked = f"\n    and account_id in ({names})" if accounts else ""
    return (*made, *((table, f"select * from {table}\nwhere day = {day}{asked};") for table in _SHOWN))  # noqa: S608  printed, not run


def _upstream(models: dict[str, Model], wanted: Sequence[str]) -> set[str]:
    """These tables and everything that they read."""
    found: set[str] = set()
    waiting = list(wanted)
    while waiting:
        table = waiting.pop()
        if table in models and table not in found:
            found.add(table)
            waiting += models[table].reads
    return found
