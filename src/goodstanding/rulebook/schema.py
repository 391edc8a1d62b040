"""The JSON Schema of rulebooks, for editors that complete and check TOML.

`python -m goodstanding.rulebook.schema` prints it; it is kept as `docs/rulebook.schema.json`.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from goodstanding.rulebook.document import Document


def schema() -> dict[str, Any]:
    """Return the schema of a whole document, with the meaning of every key."""
    found = Document.model_json_schema(by_alias=True)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **_plainer(found),
        "title": "Goodstanding rulebook",
    }


def schema_text() -> str:
    """Return the schema as text, the same for equal models."""
    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"


def _plainer(schema: Any) -> Any:
    """Drop what TOML has no use for: titles made of names, and null, which it cannot write."""
    if isinstance(schema, list):
        return [_plainer(entry) for entry in schema if entry != {"type": "null"}]
    if not isinstance(schema, dict):
        return schema
    found = {}
    for key, value in schema.items():
        is_made = (key == "title" and isinstance(value, str)) or (key == "default" and not value)
        if not is_made:
            found[key] = _plainer(value)
    if "patternProperties" in found:
        found["additionalProperties"] = False
    options = found.get("anyOf")
    if isinstance(options, list) and len(options) == 1:
        del found["anyOf"]
        found = {**options[0], **found}
    return found


if __name__ == "__main__":
    sys.stdout.write(schema_text())
