"""`python -m goodstanding` is the command line."""

import sys

from goodstanding.cli import main

if __name__ == "__main__":
    sys.exit(main())
