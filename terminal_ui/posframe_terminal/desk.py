"""The desk: what the terminal remembers by itself. Screens, entry, mark, message; no sale.

Plain values that change as keys are handled; ``pump`` changes them, ``paint`` shows them through
a view. All of it may be lost at any moment without anything of the sale being lost.
"""

from __future__ import annotations

import re
from typing import Final

import attrs

from posframe_terminal.views import EntryLine, Severity

TEXT_LENGTH_MAX: Final = 1000
"""Room for the longest scan on top of what was typed."""
_ENTRY_FOR_KEYS: Final = re.compile(r"[0-9.,*x ]*")
"""While the entry is empty or figures, character keys act; in words they are letters."""


@attrs.define
class Spot:
    """One screen of the stack with the entry line that belongs to it."""

    screen: str
    text: str = attrs.field(default="", repr=False)  # it may be a PIN
    refused: bool = False
    marked: int | None = None


@attrs.define
class Desk:
    """The terminal's own state."""

    spots: list[Spot] = attrs.field(factory=lambda: [Spot("sale")])
    message: str = ""
    severity: Severity = "info"
    busy: bool = False

    @property
    def spot(self) -> Spot:
        """The screen that takes the keys."""
        return self.spots[-1]

    def type(self, text: str) -> None:
        """Add to the entry; after a refusal the text starts afresh."""
        spot = self.spot
        before = "" if spot.refused else spot.text
        spot.text = (before + text)[:TEXT_LENGTH_MAX]
        spot.refused = False
        self.say("")

    def rub_out(self) -> None:
        """Take the last character back."""
        self.spot.text = self.spot.text[:-1]
        self.spot.refused = False
        self.say("")

    def retract(self, count: int) -> None:
        """Take back characters that were a scan, also from below a pop-up that came up amid it."""
        for spot in reversed(self.spots):
            taken = min(count, len(spot.text))
            spot.text = spot.text[: len(spot.text) - taken]
            count -= taken

    def clear(self) -> bool:
        """Clear the entry, else the mark; False when neither was there. The message goes always."""
        spot = self.spot
        if spot.text:
            spot.text, spot.refused = "", False
        elif spot.marked is not None:
            spot.marked = None
        else:
            self.say("")
            return False
        self.say("")
        return True

    def say(self, message: str, severity: Severity = "info") -> None:
        """Show a message on the entry line until the next key."""
        self.message, self.severity = message, severity

    def refuse(self, message: str) -> None:
        """Say why not; what was typed stays in sight to be mended or typed over."""
        self.spot.refused = bool(self.spot.text)
        self.say(message, "error")

    def accept(self, text: str = "") -> None:
        """Forget what was typed and marked: it is done. ``text`` is what stands there now."""
        self.spot.text, self.spot.refused, self.spot.marked = text, False, None

    def forget_all(self) -> None:
        """Forget what was typed on any screen: somebody else may come to read it."""
        for spot in self.spots:
            spot.text, spot.refused = "", False
        self.say("")

    def drop_refused(self) -> None:
        """Forget a refused text: who comes back from another screen begins afresh."""
        if self.spot.refused:
            self.spot.text, self.spot.refused = "", False

    def take_text(self) -> str:
        """Return what counts as entered; a refused text does not."""
        return "" if self.spot.refused else self.spot.text

    def keys_act(self) -> bool:
        """Tell whether a character key acts here, or is a letter of what is being typed."""
        text = self.take_text()
        return not text.startswith(".") and _ENTRY_FOR_KEYS.fullmatch(text) is not None

    def entry_line(self) -> EntryLine:
        """Return the entry as a view shows it, before what the queue and the grammar add."""
        return EntryLine(
            text=self.spot.text,
            refused=self.spot.refused,
            message=self.message,
            severity=self.severity,
            busy=self.busy,
        )
