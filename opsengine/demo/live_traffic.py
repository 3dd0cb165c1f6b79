"""Where the views of live sessions came from: CSV with the names of the platform's interface, a line for each account and day."""

from __future__ import annotations

from collections.abc import Sequence

from opsengine.demo.accounts import Account
from opsengine.demo.chance import stream
from opsengine.demo.plan import DemoPlan
from opsengine.demo.streaming import Session
from opsengine.demo.writing import Cell

NAME = "直播流量来源"
FIELDS = (
    "live_dou_plus", "live_aweme_promote", "live_luban", "live_brand_redirect", "live_brand_top", "live_brand_direct",
    "live_other_bidding", "live_pc_qian_chuan", "live_xiao_dian_qian_chuan", "room_promotion_live",
    "qian_chuan_brand_feeds_live_ad", "qian_chuan_brand_feeds_live_search", "nature", "video_to_live", "homepage_hot",
    "live_merge", "homepage_fresh", "other_recommend_live", "homepage_follow", "general_search", "others_homepage",
    "douyin_shopping_center", "activity", "touxi_saas", "all_source", "all_ad_source", "all_brand", "all_other_bidding",
    "all_bidding", "other", "all_ecom_flow_source", "all_ecom_gmv_source", "ecom_ad_second", "ecom_live_second", "ecom_other",
    "ecom_ad_third_qc_brand", "ecom_ad_third_qc_brand_other_bidding", "ecom_ad_third_qc_other_brand",
)  # fmt: skip
HEADER = ("stat_date", "aweme_id", *FIELDS)

NATURAL = {
    "homepage_hot": 0.44, "video_to_live": 0.17, "live_merge": 0.06, "homepage_fresh": 0.04, "other_recommend_live": 0.03,
    "homepage_follow": 0.11, "general_search": 0.06, "others_homepage": 0.05, "douyin_shopping_center": 0.02, "activity": 0.01,
    "touxi_saas": 0.01,
}  # fmt: skip
"""Usual shares of what comes by itself."""
PAID = {"live_pc_qian_chuan": 0.72, "live_xiao_dian_qian_chuan": 0.13, "live_dou_plus": 0.15}
"""Usual shares of what is paid for."""


def lines(plan: DemoPlan, account: Account, sessions: Sequence[Session]) -> list[tuple[Cell, ...]]:
    """The lines of one account under `HEADER`; only days with a session have one."""
    dice = stream(plan.seed, account.account_id, "traffic")
    taste = {name: share * dice.uniform(0.6, 1.5) for name, share in (NATURAL | PAID).items()}
    days: dict[str, list[Session]] = {}
    for session in sessions:
        days.setdefault(session.day.isoformat(), []).append(session)
    lines: list[tuple[Cell, ...]] = []
    for day, of_the_day in days.items():
        paid = sum(session.crowd.paid_views for session in of_the_day)
        views = sum(session.crowd.views for session in of_the_day)
        today = {name: share * dice.uniform(0.85, 1.15) for name, share in taste.items()}
        parts = _split(views - paid, {name: today[name] for name in NATURAL}) | _split(paid, {name: today[name] for name in PAID})
        totals = {
            "nature": views - paid,
            "all_source": views,
            "all_ad_source": paid,
            "all_bidding": paid,
            "all_ecom_flow_source": views,
            "ecom_ad_second": paid,
            "ecom_live_second": views - paid,
        }
        known = parts | totals
        lines.append((day, account.account_id, *(known.get(name, 0) for name in FIELDS)))
    return lines


def _split(whole: int, shares: dict[str, float]) -> dict[str, int]:
    """A whole in whole parts that add up; the first name takes what rounding leaves."""
    scale = whole / sum(shares.values())
    parts = {name: int(share * scale) for name, share in shares.items()}
    first = next(iter(parts))
    parts[first] += whole - sum(parts.values())
    return parts
