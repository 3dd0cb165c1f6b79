"""Every sentence that the program shows, and where: what the catalogues must know.

    python tools/sentences.py             all of them, as `file:line<TAB>sentence`
    python tools/sentences.py --missing   those without a Chinese translation, as entries for the catalogue

Sentences are found by reading the code, not by running it: the texts and hints of errors and problems, what is handed
to `words(…)`, `say(…)` and their like, the titles of tables, the help of commands and options, and `_("…")` in templates.
A name is followed to the constants it may stand for. A sentence that is glued together is reported as `Glued`.
"""

from __future__ import annotations

import ast
import json
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from babel.messages.pofile import read_po

ROOT = Path(__file__).parents[1]
CATALOGUE = ROOT / "opsengine/locales/zh_CN/LC_MESSAGES/opsengine.po"
_GAPPED = re.compile(r"(?=.* ).*\{[a-z_]+\}")
_JINJA = re.compile(r"""(?<![\w.])_\(\s*(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)')""")

_COMPLAINTS: dict[str, tuple[tuple[int, ...], tuple[str, ...]]] = {
    **dict.fromkeys(("OpsError", "UserError", "DataError", "DeliveryFailed", "DiskFailed"), ((0,), ("text", "hint"))),
    **dict.fromkeys(("Locked", "EngineError", "Refused", "Spoilt", "LedgerConflict", "CarrierTrouble"), ((0,), ("text", "hint"))),
    **dict.fromkeys(("Unfit", "ValueError", "YAMLError", "TemplateSyntaxError"), ((0,), ("text", "hint"))),
    **dict.fromkeys(("_trouble", "_check_names", "__init__"), ((0,), ("text", "hint"))),
    **dict.fromkeys(("complain", "_complain", "_refuse", "_known"), ((1, 2, 3), ("text", "hint"))),
    **dict.fromkeys(("Problem", "Check"), ((2, 3), ("text", "hint"))),
}
"""Calls that say what is wrong: there, a text without a blank is a code and no sentence."""
_SHOWN: dict[str, tuple[tuple[int, ...], tuple[str, ...]]] = {
    **_COMPLAINTS,
    **dict.fromkeys(("words", "_words", "say", "Remark", "Sentence"), ((0,), ())),
    **dict.fromkeys(("Table", "columns_of"), ((0, 2), ("columns", "title", "empty", "said"))),
    **dict.fromkeys(("Option", "option", "FrontDoor"), ((), ("help",))),
    "ScoreView": ((), ("reason",)),
    "heading": ((1,), ()),
}
"""Which arguments of which call are sentences: by place and by name."""


@dataclass(frozen=True, slots=True, order=True)
class Sentence:
    """A sentence and the first place that shows it."""

    text: str
    place: str


@dataclass(frozen=True, slots=True, order=True)
class Glued:
    """A sentence that no catalogue can hold: an f-string, or parts added up."""

    place: str
    code: str


def all_sentences() -> tuple[list[Sentence], list[Glued]]:
    """What the code and the templates show, each once, in the order of the alphabet."""
    found: dict[str, Sentence] = {}
    glued: list[Glued] = []
    for file in sorted((ROOT / "opsengine").rglob("*.py")):
        reader = _Reader(file)
        for sentence in reader.sentences():
            found.setdefault(sentence.text, sentence)
        glued += reader.glued
    for file in sorted((ROOT / "templates").rglob("*.j2")):
        for sentence in _of_template(file):
            found.setdefault(sentence.text, sentence)
    return sorted(found.values()), sorted(glued)


def known_sentences() -> dict[str, str]:
    """The Chinese catalogue."""
    if not CATALOGUE.exists():
        return {}
    with CATALOGUE.open("rb") as lines:
        return {str(message.id): str(message.string) for message in read_po(lines, locale="zh_CN") if message.id and message.string}


def _of_template(file: Path) -> Iterator[Sentence]:
    text = file.read_text(encoding="utf-8")
    for match in _JINJA.finditer(text):
        line = text.count("\n", 0, match.start()) + 1
        written = match[1] if match[1] is not None else match[2]
        yield Sentence(re.sub(r"\\(.)", r"\1", written), f"{file.relative_to(ROOT)}:{line}")


@dataclass
class _Reader:
    """Reads one file of Python."""

    file: Path
    glued: list[Glued] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._tree = ast.parse(self.file.read_text(encoding="utf-8"))
        self._is_front_door = self.file.is_relative_to(ROOT / "opsengine/cli")
        self._values: dict[str, list[ast.expr]] = {}
        for node in ast.walk(self._tree):
            if isinstance(node, ast.Assign):
                for target in node.targets:
                    self._note(target, node.value)
            elif isinstance(node, ast.AnnAssign) and node.value is not None:
                self._note(node.target, node.value)
            elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("opsengine.cli."):
                self._take_over(ROOT / f"{(node.module or '').replace('.', '/')}.py", {alias.name for alias in node.names})

    def sentences(self) -> Iterator[Sentence]:
        """Every sentence of the file; a text with a named gap is one, wherever it stands."""
        aside = set(self._aside())
        for node in ast.walk(self._tree):
            if isinstance(node, ast.Constant) and id(node) not in aside and _GAPPED.search(str(node.value)):
                yield Sentence(str(node.value), self._place(node))
            elif isinstance(node, ast.Call):
                yield from self._of_call(node)
            elif isinstance(node, ast.FunctionDef):
                yield from self._of_function(node)
            elif isinstance(node, ast.AnnAssign) and ast.unparse(node.target) in ("text", "hint", "empty") and node.value:
                yield from self._texts(node.value, node.value, frozenset())
        for table in self._values.get("SECTIONS", []) if self._is_front_door else []:
            for part in (table, *(key for key in getattr(table, "keys", []))):
                yield from self._texts(part, part, frozenset())
        for texts in self._values.get("_TEXTS", []):
            yield from self._texts(texts, texts, frozenset())

    def _aside(self) -> Iterator[int]:
        """Texts that are no sentences for a catalogue: docstrings, f-strings, and labels that bring their languages along."""
        for node in ast.walk(self._tree):
            match node:
                case ast.Expr(value=ast.Constant() as text):
                    yield id(text)
                case ast.JoinedStr():
                    yield from (id(part) for part in ast.walk(node))
                case ast.Dict(keys=keys) if any(isinstance(key, ast.Constant) and key.value == "zh-CN" for key in keys):
                    yield from (id(part) for part in ast.walk(node))

    def _of_call(self, call: ast.Call) -> Iterator[Sentence]:
        name = _name_of(call.func)
        places, names = _SHOWN.get(name, ((), ()))
        shown = [argument for at, argument in enumerate(call.args) if at in places]
        shown += [keyword.value for keyword in call.keywords if keyword.arg in names]
        for argument in shown:
            for sentence in self._texts(argument, call, frozenset()):
                if name not in _COMPLAINTS or " " in sentence.text:
                    yield sentence

    def _of_function(self, function: ast.FunctionDef) -> Iterator[Sentence]:
        """The help of a command, the answers of a `reason`, and what a text is when it is left out."""
        if self._is_front_door and _is_command(function):
            for paragraph in (ast.get_docstring(function) or "").split("\n\n"):
                yield Sentence(" ".join(paragraph.split()), self._place(function))
        names = [argument.arg for argument in (*function.args.posonlyargs, *function.args.args)]
        defaults = zip(reversed(names), reversed(function.args.defaults), strict=False)
        shown = [default for name, default in defaults if name in ("text", "hint", "empty")]
        if function.name == "reason":
            shown += [node.value for node in ast.walk(function) if isinstance(node, ast.Return) and node.value]
        for expression in shown:
            yield from self._texts(expression, expression, frozenset())

    def _texts(self, node: ast.expr, call: ast.expr, seen: frozenset[str]) -> Iterator[Sentence]:
        """The constants that an expression may stand for."""
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and re.search(r"[A-Za-z]{2}", node.value):
            yield Sentence(node.value, self._place(node))
        elif isinstance(node, ast.JoinedStr | ast.BinOp) and " " in ast.unparse(node):
            self.glued.append(Glued(self._place(call), ast.unparse(node)))
        elif isinstance(node, ast.Name) and node.id not in seen:
            for value in self._values.get(node.id, []):
                if not isinstance(value, ast.JoinedStr | ast.BinOp):
                    yield from self._texts(value, call, seen | {node.id})
        for part in _parts(node):
            yield from self._texts(part, call, seen)

    def _take_over(self, file: Path, names: set[str]) -> None:
        """The constants that are imported from a file beside this one."""
        for node in ast.parse(file.read_text(encoding="utf-8")).body if file.is_file() else []:
            if isinstance(node, ast.Assign) and {ast.unparse(target) for target in node.targets} & names:
                self._note(node.targets[0], node.value)

    def _note(self, target: ast.expr, value: ast.expr) -> None:
        match target, value:
            case ast.Name(id=name), _:
                self._values.setdefault(name, []).append(value)
            case ast.Tuple(elts=names), ast.Tuple(elts=values) if len(names) == len(values):
                for one, what in zip(names, values, strict=True):
                    self._note(one, what)
            case ast.Tuple(elts=names), _:
                for one in names:
                    self._note(one, value)

    def _place(self, node: ast.AST) -> str:
        return f"{self.file.relative_to(ROOT)}:{getattr(node, 'lineno', 1)}"


def _name_of(called: ast.expr) -> str:
    """The last name of what is called; whatever is made to be called, as in `words_of(ctx)("…")`, is words."""
    match called:
        case ast.Attribute(attr=name) | ast.Name(id=name):
            return name
        case ast.Call(func=ast.Name(id="Words" | "words_of")):
            return "words"
    return ""


def _parts(node: ast.expr) -> list[ast.expr]:
    """The expressions of which this one is a choice or a collection."""
    match node:
        case ast.Dict(values=values) | ast.Tuple(elts=values) | ast.List(elts=values) | ast.BoolOp(values=values):
            return list(values)
        case ast.IfExp(body=one, orelse=other):
            return [one, other]
        case ast.Subscript(value=table) | ast.Call(func=ast.Attribute(attr="get", value=table)):
            return [table]
    return []


def _is_command(function: ast.FunctionDef) -> bool:
    return any(
        isinstance(decorator, ast.Call) and ast.unparse(decorator.func).rpartition(".")[2] in ("command", "group")
        for decorator in function.decorator_list
    )


def main() -> None:
    """Print them."""
    sentences, _ = all_sentences()
    if "--missing" not in sys.argv:
        print("\n".join(f"{sentence.place}\t{sentence.text}" for sentence in sentences))
        return
    known = known_sentences()
    for sentence in sentences:
        if sentence.text not in known:
            print(f'#: {sentence.place}\nmsgid {json.dumps(sentence.text, ensure_ascii=False)}\nmsgstr ""\n')


if __name__ == "__main__":
    main()
