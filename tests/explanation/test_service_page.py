"""The worked example of docs/service.md comes out as the page says."""

import re
from pathlib import Path

import goodstanding
from goodstanding.explanation import telling_service
from tests.documents import ROOT

PAGE = (ROOT / "docs" / "service.md").read_text("utf-8")


def test_the_worked_example_comes_out(tmp_path: Path):
    exports = tmp_path / "exports"
    exports.mkdir()
    for name, text in re.findall(r"```csv file=(\S+)\n(.*?)```", PAGE, re.DOTALL):
        (exports / name).write_text(text, encoding="utf-8")
    ((store, lines),) = re.findall(r"```text of=(\S+)\n(.*?)```", PAGE, re.DOTALL)
    with goodstanding.new(tmp_path / "m.duckdb", time_zone="UTC", currency="USD") as market:
        summary = market.load(exports, recorded="occurred")
        assert not summary.refusals
        found = market.service(store, as_of="2018-07-31")
    text = telling_service.text(found, 100)
    assert [line for line in lines.splitlines() if line not in text] == []
