"""What part of a promise is one account's: of its own goal all of it, of a common one what it brings of it.

What an account brings of a sum, or of what is above the line of a ratio, is its share of the last four weeks; of a stock its share
of their growth. A score that is promised together is a mean, in which every account counts the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from opsengine.goals import GoalResult
    from opsengine.warehouse import Engine


def parts_of(engine: Engine, account_id: str, goals: Sequence[GoalResult]) -> Mapping[str, float]:
    """By measure id, the share of each promise that is this account's, above 0 and at most 1; nothing of what is not known.

    Needs `goals.promised` and `metrics.account_window` where any promise is a common one.
    """
    own = {result.measure_id: 1.0 for result in goals if result.account_id == account_id}
    common = [result for result in goals if result.account_id is None]
    if not common:
        return own
    found = {row["measure_id"]: row for row in engine.read(_BROUGHT, account_id=account_id)}
    shares = {result.measure_id: _share(result, found[result.measure_id]) for result in common if result.measure_id in found}
    return own | {measure_id: share for measure_id, share in shares.items() if share > 0}


def _share(result: GoalResult, brought: Mapping[str, float | None]) -> float:
    if result.measure.kind == "score":
        return 1 / max(result.found.accounts_with_data, 1)
    own, everyone = brought["own"], brought["everyone"]
    return min(own / everyone, 1.0) if own and everyone and everyone > 0 else 0.0


_BROUGHT = """
with mine as (
    select measure_id from goals.promised where account_id = $account_id and subject_kind <> 'account'
),
brought as (
    select promised.measure_id, promised.account_id,
        case promised.kind
            when 'stock' then windows.value - windows.previous_value
            when 'ratio' then windows.numerator
            else windows.value
        end as part
    from goals.promised as promised
    inner join mine on mine.measure_id = promised.measure_id
    left join metrics.account_window as windows
        on windows.account_id = promised.account_id and windows.metric = promised.metric and windows.days = 28
)
select measure_id, sum(part) filter (where account_id = $account_id) as own, sum(part) as everyone
from brought
group by measure_id
order by measure_id
"""
