"""Barcode scanners on a serial line: frames of [prefix][AIM identifier]data[suffix].

There is no checksum. A frame whose suffix does not come is rejected, never taken for a shorter
code; only a scanner set to send no suffix is ended by silence.
"""

from __future__ import annotations

from typing import Literal

import attrs

from posframe.hal.codecs.scans import ScanFormat, cut_short, read_scan, too_long
from posframe.hal.codecs.silence import SilenceCodec
from posframe.hal.facts import Scan, ScanRejected, WireNoise

ACK = b"\x06"
NAK = b"\x15"

Suffix = Literal["CR", "CRLF", "TAB", "ETX", "none"]
Charset = Literal["utf-8", "latin-1", "gb18030"]

_ENDS: dict[Suffix, bytes] = {
    "CR": b"\r",
    "CRLF": b"\r\n",
    "TAB": b"\t",
    "ETX": b"\x03",
    "none": b"",
}
_LINE_END = b"\r\n"

Message = Scan | ScanRejected


@attrs.frozen(kw_only=True)
class Framing:
    """How a scanner's codes are told apart on its line."""

    suffix: Suffix = "CR"
    charset: Charset = "utf-8"
    strip_nul: bool = True
    idle_s: float = 0.1
    form: ScanFormat = attrs.field(factory=ScanFormat)


class SerialScannerCodec(SilenceCodec[Message]):
    """Cuts the line into frames and reads each."""

    def __init__(self, framing: Framing) -> None:
        super().__init__(framing.idle_s)
        self._framing = framing
        self._end = _ENDS[framing.suffix]
        # Bytes, not characters: what is longer is not kept, only counted.
        self._kept_max = 4 * (framing.form.length_max + len(framing.form.prefix) + 3)
        self._kept = bytearray()
        self._dropped = 0
        self._after_cr = False
        self._half_end = False

    def _take(self, data: bytes, now_s: float) -> list[Message | WireNoise]:
        del now_s
        if self._framing.strip_nul:
            data = data.replace(b"\0", b"")
        if not self._end:
            self._keep(data)
            return []
        return self._frames(data)

    def _frames(self, data: bytes) -> list[Message | WireNoise]:
        found: list[Message | WireNoise] = []
        if self._half_end:
            data, self._half_end = self._end[:1] + data, False
        while data:
            if self._after_cr and data[:1] == b"\n":
                data = data[1:]  # set to CR LF, configured as CR: no empty second code
            self._after_cr = False
            frame, end, data = data.partition(self._end)
            if end:
                self._keep(frame)
                found += self._read()
                self._after_cr = end == b"\r"
            else:
                # The two bytes of one end may come apart.
                self._half_end = self._end == _LINE_END and frame[-1:] == b"\r"
                self._keep(frame[:-1] if self._half_end else frame)
        return found

    def _silent(self, now_s: float) -> list[Message | WireNoise]:
        del now_s
        if not self._end:
            return self._read()
        length = len(self._kept) + self._dropped + self._half_end
        self._forget()
        return [cut_short(length)] if length else []

    def _holds(self) -> bool:
        return bool(self._kept or self._dropped or self._half_end)

    def _keep(self, data: bytes) -> None:
        room = max(0, self._kept_max - len(self._kept))
        self._kept += data[:room]
        self._dropped += len(data) - len(data[:room])

    def _read(self) -> list[Message | WireNoise]:
        frame, dropped = bytes(self._kept), self._dropped
        self._forget()
        if dropped:
            return [too_long(len(frame) + dropped)]
        if not self._end:
            frame = frame.rstrip(_LINE_END)
        try:
            text = frame.decode(self._framing.charset)
        except UnicodeDecodeError:
            return [ScanRejected("It holds bytes that are no characters", len(frame))]
        return [*read_scan(text, self._framing.form)]

    def _forget(self) -> None:
        self._kept.clear()
        self._dropped = 0
        self._half_end = False
