"""A real MariaDB on loopback, in a folder of its own, with nothing of this machine's own set-up."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Self

SERVER = shutil.which("mariadbd", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
INSTALL = shutil.which("mariadb-install-db")
CLIENT = shutil.which("mariadb")
SECONDS = 60
USER, PASSWORD = "reader", "a word/with@signs"


class Mariadb:
    """A server that runs while the context is open, with an empty database `shop`."""

    def __init__(self) -> None:
        self._home = Path(tempfile.mkdtemp(prefix="opsengine-mariadb-"))
        self._process: subprocess.Popen[bytes] | None = None
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]

    def __enter__(self) -> Self:
        assert SERVER
        assert INSTALL
        owner = "nobody" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name
        if os.geteuid() == 0:
            os.chown(self._home, pwd.getpwnam(owner).pw_uid, -1)
        common = ["--no-defaults", f"--datadir={self._home / 'data'}", f"--user={owner}"]
        made = subprocess.run([INSTALL, *common, "--auth-root-authentication-method=normal", "--skip-test-db"], capture_output=True, text=True, check=False)
        assert made.returncode == 0, made.stderr
        words = [f"--port={self.port}", "--bind-address=127.0.0.1", f"--socket={self._home / 'socket'}", "--innodb-flush-log-at-trx-commit=0"]
        with (self._home / "log").open("wb") as log:
            self._process = subprocess.Popen([SERVER, *common, *words], stdout=log, stderr=log, start_new_session=True)
        for _ in range(SECONDS * 10):
            if self._try("SELECT 1").returncode == 0:
                break
            time.sleep(0.1)
        self.ask(f"CREATE DATABASE shop; CREATE USER '{USER}'@'127.0.0.1' IDENTIFIED BY '{PASSWORD}'; GRANT SELECT ON shop.* TO '{USER}'@'127.0.0.1'")
        return self

    def __exit__(self, *_: object) -> None:
        if self._process:
            self._process.kill()
            self._process.wait()
        shutil.rmtree(self._home, ignore_errors=True)

    def ask(self, statement: str) -> str:
        """What the client says to a statement, as root."""
        done = self._try(statement)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def _try(self, statement: str) -> subprocess.CompletedProcess[str]:
        assert CLIENT
        words = [CLIENT, "--no-defaults", "-uroot", f"--socket={self._home / 'socket'}", "-N", "-e", statement]
        return subprocess.run(words, capture_output=True, text=True, check=False)
