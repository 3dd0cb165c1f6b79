"""Reads xlsx workbooks in a process of its own, which may be killed. A script: it imports nothing of opsengine.

Takes the names of files on stdin, one a line; answers each on stdout with eight bytes of length and a JSON document:
`{"sheets": [[name, rows]]}` or `{"error": kind}`. Dates are `{"at": iso}`, lengths of time `{"took": seconds}`.
"""

from __future__ import annotations

import json
import struct
import sys
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

MEMORY_BYTES = 2 << 30
"""An honest workbook of 8.8 MB takes 479 MB."""
CPU_SECONDS = 30
"""For each workbook; the honest one of 3,000,000 cells takes 6."""


def _limit_memory() -> None:
    try:
        import resource  # noqa: PLC0415  not on every system; the parent's own deadline stands everywhere
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))


def _limit_time() -> None:
    try:
        import resource  # noqa: PLC0415  as above
    except ImportError:
        return
    usage = resource.getrusage(resource.RUSAGE_SELF)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (int(usage.ru_utime + usage.ru_stime) + CPU_SECONDS, hard))


def _as_json(cell: Any) -> Any:
    if isinstance(cell, datetime | date | time):
        return {"at": cell.isoformat()}
    if isinstance(cell, timedelta):
        return {"took": cell.total_seconds()}
    raise TypeError(type(cell).__name__)


def _read(path: str) -> dict[str, Any]:
    import python_calamine  # noqa: PLC0415  after the limits are set

    try:
        with Path(path).open("rb") as file:
            workbook = python_calamine.CalamineWorkbook.from_filelike(file)
            sheets = [(name, workbook.get_sheet_by_name(name)) for name in workbook.sheet_names]
            return {"sheets": [[name, sheet.to_python(skip_empty_area=False)] for name, sheet in sheets]}
    except (python_calamine.CalamineError, OSError, ValueError, MemoryError) as error:
        return {"error": type(error).__name__}


def main() -> None:
    """Answer one file after the other until there are no more."""
    _limit_memory()
    for line in sys.stdin:
        _limit_time()
        answer = json.dumps(_read(line.rstrip("\n")), default=_as_json, ensure_ascii=False).encode()
        sys.stdout.buffer.write(struct.pack(">Q", len(answer)) + answer)
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
