"""Panes of the bench: one a device, with its state, and the keys of a person's hands on it."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding
from textual.message import Message
from textual.widgets import Static

from posframe import PosframeError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual import events
    from textual.binding import BindingType

    from posframe import Bench, BenchDevice

Codes = tuple[tuple[str, str], ...]
"""Codes of a shop, with the name of what has them."""
GRAMS_MAX = 30_000
BAR_GRAMS = 5_000
CODES_SHOWN = 3


class DevicePane(Static, can_focus=True):
    """A device that is looked at, and told what F8 is typed for."""

    KEYS: ClassVar[tuple[tuple[str, str], ...]] = ()
    """(key, what it does), for the footer."""

    class Said(Message):
        """Something for the operator to read: why an act was not done."""

        def __init__(self, words: str) -> None:
            super().__init__()
            self.words = words

    def __init__(self, bench: Bench, device: BenchDevice, key: str, title: str = "") -> None:
        """``key`` leads to the pane; ``title``: what it shows, if not the device itself."""
        super().__init__(markup=False)
        self.bench = bench
        self.device = device
        self._title = f"{key} {title or device.name}"
        self._shown: object = None

    def lines(self) -> Iterable[str]:
        """Return what the pane shows."""
        return self.device.view()

    def look(self) -> None:
        """Show the device as it is now."""
        line = self.device.line
        till = "till connected" if line.connected else "no till"
        shown = (tuple(self.lines()), till if line.plugged else "CABLE PULLED")
        if shown != self._shown:
            self._shown = shown
            self.border_title = f"{self._title}: {shown[1]}"
            self.set_class(not line.plugged, "pulled")
            self.update("\n".join(shown[0]))

    def do(self, words: str) -> bool:
        """Do what a person does; say why where it cannot be done."""
        try:
            self.device.do(words)
        except PosframeError as error:
            self.post_message(self.Said(f"{error.message}  {error.hint}".strip()))
            return False
        self.bench.note(self.device.name, words)
        self.look()
        return True

    def cable(self) -> None:
        """Pull the cable, or put it back in."""
        if self.device.line.plugged:
            self.device.line.pull()
        else:
            self.device.line.plug()
        self.look()


class DisplayPane(DevicePane):
    """A customer display: its rows, without the frame."""

    def lines(self) -> Iterable[str]:
        """Return what a customer reads."""
        return (row for row in self.device.view() if row.startswith("|"))


class ScalePane(DevicePane):
    """A scale: weights are put on it in steps, or typed in kilograms."""

    KEYS = (
        ("0-9 Enter", "Put kg"),
        ("←→", "5 g"),
        ("↑↓", "100 g"),
        ("T", "Take off"),
        ("J", "Jolt"),
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "more(-5)"),
        Binding("right", "more(5)"),
        Binding("down", "more(-100)"),
        Binding("up", "more(100)"),
        Binding("t,delete", "take"),
        Binding("j", "jolt"),
        Binding("enter", "typed"),
        Binding("backspace", "erase"),
        Binding("escape", "forget"),
    ]

    def __init__(self, bench: Bench, device: BenchDevice, key: str) -> None:
        super().__init__(bench, device, key)
        self.grams = 0
        self.typed = ""

    def lines(self) -> Iterable[str]:
        """Return the platter, then what the scale says."""
        width = max(8, self.content_size.width - 2)
        filled = min(width, self.grams * width // BAR_GRAMS)
        on_it = f"put {self.typed}_" if self.typed else f"on it {kilograms(self.grams)} kg"
        bar = f"[{'#' * filled}{'.' * (width - filled)}]"
        return (on_it, bar, ", ".join(self.device.view()))

    def on_key(self, event: events.Key) -> None:
        """Take a typed weight."""
        character = event.character or ""
        if character in "0123456789.," and character and len(self.typed) < 8:
            self.typed += character.replace(",", ".")
            event.stop()
            self.look()

    def action_more(self, grams: int) -> None:
        """Put so much more on the platter, or take it off."""
        self._put(min(GRAMS_MAX, max(0, self.grams + grams)))

    def action_take(self) -> None:
        """Take everything off."""
        self._put(0)

    def action_jolt(self) -> None:
        """Knock against it."""
        self.do("jolt")

    def action_typed(self) -> None:
        """Put the weight that was typed."""
        grams = in_grams(self.typed)
        self.typed = ""
        if grams is not None:
            self._put(grams)
        self.look()

    def action_erase(self) -> None:
        """Take back a digit."""
        self.typed = self.typed[:-1]
        self.look()

    def action_forget(self) -> None:
        """Take back what was typed."""
        self.typed = ""
        self.look()

    def _put(self, grams: int) -> None:
        if self.do(f"put {kilograms(grams)}" if grams else "take"):
            self.grams = grams
            self.look()


class ScannerPane(DevicePane):
    """A scanner: a code is typed or chosen from those of the shop, Enter scans it."""

    KEYS = (("type", "Code or name"), ("↑↓", "Choose"), ("Enter", "Scan"), ("Esc", "Clear"))
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "choose(-1)"),
        Binding("down", "choose(1)"),
        Binding("enter", "scan"),
        Binding("backspace", "erase"),
        Binding("escape", "forget"),
    ]

    def __init__(self, bench: Bench, device: BenchDevice, key: str, codes: Codes) -> None:
        super().__init__(bench, device, key)
        self.codes = codes
        self.typed = ""
        self.chosen = -1

    def found(self) -> tuple[tuple[str, str], ...]:
        """Return the codes that what is typed could mean."""
        wanted = self.typed.lower()
        return tuple(
            pair for pair in self.codes if pair[0].startswith(wanted) or wanted in pair[1].lower()
        )

    def lines(self) -> Iterable[str]:
        """Return what is typed, codes to choose from, and what the scanner says."""
        found = self.found()
        first = max(0, min(self.chosen - CODES_SHOWN // 2, len(found) - CODES_SHOWN))
        rows = [
            f"{'>' if at == self.chosen else ' '}{code} {name}"
            for at, (code, name) in enumerate(found[first : first + CODES_SHOWN], start=first)
        ]
        blank = [""] * (CODES_SHOWN - len(rows))
        return (f"scan {self.typed}_", *rows, *blank, ", ".join(self.device.view()))

    def on_key(self, event: events.Key) -> None:
        """Take a typed character."""
        if event.is_printable and event.character and len(self.typed) < 100:
            self.typed += event.character
            self.chosen = -1
            event.stop()
            self.look()

    def action_choose(self, step: int) -> None:
        """Go through the codes."""
        found = self.found()
        self.chosen = max(-1, min(len(found) - 1, self.chosen + step))
        self.look()

    def action_scan(self) -> None:
        """Scan the chosen code, or the one that was typed, or the last one again."""
        found = self.found()
        code = found[self.chosen][0] if 0 <= self.chosen < len(found) else self.typed
        if code and self.do(f"scan {code}"):
            self.typed = "" if self.chosen < 0 else self.typed
        self.look()

    def action_erase(self) -> None:
        """Take back a character."""
        self.typed, self.chosen = self.typed[:-1], -1
        self.look()

    def action_forget(self) -> None:
        """Clear the box."""
        self.typed, self.chosen = "", -1
        self.look()


def kilograms(grams: int) -> str:
    """Return grams as people say them to the scale: ``1.250``."""
    return f"{grams // 1000}.{grams % 1000:03d}"


def in_grams(text: str) -> int | None:
    """Return what ``1.25`` kilograms are in grams; None where it is no weight."""
    whole, _, part = text.partition(".")
    if not (whole + part).isdecimal() or len(part) > 3:
        return None
    return min(GRAMS_MAX, int(whole or "0") * 1000 + int(part.ljust(3, "0")))
