"""How well the buyer score, and a review queue, tell planted abusers from honest buyers.

The sample says whom it planted (`truth.parquet`). What is printed is the same on every machine:
it is no measurement of time, and says how the rules act on what was put in, not on real buyers.
"""

from __future__ import annotations

import shutil
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import goodstanding
from bench.work import AS_OF, SEED
from goodstanding.database.duckdb import DuckDB
from goodstanding.effects.buyer_bands import BUYER_SCORE
from goodstanding.sample import generate

ORDERS = 400_000
MANY = 2  # lawful returns within the year: the sample has few buyers who order often
CUT_OFFS = (40, 60, 70)
LOOKED_AT = (0.01, 0.02, 0.05)  # of the buyers, those with the lowest scores
# A market without findings, with those that people decided, and with every proposal confirmed.
SITUATIONS = ("no findings", "as decided", "all confirmed")
_COLUMNS = ("abusers", "many returns", "other honest")
_FIGURES = "{:<56}{:>10}{:>14}{:>14}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Groups:
    """Ids of buyers: planted, by what they do; honest with many lawful returns; ever proposed."""

    abusers: Mapping[str, frozenset[str]]
    returning: frozenset[str]
    proposed: frozenset[str]

    @property
    def planted(self) -> frozenset[str]:
        """Every planted buyer."""
        return frozenset[str]().union(*self.abusers.values())


def separation(folder: Path, orders: int = ORDERS) -> dict[str, dict[str, float]]:
    """Make a sample, score its buyers in each situation; return the figures by line and column."""
    files = folder / "planted"
    generate(orders=orders, seed=SEED, out=files)
    groups = groups_in(files)
    figures: dict[str, dict[str, float]] = {}
    for situation in SITUATIONS:
        _set_findings(files, situation)
        scores = _scores(files, folder / "planted.duckdb")
        figures |= {
            f"{situation}: {line}": shares for line, shares in _told(scores, groups, situation)
        }
    shutil.rmtree(files)
    return figures


def print_figures(figures: Mapping[str, Mapping[str, float]]) -> None:
    """Print every line; shares as per cent, an AUC as it is."""
    print(f"\nplanted abusers and honest buyers, {ORDERS:,} orders")
    print(_FIGURES.format("", *_COLUMNS))
    for line, shares in figures.items():
        print(_FIGURES.format(line, *_cells(line, shares)))


def as_table(figures: Mapping[str, Mapping[str, float]]) -> list[str]:
    """Return the lines as a table of a page."""
    head = ["| | " + " | ".join(_COLUMNS) + " |", "|---|---:|---:|---:|"]
    return head + [
        f"| {line} | " + " | ".join(_cells(line, shares)) + " |" for line, shares in figures.items()
    ]


def _cells(line: str, shares: Mapping[str, float]) -> list[str]:
    written = "{:,}" if "how many" in line else "{:.3f}" if "AUC" in line else "{:.2%}"
    return [written.format(shares[name]) if name in shares else "" for name in _COLUMNS]


def auc(low: Sequence[float], high: Sequence[float]) -> float:
    """Return how often one of `low` is below one of `high`, of all pairs; a tie is a half."""
    ordered = sorted(high)
    halves = sum(
        2 * len(ordered) - bisect_left(ordered, each) - bisect_right(ordered, each) for each in low
    )
    return halves / (2 * len(low) * len(high))


def groups_in(files: Path) -> Groups:
    """Return who was planted, who sent much back as the law allows, and who was ever proposed."""
    database = DuckDB.open(None)
    planted = database.rows(
        f"""
        select kind, list(subject_id)
        from '{files / "truth.parquet"}'
        where subject_kind = 'buyer'
        group by kind
        order by kind
        """
    )
    returning = database.rows(
        f"""
        select buyer_id
        from '{files / "refunds.parquet"}' as refund
        join '{files / "orders.parquet"}' as placed using (order_id)
        where reason = 'changed_mind' and is_statutory and cancelled_at is null
          and refunded_at::date between date '{AS_OF}' - 364 and date '{AS_OF}'
        group by buyer_id
        having count(distinct order_id) >= {MANY}
        """
    )
    proposed = database.rows(f"select distinct buyer_id from '{files / 'findings.parquet'}'")
    database.close()
    abusers = {kind: frozenset(ids) for kind, ids in planted}
    honest = {buyer_id for (buyer_id,) in returning}.difference(*abusers.values())
    return Groups(
        abusers=abusers,
        returning=frozenset(honest),
        proposed=frozenset(buyer_id for (buyer_id,) in proposed if buyer_id is not None),
    )


def _set_findings(files: Path, situation: str) -> None:
    """Write the table of findings as it is in a situation."""
    kept, table = files / "findings.kept", files / "findings.parquet"
    if not kept.exists():
        shutil.copy(table, kept)
    if situation == "as decided":
        shutil.copy(kept, table)
        return
    end = f"timestamp '{AS_OF} 12:00:00'"
    confirmed = f"""
        select finding_id, buyer_id, kind, gravity, intent, rule, summary, proposed_at, proposed_by,
          coalesce(decided_at, dismissed_at, {end}) as decided_at, 'reviewer' as decided_by,
          'The orders show it.' as reasons
        from read_parquet('{kept}')
        where proposed_at is not null
    """
    wanted = confirmed if situation == "all confirmed" else f"from ({confirmed}) limit 0"
    database = DuckDB.open(None)
    database.execute(f"copy ({wanted}) to '{table}' (format parquet)")
    database.close()


def _scores(files: Path, market: Path) -> dict[str, float]:
    """Return the score of every buyer of whom an order of the year ended, or was not paid."""
    market.unlink(missing_ok=True)
    with goodstanding.new(market, time_zone="UTC", currency="USD") as made:
        made.load(files, recorded="occurred")
        results = made.assess(BUYER_SCORE, as_of=AS_OF)
    market.unlink()
    columns = ("subject_id", "score", "orders_completed_numerator", "orders_unpaid_numerator")
    rows = zip(*(results[name].to_pylist() for name in columns), strict=True)
    return {
        buyer_id: score
        for buyer_id, score, completed, unpaid in rows
        if score is not None and completed + unpaid
    }


def _told(
    scores: Mapping[str, float], groups: Groups, situation: str
) -> Iterator[tuple[str, dict[str, float]]]:
    """Yield the lines of a situation."""
    abusers = groups.planted & scores.keys()
    returning = groups.returning & scores.keys()
    others = scores.keys() - abusers - returning
    columns = dict(zip(_COLUMNS, (abusers, returning, others), strict=True))
    if situation == SITUATIONS[0]:
        yield "how many", {name: len(ids) for name, ids in columns.items()}
        yield "ever in the review queue (share of group)", _shares(columns, groups.proposed)
        queue = groups.proposed & scores.keys()
        in_queue = {name: set(ids) & queue for name, ids in columns.items()}
        yield "whom the review queue holds", _shares(in_queue, queue, of=queue)
    high = [scores[each] for each in returning]
    rest = [scores[each] for each in others]
    low = [scores[each] for each in abusers]
    yield "AUC of abusers against", _aucs(low, high, rest)
    for kind, ids in groups.abusers.items():
        of_kind = [scores[each] for each in ids & scores.keys()]
        if of_kind:
            yield f"AUC of {kind} against", _aucs(of_kind, high, rest)
    for limit in CUT_OFFS:
        below = {each for each, score in scores.items() if score < limit}
        yield f"score below {limit}", _shares(columns, below)
    at_most = {each for each, score in scores.items() if score <= CUT_OFFS[0]}
    yield f"score at most {CUT_OFFS[0]}", _shares(columns, at_most)
    ranked = sorted(scores, key=lambda each: (scores[each], each))
    for share in LOOKED_AT:
        looked_at = set(ranked[: round(share * len(ranked))])
        yield f"among the lowest {share:.0%}", _shares(columns, looked_at)


def _aucs(
    abusers: Sequence[float], returning: Sequence[float], others: Sequence[float]
) -> dict[str, float]:
    return {
        name: round(auc(abusers, honest), 3)
        for name, honest in zip(_COLUMNS[1:], (returning, others), strict=True)
    }


def _shares(
    columns: Mapping[str, Collection[str]],
    found: Collection[str],
    *,
    of: Collection[str] | None = None,
) -> dict[str, float]:
    """Return by group what share of it is found; with `of`, what share of that the group is."""
    return {
        name: round(len(set(ids) & set(found)) / max(len(ids if of is None else of), 1), 4)
        for name, ids in columns.items()
    }
