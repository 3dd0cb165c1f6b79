"""What the page shows, shared between the round that makes it and the readers who look at it. Knows nothing of the web."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from opsengine.monitor.board import Board
    from opsengine.strategy import Locale

Detail = Callable[[str, "Locale"], "dict[str, Any] | None"]
"""One account as plain values, None when there is none of that id."""
Gauges = Callable[[], "dict[str, float]"]
"""Numbers about the house for Prometheus, by name with labels."""


class Site:
    """The newest board and who waits for the next; safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._reading = threading.Lock()
        self._board: Board | None = None
        self._detail: Detail = lambda _account, _locale: None
        self._waiting: set[Callable[[], object]] = set()
        self._gauges: dict[str, float] = {}
        self.is_closed = False

    @property
    def board(self) -> Board | None:
        """What is shown now; None before the first round."""
        return self._board

    @property
    def readers(self) -> int:
        """How many pages are open."""
        return len(self._waiting)

    @property
    def gauges(self) -> dict[str, float]:
        """Numbers about the last round."""
        return dict(self._gauges)

    def show(self, board: Board, detail: Detail, gauges: dict[str, float]) -> None:
        """Show this from now on, and wake everybody."""
        with self._reading:
            self._board, self._detail, self._gauges = board, detail, gauges
        self._wake()

    def update(self, board: Board, gauges: dict[str, float]) -> None:
        """Show another board over the same day's details."""
        with self._reading:
            self._board, self._gauges = board, gauges
        self._wake()

    def account(self, account: str, locale: Locale) -> dict[str, Any] | None:
        """One account; one reader at a time asks the engine."""
        with self._reading:
            return self._detail(account, locale)

    def wait(self, wake: Callable[[], object]) -> Callable[[], None]:
        """Call `wake` whenever there is something new or the site closes; the answer ends that."""
        with self._lock:
            self._waiting.add(wake)

        def leave() -> None:
            with self._lock:
                self._waiting.discard(wake)

        return leave

    def close(self) -> None:
        """Let every reader go."""
        self.is_closed = True
        self._wake()

    def _wake(self) -> None:
        with self._lock:
            waiting = list(self._waiting)
        for wake in waiting:
            wake()
