"""The terminal as a plugin: named in till.toml like any other, it brings the screen's actions."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from posframe import Action, ConfigurationError, hookimpl

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from posframe import Bench, Till
    from posframe_terminal.bench.panes import Codes

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
        with _screen_needed():
            from posframe_terminal.start import start

            return start(folder, line_mode=line_mode)

    @staticmethod
    def bench(bench: Bench, codes: Codes, notice: Sequence[str]) -> int:
        """Show the panel of a bench of devices; ``posframe sim bench`` comes here.

        Raises:
            ConfigurationError: this installation lacks what a screen needs.
            PosframeError: the devices cannot be served.
        """
        with _screen_needed():
            from posframe_terminal.bench.start import start

            return start(bench, codes, notice)

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
                permission="learn",
            ),
            Action(
                id="yes",
                label="Yes",
                keys=("f5",),
                contexts=("ask",),
                help="Does what was asked about",
            ),
            Action(
                id="print_code",
                label="Print",
                keys=("f11",),
                contexts=("paying",),
                help="Prints the code that the customer scans to pay",
                permission="sell",
            ),
            *_payment_actions(),
            *_return_actions(),
        ]


def _payment_actions() -> list[Action]:
    """Return what can be said of the marked payment in the list of open ones."""
    said = "resolve_payment"
    return [
        Action(
            id=id_,
            label=label,
            keys=(key,),
            contexts=("payments",),
            help=words,
            permission=permission,
        )
        for id_, label, key, permission, words in (
            ("payment_cancel", "Cancel", "f5", "sell", "Asks the terminal to give the payment up"),
            ("payment_paid", "Paid", "f6", said, "A person read off the slip that it was paid"),
            ("payment_not_paid", "Not paid", "f7", said, "A person knows that nothing was paid"),
            (
                *("payment_given_back", "Given back", "f8", "given_back"),
                "A person gave the money back another way",
            ),
        )
    ]


def _return_actions() -> list[Action]:
    """Return what can be done with the receipt that is looked at."""
    return [
        Action(
            id=id_,
            label=label,
            keys=(key,),
            contexts=contexts,
            help=words,
            permission=permission,
        )
        for id_, label, key, contexts, permission, words in (
            (
                *("return_all", "All", "f9", ("receipt",), "return"),
                "All that is left of it comes back",
            ),
            (
                *("condition", "Condition", "f6", ("receipt",), "return"),
                "The next condition, as damaged",
            ),
            (
                *("return_blind", "No receipt", "f8", ("returns", "sold")),
                "return_without_receipt",
                "The goods whose code is typed come back without a receipt",
            ),
        )
    ]


@contextlib.contextmanager
def _screen_needed() -> Iterator[None]:
    """Say what is missing where Textual is not installed."""
    try:
        yield
    except ModuleNotFoundError as error:
        if error.name and error.name.partition(".")[0] in {"textual", "rich"}:
            raise ConfigurationError(
                "This installation has no screen", hint="pip install 'posframe[terminal]'"
            ) from error
        raise
