"""The catalogue of commands: what each is called, where it lives, and what it is for.

It is plain data, so that the overview is printed without importing any of them.
"""

from __future__ import annotations

from dataclasses import dataclass

DESCRIPTION = "Where every seller of a marketplace stands, why, and what would change it."
MARKET_VARIABLE = "GOODSTANDING_MARKET"
DEFAULT_MARKET = "market.duckdb"


@dataclass(frozen=True, slots=True)
class Command:
    """One command; `place` is `module:function`, the module one of this folder."""

    name: str
    place: str
    summary: str
    example: str
    section: str

    @property
    def words(self) -> tuple[str, ...]:
        """The words of its name: one, or a group's and the command's own."""
        return tuple(self.name.split())


# What the words before a command in two words stand for.
GROUPS = {
    "effects": "What standings do, and what people decide of it.",
    "exclusions": "What people decide does not count.",
    "findings": "What people find of a buyer's conduct, step by step.",
    "offers": "What sellers offer to buyers who agreed to it.",
    "quarantine": "Rows that could not be loaded.",
    "rulebooks": "What counts, over which days, with which limits.",
}

COMMANDS = (
    Command(
        "demo",
        "demo:demo",
        "Make a synthetic market, assess it and show what to look at.",
        "goodstanding demo",
        "Start here",
    ),
    Command(
        "sample",
        "sampling:sample",
        "Write the files of a synthetic market.",
        "goodstanding sample --orders 20000 --seed 1 --out sample/",
        "Start here",
    ),
    Command(
        "new",
        "markets:new",
        "Make an empty market.",
        "goodstanding new market.duckdb --time-zone America/Sao_Paulo --currency BRL",
        "Facts",
    ),
    Command(
        "migrate",
        "migrating:migrate",
        "Bring a market of an earlier version up to date.",
        "goodstanding migrate --market market.duckdb",
        "Facts",
    ),
    Command(
        "tables",
        "markets:tables",
        "List the tables of facts that can be loaded, or the columns of one.",
        "goodstanding tables orders",
        "Facts",
    ),
    Command(
        "load",
        "loading:load",
        "Load facts from a file or a folder.",
        "goodstanding load --from exports/",
        "Facts",
    ),
    Command(
        "quarantine list",
        "quarantined:listed",
        "Say how many rows could not be loaded, and why.",
        "goodstanding quarantine list",
        "Facts",
    ),
    Command(
        "quarantine show",
        "quarantined:shown",
        "Show rows that could not be loaded, as they were received.",
        "goodstanding quarantine show --table orders",
        "Facts",
    ),
    Command(
        "exclusions add",
        "excluding:add",
        "Decide what does not count: an order, a buyer, a rating, an incident.",
        'goodstanding exclusions add --order O1 --reason "order protection" --by Ana',
        "Decisions",
    ),
    Command(
        "exclusions list",
        "excluding:listed",
        "List what was decided, by whom and when.",
        "goodstanding exclusions list",
        "Decisions",
    ),
    Command(
        "exclusions lift",
        "excluding:lift",
        "Lift a decision: what it took out counts again.",
        'goodstanding exclusions lift "order:O1:order protection" --by Ana',
        "Decisions",
    ),
    Command(
        "findings propose",
        "findings:propose",
        "Propose to find that a buyer abused the marketplace.",
        "goodstanding findings propose --buyer B7 --kind false_claims --order O1 --order O2 "
        '--gravity 6 --intent deliberate --rule "Terms 7.2" --summary "Both were signed for." '
        "--by Ana",
        "Decisions",
    ),
    Command(
        "findings warn",
        "findings:warn",
        "Warn the buyer, who may answer.",
        "goodstanding findings warn finding-1 --by Ana",
        "Decisions",
    ),
    Command(
        "findings answer",
        "findings:answer",
        "Write down what the buyer says to the warning.",
        'goodstanding findings answer finding-1 --text "They never came."',
        "Decisions",
    ),
    Command(
        "findings confirm",
        "findings:confirm",
        "Confirm a finding, with reasons: it counts from now on.",
        'goodstanding findings confirm finding-1 --reasons "Both were signed for." '
        '--follows "refunds once goods are back" --until 2018-12-31 --by Bea',
        "Decisions",
    ),
    Command(
        "findings dismiss",
        "findings:dismiss",
        "Dismiss a finding: it never counts.",
        'goodstanding findings dismiss finding-1 --reasons "The carrier lost both." --by Bea',
        "Decisions",
    ),
    Command(
        "findings appeal",
        "findings:appeal",
        "Write down that the buyer appeals.",
        'goodstanding findings appeal finding-1 --text "I was abroad."',
        "Decisions",
    ),
    Command(
        "findings uphold",
        "findings:uphold",
        "Decide an appeal: the finding stays.",
        'goodstanding findings uphold finding-1 --reasons "The signature is yours." --by Cem',
        "Decisions",
    ),
    Command(
        "findings overturn",
        "findings:overturn",
        "Decide an appeal: the finding counts for no day.",
        'goodstanding findings overturn finding-1 --reasons "You were abroad." --by Cem',
        "Decisions",
    ),
    Command(
        "findings list",
        "findings:listed",
        "List the findings about buyers; who looks, and why, is logged.",
        'goodstanding findings list --by Ana --reason "weekly review"',
        "Decisions",
    ),
    Command(
        "findings show",
        "findings:show",
        "Show one finding, with its statement of reasons; this is logged.",
        'goodstanding findings show finding-1 --by Ana --reason "the buyer asked"',
        "Decisions",
    ),
    Command(
        "assess",
        "assessing:assess",
        "Judge every subject of a rulebook for a day.",
        "goodstanding assess --rulebook service-level --as-of 2018-07-31",
        "Results",
    ),
    Command(
        "explain",
        "explaining:explain",
        "Show the orders and the arithmetic behind one result.",
        "goodstanding explain --rulebook service-level --as-of 2018-07-31 --subject S1",
        "Results",
    ),
    Command(
        "store",
        "store:store",
        "Show a store's card: all that stands of it on a day, side by side.",
        "goodstanding store S1 --as-of 2018-07-31",
        "Results",
    ),
    Command(
        "next",
        "next:next_steps",
        "Say what a store has to do next, by deadline, and what leaving it costs.",
        "goodstanding next S1 --as-of 2018-07-31",
        "Results",
    ),
    Command(
        "service",
        "service:service",
        "Show the service of a store or a listing, order by order.",
        "goodstanding service S1 --as-of 2018-07-31",
        "Results",
    ),
    Command(
        "me",
        "me:me",
        "Show a buyer their own view: score, open orders, what to do; or one order's record.",
        "goodstanding me B1 --as-of 2018-07-31",
        "Results",
    ),
    Command(
        "compare",
        "comparing:compare",
        "Say who would move if another rulebook held.",
        "goodstanding compare --rulebook service-level --with mine.toml --as-of 2018-07-31",
        "Results",
    ),
    Command(
        "publish",
        "publishing:publish",
        "Write results down, once: of one day, or of every day that is due.",
        "goodstanding publish --rulebook service-level --as-of 2018-07-31",
        "Standing",
    ),
    Command(
        "restate",
        "publishing:restate",
        "Restate what was published, where its record was wrong; both editions stay.",
        "goodstanding restate --check",
        "Standing",
    ),
    Command(
        "history",
        "history:history",
        "Show every edition of one subject's standing.",
        "goodstanding history --rulebook service-level --subject S1",
        "Standing",
    ),
    Command(
        "effects list",
        "effects:listed",
        "List what standings do: in force, to come, proposed.",
        "goodstanding effects list --as-of 2018-08-01",
        "Effects",
    ),
    Command(
        "effects decide",
        "effects:decide",
        "Approve or decline an effect that waits for a person.",
        'goodstanding effects decide "12:S1:ladder.ipr" --by Ana --approve',
        "Effects",
    ),
    Command(
        "effects lift",
        "effects:lift",
        "End an effect that is in force.",
        'goodstanding effects lift "12:S1:ladder.ipr" --by Ana',
        "Effects",
    ),
    Command(
        "notices",
        "notices:notices",
        "Say who is to be told what, and why; for whoever delivers it.",
        "goodstanding notices --after 120 --format jsonl",
        "Effects",
    ),
    Command(
        "rank",
        "ranking:rank",
        "Order search results by relevance and, within a bound, by service.",
        "goodstanding rank --from results.csv --as-of 2018-07-31",
        "Effects",
    ),
    Command(
        "effects on",
        "switches:on",
        "Turn on what the standing of buyers does: the queue, or offers.",
        "goodstanding effects on queue --by Ana",
        "Effects",
    ),
    Command(
        "effects off",
        "switches:off",
        "Turn it off again.",
        "goodstanding effects off queue --by Ana",
        "Effects",
    ),
    Command(
        "effects switches",
        "switches:listed",
        "Say when the queue and offers were turned on and off, and by whom.",
        "goodstanding effects switches",
        "Effects",
    ),
    Command(
        "queue",
        "queue:queue",
        "Put a seller's open orders in the order in which to serve them.",
        "goodstanding queue --seller S1 --as-of 2018-07-31",
        "Effects",
    ),
    Command(
        "offers add",
        "offers:add",
        "Make an offer of a seller's: one discount for all who qualify.",
        "goodstanding offers add --seller S1 --to past --band trusted --discount 10 "
        "--from 2026-12-01 --until 2026-12-14 --cap 50 --by Ana",
        "Effects",
    ),
    Command(
        "offers list",
        "offers:listed",
        "List offers: a seller's own, or those that reach a buyer.",
        "goodstanding offers list --seller S1",
        "Effects",
    ),
    Command(
        "offers end",
        "offers:end",
        "End an offer before its last day.",
        "goodstanding offers end S1:1 --by Ana",
        "Effects",
    ),
    Command(
        "offers take",
        "offers:take",
        "Take an offer for a buyer who knows what the seller learns.",
        "goodstanding offers take S1:1 --buyer B1 --agree",
        "Effects",
    ),
    Command(
        "rulebooks list",
        "rulebooks:listed",
        "List the rulebooks that come with the program.",
        "goodstanding rulebooks list",
        "Rulebooks",
    ),
    Command(
        "rulebooks show",
        "rulebooks:shown",
        "Print a rulebook, or what it says in sentences.",
        "goodstanding rulebooks show service-level --plain",
        "Rulebooks",
    ),
    Command(
        "rulebooks check",
        "rulebooks:check",
        "Say everything that is wrong with a rulebook.",
        "goodstanding rulebooks check mine.toml",
        "Rulebooks",
    ),
    Command(
        "rulebooks test",
        "rulebooks:examples",
        "Run the worked examples that a rulebook carries.",
        "goodstanding rulebooks test service-level",
        "Rulebooks",
    ),
    Command(
        "rulebooks copy",
        "rulebooks:copy",
        "Copy a rulebook to a file, to change it.",
        "goodstanding rulebooks copy service-level mine.toml",
        "Rulebooks",
    ),
    Command(
        "rulebooks schema",
        "rulebooks:schema",
        "Print the JSON Schema of rulebooks, for editors.",
        "goodstanding rulebooks schema",
        "Rulebooks",
    ),
)


def overview() -> str:
    """Return what `goodstanding --help` prints."""
    wide = max(len(command.name) for command in COMMANDS)
    lines = [DESCRIPTION, "", "Usage: goodstanding COMMAND [OPTIONS]"]
    for section in dict.fromkeys(command.section for command in COMMANDS):
        lines += ["", f"{section}:"]
        lines += [
            f"  {command.name:<{wide}}  {command.summary}"
            for command in COMMANDS
            if command.section == section
        ]
    lines += [
        "",
        f"The market is --market, or {MARKET_VARIABLE}, or {DEFAULT_MARKET} in this folder.",
        "goodstanding COMMAND --help says more, with an example; --version says which this is.",
    ]
    return "\n".join(lines)


def asked_for(arguments: list[str]) -> tuple[str, ...]:
    """Return the words of the command that the arguments call; none where they call none."""
    words = {command.words for command in COMMANDS} | {(group,) for group in GROUPS}
    return next(
        (tuple(arguments[:count]) for count in (2, 1) if tuple(arguments[:count]) in words), ()
    )
