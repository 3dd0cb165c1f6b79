"""Conditions that people write in files, such as `roi_7d < 1.2 and ad_spend_7d > 500`.

What a person wrote is parsed, walked against a closed list, and *written anew* for the engine: the text itself never
reaches a database. Three gates, each of which refuses what it does not know:

    characters   letters, digits and `_ + - * / ( ) < > = ! , .`; so no quotes, semicolons, comments or brackets
    size         2,000 characters, 300 parts, 30 brackets deep
    grammar      numbers, declared names, `and or not`, comparisons, `between`, `in`, `is null`, `+ - * /`, `case`,
                 and the functions in `FUNCTIONS`; truths and numbers do not mix

Every number is a double. A division by nothing is missing, and so is the logarithm of what is not positive; a condition
over something missing is neither true nor false, as in SQL.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

import sqlglot
from sqlglot import exp

from opsengine.errors import Field, InvalidFiles, Place, Problem
from opsengine.project import did_you_mean

MAX_CHARACTERS = 2_000
"""Longer than any condition a person can check by eye."""
MAX_PARTS = 300
"""As many names, numbers, operators and functions as one condition may have."""
MAX_DEPTH = 30
"""Brackets within brackets."""

FUNCTIONS = ("abs", "ceil", "coalesce", "floor", "greatest", "least", "ln", "nullif", "round")
"""The functions that a condition may call."""

_PLAIN = re.compile(r"[A-Za-z0-9_+\-*/()<>=!,.\s]*")
_COMMENT = re.compile(r"--|//|/\*|\*/")
_LITERAL = re.compile(r"\d{1,15}(\.\d{1,9})?")
_NULLS = "ignore_nulls"
"""How sqlglot notes that `least` and `greatest` look past what is missing, as they do on every engine of ours."""

_TWO_NUMBERS = {"this": "number", "expression": "number"}
_LIST = {"this": "number", "expressions": "number"}
_TRUTHS: Mapping[type, Mapping[str, str]] = {
    exp.Paren: {"this": "truth"},
    exp.Not: {"this": "truth"},
    exp.And: {"this": "truth", "expression": "truth"},
    exp.Or: {"this": "truth", "expression": "truth"},
    exp.Between: {"this": "number", "low": "number", "high": "number"},
    exp.In: _LIST,
    exp.Is: {"this": "number", "expression": "nothing"},
    exp.EQ: _TWO_NUMBERS,
    exp.NEQ: _TWO_NUMBERS,
    exp.GT: _TWO_NUMBERS,
    exp.GTE: _TWO_NUMBERS,
    exp.LT: _TWO_NUMBERS,
    exp.LTE: _TWO_NUMBERS,
}
"""Every kind of node that is true or false, its parts, and what each of them must be."""
_NUMBERS: Mapping[type, Mapping[str, str]] = {
    exp.Paren: {"this": "number"},
    exp.Neg: {"this": "number"},
    exp.Add: _TWO_NUMBERS,
    exp.Sub: _TWO_NUMBERS,
    exp.Mul: _TWO_NUMBERS,
    exp.Div: _TWO_NUMBERS,
    exp.Case: {"ifs": "branch", "default": "number"},
    exp.Abs: {"this": "number"},
    exp.Ceil: {"this": "number"},
    exp.Floor: {"this": "number"},
    exp.Round: {"this": "number", "decimals": "digit"},
    exp.Ln: {"this": "number"},
    exp.Nullif: _TWO_NUMBERS,
    exp.Coalesce: _LIST,
    exp.Greatest: _LIST,
    exp.Least: _LIST,
}
"""Every kind of node that is a number, likewise; literals and names apart."""
_BRANCH = {"this": "truth", "true": "number"}
"""One `when … then …` of a `case`."""
_OPTIONAL = ("default", "decimals")
"""Parts that may be left out; every other part must be there."""

Tree = Any
"""A node of sqlglot's tree; its own base class changed name between versions."""


@dataclass(frozen=True, slots=True)
class Formula:
    """Arithmetic that is safe to run; what it makes is a double, missing where any of its names is."""

    text: str
    """What the person wrote, for showing."""
    names: tuple[str, ...]
    """The declared names it looks at, in the order of the alphabet."""
    _tree: Tree

    def tree(self) -> Tree:
        """A copy of the checked tree, to be built into a larger statement; its columns are the bare names."""
        return self._tree.copy()


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition that is safe to run."""

    text: str
    """What the person wrote, for showing."""
    names: tuple[str, ...]
    """The declared names it looks at, in the order of the alphabet."""
    _tree: Tree

    def tree(self) -> Tree:
        """A copy of the checked tree, to be built into a larger statement; its columns are the bare names."""
        return self._tree.copy()

    def sql(self, dialect: str = "duckdb") -> str:
        """The condition, written anew for an engine."""
        return str(self._tree.sql(dialect=dialect))


def parse_condition(text: str, names: Collection[str], place: Place) -> Condition:
    """A condition over some of the declared `names`.

    Raises InvalidFiles with every problem found; each stands at `place`, where the text was written.
    """
    walk = _Walk(names, place)
    tree = _checked(text, walk, walk.truth)
    return Condition(" ".join(text.split()), tuple(sorted(walk.used)), tree)


def parse_formula(text: str, names: Collection[str], place: Place) -> Formula:
    """Arithmetic over some of the declared `names`, by the same rules as a condition. Raises InvalidFiles, likewise."""
    walk = _Walk(names, place)
    tree = _checked(text, walk, walk.number)
    return Formula(" ".join(text.split()), tuple(sorted(walk.used)), tree)


def _checked(text: str, walk: _Walk, write: Callable[[Tree], Tree]) -> Tree:
    """The tree, written anew. Raises InvalidFiles."""
    tree = exp.Null()
    try:
        written = _parse(text, walk)
        tree = write(written) if written is not None else tree
    except RecursionError:
        walk.complain("too-large", "this condition is nested too deeply")
    if walk.problems:
        raise InvalidFiles([problem for at, problem in enumerate(walk.problems) if problem not in walk.problems[:at]])
    return tree


def _parse(text: str, walk: _Walk) -> Tree | None:
    """The tree as sqlglot reads it; None after a complaint."""
    if not _fits(text, walk):
        return None
    try:
        statements = sqlglot.parse(f"({text})", dialect="duckdb")
    except sqlglot.errors.SqlglotError:
        walk.complain("not-a-condition", "this is not a condition", "write something like `roi_7d < 1.2 and ad_spend_7d > 500`")
        return None
    tree = statements[0] if len(statements) == 1 else None
    if not isinstance(tree, exp.Paren):
        walk.complain("not-a-condition", "this is not one condition", "check the brackets")
        return None
    return tree.this


def _fits(text: str, walk: _Walk) -> bool:
    """Whether the text is short, flat and plain enough to be parsed at all."""
    depth = deepest = 0
    for character in text:
        depth += (character == "(") - (character == ")")
        deepest = max(deepest, depth)
    if len(text) > MAX_CHARACTERS or deepest > MAX_DEPTH:
        text = "this condition is too large: at most {characters} characters and {depth} brackets deep"
        walk.complain("too-large", text, characters=MAX_CHARACTERS, depth=MAX_DEPTH)
    elif (plain := _PLAIN.match(text)) is None or plain.end() < len(text):
        strange = text[plain.end() if plain else 0]
        walk.complain("not-a-condition", "`{character}` is not understood in a condition", character=strange)
    elif _COMMENT.search(text):
        hint = "for a minus of a minus, put a space between them"
        walk.complain("not-a-condition", "comments are not understood in a condition", hint)
    return not walk.problems


class _Walk:
    """Writes a tree anew, node by node; notes the names it met and what it refused."""

    def __init__(self, names: Collection[str], place: Place) -> None:
        self.used: set[str] = set()
        self.problems: list[Problem] = []
        self._names = names
        self._place = place
        self._parts = 0
        self._writers: Mapping[str, Callable[[Tree], Tree]] = {
            "truth": self.truth,
            "number": self.number,
            "branch": self._branch,
            "digit": self._digit,
            "nothing": self._nothing,
        }

    def truth(self, node: Tree) -> Tree:
        """A node that must be true or false."""
        if not self._counts():
            return exp.Null()
        if type(node) in _TRUTHS:
            return self._rebuilt(node, _TRUTHS[type(node)])
        return self._refuse(node, "`{part}` is neither true nor false", "compare it with something, as in `roi_7d < 1.2`")

    def number(self, node: Tree) -> Tree:
        """A node that must be a number."""
        if not self._counts():
            return exp.Null()
        if isinstance(node, exp.Literal):
            return self._literal(node)
        if isinstance(node, exp.Column):
            return self._name(node)
        if type(node) in _NUMBERS:
            return _guarded(self._rebuilt(node, _NUMBERS[type(node)]))
        return self._refuse(node, hint="the functions known here: {known}" if isinstance(node, exp.Func) else "")

    def complain(self, code: str, text: str, hint: str = "", **fields: Field) -> None:
        """Note a problem."""
        self.problems.append(Problem(self._place, code, text, hint, fields))

    def _rebuilt(self, node: Tree, parts: Mapping[str, str]) -> Tree:
        """The same kind of node with its parts written anew; a node with a part more or less is refused."""
        has_more = any(value and key not in parts and key != _NULLS for key, value in node.args.items())
        if has_more or any(not node.args.get(key) for key in parts if key not in _OPTIONAL):
            return self._refuse(node)
        made: dict[str, Any] = {_NULLS: True} if node.args.get(_NULLS) else {}
        for key, wanted in parts.items():
            write, value = self._writers[wanted], node.args.get(key)
            if value is not None:
                made[key] = [write(item) for item in value] if isinstance(value, list) else write(value)
        return type(node)(**made)

    def _literal(self, node: Tree) -> Tree:
        if node.is_string or not _LITERAL.fullmatch(str(node.this)):
            return self._refuse(node, "`{part}` is not a plain number", "write it out, such as 1200 or 0.35")
        return exp.Literal.number(f"{node.this}e0")

    def _name(self, node: Tree) -> Tree:
        is_bare = isinstance(node.this, exp.Identifier) and not any(value for key, value in node.args.items() if key != "this")
        if not is_bare:
            return self._refuse(node)
        name = str(node.this.this)
        if name not in self._names:
            guess = did_you_mean(name.lower(), self._names)
            hint = "did you mean `{guess}`?" if guess else ""
            self.complain("unknown-name", "nothing is known by the name `{name}`", hint, name=name, guess=guess)
            return exp.Null()
        self.used.add(name)
        return exp.column(name, quoted=True)

    def _branch(self, node: Tree) -> Tree:
        """One `when … then …` of a `case`."""
        return self._rebuilt(node, _BRANCH) if type(node) is exp.If else self._refuse(node)

    def _digit(self, node: Tree) -> Tree:
        """How many decimals to round to."""
        is_digit = isinstance(node, exp.Literal) and not node.is_string and re.fullmatch(r"\d", str(node.this))
        return exp.Literal.number(str(node.this)) if is_digit else self._refuse(node)

    def _nothing(self, node: Tree) -> Tree:
        """What may stand after `is`: null."""
        return exp.Null() if isinstance(node, exp.Null) else self._refuse(node)

    def _refuse(self, node: Tree, text: str = "`{part}` is not allowed in a condition", hint: str = "") -> Tree:
        shown = str(node.sql(dialect="duckdb"))[:60]
        self.complain("not-allowed", text, hint, part=shown, known=", ".join(FUNCTIONS))
        return exp.Null()

    def _counts(self) -> bool:
        """Count one more part; false, with one complaint, when there are too many."""
        self._parts += 1
        if self._parts == MAX_PARTS + 1:
            self.complain("too-large", "this condition has more than {parts} parts", parts=MAX_PARTS)
        return self._parts <= MAX_PARTS


def _guarded(node: Tree) -> Tree:
    """The node, unless an engine could stumble over it: then one that is missing where the arithmetic has no answer."""
    zero = exp.Literal.number("0e0")
    if isinstance(node, exp.Div):
        divisor = exp.Nullif(this=node.expression, expression=zero)
        return exp.Div(this=exp.cast(node.this, "double"), expression=divisor, typed=False, safe=False)
    if isinstance(node, exp.Ln):
        floored = exp.Greatest(this=node.this, expressions=[zero], ignore_nulls=True)
        return exp.Ln(this=exp.Nullif(this=floored, expression=zero.copy()))
    return node
