"""A real PostgreSQL on loopback, in a folder of its own, with nothing of this machine's own set-up."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
from itertools import count
from pathlib import Path
from typing import Self

from opsengine.state import Server

SECONDS = 60
USER = "ops"
_QUICK = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=40", "shared_buffers=32MB")
"""A killed process loses nothing that the system was told; the power of the machine is not what is tested."""


def programs() -> Path | None:
    """The folder of the newest PostgreSQL's programs on this machine, if there is one."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda file: float(file.parts[4]))
    named = shutil.which("initdb")
    return found[-1].parent if found else Path(named).parent if named else None


class Postgres:
    """A server that runs while the context is open."""

    def __init__(self) -> None:
        self._bin = programs()
        self._home = Path(tempfile.mkdtemp(prefix="opsengine-postgres-"))
        self._schemas = count(1)
        self._process: subprocess.Popen[bytes] | None = None
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]

    def __enter__(self) -> Self:
        assert self._bin
        data = self._home / "data"
        if os.geteuid() == 0:  # the server refuses to be root
            owner = pwd.getpwnam("nobody")
            os.chown(self._home, owner.pw_uid, owner.pw_gid)
        self._run("initdb", "-D", data, "-U", USER, "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync")
        options = [f"port={self.port}", "listen_addresses=127.0.0.1", f"unix_socket_directories={self._home}", *_QUICK]
        with (self._home / "log").open("wb") as log:
            self._process = subprocess.Popen(
                [self._bin / "postgres", "-D", data, *(part for one in options for part in ("-c", one))],
                stdout=log, stderr=log, cwd=self._home, start_new_session=True, **_owner(),
            )  # fmt: skip
        self._run("pg_isready", "-h", "127.0.0.1", "-p", str(self.port), "-t", str(SECONDS), patience=True)
        return self

    def __exit__(self, *_: object) -> None:
        if self._process:
            self._process.send_signal(signal.SIGQUIT)  # at once: nothing of it is kept
            self._process.wait()
        shutil.rmtree(self._home, ignore_errors=True)

    def server(self) -> Server:
        """A place on this server where nothing is yet."""
        return Server("127.0.0.1", self.port, USER, "postgres", f"project_{os.getpid()}_{next(self._schemas)}", is_plain=True)

    def ask(self, statement: str) -> str:
        """What `psql` says to a statement."""
        return self._run("psql", "-h", "127.0.0.1", "-p", str(self.port), "-U", USER, "-d", "postgres", "-tAc", statement)

    def _run(self, program: str, *words: object, patience: bool = False) -> str:
        for _ in range(SECONDS * 10 if patience else 1):
            done = subprocess.run([self._bin / program, *map(str, words)], capture_output=True, text=True, check=False, cwd=self._home, **_owner())
            if done.returncode == 0:
                return done.stdout
            subprocess.run(["sleep", "0.1"], check=True)  # noqa: S607  as above
        raise AssertionError(done.stderr + done.stdout)


def _owner() -> dict[str, object]:
    return {"user": "nobody", "group": "nogroup"} if os.geteuid() == 0 else {}
