"""`goodstanding rulebooks`: listed, shown, checked, tried, copied."""

import json
import re

from goodstanding.assessment import examples
from goodstanding.assessment.examples import Tried
from goodstanding.rulebook import bundled
from goodstanding.rulebook.model import Example, Rulebook


def test_every_bundled_rulebook_is_listed_with_its_versions(run):
    lines = run("rulebooks", "list").stdout.splitlines()
    for name in bundled.names():
        for version in bundled.versions(name):
            assert any(line.startswith(name) and str(version) in line for line in lines)


def test_a_rulebook_is_shown_as_it_is_written_or_in_sentences(run):
    assert run("rulebooks", "show", "service-level").stdout == bundled.text("service-level")
    plain = run("rulebooks", "show", "service-level", "--plain").stdout
    assert plain.startswith("Service level, as the article tells it\n")
    assert 'id         = "service-level"' not in plain
    dated = run("rulebooks", "show", "service-level", "--version", "2015-01-05").stdout
    assert dated == bundled.text("service-level")


def test_several_files_are_checked_and_each_is_told(run, tmp_path):
    run("rulebooks", "copy", "service-level", "good.toml")
    text = (tmp_path / "good.toml").read_text()
    (tmp_path / "bad.toml").write_text(text.replace('subject    = "seller"', 'subject    = "shop"'))
    done = run("rulebooks", "check", "good.toml", "bad.toml", "gone.toml")
    assert done.returncode == 1
    assert done.stdout == "good.toml: in order (good, version 2015-01-05).\n"
    assert "bad.toml: 1 problem:" in done.stderr
    assert "gone.toml: there is no rulebook at 'gone.toml'." in done.stderr
    assert run("rulebooks", "check", "good.toml").returncode == 0


def test_what_is_only_warned_of_is_told_with_its_line_and_the_rulebook_is_in_order(run, tmp_path):
    run("rulebooks", "copy", "aliexpress-service-level", "mine.toml", "--version", "2015-01-05")
    assert run("rulebooks", "check", "mine.toml").stderr == ""
    text = (tmp_path / "mine.toml").read_text()
    (tmp_path / "mine.toml").write_text(re.sub("(?m)^removing_may_lower.*\n", "", text))
    done = run("rulebooks", "check", "mine.toml")
    assert (done.returncode, done.stdout) == (
        0,
        "mine.toml: in order (mine, version 2015-01-05).\n",
    )
    assert re.match(r'mine\.toml:\d+  not_graded "too_few_orders": Taking out a bad', done.stderr)
    assert 'or say why it must be: removing_may_lower = "…".' in done.stderr


def test_nothing_to_check_is_a_mistake(run):
    done = run("rulebooks", "check")
    assert done.returncode == 1
    assert "there is nothing to check." in done.stderr


def test_the_examples_of_a_rulebook_come_out(run):
    done = run("rulebooks", "test", "service-level")
    assert (done.returncode, done.stderr) == (0, "")
    said = re.fullmatch(r"service-level, version [-0-9]+: (\d+) of (\d+) .*\n", done.stdout)
    assert said is not None
    assert said[1] == said[2] != "0"


def test_without_a_name_every_example_of_every_bundled_rulebook_is_tried(run, monkeypatch):
    # That they come out is proved in tests/rulebook/test_bundled.py.
    tried: list[Example] = []

    def come_out(book: Rulebook) -> list[Tried]:
        tried.extend(book.examples)
        return [Tried(example=example, problems=()) for example in book.examples]

    monkeypatch.setattr(examples, "try_examples", come_out)
    done = run("rulebooks", "test")
    assert (done.returncode, done.stderr) == (0, "")
    books = [
        bundled.load(name, version=version)
        for name in bundled.names()
        for version in bundled.versions(name)
    ]
    assert done.stdout.splitlines() == [
        f"{book.id}, version {book.version}: {n} of {n} examples come out."
        for book in books
        for n in [f"{len(book.examples):,}"]
    ]
    assert tried == [example for book in books for example in book.examples]


def test_an_example_that_does_not_come_out_is_told_with_its_line(run, tmp_path):
    text = bundled.text("service-level").replace(
        'bad_experience_rate = "7/201"', 'bad_experience_rate = "7/202"', 1
    )
    (tmp_path / "mine.toml").write_text(text)
    done = run("rulebooks", "test", "mine.toml")
    assert done.returncode == 1
    before = text[: text.index("7/202")].splitlines()
    heading = max(n for n, line in enumerate(before, 1) if line == "[[example]]")
    assert f"mine.toml:{heading}  " in done.stderr
    assert "bad_experience_rate is '7/201', expected '7/202'." in done.stderr


def test_a_copy_has_an_id_of_its_own_and_is_in_order(run, tmp_path):
    done = run("rulebooks", "copy", "service-level", "Our limits 2026.toml")
    assert "its id there is 'our-limits-2026'." in done.stdout
    assert "goodstanding rulebooks check 'Our limits 2026.toml'" in done.stdout
    assert run("rulebooks", "check", "Our limits 2026.toml").returncode == 0
    done = run("rulebooks", "test", "Our limits 2026.toml")
    assert done.stdout == "our-limits-2026, version 2015-01-05: it has no examples.\n"


def test_a_limit_of_ones_own_is_told_as_ones_own(run, tmp_path):
    run("rulebooks", "copy", "service-level", "mine.toml")
    text = (tmp_path / "mine.toml").read_text()
    (tmp_path / "mine.toml").write_text(text.replace("12 %", "30 %"))
    plain = run("rulebooks", "show", "mine.toml", "--plain").stdout
    assert "SL-28" not in plain
    assert "- pass: bad experience rate below 30 % [own design]." in plain.splitlines()


def test_the_schema_is_json(run):
    assert json.loads(run("rulebooks", "schema").stdout)["title"] == "Goodstanding rulebook"
