"""The app on the terminal it is started in, with a fake till; run by the pty tests.

Options are ``name=value``; no parser of arguments, so that the start can be measured.
"""

import os
import select
import sys

from posframe_terminal.launch import make_app, run
from tests.terminal_ui.fake_till import FakeTill, meaning, table


def main() -> None:
    options = dict(option.split("=", 1) for option in sys.argv[1:])
    sys.setswitchinterval(0.0005)
    if "log" in options:
        import logging

        logging.basicConfig(filename=options["log"], level=logging.INFO)
    till = FakeTill(
        commit_s=float(options.get("commit_s", "0")), lines=int(options.get("lines", "0"))
    )
    why = run(make_app(till, table(), meaning=meaning, theme=options.get("theme", "")))
    if select.select([], [1], [], 0.2)[1]:  # a terminal that does not read is told nothing
        os.write(1, f"LEFT: {why}\r\n".encode())


if __name__ == "__main__":
    main()
