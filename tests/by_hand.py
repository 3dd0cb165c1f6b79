"""The demo's numbers as a patient person would find them: exports opened with csv and openpyxl, columns added up.

Nothing here uses opsengine: neither its importer nor its models. Days are counted back from the last one.
"""

from __future__ import annotations

import csv
import math
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path

import openpyxl

WEIGHTS = {
    "view": 1,
    "like": 2,
    "comment": 4,
    "share": 6,
    "favourite": 3,
    "follow": 3,
    "message": 5,
    "group": 8,
    "live": 5,
    "order": 20,
    "refund": -10,
}
WARM, DEVOTED, KEEP, HALF_LIFE = 6, 24, 0.75, 60
"""What the shipped `fan_tiers.yaml` declares."""
DOMAINS = {
    "public": (
        "video_to_live", "homepage_hot", "live_merge", "homepage_fresh", "other_recommend_live", "general_search", "douyin_shopping_center",
        "activity",
    ),
    "paid": ("live_dou_plus", "live_pc_qian_chuan", "live_xiao_dian_qian_chuan"),
    "owned": ("homepage_follow", "others_homepage"),
    "external": ("touxi_saas",),
}  # fmt: skip
Lines = dict[date, list[dict[str, object]]]


@dataclass(frozen=True)
class ByHand:
    """The export files of a project, and one account of them."""

    project: Path
    account: str
    as_of: date

    def last(self, days: int, before: int = 0) -> list[date]:
        """The last days, or as many that end `before` days earlier."""
        return [self.as_of - timedelta(days=before + back) for back in range(days)]

    def between(self, first: str, last: str) -> list[date]:
        """The days from one to the other, both included."""
        start = date.fromisoformat(first)
        return [start + timedelta(days=number) for number in range((date.fromisoformat(last) - start).days + 1)]

    def page(self, column: str, days: list[date]) -> float:
        """A column of the daily report, added up."""
        return added(self.report, column, days)

    def live(self, column: str, days: list[date]) -> float:
        """A column of the live list, added up."""
        return added(self.sessions, column, days)

    def ads(self, column: str, days: list[date]) -> float:
        """A column of the advertising report, added up."""
        return added(self.adverts, column, days)

    def with_ads(self, days: list[date]) -> list[date]:
        """Those of the days that the advertising report tells of."""
        return [day for day in days if self.adverts.get(day)]

    def gmv(self, days: list[date]) -> float:
        """Yuan sold on the page and in live sessions."""
        return self.page("商品订单金额", days) + self.live("直播间用户支付金额", days)

    def orders(self, days: list[date]) -> float:
        """Orders on the page and in live sessions."""
        return self.page("商品订单数", days) + self.live("直播间成交订单数", days)

    def interactions(self, days: list[date]) -> float:
        """Likes, comments, shares and favourites."""
        return sum(self.page(column, days) for column in ("点赞数", "评论提交数", "分享数", "收藏数"))

    def leads(self, days: list[date], *stages: str) -> int:
        """Leads created on these days; only those that are in one of the stages, when any is named."""
        found = [row for day in days for row in self.clues.get(day, ())]
        return sum(1 for row in found if not stages or row["effective_state"] in stages)

    def traffic(self, domain: str, days: list[date]) -> float:
        """Views of live sessions that came from a domain."""
        return sum(added(self.sources, column, days) for column in DOMAINS[domain])

    def tiers(self) -> dict[str, int]:
        """How many fans are devoted, warm and casual."""
        found = {"devoted": 0, "warm": 0, "casual": 0}
        middle = self._usual_order
        for acts in self._acts.get(self.account, {}).values():
            now = engagement(acts, self.as_of, middle)
            before = engagement(acts, self.as_of - timedelta(days=7), middle)
            if now is not None:
                found[tier(now, before)] += 1
        return found

    @cached_property
    def report(self) -> Lines:
        """The newest of the account's daily reports: a second download is called `(1)`."""
        file = max((self.project / "data" / self.account).glob("企业号日报*.csv"), key=lambda path: ("(1)" in path.name, path.name))
        return by_day(read_csv(file, "utf-8-sig"), "数据统计时间")

    @cached_property
    def adverts(self) -> Lines:
        """The advertising report without its total."""
        files = sorted((self.project / "data" / self.account).glob("千川标准推广.csv"))
        return by_day([row for file in files for row in read_csv(file, "gb18030") if row["日期"]], "日期")

    @cached_property
    def works(self) -> Lines:
        """The list of works by the day of publication."""
        files = sorted((self.project / "data" / self.account).glob("作品列表.xlsx"))
        return by_day([row for file in files for row in read_xlsx(file)], "发布时间")

    @cached_property
    def sessions(self) -> Lines:
        """The account's live sessions by the day on which they began."""
        rows = [row for file in sorted(self.project.glob("data/compass/*.xlsx")) for row in read_xlsx(file)]
        return by_day([row for row in rows if row["主播抖音号"] == self.account], "直播开始时间")

    @cached_property
    def clues(self) -> Lines:
        """The account's leads by the day of creation."""
        rows = [row for file in sorted(self.project.glob("data/leads/*.csv")) for row in read_csv(file, "utf-8")]
        return by_day([row for row in rows if row["local_account_id"] == self.account], "create_time_detail")

    @cached_property
    def sources(self) -> Lines:
        """The account's sources of live traffic."""
        rows = [row for file in sorted(self.project.glob("data/traffic/*.csv")) for row in read_csv(file, "utf-8")]
        return by_day([row for row in rows if row["aweme_id"] == self.account], "stat_date")

    @cached_property
    def _acts(self) -> dict[str, dict[str, dict[tuple[date, str], float]]]:
        """For each account and fan: one act a day and kind, with the largest value of that day."""
        found: dict[str, dict[str, dict[tuple[date, str], float]]] = defaultdict(lambda: defaultdict(dict))
        for file in sorted(self.project.glob("data/fans/*.csv")):
            for row in read_csv(file, "utf-8"):
                acts = found[str(row["account_id"])][str(row["fan_id"])]
                key = date.fromisoformat(str(row["at"])[:10]), str(row["action"])
                acts[key] = max(acts.get(key, 0.0), number(row["value"] or 0))
        return found

    @cached_property
    def _usual_order(self) -> float:
        """The median value of an order, all fans of all accounts counted."""
        values = sorted(
            value
            for fans in self._acts.values()
            for acts in fans.values()
            for (_, action), value in acts.items()
            if action == "order"
        )
        return quantile(values, 0.5)


def engagement(acts: dict[tuple[date, str], float], as_of: date, usual_order: float) -> float | None:
    """What a fan's acts are worth on a day, fading by half in sixty days; None before the first act that counts."""
    parts = []
    for (day, action), value in acts.items():
        if action in WEIGHTS and day <= as_of:
            bonus = 0.5 * math.log(1 + value) / math.log(1 + usual_order) if action == "order" and value > 0 else 0
            parts.append(WEIGHTS[action] * (1 + bonus) * 2 ** (-(as_of - day).days / HALF_LIFE))
    return sum(parts) if parts else None


def tier(worth: float, before: float | None) -> str:
    """The tier of a fan, who falls out of one only below three quarters of its cut."""
    earlier = 0 if before is None else 3 if before >= DEVOTED else 2 if before >= WARM else 1
    if worth >= DEVOTED or (earlier == 3 and worth >= KEEP * DEVOTED):
        return "devoted"
    return "warm" if worth >= WARM or (earlier >= 2 and worth >= KEEP * WARM) else "casual"


def quantile(values: list[float], share: float) -> float:
    """The value below which this share lies, between neighbours in proportion."""
    ordered = sorted(values)
    place = (len(ordered) - 1) * share
    below = math.floor(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)


def added(lines: Lines, column: str, days: list[date]) -> float:
    """A column over some days."""
    return sum(number(row[column]) for day in days for row in lines.get(day, ()))


def number(cell: object) -> float:
    """A cell as a number: thousands commas are decoration."""
    return float(str(cell).replace(",", ""))


def by_day(rows: list[dict[str, object]], column: str) -> Lines:
    """Rows by the day that a column begins with, `2026-06-21` or `2026/06/21`."""
    found: Lines = defaultdict(list)
    for row in rows:
        found[date.fromisoformat(str(row[column])[:10].replace("/", "-"))].append(row)
    return found


def read_csv(path: Path, encoding: str) -> list[dict[str, object]]:
    """The lines of a CSV file."""
    with path.open(encoding=encoding, newline="") as file:
        return [dict(row) for row in csv.DictReader(file)]


def read_xlsx(path: Path) -> list[dict[str, object]]:
    """The lines of a workbook's only sheet."""
    book = openpyxl.load_workbook(path, read_only=True)
    header, *lines = book.active.iter_rows(values_only=True)
    book.close()
    return [dict(zip(header, line, strict=True)) for line in lines]
