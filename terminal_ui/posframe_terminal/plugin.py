"""The terminal as a plugin: named in till.toml like any other, it brings the screen's actions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from posframe import Action, ConfigurationError, hookimpl

if TYPE_CHECKING:
    from pathlib import Path

    from posframe import Till

SELLING = ("sale", "change")


class TerminalPlugin:
    """Actions that only a screen can do."""

    criticality = "degradable"

    def __init__(self, _config: None, _context: object) -> None:
        """Nothing is configured here: keys and colours stand in ``[ui]``."""

    @staticmethod
    def start(folder: Path, *, line_mode: bool = False) -> int:
        """Sell at the till in ``folder``; ``posframe run`` comes here.

        Raises:
            ConfigurationError: this installation lacks what a screen needs.
            PosframeError: the till cannot start.
        """
        from posframe_terminal.start import start

        try:
            return start(folder, line_mode=line_mode)
        except ModuleNotFoundError as error:
            if error.name and error.name.partition(".")[0] in {"textual", "rich"}:
                raise ConfigurationError(
                    "This installation has no screen", hint="pip install 'posframe[terminal]'"
                ) from error
            raise

    @staticmethod
    def check(till: Till) -> None:
        """Refuse keys that are unknown or clash; ``posframe plugins check`` comes here.

        Raises:
            ConfigurationError: all that is wrong, in one message.
        """
        from posframe_terminal.start import key_table

        key_table(till)

    @hookimpl
    def posframe_actions(self) -> list[Action]:
        """Offer what needs a screen."""
        return [
            Action(
                id="learn",
                label="Learn",
                keys=("shift+f2",),
                contexts=SELLING,
                help="Name and price the code that was not found",
            ),
            Action(
                id="yes",
                label="Yes",
                keys=("f5",),
                contexts=("ask",),
                help="Does what was asked about",
            ),
        ]
