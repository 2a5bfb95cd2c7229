"""How the bits of a serial line are set, its control lines, and the system's parity marks."""

from __future__ import annotations

import re
import termios
from typing import TYPE_CHECKING, Self

import attrs

from posframe.hal.transports.settings import LineSettings

if TYPE_CHECKING:
    from collections.abc import Mapping

FLOWS = ("none", "rtscts", "dsrdtr", "xonxoff")
LINE_OPTIONS = frozenset({"baud", "format", "flow", "dtr", "rts", "exclusive", "parity_errors"})
_FORMAT = re.compile(r"(?P<data>[5-8])(?P<parity>[NEOMS])(?P<stop>1\.5|1|2)", re.IGNORECASE)
DAMAGED = 0xFF
"""What a character that arrived with a parity error becomes: no 7-bit protocol has it."""


@attrs.frozen(kw_only=True)
class SerialLine:
    """All settings of a serial line."""

    baud: int = 9600
    data_bits: int = 8
    parity: str = "N"
    """N none, E even, O odd, M mark, S space."""
    stop_bits: float = 1
    """1, 1.5 or 2; Linux sends 2 for 1.5."""
    flow: str = "none"
    dtr: bool = True
    """Whether DTR is raised from the start; opening may raise it for an instant all the same."""
    rts: bool = True
    exclusive: bool = True
    """Whether other programs are kept out."""
    marks_parity: bool = False
    """Whether a character with a parity error arrives as `DAMAGED` instead of as it looks."""


def read_line(options: Mapping[str, str]) -> SerialLine:
    """Return the settings that an address gives as text.

    Raises:
        ConfigurationError: one cannot be read, with what is possible.
    """
    given = LineSettings("serial", options)
    text = given.text("format", "8N1")
    form = _FORMAT.fullmatch(text)
    if form is None:
        raise given.refuse("format", text, "write data bits, parity and stop bits as 8N1 or 7E1")
    return SerialLine(
        baud=given.number("baud", 9600, 50, 4_000_000),
        data_bits=int(form["data"]),
        parity=form["parity"].upper(),
        stop_bits=1.5 if form["stop"] == "1.5" else int(form["stop"]),
        flow=given.choice("flow", "none", FLOWS),
        dtr=given.truth("dtr", default=True),
        rts=given.truth("rts", default=True),
        exclusive=given.truth("exclusive", default=True),
        marks_parity=given.choice("parity_errors", "ignore", ("ignore", "mark")) == "mark",
    )


@attrs.frozen
class ModemLines:
    """The control lines that the device drives."""

    cts: bool
    dsr: bool
    ri: bool
    cd: bool

    @classmethod
    def from_bits(cls, bits: int) -> Self:
        """Return the lines of the system's word (TIOCMGET)."""
        wanted = (termios.TIOCM_CTS, termios.TIOCM_DSR, termios.TIOCM_RI, termios.TIOCM_CD)
        return cls(*(bool(bits & bit) for bit in wanted))


class ParityMarks:
    """Takes out the marks that the system puts in with PARMRK, in pieces of any size.

    FF 00 X is a damaged character X, or a break; FF FF is a real FF. The serial drivers of Linux
    make the marks; a pty has no parity, so there only this unpacking is tested.
    """

    def __init__(self) -> None:
        self.seen = 0
        """Damaged characters so far."""
        self._held = b""

    def feed(self, data: bytes) -> bytes:
        """Return the characters in ``data``, those damaged as `DAMAGED`."""
        data, self._held = self._held + data, b""
        found = bytearray()
        at = 0
        while (mark := data.find(0xFF, at)) >= 0:
            found += data[at:mark]
            rest = data[mark : mark + 3]
            if len(rest) < 2 or (rest[1] == 0 and len(rest) < 3):
                self._held = rest
                return bytes(found)
            if rest[1] == 0:
                self.seen += 1
                found.append(DAMAGED)
                at = mark + 3
            else:
                found.append(0xFF)
                at = mark + (2 if rest[1] == 0xFF else 1)
        return bytes(found + data[at:])
