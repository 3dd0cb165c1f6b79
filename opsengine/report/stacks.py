"""Charts made of bars: the tiers of fans, and traffic by domain. Like all charts, as places and texts for a template."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from opsengine.report.lettering import LABEL, STRONG, WIDTH, text_width
from opsengine.report.scales import Scale
from opsengine.report.sentences import reason_words
from opsengine.words import Words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from opsengine.report.brief import Domain, Tiers
    from opsengine.report.figures import Figures

Chart = dict[str, Any]
BAR, STEP = 30, 58
"""Height of a bar, and from the top of one to the top of the next."""


def tiers(tiers: Tiers | None, figures: Figures) -> Chart | None:
    """Two bars of shares, the previous period above this one, and how each tier grew or shrank between them."""
    if tiers is None or not tiers.tiers:
        return None
    words = Words(figures.locale)
    rows = {words("This period"): {tier.id: tier.count for tier in tiers.tiers}}
    if all(tier.previous is not None for tier in tiers.tiers):
        rows = {words("Previous"): {tier.id: tier.previous or 0.0 for tier in tiers.tiers}} | rows
    x = Scale(0, 1, max(text_width(name, LABEL) for name in rows) + 12, WIDTH - 2)
    bars = [
        {"name": name, "y": 8 + STEP * row, "height": BAR, "pieces": _pieces(counts, x, figures)}
        for row, (name, counts) in enumerate(rows.items())
    ]
    shares = words(", ").join(f"{tier_name(tier.id, words)} {figures.percent(tier.share)}" for tier in tiers.tiers)
    return {
        "width": WIDTH,
        "height": 8 + STEP * len(bars) - 20,
        "bars": bars,
        "flows": _flows(bars[0], bars[1]) if len(bars) > 1 else [],
        "alt": words("Fans by tier: {tiers}", tiers=shares),
    }


def traffic(domains: Sequence[Domain], figures: Figures) -> Chart | None:
    """One bar a domain, with its count, share and growth at its end."""
    known = [domain for domain in domains if domain.count is not None]
    if not known:
        return None
    words = Words(figures.locale)
    left = max(text_width(domain_name(domain.id, words), STRONG, "bold") for domain in domains) + 14
    right = WIDTH - max(text_width(_domain_value(domain, figures), LABEL + 0.5) for domain in known) - 12
    x = Scale(0, max(domain.count or 0.0 for domain in known) or 1, 0, right - left)
    bars = []
    for row, domain in enumerate(domains):
        width = 0.0 if domain.count is None else max(x(domain.count), 2.0)
        place = {"x": round(left, 1), "y": 10 + STEP * row, "width": width, "height": 26, "value_x": round(left + width + 8, 1)}
        bars.append(place | {"id": domain.id, "name": domain_name(domain.id, words), "value": _domain_value(domain, figures)})
    said = words(", ").join(f"{bar['name']} {bar['value']}" for bar in bars)
    return {
        "width": WIDTH,
        "height": 10 + STEP * len(bars) - 18,
        "bars": bars,
        "alt": words("Traffic by domain: {domains}", domains=said),
    }


def domain_name(domain: str, words: Words) -> str:
    """The field's word for a domain of traffic."""
    return {
        "public": words("Public traffic"),
        "paid": words("Paid traffic"),
        "owned": words("Owned traffic"),
        "external": words("External traffic"),
    }[domain]


def tier_name(tier: str, words: Words) -> str:
    """The field's word for a tier of fans."""
    return {"devoted": words("Devoted fans"), "warm": words("Warm fans"), "casual": words("Casual fans")}[tier]


def _pieces(counts: Mapping[Any, float], x: Scale, figures: Figures) -> list[Chart]:
    """The pieces of one bar from left to right; a share is written where it fits."""
    total = sum(counts.values()) or 1.0
    pieces, before = [], 0.0
    for tier, count in counts.items():
        start, end = x(before), x(before + count / total)
        before += count / total
        label = figures.percent(count / total)
        fits = text_width(label, LABEL, "bold") + 10 <= end - start
        place = {"x": start, "width": round(end - start, 1), "middle": round((start + end) / 2, 1)}
        pieces.append(place | {"id": tier, "label": label if fits else ""})
    return pieces


def _flows(upper: Chart, lower: Chart) -> list[Chart]:
    """What lies between the same pieces of two bars."""
    top, bottom = upper["y"] + upper["height"], lower["y"]
    flows = []
    for above, below in zip(upper["pieces"], lower["pieces"], strict=True):
        ends = (above["x"], above["x"] + above["width"], below["x"] + below["width"], below["x"])
        first, second, third, fourth = (f"{end:g}" for end in ends)
        flows.append({"id": above["id"], "path": f"M{first} {top}H{second}L{third} {bottom}H{fourth}Z"})
    return flows


def _domain_value(domain: Domain, figures: Figures) -> str:
    if domain.count is None:
        reason = reason_words(domain.reason, Words(figures.locale))
        return f"{figures.missing} · {reason}" if reason else figures.missing
    parts = [figures.amount(domain.count)]
    if domain.share is not None:
        parts.append(figures.percent(domain.share))
    if domain.previous:
        parts.append(figures.growth(domain.count, domain.previous))
    return " · ".join(parts)
