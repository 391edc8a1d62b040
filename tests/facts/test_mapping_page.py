"""The mapping file that docs/facts.md shows loads the export that it shows."""

import re
from pathlib import Path

import goodstanding
from tests.documents import ROOT

PAGE = (ROOT / "docs" / "facts.md").read_text("utf-8")


def test_the_mapping_on_the_page_loads_the_export_on_the_page(tmp_path: Path):
    for name, text in re.findall(r"```\w+ file=(\S+)\n(.*?)```", PAGE, re.DOTALL):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    with goodstanding.new(tmp_path / "m.duckdb", time_zone="UTC", currency="USD") as market:
        summary = market.load(tmp_path / "shop", mapping=tmp_path / "shop.toml")
        counts = {count.table: (count.read, count.kept) for count in summary.tables}
        assert counts == {"orders": (2, 2), "feedback": (1, 1)}
        assert not summary.refusals
        (result,) = market.assess("service-level", as_of="2026-01-31").to_pylist()
    assert result["subject_id"] == "S7"
    assert (result["grade"], result["bad_experience_rate_denominator"]) == ("excellent", 1)
