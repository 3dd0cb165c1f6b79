"""`opsengine monitor --serve`: watches in one thread, and shows what it sees on a page until it is stopped."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from opsengine.cli.rounds import turns
from opsengine.errors import Exit

if TYPE_CHECKING:
    from opsengine.cli.frame import Session
    from opsengine.monitor import Site


def serve_page(
    session: Session, pause: float, address: tuple[str, int], hosts: tuple[str, ...], token_file: Path | None, base_path: str
) -> Exit:  # fmt: skip
    """Serve until SIGINT or SIGTERM; then 0. Raises UserError where it cannot or may not listen."""
    from opsengine.monitor import Place, Site, read_token, serve

    host, port = address
    place = Place(host, port, hosts, read_token(token_file) if token_file else "", base_path)
    site, stopped = Site(), threading.Event()
    watching = threading.Thread(target=_watch, args=(session, pause, site, stopped), name="watch", daemon=True)

    def ready(url: str) -> None:
        session.say("{url} shows what needs a person; stop with Ctrl-C", url=url)
        watching.start()

    try:
        serve(site, place, lambda: datetime.now(UTC), ready)
    finally:
        stopped.set()
        if watching.is_alive():
            watching.join(timeout=10)
    return Exit.SUCCESS


def _watch(session: Session, pause: float, site: Site, stopped: threading.Event) -> None:
    """Round after round, each of them shown. Files that cannot be understood are said, and the last board stays."""
    from opsengine.vigil import show

    for number, turn in enumerate(turns(session, pause, stopped), start=1):
        if turn.done is None:
            for problem in turn.refused.problems if turn.refused else ():
                session.say("{problem}", problem=f"{problem.place.file}: {session.words.problem(problem)}")
        else:
            show(site, turn.desk, turn.done, number, turn.cpu_seconds)
