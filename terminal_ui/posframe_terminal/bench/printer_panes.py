"""Panes of a printer: the paper that comes out of it, and the drawer on its connector."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from textual.binding import Binding

from posframe_terminal.bench.panes import DevicePane

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.binding import BindingType

    from posframe import Bench, BenchDevice

NEAR_END_LINES = 20


class PrinterPane(DevicePane):
    """A printer: its paper, the newest line at the bottom, and its state below."""

    KEYS = (
        ("C", "Cover"), ("P", "Paper"), ("N", "Near end"), ("J", "Cutter"), ("O", "Power"),
        ("↑↓", "Scroll"),
    )  # fmt: skip
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("c", "cover"),
        Binding("p", "paper"),
        Binding("n", "near_end"),
        Binding("j", "cutter"),
        Binding("o", "power"),
        Binding("up", "scroll(1)"),
        Binding("down", "scroll(-1)"),
        Binding("pageup", "scroll(10)"),
        Binding("pagedown", "scroll(-10)"),
    ]

    def __init__(self, bench: Bench, device: BenchDevice, key: str) -> None:
        super().__init__(bench, device, key)
        self.back = 0
        """Lines scrolled back from the newest."""

    def lines(self) -> Iterable[str]:
        """Return the paper, and what the printer says of itself."""
        room = max(1, self.content_size.height - 2)
        paper = list(self.bench.paper)
        self.back = max(0, min(self.back, len(paper) - room))
        end = len(paper) - self.back
        shown = paper[max(0, end - room) : end]
        more = f" {self.back} more below ↓ " if self.back else ""
        edge = more.center(self.content_size.width, "─")
        return (*[""] * (room - len(shown)), *shown, edge, self._state())

    def action_cover(self) -> None:
        """Open the cover, or close it."""
        self.do("cover close" if self._printer.cover_open else "cover open")

    def action_paper(self) -> None:
        """Take the paper out, or put a new roll in."""
        self.do("paper out" if self._printer.paper != "out" else "paper new")

    def action_near_end(self) -> None:
        """Leave so much paper that its near-end sensor tells."""
        self.do(f"paper {NEAR_END_LINES}")

    def action_cutter(self) -> None:
        """Jam the cutter, or clear it."""
        self.do("cutter clear" if self._printer.cutter_jammed else "cutter jam")

    def action_power(self) -> None:
        """Switch it off, or on."""
        self.do("power off" if self._printer.power else "power on")

    def action_scroll(self, lines: int) -> None:
        """Go back along the paper, or forth."""
        self.back += lines
        self.look()

    @property
    def _printer(self) -> Any:  # noqa: ANN401 - a simulated printer's body
        return self.device.simulator

    def _state(self) -> str:
        printer = self._printer
        if not printer.power:
            return "OFF"
        states = (
            f"paper {printer.paper}",
            "COVER OPEN" if printer.cover_open else "cover closed",
            "CUTTER JAMMED" if printer.cutter_jammed else "cutter ok",
            "stopped" if printer.is_blocked else "ready",
        )
        return ", ".join(states)


class DrawerPane(DevicePane):
    """The cash drawer on a printer's connector."""

    KEYS = (("C", "Close"), ("O", "Open by its key"), ("S", "Stuck, or free"))
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("c", "drawer('close')"),
        Binding("o", "drawer('open')"),
        Binding("s", "stick"),
    ]

    def lines(self) -> Iterable[str]:
        """Return whether it stands open."""
        body: Any = self.device.simulator
        self.set_class(body.drawer_open, "open")
        stuck = ", STUCK" if body.drawer_stuck else ""
        pulses = len(body.printer.kicks)
        return (f"{'*** OPEN ***' if body.drawer_open else 'closed'}{stuck}, {pulses} pulses",)

    def action_drawer(self, how: str) -> None:
        """Push it shut, or open it with its key."""
        self.do(f"drawer {how}")

    def action_stick(self) -> None:
        """Have something keep it from opening, or nothing any more."""
        body: Any = self.device.simulator
        self.do("drawer free" if body.drawer_stuck else "drawer stuck")
