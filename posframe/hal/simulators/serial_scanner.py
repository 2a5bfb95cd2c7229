"""A barcode scanner on a serial line, in software.

It answers to E and D (read, do not read), beeps for B and BEL, and sends a code again after NAK, up
to three times, as the manuals of PSC, CipherLab and Symbol say.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from posframe.hal.simulators.given_options import check_names, choice, milliseconds, truth
from posframe.hal.simulators.input_device import (
    InputSimulator,
    characters,
    encoded,
    hex_bytes,
    label,
)
from posframe.hal.simulators.simulator import Act, SimulatorSpec

if TYPE_CHECKING:
    from collections.abc import Mapping

NAKS_MAX = 3
_ACK, _BEL, _NAK = 0x06, 0x07, 0x15
_ENABLE, _DISABLE, _BEEP = b"EDB"
_SUFFIXES = {"CR": b"\r", "CRLF": b"\r\n", "TAB": b"\t", "ETX": b"\x03", "none": b""}


class SimulatedSerialScanner(InputSimulator):
    """What it has done is in ``scans``, ``acks``, ``naks`` and ``beeps``."""

    def __init__(
        self,
        *,
        suffix: bytes = b"\r",
        prefix: bytes = b"",
        aim: bool = False,
        handshake: bool = False,
        pace_s: float = 0.0,
    ) -> None:
        super().__init__(pace_s)
        self._suffix, self._prefix = suffix, prefix
        self._aim = aim
        self._handshake = handshake
        self._unanswered = b""
        self.reads = True
        self.scans = self.acks = self.naks = self.beeps = 0
        self._naks_in_a_row = 0

    def feed(self, data: bytes, now_s: float) -> bytes:
        """Obey commands of one byte; others mean nothing."""
        return b"".join(self._obey(each, now_s) for each in data)

    def acts(self) -> Mapping[str, Act]:
        """Return what a person can do."""
        return {
            "scan": Act("scan [AIM] CODE, as scan 4006381333931 or scan ]C1 0109…", self._scan),
            "send": Act("send HEX: bytes as they stand, as a faulty scanner might", self._send),
        }

    def view(self) -> tuple[str, ...]:
        """Return what it has done."""
        reads = "reading" if self.reads else "disabled"
        return (reads, f"{self.scans} codes, {self.acks} ACK, {self.naks} NAK, {self.beeps} beeps")

    def _scan(self, words: str, now_s: float) -> bytes:
        aim, code = label(words)
        if not self.reads:
            return b""
        text = encoded((aim if self._aim else "") + code)
        self.scans += 1
        self._naks_in_a_row = 0
        self._unanswered = self._prefix + text + self._suffix
        return self.say(characters(self._unanswered), now_s)

    def _send(self, words: str, now_s: float) -> bytes:
        return self.say(characters(hex_bytes(words)), now_s)

    def _obey(self, command: int, now_s: float) -> bytes:
        if command == _ACK:
            self.acks += 1
            self._unanswered = b""
        elif command == _NAK:
            self.naks += 1
            self._naks_in_a_row += 1
            if self._handshake and self._naks_in_a_row <= NAKS_MAX:
                return self.say(characters(self._unanswered), now_s)
        elif command in {_BEL, _BEEP}:
            self.beeps += 1
        elif command in {_ENABLE, _DISABLE}:
            self.reads = command == _ENABLE
        return b""


def _make(given: Mapping[str, str]) -> SimulatedSerialScanner:
    check_names(given, SIMULATOR.options)
    return SimulatedSerialScanner(
        suffix=_SUFFIXES[choice(given, "suffix", *_SUFFIXES)],
        prefix=given.get("prefix", "").encode(errors="surrogateescape"),
        aim=truth(given, "aim"),
        handshake=truth(given, "ack"),
        pace_s=milliseconds(given, "pace_ms", 1),
    )


SIMULATOR = SimulatorSpec(
    name="scanner",
    title="Barcode scanner on a serial line",
    make=_make,
    options={
        "suffix": "what follows a code: CR, CRLF, TAB, ETX or none; CR if left out",
        "prefix": "what precedes it; nothing if left out",
        "aim": "yes: it sends AIM identifiers; no if left out",
        "ack": "yes: it sends a code again after NAK; no if left out",
        "pace_ms": "milliseconds a character takes; 1, as at 9600 baud, if left out",
    },
)
