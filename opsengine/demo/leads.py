"""本地推 leads: CSV with the names of the platform's interface, a line a lead. The people and their numbers do not exist."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from random import Random

from opsengine.demo.accounts import Account
from opsengine.demo.chance import count, stream
from opsengine.demo.life import Life
from opsengine.demo.plan import DemoPlan
from opsengine.demo.writing import Cell

NAME = "本地推线索"
HEADER = (
    "clue_id", "local_account_id", "advertiser_name", "promotion_id", "promotion_name", "content_id", "tool_id",
    "create_time_detail", "modify_time", "name", "telephone", "gender", "age", "province_name", "city_name", "county_name",
    "address", "remark", "remark_dict", "flow_type", "action_type", "leads_page", "clue_type", "follow_life_account_type",
    "follow_life_account_id", "follow_life_account_name", "order_id", "effective_state", "clue_owner_name", "follow_state_name",
    "system_tags", "tags", "allocation_status", "req_id",
)  # fmt: skip

SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦许何吕张孔曹严华金魏陶姜"
PLACES = (
    ("浙江省", "杭州市"), ("四川省", "成都市"), ("湖北省", "武汉市"), ("陕西省", "西安市"), ("江苏省", "苏州市"),
    ("广东省", "佛山市"),
)  # fmt: skip
OWNERS = ("客服一号", "客服二号", "客服三号", "客服四号")
HOURS = (8, 9, 10, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 19, 20, 20, 21, 21, 22, 23)
SCENES = ("SHORT_VIDEO", "SHORT_VIDEO", "SHORT_VIDEO", "LIVE_VIDEO", "HOME_PAGE", "IM_MESSAGE")
FORMS = ("FORM", "FORM", "CONSULT", "SMARTPHONE")

PAID, NATURAL = "AD", "NATURE"
NEW, INTENDED, WON, INVALID, BEFRIENDED, LATER, VISITED = "0", "1", "2", "3", "6", "7", "204"
SETTLED_STATES = ((INTENDED, 0.30), (WON, 0.05), (INVALID, 0.24), (BEFRIENDED, 0.17), (LATER, 0.16), (VISITED, 0.08))
"""What has become of leads once somebody has spoken with them."""
CALLS = {
    NEW: "NOT_CALLED", INTENDED: "ANSWERED", WON: "DEEP_ANSWERED", INVALID: "NOT_ANSWERED", BEFRIENDED: "ANSWERED",
    LATER: "SHORT_ANSWERED", VISITED: "DEEP_ANSWERED",
}  # fmt: skip
NATURAL_SHARE = (0.20, 0.45)
"""Leads that come by themselves, for each paid one."""
FEWEST_ON_LAST_DAY = 1
"""A list of leads says only by its newest one how far it reaches."""
NATURAL_ALONE = {"small": 0.4, "medium": 1.4, "large": 3.5}
"""Leads a day of an account that does not advertise."""


@dataclass(frozen=True, slots=True)
class _Lead:
    """Somebody who left a number: the running number, how they came, when, and what became of it."""

    number: int
    flow: str
    created: datetime
    state: str


def lines(plan: DemoPlan, life: Life) -> Iterator[tuple[Cell, ...]]:
    """The leads of one account under `HEADER`, in the order of days; none when it collects none."""
    account = life.account
    if not account.has_leads:
        return
    dice = stream(plan.seed, account.account_id, "leads")
    natural_share = dice.uniform(*NATURAL_SHARE)
    typical = sum(life.audience.values()) / len(life.audience)
    paid_on: dict[str, int] = {}
    for advert in life.adverts:
        paid_on[advert.day.isoformat()] = paid_on.get(advert.day.isoformat(), 0) + advert.leads
    usual = sum(paid_on.values()) / len(life.audience) * natural_share if account.is_advertising else NATURAL_ALONE[account.size]
    number = dice.randrange(10**9)
    for day, expected in life.audience.items():
        paid = paid_on.get(day.isoformat(), 0)
        natural = max(count(dice, usual * expected / typical), FEWEST_ON_LAST_DAY if day == plan.as_of else 0)
        leads = [PAID] * paid + [NATURAL] * natural
        moments = sorted((dice.choice(HOURS), dice.randrange(60), dice.randrange(60)) for _ in leads)
        dice.shuffle(leads)
        for flow, moment in zip(leads, moments, strict=True):
            number += 1
            state = NEW if day == plan.as_of and dice.random() < 0.5 else _state(dice)
            yield _line(dice, account, _Lead(number, flow, datetime.combine(day, time(*moment)), state))


def _line(dice: Random, account: Account, lead: _Lead) -> tuple[Cell, ...]:
    state, created = lead.state, lead.created
    modified = created if state == NEW else created + timedelta(minutes=dice.randrange(5, 2_000))
    province, city = PLACES[dice.randrange(len(PLACES))]
    is_man = dice.random() < 0.5
    is_paid = lead.flow == PAID
    return (
        f"7{account_number(account):08d}{lead.number:010d}",
        account.account_id,
        account.name,
        f"18{account_number(account):08d}" if is_paid else "",
        f"{account.brand}线索计划" if is_paid else "",
        "",
        "",
        f"{created:%Y-%m-%d %H:%M:%S}",
        f"{modified:%Y-%m-%d %H:%M:%S}",
        dice.choice(SURNAMES) + ("先生" if is_man else "女士"),
        f"199-0000-{dice.randrange(10_000):04d}",
        "MALE" if is_man else "FEMALE",
        dice.randrange(20, 55),
        province,
        city,
        *("", "", "", ""),
        lead.flow,
        dice.choice(SCENES),
        "OTHER",
        dice.choice(FORMS),
        "SINGLE",
        *("", "", ""),
        state,
        "" if state == NEW else dice.choice(OWNERS),
        CALLS[state],
        *("", ""),
        "NOT_ASSIGN" if state == NEW else "ASSIGNED",
        "",
    )


def account_number(account: Account) -> int:
    """A number of eight digits for an account, the same in every file."""
    return stream(account.account_id, "number").randrange(10_000_000, 99_999_999)


def _state(dice: Random) -> str:
    throw = dice.random()
    for state, share in SETTLED_STATES:
        throw -= share
        if throw < 0:
            return state
    return INTENDED
