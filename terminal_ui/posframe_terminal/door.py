"""The door to the till: the few things a terminal may ask of it, and what comes back.

Whatever is behind it decides everything: what a text means, what a key is allowed to do, which
screen the state of the sale calls for. Here are only the words of the conversation.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final, Protocol, TypeAlias

import attrs

from posframe_terminal.views import Severity, View

if TYPE_CHECKING:
    from posframe_terminal.intake import Item


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Place:
    """Where the operator is: what a view is asked for, and what a request was made on."""

    screen: str
    text: str = ""
    """The entry line; a search follows it as it is typed."""
    marked: int | None = None
    """Row marked by the arrow keys."""


@attrs.frozen(kw_only=True)
class Typed:
    """A text and Enter."""

    screen: str
    text: str
    choice: str = ""
    """The marked row, by the name that the view gave it."""
    seen: str = ""
    """The view's mark of what the operator saw when pressing the key."""


@attrs.frozen(kw_only=True)
class Scanned:
    """A code from a scanner; ``text`` is what stood in the entry line before it: ``3 *``."""

    screen: str
    code: str
    source: str
    text: str = ""
    seen: str = ""
    aim: str = ""


@attrs.frozen(kw_only=True)
class Weight:
    """The scale's answer to the question how much of ``code`` there is."""

    screen: str
    text: str
    code: str
    seen: str = ""


@attrs.frozen(kw_only=True)
class Invoked:
    """An action, by its key or its name; ``text`` is the entry line: ``3`` of ``3 -``."""

    screen: str
    action: str
    text: str = ""
    choice: str = ""
    seen: str = ""


@attrs.frozen(kw_only=True)
class Secret:
    """A PIN and Enter; nothing that is logged or shown says what it was."""

    screen: str
    text: str = attrs.field(repr=False)
    seen: str = ""


@attrs.frozen(kw_only=True)
class News:
    """What a form waits for may have come from elsewhere: somebody approved it."""

    screen: str
    seen: str = ""


Request: TypeAlias = Typed | Scanned | Weight | Invoked | Secret | News


@attrs.frozen(kw_only=True)
class Outcome:
    """What became of a request that was not refused."""

    message: str = ""
    severity: Severity = "good"
    text: str = ""
    """What stands in the entry line now."""
    screen: str = ""
    """A screen to show over the present one; which one the sale calls for is the view's affair."""
    marked: int | None = None
    """The row that is marked there."""
    holds_scan: bool = False
    """The scan was not for the form that is open: it waits until that is closed."""
    leaves: str = ""
    """Why the terminal ends now; empty: it does not."""


DONE: Final = Outcome()


class TillDoor(Protocol):
    """A till as its terminal sees it."""

    def view(self, place: Place) -> View:
        """Return what to show at ``place``, quickly and without waiting.

        The view may be of another screen when the till's state calls for it: the payment that
        was completed has become the change, a question is open, the recalled sale is back.
        """

    async def submit(self, request: Request) -> Outcome:
        """Do what is asked; return once it is on disk.

        Raises:
            PosframeError: refused; nothing changed and the message tells the operator why.
        """

    def listen(self, changed: Callable[[], None]) -> Callable[[], None]:
        """Call ``changed`` on the loop after each change; return what ends that."""

    def hear(self, feed: Callable[[Item], None]) -> Callable[[], None]:
        """Call ``feed`` on the loop with what devices bring: scans, weights; return the end."""

    def touched(self) -> None:
        """Take note that somebody is there: a key was pressed, or something was scanned."""


Meaning: TypeAlias = Callable[[str, str], str]
"""``meaning(text, screen)``: what Enter would do with the text, in a few words."""


def no_meaning(text: str, screen: str) -> str:
    """Stand in where the grammar is not known: say nothing."""
    del text, screen
    return ""
