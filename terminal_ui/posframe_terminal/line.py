"""Line mode: the same till as plain sentences, for screen readers and the simplest terminals."""

from __future__ import annotations

import contextlib
import sys
import threading
from typing import TYPE_CHECKING

from posframe import PracticeScript, RuleViolation, format_minor

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any, BinaryIO

    from posframe import Session, Till

LEAVE = frozenset({".quit", ".exit"})
HELP = frozenset({".help", "@help"})
LINE_MAX_BYTES = 4_096
_GRAMMAR = (
    "Type a code, or part of a name to search. 3 * CODE is three of it.",
    "0.642 * PLU is a weight. 199 / 10 is 1.99 to department 10.",
    "A minus takes the last line back, 3 - line 3. 10 % 3 is ten percent off line 3.",
    "A plus goes to payment. There an amount is cash, an empty line is exactly what is due.",
)


def sell(till: Till, source: BinaryIO | None = None) -> int:
    """Read entries from standard input, or ``source``, and answer in sentences until it ends."""
    from posframe_terminal.line_devices import LineDevices
    from posframe_terminal.line_payments import LinePayments
    from posframe_terminal.line_people import LineIdle
    from posframe_terminal.real_terminal import kept

    line = LineMode(till)
    _say(line.greeting())
    devices = LineDevices(till, line, _say)
    payments = LinePayments(till, line.exponent, devices.say_later)
    idle, read = LineIdle(till), source or sys.stdin.buffer
    try:
        with kept(read) if till.signing.is_on else contextlib.nullcontext():
            for text in _entries(read, line):
                idle.touched()
                said = line.left() if text.strip() in LEAVE else line.answer(text)
                if said is None:
                    break
                _say(said)
                devices.follow()
    finally:
        idle.close()
        payments.close()
        devices.close()
        line.close()
    till.drain()
    return 0


class LineMode:
    """One session in sentences."""

    def __init__(self, till: Till) -> None:
        self._till = till
        self._script = PracticeScript(till)
        self.exponent = self._script.session.rules.exponent
        """Decimals of the till's currency."""
        self._one_at_a_time = threading.RLock()  # what is typed, and what devices bring

    @property
    def session(self) -> Session:
        """What the entries are about."""
        return self._script.session

    def close(self) -> None:
        """Leave training, if it is on."""
        self._script.close()

    def greeting(self) -> list[str]:
        """Return what to say first: that the till is ready, and what is open since before."""
        ready = (
            f"Till {self._till.config.till.id} is ready."
            " .help lists what can be typed, .quit leaves."
        )
        sale = self._till.state.transaction
        if self._till.signing.is_on and not self._till.state.control.operator:
            from posframe_terminal.line_people import LOCKED, locked_facts

            return [ready, *locked_facts(self._till, self.exponent), LOCKED]
        if sale is None:
            return [ready]
        return [ready, f"Sale {sale.number} is still open.", *self._said("@state")]

    def answer(self, text: str) -> list[str]:
        """Return in sentences what came of an entry; an empty one only pays."""
        if text.strip() in HELP:
            actions = ", ".join(f"@{name}" for name in self._script.session.actions)
            usages = ", ".join(self._script.session.usages())
            return [*_GRAMMAR, f"By name: {usages}.", f"Actions: {actions}."]
        takes_enter = self.session.screen == "payment" or self.session.wants_pin
        if not text.strip() and not takes_enter:
            return []
        from posframe_terminal.line_people import as_sign_in

        return self._said(as_sign_in(self._till, text, wants_pin=self.session.wants_pin))

    def left(self) -> list[str] | None:
        """Return in sentences why the till is not to be left now; None: it may be."""
        from posframe_terminal.leaving import check_leaving

        try:
            check_leaving(self._till)
        except RuleViolation as refusal:
            return [f"Refused: {_sentence(refusal.message)} {_sentence(refusal.hint)}"]
        return None

    def scanned(self, code: str, aim: str) -> list[str]:
        """Return in sentences what came of a scan."""
        with self._one_at_a_time:
            return sentences(self._script.scan(code, aim), self.exponent)

    def weighed(self, question: Any, text: str) -> list[str]:  # noqa: ANN401 - a WeightNeeded
        """Return in sentences what came of the scale's answer; none where it comes too late."""
        with self._one_at_a_time:
            return self._said(text) if self.session.question is question else []

    def _said(self, text: str) -> list[str]:
        with self._one_at_a_time:
            return sentences(self._script.line(text), self.exponent)


def sentences(answer: dict[str, Any], exponent: int) -> list[str]:
    """Return what came of an entry in plain sentences, and that it was practice where it was."""
    said = _sentences(answer, exponent)
    if "training" not in answer and "lessons" not in answer:
        return said
    from posframe_terminal.line_training import practice_sentences

    return practice_sentences(answer, said)


def _sentences(answer: dict[str, Any], exponent: int) -> list[str]:
    from posframe_terminal.line_people import people_sentences, standing_sentences

    if not answer["accepted"]:
        hint = f" {_sentence(answer['hint'])}" if answer.get("hint") else ""
        refused = f"Refused: {_sentence(answer['message'])}{hint}"
        return [refused, *standing_sentences(answer, exponent)]
    said = [_sentence(answer["message"])] if answer["message"] else []
    said += [*_listed(answer, exponent), *people_sentences(answer, exponent)]
    if answer.get("receipt"):
        total_minor, change = answer["receipt"]["total"], format_minor(answer["change"], exponent)
        if total_minor < 0:
            return [*said, f"Given back {format_minor(-total_minor, exponent)}."]
        return [*said, f"Paid {format_minor(total_minor, exponent)}, change {change}."]
    for line in answer["lines"]:
        words = "voided" if line["voided"] else format_minor(line["gross"], exponent)
        said.append(f"Line {line['id']}: {line['quantity']} {line['text']}, {words}.")
    if answer["lines"] or answer["tenders"] or answer["screen"] == "payment":
        words = "To pay" if answer["due"] >= 0 else "To give back"
        said.append(f"{words} {format_minor(abs(answer['due']), exponent)}.")
    return said


def _listed(answer: dict[str, Any], exponent: int) -> list[str]:
    """Return a sentence for each item found, and for each sale held."""
    said = []
    for found in answer.get("found", ()):
        price = "open price" if found["price"] is None else format_minor(found["price"], exponent)
        said.append(f"{found['text']}, {price}, code {found['sku']}.")
    for row in answer.get("explanation", ()):
        amount = "" if row["amount"] is None else f", {format_minor(row['amount'], exponent)}"
        said.append(_sentence(f"{row['text']}{amount}"))
    held = answer.get("held", ())
    for place, sale in enumerate(held, start=1):
        note = f", {sale['note']}" if sale["note"] else ""
        total = format_minor(sale["total"], exponent)
        said.append(f"Held {place}: sale {sale['number']}, {total}{note}.")
    if held:
        said.append("Type .recall and the place in the list.")
    if "returnable" in answer:
        from posframe_terminal.line_returns import returnable_sentences

        said += returnable_sentences(answer, exponent)
    payments = answer.get("payments")
    if payments:
        from posframe_terminal.line_payments import payment_sentence

        said += [payment_sentence(at, each, exponent) for at, each in enumerate(payments, start=1)]
    return said


def _entries(source: BinaryIO, line: LineMode) -> Iterable[str]:
    """Yield what is typed; bytes that are no text stay visible instead of ending the till."""
    while raw := _read(source, line):
        yield raw.decode("utf-8", "replace").rstrip("\r\n")


def _read(source: BinaryIO, line: LineMode) -> bytes:
    """Return the next line; a PIN is typed unseen."""
    if not line.session.wants_pin:
        return source.readline(LINE_MAX_BYTES)
    from posframe_terminal.real_terminal import unseen

    with unseen(source):
        return source.readline(LINE_MAX_BYTES)


def _sentence(text: str) -> str:
    """Return ``text`` as a sentence, with nothing in it that a terminal would obey."""
    shown = "".join(each if each.isprintable() else "�" for each in text).strip()
    shown = shown[:1].upper() + shown[1:]
    return shown if shown.endswith((".", "!", "?")) else f"{shown}."


def _say(sentences_: list[str]) -> None:
    for sentence in sentences_:
        sys.stdout.write(f"{sentence}\n")
    sys.stdout.flush()
