"""Scales in software with Checkout-Dialog 02, 04 and 06."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from posframe.errors import ConfigurationError
from posframe.hal.simulators.given_options import truth
from posframe.hal.simulators.platter import MICRO, OPTIONS, Platter, Shown
from posframe.hal.simulators.scale_simulator import ScaleSimulator, scale_options
from posframe.hal.simulators.simulator import SimulatorSpec

if TYPE_CHECKING:
    from collections.abc import Mapping

EOT, ENQ, ACK, NAK = b"\x04", b"\x05", b"\x06", b"\x15"
STX, ETX, ESC = b"\x02", b"\x03", b"\x1b"
RECORD_BYTES_MAX = 64
WEIGHINGS_A_PROOF = 50
"""A Dialog 06 scale wants to see the checksums again after so many weighings."""
TURNS = (0x47, 0x00, 0xF1, 0x1F, 0xFF, 0x80)
"""The numbers it chooses, one after another: a real scale takes random ones."""
_OFFERS = {
    b"01": re.compile(rb"(?P<price>\d{5,6})\x1b"),
    b"03": re.compile(rb"(?P<price>\d{5,6})\x1b(?P<tare>\d{4})"),
    b"04": re.compile(rb"(?P<price>\d{5,6})\x1b(?P<text>[ -~]{13})"),
    b"05": re.compile(rb"(?P<price>\d{5,6})\x1b(?P<tare>\d{4})\x1b(?P<text>[ -~]{13})"),
}
_PAIRS = re.compile(rb"(?:[0-9A-F]{8}){1,5}")
_UNIT_STATUS = {"kg": b"3", "lb": b"1"}


class DialogSimulator(ScaleSimulator):
    """Takes records 01, 03, 04, 05, 08, 10 and 20, and EOT ENQ; refuses what else it is sent."""

    def __init__(
        self,
        platter: Platter | None = None,
        *,
        polynomial: int = 0,
        checksums: tuple[int, ...] = (),
        keeps_status: bool = False,
    ) -> None:
        """``polynomial`` makes it a Dialog 06 scale; ``keeps_status``: until EOT ENQ asks."""
        super().__init__(platter)
        self._polynomial, self._checksums = polynomial, checksums
        self._keeps_status = keeps_status
        self.price_minor: int | None = None
        """What it was told, and shows to the customer."""
        self.text = ""
        self._code = b"00"
        self._pending: bytes | None = None
        self._weighing = False
        self._shows_version = False
        self._proof_in = 0
        self._turn_at = 0

    def command(self, data: bytes, now_s: float) -> tuple[int, bytes]:
        """Return how many bytes one record or enquiry is long, and its answer."""
        if data[:1] != EOT:
            return 1, b""
        if data[1:2] == ENQ:
            return 2, self._enquired(now_s)
        if data[1:2] != STX:
            return (1 if len(data) > 1 else 0), b""
        end = data.find(ETX)
        if end < 0:
            return (1 if len(data) > RECORD_BYTES_MAX else 0), b""
        return end + 1, self._record(data[2:4], data[4:end])

    def switched_on(self, now_s: float) -> None:
        """Begin anew, as after power-up."""
        super().switched_on(now_s)
        self._weighing = self._shows_version = False
        self._proof_in, self.price_minor, self.text = 0, None, ""

    def view(self) -> tuple[str, ...]:
        """Return the scale's state as short lines."""
        price = "" if self.price_minor is None else f"price {self.price_minor} {self.text}".strip()
        return (*super().view(), price) if price else super().view()

    def _record(self, number: bytes, fields: bytes) -> bytes:
        if self._shows_version and number != b"20":
            return b""
        fields, self._pending = fields.removeprefix(ESC), None
        if number in _OFFERS:
            return self._offered(_OFFERS[number].fullmatch(fields))
        if number == b"08":
            return self._told_status()
        if number == b"10" and self._polynomial:
            return self._proved(fields)
        if number != b"20":
            return self._refused(b"10")
        self._shows_version, self._proof_in = fields == b"1", 0
        return ACK

    def _told_status(self) -> bytes:
        answer = STX + b"09" + ESC + self._code + ETX
        if not self._keeps_status:
            return answer
        self._pending = answer
        return ACK

    def _offered(self, offer: re.Match[bytes] | None) -> bytes:
        if offer is None:
            self._proof_in = 0
            return self._refused(b"01")
        if self._polynomial and self._proof_in <= 0:
            turn = TURNS[self._turn_at % len(TURNS)]
            return STX + b"11" + ESC + b"2%02X" % turn + ETX
        fields = offer.groupdict()
        tare = int(fields.get("tare") or 0) * 1000
        if not self.platter.preset_tare(tare):
            return self._refused(b"12")
        self.price_minor = int(fields["price"])
        self.text = (fields.get("text") or b"").decode("ascii").strip()
        self._weighing = True
        return ACK

    def _proved(self, fields: bytes) -> bytes:
        turn = TURNS[self._turn_at % len(TURNS)]
        self._turn_at += 1
        if not _PAIRS.fullmatch(fields):
            return self._refused(b"01")
        text = fields.decode("ascii")
        pairs = [(int(text[at : at + 4], 16), int(text[at + 4 : at + 8], 16))
                 for at in range(0, len(text), 8)]  # fmt: skip
        valid = bool(pairs) and all(self._is_valid(cs, kw, turn) for cs, kw in pairs)
        self._proof_in = WEIGHINGS_A_PROOF if valid else 0
        self._pending = STX + b"11" + ESC + (b"1" if valid else b"0") + ETX
        return ACK

    def _is_valid(self, checksum: int, correction: int, turn: int) -> bool:
        """Tell whether a pair, turned back, is one this scale knows."""
        left, right = divmod(turn, 16)
        plain = _turned(checksum, -left)
        return plain in self._checksums and _turned(correction, right) == _divided(
            plain, self._polynomial
        )

    def _enquired(self, now_s: float) -> bytes:
        pending, self._pending = self._pending, None
        if pending is not None:
            return pending
        if self._shows_version:
            return b""
        if not self._weighing:
            return self._refused(b"01")
        shown = self.shown(now_s)
        code = self._trouble(shown)
        if code is not None:
            self._weighing = code in {b"20", b"22"}
            return self._refused(code)
        self._weighing = False
        self._proof_in -= 1
        return self._result(shown)

    def _trouble(self, shown: Shown) -> bytes | None:
        for is_so, code in (
            (shown.over, b"32"),
            (shown.moving, b"20"),
            (shown.weight < 0, b"31"),
            (self.platter.initial_error, b"22"),
            (shown.below_minimum or shown.weight == 0, b"30"),
            (not self.platter.moved, b"21"),
        ):
            if is_so:
                return code
        return None

    def _result(self, shown: Shown) -> bytes:
        assert self.price_minor is not None, "it weighs for a price"
        amount = (shown.weight * self.price_minor + MICRO // 2) // MICRO
        fields = (
            b"02",
            _UNIT_STATUS[self.platter.unit],
            b"%05d" % self.state(shown.weight),
            b"%06d" % self.price_minor,
            b"%06d" % min(amount, 999_999),
        )
        return STX + ESC.join(fields) + ETX

    def _refused(self, code: bytes) -> bytes:
        self._code = code
        return NAK


def _turned(value: int, bits: int) -> int:
    """Return 16 bits, turned left by so many places, or right where that is below zero."""
    text = f"{value:016b}"
    at = bits % 16
    return int(text[at:] + text[:at], 2)


def _divided(checksum: int, polynomial: int) -> int:
    """Return what is left of a checksum, moved up 16 bits, divided by a polynomial: as on paper."""
    rest = checksum << 16
    while rest.bit_length() > 16:
        rest ^= polynomial << rest.bit_length() - 17
    return rest


def make(options: Mapping[str, str]) -> DialogSimulator:
    """Return a Dialog 02 or 04 scale with options given as text.

    Raises:
        ConfigurationError: an option is unknown or cannot be read.
    """
    platter, own = scale_options(options, _OWN)
    return DialogSimulator(platter, keeps_status=truth(own, "keeps_status"))


def make_06(options: Mapping[str, str]) -> DialogSimulator:
    """Return a Dialog 06 scale with options given as text.

    Raises:
        ConfigurationError: an option is unknown, missing or cannot be read.
    """
    platter, own = scale_options(options, {**_OWN, **_OWN_06})
    try:
        polynomial = int(own.get("polynomial", "11021"), 16)
        checksums = tuple(int(each, 16) for each in own.get("checksums", "1234").split(","))
    except ValueError as error:
        raise ConfigurationError(
            "polynomial and checksums cannot be read", hint="write them as 11021 and 1234,ABCD"
        ) from error
    return DialogSimulator(
        platter,
        polynomial=polynomial | 0x10000,
        checksums=checksums,
        keeps_status=truth(own, "keeps_status"),
    )


_OWN = {"keeps_status": "yes: states its status only when asked by EOT ENQ"}
_OWN_06 = {
    "polynomial": "hexadecimal, as 11021; that of a real scale is its maker's secret",
    "checksums": "of the approved program, hexadecimal, as 1234,ABCD",
}
SIMULATOR_02 = SimulatorSpec(
    name="dialog02", title="Checkout-Dialog 02 scale", make=make, options={**OPTIONS, **_OWN}
)
SIMULATOR_04 = SimulatorSpec(
    name="dialog04", title="Checkout-Dialog 04 scale", make=make, options={**OPTIONS, **_OWN}
)
SIMULATOR_06 = SimulatorSpec(
    name="dialog06",
    title="Checkout-Dialog 06 scale",
    make=make_06,
    options={**OPTIONS, **_OWN, **_OWN_06},
)
