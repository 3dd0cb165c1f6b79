"""千川 standard report: CSV in GB18030, a line for each day and kind of advertising, and the total of all at the end."""

from __future__ import annotations

from collections.abc import Sequence

from opsengine.demo.advertising import Advert
from opsengine.demo.writing import MISSING, Cell, yuan

NAME = "千川标准推广"
HEADER = (
    "日期", "推广类型", "消耗(元)", "展示次数", "点击次数", "点击率(%)", "转化数", "转化率(%)", "转化成本(元)", "直接成交订单数",
    "直接成交金额(元)", "直接支付ROI", "直接下单订单数", "直接下单金额(元)", "直接下单ROI", "7日总支付ROI", "7日间接成交金额(元)",
    "播放数", "3s播放数", "播放完成数", "成交订单成本", "成交智能优惠券金额",
)  # fmt: skip


def lines(adverts: Sequence[Advert]) -> list[tuple[Cell, ...]]:
    """The report's lines under `HEADER`; the last one is the total of all and has no date and no kind."""
    return [*(_line(advert.day.isoformat(), advert.kind, [advert]) for advert in adverts), _line("", "", adverts)]


def _line(day: str, kind: str, adverts: Sequence[Advert]) -> tuple[Cell, ...]:
    """One line over some adverts: sums, and ratios of sums."""
    spend = sum(advert.spend for advert in adverts)
    shows = sum(advert.shows for advert in adverts)
    clicks = sum(advert.clicks for advert in adverts)
    conversions = sum(advert.conversions for advert in adverts)
    orders = sum(advert.orders for advert in adverts)
    amount = sum(advert.amount for advert in adverts)
    created = sum(advert.amount_created for advert in adverts)
    later = sum(advert.amount_later for advert in adverts)
    return (
        day,
        kind,
        yuan(spend),
        shows,
        clicks,
        _ratio(100 * clicks, shows),
        conversions,
        _ratio(100 * conversions, clicks),
        _ratio(spend, conversions),
        orders,
        yuan(amount),
        _ratio(amount, spend),
        sum(advert.orders_created for advert in adverts),
        yuan(created),
        _ratio(created, spend),
        _ratio(amount + later, spend),
        yuan(later),
        sum(advert.plays for advert in adverts),
        sum(advert.plays_3s for advert in adverts),
        sum(advert.plays_finished for advert in adverts),
        _ratio(spend, orders),
        yuan(sum(advert.coupons for advert in adverts)),
    )


def _ratio(part: float, whole: float) -> str:
    return f"{part / whole:.2f}" if whole else MISSING
