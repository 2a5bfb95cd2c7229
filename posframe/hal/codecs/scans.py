"""What a scanner sends for one code, as text: prefix, AIM identifier, data.

How the text is framed, and where it comes from, is the business of the codecs that use this; what
a code stands for is the catalogue's.
"""

from __future__ import annotations

import re

import attrs

from posframe.hal.facts import Scan, ScanRejected, WireNoise

LENGTH_MAX = 1024
"""More than a GS1 DataMatrix or a payment QR code holds; a longer run is two codes, or noise."""
SEPARATORS = "\x1c\x1d\x1e\x1f\x04"
"""FS, GS, RS, US, EOT: field separators of GS1 (GS stands for FNC1) and of ISO/IEC 15434."""
_LAYOUT = "\t\r\n"  # inside a QR code that holds lines
# A flag, the kind of symbol and its modifier: ISO/IEC 15424.
_AIM = re.compile(r"\][A-Za-z][0-9A-Za-z]")

Found = Scan | ScanRejected | WireNoise


@attrs.frozen(kw_only=True)
class ScanFormat:
    """How a scanner is set to send its codes."""

    prefix: str = ""
    aim: bool = False
    """It sends AIM identifiers, always."""
    length_max: int = LENGTH_MAX


def read_scan(text: str, form: ScanFormat) -> list[Found]:
    """Return what one frame amounts to: a scan, a rejection, or nothing for an empty frame.

    What stands before the prefix is noise of the line, and counted as such.
    """
    if not text:
        return []
    if not form.prefix:
        return [_read(text, form)]
    noise, prefix, rest = text.partition(form.prefix)
    if not prefix:
        return [ScanRejected("It came without the prefix that the scanner sends", len(text))]
    skipped: list[Found] = [WireNoise(len(noise))] if noise else []
    return [*skipped, _read(rest, form)]


def too_long(length: int) -> ScanRejected:
    """Return the rejection of a run without an end."""
    return ScanRejected("It is longer than any code", length)


def cut_short(length: int) -> ScanRejected:
    """Return the rejection of a frame whose end did not come: its code would be a wrong one."""
    return ScanRejected("Its end did not come", length)


def _read(text: str, form: ScanFormat) -> Scan | ScanRejected:
    if len(text) > form.length_max:
        return too_long(len(text))
    aim = ""
    if form.aim:
        found = _AIM.match(text)
        if found is None:
            return ScanRejected("It came without an AIM identifier", len(text))
        aim = found[0]
    code = text[len(aim) :]
    if not code.strip():
        return ScanRejected("The scanner sent no code", len(text))
    if not all(each.isprintable() or each in SEPARATORS or each in _LAYOUT for each in code):
        return ScanRejected("It holds characters that no code has", len(text))
    return Scan(code, aim)
