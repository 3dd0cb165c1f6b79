"""opsengine: smart operations of brand accounts, as a loop kept in files.

see        facts become metrics, two composite scores, rank, tiers
goals      scores and metrics against what we promised ourselves
strategy   what to do next, ranked, with its evidence
rewards    goals reached and tasks done earn benefits, in a ledger
monitor    what needs a person now
report     the brief: composed, rendered, archived, sent once
"""

__version__ = "0.1.0"
