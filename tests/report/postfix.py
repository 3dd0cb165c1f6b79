"""A real Postfix on loopback, in a folder of its own, that puts mail into a folder."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import time
from pathlib import Path
from typing import Self

POSTFIX = shutil.which("postfix", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
DOMAIN = "brand.example"
SECONDS = 20
_MAIN = """\
compatibility_level = 3.6
queue_directory = {home}/queue
data_directory = {home}/data
maillog_file = {home}/log
maillog_file_prefixes = {home}
multi_instance_enable = no
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = mail.brand.example
mydestination =
mynetworks = 127.0.0.0/8
alias_maps =
local_transport = error:nobody lives here
relay_domains =
smtpd_relay_restrictions = reject_unauth_destination
virtual_mailbox_domains = {domain}
virtual_mailbox_base = {home}/mail
virtual_mailbox_maps = static:inbox/
virtual_uid_maps = static:{uid}
virtual_gid_maps = static:{gid}
virtual_minimum_uid = 1
smtpd_tls_cert_file = {certificate}
smtpd_tls_key_file = {certificate}
smtpd_tls_security_level = encrypt
smtpd_tls_loglevel = 0
"""
_SERVICES = """\
127.0.0.1:{port} inet n - n - - smtpd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
proxymap unix - - n - - proxymap
error unix - - n - - error
retry unix - - n - - error
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
"""


def why_not() -> str:
    """Why there can be no Postfix here; empty when there can."""
    if POSTFIX is None:
        return "Postfix is not installed: apt-get install postfix"
    return "" if os.geteuid() == 0 else "only root can start a Postfix"


class Postfix:
    """A running server; `port` takes mail for brand.example, encrypted only."""

    def __init__(self, home: Path, certificate: Path) -> None:
        self.home, self.port = home, _free_port()
        owner = pwd.getpwnam("postfix")
        home.chmod(0o755)
        for name in ("etc", "queue", "data", "mail"):
            (home / name).mkdir()
        for name in ("data", "mail"):
            os.chown(home / name, owner.pw_uid, owner.pw_gid)
        own = home / "certificate.pem"
        own.write_bytes(certificate.read_bytes())
        own.chmod(0o600)
        written = {"home": home, "domain": DOMAIN, "uid": owner.pw_uid, "gid": owner.pw_gid, "certificate": own}
        (home / "etc" / "main.cf").write_text(_MAIN.format(**written), encoding="utf-8")
        (home / "etc" / "master.cf").write_text(_SERVICES.format(port=self.port), encoding="utf-8")

    def __enter__(self) -> Self:
        self._say("start")
        deadline = time.monotonic() + SECONDS
        while socket.socket().connect_ex(("127.0.0.1", self.port)) and time.monotonic() < deadline:
            time.sleep(0.05)
        return self

    def __exit__(self, *_: object) -> None:
        self._say("stop")

    def arrived(self, count: int) -> list[bytes]:
        """So many messages, as they lie in the mailbox; fewer when they do not come."""
        deadline = time.monotonic() + SECONDS
        inbox = self.home / "mail" / "inbox" / "new"
        while time.monotonic() < deadline and (not inbox.is_dir() or len(list(inbox.iterdir())) < count):
            time.sleep(0.05)
        return [file.read_bytes() for file in sorted(inbox.iterdir())] if inbox.is_dir() else []

    def log(self) -> str:
        """What the server says of itself."""
        file = self.home / "log"
        return file.read_text(encoding="utf-8", errors="replace") if file.is_file() else ""

    def _say(self, word: str) -> None:
        environment = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "MAIL_CONFIG": str(self.home / "etc")}
        subprocess.run([str(POSTFIX), "-c", str(self.home / "etc"), word], check=False, capture_output=True, env=environment)


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port
