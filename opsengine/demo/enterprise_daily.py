"""企业号 daily report: CSV, UTF-8 with a byte order mark, one line a day."""

from __future__ import annotations

import math
from collections.abc import Iterable
from random import Random

from opsengine.demo.chance import stream
from opsengine.demo.life import Day
from opsengine.demo.plan import DemoPlan
from opsengine.demo.writing import Cell

NAME = "企业号日报"
HEADER = (
    "数据统计时间", "主页访问量", "主页访问人数", "总粉丝数", "新增粉丝人数", "流失粉丝人数", "评论提交数", "点赞数", "分享数",
    "保存数", "收藏数", "转发数", "播放完成数", "播放数", "不感兴趣数", "视频私信分享数", "查看购物车数", "商品点击数",
    "去购买点击数", "商品下单数", "商品订单数", "商品订单金额",
)  # fmt: skip
UNSETTLED_DAYS = 5
"""When a report is exported, the counts of its last days are not yet complete."""
UNSETTLED_SHARE = (0.80, 0.96)


def lines(plan: DemoPlan, account_id: str, days: Iterable[Day]) -> list[tuple[Cell, ...]]:
    """The report's lines under `HEADER`."""
    dice = stream(plan.seed, account_id, "enterprise daily")
    return [_line(dice, day) for day in days]


def unsettled(plan: DemoPlan, account_id: str, report: list[tuple[Cell, ...]]) -> list[tuple[Cell, ...]]:
    """The same report as it was when its last days were not yet complete: fewer plays, likes and orders on them.

    Fans are counted at once, so that they still add up.
    """
    dice = stream(plan.seed, account_id, "unsettled")
    early = []
    for line in report[-UNSETTLED_DAYS:]:
        share = dice.uniform(*UNSETTLED_SHARE)
        counts = [math.ceil(int(cell) * share) for cell in line[6:-1]]
        early.append((*line[:6], *counts, f"{float(line[-1]) * share:.2f}"))
    return [*report[:-UNSETTLED_DAYS], *early]


def _line(dice: Random, day: Day) -> tuple[Cell, ...]:
    created = day.orders + round(day.orders * dice.uniform(0.05, 0.20))
    going = min(max(day.product_clicks, created), created + round(day.product_clicks * dice.uniform(0.08, 0.20)))
    return (
        day.day.isoformat(),
        day.home_visits,
        round(day.home_visits * dice.uniform(0.72, 0.88)),
        day.fans_total,
        day.new_fans,
        day.lost_fans,
        day.comments,
        day.likes,
        day.shares,
        round(day.favourites * dice.uniform(0.10, 0.30)),
        day.favourites,
        round(day.shares * dice.uniform(0.30, 0.60)),
        day.finished,
        day.plays,
        round(day.plays * dice.uniform(0.0003, 0.0012)),
        round(day.shares * dice.uniform(0.20, 0.50)),
        round(day.product_clicks * dice.uniform(1.3, 1.8)),
        max(day.product_clicks, created),
        going,
        created,
        day.orders,
        f"{day.gmv:.2f}",
    )
