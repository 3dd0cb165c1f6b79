"""The one place that turns what went wrong into words on stderr and an exit code."""

from __future__ import annotations

import difflib
import traceback
from typing import TYPE_CHECKING

import click

from opsengine import __version__
from opsengine.errors import Exit, InvalidFiles, OpsError, disk_failed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from opsengine.words import Words


def tell(error: Exception, words: Words) -> int:
    """Say on stderr what happened and how to go on; the exit code says whose turn it is."""
    if isinstance(error, OSError):
        error = disk_failed(error) or error
    match error:
        case InvalidFiles():
            for problem in error.problems:
                _say(f"{problem.place}: {words.problem(problem)}", words.hint(problem), words)
        case OpsError():
            _say(words.error(error), words.hint(error), words)
        case click.exceptions.NoArgsIsHelpError():
            click.echo(error.format_message(), err=True)
        case click.UsageError():
            _say(_usage(error, words), _usage_hint(error, words), words)
        case click.ClickException():
            _say(error.format_message(), "", words)
        case OSError():
            _say(words("the machine refused: {reason}", reason=str(error)), words("look at the disk and the permissions"), words)
        case _:
            _tell_bug(error, words)
    return _code(error)


def _code(error: Exception) -> Exit:
    if isinstance(error, OpsError):
        return error.exit
    return Exit.USAGE if isinstance(error, click.ClickException) else Exit.BUG


def _tell_bug(error: Exception, words: Words) -> None:
    traceback.print_exception(error)
    said = words("this is a bug of ours, not a mistake of yours: {error}", error=f"{type(error).__name__}: {error}")
    hint = words("report it with the lines above and the version, {version}; nothing was half-published", version=__version__)
    _say(said, hint, words)


def _say(text: str, hint: str, words: Words) -> None:
    click.echo(f"opsengine: {text}", err=True)
    if hint:
        click.echo(words("  hint: {hint}", hint=hint), err=True)


def _usage(error: click.UsageError, words: Words) -> str:
    """What was wrong with the command line, in our words where click's are English only."""
    match error:
        case click.NoSuchOption():
            return words("there is no option {option}", option=error.option_name)
        case click.exceptions.NoSuchCommand():
            return words("there is no command `{command}`", command=error.command_name)
        case click.MissingParameter() if error.param is not None:
            return words("{parameter} is missing", parameter=_shown(error.param))
        case click.BadParameter() if error.param is not None:
            return _bad_value(error.param, error.message, words)
    return error.format_message()


def _bad_value(parameter: click.Parameter, reason: str, words: Words) -> str:
    shown = _shown(parameter)
    match parameter.type:
        case click.Choice(choices=choices):
            return words("{parameter} is one of {choices}", parameter=shown, choices=words.listed(choices))
        case click.IntRange() | click.types.IntParamType():
            return words("{parameter} is a whole number within its range", parameter=shown)
    return words("{parameter}: {reason}", parameter=shown, reason=reason)


def _usage_hint(error: click.UsageError, words: Words) -> str:
    guess = next(iter(_near(error)), "")
    if guess:
        return words("did you mean `{guess}`?", guess=guess)
    return words("`{command} --help` shows how it is called", command=error.ctx.command_path) if error.ctx else ""


def _near(error: click.UsageError) -> list[str]:
    """The words that the wrong one may have been meant for, nearest first."""
    if isinstance(error, click.NoSuchOption):
        return list(error.possibilities or ())
    if isinstance(error, click.exceptions.NoSuchCommand) and error.ctx and isinstance(error.ctx.command, click.Group):
        return difflib.get_close_matches(error.command_name, error.ctx.command.list_commands(error.ctx))
    if isinstance(error, click.BadParameter) and error.ctx:
        return [f"{_shown(option)} {value}" for option, value in _elsewhere(error, error.ctx.command)]
    return []


def _elsewhere(error: click.BadParameter, command: click.Command) -> Iterator[tuple[click.Parameter, str]]:
    """The other options of a command that take the very word which one of them refused."""
    for option in command.params:
        if isinstance(option.type, click.Choice) and option is not error.param:
            yield from ((option, value) for value in option.type.choices if error.message.startswith(repr(value)))


def _shown(parameter: click.Parameter) -> str:
    return parameter.opts[0] if isinstance(parameter, click.Option) else parameter.human_readable_name
