"""创作者中心 list of works: xlsx, 16 columns, shares as decimal text, title and body in one cell."""

from __future__ import annotations

from collections.abc import Iterable

from opsengine.demo.posting import Work
from opsengine.demo.writing import MISSING, Cell

NAME = "作品列表"
SHEET = "作品列表"
HEADER = (
    "作品名称", "发布时间", "体裁", "审核状态", "播放量", "完播率", "5s完播率", "封面点击率", "2s跳出率", "平均播放时长",
    "点赞量", "分享量", "评论量", "收藏量", "主页访问量", "粉丝增量",
)  # fmt: skip


def lines(works: Iterable[Work]) -> list[tuple[Cell, ...]]:
    """The list's lines under `HEADER`, the newest first."""
    return [_line(work) for work in sorted(works, key=lambda work: work.published_at, reverse=True)]


def _line(work: Work) -> tuple[Cell, ...]:
    shares = (work.finish, work.finish_5s, work.cover_clicks, work.bounce_2s, work.seconds)
    return (
        work.title,
        f"{work.published_at:%Y-%m-%d %H:%M:%S}",
        work.form,
        "公开",
        work.plays,
        *((f"{share:.4f}" for share in shares[:-1]) if work.plays else (MISSING,) * 4),
        f"{work.seconds:.2f}" if work.plays else MISSING,
        work.likes,
        work.shares,
        work.comments,
        work.favourites,
        work.home_visits,
        work.net_fans,
    )
