"""罗盘 list of live sessions: xlsx, 54 columns, one line a session, several accounts in one file."""

from __future__ import annotations

from datetime import datetime

from opsengine.demo.accounts import Account
from opsengine.demo.streaming import Session
from opsengine.demo.writing import MISSING, Cell, rate

NAME = "直播列表"
SHEET = "直播间列表"
HEADER = (
    "主播头像", "主播昵称", "主播抖音号", "直播开始时间", "直播结束时间", "直播时长(分钟)", "直播间曝光人数", "直播间曝光次数",
    "直播间观看人数", "单小时观看人数", "直播间观看次数", "最高在线人数", "平均在线人数", "人均观看时长(分钟)", "评论次数",
    "新加直播团人数", "新增粉丝数", "取关粉丝数", "观看老粉占比", "带货商品数", "直播间商品曝光人数", "直播间商品点击人数",
    "直播间商品曝光次数", "直播间商品点击次数", "直播间成交订单数", "直播间成交金额", "直播间用户支付金额", "单小时用户支付金额",
    "直播间成交件数", "直播间成交人数", "直播间退款订单数", "直播间退款金额", "直播间退款人数", "预估佣金支出",
    "商品曝光-点击率(次数)", "商品曝光-点击率(人数)", "商品点击-成交率(次数)", "商品点击-成交率(人数)", "观看-成交率(次数)",
    "观看-成交率(人数)", "预售订单数", "预售全款金额", "新加购物团人数", "投放消耗(店铺绑定)", "投放消耗(店铺被投)", "净成交金额",
    "净成交订单数", "1小时退款金额", "1小时退款订单数", "1小时退款率", "消费券引导支付金额", "消费券引导支付占比",
    "消费券补贴金额", "消费券使用量",
)  # fmt: skip


def line(account: Account, session: Session) -> tuple[Cell, ...]:
    """One session under `HEADER`."""
    return (*_who(account, session), *_crowd(session), *_sales(session), *_rates(session), *_money(session))


def _who(account: Account, session: Session) -> tuple[Cell, ...]:
    """Columns 1 to 6: whose session, and when."""
    return (MISSING, account.name, account.account_id, _moment(session.start), _moment(session.end), session.minutes)


def _crowd(session: Session) -> tuple[Cell, ...]:
    """Columns 7 to 20: who came and what they did."""
    crowd = session.crowd
    return (
        crowd.shown_people,
        crowd.shown_times,
        crowd.viewers,
        round(crowd.viewers / (session.minutes / 60), 3),
        crowd.views,
        crowd.most_online,
        round(crowd.viewers * crowd.watch_minutes / session.minutes),
        crowd.watch_minutes,
        crowd.comments,
        crowd.club_joins,
        crowd.new_fans,
        crowd.lost_fans,
        f"{crowd.old_fans:.4f}",
        session.products,
    )


def _sales(session: Session) -> tuple[Cell, ...]:
    """Columns 21 to 34: from a product shown to money paid and given back."""
    sales = session.sales
    return (
        sales.product_shown_people,
        sales.product_click_people,
        sales.product_shown_times,
        sales.product_clicks,
        sales.orders,
        sales.amount,
        sales.paid,
        round(sales.paid / (session.minutes / 60), 2),
        sales.items,
        sales.buyers,
        sales.refunds,
        sales.refunded,
        sales.refunds,
        0,
    )


def _rates(session: Session) -> tuple[Cell, ...]:
    """Columns 35 to 40, as decimal text."""
    crowd, sales = session.crowd, session.sales
    return (
        rate(sales.product_clicks, sales.product_shown_times),
        rate(sales.product_click_people, sales.product_shown_people),
        rate(sales.orders, sales.product_clicks),
        rate(sales.buyers, sales.product_click_people),
        rate(sales.orders, crowd.views),
        rate(sales.buyers, crowd.viewers),
    )


def _money(session: Session) -> tuple[Cell, ...]:
    """Columns 41 to 54: presale, advertising, net sales, vouchers."""
    sales = session.sales
    return (
        *(0, 0, 0),
        session.spend,
        session.spend,
        round(sales.amount - sales.quick_refunded, 2),
        sales.orders - sales.quick_refunds,
        sales.quick_refunded,
        sales.quick_refunds,
        rate(sales.quick_refunded, sales.amount),
        0,
        rate(0, sales.paid),
        *(0, 0),
    )


def _moment(moment: datetime) -> str:
    return f"{moment:%Y/%m/%d %H:%M:%S}"
