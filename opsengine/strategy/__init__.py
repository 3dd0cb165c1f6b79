"""Room three: what to do next, ranked, with its evidence.

In:   goal results, tables of metrics, scores and benchmarks, the playbook (`playbook/*.yaml` and the shipped plays)
Out:  for each account the plays that fit best, the numbers that made them fit, and the plays that could not be judged
Not:  doing it. Whether anything was done, and what it earned, is rewards' business.
"""

from typing import TYPE_CHECKING

from opsengine.doors import hang

if TYPE_CHECKING:
    from opsengine.strategy.audience import ComparisonFile, weigh
    from opsengine.strategy.believing import Belief, Luck, beliefs
    from opsengine.strategy.judging import Question, judgement
    from opsengine.strategy.lacking import Lacking, in_one, lacking
    from opsengine.strategy.learning import Segment, estimate
    from opsengine.strategy.life import OPEN, Life, Task, UnderWay, life
    from opsengine.strategy.losing import REASONS, PassedOver
    from opsengine.strategy.names import Names, state_names
    from opsengine.strategy.play import Benchmark, Held, Play, PlayFile, Text
    from opsengine.strategy.precision import SourceOfFans, sources_of_fans
    from opsengine.strategy.proving import prove
    from opsengine.strategy.ramp_reading import read_hours, read_ramp
    from opsengine.strategy.ramping import Judged, RampFile, next_spend, ramp
    from opsengine.strategy.ranking import RankingFile, read_ranking
    from opsengine.strategy.reading import Check, files_of, play_file, play_names, read_playbook
    from opsengine.strategy.record import PlayRecord, records
    from opsengine.strategy.saying import Evidence, Label, Locale, Number, Sentence, gaps, shown
    from opsengine.strategy.suggesting import Past, build_state, suggest
    from opsengine.strategy.suggestion import AccountSuggestions, CannotJudge, Gain, Potential, Suggestion
    from opsengine.strategy.taking_up import Refusal, Who, accept, dismiss, move, note, numbers_of
    from opsengine.strategy.what_if import Beliefs, WhatIf, what_if

__all__ = [
    "OPEN",
    "REASONS",
    "AccountSuggestions",
    "Belief",
    "Beliefs",
    "Benchmark",
    "CannotJudge",
    "Check",
    "ComparisonFile",
    "Evidence",
    "Gain",
    "Held",
    "Judged",
    "Label",
    "Lacking",
    "Life",
    "Locale",
    "Luck",
    "Names",
    "Number",
    "PassedOver",
    "Past",
    "Play",
    "PlayFile",
    "PlayRecord",
    "Potential",
    "Question",
    "RampFile",
    "RankingFile",
    "Refusal",
    "Segment",
    "Sentence",
    "SourceOfFans",
    "Suggestion",
    "Task",
    "Text",
    "UnderWay",
    "WhatIf",
    "Who",
    "accept",
    "beliefs",
    "build_state",
    "dismiss",
    "estimate",
    "files_of",
    "gaps",
    "in_one",
    "judgement",
    "lacking",
    "life",
    "move",
    "next_spend",
    "note",
    "numbers_of",
    "play_file",
    "play_names",
    "prove",
    "ramp",
    "read_hours",
    "read_playbook",
    "read_ramp",
    "read_ranking",
    "records",
    "shown",
    "sources_of_fans",
    "state_names",
    "suggest",
    "weigh",
    "what_if",
]

hang(__name__)
