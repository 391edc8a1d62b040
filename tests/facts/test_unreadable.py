"""Why a file cannot be read, in our own words."""

import pytest

from goodstanding.facts.unreadable import reason


@pytest.mark.parametrize(
    ("said", "ours"),
    [
        (
            "Invalid Input Error: File 'a' too small to be a Parquet file",
            "it is too short for a Parquet file.",
        ),
        ("IO Error: No files found that match the pattern", "it is not there any more."),
        ("[Errno 13] Permission denied: 'a'", "you have no permission."),
        ("Compressed file ended before the end-of-stream marker", "it is cut off."),
        ("Invalid Input Error: Snappy decompression failure", "it is damaged, or not whole."),
        ("IO Error: TProtocolException: Invalid data", "it is damaged, or not whole."),
        (
            (
                'Conversion Error: Error while reading file "2": failed to cast column "x" from '
                "type BIGINT to STRUCT(a BIGINT): : Unimplemented"
            ),
            "column 'x' is BIGINT in one of its files and STRUCT(a BIGINT) in another.",
        ),
        ("Invalid Input Error: something new\nand more", "something new."),
        ("", "nobody says why."),
    ],
)
def test_what_the_database_says_is_said_in_our_words(said, ours):
    assert reason(OSError(said)) == ours
