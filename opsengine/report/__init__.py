"""Room six: the brief, composed, put on paper, kept exactly as it was made, and sent once.

In:   the results of every room before this one, the files under `reports/`, templates
Out:  Markdown, a page and a mail for each account or team and period; what was sent to whom, and what became of it
Not:  judgement or arithmetic in templates. What is not on the `Brief` cannot be mentioned.
"""

from typing import TYPE_CHECKING

from opsengine.doors import hang

if TYPE_CHECKING:
    from opsengine.report.archive import Shown, publish, sent_bytes, show
    from opsengine.report.beating import Outside, Pulse, beat, heartbeat_place, pulse_of
    from opsengine.report.beginning import new_report, report_presets
    from opsengine.report.brief import Brief
    from opsengine.report.chat import chat_troubles
    from opsengine.report.choosing import choice_problems
    from opsengine.report.clock import BACK, Clock, check_clock
    from opsengine.report.comparing import Change, Difference, changes_between, compare
    from opsengine.report.composing import Material, compose_briefs
    from opsengine.report.correcting import Correction, Corrector, inputs_of, note_inputs, restated, since_sent
    from opsengine.report.delivery import Delivery, deliver
    from opsengine.report.due import Job, Wanted, jobs_due
    from opsengine.report.footprint import footprint
    from opsengine.report.noticing import Bulletin, Called, digest_draft
    from opsengine.report.notifying import Ending, tell_owners
    from opsengine.report.outbox import (
        Batch,
        Draft,
        Occasion,
        Planned,
        Repeat,
        Ways,
        carriers_for,
        channel_of,
        knock,
        plan,
        tally,
        ways_of,
    )
    from opsengine.report.periods import Today
    from opsengine.report.progress import Progress, silent
    from opsengine.report.reports import NamedReport, Report, read_reports
    from opsengine.report.running import (
        BriefLine,
        Late,
        ReportRun,
        Sifted,
        SortedOut,
        brief_ids,
        lines,
        lines_of_drafts,
        sift,
        sort_out,
    )
    from opsengine.report.site import Press, Site, build_site, index_run
    from opsengine.report.spool import Spool
    from opsengine.report.targets import address_of, target_problems
    from opsengine.report.team import TeamBrief
    from opsengine.report.templating import template_problems
    from opsengine.report.trying import MOST_TRIED, Tried, check_reader, try_out
    from opsengine.report.undertaken import NextGoal, NextLevel
    from opsengine.report.writing import Amend, Desktop, as_it_is, desktop, kept_desktop, write_briefs

__all__ = [
    "BACK",
    "MOST_TRIED",
    "Amend",
    "Batch",
    "Brief",
    "BriefLine",
    "Bulletin",
    "Called",
    "Change",
    "Clock",
    "Correction",
    "Corrector",
    "Delivery",
    "Desktop",
    "Difference",
    "Draft",
    "Ending",
    "Job",
    "Late",
    "Material",
    "NamedReport",
    "NextGoal",
    "NextLevel",
    "Occasion",
    "Outside",
    "Planned",
    "Press",
    "Progress",
    "Pulse",
    "Repeat",
    "Report",
    "ReportRun",
    "Shown",
    "Sifted",
    "Site",
    "SortedOut",
    "Spool",
    "TeamBrief",
    "Today",
    "Tried",
    "Wanted",
    "Ways",
    "address_of",
    "as_it_is",
    "beat",
    "brief_ids",
    "build_site",
    "carriers_for",
    "changes_between",
    "channel_of",
    "chat_troubles",
    "check_clock",
    "check_reader",
    "choice_problems",
    "compare",
    "compose_briefs",
    "deliver",
    "desktop",
    "digest_draft",
    "footprint",
    "heartbeat_place",
    "index_run",
    "inputs_of",
    "jobs_due",
    "kept_desktop",
    "knock",
    "lines",
    "lines_of_drafts",
    "new_report",
    "note_inputs",
    "plan",
    "publish",
    "pulse_of",
    "read_reports",
    "report_presets",
    "restated",
    "sent_bytes",
    "show",
    "sift",
    "silent",
    "since_sent",
    "sort_out",
    "tally",
    "target_problems",
    "tell_owners",
    "template_problems",
    "try_out",
    "ways_of",
    "write_briefs",
]

hang(__name__)
