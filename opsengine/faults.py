"""Points where a test may pull the plug.

Adapters call `point("fs.rename")` just before and after they touch the world. In production that is one comparison;
with `OPSENGINE_FAULT` set it counts, traces, kills the process or fails the call, the same way every time:

    kill@37                 SIGKILL at the 37th point
    kill@outbox.in_data#2   SIGKILL at the second point of that name
    enospc@fs.write#3       OSError "no space left" there;  eio@… likewise
    trace:/path/to/file     append every point's name to a file
"""

from __future__ import annotations

import errno
import os
import signal
from collections import Counter
from pathlib import Path

_ERRNOS = {"enospc": errno.ENOSPC, "eio": errno.EIO}


class _Plan:
    """What shall go wrong, and when."""

    def __init__(self, text: str) -> None:
        self._act, _, rest = text.partition("@")
        self._trace: Path | None = None
        if text.startswith("trace:"):
            self._act, self._trace = "trace", Path(text.removeprefix("trace:"))
        self._name, _, nth = rest.partition("#")
        if self._name.isdigit():
            self._name, nth = "", self._name
        self._nth = int(nth or 1)
        self._seen: Counter[str] = Counter()

    def hit(self, name: str) -> None:
        self._seen[""] += 1
        self._seen[name] += 1
        if self._trace is not None:
            with self._trace.open("a", encoding="utf-8") as trace:
                trace.write(name + "\n")
        elif self._name in ("", name) and self._seen[self._name] == self._nth:
            if self._act == "kill":
                os.kill(os.getpid(), signal.SIGKILL)
            code = _ERRNOS[self._act]
            raise OSError(code, os.strerror(code), name)


_plan: _Plan | None = None


def arm(text: str) -> None:
    """Read a plan; an empty text disarms. Raises ValueError or KeyError on a plan that makes no sense."""
    global _plan  # noqa: PLW0603  one process, one plan
    _plan = _Plan(text) if text else None


def point(name: str) -> None:
    """Say that the world is about to be touched, or has just been."""
    if _plan is not None:
        _plan.hit(name)
