"""`findings …`: the procedure by which a buyer's misuse is found, or not; and reading it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from goodstanding.cli import options
from goodstanding.cli.grid import fitting_lines, reading_width, terminal_width
from goodstanding.cli.output import chosen, text_or_json, write_records, write_text

if TYPE_CHECKING:
    from goodstanding.decisions.finding_steps import StepTaken

FindingArgument = Annotated[str, Parameter(metavar="ID", help="As `findings list` prints it.")]
ByOption = Annotated[str, Parameter(name="--by", metavar="NAME", help="Who does it.")]
ReasonsOption = Annotated[
    str, Parameter(name="--reasons", metavar="TEXT", help="Why, for the buyer to read.")
]
LookedByOption = Annotated[str, Parameter(name="--by", metavar="NAME", help="Who looks.")]
LookedForOption = Annotated[
    str,
    Parameter(name="--reason", metavar="TEXT", help="Why: it is written to the access log before."),
]


def propose(
    *,
    market: options.MarketOption = None,
    buyer: Annotated[str, Parameter(name="--buyer", metavar="ID", help="About which buyer.")],
    kind: Annotated[
        str, Parameter(name="--kind", metavar="KIND", help="What is found, such as false_claims.")
    ],
    order: Annotated[
        list[str],
        Parameter(name="--order", metavar="ID", help="An order it rests on; once for each."),
    ],
    gravity: Annotated[
        int, Parameter(name="--gravity", metavar="N", help="How grave, from 1 to 10.")
    ],
    intent: Annotated[
        str,
        Parameter(name="--intent", metavar="INTENT", help="One of: unknown, careless, deliberate."),
    ],
    rule: Annotated[
        str, Parameter(name="--rule", metavar="TEXT", help="The rule of the marketplace.")
    ],
    summary: Annotated[
        str,
        Parameter(name="--summary", metavar="TEXT", help="What happened, for the buyer to read."),
    ],
    by: ByOption,
) -> None:
    """Propose to find that a buyer abused the marketplace. Nothing counts until it is confirmed."""
    from goodstanding.decisions.finding_steps import Proposal  # noqa: PLC0415 -- heavy

    proposal = Proposal(
        buyer=buyer,
        kind=kind,
        orders=tuple(order),
        gravity=gravity,
        intent=intent,  # type: ignore[arg-type] # the market refuses others
        rule=rule,
        summary=summary,
    )
    with options.opened(market, writes=True) as opened:
        taken = opened.propose_finding(proposal, by=by)
    _say(taken, f"Next, tell the buyer: goodstanding findings warn {taken.finding_id} --by NAME")


def warn(finding: FindingArgument, /, *, market: options.MarketOption = None, by: ByOption) -> None:
    """Warn the buyer, who is told what is proposed and may answer."""
    with options.opened(market, writes=True) as opened:
        taken = opened.warn_of_finding(finding, by=by)
    _say(
        taken,
        f"The buyer can answer until {taken.until_on}; it can be confirmed after that day, or once "
        "there is an answer.",
    )


def answer(
    finding: FindingArgument,
    /,
    *,
    market: options.MarketOption = None,
    text: Annotated[str, Parameter(name="--text", metavar="TEXT", help="What the buyer says.")],
) -> None:
    """Write down what the buyer says to the warning."""
    with options.opened(market, writes=True) as opened:
        taken = opened.answer_finding(finding, text)
    _say(taken, "It can be confirmed or dismissed now.")


def confirm(
    finding: FindingArgument,
    /,
    *,
    market: options.MarketOption = None,
    reasons: ReasonsOption,
    follows: Annotated[
        str, Parameter(name="--follows", metavar="TEXT", help="What follows, for the buyer.")
    ],
    until: Annotated[
        str, Parameter(name="--until", metavar="DAY", help="The last day of what follows.")
    ],
    by: ByOption,
) -> None:
    """Confirm a finding: from now on it counts. The buyer is told why, and can appeal."""
    with options.opened(market, writes=True) as opened:
        taken = opened.decide_finding(
            finding, "confirm", reasons=reasons, by=by, follows=follows, until=until
        )
    _say(taken, f"The buyer is told why, and can appeal until {taken.until_on}.")


def dismiss(
    finding: FindingArgument,
    /,
    *,
    market: options.MarketOption = None,
    reasons: ReasonsOption,
    by: ByOption,
) -> None:
    """Dismiss a finding: it never counts. A buyer who was warned is told."""
    with options.opened(market, writes=True) as opened:
        taken = opened.decide_finding(finding, "dismiss", reasons=reasons, by=by)
    _say(taken, "It counts nowhere.")


def appeal(
    finding: FindingArgument,
    /,
    *,
    market: options.MarketOption = None,
    text: Annotated[str, Parameter(name="--text", metavar="TEXT", help="What the buyer says.")],
) -> None:
    """Write down that the buyer appeals, and what the buyer says."""
    with options.opened(market, writes=True) as opened:
        taken = opened.appeal_finding(finding, text)
    _say(taken, "Another person than decided it decides the appeal.")


def uphold(
    finding: FindingArgument,
    /,
    *,
    market: options.MarketOption = None,
    reasons: ReasonsOption,
    by: ByOption,
) -> None:
    """Decide an appeal: what was decided stays. Not by whoever decided it."""
    with options.opened(market, writes=True) as opened:
        taken = opened.decide_appeal(finding, "uphold", reasons=reasons, by=by)
    _say(taken, "The buyer is told why.")


def overturn(
    finding: FindingArgument,
    /,
    *,
    market: options.MarketOption = None,
    reasons: ReasonsOption,
    by: ByOption,
) -> None:
    """Decide an appeal: what was decided does not hold, for no day. Not by whoever decided it."""
    with options.opened(market, writes=True) as opened:
        taken = opened.decide_appeal(finding, "overturn", reasons=reasons, by=by)
        has_published = bool(opened.publications())
    said = "It counts for no day; the buyer is told."
    if has_published:
        said += "\nWhat it changes of what was published: goodstanding restate --check"
    _say(taken, said)


def listed(
    *,
    market: options.MarketOption = None,
    by: LookedByOption,
    reason: LookedForOption,
    buyer: Annotated[
        str | None, Parameter(name="--buyer", metavar="ID", help="Only about this buyer.")
    ] = None,
    every: Annotated[
        bool, Parameter(name="--all", help="Those that were dismissed or overturned, too.")
    ] = False,
    form: options.FormatOption = None,
    output: options.OutputOption = None,
) -> None:
    """Print the findings about buyers: where each stands and what is next."""
    from goodstanding.cli import finding_text  # noqa: PLC0415 -- only when it is used

    form = chosen(form, output)
    with options.opened(market) as opened:
        found = opened.findings(by=by, reason=reason, buyer=buyer)
        today = opened.today
    found = [each for each in found if every or each.is_open or each.may_count]
    if form != "table":
        write_records(finding_text.records(found), form, output)
    elif found:
        listing = finding_text.columns(found, today=today)
        lines = fitting_lines(listing, width=terminal_width(output))
        write_text("\n".join(lines), output)
    else:
        write_text("Nothing is found, proposed or appealed.", output)


def show(
    finding: FindingArgument,
    /,
    *,
    market: options.MarketOption = None,
    by: LookedByOption,
    reason: LookedForOption,
    form: options.TellingOption = None,
    output: options.OutputOption = None,
) -> None:
    """Print one finding: its way so far, and the statement of reasons as the buyer reads it."""
    from goodstanding.cli import finding_text  # noqa: PLC0415 -- only when it is used

    form = text_or_json(form, output)
    with options.opened(market) as opened:
        found = opened.finding(finding, by=by, reason=reason)
        zone, today = opened.settings.time_zone, opened.today
    if form == "json":
        text = json.dumps(finding_text.as_dict(found, zone), ensure_ascii=False, indent=2)
    else:
        text = finding_text.told(found, zone, today=today, width=reading_width(output))
    write_text(text, output)


def _say(taken: StepTaken, following: str) -> None:
    if taken.is_new:
        write_text(f"{taken.finding_id}: {taken.status}\n{following}", None)
    else:
        write_text(f"{taken.finding_id}: that is done already; it is {taken.status}.", None)
