"""The commands that README.md and docs/ show are run, and print what the pages say.

To write down what they print now: GOODSTANDING_WRITE_DOCS=1 make docs, then shorten with `…`.
"""

import os
import re
from pathlib import Path

import pytest

from tests.documents import ROOT, differs, run, shown_commands
from tests.olist_folder import REAL, WITHOUT_REAL

PAGES = ["README.md", *(f"docs/{page.name}" for page in sorted((ROOT / "docs").glob("*.md")))]
ATTRIBUTION = (
    "Computed from *Brazilian E-Commerce Public Dataset by Olist*, CC BY-NC-SA 4.0; the data are "
    "not part of this repository, its licence does not cover them, and theirs does not allow "
    "commercial use."
)
RUN = [name for name in PAGES if "```console" in (ROOT / name).read_text("utf-8")]
# Pages of which the first commands of others are the like: each takes some twenty seconds.
_NAMES = (
    *("effects", "findings", "me", "next", "offers", "queue", "rank", "service"),
    *("store-card", "tutorial"),
)
LONG = {f"docs/{name}.md" for name in _NAMES}


@pytest.mark.docs
@pytest.mark.parametrize(
    "name", [pytest.param(n, marks=[pytest.mark.slow] if n in LONG else []) for n in RUN]
)
def test_a_page_says_what_its_commands_print(name: str, tmp_path: Path, monkeypatch):
    page = (ROOT / name).read_text("utf-8")
    if "$OLIST" in page:
        if REAL is None:
            pytest.skip(WITHOUT_REAL)
        monkeypatch.setenv("OLIST", str(REAL))
    problems = []
    for shown in shown_commands(page):
        done = run(shown.command, tmp_path)
        printed = done.stdout.splitlines()
        if os.environ.get("GOODSTANDING_WRITE_DOCS") and not shown.output:
            text = f"$ {shown.command}\n"
            page = page.replace(text, text + done.stdout.rstrip("\n") + "\n", 1)
            (ROOT / name).write_text(page, encoding="utf-8")
            continue
        difference = differs(shown.output, printed)
        is_refused = any("problem" in line or "error" in line for line in shown.output)
        if difference is None and (done.returncode != 0) is not is_refused:
            difference = f"ends with {done.returncode}: {done.stdout[-300:]}"
        if difference:
            problems.append(f"{name}:{shown.line} `{shown.command}` {difference}")
    assert not problems, "\n".join(problems)


def has_figures_of_olist(page: str) -> bool:
    """Say whether a paragraph of a page names Olist and a number of several digits, or a share."""
    return any(
        re.search(r"Olist|Brazilian E-Commerce", paragraph)
        and re.search(r"\d,\d{3}|\d %", paragraph)
        for paragraph in page.replace(ATTRIBUTION, "").split("\n\n")
    )


def test_every_page_with_figures_of_olist_says_where_they_come_from():
    texts = {page: page.read_text("utf-8") for page in [*ROOT.glob("*.md"), *ROOT.glob("*/*.md")]}
    pages = {str(p.relative_to(ROOT)) for p, text in texts.items() if has_figures_of_olist(text)}
    assert {"README.md", "docs/architecture.md", "docs/olist.md", "docs/sample.md"} <= pages
    assert not [name for name in sorted(pages) if ATTRIBUTION not in (ROOT / name).read_text()]


@pytest.mark.parametrize(
    ("said", "printed", "same"),
    [
        (["a", "b"], ["a", "b"], True),
        (["a", "…", "c"], ["a", "b", "b", "c"], True),
        (["a …"], ["a b c"], True),
        (["a", "…"], ["a"], True),
        (["a"], ["a", "b"], False),
        (["a", "c"], ["a", "b"], False),
        (["…", "z"], ["a", "b"], False),
    ],
)
def test_three_dots_stand_for_anything(said, printed, same):
    assert (differs(said, printed) is None) is same
