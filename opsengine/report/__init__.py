"""Room six: the brief, composed, put on paper, kept exactly as it was made, and sent once.

In:   the results of every room before this one, the files under `reports/`, templates
Out:  Markdown, a page and a mail for each account or team and period; what was sent to whom, and what became of it
Not:  judgement or arithmetic in templates. What is not on the `Brief` cannot be mentioned.
"""

from opsengine.report.archive import Shown, publish, sent_bytes, show
from opsengine.report.beginning import new_report, report_presets
from opsengine.report.brief import Brief
from opsengine.report.composing import Material, compose_briefs
from opsengine.report.delivery import Delivery, deliver
from opsengine.report.due import Job, Wanted, jobs_due
from opsengine.report.outbox import Batch, Draft, Occasion, Planned, Repeat, carriers_for, channel_of, knock, plan, tally
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
from opsengine.report.site import Press, Site, build_site, write_run_index
from opsengine.report.spool import Spool
from opsengine.report.team import TeamBrief
from opsengine.report.templating import template_problems
from opsengine.report.undertaken import NextGoal, NextLevel
from opsengine.report.writing import Desktop, Progress, silent, write_briefs

__all__ = [
    "Batch",
    "Brief",
    "BriefLine",
    "Delivery",
    "Desktop",
    "Draft",
    "Job",
    "Late",
    "Material",
    "NamedReport",
    "NextGoal",
    "NextLevel",
    "Occasion",
    "Planned",
    "Press",
    "Progress",
    "Repeat",
    "Report",
    "ReportRun",
    "Shown",
    "Sifted",
    "Site",
    "Spool",
    "TeamBrief",
    "Today",
    "Wanted",
    "brief_ids",
    "build_site",
    "carriers_for",
    "channel_of",
    "compose_briefs",
    "deliver",
    "jobs_due",
    "knock",
    "lines",
    "lines_of_drafts",
    "new_report",
    "plan",
    "publish",
    "read_reports",
    "report_presets",
    "sent_bytes",
    "show",
    "sift",
    "silent",
    "sort_out",
    "tally",
    "template_problems",
    "write_briefs",
    "write_run_index",
]
