"""Faults on a simulated line, scripted: what happens to bytes on their way, and when.

One a line::

    on HEX                           the device receives HEX: strikes what it answers to it
    tx on HEX | rx on HEX            strikes HEX itself where it passes, and what came with it
    [rx|tx] at byte N                from byte N of a connection on; the first is 0
    [rx|tx] after T s                the first bytes T seconds after the script began

each followed by what happens to the bytes from there on that were handed over together::

    drop [BYTES]                     they are lost; BYTES: so many, also of what comes later
    delay [SECONDS]                  they come later, 1 s if left out, and all behind them too
    corrupt [BIT]                    one bit of the first byte is flipped, bit 0 if left out
    split [BYTES]                    a pause comes after BYTES of them; left out: after half
    merge [SECONDS]                  they are held until others follow, or SECONDS have passed
    nak [HEX]                        one byte comes in their place, 15 if left out
    duplicate                        they come twice
    close                            the line closes in their place

``tx`` (the default) is what the device sends, ``rx`` what it receives. ``xN`` at the end of a line
says how often, once if left out; with ``at byte``, in how many connections. ``#`` begins a comment.

What a fault does to bytes is `faulty_way`'s business; `wire` puts a device behind it.
"""

from __future__ import annotations

import re

import attrs

from posframe.errors import DataError

FORM = (
    "[rx|tx], then: at byte N | after T s | on HEX, then: drop [BYTES] | delay [SECONDS] | "
    "corrupt [BIT] | split [BYTES] | merge [SECONDS] | nak [HEX] | duplicate | close, then: [xN]"
)
FAULTS_MAX = 10_000
_LINE = re.compile(
    r"(?:(?P<way>rx|tx)\s+)?"
    r"(?:at\s+byte\s+(?P<byte>\d{1,9})|after\s+(?P<time>\d{1,6}(?:\.\d{1,6})?)\s*s?"
    r"|on\s+(?P<bytes>(?:[0-9a-fA-F]{2}\s?)+?))\s+"
    r"(?P<what>drop|delay|corrupt|split|merge|close|nak|dup(?:licate)?)"
    r"(?:\s+(?!x)(?P<arg>[0-9a-fA-Fx.]{1,12}))?(?:\s+x(?P<times>[1-9]\d{0,5}))?"
)
_COUNT = re.compile(r"[1-9]\d{0,8}")
_SECONDS = re.compile(r"\d{1,6}(?:\.\d{1,6})?")
_ARGUMENTS = {
    "drop": _COUNT,
    "split": _COUNT,
    "delay": _SECONDS,
    "merge": _SECONDS,
    "corrupt": re.compile(r"[0-7]"),
    "nak": re.compile(r"(?:0x)?[0-9a-fA-F]{1,2}"),
}


@attrs.frozen
class Fault:
    """One line of a fault script."""

    what: str
    receives: bool = False
    """Whether it strikes what the device receives, not what it sends."""
    at_byte: int | None = None
    after_s: float | None = None
    on: bytes = b""
    answers: bool = False
    """``on`` is looked for in what the device receives, and its answer is struck."""
    argument: float | None = None
    times: int = 1
    text: str = ""
    """As it was written."""

    def __str__(self) -> str:
        return self.text or self.what


def parse_faults(text: str) -> tuple[Fault, ...]:
    """Return the faults of a script.

    Raises:
        DataError: a line is no fault; names it and the valid form.
    """
    lines = ((at, line.partition("#")[0].strip()) for at, line in enumerate(text.splitlines(), 1))
    faults = tuple(parse_fault(line, at) for at, line in lines if line)
    if len(faults) > FAULTS_MAX:
        raise DataError(
            f"{len(faults)} faults are too many", hint=f"at most {FAULTS_MAX}; use xN to repeat"
        )
    return faults


def parse_fault(line: str, at: int) -> Fault:
    """Return the fault that ``line``, number ``at`` of its script, says.

    Raises:
        DataError: it is none; names the line and the valid form.
    """
    found = _LINE.fullmatch(line)
    what = "duplicate" if found and found["what"].startswith("dup") else found and found["what"]
    argument = found["arg"] if found else None
    form = _ARGUMENTS.get(what or "")
    if found is None or not what or (argument and not (form and form.fullmatch(argument))):
        raise DataError(f"Fault {line!r} in line {at} means nothing", hint=f"write {FORM}")
    return Fault(
        what=what,
        receives=found["way"] == "rx",
        at_byte=int(found["byte"]) if found["byte"] else None,
        after_s=float(found["time"]) if found["time"] else None,
        on=bytes.fromhex(found["bytes"] or ""),
        answers=found["way"] is None and bool(found["bytes"]),
        argument=_argument(what, argument),
        times=int(found["times"] or 1),
        text=line,
    )


def _argument(what: str, text: str | None) -> float | None:
    if not text:
        return None
    return float(int(text, 16) if what == "nak" else text)
