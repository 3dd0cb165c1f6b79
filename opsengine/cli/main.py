"""Where `opsengine` begins: finds the command, runs it, turns what went wrong into words and an exit code."""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime
from importlib import import_module
from typing import TYPE_CHECKING, Any

import click

from opsengine import __version__, faults
from opsengine.cli.failing import tell
from opsengine.cli.frame import Front, shared_options
from opsengine.cli.speaking import Group, Option, heading, words_of
from opsengine.errors import Exit
from opsengine.words import Words, nearest_locale

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

SECTIONS: Mapping[str, Mapping[str, str]] = {
    "The loop": {
        "see": "Scores, rank, tiers and traffic of each account.",
        "goals": "What was promised, and how it stands.",
        "strategy": "What to do next, ranked, with its evidence.",
        "tasks": "Plays that were taken up.",
        "rewards": "What goals reached and tasks done have earned.",
        "monitor": "What needs a person now.",
        "report": "Import, rebuild, and send every brief that is due, once.",
    },
    "Around it": {
        "init": "Begin a project in a new folder.",
        "demo": "Write a demo project with export files, and run the whole day on it.",
        "import": "Read export files into facts.",
        "metrics": "What each number means, and what it must not be added to.",
        "validate": "Check every file that a person writes.",
        "plan": "What a change of the files would move.",
        "run": "Import what is new and rebuild what changed, without sending.",
        "runs": "The log of runs.",
        "outbox": "Messages that wait, or whose fate is unknown.",
        "state": "Where the state is kept, and moving it to a server that several hosts share.",
        "doctor": "Check this machine and this project.",
        "schema": "Print the JSON Schema of a kind of file, for editors.",
        "completion": "Print the completion script of a shell.",
    },
}
"""Every command and its sentence, so that `--help` loads none of them. The module of `see` is `opsengine.cli.see`."""

MODULES = {
    "import": "importing", "init": "beginning", "demo": "demonstrating", "validate": "validating", "plan": "planning",
    "run": "running",
}  # fmt: skip
"""Commands whose module has another name: an act is an -ing word, and `import` is taken."""

_VERSION = "Print the version and exit."
_INTERRUPTED = 130
"""What a shell reports for a program that was stopped by Ctrl-C."""


class FrontDoor(Group):
    """The command `opsengine`: knows its commands by name and loads one when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names, in the order in which they are shown."""
        return [name for section in SECTIONS.values() for name in section]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, or None."""
        if not any(cmd_name in section for section in SECTIONS.values()):
            return None
        module = import_module("opsengine.cli." + MODULES.get(cmd_name, cmd_name))
        command: click.Command = module.command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The commands by section, from the table: none is loaded."""
        words = words_of(ctx)
        for title, section in SECTIONS.items():
            with formatter.section(heading(words, title)):
                formatter.write_dl([(name, words(sentence)) for name, sentence in section.items()])


def _print_version(ctx: click.Context, _param: click.Parameter, is_wanted: object) -> None:
    if is_wanted and not ctx.resilient_parsing:
        click.echo(__version__)
        ctx.exit()


def front_door() -> FrontDoor:
    """The whole command, ready to be run or described."""
    version = Option(["--version"], is_flag=True, is_eager=True, expose_value=False, callback=_print_version, help=_VERSION)
    return FrontDoor(
        "opsengine",
        help="Smart operations of brand accounts: see, goals, strategy, rewards, monitor, report.",
        params=[*shared_options(), version],
    )


def main() -> None:
    """The console script."""
    sys.exit(run(sys.argv[1:], os.environ, datetime.now(UTC)))


def run(args: Sequence[str], environ: Mapping[str, str], now: datetime) -> int:
    """Run one command line; says its exit code. `now` has a zone."""
    words = Words(_locale(args, environ))
    try:
        faults.arm(environ.get("OPSENGINE_FAULT", ""))
        outcome = _invoke(args, Front(words, environ, now))
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader has seen enough; let nobody complain when the interpreter closes the pipe.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return Exit.SUCCESS
    except (KeyboardInterrupt, EOFError, click.Abort):
        return _INTERRUPTED
    except click.exceptions.Exit as done:
        return done.exit_code
    except Exception as error:  # noqa: BLE001  whatever happened, the front door says it in words
        return tell(error, words)
    return int(outcome) if isinstance(outcome, int) else Exit.SUCCESS


def _invoke(args: Sequence[str], front: Front) -> Any:
    door = front_door()
    instruction = front.environ.get("_OPSENGINE_COMPLETE", "")
    if instruction:
        from click.shell_completion import shell_complete

        return shell_complete(door, {"obj": front}, "opsengine", "_OPSENGINE_COMPLETE", instruction)
    with door.make_context("opsengine", list(args), obj=front) as context:
        return door.invoke(context)


def _locale(args: Sequence[str], environ: Mapping[str, str]) -> str:
    """The reader's language: the flag, else OPSENGINE_LOCALE, else what the terminal speaks."""
    for before, word in zip(["", *args], args, strict=False):
        if before == "--locale" or word.startswith("--locale="):
            return nearest_locale(word.removeprefix("--locale="))
    names = (environ.get(name) for name in ("OPSENGINE_LOCALE", "LC_ALL", "LC_MESSAGES", "LANG"))
    return nearest_locale(next((name for name in names if name), None))
