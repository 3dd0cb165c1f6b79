"""Worked numbers that the score models must reproduce. The files in `vectors/` hold them."""

from __future__ import annotations

import csv
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest

from opsengine.project import Project
from opsengine.see import Scorecard, read_catalogue
from opsengine.see.families import Scope
from opsengine.warehouse import DuckDBEngine, read_models

VECTORS = Path(__file__).parent / "vectors"
TODAY, BEFORE = date(2026, 6, 21), date(2026, 6, 14)
PILLARS = {"sales": 0.5, "efficiency": 0.3, "growth": 0.2}
COMPONENTS = {
    "gmv": ("sales", 0.7),
    "orders": ("sales", 0.3),
    "roi": ("efficiency", 0.6),
    "cvr": ("efficiency", 0.4),
    "gmv_wow": ("growth", 1.0),
}


CARD = Scorecard.model_validate(
    {
        "kind": "scorecard", "version": 1, "id": "business", "title": {"zh-CN": "经营值", "en": "Business score"},
        "pillars": [
            {
                "id": pillar, "weight": weight, "title": {"zh-CN": pillar, "en": pillar},
                "components": [
                    {"id": name, "metric": "roi" if name == "roi" else "gmv", "weight": share}
                    for name, (its_pillar, share) in COMPONENTS.items() if its_pillar == pillar
                ],
            }
            for pillar, weight in PILLARS.items()
        ],
    }
)  # fmt: skip
SCOPE = Scope(read_catalogue(Project(Path("/nowhere"))), [CARD], [], frozenset())


@pytest.fixture
def engine() -> DuckDBEngine:
    return bare_engine()


def bare_engine() -> DuckDBEngine:
    """An engine that knows how scores are made, and of no account."""
    engine = DuckDBEngine(threads=1)
    settings = {"scorecard": "VARCHAR", "kappa": "DOUBLE", "min_accounts": "INTEGER"}
    engine.put("raw.scorecards", settings, [("business", 10, 5)])
    engine.put("raw.days_made", {"day": "DATE"}, [(BEFORE,), (TODAY,)])
    return engine


def put_positions(engine: DuckDBEngine, rows: list[tuple[str, date, dict[str, float | None]]]) -> None:
    """Where accounts stand in each component, as the model before would have said it."""
    kinds = {"counts": "BOOLEAN", "value": "DOUBLE", "is_carried": "BOOLEAN", "is_missing": "BOOLEAN", "position": "DOUBLE"}
    columns = {"account_id": "VARCHAR", "day": "DATE"}
    columns |= {f"business_{name}__{part}": kind for name in COMPONENTS for part, kind in kinds.items()}
    told = [
        (
            account,
            day,
            *(cell for name in COMPONENTS for cell in (True, positions[name], False, positions[name] is None, positions[name])),
        )
        for account, day, positions in rows
    ]
    engine.put("scores.placed_day", columns, told)
    put_accounts(engine, sorted({account for account, _, _ in rows}))


def put_accounts(engine: DuckDBEngine, accounts: list[str]) -> None:
    """All of them are made."""
    engine.put("raw.accounts_made", {"account_id": "VARCHAR"}, [(account,) for account in accounts])


def make(engine: DuckDBEngine, *tables: str) -> None:
    for table in ("scores.pillar_day", "scores.score_day", *tables):
        model = SCOPE.spell(read_models()[table])
        engine.make(model.on(TODAY) if model.is_view else model, TODAY)


def read(name: str) -> list[dict[str, str]]:
    with (VECTORS / name).open(encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


def number(text: str) -> float | None:
    return float(text) if text else None


def test_pillars_and_scores_are_the_worked_ones_also_when_parts_are_missing(engine):
    cases = read("aggregate_missing.csv")
    put_positions(engine, [(case["case"], TODAY, {name: number(case[name]) for name in COMPONENTS}) for case in cases])

    make(engine, "scores.pillar", "scores.account_score")

    pillars = {(row["account_id"], row["pillar"]): row["position"] for row in engine.read("select * from scores.pillar")}
    scores = {row["account_id"]: row for row in engine.read("select * from scores.account_score")}
    for case in cases:
        for pillar in PILLARS:
            assert pillars[case["case"], pillar] == pytest.approx(number(case[f"pillar_{pillar}"]), abs=1e-12)
        assert scores[case["case"]]["coverage"] == pytest.approx(number(case["coverage"]), abs=1e-9)
        assert scores[case["case"]]["score"] == pytest.approx(number(case["score"]), abs=1e-6)


def test_a_change_is_taken_apart_as_worked_out(engine):
    rows = [row for row in read("attribution_worked.csv") if row["component"] != "TOTAL"]
    put_positions(
        engine,
        [
            ("tea", BEFORE, {row["component"]: float(row["c0"]) for row in rows}),
            ("tea", TODAY, {row["component"]: float(row["c1"]) for row in rows}),
        ],
    )
    engine.put("raw.compared_with", {"day": "DATE"}, [(BEFORE,)])

    make(engine, "scores.component", "scores.pillar", "scores.account_score", "scores.change")

    points = {row["component"]: float(row["points"]) for row in engine.read("select * from scores.change")}
    for row in rows:
        assert points[row["component"]] == pytest.approx(float(row["lmdi"]), abs=2e-6)
    assert set(points) == {row["component"] for row in rows}
    assert sum(points.values()) == pytest.approx(549.153563 - 504.013874, abs=1e-9)


def test_contributions_and_the_base_make_the_score_to_the_last_digit(engine):
    cases = [case for case in read("aggregate_missing.csv") if case["score"]]
    put_positions(engine, [(case["case"], TODAY, {name: number(case[name]) for name in COMPONENTS}) for case in cases])
    engine.put("raw.compared_days", {"day": "DATE"}, [(TODAY,)])

    make(engine, "scores.risk", "scores.account_score", "scores.apart_day", "scores.contribution_day", "scores.contribution")

    rows = engine.read(
        "select score.account_id, cast(round(score.score, 6) as decimal(18, 6)) as score, 10 + sum(part.points) as sum"
        " from scores.account_score as score join scores.contribution as part using (account_id) group by all"
    )
    assert len(rows) == len(cases)
    assert all(row["score"] == row["sum"] for row in rows)


def test_a_place_is_shrunk_from_a_small_group_towards_the_wide_ones(engine):
    knots = read("percentile_shrink_knots.csv")
    cases = read("percentile_shrink.csv")
    put_grid(engine, knots)
    engine.put("scores.cell", {"cell": "INTEGER", "industry": "VARCHAR", "size": "VARCHAR"}, [(1, "tea", "small")])
    kinds = {"value": "DOUBLE", "is_carried": "BOOLEAN", "counts": "BOOLEAN", "first_day": "DATE", "log": "DOUBLE"}
    columns = {"account_id": "VARCHAR", "day": "DATE", "cell": "INTEGER"}
    columns |= {f"business_{name}__{part}": kind for name in COMPONENTS for part, kind in kinds.items()}
    nothing = (None, False, False, None, None)
    engine.put(
        "scores.compared_day",
        columns,
        [
            (case["x"], TODAY, 1, *(
                cell for name in COMPONENTS
                for cell in ((float(case["x"]), False, True, BEFORE, float(case["u"])) if name == "gmv" else nothing)
            ))
            for case in cases
        ],
    )  # fmt: skip

    put_accounts(engine, [case["x"] for case in cases])
    for table in ("scores.blended_grid", "scores.placed_day", "scores.component"):
        model = SCOPE.spell(read_models()[table])
        engine.make(model.on(TODAY) if model.is_view else model, TODAY)

    found = {row["account_id"]: row for row in engine.read("select * from scores.component")}
    for case in cases:
        assert found[case["x"]]["share"] == pytest.approx(float(case["p_shrunk"]), abs=1e-9)
        assert found[case["x"]]["position"] == pytest.approx(float(case["component"]), abs=1e-9)


def put_grid(engine: DuckDBEngine, knots: list[dict[str, str]]) -> None:
    """The three distributions, drawn through their knots, in 12 bins from 0 to 6."""
    keys = {"L2": (2, "tea / small"), "L1": (1, "tea"), "L0": (0, "all")}
    rows = []
    for name, (level, key) in keys.items():
        points = [(float(knot["u"]), float(knot["p"])) for knot in knots if knot["level"] == name]
        accounts = next(int(knot["n_accounts"]) for knot in knots if knot["level"] == name)
        rows.append(("business", "gmv", level, key, accounts, -1, points[0][1], points[0][1]))
        rows += [("business", "gmv", level, key, accounts, n, drawn(points, n / 2), drawn(points, n / 2 + 0.5)) for n in range(12)]
    engine.put(
        "scores.reference_grid",
        {"scorecard": "VARCHAR", "component": "VARCHAR", "level": "INTEGER", "key": "VARCHAR", "accounts": "INTEGER",
         "bin": "INTEGER", "share_below": "DOUBLE", "share_up_to": "DOUBLE"},
        rows,
    )  # fmt: skip
    ends = {f"business_{name}__{end}": "DOUBLE" for name in COMPONENTS for end in ("low", "high")}
    engine.put("scores.reference_range", {"bins": "INTEGER", **ends}, [(12, *(0, 6) * len(COMPONENTS))])


def drawn(points: list[tuple[float, float]], u: float) -> float:
    """The height of the line through the points; flat beyond its ends."""
    for (u0, p0), (u1, p1) in pairwise(points):
        if u0 <= u <= u1:
            return p0 + (p1 - p0) * (u - u0) / (u1 - u0)
    return points[-1][1]
