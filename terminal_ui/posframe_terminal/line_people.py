"""Line mode of people, cash and the day: who is asked for, messages, counts and shifts in words.

A PIN is typed unseen where there is a real terminal; elsewhere it is read as it comes.
"""

from __future__ import annotations

import contextlib
import threading
from typing import TYPE_CHECKING, Any

from posframe import PosframeError, commands, format_minor
from posframe_terminal.signing_in import NUMBER_MAX

if TYPE_CHECKING:
    from collections.abc import Mapping

    from posframe import Till

_US = 1_000_000


def people_sentences(answer: Mapping[str, Any], exponent: int) -> list[str]:
    """Return what an answer says of messages, counts, shifts, and what waits."""
    said = [
        f"From {each['from']} at {each['time'][11:16]}: {each['text']}"
        for each in answer.get("messages", ())
    ]
    counting = answer.get("counting")
    if counting is not None:
        counted = format_minor(counting["counted"], exponent)
        asked = counting["asked"]
        said.append(
            f"Counted {counted}. Next: {'a heap' if asked == 'cash' else f'the sum of {asked}'}."
        )
    for row in answer.get("shifts", ()):
        said += _shift(row, exponent)
    for row in answer.get("exceptions", ()):
        said.append(", ".join(f"{name} {value}" for name, value in row.items() if value) + ".")
    return said


def standing_sentences(answer: Mapping[str, Any], exponent: int) -> list[str]:
    """Return what is to be typed next where somebody is needed: to sign in, or to approve."""
    asks = answer.get("asks")
    if answer.get("locked"):
        return [LOCKED]
    if asks is None or answer["accepted"]:
        return []
    amount = asks["amount"]
    worth = f", {format_minor(amount, exponent)}" if amount is not None else ""
    return [
        f"Asked by {asks['operator']}: {asks['label']}{worth}. To approve, type .approve, the"
        " number, and then the PIN; .deny says no. .approve alone looks whether it was done.",
    ]


def locked_facts(till: Till, exponent: int) -> list[str]:
    """Return what is unfinished at a till that nobody works at: no goods and no names."""
    state, said = till.state, []
    sale = state.transaction
    if sale is not None:
        total = format_minor(sale.totals.gross_minor, exponent)
        said.append(f"An open sale has {len(sale.basket.lines)} lines, {total}.")
    if state.suspended:
        said.append(f"Held sales: {len(state.suspended)}.")
    doubts = sum(each.status.value == "unknown" for each in state.payments.values())
    if doubts:
        said.append(f"Payments in doubt: {doubts}.")
    return said


LOCKED = "Nobody is signed in. Type your number, and then your PIN, or show your badge."


def as_sign_in(till: Till, text: str, *, wants_pin: bool) -> str:
    """Return a bare number, typed where nobody is signed in, as the entry it stands for."""
    number = text.strip()
    needed = till.signing.is_on and not till.state.control.operator and not wants_pin
    is_one = number.isascii() and number.isdigit() and len(number) <= NUMBER_MAX
    return f".signin {number}" if needed and is_one else text


class LineIdle:
    """Locks a till in line mode that nobody has typed at for a while."""

    def __init__(self, till: Till) -> None:
        """Begin counting, where operators sign in and a till may lock itself."""
        self._till = till
        self._limit_s = till.config.operators.idle_lock_s if till.signing.is_on else 0
        self._touched_us = till.parts.clock.mono_us()
        self._ended = threading.Event()
        if self._limit_s:
            threading.Thread(target=self._run, name="posframe-idle", daemon=True).start()

    def touched(self) -> None:
        """Take note that somebody is there."""
        self._touched_us = self._till.parts.clock.mono_us()

    def close(self) -> None:
        """Lock nothing any more."""
        self._ended.set()

    def look(self) -> bool:
        """Lock the till if it was left alone for so long; tell whether it did."""
        alone_us = self._till.parts.clock.mono_us() - self._touched_us
        state = self._till.state
        paying = any(each.status.value in {"intended", "sent"} for each in state.payments.values())
        if not self._limit_s or alone_us < self._limit_s * _US or paying:
            return False
        if not state.control.operator:
            return False
        with contextlib.suppress(PosframeError):  # it is being left
            self._till.submit(commands.Lock(why="idle"))
        return True

    def _run(self) -> None:
        while not self._ended.wait(1.0):
            self.look()


def _shift(row: Mapping[str, Any], exponent: int) -> list[str]:
    """Return a shift in words; amounts only where the answer has them."""
    away = ", which is away" if row["away"] else ""
    said = [
        f"Shift {row['id']} of {row['operator']} on drawer {row['drawer']}{away}, since"
        f" {row['opened'][11:16]}, is {row['standing']}."
    ]
    for each in row.get("differences", ()):
        expected, declared = each["expected"], each["declared"]
        off = format_minor(declared - expected, exponent)
        said.append(
            f"{each['type']}: expected {format_minor(expected, exponent)}, counted"
            f" {format_minor(declared, exponent)}, difference {off}."
        )
    said += [f"A reason is missing: {each}." for each in row["reasons_missing"]]
    return said
