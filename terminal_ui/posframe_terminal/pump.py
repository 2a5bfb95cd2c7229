"""The pump: takes what comes in, one thing after another, and has the till do it.

Every item waits until the one before it is on disk, so nothing overtakes anything and nothing
is lost under a pop-up or a slow commit. No rule of selling is here, and no Textual.
"""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Final

import attrs

from posframe import PosframeError
from posframe_terminal.backlog import Arrival, Backlog
from posframe_terminal.desk import Desk, Spot
from posframe_terminal.door import (
    Invoked,
    Meaning,
    Outcome,
    Place,
    Request,
    Scanned,
    TillDoor,
    Typed,
    Weight,
    no_meaning,
)
from posframe_terminal.fault_code import fault_code
from posframe_terminal.intake import Item, Key, Paste, Retract, Scan, Weighed
from posframe_terminal.keynames import label_of_key

if TYPE_CHECKING:
    from collections.abc import Callable

    from posframe_terminal.keys import Action, KeyTable
    from posframe_terminal.paint.screens import Screens
    from posframe_terminal.views import EntryLine, View

BUSY_AFTER_S: Final = 0.05
"""A commit that is done sooner is not worth a word: it would only flicker."""
SCANS_HELD_MAX: Final = 100
BACK: Final = "back"
"""What the till is asked for when Esc is pressed with nothing left to clear."""

_log = logging.getLogger(__name__)


class Pump:
    """One per terminal: desk, backlog and the way to the till."""

    def __init__(
        self,
        door: TillDoor,
        table: KeyTable,
        screens: Screens,
        *,
        meaning: Meaning = no_meaning,
        plain: bool = False,
    ) -> None:
        """``meaning`` tells what the entry stands for; ``plain`` glyphs suit a bare console."""
        self.desk = Desk()
        self.backlog = Backlog()
        self.present: Callable[[], None] = lambda: None
        """Show the view again; the app puts its own here."""
        self.bell: Callable[[], None] = lambda: None
        self.leave: Callable[[str], None] = lambda _why: None
        """End the terminal; the app puts its own here."""
        self.under: View | None = None
        """The screen on which a pop-up stands."""
        self._door = door
        self._table = table
        self._screens = screens
        self._meaning = meaning
        self._plain = plain
        self._view: View | None = None
        self._shown: View | None = None
        self._held: list[Scan] = []
        self._ignored = 0

    def feed(self, item: Item) -> None:
        """Take an item; it is handled after those before it."""
        if not self.backlog.put(item, self._shown):
            self.desk.say("Too many keys are waiting; the last ones were dropped.", "error")
            self.bell()
        if self.desk.busy:
            self.present()

    async def run(self) -> None:
        """Handle items for ever; a failure is shown and the next item is handled."""
        while True:
            arrival = await self.backlog.get()
            try:
                await self._handle(arrival)
            except Exception as error:  # noqa: BLE001 - a pump that dies leaves a deaf till
                self._fail(error)
            if not self.backlog:
                self.present()

    def view(self) -> View:
        """Return what to show now, the terminal's own part included."""
        self._shown = view = self._look()
        spot = self.desk.spot
        return attrs.evolve(
            view,
            entry=self._entry_line(),
            hints=self._table.hints(spot.screen),
            marked=spot.marked,
            plain=self._plain,
        )

    async def _handle(self, arrival: Arrival) -> None:
        item, seen = arrival.item, arrival.seen
        popup = self._screens.kind(self.desk.spot.screen) == "popup"
        match item:
            case Key() if popup and not self._was_shown(arrival):
                self._ignored += len(item.text)
                self.desk.say("A question came up: look, and press again.", "warning")
            case Key():
                self._ignored = self._ignored if item.text else 0
                await self._key(item, seen)
            case Scan() if popup:
                self._hold(item)
            case Scan() | Weighed():
                await self._brought(item, seen)
            case Paste(text=text, refused=refused):
                if refused:
                    self._refuse(refused)
                else:
                    self.desk.type(text)
            case Retract(count=count):
                self.desk.retract(max(count - self._ignored, 0))
                self._ignored = 0

    async def _brought(self, item: Scan | Weighed, seen: str) -> None:
        """Hand on what a device brought, with what stands on the entry line."""
        screen, text = self.desk.spot.screen, self.desk.take_text()
        if isinstance(item, Scan):
            scanned = Scanned(screen=screen, code=item.code, source=item.source, aim=item.aim)
            await self._submit(attrs.evolve(scanned, text=text, seen=seen))
        elif not text:  # else the operator is keying the weight, and theirs is meant
            await self._submit(Weight(screen=screen, text=item.text, code=item.code, seen=seen))

    async def _key(self, key: Key, seen: str) -> None:
        desk = self.desk
        base = self._screens.kind(desk.spot.screen) == "base"
        if key.name == "enter" and desk.spot.refused and (base or desk.spot.screen == "receipt"):
            desk.say("That was refused: type it again, or clear it with Esc.", "warning")
            return  # not as if nothing had been typed: that pays or returns all there is
        action = self._table.find(desk.spot.screen, key.name) if key.name else None
        if action is not None and key.text and not self._acts(action):
            action = None
        if action is not None:
            await self._invoke(action, seen)
        elif key.name == "enter":
            await self._enter(seen)
        elif key.name == "backspace":
            desk.rub_out()
        elif key.text:
            desk.type(key.text)
        else:
            desk.say(f"{label_of_key(key.name)} does nothing here.")

    def _was_shown(self, arrival: Arrival) -> bool:
        """Tell whether the operator saw the present question when the item came."""
        shown, now = arrival.shown, self._view
        return (
            shown is not None
            and now is not None
            and ((shown.screen, shown.seen) == (now.screen, now.seen))
        )

    def _acts(self, action: Action) -> bool:
        """Tell whether an action's character acts here, or is text."""
        desk = self.desk
        return desk.keys_act() and not (action.on_empty_only and desk.take_text())

    async def _enter(self, seen: str) -> None:
        desk = self.desk
        text = desk.take_text()
        if desk.spot.screen == "menu":
            await self._chosen(seen)
            return
        if text.startswith(".") and (action := self._table.command(text[1:])) is not None:
            desk.accept()
            await self._invoke(action, seen)
            return
        screen = desk.spot.screen
        await self._submit(Typed(screen=screen, text=text, choice=self._choice(), seen=seen))

    async def _chosen(self, seen: str) -> None:
        """Do the marked action of the menu on the screen below, with what stands there."""
        action = self._table.command(self._choice())
        if action is None:
            self._refuse("Nothing is named so: type fewer letters, or Esc.")
            return
        self.desk.spots.pop()
        self._look()
        await self._invoke(action, seen)

    async def _invoke(self, action: Action, seen: str) -> None:
        kind, _, name = action.run.partition(":")
        if kind == "show":
            self.desk.say("")
            self._go_to(name)
        elif kind == "local":
            await self._local(name, seen)
        else:
            await self._submit(self._invoked(action.id, seen))

    async def _local(self, name: str, seen: str) -> None:
        match name:
            case "clear":
                await self._clear(seen)
            case "enter":
                await self._enter(seen)
            case "up" | "down" | "page_up" | "page_down":
                self._move(_STEPS[name])
            case "quit":
                self.leave("Left by the operator; what was open will be there again.")
            case _:
                raise ValueError(f"the terminal has no function of its own named {name!r}")

    async def _clear(self, seen: str) -> None:
        """Clear one thing; with nothing left to clear, go back."""
        desk = self.desk
        over = self._screens.kind(desk.spot.screen) == "over"
        if over and (desk.spot.text or not self._choice()):
            desk.spot.marked = None  # a row of what that text had found, or how far was read
        if desk.clear():
            return
        if over:
            desk.spots.pop()
            desk.drop_refused()
            self._release()
        elif desk.spot.screen != "sale":
            await self._submit(self._invoked(BACK, seen))

    def _move(self, step: int) -> None:
        count = self._view.count if self._view else 0
        if not count:
            return
        spot = self.desk.spot
        base = self._screens.kind(spot.screen) == "base"
        now = spot.marked if spot.marked is not None else count if base else 0
        spot.marked = min(max(now + step, 0), count - 1)
        self.desk.say("")

    def _invoked(self, action: str, seen: str) -> Invoked:
        screen, text = self.desk.spot.screen, self.desk.take_text()
        return Invoked(screen=screen, action=action, text=text, choice=self._choice(), seen=seen)

    def _choice(self) -> str:
        return self._view.choice(self.desk.spot.marked) if self._view else ""

    async def _submit(self, request: Request) -> None:
        """Have the till do it; say so when that takes long."""
        desk, spot = self.desk, self.desk.spot
        slow = asyncio.get_running_loop().call_later(BUSY_AFTER_S, self._show_busy)
        try:
            outcome = await self._door.submit(request)
        except PosframeError as error:
            self._refuse(str(error))
        else:
            spot.text, spot.refused, spot.marked = "", False, None
            self._settle(outcome)
        finally:
            slow.cancel()
            desk.busy = False
        self._look()  # keys typed ahead belong to the screen that this has led to

    def _settle(self, outcome: Outcome) -> None:
        self.desk.say(outcome.message, outcome.severity)
        if outcome.severity == "error":
            self.bell()
        if outcome.screen:
            self._go_to(outcome.screen)
        if outcome.text:
            self.desk.spot.text = outcome.text
        if outcome.marked is not None:
            self.desk.spot.marked = outcome.marked

    def _show_busy(self) -> None:
        self.desk.busy = True
        self.present()

    def _go_to(self, screen: str) -> None:
        """Put a screen on top: back to it when it is below, over the others, or in their place."""
        spots = self.desk.spots
        at = next((i for i, spot in enumerate(spots) if spot.screen == screen), None)
        if at is not None:
            del spots[at + 1 :]
            self.desk.drop_refused()
        elif self._screens.kind(screen) == "base":
            spots[:] = [Spot(screen)]
        else:
            spots.append(Spot(screen))
        self._release()

    def _hold(self, scan: Scan) -> None:
        if len(self._held) >= SCANS_HELD_MAX:
            self._refuse("Too many scans are waiting for an answer; this one was dropped.")
        else:
            self._held.append(scan)

    def _release(self) -> None:
        """Let scans that waited for a pop-up go on, before all that came later."""
        if self._held and self._screens.kind(self.desk.spot.screen) != "popup":
            held, self._held = self._held, []
            self.backlog.put_first(held, self._shown)

    def _look(self) -> View:
        """Ask what the till shows here, and go to the screen that its state calls for."""
        try:
            view = self._asked_view()
        except Exception as error:
            if self._view is None:
                raise  # nothing was ever shown: the till cannot start
            self._fail(error)
            view = self._view
        if view.screen != self.desk.spot.screen:
            self._go_to(view.screen)
        if self._screens.kind(view.screen) != "popup":
            self.under = view
        self._view = view
        return view

    def _asked_view(self) -> View:
        spot = self.desk.spot
        if spot.screen == "help":
            return self._help()
        if spot.screen == "menu":
            return self._menu()
        return self._door.view(
            Place(screen=spot.screen, text=self.desk.take_text(), marked=spot.marked)
        )

    def _help(self) -> View:
        """Return the keys of the screen below: the one view that the terminal makes by itself."""
        from posframe_terminal.grammar import GRAMMAR
        from posframe_terminal.pages import HelpView

        below, about = self._below()
        return HelpView(
            head=below.head,
            money=below.money,
            seen=below.seen,
            about=about,
            keys=self._table.hints(about),
            grammar=GRAMMAR.get(about, ()),
        )

    def _menu(self) -> View:
        """Return all that can be done on the screen below, as far as it is named as typed."""
        from posframe_terminal.pages import MenuView

        below, about = self._below()
        wanted = self.desk.take_text().strip().lower()
        rows = [hint for hint in self._table.offered(about) if hint.action != "menu"]
        named = [hint for hint in rows if wanted in f"{hint.label} {hint.action}".lower()]
        rows = named or [hint for hint in rows if wanted in hint.help.lower()]
        return MenuView(
            head=below.head, money=below.money, seen=below.seen, about=about, rows=tuple(rows)
        )

    def _below(self) -> tuple[View, str]:
        """Return the view below this one, and the name of its screen."""
        assert self.under is not None, "help and menu are shown over a screen"
        spots = self.desk.spots
        return self.under, spots[-2].screen if len(spots) > 1 else "sale"

    def _entry_line(self) -> EntryLine:
        desk = self.desk
        text = desk.take_text()
        return attrs.evolve(
            desk.entry_line(),
            meaning=self._meaning(text, desk.spot.screen) if text else "",
            waiting=len(self.backlog) if desk.busy else 0,
            waiting_text=self.backlog.preview() if desk.busy else "",
            scans_held=len(self._held),
        )

    def _refuse(self, message: str) -> None:
        self.desk.refuse(message)
        self.bell()

    def _fail(self, error: Exception) -> None:
        """Show that something is broken, with a code by which support finds where."""
        code = fault_code(error)
        _log.error("%s while handling input", code, exc_info=error)
        self._refuse(f"Something failed inside the till. Call support and say {code}.")


_STEPS: Final = {"up": -1, "down": 1, "page_up": -10, "page_down": 10}
