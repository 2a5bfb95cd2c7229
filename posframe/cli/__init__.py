"""The command line: ``posframe …``. One module a command group, imported when it is called."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line and exit with its status."""
    from posframe.cli.main import run

    sys.exit(run(sys.argv[1:]))
