"""What every command has around it: the shared options, and a session made of them."""

from __future__ import annotations

import functools
import json
import sys
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeVar

import click

from opsengine.cli.speaking import Existing, Group, Option
from opsengine.cli.tables import Ink, Table, as_csv, as_markdown, as_text
from opsengine.errors import UserError
from opsengine.words import LOCALES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from opsengine.cli.naming import Names
    from opsengine.desk import Desk
    from opsengine.errors import Field
    from opsengine.project import Project
    from opsengine.settings import Settings
    from opsengine.words import Words

SCHEMA_VERSION = 1
"""Of the JSON documents on stdout; raised when a shape changes in a way that a reader would notice."""

_SHARED = ("project_dir", "as_of", "form", "locale")


class Form(StrEnum):
    """How data is printed."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"
    MARKDOWN = "md"


@dataclass(frozen=True, slots=True)
class Front:
    """What the front door was told by the world."""

    words: Words
    environ: Mapping[str, str]
    now: datetime


@dataclass(frozen=True)
class Session:
    """One command being run: where, on which day, in which language, printed how."""

    front: Front
    project_dir: Path | None
    given_day: date | None
    form: Form

    @property
    def words(self) -> Words:
        """The reader's language."""
        return self.front.words

    @property
    def locale(self) -> Literal["zh-CN", "en"]:
        """The reader's language by its name."""
        return "zh-CN" if self.words.locale == "zh-CN" else "en"

    @property
    def now(self) -> datetime:
        """The moment the command was called, in UTC."""
        return self.front.now

    @functools.cached_property
    def project(self) -> Project:
        """The project that is worked on: `--project-dir`, else the current folder or one above it."""
        from opsengine.project import find_project

        return find_project(self.project_dir or Path.cwd())

    @functools.cached_property
    def settings(self) -> Settings:
        """The project's settings; flags and environment are already laid over the file."""
        from opsengine.settings import read_settings

        return read_settings(self.project, self.front.environ)

    @functools.cached_property
    def desk(self) -> Desk:
        """The project on the table of the pipeline."""
        from opsengine.desk import Desk

        return Desk(self.project, self.settings, self.front.environ, self.now)

    @functools.cached_property
    def names(self) -> Names:
        """What the project's numbers are called in the reader's language. Raises InvalidFiles."""
        from opsengine.cli.naming import Names
        from opsengine.see import read_catalogue, read_scorecards

        catalogue = read_catalogue(self.project)
        return Names(self.words, catalogue, read_scorecards(self.project, catalogue))

    @functools.cached_property
    def as_of(self) -> date:
        """The last day that is looked at: as asked for, else yesterday in the project's zone."""
        if self.given_day is not None:
            return self.given_day
        return self.now.astimezone(self.settings.zone).date() - timedelta(days=1)

    def say(self, text: str, /, **fields: Field) -> None:
        """A sentence about the run, on stderr."""
        click.echo(self.words(text, **fields), err=True)

    def show(self, data: Mapping[str, Any], *tables: Table) -> None:
        """The answer, on stdout: `data` as JSON, or the tables as the reader asked for them."""
        match self.form:
            case Form.JSON:
                document = {"schema_version": SCHEMA_VERSION, **data}
                click.echo(json.dumps(document, ensure_ascii=False, indent=2, default=_plain, allow_nan=False))
            case Form.CSV:
                click.echo(as_csv(tables[0]), nl=False)
            case Form.MARKDOWN:
                click.echo("\n".join(as_markdown(table, self.words) for table in tables), nl=False)
            case Form.TABLE:
                click.echo("\n".join(as_text(table, self.words, self._ink) for table in tables), nl=False)

    @property
    def is_for_people(self) -> bool:
        """Whether the answer is read by a person at a table, not by a program."""
        return self.form is Form.TABLE

    @property
    def _ink(self) -> Ink:
        is_coloured = sys.stdout.isatty() and not self.front.environ.get("NO_COLOR")
        return Ink.COLOUR if is_coloured else Ink.PLAIN


F = TypeVar("F", bound="Callable[..., Any]")


def framed(function: F) -> F:
    """Gives a command the shared options, and a `Session` as its first argument in their place."""

    @functools.wraps(function)
    def run(**given: Any) -> Any:
        ctx = click.get_current_context()
        options = {name: given.pop(name, None) for name in _SHARED}
        return function(_session(ctx, options), **given)

    run.__click_params__ = [*getattr(function, "__click_params__", []), *reversed(shared_options())]  # type: ignore[attr-defined]
    return run  # type: ignore[return-value]


def framed_group(name: str) -> Callable[[Callable[[], None]], Group]:
    """A group of commands that takes the shared options before the command's name as well as after it."""

    def made(function: Callable[[], None]) -> Group:
        params = shared_options()
        for param in params:
            if isinstance(param, Option):
                param.hidden = True
        return Group(name, help=function.__doc__, params=params)

    return made


def shared_options() -> list[click.Parameter]:
    """The options that every command takes."""
    return [
        Option(
            ["--project-dir"],
            type=EXISTING_FOLDER,
            metavar="DIR",
            help="The project; else the current folder or one above it.",
        ),
        Option(["--as-of"], type=DAY, metavar="DATE", help="The last day that is looked at; else yesterday."),
        Option(["--format", "form"], type=_FORM, help="How data is printed; else as a table."),
        Option(["--locale"], type=click.Choice(LOCALES), help="The language of texts."),
    ]


class _Day(click.ParamType[date]):
    """A date such as 2026-06-21."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """The date. Raises UserError."""
        del param, ctx
        try:
            return value if isinstance(value, date) else date.fromisoformat(value)
        except ValueError:
            raise UserError("{value} is not a date", hint="write one such as 2026-06-21", value=str(value)) from None


DAY = _Day()
EXISTING_FOLDER = Existing(file_okay=False, path_type=Path)
_FORM = click.Choice([form.value for form in Form])


def _session(ctx: click.Context, options: Mapping[str, Any]) -> Session:
    """The nearest flag wins, then the environment; a flag for the language is laid over the environment."""
    front = ctx.find_object(Front)
    if front is None:
        raise TypeError("a command is run through opsengine.cli.main.run")
    chain = _chain(ctx)

    def chosen(name: str, variable: str, kind: click.ParamType[Any]) -> Any:
        flags = [options[name], *(parent.params.get(name) for parent in chain)]
        flag = next((value for value in flags if value is not None), None)
        typed = front.environ.get(variable)
        return flag if flag is not None or not typed else _from_environment(variable, typed, kind, ctx)

    folder = chosen("project_dir", "OPSENGINE_PROJECT_DIR", EXISTING_FOLDER)
    is_asked_for = options["locale"] or front.environ.get("OPSENGINE_LOCALE")
    environ = {**front.environ, "OPSENGINE_LOCALE": front.words.locale} if is_asked_for else front.environ
    return Session(
        Front(front.words, environ, front.now),
        Path(folder) if folder is not None else None,
        chosen("as_of", "OPSENGINE_AS_OF", DAY),
        Form(chosen("form", "OPSENGINE_FORMAT", _FORM) or Form.TABLE),
    )


def _from_environment(variable: str, typed: str, kind: click.ParamType[Any], ctx: click.Context) -> Any:
    try:
        return kind.convert(typed, None, ctx)
    except click.BadParameter:
        hint = "unset it, or write what the flag of that name takes"
        raise UserError("{name} in the environment cannot be {value}", hint=hint, name=variable, value=typed) from None


def _chain(ctx: click.Context) -> Sequence[click.Context]:
    """The contexts above this one, nearest first."""
    return [] if ctx.parent is None else [ctx.parent, *_chain(ctx.parent)]


def _plain(value: Any) -> Any:
    """What JSON has no word for."""
    if hasattr(value, "as_json"):
        return value.as_json()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Path):
        return str(value)
    return float(value)
