"""Check a document against its models: keys that are unknown, missing or of the wrong type."""

from __future__ import annotations

import re
import types
from collections.abc import Mapping
from copy import deepcopy
from datetime import date
from difflib import get_close_matches
from typing import Any, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from goodstanding.errors import near
from goodstanding.rulebook.document import PATTERN_HINTS, Document
from goodstanding.rulebook.notes import NAMED_BY, Notes, shown
from goodstanding.rulebook.positions import Path

# What stands for a broken entry, so that the rest can still be read.
_IN_ITS_PLACE: Mapping[str, Any] = {
    "id": "unnamed",
    "version": date(2000, 1, 1),
    "title": "untitled",
    "subject": "seller",
    "confidence": "own design",
    "calendar": {"assessed": "daily"},
}
_ENTRY_IN_ITS_PLACE: Mapping[str, Any] = {
    "grade": {"name": "?"},
    "exclude": {"id": "unnamed", "when": "false", "because": "?"},
    "not_graded": {"id": "unnamed", "if": "true", "because": "?"},
    "effect": {"does": "warning"},
    "example": {"name": "?", "as_of": date(2000, 1, 1), "expect": {}},
}
_TYPES = {
    "string_type": "a text in double quotes",
    "int_type": "a whole number",
    "is_instance_of": "a number",
    "finite_number": "a number",
    "bool_type": "true or false",
    "date_type": "a day, such as 2015-01-05, without quotes",
    "date_from_datetime_inexact": "a day without a time, such as 2015-01-05",
    "list_type": "a list in [ ]",
    "dict_type": "a table of names",
    "model_type": "a table, { … }",
}
_BOUNDS = {
    "greater_than_equal": ("{shown} is too small: {bound} is the least.", "ge"),
    "less_than_equal": ("{shown} is too large: {bound} is the most.", "le"),
    "string_too_short": ("It is empty.", "min_length"),
    "string_too_long": ("{shown} is too long: {bound} characters are the most.", "max_length"),
    "too_short": ("It holds too little: at least {bound} are needed.", "min_length"),
    "too_long": ("It holds too much: {bound} are the most.", "max_length"),
}


def read_structure(notes: Notes) -> Document | None:
    """Return the document, noting every key that is wrong.

    A misspelt key is read as the one that was meant, a wrong value of a key that may be left
    out as if it were; an entry that is wrong beyond that is left out and marked as broken.
    None where nothing useful is left.
    """
    left: dict[str, Any] = deepcopy(dict(notes.located.values))
    errors = _errors(left)
    for detail in _without_echoes(errors):
        _note(notes, detail)
    if not any(left.get(key) for key in ("grade", "grades", "indicator", "ladder")):
        notes.add((), "'grade' is not set.", _described(("grade",)))
    for detail in errors:
        if detail["type"] == "extra_forbidden":
            _read_as_meant(left, _path(detail), notes)
    for detail in _errors(left):
        _leave_out(left, _path(detail), notes)
    for detail in _errors(left):
        _give_up_on(left, _path(detail), notes)
    return None if _errors(left) else Document.model_validate(left)


def _errors(values: Mapping[str, Any]) -> list[ErrorDetails]:
    try:
        Document.model_validate(values)
    except ValidationError as error:
        return error.errors(include_url=False, include_context=True)
    return []


def _note(notes: Notes, detail: ErrorDetails) -> None:
    path = _path(detail)
    kind = detail["type"]
    if kind == "extra_forbidden":
        what = f"'{path[-1]}' is no key here."
        hint = near(str(path[-1]), keys_at(path[:-1]))
        notes.add(path, what, hint)
    elif kind == "missing":
        notes.add(path[:-1], f"'{path[-1]}' is not set.", _described(path))
    else:
        notes.add(path, *_wrong_value(detail))


def _wrong_value(detail: ErrorDetails) -> tuple[str, str | None]:
    kind, value, context = detail["type"], shown(detail["input"]), detail.get("ctx", {})
    if kind in _TYPES:
        return f"{value} should be {_TYPES[kind]}.", None
    if kind == "literal_error":
        known = re.findall("'([^']*)'", str(context["expected"]))
        hint = near(str(detail["input"]), known) or "Leave it out, or say true."
        return f"{value} cannot stand here.", hint
    if kind == "string_pattern_mismatch":
        return f"{value} cannot stand here.", PATTERN_HINTS[context["pattern"]]
    bound = _BOUNDS.get(kind)
    if bound is not None:
        template, key = bound
        return template.format(shown=value, bound=context[key]), None
    return f"{detail['msg']}.", None


def _path(detail: ErrorDetails) -> Path:
    return tuple(part for part in detail["loc"] if part != "[key]")


def _without_echoes(errors: list[ErrorDetails]) -> list[ErrorDetails]:
    """Leave out "x is not set" beside a misspelt x, and all but the last of what one might be."""
    unknown = [_path(e) for e in errors if e["type"] == "extra_forbidden"]
    meant = {(*path[:-1], _meant(path)) for path in unknown}
    # A number may be whole or have decimals: what is neither is wrong as both.
    numbers = {e["loc"][:-1] for e in errors if e["loc"][-1:] == ("decimal",)}
    return [
        e
        for e in errors
        if not (e["type"] == "missing" and _path(e) in meant)
        and not (e["loc"][:-1] in numbers and e["loc"][-1] != "decimal")
    ]


def _meant(path: Path) -> str | None:
    """Return the key that an unknown one was probably meant to be."""
    close = get_close_matches(str(path[-1]).lower(), keys_at(path[:-1]), n=1, cutoff=0.6)
    return close[0] if close else None


def _read_as_meant(values: dict[str, Any], path: Path, notes: Notes) -> None:
    """Move what stands under an unknown key to the one that was meant, if that is free."""
    table = _table_at(values, path)
    meant = _meant(path)
    found = table.pop(path[-1])
    there = table.get(meant)
    if meant is not None and there is None:
        table[meant] = found
        notes.read_as(path, (*path[:-1], meant))
    elif meant is not None and isinstance(there, dict) and isinstance(found, dict):
        table[meant] = {**found, **there}
        for name in found.keys() - there.keys():
            notes.read_as((*path, name), (*path[:-1], meant, name))


def _leave_out(values: dict[str, Any], path: Path, notes: Notes) -> None:
    """Take away a key with a wrong value; whether that will do is seen afterwards."""
    table = _table_at(values, path)
    if isinstance(table, dict) and path[-1] in table:
        del table[path[-1]]
        notes.give_up_on(path)


def _table_at(values: dict[str, Any], path: Path) -> Any:
    """Return what holds the last part of a path, as far as it is there."""
    found: Any = values
    for part in path[:-1]:
        if isinstance(found, dict):
            found = found.get(str(part), {})
        elif isinstance(found, list) and isinstance(part, int) and part < len(found):
            found = found[part]
    return found


def _give_up_on(values: dict[str, Any], path: Path, notes: Notes) -> None:
    """Leave out a whole entry that cannot be read, or put something harmless in its place."""
    table = str(path[0])
    if path[-1] == "better" and len(path) == 3:
        _table_at(values, path)["better"] = "lower"
        notes.give_up_on(path)
    elif len(path) == 1 or table == "calendar":
        values.pop(table, None)
        if table in _IN_ITS_PLACE:
            values[table] = _IN_ITS_PLACE[table]
        notes.give_up_on((table,))
    elif table in NAMED_BY and isinstance(path[1], int):
        values[table][path[1]] = _ENTRY_IN_ITS_PLACE[table]
        notes.give_up_on(path[:2])
    elif isinstance(values.get(table), dict):
        values[table].pop(path[1], None)
        notes.give_up_on(path[:2])


def keys_at(path: Path) -> list[str]:
    """Return the keys that the table at a path may have, as they are written."""
    annotation = _annotation(path)
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [field.alias or name for name, field in annotation.model_fields.items()]
    return []


def _described(path: Path) -> str | None:
    table = _annotation(path[:-1])
    if isinstance(table, type) and issubclass(table, BaseModel):
        for name, field in table.model_fields.items():
            if (field.alias or name) == path[-1]:
                return field.description
    return None


def _annotation(path: Path) -> Any:
    """Return the type of what stands at a path, None where nothing may."""
    found: Any = Document
    for part in path:
        if isinstance(found, type) and issubclass(found, BaseModel):
            fields = found.model_fields
            found = next((f.annotation for n, f in fields.items() if (f.alias or n) == part), None)
        else:
            arguments = get_args(found)
            found = arguments[-1] if arguments else None
        found = _bare(found)
    return found


def _bare(annotation: Any) -> Any:
    """Take the optional and the annotated away from a type."""
    while True:
        origin = get_origin(annotation)
        if origin in {Union, types.UnionType}:
            annotation = next(a for a in get_args(annotation) if a is not type(None))
        elif hasattr(annotation, "__metadata__"):
            annotation = annotation.__origin__
        else:
            return annotation
