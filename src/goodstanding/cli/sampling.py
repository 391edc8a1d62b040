"""`sample`: the files of a synthetic market."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from goodstanding.cli.grid import Column, drawn, terminal_width
from goodstanding.cli.output import write_text
from goodstanding.cli.progress import told
from goodstanding.explanation.figures import whole

if TYPE_CHECKING:
    from goodstanding.sample import SampleSummary

# What a market of the sample is made with, and how its files are loaded.
TIME_ZONE = "UTC"
CURRENCY = "USD"
HOW_TO_LOAD = f"--recorded occurred --time-zone {TIME_ZONE} --currency {CURRENCY}"


def sample(
    *,
    orders: Annotated[
        int, Parameter(name="--orders", metavar="N", help="How many orders.")
    ] = 20_000,
    seed: Annotated[
        int, Parameter(name="--seed", metavar="S", help="The same seed gives the same bytes.")
    ] = 1,
    out: Annotated[
        Path,
        Parameter(name="--out", metavar="DIR", help="The folder; an earlier sample is replaced."),
    ],
) -> None:
    """Write a synthetic market, a Parquet file a table."""
    made = generated(orders=orders, seed=seed, out=out)
    tables = Column(title="table", texts=list(made.rows), stays=True)
    rows = Column(
        title="rows", texts=[whole(n) for n in made.rows.values()], is_number=True, stays=True
    )
    market = "--market sample.duckdb"
    load = f"{market} --from {shlex.quote(str(out))} {HOW_TO_LOAD}"
    lines = [
        f"Made {whole(made.orders)} orders of {made.first_day} to {made.last_day} in {out}.",
        "",
        *drawn([tables, rows], width=terminal_width()),
        "",
        "Next:",
        f"  goodstanding load {load}",
        f"  goodstanding assess {market} --rulebook service-level --as-of {made.last_day}",
    ]
    write_text("\n".join(lines), None)


def generated(*, orders: int, seed: int, out: Path) -> SampleSummary:
    """Make a synthetic market and say on the terminal how far it is."""
    from goodstanding.sample import generate  # noqa: PLC0415 -- heavy; only when it is used

    with told("orders") as tell:
        return generate(
            orders=orders,
            seed=seed,
            out=out,
            progress=lambda done, total: tell("sample", done, total),
        )
