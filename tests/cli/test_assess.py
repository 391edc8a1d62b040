"""`goodstanding assess` prints results to read, or records for programs."""

import csv
import json

import pyarrow.parquet as pq
import pytest

from goodstanding.assessment import assessing
from tests.cli.conftest import AS_OF, on_a_terminal

ASSESS = ("assess", "--rulebook", "service-level", "--as-of", AS_OF)
NOTHING_ASSESSED = "No order was assessed in the window."
UNCONFIRMED = [
    "no_assessed_order: assessed < 1",
    "good: bad_experience_rate < 6 %",
    "excellent: bad_experience_rate < 3.5 %",
]
KEYS = [
    *("subject_kind", "subject_id", "within_kind", "within_id"),
    *("rulebook", "version", "rulebook_digest", "as_of", "known_at", "time_zone"),
    *("window_from", "window_to", "status", "grade", "not_graded_because", "score"),
    *("indicators", "points", "deciding_limit", "guarded", "unconfirmed"),
]


def test_the_table_has_a_line_a_subject_and_ends_with_a_summary(run, market):
    done = run(*ASSESS)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    table, summary = done.stdout.split("\n\n")
    assert table.splitlines() == [
        "seller  grade       bad_experience_rate  late_shipments  held back by",
        "S1      excellent         0/20 = 0.00 %               1",
        "S2      good              1/20 = 5.00 %               0  bad_experience_rate < 3.5 %",
        "S3      pass             2/20 = 10.00 %               0  bad_experience_rate < 6 %",
        "S4      fail             5/20 = 25.00 %               0  bad_experience_rate < 12 %",
        f"S5      not graded         not assessed               0  {NOTHING_ASSESSED}",
    ]
    assert summary.splitlines() == [
        "rulebook       Service level, as the article tells it (service-level, version 2015-01-05)",
        "facts known    until 2018-06-20T08:00:00Z",
        f"               {SILENCE}",
        "known at       2018-06-20T08:00:00Z",
        "as of          2018-07-31 (days in UTC)",
        "window         2018-05-03 to 2018-07-31",
        "subjects       5 (sellers)",
        "graded         4: 1 excellent, 1 good, 1 pass, 1 fail",
        f"not graded     1: {NOTHING_ASSESSED}",
        "orders         80 counted, 0 excluded",
        "unconfirmed    no_assessed_order: assessed < 1",
        "               excellent: bad_experience_rate < 3.5 %",
        "               good: bad_experience_rate < 6 %",
        "               pass: bad_experience_rate < 12 %",
    ]


def test_a_json_line_is_the_contracts_object_with_its_keys_in_order(run, market):
    done = run(*ASSESS, "--format", "jsonl")
    assert done.returncode == 0, done.stderr
    records = [json.loads(line) for line in done.stdout.splitlines()]
    assert [record["subject_id"] for record in records] == ["S1", "S2", "S3", "S4", "S5"]
    assert all(list(record) == KEYS for record in records)
    good, none = records[1], records[4]
    assert good["rulebook_digest"].startswith("sha256:")
    assert {key: good[key] for key in KEYS if key != "rulebook_digest"} == {
        "subject_kind": "seller",
        "subject_id": "S2",
        "within_kind": None,
        "within_id": None,
        "rulebook": "service-level",
        "version": "2015-01-05",
        "as_of": "2018-07-31",
        "known_at": "2018-06-20T08:00:00Z",
        "time_zone": "UTC",
        "window_from": "2018-05-03",
        "window_to": "2018-07-31",
        "status": "computed",
        "grade": "good",
        "not_graded_because": None,
        "score": None,
        "indicators": {
            "bad_experience_rate": {"numerator": 1, "denominator": 20, "value": 0.05},
            "late_shipments": {"numerator": 0, "denominator": None, "value": 0.0},
        },
        "points": {},
        "deciding_limit": "bad_experience_rate < 3.5 %",
        "guarded": [],
        "unconfirmed": UNCONFIRMED,
    }
    assert none["grade"] is None
    assert none["not_graded_because"] == "no_assessed_order"
    assert none["indicators"]["bad_experience_rate"]["value"] is None


def test_records_for_programs_leave_the_summary_to_standard_error(run, market):
    for form in ("jsonl", "csv"):
        done = run(*ASSESS, "--format", form)
        assert "subjects       5 (sellers)" in done.stderr
        assert "subjects       5" not in done.stdout


def test_csv_and_parquet_have_the_same_flat_columns(run, market, tmp_path):
    assert run(*ASSESS, "--output", "r.parquet").returncode == 0
    done = run(*ASSESS, "--format", "csv")
    rows = list(csv.DictReader(done.stdout.splitlines()))
    table = pq.read_table(tmp_path / "r.parquet")
    assert list(rows[0]) == table.column_names
    assert "rows_counted" not in table.column_names
    flat = [key for key in KEYS if key not in {"indicators", "points"}]
    names = ("bad_experience_rate", "late_shipments")
    parts = ("numerator", "denominator", "value")
    assert table.column_names == flat + [f"{name}_{part}" for name in names for part in parts]
    assert rows[1]["unconfirmed"] == "; ".join(UNCONFIRMED)
    assert rows[4]["grade"] == ""
    assert table["late_shipments_numerator"].to_pylist() == [1, 0, 0, 0, 0]


def test_a_file_is_written_all_at_once_and_says_its_format_by_its_name(run, market, tmp_path):
    done = run(*ASSESS, "--output", "r.jsonl")
    assert (done.returncode, done.stdout) == (0, "")
    assert len((tmp_path / "r.jsonl").read_text().splitlines()) == 5
    done = run(*ASSESS, "--output", "r.txt")
    assert (tmp_path / "r.txt").read_text().startswith("seller  grade")
    assert {file.name for file in tmp_path.iterdir()} == {"market.duckdb", "r.jsonl", "r.txt"}


def test_the_same_facts_and_rules_give_the_same_bytes(run, market):
    for form in ("jsonl", "table"):
        assert run(*ASSESS, "--format", form).stdout == run(*ASSESS, "--format", form).stdout


def test_one_subject_is_judged_alone(run, market):
    done = run(*ASSESS, "--subject", "S3", "--format", "jsonl")
    assert [json.loads(line)["subject_id"] for line in done.stdout.splitlines()] == ["S3"]


def test_what_was_learned_later_is_left_out(run, market):
    done = run(*ASSESS, "--known-at", "2018-06-19", "--subject", "S4", "--format", "jsonl")
    record = json.loads(done.stdout)
    assert record["known_at"] == "2018-06-19T00:00:00Z"
    assert record["indicators"]["bad_experience_rate"]["numerator"] == 0


def test_show_sql_prints_the_statement_and_runs_nothing(run, market):
    done = run(*ASSESS, "--show-sql")
    assert done.returncode == 0
    assert done.stdout.startswith("-- ")
    assert "results" in done.stdout
    assert "excellent" not in done.stdout.splitlines()[-1]


@pytest.fixture
def fifty_sellers(run, tmp_path):
    lines = ["order_id,seller_id,placed_at,shipped_at"]
    lines += [f"O{n},S{n:02},2018-06-01,2018-06-03" for n in range(50)]
    (tmp_path / "orders.csv").write_text("\n".join([*lines, ""]))
    done = run("load", "--from", "orders.csv", "--time-zone", "UTC", "--currency", "USD")
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("more", [(), ("--all",), ("--format", "csv"), ("--format", "jsonl")])
def test_results_taken_in_parts_are_printed_as_those_taken_at_once(
    run, fifty_sellers, monkeypatch, more
):
    expected = run(*ASSESS, *more)
    monkeypatch.setattr(assessing, "AT_ONCE", 45)
    parted = run(*ASSESS, *more)
    assert (parted.stdout, parted.stderr) == (expected.stdout, expected.stderr)
    assert parted.stdout.count("S") >= 40


def test_forty_lines_are_shown_and_it_is_said_how_to_see_the_others(run, fifty_sellers):
    shown = run(*ASSESS).stdout.splitlines()
    assert shown[40].startswith("S39")
    assert shown[41] == "… and 10 more: --all prints them, --output FILE keeps them."
    assert run(*ASSESS, "--all").stdout.splitlines()[50].startswith("S49")


@pytest.mark.parametrize("columns", [20, 60, 80])
def test_on_a_terminal_of_any_width_no_line_is_wrapped(market, tmp_path, columns):
    shown = on_a_terminal(*ASSESS, columns=columns, cwd=tmp_path)
    table = shown.split("\n\n")[0].splitlines()
    assert all(len(line) <= columns for line in table if not line.startswith("(no room"))
    assert "\x1b" not in shown
    if columns >= 60:
        assert all(f"\nS{n} " in shown for n in range(1, 6))
        assert all(grade in shown for grade in ("excellent", "good", "pass", "fail", "not graded"))


def test_parquet_is_not_thrown_at_a_terminal(market, tmp_path):
    with pytest.raises(AssertionError, match="Parquet is not for reading on a terminal"):
        on_a_terminal(*ASSESS, "--format", "parquet", columns=80, cwd=tmp_path)


def test_an_empty_market_says_so(run):
    run("new", "market.duckdb", "--time-zone", "UTC", "--currency", "USD")
    done = run(*ASSESS)
    assert done.returncode == 0, done.stderr
    assert "No seller is known to this market yet." in done.stdout
    assert "facts known    until nothing" not in done.stdout
    assert run(*ASSESS, "--format", "jsonl").stdout == ""


SILENCE = "Nothing is known after 2018-06-20: of later days only deadlines that ran out count."
RULES = ("--rulebook", "service-level", "--as-of")


@pytest.mark.parametrize(
    "asked",
    [
        ("assess", *RULES, "2018-06-{day}"),
        ("assess", *RULES, "2018-06-{day}", "--format", "csv"),
        ("explain", *RULES, "2018-06-{day}", "--subject", "S1"),
        ("compare", *RULES, "2018-06-{day}", "--with", "service-level"),
        ("compare", *RULES, "2018-06-{day}", "--with", "service-level", "--format", "csv"),
    ],
)
def test_a_day_after_the_last_that_is_known_is_told(run, market, asked):
    def told(day):
        done = run(*(part.format(day=day) for part in asked))
        assert done.returncode == 0, done.stderr
        return " ".join(f"{done.stdout} {done.stderr}".split())

    assert SILENCE in told(21)
    assert "Nothing is known after" not in told(20)
