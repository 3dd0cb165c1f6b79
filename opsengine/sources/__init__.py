"""Exports and tables into canonical facts, before the first room.

In:   files as operators download them (CSV, xlsx, Parquet), the register `accounts.csv`, presets that say what columns mean
Out:  `raw.entries` and `raw.series` (both as one long table: `raw.facts`), `raw.spans`, `raw.works`, `raw.fan_events`,
      `raw.presets`, `raw.accounts`, and an ImportReport
Not:  guesses. What cannot be read for certain is listed with a reason; which of two sources is believed is decided by models.
"""

from typing import TYPE_CHECKING

from opsengine.doors import hang

if TYPE_CHECKING:
    from opsengine.sources.catalogue import ImportLog, ImportRecord
    from opsengine.sources.collecting import Found, find_files
    from opsengine.sources.drafting import Draft, draft_preset
    from opsengine.sources.explaining import FileReading, SheetReading, explain_files
    from opsengine.sources.feed import Feed, read_feeds
    from opsengine.sources.group import Group
    from opsengine.sources.importing import ImportReport, import_paths
    from opsengine.sources.mounting import live_imports, mount_facts
    from opsengine.sources.names import Names, read_aliases
    from opsengine.sources.noticing import fresh_files
    from opsengine.sources.preset import Preset, Presets, measures_of, read_presets
    from opsengine.sources.pulling import pull_feeds
    from opsengine.sources.recognising import Drift
    from opsengine.sources.register import Account, read_accounts
    from opsengine.sources.rejection import Rejection
    from opsengine.sources.remembering import Said, recall

__all__ = [
    "Account",
    "Draft",
    "Drift",
    "Feed",
    "FileReading",
    "Found",
    "Group",
    "ImportLog",
    "ImportRecord",
    "ImportReport",
    "Names",
    "Preset",
    "Presets",
    "Rejection",
    "Said",
    "SheetReading",
    "draft_preset",
    "explain_files",
    "find_files",
    "fresh_files",
    "import_paths",
    "live_imports",
    "measures_of",
    "mount_facts",
    "pull_feeds",
    "read_accounts",
    "read_aliases",
    "read_feeds",
    "read_presets",
    "recall",
]

hang(__name__)
