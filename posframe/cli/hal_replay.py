"""``posframe hal replay``: a recording played to a driver, and the first difference."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

import anyio
import attrs

from posframe.cli.hal_trial import fact_words, reading_words
from posframe.cli.hal_watch import WatchedLog
from posframe.cli.lines import paragraph
from posframe.errors import DataError, DeviceError
from posframe.hal.driver import DeviceSetup
from posframe.hal.options import read_options
from posframe.hal.registry import driver_spec
from posframe.hal.transports import TransportError
from posframe.hal.transports.replay import ReplayTransport
from posframe.hal.wire_log import LoggedTransport, read_records

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from posframe.hal.driver import Conditions, Driver, DriverSpec
    from posframe.hal.facts import Fact
    from posframe.hal.wire_log import WireRecord

PAUSE_S_MAX = 1.0
"""Longer pauses of a recording are cut to this: no codec waits longer for the rest of a frame."""
STILL_S = 2.5
"""A driver that has had all it can get does nothing more after so long."""
ENDED_S = 1.5
"""Time for what only silence ends, such as a key that is taken away."""
START_S = 10.0
READ_S = 1.5


def play(file: Path, driver: str) -> int:
    """Play ``file`` to a driver given as in an address, without its line; return the status."""
    name, _, query = driver.partition("?")
    spec = driver_spec(name)
    options = read_options(spec, dict(parse_qsl(query, keep_blank_values=True)))
    line = ReplayTransport(_paced(_records(file)), name=str(file))
    anyio.run(_play, spec, options, line)
    if line.difference:
        paragraph(line.difference, first="first difference: ")
        return 1
    if line.finished:
        print("played to its end, without a difference")
    else:
        print("no difference, and not played to its end: this driver writes nothing more")
        print("by itself. What follows was asked for, as a print or a weight is")
    return 0


def _records(file: Path) -> list[WireRecord]:
    try:
        with file.open(encoding="utf-8") as lines:
            return read_records(lines)
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"{file} cannot be read ({error})", hint="check the name") from error


def _paced(records: Sequence[WireRecord]) -> list[WireRecord]:
    """Return the records with their long pauses cut short."""
    paced: list[WireRecord] = []
    for record in records:
        before = records[len(paced) - 1] if paced else record
        pause_s = min(max(0.0, record.at_s - before.at_s), PAUSE_S_MAX)
        at_s = paced[-1].at_s + pause_s if paced else 0.0
        paced.append(attrs.evolve(record, at_s=at_s))
    return paced


async def _play(spec: DriverSpec, options: object, line: ReplayTransport) -> None:
    moved_s = anyio.current_time()

    def stir() -> None:
        nonlocal moved_s
        moved_s = anyio.current_time()

    def tell(fact: Fact) -> None:
        stir()
        _print(fact_words(fact, secret=False))

    def report(conditions: Conditions) -> None:
        words = "; ".join((*conditions.blocking, *conditions.warnings))
        _print(f"condition: {words or 'all is well'}")

    heard = LoggedTransport(line, WatchedLog(lambda _record: stir(), secret=False))
    await heard.open()
    driver = spec.make(
        DeviceSetup(name=spec.name, line=heard, options=options, emit=tell, report=report)
    )
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(_pumped, driver, line, tasks.cancel_scope)
        tasks.start_soon(_used, driver, spec, line, stir)
        while anyio.current_time() - moved_s < _patience_s(line) and line.is_open:  # noqa: ASYNC110 - silence is awaited
            await anyio.sleep(0.1)
        tasks.cancel_scope.cancel()
    with anyio.CancelScope(shield=True):
        await line.close()


def _patience_s(line: ReplayTransport) -> float:
    return ENDED_S if line.finished else STILL_S


async def _pumped(driver: Driver, line: ReplayTransport, scope: anyio.CancelScope) -> None:
    try:
        await driver.pump()
    except TransportError as error:
        if not line.difference:  # which is told at the end
            _print(error.message)
        scope.cancel()


async def _used(
    driver: Driver, spec: DriverSpec, line: ReplayTransport, stir: Callable[[], None]
) -> None:
    """Start the driver; of a scale ask weights, as whoever recorded it did."""
    try:
        with anyio.fail_after(START_S):
            await driver.start()
        _print("started")
        shown = ""
        while spec.device_class == "scale" and not line.finished:
            scale: Any = driver
            words = reading_words(await scale.read(READ_S))
            if words != shown:
                stir()
                _print(words)
            shown = words
            await anyio.sleep(scale.poll_s)
    except (DeviceError, TimeoutError) as error:
        if line.is_open:  # the end of a line is told by who listens
            _print(str(error) or "the driver's start took too long")


def _print(words: str) -> None:
    paragraph(words, first="  ")
