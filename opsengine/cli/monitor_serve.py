"""`opsengine monitor --serve`: watches in one thread, and shows what it sees on a page until it is stopped."""

from __future__ import annotations

import dataclasses
import itertools
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from opsengine.cli.rounds import reasons, turns
from opsengine.errors import Exit

if TYPE_CHECKING:
    from opsengine.cli.frame import Session
    from opsengine.cli.rounds import Turn
    from opsengine.monitor import Site


def serve_page(
    session: Session, pause: float, address: tuple[str, int], hosts: tuple[str, ...], token_file: Path | None, base_path: str
) -> Exit:  # fmt: skip
    """Serve until SIGINT or SIGTERM; then 0. Raises UserError where it cannot or may not listen."""
    from opsengine.monitor import Place, Site, read_token, serve

    host, port = address
    place = Place(host, port, hosts, read_token(token_file) if token_file else "", base_path)
    site, stopped = Site(), threading.Event()
    bugs: list[BaseException] = []
    watching = threading.Thread(target=_watch, args=(session, pause, site, stopped, bugs), name="watch", daemon=True)

    def ready(url: str) -> None:
        session.say("{url} shows what needs a person; stop with Ctrl-C", url=url)
        watching.start()

    try:
        serve(site, place, lambda: datetime.now(UTC), ready)
    finally:
        stopped.set()
        _finish(session, watching)
    if bugs:
        raise bugs[0]
    return Exit.SUCCESS


def _finish(session: Session, watching: threading.Thread) -> None:
    """Let the round at work come to its end."""
    if not watching.is_alive():
        return
    watching.join(timeout=1)
    if watching.is_alive():
        session.say("the round at work is finished first")
        watching.join()


def _watch(session: Session, pause: float, site: Site, stopped: threading.Event, bugs: list[BaseException]) -> None:
    """Round after round, each of them shown. A bug ends the page: one that looks alive and is not would be worse."""
    from opsengine.vigil import early_sight

    versions = itertools.count(1)
    try:
        for turn in turns(session, pause, stopped, lambda desk, day: early_sight(site, desk, day, next(versions))):
            _show(session, site, turn, next(versions))
    except BaseException as bug:  # noqa: BLE001  handed to the main thread, which says it
        bugs.append(bug)
        site.close()


def _show(session: Session, site: Site, turn: Turn, number: int) -> None:
    """A round on the page; why there was none, where there was none, and the last board stays."""
    from opsengine.vigil import show

    if turn.done is not None:
        show(site, turn.desk, turn.done, number, turn.cpu_seconds)
        return
    said = reasons(session, turn)
    for reason in said:
        session.say("{reason}", reason=reason)
    if site.board is not None:
        site.update(dataclasses.replace(site.board, version=number, trouble="; ".join(said)), site.gauges)
