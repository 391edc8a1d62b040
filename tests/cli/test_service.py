"""`goodstanding service`: a store, and a listing, order by order, in text and JSON."""

import json

from tests.cli.conftest import AS_OF


def test_a_store_is_told_order_by_order(run, market):
    done = run("service", "S1", "--as-of", AS_OF)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("Store S1: service, order by order\n")
    assert "shipped by the ship-by instant    19/20 = 95.00 %" in done.stdout
    assert "not passed by 1: S1-00" in done.stdout
    assert "None of it enters a grade." in " ".join(done.stdout.split())


def test_for_programs_it_is_one_object_and_goes_to_a_file(run, market, tmp_path):
    done = run("service", "S1", "--as-of", AS_OF, "--output", "service.json")
    assert (done.returncode, done.stdout) == (0, "")
    told = json.loads((tmp_path / "service.json").read_text())
    assert (told["subject_kind"], told["subject_id"], told["viewer"]) == (
        "seller",
        "S1",
        "operator",
    )
    assert told["links"][1]["missed"] == ["S1-00"]


def test_an_unknown_store_or_listing_is_refused(run, market):
    done = run("service", "S11", "--as-of", AS_OF)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("error: seller 'S11' is not known to this market.")
    done = run("service", "S1", "--listing", "--as-of", AS_OF)
    assert done.stderr.startswith("error: listing 'S1' is not known to this market.")
