"""The words that values are made of: names in every language, units, and why something is missing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

Label = Mapping[Any, str]
"""A name in each language we speak: `{"zh-CN": …, "en": …}`."""

Unit = Literal["count", "yuan", "ratio", "times", "seconds", "minutes", "score"]
Status = Literal["ahead", "on_track", "at_risk", "behind", "reached", "missed", "no_data"]
Verdict = Literal["good", "watch", "act"]
Reason = Literal["", "no_source", "too_few_days", "too_few_peers", "no_earlier_period", "new_account", "not_applicable"]
"""Why a value is missing; empty when it is there."""
