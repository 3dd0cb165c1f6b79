"""All problems of all goal files at once, each at its line and column."""

from __future__ import annotations

from decimal import Decimal

import pytest

from opsengine.errors import InvalidFiles
from opsengine.goals import Role, read_goals

GOOD = """\
kind: goal
version: 1
subject: {account: tea}
cycle: 2026-06
why: the summer season pays for the year
owner: 小林
primary:
  metric: gmv
  target: 120万
  levels: {floor: 100万, stretch: "1,500,000"}
secondary:
  - {metric: new_fans, target: 5000, weight: 0.6}
  - {metric: roi, target: 2.5, weight: 0.4}
guardrails:
  - {metric: refund_rate, must_not_rise_above: 12%}
"""


def problems_of(project, known):
    with pytest.raises(InvalidFiles) as found:
        read_goals(project, known)
    return [f"{problem.place} {problem.code}: {problem.message}" for problem in found.value.problems]


def test_a_goal_means_what_it_says(project, known, write_goal):
    write_goal("june", GOOD)

    (goal,) = read_goals(project, known)

    assert (goal.name, goal.file, goal.subject.account) == ("june", "goals/june.yaml", "tea")
    assert (goal.cycle.id, goal.owner) == ("2026-06", "小林")
    assert [(measure.role, measure.metric, measure.direction, measure.target) for measure in goal.measures] == [
        (Role.PRIMARY, "gmv", "up", Decimal(1_200_000)),
        (Role.SECONDARY, "new_fans", "up", Decimal(5000)),
        (Role.SECONDARY, "roi", "up", Decimal("2.5")),
        (Role.GUARDRAIL, "refund_rate", "down", Decimal("0.12")),
    ]
    assert (goal.measures[0].floor, goal.measures[0].stretch) == (Decimal(1_000_000), Decimal(1_500_000))
    assert [measure.weight for measure in goal.measures] == [None, Decimal("0.6"), Decimal("0.4"), None]


def test_the_same_text_has_the_same_revision(project, known, write_goal):
    write_goal("june", GOOD)
    before = read_goals(project, known)[0].revision

    write_goal("june", GOOD.replace("120万", "110万"))

    assert read_goals(project, known)[0].revision != before


def test_a_file_may_hold_only_a_secondary_goal(project, known, write_goal):
    write_goal("june", GOOD)
    write_goal("more", "kind: goal\nsubject: {account: tea}\ncycle: 2026-06\nsecondary:\n  - {metric: fans_total, target: 90000}\n")

    assert [goal.name for goal in read_goals(project, known)] == ["june", "more"]


def test_a_score_is_promised_like_a_metric(project, known, write_goal):
    write_goal("june", "kind: goal\nsubject: {team: east}\ncycle: 618-2026\nprimary: {metric: business_score, target: 600}\n")

    (goal,) = read_goals(project, known)

    assert (goal.measures[0].kind, goal.measures[0].unit, goal.cycle.days) == ("score", "points", 18)


def test_a_project_without_goals_has_none(project, known):
    assert read_goals(project, known) == ()


def test_every_problem_of_every_file_is_found_at_once(project, known, write_goal):
    write_goal("a", GOOD.replace("metric: gmv", "metric: gmw").replace("account: tea", "account: teo"))
    write_goal("b", GOOD.replace("cycle: 2026-06", "cycle: 2026-06-18..2026-06-01").replace("target: 120万", "target: many"))
    write_goal("c", GOOD.replace("cycle: 2026-06", "cycle: 2026-06-18..2026-06-01").replace("weight: 0.6", "weight: 0.7"))
    write_goal("d", GOOD.replace("floor: 100万", "floor: 130万").replace("why:", "why: a\nwhy:"))
    write_goal("e", GOOD.replace("floor: 100万", "floor: 130万").replace(", weight: 0.6", ""))

    assert problems_of(project, known) == [
        "goals/a.yaml:3:11 unknown-account: no account teo in accounts.csv",
        "goals/a.yaml:8:3 unknown-metric: no metric is called `gmw`",
        "goals/b.yaml:4:1 bad-cycle: the cycle 2026-06-18..2026-06-01 ends before it begins",
        "goals/b.yaml:9:3 wrong-value: `primary.target`: write a number, such as 1200000, 1,200,000, 120万 or 35%",
        "goals/c.yaml:4:1 bad-cycle: the cycle 2026-06-18..2026-06-01 ends before it begins",
        "goals/c.yaml:11:1 weights: the weights of the secondary measures add up to 1.1, not to 1",
        "goals/d.yaml:6:1 duplicate-key: `why` is written twice; the first is in line 5",
        "goals/d.yaml:11:12 levels: the floor is harder to reach than the target",
        "goals/e.yaml:10:12 levels: the floor is harder to reach than the target",
        "goals/e.yaml:12:5 weights: `weight` is missing here, but other secondary measures have one",
    ]


def test_a_near_miss_is_guessed(project, known, write_goal):
    write_goal("a", GOOD.replace("metric: gmv", "metric: gmw"))

    with pytest.raises(InvalidFiles) as found:
        read_goals(project, known)

    assert [(problem.hint, problem.fields["guess"]) for problem in found.value.problems] == [("did you mean `{guess}`?", "gmv")]


def test_two_primary_goals_for_one_subject_and_cycle_are_one_too_many(project, known, write_goal):
    write_goal("a", GOOD)
    write_goal("b", "kind: goal\nsubject: {account: tea}\ncycle: 2026-06-01..2026-06-30\nprimary: {metric: new_fans, target: 10}\n")
    write_goal("c", "kind: goal\nsubject: {account: bread}\ncycle: 2026-06\nprimary: {metric: new_fans, target: 10}\n")

    assert problems_of(project, known) == [
        "goals/b.yaml:4:11 two-primaries: this subject already has a primary goal in this cycle, in goals/a.yaml:8:3",
    ]


def test_one_metric_is_promised_once_for_a_subject_and_cycle(project, known, write_goal):
    write_goal("a", GOOD)
    write_goal("b", "kind: goal\nsubject: {account: tea}\ncycle: 2026-06\nsecondary:\n  - {metric: roi, target: 3}\n")

    assert problems_of(project, known) == [
        "goals/b.yaml:5:6 metric-twice: `roi` is already promised for this subject and cycle, in goals/a.yaml:13:6",
    ]


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("subject: {account: tea, team: east}", "`subject`: name exactly one of `account`, `team`, `brand` and `accounts`"),
        ("subject: {team: west}", "no account in accounts.csv belongs to the team west"),
        ("subject: {brand: tree}", "no account in accounts.csv belongs to the brand tree"),
        ("subjects: {account: tea}", "`subjects` is not known here"),
    ],
)
def test_a_subject_is_one_and_known(project, known, write_goal, line, says):
    write_goal("a", f"kind: goal\n{line}\ncycle: 2026-06\nprimary: {{metric: gmv, target: 10}}\n")

    assert any(problem.endswith(says) for problem in problems_of(project, known))


@pytest.mark.parametrize(
    ("promise", "says"),
    [
        ("primary: {metric: gmv, target: 0}", "`primary.target` must be more than 0, not 0"),
        ("primary: {metric: gmv, target: 1, direction: on}", "`primary.direction` must be one of up, down, not `on`"),
        ("primary: {metric: gmv, target: 10, tarket: 10}", "`primary.tarket` is not known here"),
        ("primary: {metric: gmv, target: 10, levels: {target: 11}}", "the target of the levels is 11, but the target is 10"),
        ("primary: {metric: refund_rate, target: 10%, levels: {stretch: 11%}}", "the stretch is easier to reach than the target"),
        ("guardrails: [{metric: gmv}]", "`guardrails.0`: say exactly one of `must_not_fall_below` and `must_not_rise_above`"),
        ("secondary: [{metric: gmv, target: 1}, {metric: gmv, target: 2}]", "`gmv` stands in this goal twice"),
        ("secondary: [{metric: gmv, target: 1, weight: 1.2}]", "`secondary.0.weight` must be at most 1, not 1.2"),
        ("owner: nobody", "wrong-value: a goal needs a `primary`, a `secondary` or a guardrail"),
    ],
)
def test_a_promise_makes_sense(project, known, write_goal, promise, says):
    write_goal("a", f"kind: goal\nsubject: {{account: tea}}\ncycle: 2026-06\n{promise}\n")

    assert any(problem.endswith(says) for problem in problems_of(project, known)), problems_of(project, known)


def test_a_wrong_shape_hides_no_other_problem_of_its_file(project, known, write_goal):
    write_goal("a", GOOD.replace("owner:", "ownr:").replace("metric: gmv", "metric: gmw").replace("account: tea", "account: teo"))
    write_goal("b", GOOD.replace("target: 120万", "target: 0").replace("metric: gmv", "metric: gmw").replace("2026-06", "2026-13"))
    write_goal("c", GOOD.replace("{metric: refund_rate, must_not_rise_above: 12%}", "{metric: refund_rat}").replace("roi", "roy"))
    write_goal("d", GOOD.replace("account: tea", "account: [tea]").replace("weight: 0.6", "weight: 0.7"))

    assert problems_of(project, known) == [
        "goals/a.yaml:3:11 unknown-account: no account teo in accounts.csv",
        "goals/a.yaml:6:1 unknown-key: `ownr` is not known here",
        "goals/a.yaml:8:3 unknown-metric: no metric is called `gmw`",
        "goals/b.yaml:4:1 bad-cycle: there is no 2026-13 in the calendar",
        "goals/b.yaml:8:3 unknown-metric: no metric is called `gmw`",
        "goals/b.yaml:9:3 out-of-range: `primary.target` must be more than 0, not 0",
        "goals/c.yaml:13:6 unknown-metric: no metric is called `roy`",
        "goals/c.yaml:15:5 wrong-value: `guardrails.0`: say exactly one of `must_not_fall_below` and `must_not_rise_above`",
        "goals/c.yaml:15:6 unknown-metric: no metric is called `refund_rat`",
        "goals/d.yaml:3:11 wrong-value: `subject.account` must be a text",
        "goals/d.yaml:11:1 weights: the weights of the secondary measures add up to 1.1, not to 1",
    ]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (("120万", "1:30"), "goals/a.yaml:9:3 wrong-value"),
        (("120万", "1e3"), "goals/a.yaml:9:3 wrong-value"),
        (("120万", "no"), "goals/a.yaml:9:3 wrong-value"),
        (("120万", "0x1F"), "goals/a.yaml:9:3 wrong-value"),
        (("120万", "1_000"), "goals/a.yaml:9:3 wrong-value"),
        (("120万", ".inf"), "goals/a.yaml:9:3 wrong-value"),
        (("120万", "nan"), "goals/a.yaml:9:3 wrong-value"),
        (("120万", "-5"), "goals/a.yaml:9:3 out-of-range"),
        (("120万", "9" * 30), "goals/a.yaml:9:3 out-of-range"),
        (("120万", "80%"), "goals/a.yaml:9:3 percent: `gmv` is not told in percent: 80% is no number of it"),
        (("100万", "80%"), "goals/a.yaml:10:12 percent"),
        (("target: 120万", "steps: [{by: 2026-06-30, reach: 80%}]"), "goals/a.yaml:9:28 percent"),
        (("target: 120万", "growth: {by: -100%, over: 2026-05}"), "goals/a.yaml:9:12 out-of-range"),
        (("  target: 120万", "\ttarget: 120万"), "goals/a.yaml:9:1 not-yaml"),
        (("owner: 小林", "owner: 小\x00林"), "goals/a.yaml:6:9 not-yaml: this is not YAML: control characters are not allowed"),
        (("120万", "&big 5"), "goals/a.yaml:9:11 anchor"),
        (("120万", "*big"), "goals/a.yaml:9:11 anchor"),
        (("120万", "!!python/name:os.system"), "goals/a.yaml:9:11 tag"),
        (("kind: goal", "kind: goal\n<<: {version: 2}"), "goals/a.yaml:2:1 merge-key"),
        (("kind: goal", "---\nkind: goal\n---\nkind: goal"), "second-document"),
        (("owner: 小林", "owner: " + "[" * 500 + "]" * 500), "not-yaml"),
        (("owner: 小林", "owner: " + "x" * 70_000), "goals/a.yaml:1:1 too-large"),
        (("cycle: 2026-06", "cycle: 2027-W53"), "goals/a.yaml:4:1 bad-cycle"),
        (("cycle: 2026-06", "cycle: 2026-02-30"), "goals/a.yaml:4:1 bad-cycle"),
        (("cycle: 2026-06", "cycle: 2026-6"), "goals/a.yaml:4:1 bad-cycle"),
        (("cycle: 2026-06", "cycle: 618"), "goals/a.yaml:4:1 bad-cycle"),
    ],
)
def test_what_yaml_or_the_calendar_could_mean_otherwise_is_refused_at_its_place(project, known, write_goal, change, says):
    write_goal("a", GOOD.replace(*change))

    assert any(says in problem for problem in problems_of(project, known)), problems_of(project, known)


def test_a_tab_is_told_with_the_way_out(project, known, write_goal):
    write_goal("a", GOOD.replace("  target: 120万", "\ttarget: 120万"))

    with pytest.raises(InvalidFiles) as found:
        read_goals(project, known)

    assert [problem.hint for problem in found.value.problems] == ["indent with spaces, not with tabs"]


def test_what_cannot_be_opened_is_a_problem_of_its_file_and_hides_no_other(project, known, write_goal):
    (project.folder("goals") / "a.yaml").symlink_to("nowhere.yaml")
    (project.folder("goals") / "b.yaml").mkdir()
    write_goal("c", GOOD.replace("metric: gmv", "metric: gmw"))

    assert problems_of(project, known) == [
        "goals/a.yaml cannot-be-opened: this file cannot be opened: No such file or directory",
        "goals/b.yaml cannot-be-opened: this file cannot be opened: Is a directory",
        "goals/c.yaml:8:3 unknown-metric: no metric is called `gmw`",
    ]


def test_a_file_that_would_not_be_read_for_its_name_is_told(project, known, write_goal):
    write_goal("good", GOOD)
    for name in ("june.yml", "JULY.YAML", "notes.txt"):
        (project.folder("goals") / name).write_text(GOOD, encoding="utf-8")

    assert problems_of(project, known) == [
        "goals/JULY.YAML misnamed: this file is not read: files here end in .yaml",
        "goals/june.yml misnamed: this file is not read: files here end in .yaml",
    ]


@pytest.mark.parametrize(("text", "target"), [("010", 10), ("1.10", "1.1"), ("120万", 1_200_000), ("1.2亿", 120_000_000)])
def test_a_number_is_what_is_written(project, known, write_goal, text, target):
    write_goal("a", f"kind: goal\nsubject: {{account: tea}}\ncycle: 2026-06\nprimary: {{metric: gmv, target: {text}}}\n")

    assert read_goals(project, known)[0].measures[0].target == Decimal(target)


def test_the_last_days_of_2026_are_in_its_week_53(project, known, write_goal):
    write_goal("a", GOOD.replace("cycle: 2026-06", "cycle: 2026-W53"))

    (goal,) = read_goals(project, known)

    assert (goal.cycle.start.isoformat(), goal.cycle.end.isoformat()) == ("2026-12-28", "2027-01-03")
