"""The tree of commands, and how a failure ends: one sentence, one hint, one exit status.

``run`` and ``script`` take a short way past the command-line library: a till that starts must not
wait for it.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from posframe.errors import PosframeError
from posframe.kernel.domain.card_guard import shown_error

if TYPE_CHECKING:
    import cyclopts

FAILED = 1
UNUSABLE = 2


def run(arguments: list[str]) -> int:
    """Run one command line and return its exit status."""
    try:
        if len(arguments) == 3 and arguments[0] in {"run", "script"} and arguments[1] == "--till":
            return _direct(arguments[0], Path(arguments[2]))
        return _through_app(arguments)
    except PosframeError as error:
        _complain(error)
        return UNUSABLE
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:  # the reader of a pipe has left; there is nobody to tell
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED


def _complain(error: PosframeError) -> None:
    from posframe.cli.lines import paragraph

    shown_error(error)
    paragraph(error.message, first="posframe: ", file=sys.stderr)
    if error.hint:
        paragraph(error.hint, first=" " * len("posframe: "), file=sys.stderr)


def _direct(command: str, folder: Path) -> int:
    from posframe.cli import sell

    return sell.run(till=folder) if command == "run" else sell.script(till=folder)


def _through_app(arguments: list[str]) -> int:
    import cyclopts

    from posframe.version import __version__

    app = cyclopts.App(
        name="posframe",
        help="A point-of-sale till: assemble it, run it, look after it.",
        version=__version__,
        result_action="return_value",
    )
    _mount(app)
    if not arguments:
        app.help_print()
        return 0
    try:
        result = app(arguments, exit_on_error=False, print_error=True)
    except cyclopts.CycloptsError:  # said already, with what was expected
        return UNUSABLE
    return result if isinstance(result, int) else 0


def _mount(app: cyclopts.App) -> None:
    from posframe.cli import (
        approve,
        catalogue,
        day,
        doctor,
        exceptions,
        explain,
        hal,
        journal,
        new,
        operators,
        plugins,
        prices,
        receipts,
        sell,
        shift,
        sim,
        training,
    )

    app.command(sell.run)
    app.command(sell.script)
    app.command(sell.do)
    app.command(exceptions.exceptions)
    app.command(doctor.doctor)
    app.command(explain.explain)
    app.command(approve.approve)
    for module in (
        new,
        operators,
        journal,
        day,
        shift,
        plugins,
        catalogue,
        prices,
        receipts,
        hal,
        sim,
        training,
    ):
        app.command(module.app)
    for extra in plugins.plugin_apps():
        app.command(extra)
