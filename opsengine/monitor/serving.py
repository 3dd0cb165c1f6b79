"""Serving the live page until somebody stops it; streams that are open then are let go first."""

from __future__ import annotations

import socket
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from opsengine.errors import UserError

if TYPE_CHECKING:
    from types import FrameType

    from opsengine.monitor.site import Site

LOOPBACK = ("127.0.0.1", "::1", "localhost")
LEAST_TOKEN = 16
"""Characters of a token; fewer can be guessed."""
GRACE = 2
"""Seconds that answers under way are given when the page stops."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where the page is served, and to whom."""

    host: str = "127.0.0.1"
    port: int = 8787
    """0 for any that is free."""
    names: tuple[str, ...] = ()
    """Further names by which it may be called."""
    token: str = ""
    """What a reader must know; needed when others can reach us."""
    base_path: str = "/"
    """What a proxy puts before our paths."""


def read_token(file: Path) -> str:
    """The token in a file that only its owner can read. Raises UserError."""
    if file.stat().st_mode & 0o077:
        raise UserError("others can read {file}", hint="chmod 600 the file", file=str(file))
    token = file.read_text(encoding="utf-8").strip()
    if len(token) < LEAST_TOKEN or not token.isascii() or not token.isalnum():
        hint = "write {least} or more letters and digits into it, such as the output of `openssl rand -hex 24`"
        raise UserError("{file} holds no token", hint=hint, file=str(file), least=LEAST_TOKEN)
    return token


def serve(site: Site, place: Place, clock: Callable[[], datetime], ready: Callable[[str], None]) -> None:
    """Serve until SIGINT or SIGTERM; `ready` hears the address. Raises UserError where it cannot listen or may not."""
    if place.host not in LOOPBACK and not place.token:
        raise UserError(
            "{host} can be reached by others: a token is needed", hint="add --token-file FILE, or serve 127.0.0.1", host=place.host
        )
    uvicorn = _web()
    from opsengine.monitor.page.app import make_app  # noqa: PLC0415  only who serves loads the web server
    from opsengine.monitor.page.guard import LOOPBACK as OUR_NAMES  # noqa: PLC0415  as above
    from opsengine.monitor.page.guard import Gate, Guarded  # noqa: PLC0415  as above

    names = tuple(name.lower() for name in (*OUR_NAMES, *place.names))
    gate = Gate(names, place.token, _with_slashes(place.base_path))
    app = Guarded(make_app(site, clock), gate)
    config = uvicorn.Config(
        app, log_level="critical", access_log=False, server_header=False, date_header=False, timeout_graceful_shutdown=GRACE,
        lifespan="off", proxy_headers=False, ws="none", h11_max_incomplete_event_size=16_384,
    )  # fmt: skip

    class Server(uvicorn.Server):  # type: ignore[misc, name-defined]  # loaded only here
        """Lets streams go as soon as it is asked to stop, for it would wait for them; asked again it waits for nobody."""

        def handle_exit(self, sig: int, frame: FrameType | None) -> None:
            del sig, frame
            self.force_exit = site.is_closed
            self.should_exit = True
            site.close()

        async def on_tick(self, counter: int) -> bool:
            """Whether to stop: also when the watch behind the page has ended."""
            ended: bool = await super().on_tick(counter)
            return ended or site.is_closed

    with closing(_listening(place)) as listener:
        ready(f"http://{_shown(place.host)}:{listener.getsockname()[1]}{gate.base_path}")
        Server(config).run(sockets=[listener])
    site.close()


def _web() -> Any:
    try:
        import uvicorn  # noqa: PLC0415  an extra that only this needs
    except ImportError:
        raise UserError("the live page needs a web server", hint="install opsengine[web]") from None
    return uvicorn


def _listening(place: Place) -> socket.socket:
    family = socket.AF_INET6 if ":" in place.host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1" if place.host == "localhost" else place.host, place.port))
        listener.listen(128)  # so that whoever hears the address can come at once
    except OSError as error:
        listener.close()
        hint = "choose another --port, or 0 for any"
        raise UserError("cannot listen on {host}:{port}", hint=hint, host=place.host, port=place.port) from error
    return listener


def _with_slashes(path: str) -> str:
    return f"/{path.strip('/')}/" if path.strip("/") else "/"


def _shown(host: str) -> str:
    return f"[{host}]" if ":" in host else host
