"""What to bring in so that a play can be judged."""

from __future__ import annotations

import pytest

from opsengine.sources import read_presets
from opsengine.strategy import lacking
from tests.strategy.world import CATALOGUE


def ways(*missing, known=()):
    return {one.name: one for one in lacking(missing, known, CATALOGUE, read_presets().by_name)}


def test_a_number_that_no_file_told_names_the_exports_that_tell_it():
    way = ways("live_sessions_28d")["live_sessions_28d"]

    assert way.lack == "import"
    assert "compass_live" in [name for name, _ in way.presets]
    assert way.said("zh-CN").startswith("导入")


def test_a_ratio_names_the_exports_of_its_parts():
    assert "qianchuan_standard" in [name for name, _ in ways("roi_7d")["roi_7d"].presets]


def test_what_is_usual_among_peers_needs_peers_where_the_number_itself_is_known():
    assert ways("roi_7d_p50", known=["roi_7d"])["roi_7d_p50"].lack == "peers"
    assert ways("roi_7d_p50")["roi_7d_p50"].lack == "import"


def test_a_change_needs_the_window_before():
    assert ways("plays_28d_change", known=["plays_28d"])["plays_28d_change"].lack == "earlier"


@pytest.mark.parametrize(
    ("name", "lack"),
    [
        ("primary_gap", "goal"),
        ("business_score", "score"),
        ("devoted_share", "import"),
        ("days_since_post", "import"),
        ("paid_share", "import"),
        ("fans_total", "import"),
        ("roi_3w_to_peak", "import"),
    ],
)
def test_numbers_of_the_account_as_a_whole_have_their_own_way(name, lack):
    way = ways(name)[name]

    assert way.lack == lack
    assert bool(way.presets) == (lack == "import")


def test_a_number_that_no_export_of_ours_tells_may_come_as_a_series():
    assert ways("won_leads_28d")["won_leads_28d"].said("en").startswith("import ")
