"""Start of the panel: prepares the process for Textual, shows the panel until it is left."""

from __future__ import annotations

from typing import TYPE_CHECKING

from posframe_terminal.launch import prepare_environment

if TYPE_CHECKING:
    from collections.abc import Sequence

    from posframe import Bench
    from posframe_terminal.bench.panes import Codes


def start(bench: Bench, codes: Codes, notice: Sequence[str]) -> int:
    """Show the panel until it is left; return the exit status.

    Raises:
        PosframeError: the devices cannot be served.
    """
    prepare_environment()
    from posframe_terminal.bench.app import BenchApp

    error = BenchApp(bench, codes, notice).run(mouse=False)
    if error is not None:
        raise error
    return 0
