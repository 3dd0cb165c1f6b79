"""The days on which everything is different: holidays and campaigns."""

from __future__ import annotations

from datetime import date

from opsengine.demo.industries import Industry, Season

ORDINARY = Season(1.0, 1.0)

HOLIDAYS = (((5, 1), (5, 5)), ((10, 1), (10, 7)))
"""Labour Day and National Day, as (month, day) of the first and the last day."""

CAMPAIGNS = (((6, 1), (6, 18)), ((10, 31), (11, 11)))
"""618 and Double Eleven."""

PEAKS = {(6, 1), (6, 16), (6, 17), (6, 18), (10, 31), (11, 10), (11, 11)}
"""The opening and the last days of the campaigns."""


def season(industry: Industry, day: date) -> Season:
    """What the calendar does to an industry on a day, apart from the weekday."""
    here = (day.month, day.day)
    if any(first <= here <= last for first, last in HOLIDAYS):
        return industry.holiday
    if not any(first <= here <= last for first, last in CAMPAIGNS):
        return ORDINARY
    if here not in PEAKS:
        return industry.campaign
    return Season(industry.campaign.interest * industry.peak.interest, industry.campaign.sales * industry.peak.sales)
