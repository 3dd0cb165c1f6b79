"""Orders to hand over benefits: what goes to whom, how, and under which key that never changes."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from opsengine.errors import UserError
from opsengine.rewards.calling import Call, Reply, call
from opsengine.rewards.exporting import spreadsheet_safe
from opsengine.rewards.granting import shown
from opsengine.state import Status

if TYPE_CHECKING:
    from datetime import datetime

    from opsengine.rewards.benefit import Labels
    from opsengine.rewards.calling import Line
    from opsengine.rewards.claim import Claim
    from opsengine.rewards.rule import Rule
    from opsengine.settings import Webhook

COLUMNS = ("key", "entry_id", "subject", "cycle", "rule", "benefit", "kind", "amount", "unit", "instructions")


@dataclass(frozen=True, slots=True)
class Order:
    """One claim to hand over."""

    key: str
    """Made of the entries: the same order has the same key, however often it leaves."""
    entry_id: str
    """The grant."""
    subject: str
    cycle: str
    rule: str
    kind: str
    title: Labels
    instructions: Labels
    amount: int | float
    """In units; money in yuan."""
    unit: str

    def as_json(self) -> dict[str, Any]:
        """The order as the webhook sends it."""
        return {
            "key": self.key, "entry_id": self.entry_id, "subject": self.subject, "cycle": self.cycle, "rule": self.rule,
            "benefit": {"kind": self.kind, "title": dict(self.title), "instructions": dict(self.instructions)},
            "amount": self.amount, "unit": self.unit,
        }  # fmt: skip


def orders_of(claims: Iterable[Claim], rules: Iterable[Rule]) -> list[Order]:
    """The orders for what is confirmed of these claims."""
    known = {rule.name: rule for rule in rules}
    return [_order(claim, known.get(claim.grant.rule)) for claim in claims]


def as_batch(orders: Iterable[Order], locale: str) -> str:
    """The orders as CSV, for people who hand over by hand; `key` tells a repetition."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for order in orders:
        texts = (order.key, order.entry_id, order.subject, order.cycle, order.rule, _said(order.title, locale), order.kind)
        writer.writerow(
            [*map(spreadsheet_safe, texts), order.amount, order.unit, spreadsheet_safe(_said(order.instructions, locale))]
        )
    return out.getvalue()


def entries_in_batch(text: str) -> list[str]:
    """The entries that a batch names. Raises UserError when it is none."""
    rows = list(csv.DictReader(io.StringIO(text)))
    if rows and "entry_id" not in rows[0]:
        raise UserError("this is no batch of orders: it has no column {column}", column="entry_id")
    return [row["entry_id"].removeprefix("'") for row in rows]


def send(order: Order, webhook: Webhook, secret: str, now: datetime, line: Line | None = None) -> Reply:
    """Send one order, signed. Raises UserError when it must not go there."""
    body = json.dumps(order.as_json(), ensure_ascii=False, sort_keys=True).encode()
    return call(webhook.url, webhook.hosts, secret.encode(), Call(order.key, body, int(now.timestamp())), line)


def _order(claim: Claim, rule: Rule | None) -> Order:
    """The order of one claim; a rule that is gone leaves its name."""
    grant, confirmed = claim.grant, claim.at(Status.CONFIRMED)
    key = hashlib.sha256("\n".join(sorted(entry.entry_id for entry in confirmed)).encode()).hexdigest()[:32]
    benefit = rule.says.benefit if rule else None
    name: Labels = {"zh-CN": grant.rule, "en": grant.rule}
    return Order(
        key, grant.entry_id, grant.subject, grant.cycle, grant.rule, benefit.kind.value if benefit else "",
        benefit.title if benefit else name, benefit.instructions if benefit else {},
        shown(claim.amount_at(Status.CONFIRMED), grant.unit), grant.unit,
    )  # fmt: skip


def _said(labels: Labels, locale: str) -> str:
    return next((text for name, text in labels.items() if name == locale), "") or next(iter(labels.values()), "")
