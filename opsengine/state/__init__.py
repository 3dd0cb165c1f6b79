"""What must never be lost: a real database with transactions, in one file or on a server that several hosts share.

In:   values (entries, runs, imports, briefs, messages, alerts) and the moment they happen
Out:  the same values, and the promise that what was acknowledged is still there after a power cut
Not:  rules. Who earns what, what is sent to whom and when an alert fires is decided in the rooms above.

The ledger's door: `Ledger(state).append(entries, run_id, now)`, `.find(entry_id)`, `.statement()`, `.balance()`, `.verify()`;
an `Entry` is a grant or an adjustment; `confirmation(entry)`, `fulfilment(entry)`, `cancellation(entry)`, `expiry(entry, stands)`
and `reversal(entry, stands)` make the entries that follow it. Everything that changes runs inside `with lock(home, now):`,
with a run begun by `Runs(state).start(…)`.
"""

from opsengine.state.alerts import AlertMove, AlertRecord, Alerts
from opsengine.state.backups import Backup, back_up, backups
from opsengine.state.blobs import fetch, keep
from opsengine.state.books import books
from opsengine.state.briefs import BriefRecord, Briefs, Topic, content_sha
from opsengine.state.collecting import collector_at_rest
from opsengine.state.database import Refused, State, Where, open_state, read_state
from opsengine.state.entry import ENDING, GIVING, Entry, Kind, Status, cancellation, confirmation, expiry, fulfilment, reversal
from opsengine.state.files import make_folder, sync_folder, write_atomically, write_copy
from opsengine.state.handovers import Handover, HandoverChannel, Handovers, Outcome
from opsengine.state.imports import Imports
from opsengine.state.ledger import Balance, Ledger, LedgerConflict, Verification, Written
from opsengine.state.lock import lock
from opsengine.state.moving import copy_state, move_state
from opsengine.state.notices import Notice, Notices
from opsengine.state.outbox import Address, Channel, Message, Outbox, Stage, message_key
from opsengine.state.promises import Promised, Promises
from opsengine.state.runs import Run, Runs
from opsengine.state.server import Server, where_is_state
from opsengine.state.sqlite import storage
from opsengine.state.tasks import TaskEvent, Tasks
from opsengine.state.times import canonical, instant

__all__ = [
    "ENDING",
    "GIVING",
    "Address",
    "AlertMove",
    "AlertRecord",
    "Alerts",
    "Backup",
    "Balance",
    "BriefRecord",
    "Briefs",
    "Channel",
    "Entry",
    "Handover",
    "HandoverChannel",
    "Handovers",
    "Imports",
    "Kind",
    "Ledger",
    "LedgerConflict",
    "Message",
    "Notice",
    "Notices",
    "Outbox",
    "Outcome",
    "Promised",
    "Promises",
    "Refused",
    "Run",
    "Runs",
    "Server",
    "Stage",
    "State",
    "Status",
    "TaskEvent",
    "Tasks",
    "Topic",
    "Verification",
    "Where",
    "Written",
    "back_up",
    "backups",
    "books",
    "cancellation",
    "canonical",
    "collector_at_rest",
    "confirmation",
    "content_sha",
    "copy_state",
    "expiry",
    "fetch",
    "fulfilment",
    "instant",
    "keep",
    "lock",
    "make_folder",
    "message_key",
    "move_state",
    "open_state",
    "read_state",
    "reversal",
    "storage",
    "sync_folder",
    "where_is_state",
    "write_atomically",
    "write_copy",
]
