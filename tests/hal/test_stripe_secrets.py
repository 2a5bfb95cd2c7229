"""Stripe readers: of a payment card nothing is kept, wherever its reading ends."""

from __future__ import annotations

import asyncio
import gc
import traceback
import types

import anyio
import attrs
import pytest

from posframe.hal.codecs.magnetic_stripe import SWIPE_BYTES_MAX, StripeCodec
from posframe.hal.codecs.payment_card import may_be_payment_card
from posframe.hal.codecs.text_source import Source, wipe
from posframe.hal.facts import CardRefused
from posframe.hal.simulators.faults import parse_faults
from posframe.hal.simulators.stripe_reader import SimulatedStripeReader
from posframe.hal.transports import TransportError
from posframe.hal.transports.simulated import SimulatedTransport
from posframe.testing.hal.kits.inputs import MSR
from posframe.testing.hal.workbench import workbench
from posframe.testing.virtual_clock import VIRTUAL_TIME

PAYMENT = CardRefused("Payment cards are read by the card terminal only")
NAME = "CANARY/JANE"
VISA = "4111111111111111"
"""The number that its scheme publishes for tests."""


@pytest.fixture
def anyio_backend():
    return VIRTUAL_TIME


def told(codec, data, now_s=0.0):
    found = codec.feed(data, now_s)
    while (due_s := codec.deadline_s()) is not None:
        found += codec.tick(due_s)
    return found


def remains(root, words):
    """Return what is reachable from ``root`` and holds one of ``words``."""
    seen, todo, found = set(), [root], []
    while todo:
        each = todo.pop()
        if id(each) in seen or isinstance(each, (type, types.ModuleType, types.FunctionType)):
            continue
        seen.add(id(each))
        if isinstance(each, (bytes, bytearray, str)):
            text = each if isinstance(each, str) else bytes(each).decode("latin-1")
            found += [text for word in words if word in text]
        todo += gc.get_referents(each)
    return found


def canaries(number):
    """Return every six digits of a number, and the name: less than that is no secret."""
    return [number[at : at + 6] for at in range(len(number) - 5)] + [NAME]


def assert_gone(root, number=VISA):
    assert remains(root, canaries(number)) == []


def test_the_search_for_remains_finds_what_is_there():
    codec = StripeCodec(Source())
    codec.feed(b";" + VISA.encode(), 0)
    assert remains(codec, canaries(VISA))


@pytest.mark.parametrize("ending", ["?\r", "", "=3012101?", "?;" + "9" * 600])
def test_of_a_refused_card_the_codec_keeps_nothing(ending):
    codec = StripeCodec(Source())
    buffer = codec._swipe
    found = told(codec, f"%B{VISA}^{NAME}^3012101?;{VISA}{ending}".encode())
    assert found == [PAYMENT]
    assert codec._swipe is buffer  # it was overwritten where it stood, not put aside
    assert bytes(buffer) == bytes(SWIPE_BYTES_MAX)
    assert_gone(codec)
    assert_gone(found)
    assert not any(word in repr(codec) + repr(found) for word in canaries(VISA))


def test_a_card_that_is_read_leaves_nothing_in_the_buffer_either():
    codec = StripeCodec(Source())
    told(codec, b"%STAFF-17?\r")
    assert bytes(codec._swipe) == bytes(SWIPE_BYTES_MAX)


def test_wiping_overwrites_in_place():
    buffer = bytearray(b"secret")
    view = memoryview(buffer)
    wipe(buffer)
    assert bytes(view) == bytes(6)


def test_judging_leaves_no_copy_of_the_digits_behind(monkeypatch):
    wiped = []
    monkeypatch.setattr(
        "posframe.hal.codecs.payment_card.wipe", lambda buffer: (wipe(buffer), wiped.append(buffer))
    )
    card = bytearray(f"%B4111 1111 1111 1111^{NAME}^3012?".encode())
    assert may_be_payment_card(card, len(card))
    assert wiped
    assert not any(any(each) for each in wiped)


# The driver and its twin.


def bench_of(options, simulator, faults="", **ends):
    kit = attrs.evolve(MSR, options=options)
    return workbench(kit, SimulatedTransport(simulator, parse_faults(faults), **ends))


@pytest.mark.parametrize("source", ["serial", "evdev"])
async def test_a_payment_card_leaves_nothing_in_driver_facts_or_twin(source):
    twin = SimulatedStripeReader(layout="us" if source == "evdev" else "")
    async with bench_of({"source": source}, twin) as bench:
        bench.line.act(f"swipe %B{VISA}^{NAME}^30121010000? ;{VISA}=30121010000?")
        await anyio.sleep(1)
        assert bench.facts == [PAYMENT]
        for each in (bench.driver.codec, bench.facts, bench.conditions, bench.simulator):
            assert_gone(each)
        assert not any(word in repr(bench.driver) for word in canaries(VISA))


def waiting_values():
    """Return the local values of everything that waits, but for the test itself."""
    for task in asyncio.all_tasks() - {asyncio.current_task()}:
        waiting = task.get_coro()
        while getattr(waiting, "cr_frame", None):
            yield from waiting.cr_frame.f_locals.values()
            waiting = waiting.cr_await


async def test_while_the_driver_waits_for_the_next_card_it_holds_nothing_of_the_last():
    async with bench_of({}, SimulatedStripeReader()) as bench:
        bench.line.act(f"swipe ;{VISA}=30121010000?")
        await anyio.sleep(0.05)
        assert remains(bench.driver.codec, canaries(VISA))  # the swipe may go on
        await anyio.sleep(1)
        held = [each for each in waiting_values() if isinstance(each, (bytes, bytearray, str))]
        assert remains(held, canaries(VISA)) == []


@pytest.mark.parametrize("cut", range(1, 60, 7))
async def test_a_swipe_that_a_lost_line_cuts_short_is_overwritten_too(cut):
    async with bench_of({}, SimulatedStripeReader(), cut_after=cut) as bench:
        bench.line.act(f"swipe %B{VISA}^{NAME}^30121010000? ;{VISA}=30121010000?")
        await anyio.sleep(1)
        assert isinstance(bench.lost[0], TransportError)
        assert not any(word in f"{bench.lost!r}{bench.lost[0]}" for word in canaries(VISA))
        frames = [
            frame.f_locals.values() for frame, _ in traceback.walk_tb(bench.lost[0].__traceback__)
        ]
        texts = [each for values in frames for each in values if isinstance(each, (bytes, str))]
        assert remains(texts, canaries(VISA)) == []
        assert_gone(bench.driver.codec)
        assert bytes(bench.driver.codec._swipe) == bytes(SWIPE_BYTES_MAX)
