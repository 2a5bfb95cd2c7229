"""How long plugins take to load: run in a process of its own, where nothing of them is loaded yet.

Prints a line for each: its name, and milliseconds.
"""

from __future__ import annotations

import contextlib
import importlib
import sys
import time

from posframe.errors import PosframeError
from posframe.plugins import installed, load_target


def main(names: list[str]) -> None:
    """Load plugins in their order; what a till has loaded before them is not their time."""
    importlib.import_module("posframe.till")
    known = installed()
    for name in names:
        began_s = time.perf_counter()
        with contextlib.suppress(PosframeError, KeyError):  # said by another check
            load_target(known[name])
            took_ms = (time.perf_counter() - began_s) * 1000
            sys.stdout.write(f"{name} {took_ms:.1f}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
