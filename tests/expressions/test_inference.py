"""Expressions have a type, or say what cannot be meant."""

import pytest

from goodstanding.expressions.inference import infer, missing_names
from goodstanding.expressions.reading import read
from goodstanding.expressions.types import (
    FLAG,
    ROW_FUNCTIONS,
    SUBJECT_FUNCTIONS,
    WHOLE,
    Function,
    Kind,
    Scope,
    Type,
)


def maybe(kind: Kind, *codes: str, is_share: bool = False) -> Type:
    return Type(kind=kind, may_be_missing=True, codes=codes, is_share=is_share)


ROW = Scope(
    called="a column of an order",
    names={
        "order_id": Type(kind=Kind.IDENTITY),
        "buyer_id": maybe(Kind.IDENTITY),
        "seller_id": maybe(Kind.IDENTITY),
        "is_paid": FLAG,
        "stars": maybe(Kind.STARS),
        "description_stars": maybe(Kind.STARS),
        "amount_minor": maybe(Kind.MONEY),
        "quantity": maybe(Kind.WHOLE),
        "closed_on": maybe(Kind.DAY),
        "shipped_on": maybe(Kind.DAY),
        "ship_by_on": maybe(Kind.DAY),
        "cancelled_by": maybe(Kind.CODE, "buyer", "seller"),
        "liable": maybe(Kind.CODE, "seller", "carrier"),
    },
    functions=ROW_FUNCTIONS,
    elsewhere={"assessed": "It is counted per subject."},
)
SUBJECT = Scope(
    called="a measure or an indicator",
    names={
        "bad": WHOLE,
        "assessed": WHOLE,
        "bad_rate": maybe(Kind.RATIO, is_share=True),
        "good_rate": maybe(Kind.RATIO, is_share=True),
        "loose_rate": maybe(Kind.RATIO),
    },
    functions=SUBJECT_FUNCTIONS,
    has_fractions=True,
)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("is_paid", Kind.FLAG),
        ("stars <= 3 and within(closed_on)", Kind.FLAG),
        ("3 >= stars", Kind.FLAG),
        ("stars <= 4.5", Kind.FLAG),
        ("stars < description_stars", Kind.FLAG),
        ("stars between 1 and 5", Kind.FLAG),
        ("cancelled_by in ('seller', 'buyer')", Kind.FLAG),
        ("'seller' = cancelled_by", Kind.FLAG),
        ("amount_minor >= 500", Kind.FLAG),
        ("amount_minor * 2 > amount_minor + amount_minor", Kind.FLAG),
        ("buyer_id <> seller_id", Kind.FLAG),
        ("shipped_on <= ship_by_on", Kind.FLAG),
        ("within(closed_on + 30)", Kind.FLAG),
        ("closed_on - 30", Kind.DAY),
        ("days_between(shipped_on, closed_on) + age(closed_on)", Kind.WHOLE),
        ("if(is_paid, 1, quantity)", Kind.WHOLE),
        ("within(if(is_paid, closed_on, shipped_on))", Kind.FLAG),
        ("abs(quantity - 3) * 2", Kind.WHOLE),
        ("-quantity", Kind.WHOLE),
        ("is_paid = true", Kind.FLAG),
    ],
)
def test_conditions_and_values_on_rows_have_their_types(text, kind):
    found, faults = infer(read(text), ROW)
    assert (found.kind, faults) == (kind, [])


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("bad_rate < 3.5 %", Kind.FLAG),
        ("bad_rate < 0.035", Kind.FLAG),
        ("bad_rate >= 0", Kind.FLAG),
        ("bad_rate <= 100 %", Kind.FLAG),
        ("bad_rate < good_rate", Kind.FLAG),
        ("loose_rate < 6", Kind.FLAG),
        ("bad * 2 > assessed + 1", Kind.FLAG),
        ("bad_rate * assessed", Kind.FRACTION),
        ("assessed * 1.5 > 3", Kind.FLAG),
        ("missing(bad_rate)", Kind.FLAG),
        ("abs(bad - assessed)", Kind.WHOLE),
    ],
)
def test_conditions_and_values_on_subjects_have_their_types(text, kind):
    found, faults = infer(read(text), SUBJECT)
    assert (found.kind, faults) == (kind, [])


@pytest.mark.parametrize(
    ("text", "what", "hint"),
    [
        (
            "shiped_on = closed_on",
            "'shiped_on' is not known: it is not a column of an order.",
            "Did you mean 'shipped_on'?",
        ),
        ("assessed > 3", "'assessed' cannot stand here.", "It is counted per subject."),
        (
            "withn(closed_on)",
            "The function 'withn' is not in the language here.",
            "Did you mean 'within'?",
        ),
        ("within", "'within' is a function.", "Write within(day)."),
        ("within()", "within() has 0 arguments.", "Write within(day)."),
        (
            "within(closed_on, shipped_on)",
            "within(closed_on, shipped_on) has 2 arguments.",
            "Write within(day).",
        ),
        ("within(stars)", "within(stars): stars is stars.", "Write within(day)."),
        ("stars < 0.5", "stars < 0.5 compares stars with 0.5.", "between 1 and 5"),
        ("stars >= 6", "stars >= 6 compares stars with 6.", "between 1 and 5"),
        ("stars <= 300 %", "stars <= 300 % compares stars with 300 %.", "between 1 and 5"),
        (
            "stars between 0 and 3",
            "stars between 0 and 3 compares stars with 0.",
            "between 1 and 5",
        ),
        ("stars = 4.555", "stars = 4.555: stars are kept to two decimal places.", None),
        (
            "stars < closed_on",
            "stars < closed_on compares stars with a day.",
            "Days come from columns",
        ),
        ("stars < quantity", "stars < quantity compares stars with a whole number.", None),
        (
            "stars + 1 > 3",
            "stars + 1 calculates with stars and a whole number.",
            "one column at a time",
        ),
        ("cancelled_by = 'sellr'", "cancelled_by is never 'sellr'.", "Did you mean 'seller'?"),
        ("cancelled_by in ('seller', 'x')", "cancelled_by is never 'x'.", "Known: buyer, seller."),
        ("cancelled_by < 'seller'", "a code has no order.", "=, <> or in"),
        ("cancelled_by = liable", "compares two codes with different lists.", None),
        ("cancelled_by = 3", "compares a code with a whole number.", None),
        ("buyer_id = 'b1'", "compares an id with a text.", "names nobody"),
        ("buyer_id < seller_id", "an id has no order.", "=, <> or in"),
        ("amount_minor >= 5.5", "compares an amount of money with 5.5.", "5.00 is 500"),
        ("amount_minor > quantity", "compares an amount of money with a whole number.", None),
        ("quantity < 3 %", "compares a whole number with 3 %.", "Only a ratio"),
        ("quantity < 2.5", "compares a whole number with 2.5.", None),
        ("quantity / 2 > 1", "quantity / 2 divides", "ratio = [a, b]"),
        ("quantity * 0.5 > 1", "calculates with decimals", "Multiply both sides"),
        (
            "closed_on - shipped_on > 3",
            "closed_on - shipped_on calculates with a day and a day.",
            "Write days_between(shipped_on, closed_on).",
        ),
        (
            "closed_on + quantity > shipped_on",
            "calculates with a day and a whole number.",
            "written out after it: closed_on + 30",
        ),
        ("closed_on > '2015-01-05'", "compares a day with a text.", "Days come from columns"),
        ("is_paid and stars", "stars is stars, where a condition is expected.", "known(stars)"),
        ("not stars", "stars is stars, where a condition is expected.", "known(stars)"),
        ("missing(is_paid)", "is_paid is never missing.", "Leave missing(is_paid) out."),
        ("known(order_id)", "order_id is never missing.", "Leave known(order_id) out."),
        ("if(is_paid, closed_on, 1) = 1", "gives a day or a whole number.", None),
        (
            "if(is_paid, stars, 3) <= 3",
            "if(is_paid, stars, 3): stars is stars.",
            "Write if(condition, a, b).",
        ),
        ("-stars < 3", "-stars turns the sign of stars.", None),
        ("1 = 1", "1 = 1 compares two things that never change.", "Name a column"),
        ("'seller' = 'seller'", "compares two things that never change.", "Name a column"),
    ],
)
def test_what_cannot_be_meant_on_a_row_says_why(text, what, hint):
    faults = infer(read(text), ROW)[1]
    assert any(what in f.what and (hint is None or hint in (f.hint or "")) for f in faults), faults


@pytest.mark.parametrize(
    ("text", "what", "hint"),
    [
        (
            "bad_rate < 6",
            "bad_rate < 6 compares a ratio (0 to 1) with 6.",
            "between 0 and 1. Did you mean 6 %?",
        ),
        (
            "bad_rate < 3.5",
            "bad_rate < 3.5 compares a ratio (0 to 1) with 3.5.",
            "Did you mean 3.5 %?",
        ),
        ("6 > bad_rate", "6 > bad_rate compares a ratio (0 to 1) with 6.", "Did you mean 6 %?"),
        ("bad_rate < 350 %", "compares a ratio (0 to 1) with 350 %.", "which is 100 %"),
        ("bad_rate < -0.5", "compares a ratio (0 to 1) with -0.5.", "which is 100 %"),
        ("loose_rate > -1", "compares a ratio with -1.", None),
        ("bad_rate < 0", "can never hold: a ratio is not below 0.", None),
        ("bad_rate > 1", "can never hold: this ratio is not above 1.", None),
        ("bad < bad_rate", "compares a whole number with a ratio (0 to 1).", None),
        ("bad < 3 %", "compares a whole number with 3 %.", "Only a ratio"),
        ("known(bad)", "bad is never missing.", "Leave known(bad) out."),
        (
            "within(bad)",
            "The function 'within' is not in the language here.",
            "Known: abs, known, missing.",
        ),
        ("not bad_rate < 3 %", "leaves out whatever has no bad_rate", "missing(bad_rate)"),
    ],
)
def test_what_cannot_be_meant_on_a_subject_says_why(text, what, hint):
    faults = infer(read(text), SUBJECT)[1]
    assert any(what in f.what and (hint is None or hint in (f.hint or "")) for f in faults), faults


def test_one_slip_is_blamed_once():
    assert len(infer(read("nothing < 3 and nothing + 1 = closed_on"), ROW)[1]) == 2
    assert len(infer(read("within(nothing) or abs(nothing) > 1"), ROW)[1]) == 2


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("is_paid", []),
        ("shipped_on <= ship_by_on", ["shipped_on", "ship_by_on"]),
        ("known(shipped_on)", []),
        ("known(shipped_on) and shipped_on <= ship_by_on", ["ship_by_on"]),
        ("missing(stars) or stars > 3", []),
        ("known(stars) or stars > 3", ["stars"]),
        ("missing(stars) or (is_paid and not stars > 3)", []),
    ],
)
def test_a_condition_knows_what_makes_it_unknown(text, names):
    assert missing_names(read(text), ROW) == names
    assert infer(read(text), ROW)[0].may_be_missing == bool(names)


@pytest.mark.parametrize(
    "text",
    [
        "not is_paid",
        "not (known(stars) and stars > 3)",
        "known(shipped_on) and not within(shipped_on)",
        "missing(shipped_on) or missing(ship_by_on) or not shipped_on <= ship_by_on",
    ],
)
def test_not_is_fine_over_what_is_known_or_asked_for(text):
    assert infer(read(text), ROW)[1] == []


@pytest.mark.parametrize(
    "text", ["not within(shipped_on)", "stars not in (1, 2)", "known(stars) or not stars > 3"]
)
def test_not_over_what_may_be_missing_says_how_to_settle_it(text):
    (fault,) = infer(read(text), ROW)[1]
    assert "the opposite of unknown is unknown" in fault.what
    assert fault.hint is not None
    assert "or missing(" in fault.hint
    assert "and known(" in fault.hint


@pytest.mark.parametrize(
    ("text", "without_not"),
    [
        ("not amount_minor < 'USD 5.00'", "amount_minor >= 'USD 5.00'"),
        ("known(amount_minor) and not amount_minor < 'USD 5.00'", "amount_minor >= 'USD 5.00'"),
        (
            "missing(amount_minor) or amount_minor not between 'USD 1.00' and 'USD 5.00'",
            "amount_minor < 'USD 1.00' or amount_minor > 'USD 5.00'",
        ),
        (
            "known(amount_minor) and not (is_paid and amount_minor < 'USD 5.00')",
            "not is_paid or amount_minor >= 'USD 5.00'",
        ),
    ],
)
def test_not_over_money_of_a_currency_is_written_without_it(text, without_not):
    (fault,) = infer(read(text), ROW)[1]
    assert "leaves out whatever no rate converts, and no 'known' asks for that" in fault.what
    assert fault.hint == f"Write instead: {without_not}."
    assert infer(read(without_not), ROW)[1] == []


def test_a_scope_may_bring_functions_of_its_own():
    greatest = Function(
        usage="greatest(a, b, …)",
        meaning="the greatest of them",
        takes=(frozenset({Kind.WHOLE}), frozenset({Kind.WHOLE})),
        rest=frozenset({Kind.WHOLE}),
        gives=lambda arguments: arguments[0],
        alike_from=0,
    )
    scope = Scope(called="a column", names=ROW.names, functions={"greatest": greatest})
    assert infer(read("greatest(quantity, 2, 3)"), scope)[0].kind is Kind.WHOLE
    (fault,) = infer(read("greatest(quantity)"), scope)[1]
    assert fault.hint == "Write greatest(a, b, …)."
