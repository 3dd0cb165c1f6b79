"""Help in the reader's language: click's commands and options, whose sentences are looked up when they are shown."""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from opsengine.errors import UserError
from opsengine.words import Words

if TYPE_CHECKING:
    from collections.abc import Callable


def words_of(ctx: click.Context) -> Words:
    """The words of the front door that this context stands in."""
    words = getattr(ctx.find_object(object), "words", None)
    return words if isinstance(words, Words) else Words("en")


def paragraphs(text: str | None) -> list[str]:
    """The paragraphs of a docstring, each as one line: the sentences that the catalogue knows."""
    return [" ".join(block.split()) for block in inspect.cleandoc(text or "").split("\n\n") if block.strip()]


def heading(words: Words, title: str) -> str:
    """The line over a list."""
    return words("{title}:", title=words(title))


class Option(click.Option):
    """An option that explains itself in the reader's language."""

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        """Its names and its sentence."""
        record = super().get_help_record(ctx)
        if record is None or not self.help:
            return record
        words = words_of(ctx)
        names, sentence = record
        notes = sentence.removeprefix(self.help).replace("default: ", words("default: ")).replace("required", words("required"))
        return names, words(self.help) + notes


class Existing(click.Path):
    """A file or folder that is there; a folder, where files are not asked for."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The path. Raises UserError."""
        if not (Path(value).exists() if self.file_okay else Path(value).is_dir()):
            text = "there is no file or folder {path}" if self.file_okay else "there is no folder {path}"
            raise UserError(text, path=str(value))
        return super().convert(value, param, ctx)


class _Formatter(click.HelpFormatter):
    """Writes headings as they are: the colon belongs to the language."""

    def write_heading(self, heading: str) -> None:
        """A heading, with whatever ends it."""
        self.write(f"{'':>{self.current_indent}}{heading}\n")


class _Context(click.Context):
    """A context whose help is written by our formatter."""

    formatter_class = _Formatter


class _Spoken(click.Command):
    """What commands and groups share when they explain themselves."""

    context_class = _Context

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The line that shows how the command is called."""
        words = words_of(ctx)
        pieces = " ".join(words(piece) for piece in self.collect_usage_pieces(ctx))
        formatter.write_usage(ctx.command_path, pieces, prefix=words("Usage: "))

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """What the command does, a paragraph at a time."""
        words = words_of(ctx)
        for paragraph in paragraphs(self.help):
            formatter.write_paragraph()
            with formatter.indentation():
                formatter.write_text(words(paragraph))

    def _write_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        words = words_of(ctx)
        options = [param for param in self.get_params(ctx) if isinstance(param, click.Option)]
        rows = [record for option in options if (record := option.get_help_record(ctx))]
        if rows:
            with formatter.section(heading(words, "Options")):
                formatter.write_dl(rows)

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """The option `--help`, in our words."""
        if self._help_option is None:
            sentence = "Show this message and exit."
            self._help_option = Option(
                ["--help"], is_flag=True, is_eager=True, expose_value=False, callback=_print_help, help=sentence
            )
        return self._help_option

    def get_short_help_str(self, limit: int = 45) -> str:
        """The first sentence, whole."""
        del limit
        return next(iter(paragraphs(self.help)), "")


def _print_help(ctx: click.Context, _param: click.Parameter, is_wanted: object) -> None:
    if is_wanted and not ctx.resilient_parsing:
        click.echo(ctx.get_help())
        ctx.exit()


class Command(_Spoken):
    """A command that explains itself in the reader's language."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The options, each with its sentence."""
        self._write_options(ctx, formatter)


class Group(_Spoken, click.Group):
    """Commands under one name."""

    command_class = Command

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The options, then the commands."""
        self._write_options(ctx, formatter)
        self.format_commands(ctx, formatter)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The commands, each with its first sentence."""
        words = words_of(ctx)
        names = self.list_commands(ctx)
        rows = [(name, words(found.get_short_help_str())) for name in names if (found := self.get_command(ctx, name))]
        with formatter.section(heading(words, "Commands")):
            formatter.write_dl(rows)


def option(*names: str, **attributes: Any) -> Callable[[Any], Any]:
    """`click.option`, in the reader's language."""
    return click.option(*names, cls=Option, **attributes)
