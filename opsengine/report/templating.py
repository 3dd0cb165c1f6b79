"""Templates: where they are, what they may do, and what their mistakes look like.

A template sees plain dicts, lists, texts and numbers, the filters below, and `_` for words. It runs in Jinja's
immutable sandbox without the parts that could switch escaping off or burn memory. A project's own `templates/` come
before ours; one that begins with `{% extends "shipped/page/account.html.j2" %}` changes a single block.
"""

from __future__ import annotations

import re
import traceback
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import (
    ChoiceLoader,
    FileSystemLoader,
    PrefixLoader,
    StrictUndefined,
    TemplateError,
    TemplateNotFound,
    meta,
    nodes,
    pass_context,
)
from jinja2.exceptions import SecurityError, TemplateRuntimeError, TemplateSyntaxError
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment

from opsengine.errors import InvalidFiles, Place, Problem, UserError
from opsengine.project import did_you_mean
from opsengine.report.blocks import block_problems
from opsengine.report.figures import figures
from opsengine.words import Words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from jinja2 import Template
    from jinja2.environment import Environment

    from opsengine.project import Project

MAX_OUTPUT = 1024 * 1024
"""No paper is longer: one MiB of text."""
_INSTALLED, _CHECKOUT = Path(__file__).parents[1] / "templates", Path(__file__).parents[2] / "templates"
SHIPPED = _INSTALLED if _INSTALLED.is_dir() else _CHECKOUT
"""Our templates: inside the package when installed, at the top of the repository otherwise."""
_NO_GLOBALS = ("lipsum", "cycler", "joiner", "namespace")
_NO_FILTERS = ("safe", "attr", "map", "xmlattr", "format", "center", "pprint", "urlize")
_FIGURES = ("number", "compact", "amount", "percent", "delta", "growth", "span", "relative", "day", "full_day", "days", "said")
_OF_DICTS = frozenset(dir(dict))
"""Names that mean what every dict has, whatever stands in it."""
KNOWN = frozenset(
    {
        "locale",
        "theme",
        "link",
        "brief",
        "banner",
        "period",
        "verdict",
        "sentences",
        "subject",
        "preheader",
        "moved",
        "shown",
        "steps",
        "number_notes",
        "dates",
        "against",
        "site",
        "is_cut",
        "charts",
        "pictures",
        "counts",
        "chart",
        "score",
        "digest",
        "notice",
    }
)
"""The names a template may use; `templates/README.md` describes them, and a test compares."""
_DOES_NOT_WORK = "this template does not work: {reason}"
_SEE_README = "templates/README.md lists what a template may use"
_MARKDOWN_SIGNS = re.compile(r"([\\`*_\[\]<>|~])")
_MARKDOWN_BEGINS = re.compile(r"^(\d*)([#+=.)-])")


class TemplateIsEndless(BaseException):
    """Raised within a template that has used up its time; nothing in a template may catch it."""


class Paper:
    """The templates of one project."""

    def __init__(self, own: Path | None) -> None:
        self._environment = _environment(own)

    def fill(self, name: str, content: Mapping[str, Any]) -> str:
        """One template, filled. Raises UserError, with the line, on a template that does not understand its content."""
        try:
            template = self._environment.get_template(name)
            return _within_limits(template, content)
        except TemplateSyntaxError as error:
            raise _mistake(error, str(error.message), error.filename, error.lineno) from error
        except TemplateNotFound as error:
            raise UserError(
                "there is no template {name}", hint="look for a typo in `extends` or `include`", name=str(error.name)
            ) from error
        except TemplateError as error:
            raise _mistake(error, str(error.message)) from error
        except (TypeError, ValueError, ArithmeticError, LookupError) as error:
            if not _is_the_templates_own(error):
                raise
            raise _mistake(error, str(error)) from error


@cache
def paper(own: Path | None) -> Paper:
    """The templates of a project (None: only ours), compiled once a process.

    Raises InvalidFiles when one changes a block that there is not.
    """
    environment = _environment(own)
    problems = [problem for file in _own_files(own) for problem in block_problems(environment, *file)]
    if problems:
        raise InvalidFiles(problems)
    return Paper(own)


def place_of_template(error: BaseException) -> Place | None:
    """The file and line of the template in which an error arose; None when it was in none."""
    found: Place | None = None
    step = error.__traceback__
    while step is not None:
        template = step.tb_frame.f_globals.get("__jinja_template__")
        file = step.tb_frame.f_code.co_filename
        if template is not None and template.filename:
            found = Place(_shown(template.filename), template.get_corresponding_lineno(step.tb_lineno))
        elif _is_template(file):
            found = Place(_shown(file), step.tb_lineno)
        step = step.tb_next
    return found


def template_problems(project: Project) -> list[Problem]:
    """What is wrong with the project's own templates, without a brief to fill them with: syntax, filters and names."""
    environment = _environment(project.templates)
    return [
        problem
        for file, name, _ in _own_files(project.templates)
        for problem in _problems(environment, file, name, project.shown(file))
    ]


def _own_files(folder: Path | None) -> Iterator[tuple[Path, str, str]]:
    """Every template of a project: the file, its name and what people call it."""
    if folder is None or not folder.is_dir():
        return
    for file in sorted(file for file in folder.rglob("*") if _is_template(file.name)):
        name = file.relative_to(folder).as_posix()
        yield file, name, f"{folder.name}/{name}"


class _Sandbox(ImmutableSandboxedEnvironment):
    """Jinja's sandbox, without arithmetic that makes a gigabyte of a short line, and without switches for escaping."""

    intercepted_binops = frozenset({"*", "**", "%"})

    def getattr(self, obj: Any, attribute: str) -> Any:
        """What stands in a plain dict is looked up at once; everything else as the sandbox does it."""
        if type(obj) is dict and attribute in obj and attribute not in _OF_DICTS:
            return obj[attribute]
        return super().getattr(obj, attribute)

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """Numbers may be multiplied; nothing may be repeated, raised to a power or formatted by `%`."""
        if operator == "**" or not isinstance(left, int | float) or not isinstance(right, int | float):
            raise SecurityError(f"`{operator}` is only for numbers here")
        return super().call_binop(context, operator, left, right)

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = super()._parse(source, name, filename)
        for switch in tree.find_all(nodes.ScopedEvalContextModifier):
            raise TemplateSyntaxError("escaping cannot be switched off", switch.lineno, name, filename)
        for line, other in _others(tree):
            if not isinstance(other, nodes.Const):
                raise TemplateSyntaxError("the name of another template must be written out", line, name, filename)
        return tree


def _environment(own: Path | None) -> Environment:
    shipped = FileSystemLoader(SHIPPED)
    first = [FileSystemLoader(own)] if own is not None and own.is_dir() else []
    environment = _Sandbox(
        loader=ChoiceLoader([*first, shipped, PrefixLoader({"shipped": shipped})]),
        undefined=StrictUndefined,
        autoescape=_is_escaped,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
    )
    for name in _NO_GLOBALS:
        del environment.globals[name]
    for name in _NO_FILTERS:
        del environment.filters[name]
    environment.globals["_"] = _say
    environment.filters |= {name: _figure(name) for name in _FIGURES} | {"md": _markdown, "breadth": _breadth}
    return environment


def _problems(environment: Environment, file: Path, name: str, shown: str) -> Iterator[Problem]:
    try:
        source = file.read_text(encoding="utf-8")
        environment.compile(source, name, str(file))
        tree = environment.parse(source, name, str(file))
        for _, other in _others(tree):
            environment.get_template(other.as_const())
        yield from block_problems(environment, file, name, shown)
    except TemplateSyntaxError as error:
        yield Problem(Place(shown, error.lineno, 1), "template", _DOES_NOT_WORK, _SEE_README, {"reason": str(error.message)})
    except TemplateNotFound as error:
        yield Problem(
            Place(shown),
            "template",
            "there is no template {name}",
            "look for a typo in `extends` or `include`",
            {"name": str(error.name)},
        )
    except UnicodeDecodeError:
        yield Problem(Place(shown, 1, 1), "not-utf-8", "this file is not UTF-8 text", "save it as UTF-8")
    else:
        unknown = meta.find_undeclared_variables(tree) - KNOWN - set(environment.globals) - _declared(tree)
        lines = {node.name: node.lineno for node in tree.find_all(nodes.Name) if node.name in unknown}
        for word in sorted(unknown):
            guess = did_you_mean(word, KNOWN)
            hint = "did you mean `{guess}`?" if guess else _SEE_README
            yield Problem(
                Place(shown, lines.get(word, 1), 1),
                "unknown-name",
                "`{name}` is not known here",
                hint,
                {"name": word, "guess": guess},
            )


def _declared(tree: nodes.Template) -> set[str]:
    """The names a template makes itself: by `set`, `macro` and `import`; blocks see them too."""
    names = {node.name for node in tree.find_all(nodes.Name) if node.ctx == "store"}
    names |= {node.name for node in tree.find_all(nodes.Macro)} | {node.target for node in tree.find_all(nodes.Import)}
    imported = [name for node in tree.find_all(nodes.FromImport) for name in node.names]
    return names | {name[1] if isinstance(name, tuple) else name for name in imported}


def _others(tree: nodes.Template) -> Iterator[tuple[int, nodes.Expr]]:
    """The other templates that a template uses, each with its line."""
    for kind in (nodes.Include, nodes.Import, nodes.FromImport, nodes.Extends):
        found: Iterable[Any] = tree.find_all(kind)
        yield from ((node.lineno, node.template) for node in found)


def _is_escaped(name: str | None) -> bool:
    """Markdown is text; everything else is HTML or SVG, whatever its file is called."""
    return not (name or "").removeprefix("shipped/").startswith("md/")


def _figure(name: str) -> Callable[..., str]:
    """The method of `Figures` of that name as a filter, in the language of the paper."""

    @pass_context
    def filled(context: Context, *arguments: Any, **named: Any) -> str:
        method = getattr(figures(context["locale"]), name)
        try:
            return str(method(*arguments, **named))
        except (TypeError, ValueError, AttributeError, AssertionError) as error:
            raise TemplateRuntimeError(f"`{name}` cannot print {str(arguments[0])[:40]!r}") from error

    return filled


@pass_context
def _say(context: Context, text: str, /, **fields: Any) -> str:
    """`_("of {target}", target=…)`: a sentence in the language of the paper."""
    return Words(context["locale"])(text, **fields)


def _markdown(text: object) -> str:
    """Other people's text on one line of Markdown, its signs escaped, also those that begin a heading, a list or a quote."""
    return _MARKDOWN_BEGINS.sub(r"\1\\\2", _MARKDOWN_SIGNS.sub(r"\\\1", " ".join(str(text).split())))


def _breadth(share: float | None) -> str:
    """A share as a CSS width: `62.5%`; nothing for what is missing."""
    return f"{min(max(share or 0.0, 0.0), 1.0) * 100:.4g}%"


def _within_limits(template: Template, content: Mapping[str, Any]) -> str:
    parts, length = [], 0
    for part in template.generate(content):
        length += len(part)
        if length > MAX_OUTPUT:
            raise UserError(
                "this template writes more than 1 MiB",
                where=Place(str(template.filename)),
                hint="look for a loop that repeats itself",
            )
        parts.append(part)
    return "".join(parts)


def _mistake(error: Exception, reason: str, file: str | None = None, line: int | None = None) -> UserError:
    if file is None:
        frames = [frame for frame in traceback.extract_tb(error.__traceback__) if _is_template(frame.filename)]
        file, line = (frames[-1].filename, frames[-1].lineno) if frames else ("?", None)
    return UserError(
        _DOES_NOT_WORK,
        where=Place(_shown(file), line),
        hint=_SEE_README,
        reason=reason,
    )


def _is_the_templates_own(error: Exception) -> bool:
    """Whether the error arose in a line of a template and not in our code below it."""
    deepest = traceback.extract_tb(error.__traceback__)[-1].filename
    return _is_template(deepest) or "jinja2" in Path(deepest).parts


def _is_template(file: str) -> bool:
    return file.endswith((".j2", ".css"))


def _shown(file: str) -> str:
    """A template's file as people know it: from `templates/` on."""
    parts = Path(file).parts
    last = max((index for index, part in enumerate(parts) if part == "templates"), default=0)
    return str(Path(*parts[last:]))
