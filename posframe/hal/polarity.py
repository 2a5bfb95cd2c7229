"""Whether a cash drawer stands open, from a sensor whose polarity nobody has written down.

Makes wire the switch either way, so the same level means open on one drawer and closed on another.
A kick that the level follows is evidence; until enough of it agrees, nothing is claimed. Pure:
levels, kicks and times come from the driver of the printer that has the connector.
"""

from __future__ import annotations

import enum
import re
from typing import Literal

import attrs

from posframe.errors import DataError

Sense = Literal["learn", "high_open", "low_open", "none"]
"""A setting: learn the polarity, or it is known, or there is no sensor."""

OPENS_WITHIN_S = 1.5
"""How soon after its kick a drawer has moved, the printer's own queue included."""
LEARN_KICKS = 2
"""Kicks in a row that must agree before anything is claimed. One is not enough: a drawer that
stood open may be pushed shut just after a kick."""
UNLEARN_KICKS = 3
"""Kicks in a row that must disagree before what was learnt is turned round."""
_KEPT = re.compile(r"(high|low|unknown) ([+-]?)([0-3])")


class Verdict(enum.Enum):
    """What became of a kick, as far as the sensor tells."""

    OPENED = "it opened"
    ALREADY_OPEN = "it stood open already"
    STUCK = "it stayed closed"
    UNKNOWN = "its sensor does not tell"

    @property
    def seen_open(self) -> bool:
        """Whether the sensor saw the drawer open after the kick."""
        return self in {Verdict.OPENED, Verdict.ALREADY_OPEN}


@attrs.frozen
class Polarity:
    """What is known of the sensor's wiring. Keep it with `to_text` from one start to the next."""

    sense: Sense = "learn"
    learnt: bool | None = None
    """The drawer is open when the level is high; None: not known yet."""
    agreeing: int = 0
    """Latest kicks in a row that said the same: above zero high is open, below zero low is."""

    @property
    def high_is_open(self) -> bool | None:
        """Whether a high level means open; None where nobody knows."""
        return {"high_open": True, "low_open": False, "none": None}.get(self.sense, self.learnt)

    def is_open(self, *, high: bool | None) -> bool | None:
        """Return whether the drawer stands open at this level; None where nobody knows."""
        known = self.high_is_open
        return None if known is None or high is None else high is known

    def after_kick(self, *, high_before: bool, high_after: bool) -> Polarity:
        """Return what is known once a kick was followed, soon enough, by a change of level."""
        if self.sense != "learn" or high_before is high_after:
            return self
        step = 1 if high_after else -1
        agreeing = self.agreeing + step if self.agreeing * step > 0 else step
        agreeing = max(-UNLEARN_KICKS, min(UNLEARN_KICKS, agreeing))
        needed = LEARN_KICKS if self.learnt is None else UNLEARN_KICKS
        learnt = high_after if abs(agreeing) >= needed else self.learnt
        return attrs.evolve(self, learnt=learnt, agreeing=agreeing)

    def to_text(self) -> str:
        """Return what was learnt, to be kept; the setting is not part of it."""
        known = {True: "high", False: "low", None: "unknown"}[self.learnt]
        return f"{known} {self.agreeing:+d}"

    @classmethod
    def from_text(cls, text: str, sense: Sense = "learn") -> Polarity:
        """Return what `to_text` has kept.

        Raises:
            DataError: it is something else.
        """
        found = _KEPT.fullmatch(text)
        if found is None:
            raise DataError(
                f"{text!r} does not say how a drawer's sensor is wired",
                hint="delete it: the next kicks teach it again",
            )
        learnt = {"high": True, "low": False, "unknown": None}[found[1]]
        agreeing = int(found[3])
        return cls(sense, learnt, -agreeing if found[2] == "-" else agreeing)


@attrs.define
class _Trial:
    """One kick and what the level did after it."""

    kicked_s: float
    high_before: bool | None
    high_after: bool | None = None
    """The first other level, if it came soon enough."""


class DrawerSensor:
    """The sensor of one drawer: tell it levels and kicks as they happen, ask what they mean."""

    def __init__(self, polarity: Polarity | None = None) -> None:
        self.polarity = polarity or Polarity()
        """What is known so far; keep it when it has changed."""
        self._high: bool | None = None
        self._trial: _Trial | None = None

    @property
    def is_open(self) -> bool | None:
        """Whether the drawer stands open; None where nobody knows."""
        return self.polarity.is_open(high=self._high)

    def level(self, now_s: float, *, high: bool) -> bool:
        """Note the sensor's level; return whether `is_open` changed."""
        was_open = self.is_open
        before, self._high = self._high, high
        trial = self._trial
        if (
            trial is not None
            and before is not None
            and high is not before
            and not self._over(now_s)
        ):
            self._followed(trial, high_before=before, high_after=high)
        return self.is_open is not was_open

    def lost(self) -> None:
        """Forget the level: the line to the sensor is gone."""
        self._high = None
        self._trial = None

    def kicked(self, now_s: float) -> None:
        """Note that the drawer was kicked."""
        self._trial = _Trial(now_s, self._high)

    @property
    def due_s(self) -> float | None:
        """When `verdict` answers at the latest; None: nothing was kicked."""
        return None if self._trial is None else self._trial.kicked_s + OPENS_WITHIN_S

    def verdict(self, now_s: float) -> Verdict | None:
        """Return what became of the latest kick; None: wait for the sensor until `due_s`."""
        trial = self._trial
        if trial is None or self.polarity.sense == "none":
            return Verdict.UNKNOWN
        before = self.polarity.is_open(high=trial.high_before)
        if before:
            return Verdict.ALREADY_OPEN
        after = self.polarity.is_open(high=self._high if before is None else trial.high_after)
        if after:
            return Verdict.OPENED
        if not self._over(now_s) and trial.high_after is None:
            return None
        return Verdict.STUCK if self.is_open is False else Verdict.UNKNOWN

    def _over(self, now_s: float) -> bool:
        assert self._trial is not None, "nothing was kicked"
        return now_s >= self._trial.kicked_s + OPENS_WITHIN_S

    def _followed(self, trial: _Trial, *, high_before: bool, high_after: bool) -> None:
        if trial.high_after is None:
            trial.high_after = high_after
            self.polarity = self.polarity.after_kick(high_before=high_before, high_after=high_after)
