"""Room two: metrics and scores against what was promised.

In:   the YAML files under `goals/`, and the tables `metrics.account_day` and `scores.account_score`
Out:  a `GoalResult` for every measure of every goal: how far, how fast, where it will land; and the primary ones day by day
Not:  excuses. What to do about a goal that falls behind is the next room's business.

The door: `check_goals(engine, project, as_of, known)`; `read_goals(project, known)` for the files alone; `new_goal` writes one.
"""

from opsengine.goals.checking import Found, GoalResult, PaceDay, Remark, check_goals, measure_goals, pace_of
from opsengine.goals.cycle import Cycle, CycleKind, cycle_containing, day_at, next_cycle, parse_cycle, previous_cycle
from opsengine.goals.forecasting import Forecast, Landing
from opsengine.goals.goal import SCORES, Goal, GoalFile, Known, KnownMetric, Measure, Role, Subject
from opsengine.goals.pacing import Status
from opsengine.goals.presets import CampaignsFile, GoalPreset, preset_names, read_campaigns, read_preset
from opsengine.goals.reading import read_goals
from opsengine.goals.writing import Draft, draft_goal, new_goal

__all__ = [
    "SCORES",
    "CampaignsFile",
    "Cycle",
    "CycleKind",
    "Draft",
    "Forecast",
    "Found",
    "Goal",
    "GoalFile",
    "GoalPreset",
    "GoalResult",
    "Known",
    "KnownMetric",
    "Landing",
    "Measure",
    "PaceDay",
    "Remark",
    "Role",
    "Status",
    "Subject",
    "check_goals",
    "cycle_containing",
    "day_at",
    "draft_goal",
    "measure_goals",
    "new_goal",
    "next_cycle",
    "pace_of",
    "parse_cycle",
    "preset_names",
    "previous_cycle",
    "read_campaigns",
    "read_goals",
    "read_preset",
]
