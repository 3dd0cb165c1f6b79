"""The accounts of a demo: invented brands, and the few that something special happens to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum

from opsengine.demo.chance import stream
from opsengine.demo.industries import INDUSTRIES, Industry
from opsengine.demo.plan import DemoPlan

HEADER = ("account_id", "name", "industry", "size", "region", "team", "brand", "opened_on", "platform")

BRANDS = (
    ("yunduo", "云朵"), ("qingluo", "青萝"), ("shanlan", "山岚"), ("muyu", "沐屿"), ("xinghe", "星禾"), ("luming", "鹿鸣野"),
    ("banxia", "半夏里"), ("chengyu", "橙屿"), ("heyue", "禾月"), ("nuanyang", "暖漾"), ("songzhi", "松枝"), ("jinxi", "今汐"),
    ("baitang", "白棠"), ("zhulin", "竹邻"), ("wanfeng", "晚枫"), ("suiyue", "穗悦"), ("linxi", "林晞"), ("haitang", "海塘"),
    ("ruoxi", "若溪谷"), ("fengche", "风车岛"), ("yuehu", "月湖"), ("caohe", "草禾"), ("mianbai", "棉白"), ("xiaoman", "小满间"),
    ("beichuan", "北川里"), ("jiangyue", "江玥"), ("zhiyuan", "知鸢"), ("qiyun", "栖云"), ("tangli", "棠梨"), ("yezi", "叶子巷"),
    ("shiguang", "拾光集"), ("lanqiao", "蓝樵"), ("chunshan", "春杉"), ("ningwu", "宁屋"), ("guyu", "谷屿"), ("hongdou", "虹渡"),
    ("anran", "岸然"), ("feiniao", "飞鸟渡"), ("mingzhu", "茗渚"), ("duanwu", "端野"), ("youran", "悠苒"), ("laohu", "老湖口"),
    ("tianjing", "天井旁"), ("xishan", "溪山外"), ("yiwei", "一苇"), ("liangchen", "凉辰"), ("zaochun", "早椿"),
    ("weilan", "蔚岚湾"),
)  # fmt: skip
"""Invented brands; each stands for at most one account of an industry before the shops of a city begin."""

CITIES = (
    ("hangzhou", "杭州"), ("chengdu", "成都"), ("wuhan", "武汉"), ("xian", "西安"), ("suzhou", "苏州"), ("changsha", "长沙"),
    ("nanjing", "南京"), ("qingdao", "青岛"), ("foshan", "佛山"), ("hefei", "合肥"), ("xiamen", "厦门"), ("kunming", "昆明"),
)  # fmt: skip

REGIONS = ("华东", "华南", "华北", "西南", "华中")
SIZE_PATTERN = ("medium", "small", "large", "small", "medium", "small", "small", "medium", "small", "large")
"""Of ten accounts five are small, three medium, two large."""
NUMERALS = ("一", "二", "三", "四", "五", "六", "七", "八", "九", "十")
NEW_FOR_DAYS = 20


class Role(Enum):
    """What happens to an account."""

    STEADY = "an ordinary account"
    GROWING = "grows strongly in its last two months"
    FELL = "falls sharply in its last ten days"
    MISSING_DAYS = "has days without data"
    BRAND_NEW = "opened about twenty days ago"
    EXPORTED_TWICE = "has a report that was exported twice, with restated numbers"
    STOPPED_POSTING = "has not posted for five weeks"


ROLES = (Role.STEADY, Role.GROWING, Role.FELL, Role.MISSING_DAYS, Role.BRAND_NEW, Role.EXPORTED_TWICE, Role.STOPPED_POSTING)
"""The roles of the first accounts; all others are ordinary."""


@dataclass(frozen=True, slots=True)
class Account:
    """One line of `accounts.csv`, and what the demo knows besides."""

    account_id: str
    name: str
    industry: Industry
    size: str
    region: str
    team: str
    brand: str
    opened_on: date
    role: Role
    is_advertising: bool
    has_leads: bool

    @property
    def line(self) -> tuple[str, ...]:
        """The account as a line under `HEADER`."""
        words = (self.account_id, self.name, self.industry.name, self.size, self.region, self.team, self.brand)
        return (*words, self.opened_on.isoformat(), "douyin")


def accounts(plan: DemoPlan) -> list[Account]:
    """The accounts of a demo. Names, sizes and roles do not depend on the dice, so that goals can be written for them."""
    return [_account(plan, index) for index in range(plan.accounts)]


def _account(plan: DemoPlan, index: int) -> Account:
    industry, place = INDUSTRIES[index % 4], index // 4
    account_id, name, brand = _names(index % 4, place)
    role = ROLES[index] if index < len(ROLES) else Role.STEADY
    dice = stream(plan.seed, account_id, "register")
    opened_on = plan.first_day - timedelta(days=dice.randrange(200, 2200))
    if role is Role.BRAND_NEW:
        opened_on = plan.as_of - timedelta(days=NEW_FOR_DAYS)
    return Account(
        account_id=account_id,
        name=name,
        industry=industry,
        size="small" if role is Role.BRAND_NEW else SIZE_PATTERN[place % len(SIZE_PATTERN)],
        region=REGIONS[(place * 3 + index) % len(REGIONS)],
        team=_team(industry, place),
        brand=brand,
        opened_on=opened_on,
        role=role,
        is_advertising=(place + index % 4) % 5 != 4,
        has_leads=place % 10 < round(10 * industry.lead_share),
    )


def _names(quarter: int, place: int) -> tuple[str, str, str]:
    """The id, the name and the brand of the account at a place of its industry."""
    kinds = INDUSTRIES[quarter].kinds
    lap = place // len(BRANDS)
    slug, brand = BRANDS[(place + 12 * (quarter - 1)) % len(BRANDS)]
    word, kind = kinds[(place + lap) % len(kinds)]
    shop = lap // len(kinds)
    if shop == 0:
        return f"{slug}-{word}", brand + kind, brand
    city, city_name = CITIES[(shop - 1) % len(CITIES)]
    number = (shop - 1) // len(CITIES) + 1
    return f"{slug}-{word}-{city}{number}", f"{brand}{kind}{city_name}{number}店", brand


def _team(industry: Industry, place: int) -> str:
    number = place // industry.team_size
    return f"{industry.name}{NUMERALS[number] if number < len(NUMERALS) else number + 1}组"
