"""A PostgreSQL server that several hosts share: where it is, and who we are there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from opsengine.project import Project
from opsengine.secret import Secret, read_secret
from opsengine.settings import Settings

_PORT = 5432
_HERE = ("localhost", "127.0.0.1", "::1", "")


@dataclass(frozen=True, slots=True)
class Server:
    """Where the shared state is. An empty host is the server on this machine, reached through its socket."""

    host: str
    port: int
    user: str
    database: str
    namespace: str
    """The schema within the database; several projects may share one database."""
    password: Secret | None = None
    ca_file: str = ""
    """Certificates to trust instead of the machine's own."""
    file_before: Path | None = None
    """Where this host kept the state for itself before; what is there is not forgotten by mistake."""
    is_plain: bool = False
    """Whether the connection is not encrypted; only ever to this machine."""

    def __str__(self) -> str:
        return f"{self.host or 'localhost'}:{self.port}/{self.database}, schema {self.namespace}"


def where_is_state(settings: Settings, project: Project, environment: Mapping[str, str]) -> Path | Server:
    """Where the settings say that the state is; a server's password comes from a file or a variable.

    A rehearsal has a copy of its own, in a file. Raises UserError when the password is missing or readable by others.
    """
    shared = settings.state
    if not shared.url or project.rehearsal:
        return project.state_file
    parts, folder, password = urlsplit(shared.url), project.root, None
    if shared.password_env or shared.password_file:
        missing = "the password of the shared state is missing: nothing is in {variable}"
        password = read_secret(missing, shared.password_env, shared.password_file, folder, environment)
    host = parts.hostname or ""
    return Server(
        host,
        parts.port or _PORT,
        unquote(parts.username or ""),
        unquote(parts.path.removeprefix("/")),
        shared.namespace,
        password,
        str(folder / shared.ca_file) if shared.ca_file else "",
        file_before=project.state_file,
        is_plain=host in _HERE,
    )
