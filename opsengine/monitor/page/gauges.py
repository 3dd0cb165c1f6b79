"""Numbers about the watch, as Prometheus reads them."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from opsengine.monitor.site import Site

_HELP = {
    "opsengine_accounts": "Accounts on the board.",
    "opsengine_alerts": "Open alerts by state and severity.",
    "opsengine_accounts_behind": "Accounts whose newest data is more than a day behind.",
    "opsengine_board_age_seconds": "Seconds since the board was made.",
    "opsengine_readers": "Pages that are open.",
    "opsengine_trouble": "1 when the day could not be looked at.",
    "opsengine_round_seconds": "CPU seconds of the last round.",
    "opsengine_notices_waiting": "Notices that wait for the end of quiet hours.",
}


def as_prometheus(site: Site, now: datetime) -> str:
    """The numbers in the text format, version 0.0.4."""
    board = site.board
    lines: dict[str, list[tuple[str, float]]] = {"opsengine_readers": [("", site.readers)]}
    if board is not None:
        alerts = Counter((alert["state"], alert["severity"]) for alert in board.alerts)
        lines |= {
            "opsengine_accounts": [("", len(board.rows))],
            "opsengine_accounts_behind": [("", sum((row["days_behind"] or 0) > 1 for row in board.rows))],
            "opsengine_board_age_seconds": [("", round((now - board.made_at).total_seconds(), 3))],
            "opsengine_trouble": [("", int(bool(board.trouble)))],
            "opsengine_alerts": [
                (f'{{state="{state}",severity="{one}"}}', count) for (state, one), count in sorted(alerts.items())
            ],
        }
    lines |= {name: [("", value)] for name, value in site.gauges.items()}
    return "".join(
        f"# HELP {name} {_HELP.get(name, name)}\n# TYPE {name} gauge\n"
        + "".join(f"{name}{labels} {value:g}\n" for labels, value in values)
        for name, values in lines.items()
    )
