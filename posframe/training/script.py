"""The script door with training: entries go to the live till, or to the shadow till while it is on.

An answer of the shadow till says ``"training": true``, and under ``coach`` what a lesson asks for.
Who works here is the live till's: its lock stands before practice, and whoever else signs in here
ends it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from posframe.errors import PosframeError
from posframe.people_told import is_locked
from posframe.script import Script
from posframe.training.practice import Practice

if TYPE_CHECKING:
    from collections.abc import Callable

    from posframe.kernel.domain.entry import Show
    from posframe.kernel.domain.transaction import Transaction
    from posframe.session import Session
    from posframe.till import Till
    from posframe.training.panel import Panel

SCREENS = frozenset({"training", "lessons"})
_OF_THE_LIVE_TILL = frozenset({"lock", "signin", "signout"})
"""Entries about who works here: they are never practised."""


class PracticeScript:
    """One scripted session at a till that may be in training."""

    def __init__(self, till: Till, *, full: bool = False, practice: Practice | None = None) -> None:
        self.till = till
        self.practice = practice or Practice(till)
        self._full = full
        self._live = _Watched(till, self, full=full)
        self._shadow: _Watched | None = None
        self._trainee = ""
        """Who was signed in at the live till when practice began."""
        self.asked: Show | None = None
        """What was typed about training, until it is done."""

    @property
    def session(self) -> Session:
        """What the next entry is about; a PIN that is asked for is the live till's."""
        return self._of("").session

    def line(self, text: str) -> dict[str, Any]:
        """Do one line and return what came of it, ready for JSON."""
        return self._told(self._of(text), lambda script: script.line(text))

    def scan(self, code: str, aim: str = "") -> dict[str, Any]:
        """Add what a scanner read and return what came of it, ready for JSON."""
        return self._told(self._of(""), lambda script: script.scan(code, aim))

    def close(self) -> None:
        """Leave training, if it is on."""
        self.practice.close()

    def _of(self, text: str) -> _Watched:
        """Return whose an entry is: about who works here it is the live till's."""
        name = text.strip().partition(" ")[0].lower()
        is_about_people = name[:1] in {".", "@"} and name[1:] in _OF_THE_LIVE_TILL
        asks_pin = self._live.session.wants_pin
        return self._live if is_about_people or asks_pin else self._now

    @property
    def _now(self) -> _Watched:
        shadow = self.practice.shadow
        if shadow is None:
            self._shadow = None
            return self._live
        if is_locked(self.till):
            return self._live
        if self._shadow is None or self._shadow.till is not shadow:
            self._shadow = _Watched(shadow, self, full=self._full)
        return self._shadow

    def _told(self, script: _Watched, do: Callable[[Script], dict[str, Any]]) -> dict[str, Any]:
        self.asked = None
        before = self._operator
        answer = do(script)
        if self.asked is not None:
            answer = self._trained(self.asked)
            self._trainee = self._operator
        elif self._operator not in {before, "", self._trainee}:
            self.practice.close()  # it was somebody else's
        self.practice.settle()
        panel = self.practice.panel() if self._now is self._shadow else None
        if panel is not None:
            answer["coach"] = coach_of(panel)
        return answer

    @property
    def _operator(self) -> str:
        operator: str = self.till.state.control.operator
        return operator

    def _trained(self, show: Show) -> dict[str, Any]:
        """Do what was typed about training, and answer as the till that is at hand then."""
        lessons: tuple[str, ...] = ()
        try:
            if show.screen == "lessons":
                lessons = tuple(
                    f"{each.id}: {each.title}, {each.note}" for each in self.practice.lessons()
                )
                words = f"Lessons: {len(lessons)}"
            else:
                words = self.practice.ask(show.text)
        except PosframeError as error:
            return self._now.said(error.message, hint=error.hint, accepted=False)
        answer = self._now.said(words)
        if lessons:
            answer["lessons"] = list(lessons)
        return answer


class _Watched(Script):
    """A script whose refusals the coach hears of, and which leaves training to its owner."""

    def __init__(self, till: Till, owner: PracticeScript, *, full: bool) -> None:
        super().__init__(till, full=full)
        self._owner = owner

    def said(self, message: str, *, hint: str = "", accepted: bool = True) -> dict[str, Any]:
        """Return an answer that is about training and not about the sale."""
        now = self.till.state.transaction
        return self._answer(now, accepted=accepted, message=message, hint=hint)

    def _done(self, read: Callable[[], Any]) -> dict[str, Any]:
        practice = self._owner.practice
        before = practice.refusals

        def watched() -> Any:  # noqa: ANN401 - a command
            try:
                return read()
            except PosframeError as error:
                if practice.refusals == before:
                    practice.refused(error)
                raise

        return super()._done(watched)

    def _shown(self, show: Show, before: Transaction | None) -> dict[str, Any]:
        if show.screen in SCREENS:
            self._owner.asked = show
            return self.said("")
        return super()._shown(show, before)


def coach_of(panel: Panel) -> dict[str, Any]:
    """Return a panel, ready for JSON."""
    found: dict[str, Any] = {"lesson": panel.lesson, "step": panel.step, "steps": panel.steps}
    found |= {"say": panel.say, "hint": panel.hint, "mistakes": panel.mistakes}
    result = panel.result
    if result is not None:
        found["result"] = {
            "score_milli": result.score_milli,
            "passed": result.passed,
            "duration_s": result.duration_us // 1_000_000,
            "mistakes": list(result.mistakes),
        }
    return found
