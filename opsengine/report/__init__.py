"""Room six: the brief, composed, put on paper, kept exactly as it was made, and sent once.

In:   the results of every room before this one, the files under `reports/`, templates
Out:  Markdown, a page and a mail for each account or team and period; what was sent to whom, and what became of it
Not:  judgement or arithmetic in templates. What is not on the `Brief` cannot be mentioned.
"""

from opsengine.report.archive import Shown, publish, sent_bytes, show
from opsengine.report.beating import Outside, Pulse, beat, pulse_of
from opsengine.report.beginning import new_report, report_presets
from opsengine.report.brief import Brief
from opsengine.report.comparing import Change, Difference, changes_between, compare
from opsengine.report.composing import Material, compose_briefs
from opsengine.report.delivery import Delivery, deliver
from opsengine.report.due import Job, Wanted, jobs_due
from opsengine.report.notifying import Trouble, find_troubles, tell_owners
from opsengine.report.outbox import Batch, Draft, Occasion, Planned, Repeat, Ways, carriers_for, channel_of, knock, plan, tally
from opsengine.report.periods import Today
from opsengine.report.reports import NamedReport, Report, read_reports
from opsengine.report.running import (
    BriefLine,
    Late,
    ReportRun,
    Sifted,
    brief_ids,
    lines,
    lines_of_drafts,
    sift,
    sort_out,
)
from opsengine.report.site import Press, Site, build_site, index_run
from opsengine.report.spool import Spool
from opsengine.report.targets import target_problems
from opsengine.report.team import TeamBrief
from opsengine.report.templating import template_problems
from opsengine.report.trying import MOST_TRIED, Tried, check_reader, try_out
from opsengine.report.undertaken import NextGoal, NextLevel
from opsengine.report.writing import Desktop, Progress, silent, write_briefs

__all__ = [
    "MOST_TRIED",
    "Batch",
    "Brief",
    "BriefLine",
    "Change",
    "Delivery",
    "Desktop",
    "Difference",
    "Draft",
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
    "Spool",
    "TeamBrief",
    "Today",
    "Tried",
    "Trouble",
    "Wanted",
    "Ways",
    "beat",
    "brief_ids",
    "build_site",
    "carriers_for",
    "changes_between",
    "channel_of",
    "check_reader",
    "compare",
    "compose_briefs",
    "deliver",
    "find_troubles",
    "index_run",
    "jobs_due",
    "knock",
    "lines",
    "lines_of_drafts",
    "new_report",
    "plan",
    "publish",
    "pulse_of",
    "read_reports",
    "report_presets",
    "sent_bytes",
    "show",
    "sift",
    "silent",
    "sort_out",
    "tally",
    "target_problems",
    "tell_owners",
    "template_problems",
    "try_out",
    "write_briefs",
]
