"""Why a file cannot be read, in words that say it to whoever wrote the file."""

from __future__ import annotations

import re

# Of what the database and Python say: the words that tell it, and ours.
_REASONS = {
    "too small to be a parquet file": "it is too short for a Parquet file",
    "no magic bytes found": "its end is missing, or it is of another kind",
    "not a gzipped file": "it is not compressed, or not by gzip",
    "compressed file ended": "it is cut off",
    "permission denied": "you have no permission",
    "no files found": "it is not there any more",
    "no such file": "it is not there any more",
    "is a directory": "it is a folder",
}
_DAMAGED = re.compile(
    r"corrupt|checksum|decompress|decrypt|snappy|zstd|gzip|protocol|thrift|end of (?:file|stream)"
    r"|out of buffer|encoding|page header|could not read|crc|invalid code|incorrect data",
    re.IGNORECASE,
)
_OF_TWO_TYPES = re.compile(r'failed to cast column "([^"]*)" from type (.+?) to (.+?): ')


def reason(error: Exception) -> str:
    """Return why, as the end of a sentence with its full stop."""
    text = str(error)
    if known := next((ours for said, ours in _REASONS.items() if said in text.lower()), None):
        return f"{known}."
    if types := _OF_TWO_TYPES.search(text):
        return f"column '{types[1]}' is {types[2]} in one of its files and {types[3]} in another."
    if _DAMAGED.search(text):
        return "it is damaged, or not whole."
    first = re.sub(r"^(?:[A-Z]\w+ )*Error: ", "", text.strip().splitlines()[0] if text else "")
    return f"{first.rstrip('.') or 'nobody says why'}."
