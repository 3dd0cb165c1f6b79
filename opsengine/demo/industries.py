"""Four industries, one in each quadrant of how often people buy and how much of it happens online.

Every number is invented; the bands are those that practitioners call usual.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from opsengine.demo.chance import Range

SIZES = ("small", "medium", "large")


@dataclass(frozen=True, slots=True)
class Season:
    """How much a stretch of days lifts (above 1) or damps (below 1) an industry."""

    interest: float
    """On plays and viewers."""
    sales: float
    """On orders, over and above what interest brings."""


@dataclass(frozen=True, slots=True)
class Industry:
    """What the accounts of one industry have in common."""

    name: str
    kinds: tuple[tuple[str, str], ...]
    """What its brands sell: a word for the account id and one for the name."""
    team_size: int
    """One team looks after at most this many accounts."""
    weekdays: tuple[float, ...]
    """Interest from Monday to Sunday; the mean is about 1."""
    holiday: Season
    campaign: Season
    peak: Season
    """The days of a campaign that everybody waits for, over and above the campaign."""
    plays: float
    """Plays of its accounts, relative to accounts of the same size elsewhere."""
    price: Range
    """Yuan for an order."""
    product_clicks: Range
    """Clicks on a product for each play."""
    orders: Range
    """Orders for each click on a product."""
    refunds: Range
    """The share of a live session's sales that comes back."""
    sessions: Range
    """Live sessions a week."""
    minutes: Range
    """Minutes of a live session."""
    live_views: Range
    """Views of a live session, relative to the plays of a day."""
    spend: Mapping[str, Range]
    """Yuan a day for advertising, by size."""
    roi: Range
    """Yuan sold for each yuan of advertising."""
    cost_per_lead: Range | None
    """Yuan of advertising for each lead; None where nobody collects leads."""
    lead_share: float
    """The share of its accounts that collect leads."""
    topics: tuple[str, ...]
    """What their posts are about."""


CLOTHING = Industry(
    name="服饰",
    kinds=(("wear", "女装"), ("kids", "童装"), ("menswear", "男装"), ("hanfu", "汉服"), ("knit", "针织"), ("sport", "运动")),
    team_size=6,
    weekdays=(0.95, 0.93, 0.95, 0.97, 1.02, 1.10, 1.08),
    holiday=Season(1.04, 1.00),
    campaign=Season(1.12, 1.15),
    peak=Season(1.30, 1.65),
    plays=1.0,
    price=(89.0, 239.0),
    product_clicks=(0.006, 0.014),
    orders=(0.030, 0.070),
    refunds=(0.12, 0.28),
    sessions=(4.5, 6.5),
    minutes=(180.0, 420.0),
    live_views=(0.12, 0.26),
    spend={"small": (150.0, 400.0), "medium": (1200.0, 3200.0), "large": (7000.0, 15000.0)},
    roi=(1.5, 3.4),
    cost_per_lead=None,
    lead_share=0.0,
    topics=(
        "通勤穿搭三件套",
        "梨形身材怎么选裤子",
        "新款上身实拍",
        "换季衣橱整理",
        "显高显瘦的小技巧",
        "面料师傅讲面料",
        "直播间同款清单",
    ),
)

CATERING = Industry(
    name="餐饮",
    kinds=(("tea", "茶铺"), ("noodles", "面馆"), ("hotpot", "火锅"), ("bakery", "烘焙"), ("bistro", "小馆"), ("grill", "烤肉")),
    team_size=6,
    weekdays=(0.85, 0.85, 0.88, 0.93, 1.12, 1.25, 1.12),
    holiday=Season(1.40, 1.25),
    campaign=Season(1.02, 1.03),
    peak=Season(1.03, 1.08),
    plays=0.7,
    price=(39.0, 138.0),
    product_clicks=(0.008, 0.016),
    orders=(0.040, 0.090),
    refunds=(0.05, 0.12),
    sessions=(2.0, 3.5),
    minutes=(120.0, 240.0),
    live_views=(0.10, 0.20),
    spend={"small": (60.0, 150.0), "medium": (260.0, 560.0), "large": (700.0, 1400.0)},
    roi=(1.8, 3.8),
    cost_per_lead=(36.0, 70.0),
    lead_share=0.5,
    topics=("后厨的一天", "招牌菜怎么做", "双人套餐开箱", "顾客最爱点的五样", "新店打卡", "老板试吃新品", "深夜食堂"),
)

CARS = Industry(
    name="汽车",
    kinds=(("auto", "汽车"), ("ev", "新能源"), ("motors", "车行"), ("drive", "出行")),
    team_size=10,
    weekdays=(0.95, 0.93, 0.93, 0.95, 1.00, 1.13, 1.11),
    holiday=Season(0.74, 0.80),
    campaign=Season(1.05, 1.05),
    peak=Season(1.04, 1.05),
    plays=0.5,
    price=(299.0, 899.0),
    product_clicks=(0.003, 0.008),
    orders=(0.008, 0.020),
    refunds=(0.03, 0.08),
    sessions=(2.5, 4.0),
    minutes=(90.0, 180.0),
    live_views=(0.08, 0.16),
    spend={"small": (200.0, 420.0), "medium": (700.0, 1400.0), "large": (1800.0, 3200.0)},
    roi=(1.1, 2.2),
    cost_per_lead=(130.0, 270.0),
    lead_share=1.0,
    topics=("试驾一百公里", "空间到底够不够用", "省油技巧", "保养套餐怎么选", "新车到店", "女司机第一次提车", "工程师答疑"),
)

EDUCATION = Industry(
    name="教育",
    kinds=(("english", "英语"), ("coding", "编程"), ("art", "美术"), ("prep", "考研"), ("career", "职业课堂")),
    team_size=10,
    weekdays=(1.05, 1.06, 1.05, 1.04, 0.98, 0.90, 0.92),
    holiday=Season(0.66, 0.80),
    campaign=Season(1.02, 1.02),
    peak=Season(1.02, 1.04),
    plays=0.6,
    price=(99.0, 399.0),
    product_clicks=(0.004, 0.010),
    orders=(0.012, 0.030),
    refunds=(0.04, 0.11),
    sessions=(2.0, 3.5),
    minutes=(60.0, 150.0),
    live_views=(0.08, 0.16),
    spend={"small": (120.0, 260.0), "medium": (480.0, 1000.0), "large": (1300.0, 2400.0)},
    roi=(1.2, 2.6),
    cost_per_lead=(65.0, 150.0),
    lead_share=1.0,
    topics=("三分钟学会一个句型", "零基础也能听懂", "学员作品点评", "备考时间表", "公开课片段", "家长最常问的问题", "老师的一天"),
)

INDUSTRIES = (CLOTHING, CATERING, CARS, EDUCATION)
