"""Trying, watching and recording one device: what happens, line by line, on a terminal."""

from __future__ import annotations

import time
from typing import IO, TYPE_CHECKING

import anyio

from posframe.cli.hal_target import connected, find_target
from posframe.cli.hal_trial import fact_words, try_device
from posframe.cli.lines import paragraph
from posframe.errors import DataError, DeviceError
from posframe.hal.facts import StateChanged
from posframe.hal.wire_log import WireLog, card_free

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from posframe.cli.hal_target import Session, Target
    from posframe.hal.wire_log import WireRecord

_ROW_BYTES = 16
_ARROWS = {"tx": ">", "rx": "<"}
_IN_NUMBERS = frozenset(bytes((each,)) for each in b"0123456789 -=^")
_HELD_MAX = 64
"""Records of one byte and less make no longer number, nor track."""


class WatchedLog(WireLog):
    """A wire log that hands each record on as it comes, and keeps none.

    One that ends within digits waits for the next: they may be a card's number, which is masked.
    """

    def __init__(self, take: Callable[[WireRecord], None], *, secret: bool) -> None:
        super().__init__(secret=secret)
        self._take = take
        self._held: list[WireRecord] = []

    def hand_on(self) -> None:
        """Hand on what waits; there is no more."""
        for record in card_free(self._held):
            self._take(record)
        self._held.clear()

    def _keep(self, record: WireRecord) -> None:
        self._held.append(record)
        ends = {each.direction: each.data[-1:] for each in self._held if each.data}
        if _IN_NUMBERS.isdisjoint(ends.values()) or len(self._held) > _HELD_MAX:
            self.hand_on()


def try_one(device: str, till: Path | None, seconds: float) -> int:
    """Try a device and return the exit status."""
    target = find_target(device, till)
    _introduce(target)
    return _tried(target, seconds, None)


def watch(device: str, till: Path | None, *, wire: bool) -> int:
    """Print what a device reports until interrupted, with its bytes if ``wire``."""
    target = find_target(device, till)
    _introduce(target)
    print("Ctrl-C ends it.", flush=True)
    log = WatchedLog(_print_record, secret=target.plan.spec.secret) if wire else None
    _until_interrupted(target, log)
    if log is not None:
        log.hand_on()
    return 0


def record_to(device: str, file: Path, till: Path | None, *, seconds: float | None) -> int:
    """Write a device's wire log to ``file``; try it meanwhile if ``seconds`` are given."""
    target = find_target(device, till)
    secret = target.plan.spec.secret
    count = 0
    with _new_file(file) as out:

        def keep(record: WireRecord) -> None:
            nonlocal count
            count += 1
            out.write(f"{record.line()}\n")
            out.flush()

        log = WatchedLog(keep, secret=secret)
        _introduce(target)
        if secret:
            print("What it reads may be personal: lengths are recorded, no bytes.")
        if seconds is not None:
            status = _tried(target, seconds, log)
        else:
            print("Ctrl-C ends it.", flush=True)
            _until_interrupted(target, log)
            status = 0
        log.hand_on()
    print(f"{count} records written to {file}")
    if not secret:
        print(f"Play it back: posframe hal replay {file} --driver {target.plan.spec.name}")
    return status


def clock_text() -> str:
    """Return the time of day to the millisecond."""
    now_s = time.time()
    return f"{time.strftime('%H:%M:%S', time.localtime(now_s))}.{int(now_s * 1000) % 1000:03d}"


def wire_rows(record: WireRecord) -> list[str]:
    """Return a record as rows of hex and characters; of personal bytes only how many."""
    if record.direction not in _ARROWS:
        return [f"line {record.direction}{f': {record.why}' if record.why else ''}"]
    arrow = _ARROWS[record.direction]
    if record.data is None:
        return [f"{arrow} {record.length} bytes, personal"]
    rows = [record.data[at : at + _ROW_BYTES] for at in range(0, len(record.data), _ROW_BYTES)]
    return [f"{arrow} {row.hex(' '):<{3 * _ROW_BYTES}} {_characters(row)}" for row in rows]


def _characters(data: bytes) -> str:
    return "".join(chr(byte) if 0x20 <= byte < 0x7F else "." for byte in data)


def _introduce(target: Target) -> None:
    behind = "" if target.connector is None else f", on {target.plan.name} {target.plan.uri}"
    paragraph(f"{target.device_class}, {target.uri}{behind}", first=f"{target.name}: ", indent=2)


def _tried(target: Target, seconds: float, log: WireLog | None) -> int:
    well = False

    async def trial() -> None:
        nonlocal well
        async with connected(target, log) as session:
            well = await try_device(session, _say, seconds)

    try:
        anyio.run(trial)
    except DeviceError as error:
        _say(str(error.message))
        if error.hint:
            _say(f"  {error.hint}")
    return 0 if well else 1


def _until_interrupted(target: Target, log: WireLog | None) -> None:
    async def stay() -> None:
        async with connected(target, log) as session:
            await _print_events(session, secret=target.plan.spec.secret)

    try:
        anyio.run(stay)
    except KeyboardInterrupt:
        print()


async def _print_events(session: Session, *, secret: bool) -> None:
    while True:
        event = await session.event()
        paragraph(fact_words(event.fact, secret=secret), first=f"{clock_text()}  ", indent=14)
        if isinstance(event.fact, StateChanged) and event.fact.hint:
            paragraph(event.fact.hint, first=" " * 14)


def _print_record(record: WireRecord) -> None:
    # 12 columns of time, so that a row of sixteen bytes fits 80.
    stamp = f"{clock_text()[:12]}"
    for row in wire_rows(record):
        print(f"{stamp} {row}", flush=True)
        stamp = " " * len(stamp)


def _say(words: str) -> None:
    text = words.lstrip(" ")
    paragraph(text, first=" " * (len(words) - len(text)))


def _new_file(file: Path) -> IO[str]:
    try:
        return file.open("x", encoding="utf-8")
    except FileExistsError as error:
        raise DataError(f"{file} exists already", hint="name another file") from error
    except OSError as error:
        raise DataError(
            f"{file} cannot be written ({error.strerror})", hint="name another file"
        ) from error
