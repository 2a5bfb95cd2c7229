"""Practice on the screen: one door to two tills. What is asked goes to the one that is shown.

The live till's counter stays as it is while the shadow till is shown, and is shown again as it was.
A failure inside practice ends it, and nothing else. Who works here is the live till's: its lock
stands before practice, and practice is only for who began it.
"""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Final

import attrs

from posframe import PosframeError, RuleViolation
from posframe_terminal.bursts import reads_as_entry
from posframe_terminal.counter import Counter
from posframe_terminal.door import Invoked, Outcome, Place, Request, Scanned, Typed
from posframe_terminal.fault_code import fault_code
from posframe_terminal.lesson_pages import LessonRow, LessonsView

if TYPE_CHECKING:
    from collections.abc import Callable

    from posframe import Panel, Practice
    from posframe_terminal.intake import Item
    from posframe_terminal.views import View

SCREEN: Final = "lessons"
_ENTRIES: Final = frozenset({".training", ".lessons"})
_ENTERED_ON: Final = frozenset({"sale", "payment", "change", "paying"})
_OF_THE_LIVE_TILL: Final = frozenset({"lock", "signout", "quit"})
"""Actions about who works here, and the end of it all: they are never practised."""
_log = logging.getLogger(__name__)


class PracticeDoor:
    """Implements ``TillDoor`` over a live till's counter, and the shadow till's while it is on."""

    def __init__(
        self,
        live: Counter,
        key_of: Callable[[str], str],
        practice: Practice | None = None,
    ) -> None:
        self.live = live
        self._practice = practice
        self._key_of = key_of
        self._shadow: Counter | None = None
        self._changed: Callable[[], None] | None = None
        self._unlisten: Callable[[], None] | None = None
        self._lessons: tuple[LessonRow, ...] = ()
        self._trainee = ""
        """Who was signed in when practice began; empty where nobody signs in."""

    @property
    def practice(self) -> Practice:
        """Training at the live till; loaded with the first that is asked of it."""
        if self._practice is None:
            from posframe import Practice

            self._practice = Practice(self.live.till)
        return self._practice

    @property
    def now(self) -> Counter:
        """The counter of the till that is shown: a live till that is locked goes before all."""
        shadow = self._shadow
        if shadow is None or _is_locked(self.live) or self._is_another_s:
            return self.live
        return shadow

    def view(self, place: Place) -> View:
        """Return what to show at ``place``, with banner and coach while practice is shown."""
        counter = self.now
        if place.screen == SCREEN and not _is_locked(self.live):
            below = counter.view(attrs.evolve(place, screen="sale", text="", marked=None))
            view: View = LessonsView(head=below.head, money=below.money, rows=self._lessons)
        else:
            view = counter.view(_known(place))
        panel = self.practice.panel() if counter is self._shadow else None
        return view if panel is None else _dressed(view, panel)

    def meaning(self, text: str, screen: str) -> str:
        """Say in a few words what Enter would do with ``text``."""
        if text.partition(" ")[0] in _ENTRIES:
            return "training: nothing there is real"
        return self.now.meaning(text, screen)

    def listen(self, changed: Callable[[], None]) -> Callable[[], None]:
        """Call ``changed`` on the loop after each change of either till."""
        self._changed = changed
        unlisten = self.live.listen(changed)
        self._follow()

        def end() -> None:
            self._unfollow()
            self._changed = None
            unlisten()

        return end

    def hear(self, feed: Callable[[Item], None]) -> Callable[[], None]:
        """Call ``feed`` with what the live till's scanners bring; it is for the till shown."""
        return self.live.hear(feed)

    def touched(self) -> None:
        """Take note that somebody is there: practising, nobody's live till locks."""
        self.live.touched()

    async def submit(self, request: Request) -> Outcome:
        """Do what is asked, at the till that is shown; return once it is on disk there."""
        await self._end_for_another()
        asked = asked_of(request)
        if asked is not None and not _is_locked(self.live):
            return await self._trained(asked)
        counter = self.now
        if counter is self.live:
            outcome = await counter.submit(request)
            await self._end_for_another()
            return outcome
        if isinstance(request, Invoked) and request.action in _OF_THE_LIVE_TILL:
            return await self.live.submit(Invoked(screen="sale", action=request.action))
        return await self._practised(counter, request)

    def close(self) -> None:
        """Leave practice, if it is on."""
        self._unfollow()
        self._shadow = None
        if self._practice is not None:
            self._practice.close()

    @property
    def _is_another_s(self) -> bool:
        """Tell whether somebody else signed in than who practised."""
        return self.live.till.state.control.operator not in {"", self._trainee}

    async def _end_for_another(self) -> None:
        """Leave the practice of somebody else than who works here now."""
        if self._shadow is not None and self._is_another_s:
            self._unfollow()
            await asyncio.to_thread(self.close)

    async def _practised(self, counter: Counter, request: Request) -> Outcome:
        before = self.practice.refusals
        try:
            return await counter.submit(request)
        except PosframeError as error:
            is_empty = isinstance(request, Typed) and not request.text  # a key too many, no mistake
            if self.practice.refusals == before and not is_empty:
                self.practice.refused(error)
            raise
        except Exception as error:
            code = fault_code(error)
            _log.error("%s in training", code, exc_info=error)
            await asyncio.to_thread(self.close)
            raise RuleViolation(
                f"Training stopped: something failed there ({code})",
                hint="from here on everything is real",
            ) from error

    async def _trained(self, asked: str) -> Outcome:
        if asked == SCREEN:
            self._lessons = await asyncio.to_thread(self._rows)
            return Outcome(screen=SCREEN)
        self._unfollow()
        try:
            words = await asyncio.to_thread(self.practice.ask, asked)
        finally:
            self._take_up()
        return Outcome(message=words, screen="sale")

    def _take_up(self) -> None:
        """Show the till that is at hand after training began, began anew or ended."""
        shadow = self.practice.shadow
        if shadow is None:
            self._shadow = None
        elif self._shadow is None or self._shadow.till is not shadow:
            self._shadow = Counter(shadow, self._key_of)
            self._trainee = self.live.till.state.control.operator
        self._follow()

    def _follow(self) -> None:
        if self._shadow is not None and self._changed is not None and self._unlisten is None:
            self._unlisten = self._shadow.listen(self._changed)

    def _unfollow(self) -> None:
        unlisten, self._unlisten = self._unlisten, None
        if unlisten is not None:
            unlisten()

    def _rows(self) -> tuple[LessonRow, ...]:
        found = [
            LessonRow(id=each.id, title=each.title, note=each.note)
            for each in self.practice.lessons()
        ]
        free = LessonRow(id="", title="Practise freely", note="no lesson, no score")
        back = LessonRow(id="off", title="Leave training", note="everything is real again")
        return (free, *found, back) if self._shadow is not None else (free, *found)


def asked_of(request: Request) -> str | None:
    """Return what is asked about training, as it is typed after ``.training``; None: nothing.

    The list of lessons is asked for by its screen's name.
    """
    match request:
        case Typed(screen=screen, choice=choice) if screen == SCREEN:
            return choice
        case Invoked(action="training", text=text):
            return text.strip()
        case Invoked(action="lessons"):
            return SCREEN
        case Typed(screen=screen, text=text) if screen in _ENTERED_ON:
            return _entered(text)
        case Scanned(screen=screen, text=text, code=code) if screen in _ENTERED_ON:
            return _entered(f"{text}{code}") if reads_as_entry(code) else None
    return None


def _entered(text: str) -> str | None:
    name, _, words = text.strip().partition(" ")
    if name not in _ENTRIES:
        return None
    return SCREEN if name == ".lessons" else words.strip()


def _dressed(view: View, panel: Panel) -> View:
    """Return a view with the banner, and a coach's two rows while a lesson is on."""
    at = f"{panel.step}/{panel.steps} " if panel.step else ""
    coach = (f"{at}{panel.say}", panel.hint) if panel.say else ()
    head = attrs.evolve(view.head, training=panel.banner, coach=coach)
    return attrs.evolve(view, head=head)


def _known(place: Place) -> Place:
    """Return a place that a counter knows."""
    return attrs.evolve(place, screen="sale") if place.screen == SCREEN else place


def _is_locked(counter: Counter) -> bool:
    """Tell whether operators sign in at its till, and nobody is."""
    return counter.till.signing.is_on and not counter.till.state.control.operator
