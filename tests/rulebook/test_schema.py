"""The schema for editors is kept beside the documentation, and is the one of the models."""

import json
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from goodstanding.rulebook import bundled
from goodstanding.rulebook.schema import schema, schema_text

FILE = Path(__file__).parents[2] / "docs" / "rulebook.schema.json"


def test_the_kept_schema_is_the_one_of_the_models():
    how = "python -m goodstanding.rulebook.schema > docs/rulebook.schema.json"
    assert FILE.read_text(encoding="utf-8") == schema_text(), f"run: {how}"


def tables(found: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield found
    yield from found["$defs"].values()


def test_every_key_has_a_meaning_and_no_table_takes_others():
    for table in tables(schema()):
        assert table["additionalProperties"] is False
        for name, key in table["properties"].items():
            assert key.get("description"), name


def test_keys_are_named_as_they_are_written():
    defined = schema()["$defs"]
    assert {"from", "where"} <= set(defined["RowsTable"]["properties"])
    assert {"if", "id", "because"} <= set(defined["NotGradedTable"]["properties"])
    assert {"any", "of", "when"} <= set(defined["MeasureTable"]["properties"])
    assert {"all", "name"} <= set(defined["GradeTable"]["properties"])


def allowed(value: Any, found: Any, whole: dict[str, Any]) -> bool:
    """Say whether a value fits a schema, as far as keys and kinds of value go."""
    if "$ref" in found:
        return allowed(value, whole["$defs"][found["$ref"].rpartition("/")[2]], whole)
    if "anyOf" in found:
        return any(allowed(value, option, whole) for option in found["anyOf"])
    if found.get("type") == "object" and isinstance(value, dict):
        named = found.get("properties", {})
        others = list(found.get("patternProperties", {}).values())
        free: dict[str, Any] | None = {} if found.get("additionalProperties") is True else None
        kinds = {key: named.get(key, others[0] if others else free) for key in value}
        return all(
            kind is not None and allowed(value[key], kind, whole) for key, kind in kinds.items()
        )
    if found.get("type") == "array" and isinstance(value, list):
        return all(allowed(entry, found["items"], whole) for entry in value)
    if "enum" in found:
        return value in found["enum"]
    expected = {
        "string": (str,) if found.get("format") != "date" else (object,),
        "integer": (int,),
        "number": (int, float),
        "boolean": (bool,),
        None: (object,),
    }
    return isinstance(value, expected.get(found.get("type"), ()))


@pytest.mark.parametrize("name", bundled.names())
def test_the_bundled_rulebooks_fit_the_schema(name):
    document = tomllib.loads(bundled.text(name))
    assert allowed(document, schema(), schema())
    assert not allowed({**document, "colour": "red"}, schema(), schema())
    assert not allowed({**document, "subject": "carrier"}, schema(), schema())


def test_it_is_json_with_its_dialect():
    assert json.loads(schema_text())["$schema"].startswith("https://json-schema.org/")
