"""Room one: where every account stands.

In:   facts and the register of accounts, the catalogue of metrics, the scorecards
Out:  tables of metrics, scores, ranks, tiers and benchmarks; an `AccountView` for each account that is asked for
Not:  judgement. Whether a number is good enough is a goal's business, and what to do about it strategy's.
"""

from opsengine.see.building import SEE_TABLES, build_see
from opsengine.see.catalogue import Catalogue, Metric, MetricsFile, Title, read_catalogue, read_industries
from opsengine.see.scorecard import Scorecard, read_scorecards
from opsengine.see.seeing import AccountView, ComponentView, ScoreView, see
from opsengine.see.why import ScoreChange, explain_change

__all__ = [
    "SEE_TABLES",
    "AccountView",
    "Catalogue",
    "ComponentView",
    "Metric",
    "MetricsFile",
    "ScoreChange",
    "ScoreView",
    "Scorecard",
    "Title",
    "build_see",
    "explain_change",
    "read_catalogue",
    "read_industries",
    "read_scorecards",
    "see",
]
