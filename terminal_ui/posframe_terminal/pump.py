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
    DONE,
    Invoked,
    Meaning,
    News,
    Outcome,
    Request,
    Scanned,
    Secret,
    TillDoor,
    Typed,
    Weight,
    no_meaning,
)
from posframe_terminal.fault_code import fault_code
from posframe_terminal.intake import Elsewhere, Item, Key, Paste, Retract, Scan, Weighed
from posframe_terminal.keynames import label_of_key
from posframe_terminal.looking import Looking

if TYPE_CHECKING:
    from collections.abc import Callable

    from posframe_terminal.keys import Action, KeyTable
    from posframe_terminal.paint.screens import Screens
    from posframe_terminal.views import EntryLine, View

BUSY_AFTER_S: Final = 0.05
"""A commit that is done sooner is not worth a word: it would only flicker."""
BACK: Final = "back"
"""What the till is asked for when Esc is pressed with nothing left to clear."""
DOT: Final = "•"

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
        self._door = door
        self._table = table
        self._meaning = meaning
        self._plain = plain
        self._eyes = Looking(door, table, screens, self.desk, self.backlog, self._fail)
        self._ignored = 0

    @property
    def under(self) -> View | None:
        """The screen on which a pop-up stands."""
        return self._eyes.under

    def feed(self, item: Item) -> None:
        """Take an item; it is handled after those before it."""
        self._door.touched()
        if not self.backlog.put(item, self._eyes.shown):
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
        self._eyes.shown = view = self._eyes.look()
        spot = self.desk.spot
        return attrs.evolve(
            view,
            entry=self._entry_line(view),
            hints=self._table.hints(spot.screen),
            marked=spot.marked,
            plain=self._plain,
        )

    async def _handle(self, arrival: Arrival) -> None:
        item, seen = arrival.item, arrival.seen
        popup = self._eyes.kind == "popup"
        match item:
            case Key() if self._strayed(arrival, popup=popup):
                self._ignored += len(item.text)
                words = "A question came up" if popup else "This screen came up"
                self.desk.say(f"{words}: look, and press again.", "warning")
            case Key():
                self._ignored = self._ignored if item.text else 0
                await self._key(item, seen)
            case Scan() if popup and not self._eyes.hears_scans:
                self._hold(item)
            case Scan() | Weighed():
                await self._brought(item, seen)
            case Elsewhere():
                await self._submit(News(screen=self.desk.spot.screen, seen=seen))
            case Paste(text=text, refused=refused):
                self._pasted(text, refused)
            case Retract(count=count):
                self.desk.retract(max(count - self._ignored, 0))
                self._ignored = 0

    async def _brought(self, item: Scan | Weighed, seen: str) -> None:
        """Hand on what a device brought, with what stands on the entry line."""
        screen, text = self.desk.spot.screen, "" if self._eyes.is_private else self.desk.take_text()
        if isinstance(item, Scan):
            scanned = Scanned(screen=screen, code=item.code, source=item.source, aim=item.aim)
            await self._submit(attrs.evolve(scanned, text=text, seen=seen), item)
        elif not text:  # else the operator is keying the weight, and theirs is meant
            await self._submit(Weight(screen=screen, text=item.text, code=item.code, seen=seen))

    async def _key(self, key: Key, seen: str) -> None:
        desk = self.desk
        base = self._eyes.kind == "base"
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

    def _pasted(self, text: str, refused: str) -> None:
        """Add what the terminal put in; a PIN is typed."""
        if refused or self._eyes.is_private:
            self._refuse(refused or "Nothing is pasted here: type it.")
        else:
            self.desk.type(text)

    def _strayed(self, arrival: Arrival, *, popup: bool) -> bool:
        """Tell whether a key came for a question before it showed, or was of another's sign-in."""
        shown, eyes = arrival.shown, self._eyes
        was_private = shown is not None and shown.private
        return (popup or was_private or eyes.is_private) and not eyes.was_shown(shown)

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
        if self._eyes.is_secret:
            secret = Secret(screen=desk.spot.screen, text=text, seen=seen)
            desk.accept()  # whatever becomes of it, it does not stay on the line
            await self._submit(secret)
            return
        counts = desk.spot.screen == "counting"  # there a count is left by .leave
        named = text.startswith(".") and not (counts or self._eyes.is_private)
        if named and (action := self._table.command(text[1:])) is not None:
            desk.accept()
            await self._invoke(action, seen)
            return
        screen = desk.spot.screen
        await self._submit(Typed(screen=screen, text=text, choice=self._choice(), seen=seen))

    async def _chosen(self, seen: str) -> None:
        """Do the marked action of the menu on the screen below, with what stands there."""
        self._eyes.look()  # Enter may have come before what was typed was shown
        action = self._table.command(self._choice())
        if action is None:
            self._refuse("Nothing is named so: type fewer letters, or Esc.")
            return
        self.desk.spots.pop()
        self._eyes.look()
        await self._invoke(action, seen)

    async def _invoke(self, action: Action, seen: str) -> None:
        kind, _, name = action.run.partition(":")
        if kind == "show":
            self.desk.say("")
            self._eyes.go_to(name)
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
            case _:
                raise ValueError(f"the terminal has no function of its own named {name!r}")

    async def _clear(self, seen: str) -> None:
        """Clear one thing; with nothing left to clear, go back."""
        desk = self.desk
        over = self._eyes.kind == "over"
        if over and (desk.spot.text or not self._choice()):
            desk.spot.marked = None  # a row of what that text had found, or how far was read
        if desk.clear():
            return
        if over:
            desk.spots.pop()
            desk.drop_refused()
            self._eyes.release()
        elif desk.spot.screen != "sale":
            await self._submit(self._invoked(BACK, seen))

    def _move(self, step: int) -> None:
        count = self._eyes.view.count if self._eyes.view else 0
        if not count:
            return
        spot = self.desk.spot
        base = self._eyes.kind == "base"
        now = spot.marked if spot.marked is not None else count if base else 0
        spot.marked = min(max(now + step, 0), count - 1)
        self.desk.say("")

    def _invoked(self, action: str, seen: str) -> Invoked:
        screen, text = self.desk.spot.screen, "" if self._eyes.is_private else self.desk.take_text()
        return Invoked(screen=screen, action=action, text=text, choice=self._choice(), seen=seen)

    def _choice(self) -> str:
        return self._eyes.view.choice(self.desk.spot.marked) if self._eyes.view else ""

    async def _submit(self, request: Request, scan: Scan | None = None) -> None:
        """Have the till do it; say so when that takes long."""
        desk, spot = self.desk, self.desk.spot
        slow = asyncio.get_running_loop().call_later(BUSY_AFTER_S, self._show_busy)
        try:
            outcome = await self._door.submit(request)
        except PosframeError as error:
            self._refused(request, spot, str(error))
        else:
            if outcome.holds_scan and scan is not None:
                self._hold(scan)
            elif not isinstance(request, News) or outcome is not DONE:
                spot.text, spot.refused, spot.marked = "", False, None
                self._settle(outcome)
        finally:
            slow.cancel()
            desk.busy = False
        self._eyes.look()  # keys typed ahead belong to the screen that this has led to

    def _refused(self, request: Request, spot: Spot, message: str) -> None:
        """Say why not. A PIN does not stay, nor is what was typed for a sign-in typed over."""
        if self._eyes.is_private:
            spot.text = spot.text if isinstance(request, Scanned) else ""
            self.desk.say(message, "error")
            self.bell()
        else:
            self._refuse(message)

    def _settle(self, outcome: Outcome) -> None:
        self.desk.say(outcome.message, outcome.severity)
        if outcome.severity == "error":
            self.bell()
        if outcome.screen:
            self._eyes.go_to(outcome.screen)
        if outcome.text:
            self.desk.spot.text = outcome.text
        if outcome.marked is not None:
            self.desk.spot.marked = outcome.marked
        if outcome.leaves:
            self.leave(outcome.leaves)

    def _show_busy(self) -> None:
        self.desk.busy = True
        self.present()

    def _hold(self, scan: Scan) -> None:
        if not self._eyes.hold(scan):
            self._refuse("Too many scans are waiting for an answer; this one was dropped.")

    def _entry_line(self, view: View) -> EntryLine:
        """Return the entry as it is shown: a PIN as dots, and no meaning of a sign-in."""
        desk = self.desk
        text, shown = desk.take_text(), desk.entry_line()
        waits = self.backlog.preview() if desk.busy and not view.private else ""
        if view.secret:
            shown = attrs.evolve(shown, text=DOT * len(desk.spot.text))
        return attrs.evolve(
            shown,
            meaning=self._meaning(text, desk.spot.screen) if text and not view.private else "",
            waiting=len(self.backlog) if desk.busy else 0,
            waiting_text=waits,
            scans_held=len(self._eyes.held),
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
