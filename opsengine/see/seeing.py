"""What there is to see of an account on a day: both scores taken apart, rank, tiers, traffic."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlglot import exp

from opsengine.see.asking import Asked
from opsengine.see.audience import Audience, Tiers, by_account, read_audiences

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from opsengine.warehouse import Engine

BASE = 10.0
"""The score of an account that is at the floor everywhere; contributions are counted from here."""

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Peers:
    """Whom quartiles are of: so many accounts of the peer group, or of a file that says its source and date."""

    n: int
    source: str | None
    date: str | None
    is_old: bool


@dataclass(frozen=True, slots=True)
class ComponentView:
    """One component of one score. Shares are 0 to 1; `value` is in the metric's unit; `contribution` in points."""

    id: str
    pillar: str
    metric: str
    value: float | None
    percentile_self: float | None
    percentile_peers: float | None
    p25: float | None
    p50: float | None
    p75: float | None
    contribution: float | None
    missing: bool
    carried: bool = False
    """Whether the data is late and the value is up to three days old."""
    peers: Peers | None = None
    """Whom p25, p50 and p75 are of."""


@dataclass(frozen=True, slots=True)
class ScoreView:
    """One score on one day; `base` and the contributions add up to `score`."""

    scorecard: str
    score: float | None
    base: float
    rank: int | None
    rank_low: int | None
    rank_high: int | None
    percentile_self: float | None
    percentile_peers: float | None
    coverage: float
    reason: str | None
    """Why there is no score; None when there is one."""
    components: tuple[ComponentView, ...]
    risks: tuple[ComponentView, ...] = ()
    """What risk takes off, shaped like components so that base, contributions and risks add up to the score."""

    def as_json(self) -> Row:
        """As plain JSON values; risks stand behind the components."""
        told = _without(asdict(self), "scorecard", "risks")
        return {**told, "components": [asdict(part) for part in (*self.components, *self.risks)]}


@dataclass(frozen=True, slots=True)
class PeerGroup:
    """The group in which an account is ranked."""

    level: str
    key: str
    accounts: int


@dataclass(frozen=True, slots=True)
class Traffic:
    """Visits within seven days by where they came from; None where no file tells."""

    public: float | None
    paid: float | None
    owned: float | None
    external: float | None


@dataclass(frozen=True, slots=True)
class Standing:
    """What kind of account it is. `reason` names the rule of `stages.yaml` that decided the stage."""

    frequency: str | None
    online: str | None
    stage: str | None
    reason: str
    age_days: int | None
    fans: float | None
    fans_growth: float | None


@dataclass(frozen=True, slots=True)
class AccountView:
    """Everything that this room knows of one account on one day."""

    account_id: str
    name: str
    peer_group: PeerGroup
    scores: Mapping[str, ScoreView]
    traffic: Traffic
    standing: Standing
    audience: Audience

    @property
    def tiers(self) -> Tiers:
        """Its fans by engagement."""
        return self.audience.tiers

    def as_json(self) -> Row:
        """As plain JSON values."""
        return {
            "account_id": self.account_id,
            "name": self.name,
            "peer_group": asdict(self.peer_group),
            "scores": {name: score.as_json() for name, score in self.scores.items()},
            "tiers": asdict(self.tiers),
            "traffic": asdict(self.traffic),
            "standing": asdict(self.standing),
            "funnel": asdict(self.audience.funnel) if self.audience.funnel else None,
            "return_flow": asdict(self.audience.return_flow) if self.audience.return_flow else None,
            "reach": [asdict(reach) for reach in self.audience.reach],
        }


def see(engine: Engine, as_of: date, accounts: Iterable[str] = ()) -> tuple[AccountView, ...]:
    """A view of each of these accounts, or of all, in the order of their ids. The tables are there already."""
    wanted = set(accounts)
    asked = Asked.about(wanted)
    registered = engine.read("select account_id, name from raw.accounts order by account_id")
    scores = _scores(engine, as_of, asked)
    audiences = read_audiences(engine, as_of, asked)
    traffic = by_account(engine.read(f"select * from scores.traffic where {asked.of()}", **asked.parameters))  # noqa: S608  our own words
    standings = by_account(engine.read(f"{_STANDINGS} where {asked.of()}", **asked.parameters))
    views = []
    for account in registered:
        name = account["account_id"]
        if wanted and name not in wanted:
            continue
        cards, group = scores.get(name, ({}, PeerGroup("all", "all", 0)))
        kind = _standing(standings[name])
        views.append(AccountView(name, account["name"], group, cards, _traffic(traffic.get(name)), kind, audiences[name]))
    return tuple(views)


_STANDINGS = "select account_id, frequency, online, stage, reason, age_days, fans, fans_growth from scores.standing"


def _standing(row: Row) -> Standing:
    numbers = (_rounded(row["fans"]), _rounded(row["fans_growth"]))
    return Standing(row["frequency"], row["online"], row["stage"], row["reason"], row["age_days"], *numbers)


def _scores(engine: Engine, as_of: date, asked: Asked) -> dict[str, tuple[dict[str, ScoreView], PeerGroup]]:
    """Both scores and the peer group of every account that is asked for."""
    rows = engine.read(
        f"""
        select accounts.account_id, cards.scorecard, cards.min_score, score.score, score.coverage, rank.rank, rank.rank_low,
            rank.rank_high, rank.percentile_peers, rank.level, rank.key, rank.accounts, own.percentile_self
        from raw.accounts as accounts
        cross join raw.scorecards as cards
        left join (select * from scores.account_score where {asked.of()}) as score
            on score.account_id = accounts.account_id and score.scorecard = cards.scorecard and score.day = $as_of
        left join (select * from scores.rank where {asked.of()}) as rank
            on rank.account_id = accounts.account_id and rank.scorecard = cards.scorecard and rank.day = $as_of
        left join (select * from scores.own_history where {asked.of()}) as own
            on own.account_id = accounts.account_id and own.scorecard = cards.scorecard and own.component = ''
        where {asked.of("accounts.account_id")}
        order by accounts.account_id, cards.scorecard
        """,  # noqa: S608  our own words
        as_of=as_of,
        **asked.parameters,
    )
    components, risks = _components(engine, as_of, asked), _risks(engine, as_of, asked)
    found: dict[str, tuple[dict[str, ScoreView], PeerGroup]] = {}
    for row in rows:
        parts = components.get((row["account_id"], row["scorecard"]), ())
        cards, group = found.get(row["account_id"], ({}, PeerGroup("all", "all", 0)))
        cards[row["scorecard"]] = _score(row, parts, risks.get((row["account_id"], row["scorecard"]), ()))
        if row["level"] and not group.accounts:
            group = PeerGroup(row["level"], row["key"], row["accounts"])
        found[row["account_id"]] = (cards, group)
    return found


def _score(row: Row, components: Sequence[ComponentView], risks: Sequence[ComponentView]) -> ScoreView:
    reason = None
    if row["score"] is None:
        reason = "too little of the score rests on data" if components else "no data on this day"
    return ScoreView(
        scorecard=row["scorecard"],
        score=row["score"],
        base=BASE,
        rank=row["rank"],
        rank_low=row["rank_low"],
        rank_high=row["rank_high"],
        percentile_self=_rounded(row["percentile_self"]),
        percentile_peers=_rounded(row["percentile_peers"]),
        coverage=row["coverage"] or 0.0,
        reason=reason,
        components=tuple(components),
        risks=tuple(risks),
    )


def _risks(engine: Engine, as_of: date, asked: Asked) -> dict[tuple[str, str], list[ComponentView]]:
    """What risk takes off each score."""
    rows = engine.read(
        f"""
        select risk.account_id, risk.scorecard, risk.risk, risk.metric, risk.value, contribution.points
        from scores.risk as risk
        inner join (select * from scores.contribution where {asked.of()}) as contribution
            on contribution.account_id = risk.account_id and contribution.day = risk.day
            and contribution.scorecard = risk.scorecard and contribution.component = risk.risk
        where risk.day = $as_of and risk.factor < 1 and {asked.of("risk.account_id")}
        order by risk.account_id, risk.scorecard, risk.risk
        """,  # noqa: S608  our own words
        as_of=as_of,
        **asked.parameters,
    )
    found: dict[tuple[str, str], list[ComponentView]] = {}
    for row in rows:
        value, points = _rounded(row["value"]), float(row["points"])
        lowering = ComponentView(row["risk"], "risk", row["metric"], value, None, None, None, None, None, points, missing=False)
        found.setdefault((row["account_id"], row["scorecard"]), []).append(lowering)
    return found


def _components(engine: Engine, as_of: date, asked: Asked) -> dict[tuple[str, str], list[ComponentView]]:
    rows = engine.read(
        f"""
        select component.account_id, component.scorecard, component.component, component.pillar, component.metric, component.value,
            component.is_missing, component.is_carried, contribution.points,
            own.percentile_self, peers.percentile_peers,
            coalesce(brought.p25, peers.p25) as p25, coalesce(brought.p50, peers.p50) as p50,
            coalesce(brought.p75, peers.p75) as p75,
            coalesce(brought.accounts, peers.accounts) as n, brought.source, brought.dated_on, brought.is_old
        from scores.component as component
        inner join raw.components as declared
            on declared.scorecard = component.scorecard and declared.component = component.component
        left join (select * from scores.contribution where {asked.of()}) as contribution
            on contribution.account_id = component.account_id and contribution.day = component.day
            and contribution.scorecard = component.scorecard and contribution.component = component.component
        left join (select * from scores.own_history where {asked.of()}) as own
            on own.account_id = component.account_id and own.scorecard = component.scorecard
            and own.component = component.component
        left join (select * from scores.component_peers where {asked.of()}) as peers
            on peers.account_id = component.account_id and peers.scorecard = component.scorecard
            and peers.component = component.component
        left join ({_brought(engine, asked)}) as brought
            on brought.account_id = component.account_id and brought.metric = component.metric and brought.days = declared.days
            and declared.statistic = 'total'
        where component.day = $as_of and {asked.of("component.account_id")}
        order by component.account_id, component.scorecard, declared.place
        """,  # noqa: S608  our own words, and names of metrics as the catalogue checked them
        as_of=as_of,
        **asked.parameters,
    )
    found: dict[tuple[str, str], list[ComponentView]] = {}
    for row in rows:
        found.setdefault((row["account_id"], row["scorecard"]), []).append(
            ComponentView(
                id=row["component"],
                pillar=row["pillar"],
                metric=row["metric"],
                value=_rounded(row["value"]),
                percentile_self=_rounded(row["percentile_self"]),
                percentile_peers=_rounded(row["percentile_peers"]),
                p25=_rounded(row["p25"]),
                p50=_rounded(row["p50"]),
                p75=_rounded(row["p75"]),
                contribution=None if row["points"] is None else float(row["points"]),
                missing=row["is_missing"],
                carried=row["is_carried"],
                peers=Peers(row["n"], row["source"], _iso(row["dated_on"]), bool(row["is_old"])) if row["n"] else None,
            )
        )
    return found


def _brought(engine: Engine, asked: Asked) -> str:
    """The benchmarks that were brought; quartiles are worked out to compare them with, and of their metrics alone."""
    columns = "account_id, metric, days, accounts, p25, p50, p75, source, dated_on, is_old"
    metrics = [row["metric"] for row in engine.read("select distinct metric from raw.benchmarks order by metric")]
    if not metrics:
        nothing = ", ".join(f"null as {name}" for name in columns.split(", "))
        return f"select {nothing} where false"
    are_asked = exp.and_(exp.column("level").eq("brought"), exp.column("metric").isin(*metrics)).sql(dialect="duckdb")
    return f"select {columns} from metrics.benchmark where {asked.of()} and {are_asked}"  # noqa: S608  checked names


def _traffic(row: Row | None) -> Traffic:
    return Traffic(row["public"], row["paid"], row["owned"], row["external"]) if row else Traffic(None, None, None, None)


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _rounded(value: float | None) -> float | None:
    """Rounded once, to where every engine and thread count agrees."""
    return None if value is None else round(float(value), 6)


def _without(values: Row, *keys: str) -> Row:
    return {name: value for name, value in values.items() if name not in keys}
