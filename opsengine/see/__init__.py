"""Room one: where every account stands.

In:   facts and the register of accounts, the catalogue of metrics, the scorecards
Out:  tables of metrics, scores, ranks, tiers and benchmarks; an `AccountView` for each account that is asked for
Not:  judgement. Whether a number is good enough is a goal's business, and what to do about it strategy's.
"""

from typing import TYPE_CHECKING

from opsengine.doors import hang

if TYPE_CHECKING:
    from opsengine.see.audience import Funnel
    from opsengine.see.benchmarks import Benchmark, benchmark_files, read_benchmarks
    from opsengine.see.building import build_see
    from opsengine.see.catalogue import Catalogue, Metric, MetricsFile, Title, read_catalogue, read_industries
    from opsengine.see.growing import Footing, Taken
    from opsengine.see.keying import build_key, frame_of
    from opsengine.see.market import Market, see_markets
    from opsengine.see.planning import Reason, Rebuild, TableToMake, footing_of, plan_see
    from opsengine.see.scorecard import Scorecard, keep_scorecards, read_scorecards
    from opsengine.see.seeing import AccountView, ComponentView, ScoreView, Standing, see
    from opsengine.see.sensitivity import Sensitivity, measure_sensitivity
    from opsengine.see.showing import sql_of_scores
    from opsengine.see.stages import Stages, read_stages
    from opsengine.see.tiers import FanTiers, read_fan_tiers
    from opsengine.see.versions import versions_on
    from opsengine.see.why import Method, ScoreChange, Told, explain_change, methods_of, methods_on, told_on

__all__ = [
    "AccountView",
    "Benchmark",
    "Catalogue",
    "ComponentView",
    "FanTiers",
    "Footing",
    "Funnel",
    "Market",
    "Method",
    "Metric",
    "MetricsFile",
    "Reason",
    "Rebuild",
    "ScoreChange",
    "ScoreView",
    "Scorecard",
    "Sensitivity",
    "Stages",
    "Standing",
    "TableToMake",
    "Taken",
    "Title",
    "Told",
    "benchmark_files",
    "build_key",
    "build_see",
    "explain_change",
    "footing_of",
    "frame_of",
    "keep_scorecards",
    "measure_sensitivity",
    "methods_of",
    "methods_on",
    "plan_see",
    "read_benchmarks",
    "read_catalogue",
    "read_fan_tiers",
    "read_industries",
    "read_scorecards",
    "read_stages",
    "see",
    "see_markets",
    "sql_of_scores",
    "told_on",
    "versions_on",
]

hang(__name__)
