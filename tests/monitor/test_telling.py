"""Who is told what and when: quiet hours, caps, one digest a person; and nothing lost when the program starts again."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from opsengine.monitor import Moment, MonitorFile, State, blind, digests, look_at, notices_for, read_alerts, snoozed
from opsengine.monitor.remembering import mark_of, record_of
from opsengine.monitor.settings import Group, Person
from opsengine.monitor.settings import Notices as NoticeSettings
from opsengine.monitor.telling import is_quiet
from opsengine.monitor.watching import Alert
from opsengine.state import Alerts, Briefs, Notices, Outbox, Runs, Topic, open_state
from tests.strategy.world import NAMES, TODAY

SHANGHAI, BERLIN = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin")
NOON = datetime(2026, 6, 22, 4, tzinfo=UTC)
NIGHT = datetime(2026, 6, 22, 16, tzinfo=UTC)
ANN = Person(name="ann", to="ann@example.com")
BOB = Person(name="bob", to="bob@example.com", where=Group(team=("east",)), least="critical")
ACCOUNTS = {"tea": {"account_id": "tea", "team": "east"}, "wine": {"account_id": "wine", "team": "west"}}


class Desk:
    """A state on disk, opened again for every round as a new process would."""

    def __init__(self, file, rules, people=()):
        self.file, self.rules = file, {rule.name: rule for rule in rules}
        self.settings = MonitorFile(people=people, notices=NoticeSettings(most_per_day=2))
        self.zone = SHANGHAI

    def alert(self, account, name="no-posts", state=State.FIRING):
        return Alert(self.rules[name], account, account, state, TODAY, 9.0, 7.0)

    def round(self, now, *seen):
        """One look; the digests that were made, as person and what each says."""
        with open_state(self.file) as state:
            run_id = Runs(state).start("monitor", date(2026, 6, 21), {}, now)
            look = look_at(Alerts(state).current(), seen, list(self.rules.values()), Moment(now, run_id))
            with state.transaction():
                Alerts(state).keep(look.records, look.moves, now)
                Notices(state).add(notices_for(look.said, self.settings, ACCOUNTS), run_id, now)
                made = digests(state, self.settings, now, self.zone)
                for one in made:
                    brief = Briefs(state).add(Topic("monitor", now.isoformat(), one.person or "all"), {"x": b""}, run_id, now)
                    Notices(state).tell(one.notices, brief.brief_id, now)
        return [(one.person, [(notice.word, notice.subject) for notice in one.notices]) for one in made]

    def waiting(self):
        with open_state(self.file) as state:
            return [(notice.person, notice.word, notice.why) for notice in Notices(state).waiting()]


@pytest.fixture
def desk(tmp_path, rules):
    return Desk(tmp_path / "state.db", rules)


def test_with_nobody_named_one_digest_says_everything_once(desk):
    assert desk.round(NOON, desk.alert("tea"), desk.alert("wine")) == [("", [("fired", "tea"), ("fired", "wine")])]
    assert desk.round(NOON + timedelta(hours=1), desk.alert("tea"), desk.alert("wine")) == []
    assert desk.round(NOON + timedelta(hours=2), desk.alert("wine")) == [("", [("over", "tea")])]


def test_people_hear_of_what_they_care_for(desk):
    desk.settings = MonitorFile(people=(ANN, BOB))

    told = desk.round(NOON, desk.alert("tea"), desk.alert("tea", "ad-return-below-stop-loss"), desk.alert("wine"))

    assert told == [("ann", [("fired", "tea"), ("fired", "tea"), ("fired", "wine")]), ("bob", [("fired", "tea")])]


def test_the_gravest_stands_first(desk):
    [(_, lines)] = desk.round(NOON, desk.alert("wine"), desk.alert("tea", "ad-return-below-stop-loss"))

    assert lines == [("fired", "tea"), ("fired", "wine")]


def test_what_becomes_graver_is_told_at_once_also_to_who_did_not_hear_of_the_lesser_trouble(desk):
    desk.settings = MonitorFile(people=(ANN, BOB))
    rule = desk.rules["fell-against-peers"]

    def fell(stake):
        return Alert(rule, "tea/gmv", "tea", State.FIRING, TODAY, -0.4, -0.3, stake=stake)

    assert desk.round(NOON, fell(3000)) == [("ann", [("fired", "tea/gmv")])]
    assert desk.round(NOON + timedelta(minutes=5), fell(60_000)) == [("ann", [("still", "tea/gmv")]), ("bob", [("still", "tea/gmv")])]
    assert desk.round(NOON + timedelta(minutes=10), fell(3000)) == []
    assert desk.round(NOON + timedelta(minutes=15), fell(60_000)) == []


def test_at_night_only_what_is_critical_is_told_and_the_rest_in_the_morning(desk):
    desk.settings = MonitorFile(people=(ANN,))

    assert desk.round(NIGHT, desk.alert("tea"), desk.alert("wine", "ad-return-below-stop-loss")) == [("ann", [("fired", "wine")])]
    assert desk.waiting() == [("ann", "fired", "quiet hours")]
    open_still = (desk.alert("tea"), desk.alert("wine", "ad-return-below-stop-loss"))
    assert desk.round(NIGHT + timedelta(hours=7, minutes=59), *open_still) == []
    assert desk.round(NIGHT + timedelta(hours=8), *open_still) == [("ann", [("fired", "tea")])]


def test_what_was_over_by_the_morning_is_not_told(desk):
    desk.settings = MonitorFile(people=(ANN,))
    desk.round(NIGHT, desk.alert("tea"))
    desk.round(NIGHT + timedelta(hours=2), desk.alert("tea", state=State.OK))

    assert desk.round(NIGHT + timedelta(hours=9)) == []
    with open_state(desk.file) as state:
        assert {(notice.state, notice.why) for notice in Notices(state).history(9)} == {("dropped", "over before it was told")}


def test_nobody_gets_more_digests_a_day_than_they_can_bear(desk):
    desk.settings = MonitorFile(people=(ANN,), notices=NoticeSettings(most_per_day=2, quiet_from="00:00", quiet_to="00:00"))
    subjects = [f"shop-{number}" for number in range(4)]
    told = [desk.round(NOON + timedelta(hours=number), *(desk.alert(name) for name in subjects[:number])) for number in range(1, 5)]

    assert [len(one) for one in told] == [1, 1, 0, 0]
    assert {why for _, _, why in desk.waiting()} == {"enough messages today"}
    tomorrow = desk.round(NOON + timedelta(hours=18), *(desk.alert(name) for name in subjects))
    assert tomorrow == [("ann", [("fired", "shop-2"), ("fired", "shop-3")])]


def test_a_snooze_outlives_the_program_and_ends_on_time(desk):
    desk.round(NOON, desk.alert("tea"))
    with open_state(desk.file) as state:
        [record] = Alerts(state).current()
        Alerts(state).keep([record_of(snoozed(mark_of(record), NOON + timedelta(hours=30)), record, NOON)], [], NOON)
    desk.round(NOON + timedelta(hours=1))
    for hours in range(2, 30):
        assert desk.round(NOON + timedelta(hours=hours), desk.alert("tea")) == []

    assert desk.round(NOON + timedelta(hours=200), desk.alert("tea")) == [("", [("fired", "tea")])]


@pytest.mark.parametrize("night", [date(2026, 3, 28), date(2026, 10, 24)], ids=["an hour less", "an hour more"])
def test_quiet_hours_go_by_the_clock_on_the_wall_also_when_the_clock_changes(desk, night):
    desk.settings, desk.zone = MonitorFile(people=(ANN,)), BERLIN
    bedtime = datetime(night.year, night.month, night.day, 23, tzinfo=BERLIN)
    desk.round(bedtime.astimezone(UTC), desk.alert("tea"))
    moment = bedtime.astimezone(UTC)
    while not (told := desk.round(moment, desk.alert("tea"))):
        moment += timedelta(minutes=30)

    assert moment.astimezone(BERLIN).time() == time(8)
    assert told == [("ann", [("fired", "tea")])]


@pytest.mark.parametrize(
    ("clock", "begins", "ends", "quiet"),
    [("23:00", "22:00", "08:00", True), ("07:59", "22:00", "08:00", True), ("08:00", "22:00", "08:00", False),
     ("12:00", "08:00", "18:00", True), ("18:00", "08:00", "18:00", False), ("03:00", "00:00", "00:00", False)],
)  # fmt: skip
def test_quiet_hours_may_span_midnight(clock, begins, ends, quiet):
    assert is_quiet(*(time.fromisoformat(text) for text in (clock, begins, ends))) is quiet


def test_a_flow_that_nobody_could_judge_is_not_over(desk, project):
    flow = desk.alert("tea/gmv", "a-day-far-below")
    desk.round(NOON, flow)
    desk.round(NOON + timedelta(hours=1))

    with open_state(desk.file) as state:
        assert [(one.alert, one.phase) for one in Alerts(state).current()] == [("a-day-far-below", "no_data")]
    assert read_alerts(project, NAMES)


def test_a_thousand_flapping_looks_stay_within_what_the_rule_declares(desk):
    digests_made = 0
    for at in range(1000):
        seen = [desk.alert("tea", "source-late")] if at % 2 else []
        digests_made += len(desk.round(NOON + timedelta(minutes=10 * at), *seen))

    assert 0 < digests_made <= desk.rules["source-late"].terms.most_words(timedelta(minutes=10_000))
    with open_state(desk.file) as state:
        assert Outbox(state).at() == []


def test_on_a_day_that_cannot_be_seen_nothing_is_over_and_nobody_is_told(desk):
    desk.round(NOON, desk.alert("tea"))
    with open_state(desk.file) as state:
        look = blind(Alerts(state).current(), Moment(NOON + timedelta(hours=1), "run"))

    assert [(one.phase, one.fired_at is not None) for one in look.records] == [("error", True)]
    assert [(move.from_state, move.to_state) for move in look.moves] == [("firing", "error")]
    assert look.said == ()
