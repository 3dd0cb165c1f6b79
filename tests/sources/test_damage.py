"""Damaged files are refused, listed, or say the same as before: no number changes in silence.

What nobody can know from the file alone, and what these damages therefore leave out: cells that change places under headers that stay,
a plausible number in place of another, a name that a wrong encoding turned into another readable name (its numbers are the same),
and whole lines that are missing at the end (what is there is then the same, and the missing days stay missing).
"""

from __future__ import annotations

import csv
import io
import random
import re
from datetime import date
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from opsengine.sources.gathering import Gathering, gather
from opsengine.sources.keys import Context, Pseudonyms
from opsengine.sources.opening import open_files
from opsengine.sources.register import Account, Accounts
from opsengine.sources.rejection import Refused
from tests.sources.samples import HEADERS, PRESETS, Sample

TIMES = 500
ENCODINGS = ("utf-8", "utf-8-sig", "gb18030", "utf-16")
ACCOUNTS = Accounts([Account("tea", "茶", "餐饮", aliases=("1700000000000001",))])
CONTEXT = Context(ZoneInfo("Asia/Shanghai"), date(2026, 12, 31), ACCOUNTS, Pseudonyms(b"k" * 32), ("tea",))


def read(bench, content):
    """What the bytes say: the facts, and everything that is said about them."""
    ((_, opened),) = open_files({"file": bench.raw("file.csv", content)}, PRESETS, bench.engine)
    if isinstance(opened, Refused):
        return None, [opened.rejection.code]
    gathering = Gathering()
    try:
        for match in opened:
            gather(match, CONTEXT, gathering)
    except Refused as refused:
        return None, [refused.rejection.code]
    said = [one.code for one in (*gathering.rejections, *gathering.remarks)]
    drift = opened[0].drift
    facts = {(opened[0].name, *key): _plain(entry.content) for key, entry in gathering.entries.items()}
    return facts, [*said, *(["rounded"] * gathering.rounded), *drift.new, *drift.missing, *map(str, drift.units)]


def _plain(content):
    """What an entry says, each number in one spelling."""
    return sorted(
        str([format(one.normalize(), "f") if isinstance(one, Decimal) else one for one in _flat(part)]) for part in content
    )


def _flat(part):
    return part if isinstance(part, tuple) else (part,)


def written(rows):
    lines = io.StringIO()
    csv.writer(lines).writerows(rows)
    return lines.getvalue()


def cut(dice, sample, encoding):
    rows = sample.all_rows
    whole = written(rows).encode(encoding)
    return whole[: dice.randrange(len(whole) // 3, len(whole))]


def swapped_columns(dice, sample, encoding):
    rows = sample.all_rows
    order = list(range(len(rows[0])))
    one, other = dice.sample(order, 2)
    order[one], order[other] = other, one
    return written([[row[place] for place in order] for row in rows]).encode(encoding)


def wrong_encoding(dice, sample, encoding):
    rows = sample.all_rows
    wrong = dice.choice(["latin-1", "gb18030", "utf-16-le", "big5", "utf-8"])
    garbled = written(rows).encode(encoding).decode(wrong, errors="replace")
    return garbled.encode(dice.choice(ENCODINGS))


def changed_sign(dice, sample, encoding):
    """A sign that says a unit is added, taken away or exchanged, in the header or in one cell."""
    rows = [list(row) for row in sample.all_rows]
    line = dice.randrange(len(rows)) if sample.numbers else 0
    place = dice.choice(sorted(sample.numbers)) if line else dice.randrange(len(rows[0]))
    cell = rows[line][place]
    signs = ["(万元)", "(%)", "(元)", "(分)", "(秒)", "(万)"] if line == 0 else ["%", "$", "万", "秒", "元", "€"]
    without = cell.partition("(")[0] if line == 0 else cell.strip("%¥元")
    rows[line][place] = dice.choice([*(without + sign for sign in signs), without])
    return written(rows).encode(encoding)


def repeated_rows(dice, sample, encoding):
    """Rows that stand there again, some of them with another number."""
    rows = sample.all_rows
    again = [list(dice.choice(rows)) for _ in range(dice.randint(1, 3))]
    for row in again:
        if dice.random() < 0.5:
            place = dice.choice(sorted(sample.numbers) or [0])
            row[place] = dice.choice([row[place], "7", "", "--", "x"]) if sample.numbers else row[place]
    at = dice.randrange(1, len(rows) + 1)
    return written([*rows[:at], *again, *rows[at:]]).encode(encoding)


def _differs_only_as_nobody_can_know(damage, found, facts):
    """Whole lines are missing after a cut; a name became another readable name in a wrong encoding, its numbers the same."""
    if damage is cut:
        return found.items() <= facts.items()
    return damage is wrong_encoding and _numbers(found) == _numbers(facts)


def _numbers(facts):
    return sorted(re.findall(r"'(-?[\d.]+)'", str(sorted(map(str, facts.values())))))


DAMAGES = (cut, swapped_columns, wrong_encoding, changed_sign, repeated_rows)


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__)
def test_no_damage_changes_a_number_in_silence(bench, damage):
    silent = []
    whole = {}
    for seed in range(TIMES // len(DAMAGES)):
        dice = random.Random(f"{damage.__name__}/{seed}")  # noqa: S311  dice for a test, not for secrets
        export, encoding = dice.choice(sorted(HEADERS)), dice.choice(ENCODINGS)
        sample = Sample(export)
        facts, said = whole.setdefault(export, read(bench, written(sample.all_rows).encode()))
        found, now_said = read(bench, damage(dice, sample, encoding))
        is_listed = found is None or sorted(now_said) != sorted(said)
        if not (is_listed or found == facts or _differs_only_as_nobody_can_know(damage, found, facts)):
            silent.append((export, seed, [line for key in found for line in set(found[key]) ^ set(facts.get(key, []))]))

    assert silent == []


def test_columns_under_swapped_headers_are_what_their_headers_say(bench):
    sample = Sample("enterprise_daily")
    header = [
        "新增粉丝人数" if name == "流失粉丝人数" else "流失粉丝人数" if name == "新增粉丝人数" else name for name in sample.header
    ]
    facts, said = read(bench, written([header, *sample.rows]).encode())

    assert said == []
    assert len(facts) == len(sample.rows)
