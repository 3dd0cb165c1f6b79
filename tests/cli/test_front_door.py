"""What a person meets at the front door: help, wrong words, exit codes, the order of flag and environment."""

from __future__ import annotations

import importlib
import os
import subprocess
import sys

import pytest

from opsengine.cli.main import SECTIONS
from opsengine.errors import Exit, InvalidFiles, Place, Problem, UserError

COMMANDS = [name for section in SECTIONS.values() for name in section]


def raising(monkeypatch, error):
    def refuse(*_):
        raise error

    monkeypatch.setattr(importlib.import_module("opsengine.cli.main"), "_invoke", refuse)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(opsengine, command):
    said = opsengine(command, "--help")

    assert said.code == 0
    assert said.out.startswith(f"Usage: opsengine {command}")
    assert "--help" in said.out


def test_help_names_every_command_with_its_sentence(opsengine):
    said = opsengine("--help").out

    assert [command for command in COMMANDS if f"  {command} " not in said] == []


@pytest.mark.parametrize("environ", [{"LANG": "zh_CN.UTF-8"}, {"OPSENGINE_LOCALE": "zh-CN", "LANG": "C"}, {"LC_ALL": "zh_CN"}])
def test_help_speaks_the_language_of_the_terminal(opsengine, environ):
    assert opsengine("--help", **environ).out != opsengine("--help").out


@pytest.mark.parametrize("command", [("outbox", "resolve"), ("goals",), ("demo",), ()])
def test_the_frame_of_the_help_speaks_the_language_too(opsengine, command):
    said = opsengine(*command, "--help", "--locale", "zh-CN").out

    assert said.startswith("用法：")
    assert "\n选项：\n" in said
    assert not any(word in said for word in ("Usage", "Options", "Commands", "required", "default", ":\n"))


def test_the_flag_for_the_language_beats_the_environment(opsengine):
    assert opsengine("--help", "--locale", "en", LANG="zh_CN.UTF-8").out == opsengine("--help").out
    assert opsengine("--help", "--locale=en", OPSENGINE_LOCALE="zh-CN").out == opsengine("--help").out


def test_no_command_is_a_wrong_call_that_shows_the_help(opsengine):
    said = opsengine()

    assert said.code == Exit.USAGE
    assert said.out == ""
    assert "Around it:" in said.err


@pytest.mark.parametrize(
    ("args", "guess"),
    [(["gaols"], "goals"), (["see", "--wy"], "--why"), (["rewards", "balanec"], "balance"), (["validate", "--format", "sarif"], "--report sarif")],
)
def test_a_mistyped_word_is_answered_by_the_nearest_one(opsengine, args, guess):
    said = opsengine(*args)

    assert said.code == Exit.USAGE
    assert said.err.splitlines()[-1] == f"  hint: did you mean `{guess}`?"


def test_outside_a_project_the_way_in_is_shown(opsengine):
    said = opsengine("runs", "list")

    assert said.code == Exit.USAGE
    assert "no opsengine.yaml" in said.err
    assert "opsengine init" in said.err


def test_a_project_is_found_from_a_folder_within_it(opsengine, project, monkeypatch):
    monkeypatch.chdir(project / "goals")

    assert opsengine("runs", "list").code == 0


def test_shared_options_stand_before_or_after_the_command(opsengine, project):
    after = opsengine("runs", "list", "--project-dir", project, "--format", "json")
    before = opsengine("--project-dir", project, "--format", "json", "runs", "list")
    between = opsengine("runs", "--project-dir", project, "--format", "json", "list")

    assert after.json == before.json == between.json == {"schema_version": 1, "runs": []}


def test_a_flag_beats_the_environment(opsengine, project):
    environ = {"OPSENGINE_PROJECT_DIR": str(project), "OPSENGINE_FORMAT": "json"}

    assert opsengine("runs", "list", **environ).json["runs"] == []
    assert opsengine("runs", "list", "--format", "md", **environ).out == "nothing has been run here yet\n"


@pytest.mark.parametrize("day", ["yesterday", "2026-02-30", "22.6.2026"])
def test_a_day_that_is_none_is_refused(opsengine, project, day):
    for said in (opsengine("doctor", "--project-dir", project, "--as-of", day), opsengine("doctor", OPSENGINE_AS_OF=day)):
        assert said.code == Exit.USAGE
        assert f"{day} is not a date" in said.err


@pytest.mark.parametrize(
    ("name", "value"),
    [("OPSENGINE_TIME_ZONE", "Mars/Olympus"), ("OPSENGINE_FORMAT", "xml"), ("OPSENGINE_AS_OF", "soon"), ("OPSENGINE_PROJECT_DIR", "nowhere")],
)
def test_a_wrong_variable_is_a_wrong_call_and_no_bug(opsengine, project, monkeypatch, name, value):
    monkeypatch.chdir(project)

    said = opsengine("doctor", **{name: value})

    assert said.code == Exit.USAGE
    assert value in said.err


@pytest.mark.parametrize(
    "args", [["runs", "list", "--limit", "0"], ["runs", "list", "--format", "xml"], ["import", "nowhere.csv"], ["schema", "poem"], ["goals", "new"]]
)
def test_a_wrong_value_is_told_in_the_readers_language(opsengine, project, args):
    said = opsengine(*args, "--project-dir", project, "--locale", "zh-CN")

    assert said.code == Exit.USAGE
    assert not said.err.isascii()


def test_an_error_names_the_place_the_trouble_and_the_way_out(opsengine, monkeypatch):
    place = Place("goals/tea.yaml", 12, 5)
    raising(monkeypatch, UserError("no metric {name}", where=place, hint="did you mean {guess}?", name="gvm", guess="gmv"))

    said = opsengine("see")

    assert said.code == Exit.USAGE
    assert said.err == "opsengine: goals/tea.yaml:12:5: no metric gvm\n  hint: did you mean gmv?\n"


def test_all_problems_of_files_are_told_at_once(opsengine, monkeypatch):
    problems = [Problem(Place("a.yaml", line, 1), "x", "trouble {n}", fields={"n": line}) for line in (1, 2)]
    raising(monkeypatch, InvalidFiles(problems))

    assert opsengine("see").err == "opsengine: a.yaml:1:1: trouble 1\nopsengine: a.yaml:2:1: trouble 2\n"


def test_a_bug_looks_like_a_bug(opsengine, monkeypatch):
    raising(monkeypatch, ZeroDivisionError("division by zero"))

    said = opsengine("see")

    assert said.code == Exit.BUG
    assert "Traceback" in said.err
    assert "a bug of ours" in said.err


def test_a_full_disk_is_told_without_a_traceback(opsengine, monkeypatch):
    raising(monkeypatch, OSError(28, "No space left on device", "state.db"))

    said = opsengine("see")

    assert said.code == Exit.DISK
    assert "the disk is full: [Errno 28] No space left" in said.err
    assert "make room" in said.err
    assert "Traceback" not in said.err


def test_ctrl_c_is_quiet(opsengine, monkeypatch):
    raising(monkeypatch, KeyboardInterrupt())

    said = opsengine("see")

    assert (said.code, said.out, said.err) == (130, "", "")


def test_a_reader_who_has_seen_enough_is_not_complained_at(tmp_path):
    command = f"{sys.executable} -c 'from opsengine.cli import main; main()' completion bash | head -n 1"

    said = subprocess.run(["/bin/sh", "-c", command], capture_output=True, text=True, timeout=60, env=os.environ, check=False)

    assert said.stderr == ""


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_shell_learns_our_words(opsengine, shell):
    assert "_OPSENGINE_COMPLETE" in opsengine("completion", shell).out


def test_completion_knows_the_commands(opsengine):
    environ = {"_OPSENGINE_COMPLETE": "bash_complete", "COMP_WORDS": "opsengine re", "COMP_CWORD": "1"}
    with pytest.MonkeyPatch.context() as patch:
        for name, value in environ.items():
            patch.setenv(name, value)
        said = opsengine(**environ)

    assert {line.partition(",")[2] for line in said.out.splitlines()} == {"rewards", "report"}
