"""Barcode scanners in HID-POS mode (usage page 0x8C): reports of 64 bytes with AIM identifiers.

::

    0     report id, 2
    1     how many bytes of data this report holds, 56 at most
    2-4   AIM identifier, such as ]E0
    5-60  data, padded with zeros
    61    the maker's own name of the symbology; not used: the AIM identifier says the same
    62    reserved
    63    bit 0: the code goes on in the next report

Access-IS publishes this layout with examples. Some devices place identifier and data one byte
later. Honeywell (0c2e) and Youjie (23d0) enter the mode by feature report 254 = 01 (known from
another program, unverified on a real device); so they do by their barcode for "USB HID POS".
"""

from __future__ import annotations

import re

import attrs

from posframe.hal.codecs.scans import ScanFormat, cut_short, read_scan, too_long
from posframe.hal.codecs.silence import GAP_S, SilenceCodec
from posframe.hal.facts import SAMPLE_BYTES, Scan, ScanRejected, WireNoise

REPORT_ID = 2
REPORT_BYTES = 64
DATA_BYTES_MAX = 56
_CONTINUED = 0x01
_AIM_BYTES = 3
_NO_AIM = bytes(_AIM_BYTES)
_AIM = re.compile(rb"\][A-Za-z][0-9A-Za-z]")
_ENDS = b"\r\n\t\0"

Message = Scan | ScanRejected


class HidScannerCodec(SilenceCodec[Message]):
    """Finds the reports in what comes, and joins those of one code."""

    def __init__(
        self, *, late_aim: bool = False, length_max: int = ScanFormat().length_max
    ) -> None:
        super().__init__(GAP_S)
        self._aim_at = 3 if late_aim else 2
        self._form = ScanFormat(length_max=length_max)
        self._report = bytearray()
        self._skipped = bytearray()
        self._skipped_count = 0
        self._code = bytearray()
        self._code_count = 0

    def _take(self, data: bytes, now_s: float) -> list[Message | WireNoise]:
        del now_s
        found: list[Message | WireNoise] = []
        for at in range(0, len(data), REPORT_BYTES):
            self._report += data[at : at + REPORT_BYTES]
            while report := self._next():
                found += self._noise()
                found += self._join(report)
        return found

    def _next(self) -> bytes | None:
        """Return the next whole report, skipping what cannot be the beginning of one."""
        while self._report:
            if not self._may_begin():
                self._skip(1)
            elif len(self._report) < REPORT_BYTES:
                return None
            else:
                report = bytes(self._report[:REPORT_BYTES])
                del self._report[:REPORT_BYTES]
                return report
        return None

    def _may_begin(self) -> bool:
        """Tell whether what was read so far has the head of a report."""
        head = self._report
        if head[0] != REPORT_ID or (len(head) > 1 and head[1] > DATA_BYTES_MAX):
            return False
        aim = bytes(head[self._aim_at : self._aim_at + _AIM_BYTES])
        return len(aim) < _AIM_BYTES or aim == _NO_AIM or _AIM.fullmatch(aim) is not None

    def _skip(self, count: int) -> None:
        self._skipped += self._report[: min(count, SAMPLE_BYTES - len(self._skipped))]
        self._skipped_count += count
        del self._report[:count]

    def _noise(self) -> list[Message | WireNoise]:
        if not self._skipped_count:
            return []
        noise = WireNoise(self._skipped_count, bytes(self._skipped))
        self._skipped.clear()
        self._skipped_count = 0
        return [noise]

    def _join(self, report: bytes) -> list[Message | WireNoise]:
        start = self._aim_at + _AIM_BYTES
        data = report[start : start + report[1]]
        room = 4 * self._form.length_max - len(self._code)
        self._code += data[: max(0, room)]
        self._code_count += len(data)
        if report[-1] & _CONTINUED:
            return []
        aim = report[self._aim_at : start]
        code, count = bytes(self._code), self._code_count
        self._forget_code()
        return self._read(code, count, "" if aim == _NO_AIM else aim.decode("ascii"))

    def _read(self, code: bytes, count: int, aim: str) -> list[Message | WireNoise]:
        if count > len(code):
            return [too_long(count)]
        try:
            text = code.rstrip(_ENDS).decode("utf-8")
        except UnicodeDecodeError:
            return [ScanRejected("It holds bytes that are no characters", count)]
        if not text:
            return [ScanRejected("The scanner sent no code", count)] if aim else []
        return [
            attrs.evolve(each, aim=aim) if isinstance(each, Scan) else each
            for each in read_scan(text, self._form)
        ]

    def _silent(self, now_s: float) -> list[Message | WireNoise]:
        del now_s
        self._skip(len(self._report))
        found = self._noise()
        if self._code_count:
            found.append(cut_short(self._code_count))
        self._forget_code()
        return found

    def _forget_code(self) -> None:
        self._code.clear()
        self._code_count = 0

    def _holds(self) -> bool:
        return bool(self._report or self._skipped_count or self._code_count)
