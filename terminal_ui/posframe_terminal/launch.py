"""Launch: prepares the process for Textual, runs the app, says why it ended.

The one door into this package that imports no Textual before the environment is in order.
"""

from __future__ import annotations

import os
from functools import cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from posframe_terminal.app import TillApp
    from posframe_terminal.door import Meaning, TillDoor
    from posframe_terminal.keys import KeyTable
    from posframe_terminal.paint.screens import Screens

_OURS: Final = {
    "TEXTUAL_ANIMATIONS": "none",
    "TEXTUAL_DISABLE_KITTY_KEY": "1",  # plain characters are fewer bytes for a scanner's speed
}


def run(app: TillApp) -> str:
    """Run the app until it leaves; return why it did."""
    try:
        return app.run(mouse=False) or ""
    finally:
        app.left()


def make_app(
    door: TillDoor,
    table: KeyTable,
    *,
    screens: Screens | None = None,
    meaning: Meaning | None = None,
    theme: str = "",
    scan_prefix: str = "",
) -> TillApp:
    """Return the app for this process's terminal; ``theme`` empty picks what it can show."""
    served = prepare_environment()
    bare = os.environ.get("TERM", "") in ("linux", "vt220", "vt100")
    from posframe_terminal.app import TillApp
    from posframe_terminal.door import no_meaning

    if served:
        from posframe_terminal.web_driver import TillWebDriver as Driver
    else:
        from posframe_terminal.driver import TillDriver as Driver  # type: ignore[assignment]
    return TillApp(
        door,
        table,
        screens=screens,
        meaning=meaning or no_meaning,
        theme=theme or ("mono" if bare else "dark"),
        plain=bare,
        scan_prefix=scan_prefix,
        driver=Driver,
    )


@cache
def prepare_environment() -> bool:
    """Take out what could change the terminal behind our back; tell whether a browser is served.

    The first call does it, before anything of Textual is imported; later ones only answer.

    Textual reads its variables when it is imported: some press keys, take screenshots or let
    ctrl+c kill the till.
    """
    served = "WebDriver" in os.environ.get("TEXTUAL_DRIVER", "")
    for name in [name for name in os.environ if name.startswith("TEXTUAL_")]:
        del os.environ[name]
    os.environ.update(_OURS)
    os.environ.setdefault("ESCDELAY", "25")
    return served
