"""Room two: metrics and scores against what was promised.

In:   the YAML files under `goals/`, and the tables `metrics.account_day` and `scores.account_score`
Out:  a `GoalResult` for every measure of every goal: how far, how fast, where it will land; and the primary ones day by day
Not:  excuses. What to do about a goal that falls behind is the next room's business.

The door: `check_goals(engine, project, as_of, known)`; `read_goals(project, known)` for the files alone; `new_goal` writes one.
"""

from typing import TYPE_CHECKING

from opsengine.doors import hang

if TYPE_CHECKING:
    from opsengine.goals.ahead import Ahead, look_ahead
    from opsengine.goals.backtesting import Accuracy, Backtest, Trial, backtest
    from opsengine.goals.campaigns import CampaignFile, read_declared
    from opsengine.goals.cascading import check_cascade
    from opsengine.goals.checking import PaceDay, check_goals, measure_goals, pace_of
    from opsengine.goals.checkins import CheckIn, check_in_of
    from opsengine.goals.composite import Achievement, composite_of
    from opsengine.goals.cycle import (
        Cycle,
        CycleKind,
        cycle_containing,
        day_at,
        day_begins,
        next_cycle,
        parse_cycle,
        previous_cycle,
    )
    from opsengine.goals.forecasting import Forecast, Landing
    from opsengine.goals.goal import SCORES, Goal, GoalFile, Known, KnownMetric, Measure, Role
    from opsengine.goals.history import Change, History, read_history
    from opsengine.goals.notes import Note, NotesFile, add_note, read_notes
    from opsengine.goals.pacing import Status
    from opsengine.goals.presets import Campaign, CampaignsFile, GoalPreset, preset_names, read_campaigns, read_preset
    from opsengine.goals.proposing import Proposal, propose
    from opsengine.goals.reading import read_goals
    from opsengine.goals.remark import Remark
    from opsengine.goals.repository import Touch, arrivals, changed_since, head_of, texts
    from opsengine.goals.result import ExpectedDay, Found, GoalResult, told_as_json
    from opsengine.goals.terms import Subject
    from opsengine.goals.together import Together
    from opsengine.goals.workdays import is_workday
    from opsengine.goals.writing import Draft, draft_goal, new_goal

__all__ = [
    "SCORES",
    "Accuracy",
    "Achievement",
    "Ahead",
    "Backtest",
    "Campaign",
    "CampaignFile",
    "CampaignsFile",
    "Change",
    "CheckIn",
    "Cycle",
    "CycleKind",
    "Draft",
    "ExpectedDay",
    "Forecast",
    "Found",
    "Goal",
    "GoalFile",
    "GoalPreset",
    "GoalResult",
    "History",
    "Known",
    "KnownMetric",
    "Landing",
    "Measure",
    "Note",
    "NotesFile",
    "PaceDay",
    "Proposal",
    "Remark",
    "Role",
    "Status",
    "Subject",
    "Together",
    "Touch",
    "Trial",
    "add_note",
    "arrivals",
    "backtest",
    "changed_since",
    "check_cascade",
    "check_goals",
    "check_in_of",
    "composite_of",
    "cycle_containing",
    "day_at",
    "day_begins",
    "draft_goal",
    "head_of",
    "is_workday",
    "look_ahead",
    "measure_goals",
    "new_goal",
    "next_cycle",
    "pace_of",
    "parse_cycle",
    "preset_names",
    "previous_cycle",
    "propose",
    "read_campaigns",
    "read_declared",
    "read_goals",
    "read_history",
    "read_notes",
    "read_preset",
    "texts",
    "told_as_json",
]

hang(__name__)
