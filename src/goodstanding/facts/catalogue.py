"""The canonical tables of facts: their columns, types and meanings.

This catalogue is the contract with whoever feeds a market. Everything else reads it:
the market's own tables, the loader, `goodstanding tables`, the sample, the docs.
"""

from __future__ import annotations

from goodstanding.facts.tables import Column, Kind, Table


def _id(name: str, register: str, meaning: str, since: str | None = None) -> Column:
    return Column(name, Kind.NUMBERED, meaning, numbered=register, since=since)


def _own(name: str, meaning: str) -> Column:
    return Column(name, Kind.ID, meaning)


def _at(name: str, meaning: str) -> Column:
    return Column(name, Kind.INSTANT, meaning, since=name)


def _corrected(name: str, meaning: str) -> Column:
    return Column(name, Kind.INSTANT, meaning, since=name, is_correction=True)


def _decided(name: str, meaning: str) -> Column:
    return Column(name, Kind.TEXT, meaning, since="decided_at", is_correction=True)


def _declared(name: str, kind: Kind, meaning: str) -> Column:
    return Column(name, kind, meaning, is_correction=True)


def _by(name: str, meaning: str, since: str) -> Column:
    return Column(name, Kind.DEADLINE, meaning, since=since)


def _on(name: str, meaning: str, since: str | None = None) -> Column:
    return Column(name, Kind.DAY, meaning, since=since)


def _code(name: str, codes: str, meaning: str, since: str | None = None) -> Column:
    return Column(name, Kind.CODE, meaning, codes=tuple(codes.split()), since=since)


def _currency(name: str, meaning: str, since: str | None = None) -> Column:
    return Column(name, Kind.CURRENCY, meaning, since=since)


def _text(name: str, meaning: str, since: str | None = None) -> Column:
    return Column(name, Kind.TEXT, meaning, since=since)


def _whole(name: str, meaning: str, since: str | None = None) -> Column:
    return Column(name, Kind.WHOLE, meaning, since=since)


def _money(name: str, meaning: str, since: str | None = None) -> Column:
    return Column(name, Kind.MONEY, meaning, since=since)


def _stars(name: str, meaning: str, since: str) -> Column:
    return Column(name, Kind.STARS, meaning, since=since)


def _flag(name: str, meaning: str, since: str | None = None) -> Column:
    return Column(name, Kind.FLAG, meaning, since=since)


# The counters that a violation may be entered in, so that rulebooks can name them.
LEDGERS = ("ipr", "trade", "quality", "serious_ipr", "conduct")

TABLES: tuple[Table, ...] = (
    Table(
        "orders",
        "What one buyer bought from one seller at one time.",
        ("order_id",),
        (
            _id("order_id", "order", "the order"),
            _id("parent_order_id", "order", "what was bought together, over sellers", "placed_at"),
            _id("buyer_id", "buyer", "who bought", "placed_at"),
            _id("seller_id", "seller", "who sold", "placed_at"),
            _at("placed_at", "the buyer placed the order"),
            _at("paid_at", "the payment succeeded"),
            _by("ship_by", "last instant at which shipping is in time", "placed_at"),
            _at("shipped_at", "the seller handed everything over to the carrier"),
            _by("deliver_by", "last instant of the promised delivery", "placed_at"),
            _at("delivered_at", "the buyer had it"),
            _at("closed_at", "the buyer confirmed receipt, or the time to confirm ran out"),
            _at("cancelled_at", "the order was cancelled"),
            _code(
                "cancelled_by",
                "buyer seller platform unknown",
                "who cancelled; unknown is never the seller's fault",
                "cancelled_at",
            ),
            _text("cancel_reason", "the reason given, in the source's words", "cancelled_at"),
            _money("amount_minor", "what the buyer paid for this order", "placed_at"),
            _currency("currency", "ISO 4217 code of the amount", "placed_at"),
            _text("shipping_method", "the method the buyer chose", "placed_at"),
            _text("carrier", "who carried it", "shipped_at"),
            _text("ship_to", "country or region of the destination", "placed_at"),
            _code("fulfilled_by", "seller platform", "who stores and ships", "placed_at"),
            _code("extra", "none note sample gift", "what the seller put in besides", "shipped_at"),
        ),
    ),
    Table(
        "order_lines",
        "One listing within an order.",
        ("order_id", "line_no"),
        (
            _id("order_id", "order", "the order"),
            _whole("line_no", "number of the line within its order"),
            _id("listing_id", "listing", "what was bought"),
            _id("category_id", "category", "the category it was bought in"),
            _whole("quantity", "pieces"),
            _money("amount_minor", "what was paid for the line"),
        ),
    ),
    Table(
        "feedback",
        "One rating as given; a changed rating is a fact of its own with its own given_at.",
        ("feedback_id", "given_at"),
        (
            _own("feedback_id", "the rating"),
            _at("given_at", "when it was given or changed"),
            _id(
                "order_id",
                "order",
                "the order, or what was bought together, it is about",
                "given_at",
            ),
            _code("given_by", "buyer seller", "who gave it", "given_at"),
            _stars("stars", "overall, 1 to 5", "given_at"),
            _stars("description_stars", "item as described, 1 to 5", "given_at"),
            _stars("communication_stars", "communication, 1 to 5", "given_at"),
            _stars("logistics_stars", "shipping, 1 to 5", "given_at"),
            _text("comment", "the text", "given_at"),
            _corrected("removed_at", "the marketplace took it away (a correction)"),
            Column("removed_reason", Kind.TEXT, "why", since="removed_at", is_correction=True),
            Column("removed_by", Kind.TEXT, "by whom", since="removed_at", is_correction=True),
        ),
    ),
    Table(
        "disputes",
        "A buyer's claim about an order.",
        ("dispute_id",),
        (
            _own("dispute_id", "the dispute"),
            _id("order_id", "order", "the order it is about", "opened_at"),
            _code(
                "first_reason",
                "not_received not_as_described other",
                "the reason it was opened with",
                "opened_at",
            ),
            _code(
                "reason",
                "not_received not_as_described other",
                "the reason as it stands",
                "opened_at",
            ),
            _at("opened_at", "the buyer opened it"),
            _at("buyer_acted_at", "the buyer's latest change of it"),
            _at("answered_at", "the seller's first answer since the buyer's latest change"),
            _at("escalated_at", "it was submitted to the marketplace to decide"),
            _at("closed_at", "it ended"),
            _code(
                "close_reason", "settled unanswered withdrawn ruled", "how it ended", "closed_at"
            ),
            _code(
                "liable",
                "seller buyer carrier platform nobody",
                "whom the decision found liable",
                "closed_at",
            ),
            _flag("has_return", "the goods go back", "opened_at"),
        ),
    ),
    Table(
        "refunds",
        "Money given back.",
        ("refund_id",),
        (
            _own("refund_id", "the refund"),
            _id("order_id", "order", "the order", "refunded_at"),
            _at("refunded_at", "when"),
            _money("amount_minor", "how much", "refunded_at"),
            _code(
                "reason",
                "changed_mind not_received not_as_described seller unknown",
                "why",
                "refunded_at",
            ),
            _flag("is_statutory", "the law gave the buyer the right", "refunded_at"),
        ),
    ),
    Table(
        "chargebacks",
        "A payment the buyer's bank took back.",
        ("chargeback_id",),
        (
            _own("chargeback_id", "the chargeback"),
            _id("order_id", "order", "the order", "filed_at"),
            _at("filed_at", "when"),
            _text("outcome", "how it ended, in the source's words", "filed_at"),
        ),
    ),
    Table(
        "messages",
        "A thread between a buyer and a seller.",
        ("thread_id",),
        (
            _id("thread_id", "thread", "the thread"),
            _id("seller_id", "seller", "the seller", "first_at"),
            _id("buyer_id", "buyer", "the buyer", "first_at"),
            _id("order_id", "order", "the order it is about, if any", "first_at"),
            _code("opened_by", "buyer seller", "who wrote first", "first_at"),
            _at("first_at", "the first message"),
            _at("first_answer_at", "the first answer of the other side"),
            _flag("is_spam", "not a real question", "first_at"),
        ),
    ),
    Table(
        "violations",
        "A breach of the marketplace's rules that was recorded.",
        ("violation_id",),
        (
            _id("violation_id", "violation", "the violation"),
            _code("subject_kind", "seller listing buyer", "who is charged", "occurred_at"),
            _own("subject_id", "whose violation it is"),
            _text("ledger", "the counter it is entered in", "occurred_at"),
            Column("points", Kind.POINTS, "points taken, exact", since="occurred_at"),
            _at("occurred_at", "when it was recorded"),
            _corrected("revoked_at", "it was taken back (a correction)"),
            _text("rule", "the rule that was broken", "occurred_at"),
        ),
    ),
    Table(
        "findings",
        "What was found about a buyer's conduct, on its way from proposal to appeal.",
        ("finding_id",),
        (
            _id("finding_id", "finding", "the finding"),
            _id("buyer_id", "buyer", "the buyer", "proposed_at"),
            _text("kind", "what is found, such as false_claims", "proposed_at"),
            _whole("gravity", "how grave, from 1 to 10", "proposed_at"),
            _code("intent", "unknown careless deliberate", "with what intent", "proposed_at"),
            _whole("cases_n", "how many orders it rests on", "proposed_at"),
            _whole("of_orders_n", "of how many orders of the buyer", "proposed_at"),
            _text("rests_on", "the ids of these orders, joined by |", "proposed_at"),
            _text("rule", "the rule of the marketplace that was broken", "proposed_at"),
            _text("summary", "what happened, for the buyer to read", "proposed_at"),
            _at("proposed_at", "proposed"),
            _text("proposed_by", "by whom", "proposed_at"),
            _at("warned_at", "the buyer was warned"),
            _text("warned_by", "by whom", "warned_at"),
            _at("answered_at", "the buyer answered the warning"),
            _text("answer", "what the buyer said", "answered_at"),
            _at("dismissed_at", "it was looked at and comes to nothing; never with `decided_at`"),
            _text("dismissed_by", "by whom", "dismissed_at"),
            _text("dismissed_because", "why, for the buyer to read", "dismissed_at"),
            _at("decided_at", "it was confirmed"),
            _text("decided_by", "by whom", "decided_at"),
            _text("reasons", "why, for the buyer to read", "decided_at"),
            _text("consequence", "what follows, for the buyer to read", "decided_at"),
            _on("until_on", "the last day of what follows", "decided_at"),
            _at("appealed_at", "the buyer appealed"),
            _text("appeal", "what the buyer said", "appealed_at"),
            _at("appeal_decided_at", "the appeal was decided"),
            _text("appeal_decided_by", "by whom, never who decided", "appeal_decided_at"),
            _text("appeal_reasons", "why, for the buyer to read", "appeal_decided_at"),
            _corrected("overturned_at", "it was overturned (a correction)"),
        ),
    ),
    Table(
        "exclusions",
        "A decision that a fact does not count (a correction).",
        ("exclusion_id",),
        (
            _own("exclusion_id", "the exclusion"),
            Column(
                "table_name",
                Kind.CODE,
                "whether an order does not count, or all of a buyer's (a rating has `removed_at`)",
                since="decided_at",
                codes=("orders", "buyers"),
                is_correction=True,
            ),
            _decided("key", "the order_id, or the buyer_id"),
            _decided("reason", "why, in words that a rulebook knows"),
            _decided("decided_by", "by whom"),
            _corrected("decided_at", "when"),
            _corrected("lifted_at", "it no longer holds (a correction of its own)"),
            Column("lifted_by", Kind.TEXT, "by whom", since="lifted_at", is_correction=True),
        ),
    ),
    Table(
        "incidents",
        "Something nobody on the marketplace could help, such as a strike (a correction).",
        ("incident_id",),
        (
            _own("incident_id", "the incident"),
            _declared("carrier", Kind.TEXT, "carrier concerned; empty for all"),
            _declared("region", Kind.TEXT, "destination concerned; empty for all"),
            _declared("method", Kind.TEXT, "shipping method concerned; empty for all"),
            _declared("first_on", Kind.DAY, "first day"),
            _declared("last_on", Kind.DAY, "last day"),
            _declared("reason", Kind.TEXT, "what happened"),
            _decided("decided_by", "who declared it"),
            _corrected("decided_at", "when"),
        ),
    ),
    Table(
        "sellers",
        "A store.",
        ("seller_id",),
        (
            _id("seller_id", "seller", "the seller"),
            _text("country", "where it is", "opened_at"),
            _at("opened_at", "it opened"),
            _at("closed_at", "it closed"),
        ),
    ),
    Table(
        "buyers",
        "A buyer's account.",
        ("buyer_id",),
        (
            _id("buyer_id", "buyer", "the buyer"),
            _at("opened_at", "it was opened"),
            _corrected("closed_at", "it was closed (a correction of what its buyer did)"),
            Column(
                "closed_reason",
                Kind.TEXT,
                "why: 'abuse', or 'own wish' where the buyer asked for it; whatever else is said, "
                "the marketplace closed it",
                since="closed_at",
                is_correction=True,
            ),
            _at("objected_at", "the buyer objected to being scored"),
            _at("marketing_consent_at", "the buyer agreed to be sent offers"),
        ),
    ),
    Table(
        "listings",
        "Something on offer.",
        ("listing_id",),
        (
            _id("listing_id", "listing", "the listing"),
            _id("seller_id", "seller", "who offers it", "opened_at"),
            _id("category_id", "category", "its category", "opened_at"),
            _code("kind", "ordinary freight gift deposit presale", "what it is", "opened_at"),
            _at("opened_at", "first offered"),
        ),
    ),
    Table(
        "categories",
        "A place in the tree of goods.",
        ("category_id",),
        (
            _id("category_id", "category", "the category"),
            _id("parent_id", "category", "the category above it"),
            _text("name", "its name"),
        ),
    ),
    Table(
        "rates",
        "An exchange rate of a day.",
        ("day", "from_currency", "to_currency"),
        (
            _on("day", "the day"),
            _currency("from_currency", "ISO 4217 code"),
            _currency("to_currency", "ISO 4217 code"),
            _whole("ppm", "millionths of the second for one minor unit of the first"),
        ),
    ),
    Table(
        "retractions",
        "A fact, or one column of it, that the source takes back (a correction).",
        ("table_name", "key", "column_name", "retracted_at"),
        (
            _own("table_name", "table of the fact"),
            _own("key", "its key; several columns are joined by |"),
            _own("column_name", "the column taken back, or * for all"),
            _at("retracted_at", "when; what was recorded up to then is taken back"),
            _text("retracted_by", "by whom", "retracted_at"),
        ),
    ),
)

BY_NAME: dict[str, Table] = {table.name: table for table in TABLES}
RETRACTIONS = BY_NAME["retractions"]
