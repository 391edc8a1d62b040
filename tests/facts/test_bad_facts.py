"""One wrong file for each mistake: a folder of `tests/bad_facts/`, with the message it must get.

`message.txt` holds the error; or, for rows that go to quarantine while the rest is loaded, what
the summary says of them. `mapping.toml` is used where it is there. After a message was changed
on purpose, write the new one into the file; every line of it is compared.
"""

from pathlib import Path

import pytest

from goodstanding.errors import InputError
from tests.small_loads import contents, load, market, texts

FOLDERS = sorted(path for path in (Path(__file__).parents[1] / "bad_facts").iterdir())


def said_of(folder: Path) -> str:
    """Load a folder into a market that holds something, and return what is said of it."""
    mapping = folder / "mapping.toml"
    with market() as database:
        load(database, texts(sellers=[{"seller_id": "S0"}]))
        before = contents(database)
        try:
            summary = load(database, folder, mapping=mapping if mapping.exists() else None)
        except InputError as error:
            assert contents(database) == before
            return str(error).replace(str(folder.parent), "bad_facts")
        assert contents(database)["sellers"] == before["sellers"]
        return "\n".join(f"in quarantine: {refusal}" for refusal in summary.refusals)


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_a_mistake_gets_its_message_and_loses_nothing(folder):
    assert said_of(folder).splitlines() == (folder / "message.txt").read_text("utf-8").splitlines()


def test_there_is_a_folder_for_each_mistake():
    assert len(FOLDERS) > 35
