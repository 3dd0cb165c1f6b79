"""What an account posted, and how each post was played."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random

from opsengine.demo.accounts import Account, Role
from opsengine.demo.chance import Range, count, stream, within, wobble
from opsengine.demo.plan import DemoPlan

AGES = (0.42, 0.24, 0.12, 0.07, 0.05, 0.03, 0.025, 0.02, 0.015, 0.01)
"""How the plays of a post spread over its first ten days."""
LEAD_IN = len(AGES) - 1
"""Days before the plan that still bring plays into it."""
POSTS_A_DAY: dict[str, Range] = {"small": (0.25, 0.60), "medium": (0.50, 1.10), "large": (0.90, 1.70)}
VIRAL_CHANCE = 0.008
VIRAL: Range = (7.0, 16.0)
SILENT_DAYS = 35
"""How long the account that stopped posting has been silent."""
HOURS = (8, 11, 12, 12, 17, 18, 18, 19, 19, 20, 21)
FORMS = ("1min以内视频", "1min以内视频", "1min以内视频", "1-3min视频", "1-3min视频", "3-5min视频")
PICTURES = "图文"
SECONDS: dict[str, Range] = {"1min以内视频": (6, 14), "1-3min视频": (10, 24), "3-5min视频": (14, 36), PICTURES: (5, 12)}
"""How long a post is watched on average."""


@dataclass(frozen=True, slots=True)
class Work:
    """One post and all its plays until the last day. Shares of plays stand between 0 and 1."""

    title: str
    published_at: datetime
    form: str
    plays: int
    finish: float
    finish_5s: float
    cover_clicks: float
    bounce_2s: float
    seconds: float
    likes: int
    shares: int
    comments: int
    favourites: int
    home_visits: int
    net_fans: int


@dataclass(frozen=True, slots=True)
class _Taste:
    """How this account's posts do on average."""

    posts_a_day: float
    pictures: float
    finish: float
    finish_5s: float
    bounce_2s: float
    cover_clicks: float
    likes: float


def post(plan: DemoPlan, account: Account, audience: dict[date, float], share: float) -> tuple[list[Work], dict[date, int]]:
    """The posts of an account, and the plays that all of them bring together on each day.

    `share` is the part of a day's audience that its recent posts reach on an ordinary day.
    """
    dice = stream(plan.seed, account.account_id, "works")
    taste = _taste(account, dice)
    silent_after = plan.as_of - timedelta(days=SILENT_DAYS if account.role is Role.STOPPED_POSTING else 0)
    works: list[Work] = []
    plays_of_works: dict[date, int] = {}
    for day in audience:
        if day > silent_after:
            break
        for moment in sorted(_moment(dice, day) for _ in range(count(dice, taste.posts_a_day))):
            appeal = wobble(dice, 0.55) * (within(dice, VIRAL) if dice.random() < VIRAL_CHANCE else 1.0) * share / taste.posts_a_day
            plays = 0
            for age, part in enumerate(AGES):
                later = day + timedelta(days=age)
                if later in audience:
                    today = count(dice, audience[later] * appeal * part)
                    plays_of_works[later] = plays_of_works.get(later, 0) + today
                    plays += today
            works.append(_work(dice, account, taste, moment, plays))
    return works, plays_of_works


def _taste(account: Account, dice: Random) -> _Taste:
    return _Taste(
        posts_a_day=within(dice, POSTS_A_DAY[account.size]),
        pictures=dice.uniform(0.05, 0.25),
        finish=dice.uniform(0.025, 0.075),
        finish_5s=dice.uniform(0.38, 0.62),
        bounce_2s=dice.uniform(0.22, 0.38),
        cover_clicks=dice.uniform(0.015, 0.05),
        likes=dice.uniform(0.012, 0.028),
    )


def _moment(dice: Random, day: date) -> datetime:
    return datetime.combine(day, time(dice.choice(HOURS), dice.randrange(60), dice.randrange(60)))


def _work(dice: Random, account: Account, taste: _Taste, moment: datetime, plays: int) -> Work:
    form = PICTURES if dice.random() < taste.pictures else dice.choice(FORMS)
    finish = dice.uniform(0.136, 0.242) if form == PICTURES else min(0.099, taste.finish * wobble(dice, 0.3))
    liking = taste.likes * wobble(dice, 0.25)
    return Work(
        title=_title(dice, account),
        published_at=moment,
        form=form,
        plays=plays,
        finish=finish,
        finish_5s=min(0.85, max(finish + 0.05, taste.finish_5s * wobble(dice, 0.1))),
        cover_clicks=min(0.2, taste.cover_clicks * wobble(dice, 0.3)),
        bounce_2s=min(0.7, taste.bounce_2s * wobble(dice, 0.15)),
        seconds=within(dice, SECONDS[form]),
        likes=min(plays, count(dice, plays * liking)),
        shares=min(plays, count(dice, plays * liking * 0.10)),
        comments=min(plays, count(dice, plays * liking * 0.09)),
        favourites=min(plays, count(dice, plays * liking * 0.17)),
        home_visits=min(plays, count(dice, plays * 0.015)),
        net_fans=count(dice, plays * 0.0028) - count(dice, 0.4),
    )


def _title(dice: Random, account: Account) -> str:
    """Title and body in one cell with a line break, as the platform exports them."""
    topic = dice.choice(account.industry.topics)
    number = dice.randrange(1, 60)
    body = dice.choice(("评论区告诉我们你的选择", "完整版在主页合集", "今晚直播间见", "收藏起来慢慢看", "第一次来的朋友点个关注"))
    return f"{topic} 第{number}期\n{body}\n#{account.brand} #{account.industry.name}"
