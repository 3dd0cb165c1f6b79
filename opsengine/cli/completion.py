"""`opsengine completion`: the script that lets a shell complete our words."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

from opsengine.cli.frame import Session, framed
from opsengine.cli.speaking import Command


@click.command("completion", cls=Command)
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@framed
def command(session: Session, shell: str) -> None:
    """Print the completion script of a shell.

    For bash: `opsengine completion bash > ~/.local/share/bash-completion/completions/opsengine`.
    """
    from opsengine.cli.main import front_door

    completion = get_completion_class(shell)
    if completion is None:
        raise TypeError(shell)
    click.echo(completion(front_door(), {"obj": session.front}, "opsengine", "_OPSENGINE_COMPLETE").source())
