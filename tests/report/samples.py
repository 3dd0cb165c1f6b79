"""A brief of an invented tea brand, with everything a brief can hold, and one that has next to nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from opsengine.report.brief import (
    Alert,
    Benefit,
    Brief,
    Component,
    Coverage,
    Domain,
    Goal,
    Landing,
    Level,
    Method,
    Notes,
    Outlook,
    Pace,
    Period,
    Pillar,
    Point,
    Rank,
    Score,
    Step,
    Subject,
    Suggestion,
    Tier,
    Tiers,
    Work,
)
from opsengine.report.labels import Label
from opsengine.report.measured import Cause, Number, Risk, Trait
from opsengine.report.sections import Sections
from opsengine.report.team import GoalAtRisk, Standing, TeamBrief
from opsengine.report.undertaken import Balance, CheckIn, Lesson, NextGoal, NextLevel, Task
from opsengine.see import Funnel

LAST_DAY = date(2026, 6, 21)
WEEK = Period("2026-W25", "week", date(2026, 6, 15), LAST_DAY)


def said(chinese: str, english: str) -> Label:
    return {"zh-CN": chinese, "en": english}


def part(  # noqa: PLR0913, PLR0917  a row of a table
    name: str, chinese: str, english: str, unit: str, value: float, median: float, peers: float, points: float, change: float
) -> Component:
    return Component(
        id=name,
        label=said(chinese, english),
        unit=unit,
        value=value,
        position=peers,
        percentile_self=0.6,
        percentile_peers=peers,
        p25=median * 0.6,
        p50=median,
        p75=median * 1.5,
        points=points,
        change=change,
    )


def weeks(values: list[float | None]) -> tuple[Point, ...]:
    first = LAST_DAY - timedelta(days=7 * (len(values) - 1))
    return tuple(Point(first + timedelta(days=7 * index), value) for index, value in enumerate(values))


BUSINESS = Score(
    scorecard="business",
    label=said("经营值", "Business score"),
    value=711.4,
    previous=706.6,
    peer_median=614.0,
    percentile_self=0.81,
    percentile_peers=0.76,
    coverage=1.0,
    history=weeks([655.2, 641.8, 640.1, 657.9, 651.3, 658.8, 672.4, 667.1, 655.0, 668.3, 695.6, 706.6, 711.4]),
    pillars=(
        Pillar(
            "sales",
            said("成交规模", "Sales"),
            (
                part("gmv", "成交额", "Sales value", "yuan", 2_864_300, 1_902_000, 0.78, 196.2, 6.1),
                part("orders", "成交订单", "Orders", "count", 31_420, 22_118, 0.74, 82.4, 2.0),
            ),
            0.77,
            278.6,
            8.1,
        ),
        Pillar(
            "efficiency",
            said("转化效率", "Efficiency"),
            (
                part("order_rate", "商品点击成交率", "Order rate", "ratio", 0.0412, 0.0388, 0.58, 121.7, -3.4),
                part("roi", "投放回报", "Return on ads", "score", 3.2, 2.7, 0.66, 104.9, 1.3),
            ),
            0.62,
            226.6,
            -2.1,
        ),
        Pillar(
            "retention",
            said("客户留存", "Retention"),
            (
                part("refund_rate", "退款率", "Refund rate", "ratio", 0.0631, 0.0702, 0.61, 112.3, -1.2),
                Component("leads", said("有效线索", "Valid leads"), "count", None, reason="no_source"),
            ),
            0.61,
            112.3,
            -1.2,
        ),
        Pillar(
            "growth",
            said("增长", "Growth"),
            (part("gmv_growth", "成交增速", "Sales growth", "ratio", 0.084, 0.031, 0.71, 83.9, 0.0),),
            0.71,
            83.9,
            0.0,
        ),
    ),
    rank=Rank("industry_size", "食品饮料 · 中型", 12, 9, 15, 48, 17),
    risks=(Risk("refunds", said("退款过高", "Too many refunds"), "ratio", 0.231, -12.6),),
    causes=(
        Cause("gmv", said("成交额", "Sales value"), 9.4, -3.3),
        Cause("order_rate", said("商品点击成交率", "Order rate"), -4.1, 0.7),
        Cause("orders", said("成交订单", "Orders"), 0.9, 1.1),
        Cause("leads", said("有效线索", "Valid leads"), 0.0, 0.0, -1.9),
        Cause("roi", said("投放回报", "Return on ads"), 1.0, 0.3),
        Cause("gmv_growth", said("成交增速", "Sales growth"), 0.4, 0.2),
        Cause("refund_rate", said("退款率", "Refund rate"), 0.2, -0.1),
    ),
    told_before=698.1,
    outlook=(
        Outlook(date(2026, 6, 28), 692.0, 711.4, 728.3),
        Outlook(date(2026, 7, 5), 684.1, 711.4, 736.9),
        Outlook(date(2026, 7, 12), 680.5, 711.4, 742.0),
    ),
)
POPULARITY = Score(
    scorecard="popularity",
    label=said("人气值", "Popularity score"),
    value=642.7,
    previous=648.0,
    peer_median=598.3,
    percentile_peers=0.63,
    coverage=0.92,
    history=weeks([617.0, 613.4, None, 674.1, 648.9, 676.0, 638.4, 634.1, 655.0, 661.2, 653.5, 648.0, 642.7]),
    pillars=(
        Pillar(
            "reach",
            said("曝光热度", "Reach"),
            (
                part("plays", "播放量", "Plays", "count", 8_764_000, 6_100_000, 0.69, 166.0, -2.6),
                part("home_visits", "主页访问", "Home visits", "count", 92_310, 80_400, 0.57, 71.8, 0.4),
            ),
            0.66,
            237.8,
            -2.2,
        ),
        Pillar(
            "interaction",
            said("互动深度", "Interaction"),
            (part("interaction_rate", "互动率", "Interaction rate", "ratio", 0.0538, 0.0412, 0.74, 172.5, 3.1),),
            0.74,
            172.5,
            3.1,
        ),
        Pillar(
            "fans",
            said("粉丝增长", "Fan growth"),
            (part("net_fans", "净增粉丝", "Net new fans", "count", 4_960, 5_210, 0.47, 118.9, -5.0),),
            0.47,
            118.9,
            -5.0,
        ),
        Pillar(
            "content",
            said("内容质量", "Content"),
            (part("finish_rate", "完播率", "Finish rate", "ratio", 0.183, 0.176, 0.55, 103.5, -1.2),),
            0.55,
            103.5,
            -1.2,
        ),
    ),
    rank=Rank("industry_size", "食品饮料 · 中型", 18, 13, 24, 48, 15),
)


def steps() -> tuple[Step, ...]:
    """The sales goal of June: 12 million by the 30th, 8.034 million on the 21st."""
    daily = [270, 255, 262, 281, 340, 368, 310, 301, 296, 288, 322, 371, 402, 355, 340, 362, 410, 688, 501, 640, 672]
    total, points = 0.0, []
    for index in range(30):
        if index < len(daily):
            total += daily[index] * 1e3
        points.append(
            Step(date(2026, 6, 1) + timedelta(days=index), total if index < len(daily) else None, 12_000_000 * (index + 1) / 30)
        )
    return tuple(points)


SALES = Goal(
    id="june-sales",
    role="primary",
    metric=said("成交额", "Sales value"),
    unit="yuan",
    direction="up",
    start=date(2026, 6, 1),
    end=date(2026, 6, 30),
    target=12_000_000,
    actual=8_034_000,
    progress=0.6695,
    expected=0.7,
    elapsed=0.7,
    needed_per_day=440_667,
    status="at_risk",
    landing=Landing(11_480_000, 12_210_000, 13_010_000),
    levels=(
        Level(said("保底", "Floor"), 8_000_000, is_reached=True),
        Level(said("达标", "Target"), 12_000_000, is_reached=False),
        Level(said("冲刺", "Stretch"), 13_500_000, is_reached=False),
    ),
)
FANS = Goal(
    id="june-fans",
    role="secondary",
    metric=said("净增粉丝", "Net new fans"),
    unit="count",
    direction="up",
    start=date(2026, 6, 1),
    end=date(2026, 6, 30),
    target=8_000,
    actual=4_960,
    progress=0.62,
    expected=0.7,
    elapsed=0.7,
    needed_per_day=338,
    status="behind",
)
REFUNDS = Goal(
    id="june-refunds",
    role="guardrail",
    metric=said("退款率", "Refund rate"),
    unit="ratio",
    direction="down",
    start=date(2026, 6, 1),
    end=date(2026, 6, 30),
    target=0.08,
    actual=0.0631,
    progress=1.0,
    expected=None,
    elapsed=0.7,
    status="on_track",
)
NOTES = Notes(
    coverage=(
        Coverage("enterprise_daily", said("企业号日报", "Enterprise daily report"), 7, 7, LAST_DAY),
        Coverage("compass_live", said("罗盘直播列表", "Compass live list"), 7, 7, LAST_DAY),
        Coverage("qianchuan_standard", said("千川标准报表", "Qianchuan standard report"), 6, 7, date(2026, 6, 20)),
    ),
    zone="Asia/Shanghai",
    methods=(Method("business", 2, "2026Q1", 1), Method("popularity", 1, "2026Q1")),
    goal_revision="9d1c3b70a4f2",
    goal_commit="4f0e11a2b3c4",
    ledger_head="4be7a1c09f3352d1",
    compared=Period("2026-W24", "week", date(2026, 6, 8), date(2026, 6, 14)),
    counted=Period("2026-W24", "week", date(2026, 6, 8), date(2026, 6, 14)),
)

FULL = Brief(
    report="weekly",
    title=said("经营周报", "Weekly recap"),
    period=WEEK,
    subject=Subject("yunlan-tea", "云岚茶事", "食品饮料", "中型", "杭州", "华东一组", "云岚"),
    scores=(BUSINESS, POPULARITY),
    notes=NOTES,
    goals=(SALES, FANS, REFUNDS),
    pace=Pace(SALES.metric, "yuan", SALES.target, steps(), SALES.landing),
    tiers=Tiers(
        (Tier("devoted", 48_620, 0.0514, 47_158), Tier("warm", 213_400, 0.2255, 209_627), Tier("casual", 684_352, 0.7231, 688_900)),
        upgraded=3_940,
        downgraded=1_210,
    ),
    traffic=(
        Domain("public", 1_284_000, 0.5160, 1_232_000),
        Domain("paid", 612_500, 0.2461, 623_700),
        Domain("owned", 388_200, 0.1560, 344_700),
        Domain("external", None, reason="no_source"),
    ),
    best_works=(
        Work("w1", "明前龙井到底贵在哪？老茶师一句话说清楚", date(2026, 6, 18), 1_402_000, 0.312, 88_210),
        Work("w2", "三分钟学会办公室冷泡茶", date(2026, 6, 16), 731_000, 0.284, 41_003),
        Work("w3", "618 直播间茶礼开箱", date(2026, 6, 17), 520_400, 0.251, 30_118),
    ),
    traits=(
        Trait("question", said("标题里有提问", "a question in the title"), 0.75, 0.0, works=14),
        Trait("bounce_rate_2s", said("2 秒内离开", "left within 2 seconds"), 0.31, 0.47, works=14),
    ),
    worst_works=(
        Work("w4", "茶园航拍合集（第四弹）", date(2026, 6, 15), 20_130, 0.061, 310),
        Work("w5", "端午放假通知", date(2026, 6, 19), 8_204, None, 95),
    ),
    suggestions=(
        Suggestion(
            "shift-budget-to-live",
            said("把两成投放预算转到私域直播间", "Move a fifth of the ad budget to live sessions for followers"),
            said(
                "私域转化率 8.7%，是商域 3.4% 的 2.6 倍；投放成本连续三周上升。",
                "Owned traffic converts at 8.7%, paid at 3.4%; the cost of ads has risen for three weeks.",
            ),
            "business",
            "low",
            "accepted",
        ),
        Suggestion(
            "trial-coupon-for-warm-fans",
            said("给好感粉发到店试饮券", "Send warm fans a coupon for a tasting"),
            said(
                "好感粉升为真爱粉的比例 1.8%，低于同行中位 2.6%。", "1.8% of warm fans became devoted; the peers' median is 2.6%."
            ),
            "popularity",
            "medium",
        ),
        Suggestion(
            "short-hooks",
            said("前三秒先给结果", "Show the result in the first three seconds"),
            said(
                "2 秒跳出率 41%，同行中位 33%；完播率最高的三条都先给结果。",
                "41% leave within 2 seconds, the peers' median is 33%; the three best works all begin with the result.",
            ),
            "popularity",
            "low",
        ),
    ),
    alerts=(
        Alert(
            "sales-at-risk",
            said("成交额目标有风险", "The sales goal is at risk"),
            "warning",
            date(2026, 6, 19),
            said(
                "目标 june-sales 的成交额做到 ¥803.4万，按进度应为 ¥840万。",
                "Sales value of the goal june-sales: ¥8.03M, where ¥8.4M was expected by now.",
            ),
        ),
        Alert("qianchuan-late", said("千川报表缺 1 天", "One day of the Qianchuan report is missing"), "info", date(2026, 6, 21)),
    ),
    earned=(
        Benefit(
            said("目标加速奖", "Booster for a goal"),
            50_000,
            said("流量券", "traffic coupons"),
            said("五月成交额达成目标", "May's sales goal was reached"),
            "confirmed",
        ),
    ),
    possible=(
        Benefit(
            said("粉丝增长奖", "Prize for fans"),
            2,
            said("天首页推荐位", "days on the front page"),
            said("六月净增粉丝达成 8,000", "8,000 net new fans in June"),
            "open",
        ),
    ),
    lessons=(
        Lesson(
            said(
                "周三晚 8 点直播的成交占全周 27%，比周五高 9 个百分点，场次值得前移。",
                "Live sessions on Wednesday at 8 pm made 27% of the week's sales, 9 points more than Friday's.",
            )
        ),
        Lesson(
            None,
            said("前三秒先给结果", "Show the result in the first three seconds"),
            said("完播率", "Finish rate"),
            "worked",
            0.05,
            0.15,
            0.084,
            0.031,
            0.14,
            12,
            0.75,
            is_own=True,
        ),
        Lesson(
            None,
            said("给好感粉发券", "Coupons for warm fans"),
            said("成交额", "Sales value"),
            "too_few",
            0.02,
            0.08,
            -0.012,
            -0.09,
            0.07,
            3,
        ),
    ),
    numbers=(
        Number("plays", said("播放量", "Plays"), "count", "up", "settle", 8_764_000, 8_112_000, 7, 7, 7, 7, date(2026, 6, 23)),
        Number("new_fans", said("新增粉丝", "New fans"), "count", "up", "settle", 6_210, 5_770, 7, 7, 7, 7),
        Number(
            "interaction_rate", said("互动率", "Interaction rate"), "ratio", "up", "keep", 0.0538, 0.0512, 7, 7, 7, 7, is_sum=False
        ),
        Number("lost_fans", said("取关", "Lost fans"), "count", "down", "keep", 1_250, 1_431, 6, 7, 7, 7),
        Number("gmv", said("成交额", "Sales value"), "yuan", "up", "convert", 2_864_300, 2_511_000, 7, 7, 7, 7, date(2026, 7, 6)),
        Number("leads", said("线索", "Leads"), "count", "up", "convert", 310, None, 7, 7, 0, 7),
    ),
    funnel=Funnel(21_400, 16_230, 0.7584, 946_372, 12_040, 0.0127),
    tasks=(
        Task(
            said("改三个开头", "Rewrite three openings"),
            said("前三秒先给结果", "Show the result in the first three seconds"),
            "started",
            "陈晨",
            date(2026, 6, 19),
            LAST_DAY,
        ),
        Task(
            said("排两场会员专场", "Plan two sessions for members"),
            said("把两成投放预算转到私域直播间", "Move a fifth of the ad budget to live sessions for followers"),
            "accepted",
            "林然",
            date(2026, 6, 30),
            LAST_DAY,
        ),
        Task(
            said("补齐详情页", "Complete the product pages"),
            said("补齐详情页", "Complete the product pages"),
            "verified",
            "周珂",
            date(2026, 6, 17),
            LAST_DAY,
            verified=True,
        ),
    ),
    check_ins=(
        CheckIn("june-sales", said("成交额", "Sales value"), "陈晨", "week", date(2026, 6, 9)),
        CheckIn("june-fans", said("净增粉丝", "Net new fans"), "", "week", None),
    ),
    next_goals=(
        NextGoal(
            said("成交额", "Sales value"),
            "yuan",
            "2026-07",
            date(2026, 7, 1),
            date(2026, 7, 31),
            (
                NextLevel("floor", said("保底", "Floor"), 11_800_000, 0.75),
                NextLevel("target", said("目标", "Target"), 13_200_000, 0.51),
                NextLevel("stretch", said("冲刺", "Stretch"), 14_500_000, 0.24),
            ),
            10_940_000,
            9_120_000,
        ),
    ),
    balances=(
        Balance(said("流量券", "traffic coupons"), 0, 50_000, 120_000),
        Balance(said("元", "yuan"), 500.5, 0, 0),
    ),
)

BARE = replace(
    FULL,
    subject=Subject("new-tea", "初茶"),
    scores=(
        Score("business", BUSINESS.label, None, reason="new_account"),
        Score("popularity", POPULARITY.label, None, reason="too_few_days"),
    ),
    goals=(
        replace(
            SALES,
            actual=None,
            progress=None,
            expected=None,
            needed_per_day=None,
            landing=None,
            levels=(),
            status="no_data",
            reason="no_source",
        ),
    ),
    pace=None,
    tiers=None,
    traffic=(),
    best_works=(),
    worst_works=(),
    suggestions=(),
    alerts=(),
    earned=(),
    possible=(),
    lessons=(),
    numbers=(),
    funnel=None,
    traits=(),
    tasks=(),
    check_ins=(),
    next_goals=(),
    balances=(),
    notes=Notes((Coverage("enterprise_daily", said("企业号日报", "Enterprise daily report"), 0, 7, None),), "Asia/Shanghai"),
)
"""An account in the registry about which nothing is known yet."""

HOSTILE_NAME = '<script>alert("茶")</script> & **bold** \u202egnp.exe\u2066 🍵👩‍👩‍👧 ' + "很长的名字" * 40
HOSTILE = replace(
    FULL, subject=replace(FULL.subject, name=HOSTILE_NAME, industry='"><img src=x onerror=alert(1)>', brand="=cmd|'/c calc'!A1")
)


def standing(  # noqa: PLR0913, PLR0917  a row of a table
    number: int,
    name: str,
    verdict: str,
    business: float | None,
    change: float,
    popularity: float | None,
    status: str | None,
    progress: float | None,
    alerts: int,
) -> Standing:
    return Standing(
        f"account-{number:02}",
        name,
        verdict,
        business,
        popularity,
        "食品饮料" if number % 2 else "餐饮",
        None if business is None else business - change,
        None if popularity is None else popularity + change / 2,
        status,
        progress,
        alerts,
    )


TEAM = TeamBrief(
    report="team-weekly",
    title=said("团队周报", "Team digest"),
    period=WEEK,
    team="华东一组",
    accounts=(
        standing(1, "云岚茶事", "watch", 711.4, 4.8, 642.7, "at_risk", 0.67, 2),
        standing(2, "半山小馆", "good", 688.0, 18.2, 590.1, "ahead", 0.81, 0),
        standing(3, "青禾酸奶", "act", 412.9, -41.3, 388.0, "behind", 0.38, 3),
        standing(4, "巷口面档", "good", 655.5, 0.0, 701.2, "on_track", 0.70, 0),
        standing(5, "松果书店咖啡", "watch", 530.2, -12.7, 498.4, "on_track", 0.71, 1),
        standing(6, "初茶", "watch", None, 0.0, None, None, None, 0),
        standing(7, "海盐面包", "good", 598.7, 9.4, 612.3, "reached", 1.04, 0),
    ),
    notes=NOTES,
    numbers=FULL.numbers,
    goals_at_risk=(
        GoalAtRisk(
            "account-03", "青禾酸奶", said("成交额", "Sales value"), "yuan", 3_000_000, "behind", 1_140_000, 0.38, 0.7, 206_667
        ),
        GoalAtRisk(
            "account-01", "云岚茶事", said("成交额", "Sales value"), "yuan", 12_000_000, "at_risk", 8_034_000, 0.67, 0.7, 440_667
        ),
        GoalAtRisk("account-01", "云岚茶事", said("净增粉丝", "Net new fans"), "count", 8_000, "behind", 4_960, 0.62, 0.7, 338),
    ),
)

DAILY = replace(
    FULL,
    report="daily",
    title=said("经营日报", "Daily flash"),
    period=Period("2026-06-21", "day", LAST_DAY, LAST_DAY),
    notes=replace(NOTES, counted=Period("2026-06-14", "day", date(2026, 6, 14), date(2026, 6, 14))),
    sections=Sections(components=False, audience=False, works=False, rewards=False, lessons=False, next_goals=False).shown,
)
MONTHLY = replace(
    FULL,
    report="monthly",
    title=said("经营月报", "Monthly recap"),
    period=Period("2026-05", "month", date(2026, 5, 1), date(2026, 5, 31)),
    notes=replace(NOTES, compared=Period("2026-04", "month", date(2026, 4, 1), date(2026, 4, 30))),
    numbers=tuple(
        replace(number, days=31, of_days=31, previous_days=30 if number.previous else 0, previous_of_days=30)
        for number in FULL.numbers
    ),
)
CAMPAIGN = replace(
    FULL,
    report="campaign",
    title=said("活动复盘", "Campaign recap"),
    period=Period("618-2026", "campaign", date(2026, 6, 1), date(2026, 6, 18), said("618 大促 2026", "618 mid-year sale 2026")),
    notes=replace(NOTES, counted=Period("2026-05-14..2026-05-31", "custom", date(2026, 5, 14), date(2026, 5, 31))),
)
BRAND = replace(TEAM, report="brand", title=said("品牌月报", "Brand digest"), team="云岚", kind="brand", goals=(SALES,))
PORTFOLIO = replace(TEAM, report="portfolio", title=said("全部账号周报", "Portfolio digest"), team="示例项目", kind="portfolio")
