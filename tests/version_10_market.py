"""A market as schema version 10 made it, word for word, in a file and in PostgreSQL.

Its tables are those of version 9 and what came with 10; its kept rows are what they are today.
"""

from pathlib import Path

from goodstanding.database.address import Address
from tests import version_8_market, version_9_market

NEW = "create unique index notice_numbers on notices (notice_no);\n"
DEFINITIONS = version_9_market.DEFINITIONS + NEW


def make(old: Path, source: Path) -> None:
    """Make a market of version 10 in a file, with the facts and standings of another market."""
    version_8_market.make(old, source, definitions=DEFINITIONS, version=10, stale="")


def make_in_postgres(address: Address, source: Path) -> None:
    """Make one in PostgreSQL likewise."""
    version_9_market.make_in_postgres(
        address, source, version=10, definitions=DEFINITIONS, stale=""
    )
