"""The terminal as a plugin: named in till.toml like any other, it brings the screen's actions."""

from __future__ import annotations

from posframe import Action, hookimpl

SELLING = ("sale", "change")


class TerminalPlugin:
    """Actions that only a screen can do."""

    criticality = "degradable"

    def __init__(self, _config: None, _context: object) -> None:
        """Nothing is configured here: keys and colours stand in ``[ui]``."""

    @hookimpl
    def posframe_actions(self) -> list[Action]:
        """Offer what needs a screen."""
        return [
            Action(
                id="learn",
                label="Learn",
                keys=("shift+f2",),
                contexts=SELLING,
                help="Name and price the code that was not found, and sell it.",
            ),
            Action(
                id="yes",
                label="Yes",
                keys=("f5",),
                contexts=("ask",),
                help="Does what was asked about.",
            ),
        ]
