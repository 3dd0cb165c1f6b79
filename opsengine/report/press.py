"""The press: briefs become paper in processes of their own, which may not run for ever and may not eat the machine.

A project's own templates are somebody's program. Each brief has so many seconds of processor time; a template that needs
more is told by its file and line. Where even that does not stop it the process is killed, and memory is limited likewise.
With only our own templates and few briefs no process is started: they are rendered here.
"""

from __future__ import annotations

import multiprocessing
import resource
import signal
import traceback
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from opsengine.errors import EngineError, OpsError, UserError
from opsengine.report.outbox import draft
from opsengine.report.rendering import render
from opsengine.report.spool import packed
from opsengine.report.templating import TemplateIsEndless, place_of_template

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from types import FrameType

    from opsengine.report.brief import Brief
    from opsengine.report.content import Theme
    from opsengine.report.team import TeamBrief
    from opsengine.state import Address, Topic

SECONDS = 10
"""Processor time for one brief; ours take a tenth of one."""
PATIENCE = 120
"""Seconds on the clock until a process that does not answer is killed; a busy machine may be slow."""
MEMORY = 1024 * 1024 * 1024
"""Bytes of address space that a process may take beyond what it began with; it needs about a tenth."""
WORTH_A_PROCESS = 24
"""Fewer briefs are rendered before a process has started."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One brief to be put on paper, and all it takes."""

    topic: Topic
    brief: Brief | TeamBrief
    locale: str
    addresses: tuple[Address, ...]
    link: str = ""
    """Where its page is found; empty without a site."""


@dataclass(frozen=True, slots=True)
class Setting:
    """How a run is printed."""

    theme: Theme
    templates: Path | None = None
    """The project's own templates."""
    workers: int = 2
    """Processes side by side at the most."""
    seconds: int = SECONDS
    """Processor time for one brief."""


def printed(sheets: Iterable[Sheet], setting: Setting, count: int) -> Iterator[bytes]:
    """Each brief as a packed draft, in the order in which they came; `count` says how many will come.

    Raises UserError on a template that does not work, takes too long or too much memory, DataError on what cannot be printed.
    """
    if setting.templates is None and count < WORTH_A_PROCESS:
        yield from (_print(sheet, setting) for sheet in sheets)
        return
    with _Press(setting, min(setting.workers, count)) as press:
        yield from press.print(sheets)


def _print(sheet: Sheet, setting: Setting) -> bytes:
    paper = render(sheet.brief, locale=sheet.locale, theme=setting.theme, templates=setting.templates, link=sheet.link)
    return packed(draft(sheet.topic, paper, sheet.brief.as_json(), sheet.locale, sheet.addresses))


class _Press:
    """A few processes, each with one brief in hand."""

    def __init__(self, setting: Setting, workers: int) -> None:
        self._setting = setting
        self._hands = [_Hand(setting) for _ in range(max(workers, 1))]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for hand in self._hands:
            hand.dismiss()

    def print(self, sheets: Iterable[Sheet]) -> Iterator[bytes]:
        """Round and round: every process gets a sheet, and the oldest one is waited for."""
        waiting: deque[_Hand] = deque()
        for number, sheet in enumerate(sheets):
            if len(waiting) == len(self._hands):
                yield waiting.popleft().take()
            hand = self._hands[number % len(self._hands)]
            hand.give(sheet)
            waiting.append(hand)
        while waiting:
            yield waiting.popleft().take()


class _Hand:
    """One process, and the sheet it holds; it listens only with empty hands, so that neither side waits for the other."""

    def __init__(self, setting: Setting) -> None:
        spawning = multiprocessing.get_context("spawn")
        self._ours, theirs = spawning.Pipe()
        self._process = spawning.Process(target=_work, args=(theirs, setting), daemon=True)
        self._process.start()
        theirs.close()
        self._held = ""

    def give(self, sheet: Sheet) -> None:
        """One more sheet to print."""
        self._held = str(sheet.topic)
        try:
            self._ours.send(sheet)
        except (BrokenPipeError, ConnectionResetError):
            raise self._is_gone() from None

    def take(self) -> bytes:
        """The next finished sheet. Raises what the process said, or UserError when it says nothing any more."""
        try:
            if not self._ours.poll(PATIENCE):
                self._process.kill()
                raise UserError(
                    "the templates did not finish {brief} within {seconds} seconds",
                    hint="look for a loop that never ends; nothing was sent",
                    brief=self._held,
                    seconds=PATIENCE,
                )
            answer = self._ours.recv()
        except (EOFError, ConnectionResetError):
            raise self._is_gone() from None
        if isinstance(answer, bytes):
            return answer
        raise answer

    def dismiss(self) -> None:
        """End the process, whatever it is at."""
        self._ours.close()
        if self._process.is_alive():
            self._process.terminate()
        self._process.join(5)
        if self._process.is_alive():
            self._process.kill()

    def _is_gone(self) -> UserError:
        return UserError(
            "the process that printed {brief} died",
            hint="a template may need too much memory; try without the project's own templates. Nothing was sent",
            brief=self._held,
        )


def _work(sheets: Connection, setting: Setting) -> None:
    """The life of a process: print until nothing more comes."""
    _restrain()
    while True:
        try:
            sheet = sheets.recv()
        except (EOFError, OSError):
            return
        sheets.send(_answer(sheet, setting))


def _answer(sheet: Sheet, setting: Setting) -> bytes | OpsError:
    """The packed draft, or what is wrong, as something that can be sent to another process."""
    signal.setitimer(signal.ITIMER_PROF, setting.seconds)
    try:
        return _print(sheet, setting)
    except OpsError as error:
        return error.with_traceback(None)
    except TemplateIsEndless as error:
        place = place_of_template(error)
        return UserError(
            "this template takes more than {seconds} seconds of processor time", where=place,
            hint="look for a loop that never ends; nothing was sent", seconds=setting.seconds,
        )  # fmt: skip
    except MemoryError as error:
        place = place_of_template(error)
        return UserError("this template takes too much memory", where=place, hint="look for a text that grows; nothing was sent")
    except Exception:  # noqa: BLE001  whatever it is must reach the process that started us
        return EngineError("{trouble}", hint="this is a bug of ours", trouble=traceback.format_exc())
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


def _restrain() -> None:
    """Limits for this process. Templates cannot open files or sockets, so only time and memory need any."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGPROF, _stop)
    started = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (started + MEMORY, started + MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _stop(number: int, frame: FrameType | None) -> Any:
    del number, frame
    raise TemplateIsEndless
