"""`goodstanding`, and `python -m goodstanding`: the command line, from its first moment on."""

import signal
import sys


def main() -> int:
    """Run the command that the process was started with and return its exit status.

    Until the command line listens for Ctrl-C itself, the system ends the process, in silence:
    Python would show a traceback of what was being imported.
    """
    if signal.getsignal(signal.SIGINT) is not signal.SIG_IGN:  # as a shell's background has it
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    from goodstanding import cli  # noqa: PLC0415 -- see above

    return cli.main()


if __name__ == "__main__":
    sys.exit(main())
