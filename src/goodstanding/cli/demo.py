"""`demo`: a guided tour of a synthetic market, in which every figure is worked out anew."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from goodstanding.cli.demo_folder import DemoFolder, prepared
from goodstanding.cli.first_load import found_or_made
from goodstanding.cli.grid import reading_width, terminal_width
from goodstanding.cli.options import Meant
from goodstanding.cli.progress import told
from goodstanding.cli.sampling import CURRENCY, HOW_TO_LOAD, TIME_ZONE, generated
from goodstanding.explanation.figures import whole

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from goodstanding.market import Market
    from goodstanding.rulebook.model import Rulebook

_RULEBOOK = "service-level"
_SEED = 1
_OF_EACH_GRADE = 3
_READ = 5  # orders that count against a seller; more are tiring in a tour
# Of the bundled limits some are made easier and one harder, so that sellers move both ways.
_OTHER_LIMITS = {"< 3.5 %": "< 4 %", "< 6 %": "< 5 %", "< 12 %": "< 15 %"}


def demo(
    *,
    place: Annotated[
        Path,
        Parameter(name="--dir", metavar="DIR", help="The folder; an earlier demo is replaced."),
    ] = Path("demo"),
    orders: Annotated[
        int, Parameter(name="--orders", metavar="N", help="How many orders.")
    ] = 20_000,
) -> None:
    """Make, load, assess, explain and compare; say what to try next."""
    folder = prepared(place)
    _say([f"A tour of a synthetic market, in {place}/. Every figure is worked out here and now."])
    day = _sample(folder, orders)
    with found_or_made(
        Meant(market=str(folder.market)),
        adapter=None,
        time_zone=TIME_ZONE,
        currency=CURRENCY,
        check=False,
    ) as market:
        _load(folder, market)
        subject = _assess(folder, market, day)
        if subject is not None:
            _explain(folder, market, day, subject)
        _compare(folder, market, day)
    _try_next(folder, day, subject)


def _sample(folder: DemoFolder, orders: int) -> date:
    """Write the files, and return the last month end of what they tell."""
    from goodstanding import days  # noqa: PLC0415 -- heavy; only when it is used

    _step(
        "1. What happened: orders, reviews, disputes, refunds, messages",
        f"sample --orders {orders} --seed {_SEED} --out {_quoted(folder.sample)}",
    )
    made = generated(orders=orders, seed=_SEED, out=folder.sample)
    rows, sellers = whole(sum(made.rows.values())), whole(made.rows["sellers"])
    span = f"{made.first_day} to {made.last_day}"
    _say(
        [
            f"{whole(made.orders)} orders of {span}, of {sellers} sellers, good ones and bad:",
            f"{rows} rows in {len(made.rows)} files.",
        ]
    )
    last = days.month_end(made.last_day)
    return last if last == made.last_day else made.last_day.replace(day=1) - days.ONE_DAY


def _load(folder: DemoFolder, market: Market) -> None:
    _step(
        "2. Load it: every row is kept, with when it happened and when that was learned",
        f"load {_in_market(folder)} --from {_quoted(folder.sample)} {HOW_TO_LOAD}",
    )
    with told("rows") as tell:
        summary = market.load(folder.sample, recorded="occurred", progress=tell)
    kept, refused = whole(summary.kept), whole(summary.quarantined)
    odd = whole(sum(entry.facts for entry in summary.oddities))
    _say(
        [
            f"{kept} rows loaded, {refused} in quarantine. {odd} are odd, such as times that",
            "contradict each other; that is said, and not repaired.",
        ]
    )


def _assess(folder: DemoFolder, market: Market, day: date) -> str | None:
    """Show a few sellers of each grade, and return one just below the best."""
    import pyarrow as pa  # noqa: PLC0415 -- heavy; only when it is used

    from goodstanding.cli import result_table, summary  # noqa: PLC0415 -- likewise
    from goodstanding.cli.tally import tallied  # noqa: PLC0415 -- likewise

    _step("3. Where every seller stands at the end of the month", _asking("assess", folder, day))

    results = market.assess(_RULEBOOK, as_of=day)
    rules = market.rulebook(_RULEBOOK, as_of=day)
    records = results.to_pylist()
    some = [place for name in rules.grade_names for place in _largest(records, name)]
    shown = results.take(pa.array(some, pa.int64()))
    said = summary.entries(tallied(results, rules), market.known_until, market.settings.time_zone)
    _say(
        [
            *result_table.lines(shown, rules, width=terminal_width()),
            f"(of each grade the {_OF_EACH_GRADE} sellers with the most orders)",
            "",
            *summary.lines(said, width=reading_width()),
        ]
    )
    return _just_below_the_best(records, rules)


def _explain(folder: DemoFolder, market: Market, day: date, subject: str) -> None:
    from goodstanding.explanation import telling  # noqa: PLC0415 -- heavy; only when it is used

    _step(
        f"4. Why {subject} is where it is, and what would change that",
        f"{_asking('explain', folder, day)} --subject {shlex.quote(subject)}",
    )
    explanation = market.explain(_RULEBOOK, as_of=day, subject=subject)
    _say([telling.text(explanation, width=reading_width())])


def _compare(folder: DemoFolder, market: Market, day: date) -> None:
    from goodstanding.explanation import telling_comparison  # noqa: PLC0415 -- only when it is used
    from goodstanding.rulebook import bundled, copying  # noqa: PLC0415 -- likewise

    own = folder.own_rulebook
    text = copying.copied(bundled.load(_RULEBOOK, as_of=day), "mine")
    for ours, other in _OTHER_LIMITS.items():
        text = text.replace(ours, other)
    own.write_text(text, encoding="utf-8")
    _step(
        "5. What limits of your own would change",
        f"rulebooks copy {_RULEBOOK} {_quoted(own)}",
        f"{_asking('compare', folder, day)} --with {_quoted(own)}",
    )
    changed = ", ".join(f"{ours} is now {other}" for ours, other in _OTHER_LIMITS.items())
    comparison = market.compare(_RULEBOOK, own, as_of=day)
    _say(
        [
            f"In {own} the limits are changed:",
            f"{changed}.",
            "",
            telling_comparison.text(comparison, width=reading_width()),
        ]
    )


def _try_next(folder: DemoFolder, day: date, subject: str | None) -> None:
    commands = [
        f"{_asking('assess', folder, day)} --all",
        f"{_asking('assess', folder, day)} --format csv --output {_quoted(folder.place)}/all.csv",
        f"rulebooks show {_RULEBOOK} --plain",
    ]
    if subject is not None:
        earlier = day.replace(day=1)
        commands.append(f"{_asking('explain', folder, earlier)} --subject {shlex.quote(subject)}")
    own = _quoted(folder.own_rulebook)
    commands += [
        f"rulebooks check {own}",
        f"{_asking('compare', folder, day)} --with {own}",
        "tables orders",
        "load --market mine.duckdb --from FOLDER --time-zone UTC --currency USD --check",
    ]
    _say(
        [
            "",
            "Now try (change the limits in mine.toml before the comparison; FOLDER is your own):",
            "",
            *(f"  goodstanding {command}" for command in commands),
        ]
    )


def _largest(records: Sequence[dict[str, Any]], grade: str) -> list[int]:
    """Return the places of the subjects of a grade with the most rows behind them."""
    places = [place for place, record in enumerate(records) if record["grade"] == grade]
    places.sort(key=lambda place: -records[place]["rows_counted"])
    return places[:_OF_EACH_GRADE]


def _just_below_the_best(records: Sequence[dict[str, Any]], rules: Rulebook) -> str | None:
    """Return who of the second grade is nearest to the first, by the first ratio.

    One with few orders behind it, where there is one: its explanation is read to the end. Where
    nobody has the second grade, somebody of a worse one.
    """
    ratio = next(name for name, each in rules.indicators.items() if each.ratio is not None)
    below = [record for record in records if record["deciding_limit"] is not None]
    second = [record for record in below if record["grade"] == rules.grade_names[1]]
    near = second or below
    near.sort(key=lambda each: (each[f"{ratio}_numerator"] > _READ, each[f"{ratio}_value"]))
    found: str | None = near[0]["subject_id"] if near else None
    return found


def _asking(command: str, folder: DemoFolder, day: date) -> str:
    return f"{command} {_in_market(folder)} --rulebook {_RULEBOOK} --as-of {day}"


def _in_market(folder: DemoFolder) -> str:
    return f"--market {_quoted(folder.market)}"


def _quoted(path: Path) -> str:
    return shlex.quote(str(path))


def _step(title: str, *commands: str) -> None:
    _say(["", title, *(f"  goodstanding {command}" for command in commands), ""])


def _say(lines: Iterable[str]) -> None:
    """Print lines at once, as a tour is followed while it goes on."""
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    sys.stdout.flush()
