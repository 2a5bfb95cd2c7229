"""One keyboard: keys going down and up become the characters they type.

It knows Shift, AltGr, Caps Lock, Num Lock, dead keys, Ctrl with a letter or bracket, and numbers
typed on the pad with Alt held. What the characters mean is the business of the codecs that use it.
"""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from posframe.hal.codecs.input_events import InputEvent, KeyMoved, KeysLost, LockLamp
from posframe.hal.codecs.keyboard_layouts import ALTGR, LAYOUTS, PLAIN, SHIFT, Layout

if TYPE_CHECKING:
    from collections.abc import Callable

UNKNOWN = "\x1a"
"""What a key gives that types nothing: a control character, so that no code can hold it."""
GS = "\x1d"

_LEFT_CTRL, _RIGHT_CTRL = 29, 97
_LEFT_SHIFT, _RIGHT_SHIFT = 42, 54
_LEFT_ALT, _RIGHT_ALT = 56, 100
_MODIFIERS = frozenset(
    {_LEFT_CTRL, _RIGHT_CTRL, _LEFT_SHIFT, _RIGHT_SHIFT, _LEFT_ALT, _RIGHT_ALT, 125, 126}
)  # 125, 126: the keys between Ctrl and Alt
_CAPS_LOCK, _NUM_LOCK = 58, 69
_NUM_LAMP, _CAPS_LAMP = 0, 1

_NAMED = {28: "\n", 96: "\n", 15: "\t", 57: " ", 1: "\x1b", 101: "\n", 66: GS}  # 66: F8, for FNC1
_PAD_SIGNS = {55: "*", 74: "-", 78: "+", 98: "/", 117: "=", 121: ","}
_PAD_DIGITS = {
    71: "7", 72: "8", 73: "9", 75: "4", 76: "5", 77: "6", 79: "1", 80: "2", 81: "3", 82: "0",
}  # fmt: skip
_PAD_DECIMAL = 83
# Where [ \ ] stand on an American keyboard: scanners set to other countries press those with Ctrl.
_CTRL_PLACES = {26: "\x1b", 43: "\x1c", 27: GS, 7: "\x1e", 12: "\x1f"}
_ENDS = {"\r": "\n", "\n": "\n"}
_ACCENTS = {"^": "\u0302", "´": "\u0301", "`": "\u0300", "¨": "\u0308", "~": "\u0303"}
_PAD_DIGITS_MAX = 5


class Keyboard:
    """The state of one keyboard. Keys that type nothing give what ``unknown`` says."""

    def __init__(
        self,
        layout: str,
        *,
        caps: bool = False,
        num: bool = True,
        unknown: Callable[[int], str] = lambda _code: UNKNOWN,
    ) -> None:
        """``caps`` and ``num`` are how the locks stand when the device is opened."""
        self._layout: Layout = LAYOUTS[layout]
        self._altgr = self._layout.has_altgr
        self._caps, self._num = caps, num
        self._unknown = unknown
        self._held: set[int] = set()
        self._dead = ""
        self._number = ""

    def take(self, event: InputEvent) -> str:
        """Return what an event types: Enter as a line feed, Tab as a tab, mostly nothing."""
        if isinstance(event, LockLamp):
            self._lamp(event)
            return ""
        if isinstance(event, KeysLost):
            self.release()
            return UNKNOWN
        if event.code in _MODIFIERS:
            return self._modifier(event)
        return self._down(event.code) if event.down else ""

    def release(self) -> None:
        """Forget which keys are held: nothing has come for so long that none is."""
        self._held.clear()
        self._dead = self._number = ""

    def _lamp(self, lamp: LockLamp) -> None:
        if lamp.lamp == _CAPS_LAMP:
            self._caps = lamp.on
        elif lamp.lamp == _NUM_LAMP:
            self._num = lamp.on

    def _modifier(self, event: KeyMoved) -> str:
        if event.down:
            self._held.add(event.code)
            return ""
        self._held.discard(event.code)
        return self._numbered() if self._number and not self._alt else ""

    @property
    def _shift(self) -> bool:
        return bool(self._held & {_LEFT_SHIFT, _RIGHT_SHIFT})

    @property
    def _ctrl(self) -> bool:
        return bool(self._held & {_LEFT_CTRL, _RIGHT_CTRL})

    @property
    def _alt(self) -> bool:
        """Alt that is not AltGr."""
        return bool(self._held & ({_LEFT_ALT} if self._altgr else {_LEFT_ALT, _RIGHT_ALT}))

    @property
    def _third_level(self) -> bool:
        """AltGr, or Ctrl and Alt, which Windows takes for it."""
        return self._altgr and (_RIGHT_ALT in self._held or (self._ctrl and self._alt))

    def _down(self, code: int) -> str:
        if code == _CAPS_LOCK:
            self._caps = not self._caps
            return ""
        if code == _NUM_LOCK:
            self._num = not self._num
            return ""
        if self._alt and not self._third_level:
            return self._with_alt(code)
        accent = self._accent(code)
        if accent:
            before, self._dead = self._dead, accent
            return before
        return self._standing(self._typed(code))

    def _with_alt(self, code: int) -> str:
        """Alt with digits of the pad is a number; with any other key it is a command."""
        digit = _PAD_DIGITS.get(code)
        if digit is None or len(self._number) >= _PAD_DIGITS_MAX:
            return self._unknown(code)
        self._number += digit
        return ""

    def _numbered(self) -> str:
        """Return the character that was typed by its number."""
        number, self._number = self._number, ""
        page = self._layout.pages[number[0] == "0"]
        value = int(number)
        if not 0 < value < 256:
            return UNKNOWN
        text = bytes((value,)).decode(page, "replace")
        return UNKNOWN if text == "\ufffd" else _ENDS.get(text, text)

    def _typed(self, code: int) -> str:
        if self._ctrl and not self._third_level:
            return self._with_ctrl(code)
        if code in _NAMED:
            return _NAMED[code]
        if code in _PAD_SIGNS:
            return _PAD_SIGNS[code]
        if code in _PAD_DIGITS or code == _PAD_DECIMAL:
            pad = _PAD_DIGITS.get(code, self._layout.decimal)
            return pad if self._num else self._unknown(code)
        return self._from_layout(code)

    def _with_ctrl(self, code: int) -> str:
        r"""Ctrl with A to Z or [ \ ] ^ _ is a control character, by character or by place."""
        levels = self._layout.keys.get(code, "")
        for level in levels:
            if "@" <= level.upper() <= "_" and len(level.upper()) == 1:
                control = chr(ord(level.upper()) & 0x1F)
                return _ENDS.get(control, control) if control != "\0" else self._unknown(code)
        return _CTRL_PLACES.get(code) or self._unknown(code)

    @property
    def _level(self) -> int:
        return (SHIFT if self._shift else PLAIN) + (ALTGR if self._third_level else PLAIN)

    def _accent(self, code: int) -> str:
        """Return the accent of a dead key; nothing for any other key."""
        if (code, self._level) not in self._layout.dead or (self._ctrl and not self._third_level):
            return ""
        return self._layout.keys[code][self._level]

    def _from_layout(self, code: int) -> str:
        levels = self._layout.keys.get(code)
        typed = " " if levels is None else levels[self._level]
        if typed == " ":
            return self._unknown(code)
        return _other_case(typed) if self._caps else typed

    def _standing(self, typed: str) -> str:
        """Join what was typed with the accent that waits for it."""
        if not self._dead or not typed:
            return typed
        accent, self._dead = self._dead, ""
        if typed == " ":
            return accent
        joined = unicodedata.normalize("NFC", typed + _ACCENTS[accent])
        return joined if len(joined) == 1 else accent + typed


def _other_case(typed: str) -> str:
    """Caps Lock turns letters that have both cases, and nothing else."""
    other = typed.swapcase()
    return other if len(other) == 1 and other.swapcase() == typed else typed
