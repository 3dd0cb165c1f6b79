"""Room four: benefits that only results can earn.

In:   results of goals, the rules under `rewards/`, and what the ledger holds already
Out:  the entries that are due, written once; balances, statements, and whether the ledger is still what was written
Not:  promises of platform traffic. The operator funds every benefit, and nothing is ever taken out of the book.

The door: `read_rules(project, known)`, then `due(state, results, rules, as_of)` and `grant(state, entries, run_id, now)`.
"""

from opsengine.rewards.awarding import Held, award, cycle_key, held, subject_of
from opsengine.rewards.granting import balance, due, grant, shown, statement, verify, withheld
from opsengine.rewards.rule import Benefit, BenefitKind, Rule, RuleFile, default_rules, read_rules

__all__ = [
    "Benefit",
    "BenefitKind",
    "Held",
    "Rule",
    "RuleFile",
    "award",
    "balance",
    "cycle_key",
    "default_rules",
    "due",
    "grant",
    "held",
    "read_rules",
    "shown",
    "statement",
    "subject_of",
    "verify",
    "withheld",
]
