"""Every key and element of a TOML document has its line."""

import tomllib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goodstanding.rulebook import bundled
from goodstanding.rulebook.positions import TomlError, locate

TEXT = '''\
# a remark
id = "x" # with = signs [and] {more}
a.b.c = 1
instant = 2015-01-05 10:00:00
text = """
several "lines"
with \\""" quotes""" # and a remark
raw = \'\'\'it's
raw\'\'\'
list = [ # remarks may stand anywhere
  { x = 1, "y z".w = "}" },
  "]", [1,
  2], 3.5, # the last comma may stay
]
inline = { one = 1, two = [2] }

[t."q.u"]
k = -1
[[g]]
name = 'a'
[[g.sub]]
z = 1
[[g]]
name = "b"
[g.t]
w = inf
[empty] # nothing in it
'''


def paths(value: Any, path: tuple[str | int, ...] = ()) -> set[tuple[str | int, ...]]:
    """Return the path of every key and element of a document."""
    entries: Any = ()
    if isinstance(value, dict):
        entries = value.items()
    elif isinstance(value, list):
        entries = enumerate(value)
    found = {path} - {()}
    for key, below in entries:
        found |= paths(below, (*path, key))
    return found


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("id",), 2),
        (("a",), 3),
        (("a", "b", "c"), 3),
        (("instant",), 4),
        (("text",), 5),
        (("raw",), 8),
        (("list",), 10),
        (("list", 0, "x"), 11),
        (("list", 0, "y z", "w"), 11),
        (("list", 1), 12),
        (("list", 2, 1), 13),
        (("list", 3), 13),
        (("inline", "two", 0), 15),
        (("t", "q.u"), 17),
        (("t", "q.u", "k"), 18),
        (("g",), 19),
        (("g", 0, "name"), 20),
        (("g", 0, "sub", 0), 21),
        (("g", 0, "sub", 0, "z"), 22),
        (("g", 1), 23),
        (("g", 1, "t", "w"), 26),
        (("empty",), 27),
    ],
)
def test_each_thing_has_the_line_it_begins_on(path, line):
    assert locate(TEXT).lines[path] == line


def test_what_is_not_there_has_the_line_of_what_is_around_it():
    located = locate(TEXT)
    assert located.line(("g", 1, "t", "nothing", 3)) == 25
    assert located.line(("nothing",)) == 0


@pytest.mark.parametrize("text", [TEXT, TEXT.replace("\n", "\r\n")])
def test_every_path_has_a_line_and_no_other(text):
    located = locate(text)
    assert set(located.lines) == paths(located.values)


keys = st.sampled_from(["a", "b-1", "C_2", '"q.r"', "'s t'"])
scalars = st.sampled_from(
    ["1", "-2.5", "true", "2015-01-05", "2015-01-05 01:02:03", '"x # y"', "'z'", '"""m\n"""', "''"]
)
values = st.recursive(
    scalars,
    lambda below: st.one_of(
        st.lists(below, max_size=3).map(lambda items: f"[\n{', '.join(items)} ]"),
        st.dictionaries(keys, below, max_size=2).map(
            lambda table: "{ " + ", ".join(f"{k} = {v}" for k, v in table.items()) + " }"
        ),
    ),
    max_leaves=5,
)
tables = st.dictionaries(keys, values, max_size=3)


@given(tables, st.lists(st.tuples(st.booleans(), keys, tables), max_size=4))
def test_any_document_that_tomllib_reads_has_a_line_for_each_path(top, below):
    lines = [f"{key} = {value}" for key, value in top.items()]
    for is_array, key, table in below:
        lines.append(f"[[{key}.x]]" if is_array else f"[{key}.y]")
        lines += [f"{k} = {v}  # remark" for k, v in table.items()]
    text = "\n".join(lines)
    try:
        expected = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        with pytest.raises(TomlError):
            locate(text)
        return
    assert set(locate(text).lines) == paths(expected)


@pytest.mark.parametrize(
    ("text", "line"),
    [("a = 1\nb = \n", 2), ("a = 1\na = 2\n", 2), ("\n\n[x", 3), ("a = 'b", 1), ("", None)],
)
def test_what_is_no_toml_says_on_which_line(text, line):
    if line is None:
        assert locate(text).values == {}
        return
    with pytest.raises(TomlError) as caught:
        locate(text)
    assert caught.value.line == line
    assert "line" not in caught.value.what


def test_the_bundled_rulebooks_are_located_whole():
    texts = [
        bundled.text(name, version)
        for name in bundled.names()
        for version in bundled.versions(name)
    ]
    assert texts
    for text in texts:
        located = locate(text)
        assert set(located.lines) == paths(located.values)
