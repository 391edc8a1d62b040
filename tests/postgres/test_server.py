"""The server of these tests is one that is installed, or else one from a wheel."""

import psycopg
import pytest

from goodstanding.database.postgres_errors import OLDEST
from tests import postgres_server


@pytest.mark.slow
def test_where_no_server_is_installed_the_wheel_s_runs(monkeypatch, tmp_path):
    monkeypatch.setattr(postgres_server, "INSTALLED", tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))
    binaries = postgres_server.find_binaries()
    assert binaries is not None
    assert binaries == postgres_server.in_wheel()[0]
    with postgres_server.running_server(binaries) as there, psycopg.connect(there) as connection:
        assert connection.info.server_version >= OLDEST * 10_000
