"""Readers that send a card's number: whatever they make of it, one card is one token."""

from __future__ import annotations

import random

import anyio
import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from posframe.errors import ConfigurationError, DataError
from posframe.hal.codecs.number_reader import NumberCodec, NumberFormat, card_number
from posframe.hal.codecs.text_source import LINE_BYTES_MAX, Source
from posframe.hal.drivers.number_reader import DRIVER
from posframe.hal.facts import CardRead, CardRefused, WireNoise
from posframe.hal.options import read_options
from posframe.hal.simulators.faults import parse_faults
from posframe.hal.simulators.number_reader import SIMULATOR
from posframe.hal.transports.simulated import SimulatedTransport
from posframe.testing.hal.kits.inputs import NFC
from posframe.testing.hal.workbench import workbench
from posframe.testing.virtual_clock import VIRTUAL_TIME

FOREIGN = CardRefused("The reader sent no card number of the form it is set to")


@pytest.fixture
def anyio_backend():
    return VIRTUAL_TIME


def codec(form=None, **fields):
    return NumberCodec(Source(), form or NumberFormat(), **fields)


def told(reader, data, now_s=0.0):
    found = reader.feed(data, now_s)
    while (due_s := reader.deadline_s()) is not None:
        found += reader.tick(due_s)
    return found


@pytest.mark.parametrize(
    ("text", "fields", "token"),
    [
        # Published: a card printed 0013961168 and 213 02000 is 00 D5 07 D0.
        ("0013961168", {}, "00D507D0"),
        ("213,02000", {"reads": "wiegand"}, "D507D0"),
        ("213 02000", {"reads": "wiegand"}, "D507D0"),
        ("21302000", {"reads": "wiegand"}, "D507D0"),
        ("00D507D0", {"reads": "hex"}, "00D507D0"),
        ("0013961168", {"gives": "decimal"}, "0013961168"),
        ("00D507D0", {"reads": "hex", "gives": "decimal"}, "0013961168"),
        # Published: tag 01 02B0A5FD is printed 0045131261.
        ("0045131261", {}, "02B0A5FD"),
        ("0102b0a5fd", {"reads": "hex"}, "0102B0A5FD"),
        ("176,42493", {"reads": "wiegand"}, "B0A5FD"),
        # By hand: 04 A2 2B 9C is 4 * 2^24 + 162 * 2^16 + 43 * 2^8 + 156, turned round 2620105220.
        ("0077736860", {}, "04A22B9C"),
        ("2620105220", {"reverse": True}, "04A22B9C"),
        ("2620105220", {}, "9C2BA204"),
        ("9C2BA204", {"reads": "hex", "reverse": True}, "04A22B9C"),
        ("04:A2:2B:9C:11:22:33", {"reads": "hex"}, "04A22B9C112233"),
        ("04-a2-2b-9c", {"reads": "hex"}, "04A22B9C"),
        ("00004294967296", {"digits": 14, "width_bytes": 5}, "0100000000"),
    ],
)
def test_numbers_become_one_token(text, fields, token):
    assert card_number(text, NumberFormat(**fields)) == token


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ("001396116", {}),  # nine digits: one was lost
        ("00139611680", {}),
        ("4294967296", {}),  # more than four bytes hold
        ("00A3961168", {}),
        ("٠٠١٣٩٦١١٦٨", {}),
        ("0000000000", {}),
        ("256,00000", {"reads": "wiegand"}),
        ("213,65536", {"reads": "wiegand"}),
        ("213,2000", {"reads": "wiegand"}),
        ("00D507D", {"reads": "hex"}),
        ("XXD507D0", {"reads": "hex"}),
        ("D507", {"reads": "hex"}),
        ("00" * 11, {"reads": "hex"}),
        ("00D507D0", {"reads": "hex", "digits": 10}),
        ("", {}),
    ],
)
def test_what_has_another_form_is_no_number(text, fields):
    assert card_number(text, NumberFormat(**fields)) is None


@given(st.binary(min_size=4, max_size=4).filter(any), st.booleans())
def test_all_notations_of_a_card_are_one_token(card, reverse):
    sent = card[::-1] if reverse else card
    decimal = f"{int.from_bytes(sent, 'big'):010d}"
    by_decimal = card_number(decimal, NumberFormat(reverse=reverse))
    by_hex = card_number(sent.hex(), NumberFormat(reads="hex", reverse=reverse))
    assert by_decimal == by_hex == card.hex().upper()


@pytest.mark.parametrize("end", [b"\r", b"\r\n", b"\n", b"\t", b"\x03", b"\x03\r\n"])
@pytest.mark.parametrize("start", [b"", b"\x02"])
def test_lines_end_as_readers_end_them(start, end):
    assert codec().feed(start + b"0013961168" + end, 0) == [CardRead("00D507D0", "nfc")]


def test_a_number_without_its_end_is_noise_and_not_a_shorter_number():
    assert told(codec(NumberFormat(digits=0)), b"0013961168") == [WireNoise(10)]
    assert told(codec(ended=False), b"0013961168") == [CardRead("00D507D0", "nfc")]


def test_a_line_of_another_form_is_refused_without_its_content():
    assert codec().feed(b"00139\r", 0) == [FOREIGN]


def test_a_prefix_is_taken_off():
    assert codec(prefix="N").feed(b"N0013961168\r", 0) == [CardRead("00D507D0", "nfc")]


def test_a_payment_cards_number_is_refused_here_too():
    (found,) = codec(NumberFormat(reads="hex")).feed(b"4111111111111111\r", 0)
    assert found == CardRefused("Payment cards are read by the card terminal only")


def test_a_card_that_stays_is_reported_once():
    reader, read = codec(repeat_s=1), [CardRead("00D507D0", "nfc")]
    assert reader.feed(b"0013961168\r", 0) == read
    for at in range(1, 20):
        assert reader.feed(b"0013961168\r", at * 0.5) == []
    assert reader.feed(b"0013961168\r", 11) == read
    assert reader.feed(b"0045131261\r", 11.1) == [CardRead("02B0A5FD", "nfc")]


def test_a_line_without_end_is_counted_not_kept():
    reader = codec()
    assert reader.feed(b"1" * 10_000, 0) == []
    assert len(reader._line) == LINE_BYTES_MAX
    assert reader.feed(b"\r0013961168\r", 0) == [WireNoise(10_000), CardRead("00D507D0", "nfc")]
    assert bytes(reader._line) == bytes(LINE_BYTES_MAX)


@given(st.binary(max_size=300))
def test_after_any_noise_and_a_gap_the_next_card_is_read(noise):
    reader = codec(repeat_s=0)
    told(reader, noise)
    assert reader.feed(b"0013961168\r", 10) == [CardRead("00D507D0", "nfc")]


@pytest.mark.parametrize("origin", ["serial", "evdev"])
def test_a_million_bytes_of_noise_pass_and_the_next_card_is_read(origin):
    reader = NumberCodec(Source(origin=origin), NumberFormat())
    noise = random.Random(5).randbytes(1_000_000)
    for at in range(0, 10**6, 4096):
        for each in reader.feed(noise[at : at + 4096], 0):
            assert isinstance(each, CardRefused) or each.sample == b""
    told(reader, b"", 1)
    twin = SIMULATOR.make({"source": origin, "pace_ms": "0"})
    assert reader.feed(twin.act("touch 00D507D0", 10), 10) == [CardRead("00D507D0", "nfc")]


@given(st.data())
def test_however_the_bytes_are_cut_the_cards_are_the_same(data):
    line, reader, found = b"0013961168\r\n0045131261\r\n", codec(), []
    while line:
        size = data.draw(st.integers(1, len(line)))
        found += reader.feed(line[:size], 0)
        line = line[size:]
    assert found == [CardRead("00D507D0", "nfc"), CardRead("02B0A5FD", "nfc")]


# The driver and its twin.


@pytest.mark.parametrize("source", ["serial", "evdev"])
@pytest.mark.parametrize(
    ("writes", "reverse"),
    [("decimal", "no"), ("decimal", "yes"), ("hex", "no"), ("hex", "yes"), ("wiegand", "no")],
)
async def test_driver_and_twin_agree(source, writes, reverse):
    given = {"source": source, "reverse": reverse}
    kit = attrs.evolve(NFC, options={**given, "reads": writes})
    line = SimulatedTransport(SIMULATOR.make({**given, "writes": writes}))
    async with workbench(kit, line) as bench:
        bench.line.act("touch 04A22B9C")
        await anyio.sleep(3)
        bench.line.act("touch 00D507D0")
        await anyio.sleep(3)
    cut = slice(2, None) if writes == "wiegand" else slice(None)
    tokens = [number[cut] for number in ("04A22B9C", "00D507D0")]
    assert bench.facts == [CardRead(each, "nfc") for each in tokens]


async def test_a_card_that_lost_a_digit_is_refused_not_mistaken_for_another():
    twin = SIMULATOR.make({"source": "serial"})
    line = SimulatedTransport(twin, parse_faults("at byte 4 drop 1"))
    async with workbench(NFC, line) as bench:
        bench.line.act("touch 04A22B9C")
        await anyio.sleep(3)
    assert bench.facts == [FOREIGN]


def test_the_driver_is_secret_and_refuses_what_it_does_not_know():
    assert DRIVER.secret
    assert SIMULATOR.secret
    with pytest.raises(ConfigurationError, match="one of: decimal, hex, wiegand"):
        read_options(DRIVER, {"reads": "octal"})
    with pytest.raises(ConfigurationError, match="width_bytes"):
        read_options(DRIVER, {"width_bytes": "99"})
    with pytest.raises(DataError, match="hexadecimal"):
        SIMULATOR.make({}).act("touch XY", 0)
