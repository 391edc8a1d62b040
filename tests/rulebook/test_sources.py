"""Sources are kept as data, and the page about them is made of it."""

from pathlib import Path

from goodstanding.rulebook import sources
from goodstanding.rulebook.sources import Fact, Source

PAGE = Path(__file__).parents[2] / "docs" / "sources.md"
QUALITIES = {"document", "official", "copy", "trade", "weak", "code", "unreliable"}
CONFIDENCES = {"official", "copy", "trade", "weak", "unconfirmed"}


def test_the_page_is_made_of_the_data():
    how = "python -m goodstanding.rulebook.sources > docs/sources.md"
    assert PAGE.read_text(encoding="utf-8") == sources.page(), f"run: {how}"


def test_every_source_has_an_address_a_date_and_says_how_good_it_is():
    found = [entry for entry in sources.known().values() if isinstance(entry, Source)]
    assert found
    for source in found:
        assert source.says.endswith("."), source.id
        assert source.address, source.id
        assert source.date, source.id
        assert source.quality in QUALITIES, source.id


def test_every_fact_rests_on_sources_that_are_there_or_is_unconfirmed():
    facts = [entry for entry in sources.known().values() if isinstance(entry, Fact)]
    assert facts
    for fact in facts:
        assert fact.says.endswith("."), fact.id
        assert fact.confidence in CONFIDENCES, fact.id
        assert fact.sources or fact.confidence == "unconfirmed", fact.id
        for name in fact.sources:
            assert isinstance(sources.known()[name], Source), fact.id


def test_no_cell_of_the_page_breaks_its_table():
    for entry in sources.known().values():
        assert "|" not in entry.says
        assert "\n" not in entry.says
