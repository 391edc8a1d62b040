"""Nothing is asked of the network: neither by us nor by the database."""

import subprocess
import sys

# Runs the commands with every way out closed to Python; the database's own is its settings.
ALONE = """
import sys
from goodstanding import cli

OUT = {"socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto"}

def refuse(event, arguments):
    if event in OUT:
        raise RuntimeError(f"asked of the network: {event} {arguments}")

sys.addaudithook(refuse)
for command in sys.argv[1:]:
    if status := cli.main(command.split()):
        sys.exit(status)
"""


def test_a_load_and_an_assessment_ask_nothing_of_the_network(exports, tmp_path):
    commands = (
        "load --from exports --time-zone UTC --currency USD",
        "assess --rulebook service-level --as-of 2018-07-31",
        "explain --rulebook service-level --as-of 2018-07-31 --subject S1",
    )
    done = subprocess.run(
        [sys.executable, "-c", ALONE, *commands],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "S1" in done.stdout


def test_what_is_refused_here_would_be_noticed():
    reach_out = "import socket; socket.create_connection(('example.com', 80))"
    code = ALONE.partition("for command")[0] + reach_out
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False
    )
    assert "asked of the network: socket.getaddrinfo" in done.stderr
