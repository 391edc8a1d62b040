"""How the command line starts, fails and ends."""

import os
import re
import shlex
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from goodstanding import __version__, cli
from goodstanding.cli import commands
from goodstanding.cli.app import application
from goodstanding.errors import ArgumentInvalid
from goodstanding.market import open_market


def calls(monkeypatch, raised):
    """Let `goodstanding tables` raise something."""

    def failing(_name=None, /):
        raise raised

    monkeypatch.setattr("goodstanding.cli.markets.tables", failing)
    return cli.main(["tables"])


@pytest.mark.parametrize("arguments", [[], ["--help"], ["-h"]])
def test_without_a_command_it_lists_all_commands(capsys, arguments):
    assert cli.main(arguments) == 0
    said = capsys.readouterr().out
    for command in commands.COMMANDS:
        assert f"  {command.name} " in said


def test_it_says_its_version(capsys):
    assert cli.main(["--version"]) == 0
    assert capsys.readouterr().out.strip() == __version__


def test_help_comes_before_anything_heavy_is_imported():
    program = (
        "import sys; from goodstanding.cli import main; main(['--help']); "
        "print(*sys.modules, sep='\\n', file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    heavy = {"duckdb", "sqlglot", "pyarrow", "pydantic", "rich", "cyclopts", "numpy"}
    assert heavy.isdisjoint(done.stderr.split())


@pytest.mark.parametrize("command", commands.COMMANDS, ids=lambda command: command.name)
def test_the_help_of_a_command_is_short_and_has_an_example(capsys, command):
    assert cli.main([*command.words, "--help"]) == 0
    said = capsys.readouterr().out
    assert said.split("\n")[0].split()[:3] == ["Usage:", "goodstanding", command.words[0]]
    assert f"\n{command.summary}\n" in said
    assert f"\nFor example: {command.example}\n" in said
    assert len(said.splitlines()) <= 50


@pytest.mark.parametrize("command", commands.COMMANDS, ids=lambda command: command.name)
def test_the_example_of_a_command_is_one_that_it_understands(command):
    program, *arguments = shlex.split(command.example)
    assert program == "goodstanding"
    assert tuple(arguments[: len(command.words)]) == command.words
    application().parse_args(arguments, print_error=False, exit_on_error=False)


@pytest.mark.parametrize("group", commands.GROUPS)
def test_a_group_without_a_command_lists_its_own(capsys, group):
    assert cli.main([group]) == 0
    said = " ".join(capsys.readouterr().out.split())
    for command in commands.COMMANDS:
        assert (command.summary in said) == (command.words[0] == group)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["explian"], 'error: Unknown command "explian". Did you mean "explain"?'),
        (["rulebooks", "shw", "x"], 'error: Unknown command "shw". Did you mean "show"?'),
        (
            ["assess", "--rulebok", "x"],
            "Did you mean --rulebook instead of --rulebok?",
        ),
        (["assess", "--rulebook", "x"], 'error: Command "assess" parameter --as-of requires an'),
        (["tables", "orders", "--al"], "error: Unknown option: --al."),
        (["quarantine", "show", "--limit", "x"], "error: Invalid value for --limit: unable to"),
        (
            ["assess", "--rulebook", "x", "--as-of", "2018-07-31", "--format", "xml"],
            'error: Invalid value "xml" for --format. Choose from: "table", "jsonl", "csv",',
        ),
    ],
)
def test_a_wrong_call_says_what_is_wrong_and_where_help_is(capsys, arguments, said):
    assert cli.main(arguments) == 2
    captured = capsys.readouterr()
    assert said in captured.err
    assert re.search(r"^See: goodstanding .*--help$", captured.err, re.MULTILINE)
    assert "\x1b" not in captured.err
    assert captured.out == ""


def test_an_error_says_what_to_do_and_shows_no_traceback(capsys, monkeypatch):
    assert calls(monkeypatch, ArgumentInvalid("day 'x' is no day.", hint="Write 2018-07-31.")) == 1
    assert capsys.readouterr().err == "error: day 'x' is no day.\nWrite 2018-07-31.\n"


def test_what_the_system_refuses_is_an_error_in_one_line(capsys, monkeypatch):
    assert calls(monkeypatch, PermissionError(13, "Permission denied", "/orders.csv")) == 1
    assert capsys.readouterr().err == "error: '/orders.csv': Permission denied\n"


def test_a_bug_is_one_line_and_its_traceback_only_for_those_who_ask(capsys, monkeypatch):
    monkeypatch.delenv(cli.DEBUG_VARIABLE, raising=False)
    assert calls(monkeypatch, KeyError("a\nb")) == 1
    said = capsys.readouterr().err
    assert said.startswith("error: this is a bug in goodstanding (KeyError: 'a\\nb').")
    assert said.count("\n") == 1

    monkeypatch.setenv(cli.DEBUG_VARIABLE, "1")
    assert calls(monkeypatch, KeyError("a")) == 1
    assert "Traceback (most recent call last)" in capsys.readouterr().err


def test_an_interruption_is_one_line_and_status_130(capsys, monkeypatch):
    assert calls(monkeypatch, KeyboardInterrupt()) == 130
    assert capsys.readouterr().err.count("\n") == 1


def test_whoever_stops_reading_is_not_bothered():
    read, write = os.pipe()
    with os.fdopen(write, "wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "goodstanding", "rulebooks", "schema"],
            stdout=out,
            stderr=subprocess.PIPE,
        )
    os.close(read)
    _, complaints = process.communicate(timeout=60)
    assert complaints == b""
    assert process.returncode == 141


def test_a_text_that_the_terminal_cannot_show_is_written_as_an_escape(process):
    done = process("tables", "vendas_São", PYTHONIOENCODING="ascii")
    assert done.returncode == 1
    assert "there is no table 'vendas_S\\xe3o'" in done.stderr
    assert "Traceback" not in done.stderr


def in_a_shell(command: str, folder: Path) -> subprocess.CompletedProcess[bytes]:
    """Run `goodstanding` with what a shell does to its streams."""
    line = f"{shlex.quote(sys.executable)} -m goodstanding {command}"
    return subprocess.run(
        ["/bin/sh", "-c", line], cwd=folder, stderr=subprocess.PIPE, timeout=60, check=False
    )


@pytest.mark.parametrize("arguments", ["--help", "tables", "load --help"])
def test_an_answer_that_nobody_can_get_is_an_error_in_one_line(tmp_path, arguments):
    closed = in_a_shell(f"{arguments} >&-", tmp_path)
    assert closed.returncode == 1
    assert closed.stderr == b"error: the answer cannot be written: Bad file descriptor.\n"


def test_a_command_does_its_work_where_every_stream_is_closed(tmp_path):
    done = in_a_shell("new m.duckdb --time-zone UTC --currency USD <&- >&- 2>&-", tmp_path)
    assert done.returncode == 1  # what it did could not be said
    with open_market(tmp_path / "m.duckdb") as market:
        assert market.settings.currency == "USD"


def test_complaints_that_nobody_reads_are_no_trouble(tmp_path):
    done = in_a_shell("tables vendas 2>/dev/full", tmp_path)
    assert done.returncode == 1
    assert done.stderr == b""


def test_an_interruption_while_it_starts_ends_it_in_silence(tmp_path):
    # Stands for an import that takes its time: Ctrl-C comes while it goes on.
    slow = tmp_path / "goodstanding_slow"
    slow.mkdir()
    (slow / "dataclasses.py").write_text(
        "import os, signal, time\nos.kill(os.getpid(), signal.SIGINT)\ntime.sleep(10)\n"
    )
    process = subprocess.run(
        [sys.executable, "-m", "goodstanding", "tables"],
        env={**os.environ, "PYTHONPATH": f"{slow}:{os.environ.get('PYTHONPATH', '')}"},
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert process.returncode == -signal.SIGINT  # which a shell tells as 130
    assert process.stderr == b""
