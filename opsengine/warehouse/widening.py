"""Models over families of columns: what is written once for a member of a family is spelled out for each of them.

A family is a set of things that files declare: the metrics, the components of the scorecards. Three spellings speak of it:

* A column in a select, or a join, that names `component__share` stands for one such column (join) a member, `gmv__share` and so on.
* `cross join each.component` stands for a row a member: the select is repeated for each of them, and put together by `union all`.
* `each_sum(component__weight)` is one number over the members: their sum; likewise `each_any`, `each_all`,
  `each_least`, `each_greatest`.

Wide tables are many times cheaper than long ones, and a model stays one plain select that can be read without knowing how many
metrics there are. What takes the place of a name is a column or a tree made of checked values, never text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import sqlglot
from sqlglot import exp

if TYPE_CHECKING:
    from opsengine.warehouse.models import Model

Tree = Any
"""A node of sqlglot's tree."""
EACH = "each"
"""The schema whose tables are families."""


@dataclass(frozen=True, slots=True)
class Member:
    """One member of a family.

    `parts` says what stands in place of `family__part`; a part that is not there is the column `<name>__<part>`.
    `families` are families of its own, such as the components of a pillar.
    """

    name: str
    parts: Mapping[str, Tree] = field(default_factory=dict)
    families: Mapping[str, Sequence[Member]] = field(default_factory=dict)


Families = Mapping[str, Sequence[Member]]


def widen(model: Model, families: Families) -> Model:
    """The model with every family spelled out; the same model when it speaks of none."""
    if "__" not in model.sql and f"{EACH}." not in model.sql:
        return model
    tree = sqlglot.parse_one(model.sql, dialect="duckdb")
    return replace(model, sql=_widened(tree, families).sql(dialect="duckdb", pretty=True, copy=False))


def _widened(tree: Tree, families: Families) -> Tree:
    """A tree whose selects are spelled out, the inner ones before those that select from them."""
    for select in reversed(list(tree.find_all(exp.Select, bfs=False))):
        spelled = _by_rows(select, families) or _by_columns(select, families)
        if select is tree:
            tree = spelled
        elif spelled is not select:
            select.replace(spelled)
    return tree


def _by_rows(select: Tree, families: Families) -> Tree | None:
    """The select once for each member of the family that it is crossed with; None when it is crossed with none."""
    for join in select.args.get("joins") or ():
        if isinstance(join.this, exp.Table) and join.this.db == EACH:
            family = join.this.name
            join.pop()
            members = families[family]
            with_ = select.args.pop("with_", None) or select.args.pop("with", None)
            copies = [_by_columns(_spelled(_copied(select), family, member), families) for member in members]
            spelled = _union(copies) if copies else _nobody(select, family).where(exp.false())
            if with_ is not None:
                spelled.set("with_", with_)
            return spelled
    return None


def _nobody(select: Tree, family: str) -> Tree:
    """The select for a family without members, which has no rows."""
    for name in list(_identifiers(select)):
        if name.this.partition("__")[0] == family and isinstance(name.parent, exp.Column):
            name.parent.replace(exp.Null())
    return select


def _union(selects: Sequence[Tree]) -> Tree:
    """All of their rows; a balanced tree, for engines walk it by recursion."""
    if len(selects) == 1:
        return selects[0]
    middle = len(selects) // 2
    return exp.Union(this=_union(selects[:middle]), expression=_union(selects[middle:]), distinct=False)


def _by_columns(select: Tree, families: Families) -> Tree:
    """The select with its columns, joins and groups spelled out, and folds worked out everywhere."""
    columns = [copy for column in select.expressions for copy in _copies(column, families)]
    select.set("expressions", columns or [exp.alias_(exp.Null(), "nothing")])
    if select.args.get("joins"):
        select.set("joins", [copy for join in select.args["joins"] for copy in _copies(join, families)])
    group = select.args.get("group")
    if group is not None:
        group.set("expressions", [copy for column in group.expressions for copy in _copies(column, families)])
    for key in ("where", "qualify", "having"):
        if select.args.get(key) is not None:
            select.set(key, _folded(select.args[key], families))
    return select


def _copies(node: Tree, families: Families) -> Iterator[Tree]:
    family = _spoken_of(node, families)
    if family is None:
        yield _folded(node, families)
        return
    for member in families[family]:
        yield _folded(_spelled(_copied(node), family, member), {**families, **member.families})


def _spoken_of(node: Tree, families: Families) -> str | None:
    """The family that a node names outside of folds and of selects of its own."""
    for name in _identifiers(node):
        family = str(name.this.partition("__")[0])
        if family in families and "__" in name.this and not _is_folded(name, node) and not _is_within_select(name, node):
            return family
    return None


def _identifiers(node: Tree) -> Iterator[Tree]:
    return (name for name in node.find_all(exp.Identifier) if "__" in name.this)


def _is_folded(name: Tree, within: Tree) -> bool:
    return any(_fold_of(parent) is not None for parent in _parents(name, within))


def _is_within_select(name: Tree, within: Tree) -> bool:
    return any(isinstance(parent, exp.Select | exp.Union) for parent in _parents(name, within))


def _parents(node: Tree, within: Tree) -> Iterator[Tree]:
    while node is not within and node.parent is not None:
        node = node.parent
        yield node


def _spelled(node: Tree, family: str, member: Member) -> Tree:
    """The node as it is for one member; `node` itself is changed."""
    holder = exp.Paren(this=node)
    for name in list(_identifiers(holder)):
        spoken, _, part = name.this.partition("__")
        if spoken != family:
            continue
        put = member.parts.get(part)
        column = name.parent if isinstance(name.parent, exp.Column) and name.arg_key == "this" else None
        if put is None or isinstance(name.parent, exp.Alias | exp.TableAlias):
            name.replace(_identifier(put.name if isinstance(put, exp.Column) else f"{member.name}__{part}"))
        elif column is None or (isinstance(put, exp.Column) and column.table):
            name.replace(_identifier(put.name))
        else:
            column.replace(_copied(put) if isinstance(put, exp.Column | exp.Literal) else exp.Paren(this=_copied(put)))
    return holder.this


def _copied(node: Tree) -> Tree:
    """A tree of its own, many times faster than sqlglot's: without what nobody needs here, such as places in the text."""
    made = type(node)(**{key: _copied_argument(value) for key, value in node.args.items()})
    if node.comments:
        made.comments = list(node.comments)
    return made


def _copied_argument(value: Any) -> Any:
    if isinstance(value, exp.Expression):
        return _copied(value)
    return [_copied_argument(one) for one in value] if isinstance(value, list) else value


def _identifier(name: str) -> Tree:
    return exp.to_identifier(name, quoted=True)


def _added(parts: Sequence[Tree]) -> Tree:
    """Their sum, from the first to the last, so that it is the same on every engine; of none, nothing."""
    terms = iter(parts)
    total: Tree = next(terms, exp.Literal.number(0))
    for term in terms:
        total = exp.Add(this=total, expression=term)
    return exp.Paren(this=total)


def _joined(kind: type[exp.Connector], empty: Tree) -> Callable[[Sequence[Tree]], Tree]:
    """Members put together two by two, as a balanced tree."""

    def join(parts: Sequence[Tree]) -> Tree:
        if not parts:
            return empty.copy()
        if len(parts) == 1:
            return parts[0]
        middle = len(parts) // 2
        return exp.Paren(this=kind(this=join(parts[:middle]), expression=join(parts[middle:])))

    return join


def _extreme(which: str, parts: Sequence[Tree]) -> Tree:
    """The least or the greatest; of one it is that one, as not every engine takes a single argument."""
    if not parts:
        return exp.Null()
    return parts[0] if len(parts) == 1 else exp.func(which, *parts)


_FOLDS: Mapping[str, Callable[[Sequence[Tree]], Tree]] = {
    "each_sum": _added,
    "each_any": _joined(exp.Or, exp.false()),
    "each_all": _joined(exp.And, exp.true()),
    "each_least": lambda parts: _extreme("least", parts),
    "each_greatest": lambda parts: _extreme("greatest", parts),
}
"""How members are put together."""


def _fold_of(node: Tree) -> str | None:
    name: str = node.name.lower() if isinstance(node, exp.Anonymous) else ""
    return name if name in _FOLDS else None


def _folded(node: Tree, families: Families) -> Tree:
    """The node with its folds worked out, the inner ones first."""
    holder = exp.Paren(this=node)
    for call in reversed([call for call in holder.find_all(exp.Anonymous, bfs=False) if _fold_of(call)]):
        inside = call.expressions[0]
        family = _spoken_of(exp.Paren(this=_copied(inside)), families)
        members = families[family] if family else ()
        parts = [exp.Paren(this=_spelled(_copied(inside), family, member)) for member in members] if family else [inside]
        call.replace(_FOLDS[call.name.lower()](parts))
    return holder.this
