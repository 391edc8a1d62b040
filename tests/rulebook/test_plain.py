"""A rulebook is told in sentences, each number with its source and how sure it is."""

from dataclasses import replace

import pytest

from goodstanding.expressions.reading import read
from goodstanding.rows.catalogue import ROW_KINDS
from goodstanding.rulebook import bundled
from goodstanding.rulebook.english import Words, clause, counted_label, ordinal, said
from goodstanding.rulebook.plain import WIDTH, plain
from goodstanding.rulebook.reading import read_rulebook
from tests.rulebook.test_digest import evidence
from tests.small_rulebook import SMALL, changed

ROWS = Words(kind=ROW_KINDS["line"], window="in those 90 days")
SUBJECTS = Words(ratios=frozenset({"bad_rate"}))


@pytest.mark.parametrize(
    ("text", "english"),
    [
        ("is_paid", "the payment succeeded"),
        ("not is_paid", "it is not so that the payment succeeded"),
        ("within(shipped_on)", "the order was shipped in those 90 days"),
        (
            "within(closed_on)",
            "receipt was confirmed, or the time for it ran out, in those 90 days",
        ),
        (
            "within(shipped_on + 30)",
            "the 30th day after this lies in those 90 days: the order was shipped",
        ),
        (
            "within(shipped_on + 1 - 3)",
            "the 2nd day before this lies in those 90 days: the order was shipped",
        ),
        ("missing(shipped_on)", "there is no day on which the order was shipped"),
        ("known(shipped_on)", "there is a day on which the order was shipped"),
        ("known(stars)", "known: the review's overall stars"),
        ("missing(stars)", "not known: the review's overall stars"),
        ("stars <= 3", "the review's overall stars are 3 or fewer"),
        ("3 >= stars", "the review's overall stars are 3 or fewer"),
        ("stars < 4.5", "the review's overall stars are fewer than 4.5"),
        ("stars = 1", "the review's overall stars are exactly 1"),
        ("stars <> 3", "the review's overall stars are anything but 3"),
        (
            "stars between 2 and 3",
            "the review's overall stars: from 2 to 3, both included",
        ),
        ("amount_minor < 500", "what the buyer paid is less than 500 minor units"),
        ("amount_minor < 'USD 5.00'", "what the buyer paid, converted, is less than USD 5.00"),
        ("'JPY 500' <= amount_minor", "what the buyer paid, converted, is JPY 500 or more"),
        ("cancelled_by = 'seller'", "who cancelled: seller"),
        ("cancelled_by <> 'seller'", "who cancelled: not seller"),
        ("cancelled_by in ('seller', 'platform')", "who cancelled: seller or platform"),
        (
            "dispute_reason in ('not_received', 'not_as_described', 'other')",
            "reason of the latest dispute: not received, not as described or other",
        ),
        ("amount_minor >= 500", "what the buyer paid is 500 minor units or more"),
        ("buyer_id <> seller_id", "who bought and who sold are not the same"),
        (
            "refunded_on <= paid_on",
            (
                "the day on which money was given back (the latest) is on or before "
                "the day on which the payment succeeded"
            ),
        ),
        (
            "age(shipped_on) <= 30",
            "the number of days since the day on which the order was shipped is 30 or less",
        ),
        (
            "days_between(paid_on, shipped_on) > 3",
            (
                "the number of days from the day on which the payment succeeded "
                "to the day on which the order was shipped is more than 3"
            ),
        ),
        ("quantity * 2 - 1 > 3", "pieces times 2 minus 1 is more than 3"),
        ("abs(-quantity) > 3", "minus pieces, leaving its sign out is more than 3"),
        (
            "if(is_paid, quantity, 1) > 3",
            "pieces (where the payment succeeded) or else 1 is more than 3",
        ),
        (
            "is_paid and (is_shipped_late or is_delivered_late)",
            (
                "the payment succeeded and (it was shipped after the ship-by instant "
                "or it was delivered after the promised instant)"
            ),
        ),
        ("true", "always"),
    ],
)
def test_a_condition_on_a_row_is_said_in_the_words_of_the_catalogue(text, english):
    assert clause(read(text), ROWS) == english


@pytest.mark.parametrize(
    ("text", "english"),
    [
        ("bad_rate < 3.5 %", "bad rate below 3.5 %"),
        ("bad_rate >= 0.97", "bad rate 0.97 or above"),
        ("ended_orders >= 30", "'ended orders' is 30 or more"),
        ("30 > ended_orders", "'ended orders' is less than 30"),
        ("missing(bad_rate)", "not known: bad rate"),
    ],
)
def test_a_condition_on_a_subject_is_said_with_its_names_as_words(text, english):
    assert clause(read(text), SUBJECTS) == english


def test_conditions_within_conditions_become_a_list():
    text = "is_paid and (within(shipped_on) or (missing(shipped_on) and within(paid_on)))"
    neither = "there is no day on which the order was shipped"
    assert said(read(text), ROWS) == [
        "all of these:",
        "  - the payment succeeded",
        "  - one of these:",
        "    - the order was shipped in those 90 days",
        f"    - {neither}, and the payment succeeded in those 90 days",
    ]


@pytest.mark.parametrize(
    ("number", "text"),
    [(1, "1st"), (2, "2nd"), (3, "3rd"), (4, "4th"), (11, "11th"), (23, "23rd"), (112, "112th")],
)
def test_places_are_written_as_people_say_them(number, text):
    assert ordinal(number) == text


@pytest.mark.parametrize("name", bundled.names())
def test_everything_that_decides_is_on_the_page_with_its_source(name):
    rulebook = bundled.load(name)
    page = " ".join(plain(rulebook).split())
    for measure in rulebook.measures.values():
        for kind in measure.kinds:
            assert f"- {kind.replace('_', ' ')}: " in page
    origins = [w.origin for w in rulebook.windows.values()]
    origins += [limit.origin for grade in rulebook.grades for limit in grade.limits]
    origins += [entry.origin for entry in rulebook.not_graded]
    for measure in rulebook.measures.values():
        origins += [measure.origin, *measure.kind_origins.values()]
    for origin in origins:
        ids = f"{', '.join(origin.source)}: " if origin.source else ""
        assert f"[{ids}{origin.confidence}]" in page
        assert origin.note is None or origin.note in page
        for source in origin.source:
            assert f"- {source}: " in page
    for grade in rulebook.grades:
        assert f"- {grade.name}: " in page


def test_the_service_level_reads_as_a_seller_would_have_it():
    page = plain(bundled.load("service-level"))
    assert page.startswith(
        "Service level, as the article tells it\n"
        "--------------------------------------\n"
        "Rulebook service-level, version 2015-01-05, in force from that day on.\n"
        "Every seller is assessed on the last day of each month, and the result is published "
        "before\nthe 3rd of the next month [S01, SL-01, SL-02: trade].\n"
    )
    assert (
        "- excellent: bad experience rate below 3.5 % [SL-28, SL-30, SL-31: unconfirmed].\n" in page
    )
    assert "- fail: everybody else.\n" in page
    assert "No grade where 'assessed' is less than 1 [SL-20: unconfirmed]." in page
    assert "Nobody has confirmed these" in page


def test_what_is_sure_needs_no_warning_and_lines_fit_a_page():
    page = plain(read_rulebook(SMALL, "small.toml"))
    assert "Nobody has confirmed" not in page
    assert all(len(line) <= WIDTH for line in page.splitlines())
    assert "[the terms: official]" in page


BUYERS = """\
[measure.buyers]
of = "orders"
window = "ever"
distinct = "buyer_id"

[indicator.buyers_ever]
count = "buyers"
better = "neither"

[indicator.bad_rate]
not_assessed_if = "ended <= 2"
"""
QUARTER = "window.quarter = { days = 90 }"
ENDED = 'when = "within(closed_on)"'
FULL = changed(
    (QUARTER, f"{QUARTER}\nwindow.ever = {{ all = true }}"),
    (ENDED, f'{ENDED}\nwindow = "quarter"'),
    ('subject = "seller"', 'subject = "seller"\nadding_may_lower = "It may."'),
    ("version = 2026-01-01", "version = 2026-01-01\nin_force_until = 2026-12-31"),
    ('from = "order" }', 'from = "order", where = "is_paid" }'),
    ("[indicator.bad_rate]\n", BUYERS),
    (
        '["bad_rate < 6 %"]',
        '["bad_rate < 6 %", { that = "ended >= 5", unless = "buyers < 3", note = "So." }]',
    ),
)


@pytest.mark.parametrize(
    "sentence",
    [
        "in force from that day to 2026-12-31.",
        "One more good order may lower a result: It may.",
        "- orders: each is one order of one buyer from one seller, where the payment succeeded",
        "quarter: 90 days",
        "ever: All days up to the day of assessment.",
        "in the 90 days of 'quarter'",
        "- buyers: the number of different values of 'who bought' among orders [the terms",
        "- buyers ever: the number of 'buyers' [the terms",
        "with nothing in 'ended', or where 'ended' is 2 or less, there is no grade",
        "- 'ended' is 5 or more, unless 'buyers' is less than 3 [the terms: official] So.",
    ],
)
def test_every_part_of_a_rulebook_can_be_told(sentence):
    page = plain(read_rulebook(FULL, "small.toml"))
    assert sentence in " ".join(page.split())


@pytest.mark.parametrize(
    "sentence",
    [
        (
            "- ratings: of several alike in who bought and in what was bought and in whether it "
            "is 1 (where the review's overall stars are 4 or more) or else 0"
        ),
        (
            "the first counts, and then each that comes 14 days or more after the last one that "
            "counts, by the day on which the order was placed; of one day, the lowest [DT-08:"
        ),
        (
            "- Those alike in who bought and in the month in which the order was placed add up to "
            "no less than -6 and no more than 6; what is beyond that is cut off the later ones, "
            "by the day on which the order was placed [DT-08: trade]."
        ),
        "- DT-08: Taobao: of one buyer and seller the net sum of a month lies within -6 and 6",
    ],
)
def test_what_is_alike_and_what_is_limited_is_told(sentence):
    page = plain(bundled.load("taobao-credit"))
    assert sentence in " ".join(page.split())


def test_sanctions_are_told_with_their_days_and_with_who_decides():
    text = plain(bundled.load("aliexpress-violations"))
    section = text[text.index("Sanctions\n") :].split("\n\n")[0]
    assert "- ipr: by 'ipr taken', of which 1,000 are one here" in section
    assert "  - at 2: warning for 1 day, by itself [VN-01, VN-05: trade]." in section
    assert (
        "  - at 12: freeze for 7 days, proposed: a person decides [VN-01, VN-05: trade]." in section
    )
    assert "  - at 48: closing until a person ends it, proposed: a person decides" in section
    assert "  - at every 12: freeze for 7 days, proposed: a person decides" in section


def test_a_rung_that_nobody_confirmed_is_listed():
    text = (
        SMALL.replace("rows.orders", 'rows.entries = { from = "violation" }\nrows.orders')
        + """
[measure.taken]
of = "entries"
when = "within(occurred_on)"

[ladder.strikes]
climbs = "taken"
rungs = [{ at = 3, does = "closing", confidence = "unconfirmed" }]
"""
    )
    assert "- strikes: closing at 3 (unconfirmed)" in plain(read_rulebook(text, "small.toml"))


def test_why_taking_out_a_bad_order_may_lower_a_result_is_told():
    rulebook = replace(read_rulebook(SMALL, "small.toml"), removing_may_lower="It can.")
    assert "Taking out a bad order may lower a result: It can." in plain(rulebook)


def test_tables_caps_and_how_sure_a_score_is_are_told():
    told = " ".join(plain(read_rulebook(evidence(), "evidence.toml")).split())
    for sentence in (
        (
            "- fading: 1000 * power(0.5, x / 180), to the nearest whole number, for x from 0 to "
            "364; beyond them that of the end [own design]."
        ),
        "fading at the number of days since the day on which the payment succeeded",
        "There is none, and there are no points, where paid > 5000.",
        "It is at most 40 where paid < 2: So little. [own design]",
        "It could be 120 / (paid + 6) more or less, were more known.",
    ):
        assert sentence in told


@pytest.mark.parametrize(
    ("number", "name", "expected"),
    [
        (1, "scored_days", "1 scored day"),
        (2, "scored_days", "2 scored days"),
        (1_000, "scored_days", "1,000 scored days"),
        (1, "bad", "1 bad"),
        (1, "lost_goods", "1 lost goods"),
        (1, "success", "1 success"),
    ],
)
def test_one_of_what_is_counted_is_no_plural(number, name, expected):
    assert counted_label(number, name) == expected
