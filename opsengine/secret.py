"""A text that is nobody else's business, and where it comes from: never from a file that is shared, never into anything printed."""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from pathlib import Path

from opsengine.errors import UserError


class Secret:
    """A text that prints as `***`, whatever is done to it; ask for it with `reveal`."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """The text itself, to be handed on and not kept."""
        return self._text

    def __str__(self) -> str:
        return "***"

    def __repr__(self) -> str:
        return "***"

    def __format__(self, _: str) -> str:
        return "***"

    def __reduce__(self) -> str:
        raise TypeError("a secret is not written down")


def read_secret(missing: str, variable: str, file: str, folder: Path, environment: Mapping[str, str]) -> Secret:
    """A secret from the file, or else the variable, that the settings name; `missing` says that there is none.

    Raises UserError when it is missing, or readable by others.
    """
    if file:
        return read_secret_file(folder / file)
    if environment.get(variable):
        return Secret(environment[variable])
    hint = "name a variable that holds it and set that, or a file that only you can read"
    raise UserError(missing, hint=hint, variable=variable or "–")


def read_secret_file(file: Path) -> Secret:
    """The secret in a file that only its owner can read. Raises UserError."""
    try:
        handle = os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError as error:
        raise UserError("the password file cannot be opened: {reason}", where=str(file), reason=error.strerror or "") from None
    with os.fdopen(handle, encoding="utf-8") as stream:
        status = os.fstat(handle)
        if stat.S_IMODE(status.st_mode) & 0o077 or status.st_uid != os.geteuid():
            raise UserError("others can read the password file", where=str(file), hint="run `chmod 600` on it; it must be your own")
        return Secret(stream.read().strip())
