"""Lets `python -m desk_app` do what the `desk-app` command does."""

import sys

from desk_app.cli import main

if __name__ == "__main__":
    sys.exit(main())
