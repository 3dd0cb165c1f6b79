"""The same plan writes the same bytes; another seed writes others."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import date

import pytest

from opsengine.demo import DemoPlan, write_exports
from opsengine.errors import UserError

SMALL = DemoPlan(accounts=9, days=30)


def digests(folder, plan):
    files = write_exports(folder, plan)
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def test_the_same_plan_writes_the_same_bytes_on_any_day_and_in_any_folder(tmp_path):
    first = digests(tmp_path / "first", SMALL)

    assert digests(tmp_path / "second", SMALL) == first


def test_another_seed_writes_other_numbers_for_the_same_accounts(tmp_path):
    seven, eight = digests(tmp_path / "seven", SMALL), digests(tmp_path / "eight", replace(SMALL, seed=8))

    assert not set(seven.values()) & set(eight.values())
    assert {name for name in seven if "日报" in name} == {name for name in eight if "日报" in name}


def test_more_accounts_leave_the_files_of_the_others_as_they_were(tmp_path):
    few, more = digests(tmp_path / "few", SMALL), digests(tmp_path / "more", replace(SMALL, accounts=14))
    own = [name for name in few if name.count("/") == 2 and "日报" in name]

    assert own
    assert all(more[name] == few[name] for name in own)


def test_files_carry_the_time_of_their_export_and_no_other(tmp_path):
    files = write_exports(tmp_path, SMALL)
    exports = [path for path in files if path.name != "accounts.csv"]

    assert {round(path.stat().st_mtime) for path in exports if path.name != "企业号日报.csv"} == {1782093900}


@pytest.mark.parametrize(("accounts", "days"), [(1, 14), (1, 40), (7, 14), (3, 800), (120, 14)])
def test_any_size_of_demo_can_be_written(tmp_path, accounts, days):
    plan = DemoPlan(accounts=accounts, days=days)

    files = write_exports(tmp_path, plan)

    assert sum("企业号日报" in path.name for path in files) == accounts + (accounts >= 6)
    assert plan.first_day == date.fromordinal(plan.as_of.toordinal() - days + 1)


@pytest.mark.parametrize("wrong", [{"accounts": 0}, {"days": 13}, {"days": 801}, {"accounts": 10_000}])
def test_a_demo_out_of_bounds_is_refused_with_the_bounds(wrong):
    with pytest.raises(UserError, match="a demo has 1"):
        DemoPlan(**wrong)
