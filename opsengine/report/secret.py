"""The password of the mail server, and where it comes from."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from opsengine.errors import UserError
from opsengine.secret import Secret, read_secret_file
from opsengine.settings import Mail


def read_password(mail: Mail, folder: Path, environment: Mapping[str, str]) -> Secret | None:
    """The password of the mail server, from the file or else the variable that the settings name; None when there is no login.

    `folder` is the project's, from which the file's name counts. Raises UserError when it is missing, or readable by others.
    """
    if not mail.user:
        return None
    if mail.password_file:
        return read_secret_file(folder / mail.password_file)
    if environment.get(mail.password_env):
        return Secret(environment[mail.password_env])
    raise UserError(
        "no password for {user} at {host}",
        hint="name a variable in `mail.password_env` and set it, or a file in `mail.password_file`",
        user=mail.user,
        host=mail.host,
    )
