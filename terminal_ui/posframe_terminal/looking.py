"""Looking: which screen stands on top, what it shows, and which scans wait below it.

The till's state calls for a screen; this goes there, keeps what it covers, puts the lock over
everything, and comes back from it to where the same operator was.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from posframe_terminal.desk import Desk, Spot
from posframe_terminal.door import Place

if TYPE_CHECKING:
    from collections.abc import Callable

    from posframe_terminal.backlog import Backlog
    from posframe_terminal.door import TillDoor
    from posframe_terminal.intake import Scan
    from posframe_terminal.keys import KeyTable
    from posframe_terminal.paint.screens import Screens
    from posframe_terminal.views import View

SCANS_HELD_MAX: Final = 100


class Looking:
    """The eyes of one pump, and its way between screens."""

    def __init__(
        self,
        door: TillDoor,
        table: KeyTable,
        screens: Screens,
        desk: Desk,
        backlog: Backlog,
        fail: Callable[[Exception], None],
    ) -> None:
        """``fail`` says that something is broken, and the view of before stays."""
        self.view: View | None = None
        """What the till showed when it was asked last."""
        self.shown: View | None = None
        """What was presented last."""
        self.under: View | None = None
        """The screen on which a pop-up stands."""
        self.held: list[Scan] = []
        """Scans that wait until a pop-up is answered."""
        self._door, self._table, self._screens = door, table, screens
        self._desk, self._backlog, self._fail = desk, backlog, fail

    @property
    def kind(self) -> str:
        """How the screen on top stands to the others."""
        return self._screens.kind(self._desk.spot.screen)

    @property
    def is_private(self) -> bool:
        """Tell whether what is typed here belongs here alone."""
        return self.view is not None and self.view.private

    @property
    def is_secret(self) -> bool:
        """Tell whether what is typed here is a PIN."""
        return self.view is not None and self.view.secret

    @property
    def hears_scans(self) -> bool:
        """Tell whether a scan may be meant for this pop-up."""
        return self.view is not None and self.view.hears_scans

    def was_shown(self, shown: View | None) -> bool:
        """Tell whether ``shown`` asks the same as is asked now."""
        now = self.view
        if shown is None or now is None:
            return False
        return (shown.screen, shown.seen) == (now.screen, now.seen)

    def look(self) -> View:
        """Ask what the till shows here, and go to the screen that its state calls for."""
        try:
            view = self._asked()
        except Exception as error:
            if self.view is None:
                raise  # nothing was ever shown: the till cannot start
            self._fail(error)
            view = self.view
        if view.screen != self._desk.spot.screen:
            view = self._locked(view) or self._unlocked(view)
        if self._screens.kind(view.screen) not in {"popup", "lock"}:
            self.under = view
        self.view = view
        return view

    def go_to(self, screen: str) -> None:
        """Put a screen on top: back to it when it is below, over the others, or in their place."""
        spots = self._desk.spots
        at = next((i for i, spot in enumerate(spots) if spot.screen == screen), None)
        if at is not None:
            del spots[at + 1 :]
            self._desk.drop_refused()
        elif self._screens.kind(screen) == "base":
            spots[:] = [Spot(screen)]
        else:
            spots.append(Spot(screen))
        self.release()

    def hold(self, scan: Scan) -> bool:
        """Keep a scan until the pop-up is answered; False: too many wait."""
        if len(self.held) >= SCANS_HELD_MAX:
            return False
        self.held.append(scan)
        return True

    def release(self) -> None:
        """Let scans that waited for a pop-up go on, before all that came later."""
        if self.held and self.kind != "popup":
            held, self.held = self.held, []
            self._backlog.put_first(held, self.shown)

    def _locked(self, view: View) -> View | None:
        """Put the lock over everything, and forget what was typed; None: it is not locked."""
        if self._screens.kind(view.screen) != "lock":
            return None
        self._desk.forget_all()
        self.held.clear()
        self._desk.spots.append(Spot(view.screen))
        return view

    def _unlocked(self, view: View) -> View:
        """Go where the state leads; behind a lock, where the same operator was."""
        spots = self._desk.spots
        if self.kind == "lock":
            is_same = self.under is not None and self.under.head.owner == view.head.owner
            spots[:] = (spots[:-1] if is_same else []) or [Spot("sale")]
            self.view = view
            view = self._asked()
        if view.screen != self._desk.spot.screen:
            self.go_to(view.screen)
        return view

    def _asked(self) -> View:
        spot = self._desk.spot
        if spot.screen in {"help", "menu"}:
            return self._own()
        text = "" if self.is_private else self._desk.take_text()
        return self._door.view(Place(screen=spot.screen, text=text, marked=spot.marked))

    def _own(self) -> View:
        """Return the help or the menu of the screen below, unless the till is locked."""
        from posframe_terminal.own_views import help_view, menu_view

        assert self.under is not None, "help and menu are shown over a screen"
        spots = self._desk.spots
        about = spots[-2].screen if len(spots) > 1 else "sale"
        present = self._door.view(Place(screen=about))
        if self._screens.kind(present.screen) == "lock":
            return present
        if spots[-1].screen == "help":
            return help_view(self.under, about, self._table)
        return menu_view(self.under, about, self._table, self._desk.take_text())
