"""How fast messages are delivered to a mail server that takes 60 ms for each, as a relay does.

    python benchmarks/delivery_speed.py [MESSAGES] [CONNECTIONS]

The server runs in a process of its own and sleeps 60 ms after the dot; every message has 160 KB, and every step is committed to the
disk. Bar: 25 messages a second over 4 connections; CPU time of this process beside it.
"""

from __future__ import annotations

import multiprocessing
import socketserver
import sys
import tempfile
import time
from datetime import UTC, date, datetime
from pathlib import Path

from opsengine.report.delivery import deliver
from opsengine.report.message import Letter
from opsengine.report.outbox import Batch, Draft, Occasion, Ways, carriers_for, plan
from opsengine.settings import Mail
from opsengine.state import Address, Channel, Runs, Topic, open_state

NOW = datetime(2026, 6, 22, 8, tzinfo=UTC)
TAKES = 0.06
LETTER = Letter("周报", "712\n" * 500, "<p>" + "经营值 711.4，较上期 +4.8。" * 2200 + "</p>")


class _Session(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        """Say yes to everything; take a while after the dot."""
        self.wfile.write(b"220 ready\r\n")
        while line := self.rfile.readline():
            if line[:4].lower() != b"data":
                self.wfile.write(b"250 ok\r\n")
                continue
            self.wfile.write(b"354 go on\r\n")
            while self.rfile.readline() not in (b".\r\n", b""):
                pass
            time.sleep(TAKES)
            self.wfile.write(b"250 accepted\r\n")


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = daemon_threads = True


def main(messages: int = 400, connections: int = 4) -> None:
    """Plan, deliver, print."""
    with _Server(("127.0.0.1", 0), _Session) as server, tempfile.TemporaryDirectory() as name:
        serving = multiprocessing.get_context("fork").Process(target=server.serve_forever, daemon=True)
        serving.start()
        folder, mail = Path(name), Mail(host="127.0.0.1", port=server.server_address[1], security="none", connections=connections)
        with open_state(folder / "state.db") as state:
            run_id = Runs(state).start("report", date(2026, 6, 21), {}, NOW)
            address = (Address(Channel.MAIL, "li@brand.example"),)
            topics = [Topic("weekly", "2026-W25", f"shop-{number:05}") for number in range(messages)]
            drafts = [Draft(topic, {"brief.md": b"712"}, LETTER, address) for topic in topics]
            plan(state, Batch(drafts), mail, Occasion(run_id, NOW))
            begun, used = time.monotonic(), time.process_time()
            delivery = deliver(state, carriers_for(Ways(mail, folder, folder / "outbox", {})), NOW)
            took, cpu = time.monotonic() - begun, time.process_time() - used
        serving.kill()
    sent = len(delivery.touched)
    print(f"{sent} messages in {took:.1f} s over {connections} connections: {sent / took:.1f} a second")
    print(f"{1000 * cpu / sent:.1f} ms CPU each on our side")


if __name__ == "__main__":
    main(*(int(word) for word in sys.argv[1:]))
