"""Intake: keystrokes with their times become keys, scans and pastes, in the order they came.

A scanner that types like a keyboard is told from a person by its pace. Its characters are
handed on at once, so that nothing waits on a guess, and taken back when the run turns out to
have been a scan. Pure: who reads the bytes is left to ``driver``, who obeys the items to ``pump``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeAlias

import attrs

from posframe_terminal.keynames import one_name

GAP_S: Final = 0.035
"""Longest pause inside a scan. A fast typist needs 60 ms between keys."""
HOLD_S: Final = 0.025
"""How long a lone action character waits to see whether it begins a scan (HIBC codes do)."""
HOLD_IN_RUN_S: Final = 0.040
"""The same inside a run, where the scanner's next character may be a whole gap away."""
SCAN_LENGTH_MIN: Final = 6
RUN_LENGTH_MAX: Final = 500
"""A longer run is no barcode: it stays what it was, typed text."""
PASTE_LENGTH_MAX: Final = 20_000
SEPARATORS: Final = "\x1c\x1d\x1e"
"""FS, GS, RS: field separators inside GS1 and similar codes; part of the code."""

_CHARACTERS: Final = {"plus": "+", "minus": "-", "asterisk": "*", "slash": "/", "full_stop": "."}
_TERMINATORS: Final = frozenset({"enter", "ctrl+j", "tab"})


@attrs.frozen
class Key:
    """One keystroke. Without a name it is text only, whatever action its character has."""

    name: str
    text: str = ""


@attrs.frozen
class Scan:
    """One code, whole, from whatever read it."""

    code: str
    source: str = "wedge"
    aim: str = ""
    """AIM identifier, where the scanner sends one."""


@attrs.frozen
class Weighed:
    """A stable weight from the scale, in answer to the question about ``code``."""

    text: str
    code: str


@attrs.frozen
class Paste:
    """Text put in by the terminal, to be added to the entry; ``refused`` says why it was not."""

    text: str
    refused: str = ""


@attrs.frozen
class Retract:
    """The last ``count`` characters were a scan: take them out of the entry again."""

    count: int


@attrs.frozen
class Elsewhere:
    """Something happened that an open form may wait for: the till is to look."""


Item: TypeAlias = Key | Scan | Weighed | Paste | Retract | Elsewhere


def pasted(text: str) -> list[Item]:
    """Return what a bracketed paste stands for: each ended line a scan, the rest text."""
    if len(text) > PASTE_LENGTH_MAX:
        return [Paste("", "Too much was pasted at once; nothing of it was taken.")]
    *ended, rest = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    items: list[Item] = [Scan(line, "paste") for line in map(_code_in, ended) if line]
    if rest := _code_in(rest):
        items.append(Paste(rest))
    return items


def proven(code: str) -> bool:
    """Tell whether the code shows by itself that a scanner read it."""
    if code.startswith("]") or any(separator in code for separator in SEPARATORS):
        return True
    return len(code) in (8, 12, 13, 14) and code.isdecimal() and _check_digit_holds(code)


class Intake:
    """Remembers the present run of characters; one per terminal."""

    def __init__(self, *, acting: str = "+-*/%", prefix: str = "") -> None:
        """Hold back the characters in ``acting``; take what starts with ``prefix`` as scanned."""
        self._acting = frozenset(acting)
        self._prefix = prefix
        self._last_at_s = float("-inf")
        self._run: list[str] = []
        self._shown = 0
        self._held = ""
        self._after_return = False
        self._stalled = False
        self._suspect = False

    @property
    def holding(self) -> bool:
        """Tell whether an action character waits for ``quiet`` or for the next key."""
        return bool(self._held)

    def key(self, name: str, character: str | None, at_s: float) -> list[Item]:
        """Take one keystroke read at ``at_s`` (seconds, any steady clock)."""
        near = at_s - self._last_at_s <= GAP_S
        self._last_at_s = at_s
        after_return, self._after_return = self._after_return, name == "enter"
        if name == "ctrl+j" and near and after_return:
            return []  # the line feed of a scanner that sends CR LF
        if not near:
            self._suspect = False
        self._suspect |= self._stalled
        self._stalled = False
        if name in _TERMINATORS:
            return self._end(name, near=near)
        name = one_name(name)
        text = character or _CHARACTERS.get(name, "")
        if len(text) == 1 and (text.isprintable() or text in SEPARATORS or text == self._prefix):
            return self._character(name, text, near=near)
        return [*self._let_go(), Key(name)]

    def quiet(self) -> list[Item]:
        """Take that nothing followed a held action character: it acts."""
        return self._let_go() if self._held else []

    def stalled(self) -> None:
        """Take that the next keys waited unread, so that their times prove nothing."""
        self._stalled = True

    def _character(self, name: str, text: str, *, near: bool) -> list[Item]:
        items = self._as_text() if near else self._let_go()
        if not near or len(self._run) >= RUN_LENGTH_MAX:
            self._forget_run()
        self._run.append(text)
        if text == self._prefix and not text.isprintable():
            return items  # such as STX: it begins a scan and is nothing to be shown
        if text in self._acting:
            self._held = name
            return items
        self._shown += 1
        return [*items, Key(name if text.isprintable() else "", text)]

    def _end(self, name: str, *, near: bool) -> list[Item]:
        code = self._scanned_code() if near else ""
        if not code:
            ended = Key("tab" if name == "tab" else "enter")
            return [*self._let_go(), ended]
        items: list[Item] = [Retract(self._shown)] if self._shown else []
        self._held = ""
        self._forget_run()
        return [*items, Scan(code)]

    def _scanned_code(self) -> str:
        """Return the code that the run amounts to, or nothing when a person may have typed it."""
        code = "".join(self._run)
        if self._prefix and code.startswith(self._prefix):
            return code.removeprefix(self._prefix)
        if len(code) < SCAN_LENGTH_MIN or len(set(code)) == 1:  # a key held down repeats itself
            return ""
        return code if proven(code) or not self._suspect else ""

    def _as_text(self) -> list[Item]:
        """Hand on the held character as part of the run it turned out to be in."""
        if not self._held:
            return []
        self._held = ""
        self._shown += 1
        return [Key("", self._run[-1])]

    def _let_go(self) -> list[Item]:
        """Hand on the held character as the key it is, and end the run."""
        items: list[Item] = [Key(self._held, self._run[-1])] if self._held else []
        self._held = ""
        self._forget_run()
        return items

    def _forget_run(self) -> None:
        self._run.clear()
        self._shown = 0


Feed: TypeAlias = Callable[[Item], None]
"""Where items go: never blocks, keeps the order."""


def _code_in(line: str) -> str:
    return "".join(c for c in line if c.isprintable() or c in SEPARATORS).strip(" ")


def _check_digit_holds(digits: str) -> bool:
    """Check GS1's modulo 10: from the right the weights are 1, 3, 1, 3, ..."""
    return sum(int(d) * (3 if i % 2 else 1) for i, d in enumerate(reversed(digits))) % 10 == 0
