"""The command line: ``posframe …``. One module a command group, imported when it is called."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line and exit with its status."""
    from posframe.cli.main import run
    from posframe.guarded_output import guard_output

    guard_output()
    sys.exit(run(sys.argv[1:]))
