"""Room four: benefits that only results can earn.

In:   results of goals, ranks, tiers and sums, the rules under `rewards/`, and what the ledger holds already
Out:  the entries that are due, written once; balances, statements, journals, orders to fulfil, and whether the ledger still holds
Not:  promises of platform traffic. The operator funds every benefit, and nothing is ever taken out of the book.

The door: `read_rules(project, known)`, then `survey(…)` for the ground of a day, `due(state, ground)` and
`grant(state, entries, run_id, now)`; what a person decides is made by `approval`, `permission`, `taking_back`, `handing_over`.
"""

from typing import TYPE_CHECKING

from opsengine.doors import hang

if TYPE_CHECKING:
    from opsengine.rewards.awarding import Judgement, Way, award, judge
    from opsengine.rewards.beancount import account_in_beancount, as_beancount, commodity_of
    from opsengine.rewards.benefit import Benefit, BenefitFile, BenefitKind
    from opsengine.rewards.claim import Claim, claims_of
    from opsengine.rewards.committed import committed
    from opsengine.rewards.deciding import Word, approval, find_claim, find_entry, handing_over, owed, permission, taking_back
    from opsengine.rewards.exporting import account_of, as_journal, as_table
    from opsengine.rewards.feat import Feat, cycle_key, subject_of
    from opsengine.rewards.granting import balance, due, entries_of, grant, judged, keep_ground, shown, statement, trust, withheld
    from opsengine.rewards.ground import Before, Ground, ground_of_goals, survey
    from opsengine.rewards.handing import Order, as_batch, entries_in_batch, orders_of, send
    from opsengine.rewards.looking_ahead import Chance, TaskChance, chances, task_chances
    from opsengine.rewards.ranking import Place, leaderboard
    from opsengine.rewards.reading import default_rules, read_benefits, read_rules
    from opsengine.rewards.rule import Rule, RuleFile
    from opsengine.rewards.tracing import Trace, trace
    from opsengine.rewards.verifying import Audit, audit

__all__ = [
    "Audit",
    "Before",
    "Benefit",
    "BenefitFile",
    "BenefitKind",
    "Chance",
    "Claim",
    "Feat",
    "Ground",
    "Judgement",
    "Order",
    "Place",
    "Rule",
    "RuleFile",
    "TaskChance",
    "Trace",
    "Way",
    "Word",
    "account_in_beancount",
    "account_of",
    "approval",
    "as_batch",
    "as_beancount",
    "as_journal",
    "as_table",
    "audit",
    "award",
    "balance",
    "chances",
    "claims_of",
    "committed",
    "commodity_of",
    "cycle_key",
    "default_rules",
    "due",
    "entries_in_batch",
    "entries_of",
    "find_claim",
    "find_entry",
    "grant",
    "ground_of_goals",
    "handing_over",
    "judge",
    "judged",
    "keep_ground",
    "leaderboard",
    "orders_of",
    "owed",
    "permission",
    "read_benefits",
    "read_rules",
    "send",
    "shown",
    "statement",
    "subject_of",
    "survey",
    "taking_back",
    "task_chances",
    "trace",
    "trust",
    "withheld",
]

hang(__name__)
