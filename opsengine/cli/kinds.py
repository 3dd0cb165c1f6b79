"""The kinds of files that a person writes: where they stand and which schema reads them."""

from __future__ import annotations

import importlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pydantic import BaseModel


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of file. Its schema is loaded when it is asked for."""

    name: str
    place: str
    """The file, or the folder of such files, within a project."""
    sentence: str
    room: str
    schema_name: str

    @property
    def schema(self) -> type[BaseModel]:
        """The class that reads such a file."""
        found: type[BaseModel] = getattr(importlib.import_module(f"opsengine.{self.room}"), self.schema_name)
        return found

    def json_schema(self) -> dict[str, Any]:
        """The JSON Schema for editors."""
        schema = self.schema.model_json_schema(by_alias=True, mode="validation")
        return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": f"opsengine {self.name}"} | {
            key: value for key, value in schema.items() if key != "title"
        }


_ALL = (
    Kind("project", "opsengine.yaml", "The settings of a project.", "settings", "Settings"),
    Kind("goal", "goals/", "What an account, a team or a brand promises over a cycle.", "goals", "GoalFile"),
    Kind("notes", "goals/notes/", "Check-ins: what was said of a goal, and when.", "goals", "NotesFile"),
    Kind("campaign", "campaigns/", "Days out of the ordinary: not learnt as such, nor foreseen.", "goals", "CampaignFile"),
    Kind("campaigns", "goals/presets/campaigns.yaml", "Campaigns and their dates.", "goals", "CampaignsFile"),
    Kind("goal-preset", "goals/presets/", "A pattern for new goals.", "goals", "GoalPreset"),
    Kind("scorecard", "scorecards/", "What a composite score is made of.", "see", "Scorecard"),
    Kind("play", "playbook/", "A move, when it fits, and what it may be expected to do.", "strategy", "PlayFile"),
    Kind("comparison", "anywhere", "Campaigns, by profit today and by the audience they leave.", "strategy", "ComparisonFile"),
    Kind("ranking", "ranking.yaml", "What decides the order of plays, beside the numbers.", "strategy", "RankingFile"),
    Kind("ramp", "ramp.yaml", "When a paid test is scaled, held or pulled back.", "strategy", "RampFile"),
    Kind("reward", "rewards/", "What a reached goal or a done task earns.", "rewards", "RuleFile"),
    Kind("benefit", "rewards/benefits/", "A benefit that rules can name, and how it is handed over.", "rewards", "BenefitFile"),
    Kind("alert", "alerts/", "What needs a person, and how urgently.", "monitor", "AlertFile"),
    Kind("monitor", "monitor.yaml", "How surprise is measured, and who is told what when.", "monitor", "MonitorFile"),
    Kind("report", "reports/", "Which brief goes to whom, and when.", "report", "Report"),
    Kind("preset", "sources/", "How an export file is read.", "sources", "Preset"),
    Kind("feed", "feeds/", "A table or a folder of Parquet from which new rows are pulled.", "sources", "Feed"),
    Kind("metrics", "metrics/", "Metrics of your own.", "see", "MetricsFile"),
    Kind("stages", "stages.yaml", "From where an account is beginning, growing or grown.", "see", "Stages"),
)
KINDS = {kind.name: kind for kind in _ALL}
"""Every kind by its name."""


def as_file(kind: Kind) -> str:
    """The JSON Schema as the text of a file."""
    return json.dumps(kind.json_schema(), ensure_ascii=False, indent=2) + "\n"
