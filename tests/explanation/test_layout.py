from goodstanding.explanation.layout import (
    cells,
    counted,
    entries,
    fits,
    item,
    listed,
    paragraph,
    rows_within,
    table,
)


def test_a_table_aligns_its_columns_and_folds_the_last():
    rows = [("O1", "12", "a sentence that is too long for it"), ("O22", "3", "short")]
    assert table(rows, 30, titles=("id", "n", "why"), numbers={1}) == [
        "  id    n  why",
        "  O1   12  a sentence that is",
        "           too long for it",
        "  O22   3  short",
    ]


def test_what_no_width_can_hold_runs_over_the_edge_and_is_not_cut():
    assert table([("O1", "indivisible-and-very-long")], 10) == ["  O1  indivisible-and-very-long"]


def test_an_empty_table_has_no_lines():
    assert table([], 80) == []


def test_letters_that_take_two_columns_are_aligned():
    assert cells("注文") == 4
    assert cells("é") == cells("e\u0301") == 1
    assert table([("注文", "x"), ("O1", "y")], 20) == ["  注文  x", "  O1    y"]


def test_a_list_hangs_below_its_dash():
    assert item("one two three four", 16) == ["  - one two", "    three four"]
    assert paragraph("one two", 80, first="  ") == ["  one two"]


def test_names_are_listed_up_to_a_number_of_them_and_to_a_length():
    assert listed(["a", "b"]) == "a, b"
    assert listed(list("abcdefgh")) == "a, b, c, d, e, f and 2 more"
    assert listed(["x" * 65] * 4) == f"{'x' * 65}, {'x' * 65} and 2 more"
    assert listed(["x" * 200] * 2) == f"{'x' * 200} and 1 more"
    assert (counted(1, "order"), counted(1200, "order")) == ("1 order", "1,200 orders")


def test_entries_are_a_table_where_there_is_room_and_stacked_where_there_is_none():
    titles = ("order", "leaves", "why")
    short = entries([("O1", "2018-07-01", "late")], 60, titles=titles)
    assert short == ["  order  leaves      why", "  O1     2018-07-01  late"]
    long = entries([("O" * 30, "2018-07-01", "late again")], 40, titles=titles)
    assert long == [f"  {'O' * 30}", "    leaves 2018-07-01: late again"]


def test_a_table_fits_where_nothing_has_to_fold():
    assert fits([("ab", "cd")], 8)
    assert not fits([("ab", "cd")], 7)


def test_rows_that_no_table_holds_are_told_one_after_the_other():
    rows = [("delivered by the day", "190/200 = 95.00 %", "3"), ("paid", "1/1 = 100.00 %", "0")]
    titles = ("link", "in time", "open")
    assert rows_within(rows, 60, titles=titles) == table(rows, 60, titles=titles)
    assert rows_within(rows, 36, titles=titles) == [
        "  delivered by the day",
        "    in time 190/200 = 95.00 %, open",
        "    3",
        "  paid",
        "    in time 1/1 = 100.00 %, open 0",
    ]
    assert rows_within([("gift", "disputed", "3/87 = 3.45 %")], 24) == [
        "  gift, disputed: 3/87 =",
        "  3.45 %",
    ]
