"""What plays really did: simulated shops with a known true effect, taken up after a dip, in seasons that move everybody."""

from __future__ import annotations

import csv
import math
import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from opsengine.strategy import Life, Task
from opsengine.strategy.learning import MOST_CASES, Effect, Segment, combine, declared, estimate, learned, newest, pool
from opsengine.warehouse import DuckDBEngine
from tests.strategy.world import lay_abreast

RUNS, SHOPS, ADOPTERS = 300, 36, 12
START, DAYS, TAKEN_UP = date(2026, 2, 1), 80, 46
AS_OF = START + timedelta(days=DAYS)
PLAY = "rewrite-the-first-seconds"


def test_shrinkage_is_that_of_the_book():
    with (Path(__file__).parent / "vectors/eb_dl.csv").open() as file:
        rows = [{key: float(value) for key, value in row.items()} for row in csv.DictReader(file)]

    pooled = pool([Effect(row["est"], row["se"]) for row in rows])

    assert pooled.mean.mean == pytest.approx(rows[0]["mu"], rel=1e-9)
    assert pooled.heterogeneity == pytest.approx(rows[0]["Q"], rel=1e-9)
    assert pooled.variance == pytest.approx(rows[0]["tau2"], rel=1e-9)
    assert [one.mean for one in pooled.shrunk] == pytest.approx([row["post_mean"] for row in rows], rel=1e-9)
    assert [one.spread for one in pooled.shrunk] == pytest.approx([row["post_sd"] for row in rows], rel=1e-9)


def test_two_things_equally_sure_meet_half_way():
    both = combine(Effect(0.1, 0.06), Effect(0.2, 0.06))

    assert (both.mean, both.spread) == (pytest.approx(0.15), pytest.approx(0.06 / math.sqrt(2)))


def test_without_cases_what_is_declared_stands(playbook):
    play = next(one for one in playbook if one.name == PLAY)

    everywhere, industries = learned(play, [])

    assert everywhere == declared(play)
    assert industries == {}


def test_many_cases_outweigh_what_was_declared(playbook):
    play = next(one for one in playbook if one.name == PLAY)
    seen = [Segment(PLAY, "服饰", 200, 200, 400, -0.3, Effect(-0.2, 0.01))]

    everywhere, industries = learned(play, seen)

    assert everywhere.mean == pytest.approx(-0.19, abs=0.02)
    assert industries["服饰"].mean == pytest.approx(-0.2, abs=0.01)


@dataclass(frozen=True)
class Simulated:
    """One industry: what is true, and what was taken up."""

    industry: str
    truth: float
    rows: list[tuple[str, date, str, float]]
    adopters: list[str]

    @property
    def accounts(self) -> list[str]:
        return sorted({row[0] for row in self.rows})


def simulate(run: int) -> Simulated:
    """Shops of one industry, with common shocks, weekdays and noise that lasts; those in a dip take the play up."""
    chance = random.Random(run)  # noqa: S311  chance, not secrets
    truth = chance.choice([0.0, 0.05, 0.1, 0.2])
    shock, season = [0.0], [0.2 * math.sin(2 * math.pi * day / 7) + 0.004 * day * chance.choice([-1, 1]) for day in range(DAYS)]
    for _ in range(DAYS):
        shock.append(0.8 * shock[-1] + chance.gauss(0, 0.05))
    logs: dict[str, list[float]] = {}
    for shop in range(SHOPS):
        level, lasting = chance.gauss(7, 0.5), 0.0
        path = []
        for day in range(DAYS):
            lasting = 0.85 * lasting + chance.gauss(0, 0.08)
            path.append(level + season[day] + shock[day] + lasting + chance.gauss(0, 0.1))
        logs[f"{run:03}-{shop:02}"] = path
    dips = sorted(
        logs, key=lambda shop: sum(logs[shop][TAKEN_UP - 14 : TAKEN_UP]) / 14 - sum(logs[shop][TAKEN_UP - 42 : TAKEN_UP]) / 42
    )
    adopters = sorted(chance.sample(dips[: 2 * ADOPTERS], ADOPTERS))
    rows = [
        (
            shop,
            START + timedelta(days=day),
            "plays",
            round(math.exp(value + (truth if shop in adopters and day >= TAKEN_UP else 0)), 2),
        )
        for shop, path in logs.items()
        for day, value in enumerate(path)
    ]
    return Simulated(f"i{run:03}", truth, rows, adopters)


def lived(worlds: list[Simulated], taken_up: date = START + timedelta(days=TAKEN_UP)) -> Life:
    tasks = tuple(
        Task(
            f"{shop}/{PLAY}",
            shop,
            PLAY,
            PLAY,
            {"zh-CN": "", "en": ""},
            "done",
            "",
            taken_up,
            taken_up,
            taken_up,
            taken_up,
            None,
            {},
        )
        for world in worlds
        for shop in world.adopters
    )
    return Life(AS_OF + timedelta(days=30), tasks)


def warehouse(worlds: list[Simulated]) -> DuckDBEngine:
    engine = DuckDBEngine()
    accounts = [(shop, world.industry) for world in worlds for shop in world.accounts]
    engine.put("raw.accounts", {"account_id": "VARCHAR", "industry": "VARCHAR"}, accounts)
    metrics = dict.fromkeys(("metric", "kind", "numerator", "denominator"), "VARCHAR")
    engine.put("raw.metrics", metrics, [("plays", "flow", "plays", None)])
    engine.put("raw.calendar", {"day": "DATE"}, [(START + timedelta(days=day),) for day in range(DAYS)])
    columns = {"account_id": "VARCHAR", "day": "DATE", "metric": "VARCHAR", "value": "DECIMAL(24,6)"}
    engine.put("metrics.account_day", columns, every_row(worlds))
    lay_abreast(engine)
    return engine


def every_row(worlds: list[Simulated]) -> Iterator[tuple[str, date, str, float]]:
    for world in worlds:
        yield from world.rows


@pytest.fixture(scope="module")
def many() -> tuple[list[Simulated], dict[str, Segment]]:
    from opsengine.project import Project
    from opsengine.strategy import read_playbook
    from tests.strategy.world import NAMES

    playbook = read_playbook(Project(Path(__file__).parent / "nowhere"), NAMES)
    worlds = [simulate(run) for run in range(RUNS)]
    at_once = MOST_CASES // ADOPTERS
    batches = [worlds[first : first + at_once] for first in range(0, RUNS, at_once)]
    return worlds, {one.industry: one for batch in batches for one in estimate(warehouse(batch), playbook, lived(batch))}


def test_intervals_cover_the_truth_as_often_as_they_say(many):
    worlds, found = many
    covered = 0
    for world in worlds:
        low, high = found[world.industry].effect.interval(found[world.industry].cases)
        covered += low <= math.expm1(world.truth) <= high

    assert 0.90 <= covered / len(worlds) <= 0.98


def test_the_bias_is_less_than_a_quarter_of_that_of_before_and_after(many):
    worlds, found = many

    ours = sum(found[world.industry].effect.mean - world.truth for world in worlds) / len(worlds)
    recent = sum(before_and_after(world) - world.truth for world in worlds) / len(worlds)

    assert abs(recent) > 0.02
    assert abs(ours) < abs(recent) / 4


def before_and_after(world: Simulated) -> float:
    """What everybody does: the four weeks after against the two weeks before."""
    logs = {(shop, day): math.log1p(value) for shop, day, _, value in world.rows}

    def mean(shop: str, days: range) -> float:
        return sum(logs[shop, START + timedelta(days=day)] for day in days) / len(days)

    moved = [mean(shop, range(TAKEN_UP, TAKEN_UP + 28)) - mean(shop, range(TAKEN_UP - 14, TAKEN_UP)) for shop in world.adopters]
    return sum(moved) / len(moved)


def test_only_the_newest_cases_of_a_play_count():
    cases = [("tea", PLAY, "plays", START + timedelta(days=day)) for day in range(MOST_CASES + 3)]
    another = ("tea", "another", "plays", START)

    assert newest([*cases, another]) == [another, *cases[3:]]


def test_an_account_that_took_two_plays_up_at_once_tells_nothing(playbook):
    world = simulate(1)
    twice = world.adopters[0]
    life = lived([world])
    other = replace(next(task for task in life.tasks if task.account_id == twice), id="other", play="tighten-the-middle")

    [alone] = estimate(warehouse([world]), playbook, life)
    [clean] = estimate(warehouse([world]), playbook, replace(life, tasks=(*life.tasks, other)))

    assert (alone.cases, clean.cases) == (ADOPTERS, ADOPTERS - 1)


def test_what_is_not_yet_settled_is_not_judged(playbook):
    world = simulate(1)
    life = lived([world])

    ready = START + timedelta(days=TAKEN_UP + 27 + 7)

    assert estimate(warehouse([world]), playbook, replace(life, as_of=ready - timedelta(days=1))) == ()
    assert len(estimate(warehouse([world]), playbook, replace(life, as_of=ready))) == 1


def test_the_order_of_rows_changes_nothing(playbook):
    world = simulate(2)
    turned = replace(world, rows=world.rows[::-1])

    assert estimate(warehouse([world]), playbook, lived([world])) == estimate(warehouse([turned]), playbook, lived([world]))


def test_regret_falls_with_records(playbook):
    """The play that is believed best is closer to the truly best one, the more is on record."""
    names = [play.name for play in playbook][:8]
    plays = {play.name: play for play in playbook}

    def regret(cases: int) -> float:
        chance, lost = random.Random(7), 0.0  # noqa: S311  chance, not secrets
        for _ in range(200):
            truth = {name: declared(plays[name]).mean + chance.gauss(0, 0.06) for name in names}
            error = 0.3 / math.sqrt(cases) if cases else 0.0
            seen = [
                Segment(name, "i", cases, cases, 50, 0.0, Effect(truth[name] + chance.gauss(0, error), error)) for name in names
            ]
            believed = {name: learned(plays[name], seen if cases else [])[0].mean for name in names}
            lost += max(truth.values()) - truth[max(names, key=lambda name: believed[name])]
        return lost / 200

    none, some, many_cases = regret(0), regret(10), regret(60)

    assert none > some > many_cases
    assert Decimal(str(round(many_cases, 3))) < Decimal("0.02")
