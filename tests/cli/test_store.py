"""`goodstanding store`: a store's card, in text and JSON, for whom it is meant."""

import json

from tests.cli.conftest import AS_OF


def test_everybody_is_shown_the_public_half(run, market):
    done = run("store", "S2", "--as-of", AS_OF, "--for", "public")
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert lines[0] == "Store S2, what everybody may see"
    assert [line for line in lines if line and not line.startswith(" ")][-2:] == [
        "Detailed ratings: nothing counted",
        "Feedback: medal 2",
    ]
    assert "19 positive 6 months / 20 rated 6 months = 95.00 %" in done.stdout
    assert "goodstanding explain" not in done.stdout


def test_a_card_for_programs_is_one_object_and_goes_to_a_file(run, market, tmp_path):
    asked = ("store", "S2", "--as-of", AS_OF, "--for", "public")
    done = run(*asked, "--output", "card.json")
    assert (done.returncode, done.stdout) == (0, "")
    told = json.loads((tmp_path / "card.json").read_text())
    assert (told["store_id"], told["viewer"], told["coming"]) == ("S2", "public", None)
    assert told == json.loads(run(*asked, "--format", "json").stdout)


def test_without_a_viewer_the_card_is_the_operators(run, market):
    done = run("store", "S2", "--as-of", "2014-12-31", "--known-at", "2018-07-01")
    assert done.stdout.startswith("Store S2, for the operator\n")
    assert "Service level: not in force" in done.stdout


def test_an_unknown_store_is_refused_with_those_that_look_alike(run, market):
    done = run("store", "S22", "--as-of", AS_OF)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(
        "error: seller 'S22' is not known to this market.\nDid you mean 'S2'"
    )


def test_nobody_else_is_a_viewer(run, market):
    done = run("store", "S2", "--as-of", AS_OF, "--for", "buyer")
    assert done.returncode == 2
    assert "buyer" in done.stderr
