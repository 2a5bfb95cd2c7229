"""What a line does to bytes: pieces of any size, noise, halves, wrong bits. None may mislead."""

from __future__ import annotations

import functools
import random
from typing import TYPE_CHECKING, Any

import anyio
import pytest

from posframe.hal.driver import CodecDriver
from posframe.hal.facts import WireNoise
from posframe.hal.simulators.faults import parse_faults
from posframe.testing.hal.suite.runs import Line, Run, exchange_of, inject, perform, reference
from posframe.testing.hal.suite.selection import needs
from posframe.testing.hal.suite.soundness import facts_that_matter, unsound

if TYPE_CHECKING:
    from posframe.hal.progress import Progress
    from posframe.testing.hal.kit import Kit
    from posframe.testing.hal.workbench import Workbench

NOISE_BYTES = 1_000_000
PIECE_BYTES = 4096
GAP_S = 1.0
"""A pause after which whatever was half read has been given up."""
KEPT_BYTES_MAX = 64 * 1024
"""More than the longest message of any protocol here."""
SLOW_BYTE_S = 0.004
"""One character at 2,400 baud."""
HALVES_MAX = 64


@pytest.mark.parametrize("byte_s", [0.0, SLOW_BYTE_S], ids=["at-once", "slowly"])
async def test_bytes_one_by_one_mean_the_same(kit: Kit, byte_s: float) -> None:
    """Point 6: what comes in one piece may as well come byte by byte."""
    good = await reference(kit)
    line = Line(kit.simulator())
    line.byte_s = byte_s
    run = await perform(kit, line)
    assert not run.bug, f"Byte by byte, {run.bug}"
    assert run.error is None, f"Byte by byte it fails: {run.error!r}"
    assert run.value == good.value, f"Byte by byte it is {run.value}, not {good.value}"
    assert _said(run) == _said(good), f"Byte by byte it reports {_said(run)}, not {_said(good)}"


async def test_noise_is_survived_and_the_next_message_read(kit: Kit) -> None:
    """Point 7: a million bytes of noise never crash or hang it; after a gap all is as before."""
    good = await reference(kit)
    for seed, source in enumerate((bytes(range(256)), bytes(good.line.tap.said) or b"\0")):
        line = Line(kit.simulator())
        work = functools.partial(_after_noise, kit, random.Random(seed), source)  # noqa: S311 - repeatable noise
        run = await perform(kit, line, work)
        assert not run.bug, f"After noise, {run.bug}"
        assert run.error is None, f"After noise and a gap it fails: {run.error!r}"
        value, kept = run.value
        assert value == good.value, f"After noise and a gap it is {value}, not {good.value}"
        assert kept <= KEPT_BYTES_MAX, f"It keeps {kept} bytes of noise"


async def test_half_a_message_is_given_up(kit: Kit) -> None:
    """Point 7: a message cut short is forgotten after a gap; the next one is read whole."""
    good = await reference(kit)
    said = bytes(good.line.tap.said)
    for length in range(1, min(len(said), HALVES_MAX)):
        run = await perform(kit, work=functools.partial(_after_half, kit, said[:length]))
        where = f"After the first {length} of {len(said)} bytes and a gap"
        assert not run.bug, f"{where}: {run.bug}"
        assert run.error is None, f"{where} it fails: {run.error!r}"
        value, early = run.value
        if kit.stimulus and early == facts_that_matter(kit.expected):
            continue  # it was whole but for what silence makes up for
        assert not early or not kit.stimulus, f"{where} it made up {early}"
        assert value == good.value, f"{where} it is {value}, not {good.value}"


async def test_a_wrong_bit_never_crashes_it(kit: Kit) -> None:
    """Point 8: whatever bit is flipped on the way, the exchange ends; a promise stays sound."""
    good = await reference(kit)
    for run, where in [each async for each in _with_wrong_bits(kit, good)]:
        assert not run.bug, f"{where}: {run.bug}"
        assert run.effects <= 1, f"{where}, one exchange happened {run.effects} times"


@needs(capability="checksum")
async def test_a_wrong_bit_is_never_believed(kit: Kit) -> None:
    """Point 8: with a checksum, a wrong bit is an error or is asked for again, never an answer."""
    good = await reference(kit)
    for run, where in [each async for each in _with_wrong_bits(kit, good)]:
        wrong = unsound(kit, run, good)
        assert not wrong, f"{where}: {wrong}"
        believed = run.error is None and run.value != good.value and not kit.stimulus
        assert not believed, f"{where}: it believed {run.value}"


async def _after_noise(
    kit: Kit, chance: random.Random, source: bytes, bench: Workbench, progress: Progress
) -> Any:  # noqa: ANN401 - the kit's own, and a number of bytes
    left = NOISE_BYTES // 2
    while left > 0:
        inject(bench, bytes(chance.choices(source, k=min(left, PIECE_BYTES))))
        left -= PIECE_BYTES
        await anyio.sleep(0.001)
        if kit.spec.secret:
            assert not any(isinstance(fact, WireNoise) and fact.sample for fact in bench.facts), (
                "the noise of a secret device is reported with its bytes"
            )
        bench.facts.clear()
    kept = _kept_bytes(bench.driver)
    await anyio.sleep(GAP_S)
    await _recover(kit, bench)
    return await exchange_of(kit)(bench, progress), kept


async def _after_half(kit: Kit, half: bytes, bench: Workbench, progress: Progress) -> Any:  # noqa: ANN401
    inject(bench, half)
    await anyio.sleep(GAP_S)
    early = facts_that_matter(bench.facts)
    await _recover(kit, bench)
    return await exchange_of(kit)(bench, progress), early


async def _recover(kit: Kit, bench: Workbench) -> None:
    """Let the device say how it stands: noise may have looked like a message."""
    for act in kit.refresh:
        bench.line.act(act)
        await anyio.sleep(GAP_S)
    if bench.driver.check_every_s is not None:
        await bench.driver.check()
    bench.facts.clear()


async def _with_wrong_bits(kit: Kit, good: Run) -> Any:  # noqa: ANN401 - pairs, one by one
    """Yield a run and its description for wrong bits all over the answers."""
    heard = len(good.line.tap.said)
    stride = max(1, heard // HALVES_MAX)
    for place in range(0, heard, stride):
        for bit in (0, 3, 6):
            at = good.start_heard + place
            faults = parse_faults(f"tx at byte {at} corrupt {bit}")
            run = await perform(kit, Line(kit.simulator(), faults))
            yield run, f"With bit {bit} of byte {place + 1} of {heard} flipped"


def _said(run: Run) -> list[Any]:
    return [fact for fact in run.facts if not isinstance(fact, WireNoise)]


def _kept_bytes(driver: Any) -> int:  # noqa: ANN401 - any driver
    """Return how much the codec holds, as far as its attributes tell."""
    return _size(driver.codec, 0) if isinstance(driver, CodecDriver) else 0


def _size(value: Any, depth: int) -> int:  # noqa: ANN401 - whatever a codec keeps
    if isinstance(value, (bytes, bytearray, str)):
        return len(value)
    if depth > 4:
        return 0
    if isinstance(value, (list, tuple, set, frozenset)) or type(value).__name__ == "deque":
        return len(value) + sum(_size(each, depth + 1) for each in value)
    if isinstance(value, dict):
        return len(value) + sum(_size(each, depth + 1) for each in value.values())
    names = [*getattr(value, "__dict__", ()), *_slots(type(value))]
    return sum(_size(getattr(value, name, None), depth + 1) for name in names)


def _slots(kind: type) -> list[str]:
    found: list[str] = []
    for each in kind.__mro__:
        slots = each.__dict__.get("__slots__", ())
        found += [slots] if isinstance(slots, str) else list(slots)
    return [name for name in found if not name.startswith("__")]
