"""Stripe readers: loyalty and staff cards become tokens, payment cards are refused."""

from __future__ import annotations

import random

import anyio
import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from posframe.errors import ConfigurationError
from posframe.hal.codecs.magnetic_stripe import StripeCodec
from posframe.hal.codecs.payment_card import may_be_payment_card
from posframe.hal.codecs.text_source import Source
from posframe.hal.drivers.stripe_reader import DRIVER
from posframe.hal.facts import CardRead, CardRefused, WireNoise
from posframe.hal.options import read_options
from posframe.hal.simulators.faults import parse_faults
from posframe.hal.simulators.stripe_reader import SIMULATOR, SimulatedStripeReader
from posframe.hal.transports.simulated import SimulatedTransport
from posframe.testing.hal.kits.inputs import MSR
from posframe.testing.hal.workbench import workbench
from posframe.testing.virtual_clock import VIRTUAL_TIME

PAYMENT = CardRefused("Payment cards are read by the card terminal only")
UNREAD = CardRefused("The card could not be read; swipe it again")
TEST_CARDS = (  # numbers that the schemes and their processors publish for tests
    "4111111111111111",
    "4222222222222",
    "5555555555554444",
    "2223003122003222",
    "378282246310005",
    "30569309025904",
    "3530111333300000",
    "6011111111111117",
    "6759649826438453",
    "6304000000000000000",
)
NAME = "CANARY/JANE"
VISA = TEST_CARDS[0]


@pytest.fixture
def anyio_backend():
    return VIRTUAL_TIME


def told(codec, data, now_s=0.0):
    found = codec.feed(data, now_s)
    while (due_s := codec.deadline_s()) is not None:
        found += codec.tick(due_s)
    return found


def swiped(text, **fields):
    return told(StripeCodec(Source(), **fields), text.encode())


def is_payment(text):
    return may_be_payment_card(bytearray(text.encode()), len(text))


# Loyalty and staff cards.


@pytest.mark.parametrize(
    ("text", "token"),
    [
        (";12345678?\r", "12345678"),
        ("%A12345?\r", "A12345"),
        ("%A12345?;0099?\r", "0099"),
        ("%A12345?+777?\r", "A12345"),
        ("+777?", "777"),
        (";0042=99?\r\n", "0042"),
        ("%STAFF-17^DOE?\r", "STAFF-17"),
        (";12345678?7\r", "12345678"),  # the check character that some readers send
        ("\x02\x1b%E?;4711?0\r\x03", "4711"),  # a frame of MagTek's insertion readers
        (";1234567890123?\r", "1234567890123"),  # thirteen digits, but none of a bank's
    ],
)
def test_loyalty_and_staff_cards_are_read(text, token):
    assert swiped(text) == [CardRead(token, "msr")]


@pytest.mark.parametrize(
    ("track", "token"), [("1", "A1"), ("2", "22"), ("3", "333"), ("any", "22")]
)
def test_the_track_that_holds_the_number_can_be_chosen(track, token):
    for third in (";333?", "+333?"):
        assert swiped(f"%A1?;22?{third}\r", track=track) == [CardRead(token, "msr")]


def test_tracks_that_come_one_by_one_are_one_swipe():
    codec = StripeCodec(Source())
    assert codec.feed(b"%A1?\r", 0) == []
    assert codec.feed(b";22?\r", 0.08) == []
    assert told(codec, b"", 0.08) == [CardRead("22", "msr")]


@pytest.mark.parametrize(
    ("text", "fact"),
    [
        ("%E?;E?+E?\r", UNREAD),
        (";E?\r", UNREAD),
        (";123456", UNREAD),
        ("%A1?;1234", UNREAD),
        (";?\r", CardRefused("The card holds no number on the track that is read")),
        (";12<>34?\r", CardRefused("The card holds something else than a number")),
        (";" + "1=" * 300 + "?", UNREAD),
        ("no card\r", WireNoise(8)),
        (";12?345678?\r", UNREAD),  # a track that ends too early
    ],
)
def test_what_cannot_be_read_is_refused_with_a_reason(text, fact):
    assert swiped(text) == [fact]


def test_a_track_that_cannot_be_read_does_not_hide_behind_another():
    assert swiped("%A1?;E?\r", track="2") == [UNREAD]


def test_line_ends_alone_are_nothing():
    assert swiped("\r\n\x02\x03") == []


# Payment cards.


@pytest.mark.parametrize("number", TEST_CARDS)
@pytest.mark.parametrize(
    "form",
    [
        "%B{0}^{1}^30121010000000001?",
        ";{0}=30121010000000001?",
        "%B{0}^{1}^30121010000000001?;{0}=30121010000000001?\r",
        "+01{0}=724724000000000030300XXXX040400099010=?",
        ";{0}?",
        "%{0}?",
        "%A1?;{0}?",
        ";22?+{0}?",
        "{0}\r",
        "%B{0}",
        ";{0}",
        ";00{0}=3012101?",
        "%E?;{0}D3012101?",
        ";{0}301210100000000000?",
        ";01{0}3012101000001?",
    ],
)
def test_payment_cards_are_refused_in_every_form(number, form):
    assert swiped(form.format(number, NAME)) == [PAYMENT]


@pytest.mark.parametrize(
    "text",
    [
        "4111 1111 1111 1111",
        "4111-1111-1111-1111",
        "%B3782 822463 10005^CANARY/JANE^3012?",
        "4111.1111/1111 1111",
    ],
)
def test_blanks_and_dashes_do_not_hide_a_number(text):
    assert swiped(text) == [PAYMENT]


@pytest.mark.parametrize(
    "text",
    [
        "%B12345678^CANARY/JANE^3012101?",  # too short a number, no check digit: but a bank's track
        ";12345678=3012101?",
        ";123456789012=99?",
    ],
)
def test_the_layout_of_a_payment_cards_track_is_enough(text):
    assert swiped(text) == [PAYMENT]


@pytest.mark.parametrize(
    ("text", "refused"),
    [
        ("4111111111111111", True),
        ("4111111111111112", False),  # the check digit fails
        ("4222222222222", True),  # thirteen digits are the fewest
        ("422222222222", False),  # twelve, and the check digit holds
        ("6304000000000000000", True),  # nineteen are the most
        ("0111111111111118", False),  # here it holds too: first digits 0, 1, 7, 8 are no bank's
        ("1111111111111117", False),
        ("7111111111111113", False),
        ("8111111111111112", False),
        ("79927398713", False),  # the example of the check digit's inventor: too short
    ],
)
def test_length_first_digit_and_check_digit_make_a_card_number(text, refused):
    assert is_payment(text) is refused


@given(st.integers(13, 19), st.data())
def test_every_number_with_a_check_digit_is_refused_wherever_it_stands(length, data):
    body = data.draw(st.sampled_from("23456")) + data.draw(
        st.text("0123456789", min_size=length - 2, max_size=length - 2)
    )
    weights = [2 if at % 2 == 0 else 1 for at in range(len(body))]
    total = sum(
        sum(divmod(int(digit) * weight, 10))
        for digit, weight in zip(reversed(body), weights, strict=True)
    )
    number = body + str(-total % 10)
    before = data.draw(st.text("ABC;%+^=?", max_size=5))
    after = data.draw(st.text("ABC;%+^=?", max_size=5))
    assert is_payment(before + number + after)


def test_noise_of_a_reader_keeps_no_sample():
    (found,) = swiped("ABCDEFGH")
    assert found == WireNoise(8, b"")


@pytest.mark.parametrize("origin", ["serial", "evdev"])
def test_a_million_bytes_of_noise_pass_and_the_next_card_is_read(origin):
    codec, noise = StripeCodec(Source(origin=origin)), random.Random(4).randbytes(1_000_000)
    for at in range(0, 10**6, 4096):
        for each in codec.feed(noise[at : at + 4096], 0):
            assert each.sample == b""
    told(codec, b"", 1)
    reader = SimulatedStripeReader(layout="us" if origin == "evdev" else "")
    assert told(codec, reader.act("swipe ;4711?", 2), 2) == [CardRead("4711", "msr")]


@given(st.binary(max_size=300))
def test_after_any_noise_and_a_gap_the_next_card_is_read(noise):
    codec = StripeCodec(Source())
    told(codec, noise)
    assert told(codec, b";4711?\r", 10) == [CardRead("4711", "msr")]


@given(st.data())
def test_however_the_bytes_are_cut_the_card_is_the_same(data):
    line, codec = b"%A12345?;0099?\r", StripeCodec(Source())
    while line:
        size = data.draw(st.integers(1, len(line)))
        assert codec.feed(line[:size], 0) == []
        line = line[size:]
    assert told(codec, b"") == [CardRead("0099", "msr")]


# The driver and its twin.


def bench_of(options, simulator, faults="", **ends):
    kit = attrs.evolve(MSR, options=options)
    return workbench(kit, SimulatedTransport(simulator, parse_faults(faults), **ends))


@pytest.mark.parametrize("layout", ["us", "de"])
@pytest.mark.parametrize("each_ends", ["yes", "no"])
async def test_readers_that_type_are_read_in_their_layout(layout, each_ends):
    fields = {"source": "evdev", "layout": layout}
    twin = SIMULATOR.make({**fields, "each_ends": each_ends})
    async with bench_of(fields, twin) as bench:
        bench.line.act("swipe %STAFF-17^DOE? ;0042=99?")
        await anyio.sleep(2)
        bench.line.act(f"swipe %B{VISA}^{NAME}^30121010000? ;{VISA}=30121010000?")
        await anyio.sleep(2)
        assert bench.facts == [CardRead("0042", "msr"), PAYMENT]


@pytest.mark.parametrize("byte", [2, 8, 12, 17, 30, 50])
async def test_a_payment_card_read_badly_never_becomes_a_token(byte):
    async with bench_of({}, SimulatedStripeReader(), f"at byte {byte} corrupt 2") as bench:
        bench.line.act(f"swipe %B{VISA}^{NAME}^30121010000? ;{VISA}=30121010000?")
        await anyio.sleep(1)
    assert [type(each) for each in bench.facts] == [CardRefused]


@pytest.mark.parametrize("form", [";{}=30121010000000001?\r", "%B{}^DOE/JANE^30121010000?\r"])
@pytest.mark.parametrize("number", [*TEST_CARDS, "4000057777777777"])
def test_no_payment_card_with_one_bit_flipped_becomes_a_token(number, form):
    card = form.format(number).encode()
    for bit in range(8 * len(card)):
        spoilt = bytearray(card)
        spoilt[bit // 8] ^= 1 << bit % 8
        found = told(StripeCodec(Source()), bytes(spoilt))
        assert not any(isinstance(each, CardRead) for each in found), spoilt


def test_the_driver_is_secret_and_refuses_unknown_options():
    assert DRIVER.secret
    assert SIMULATOR.secret
    with pytest.raises(ConfigurationError, match="one of: serial, evdev"):
        read_options(DRIVER, {"source": "usb"})
    with pytest.raises(ConfigurationError, match="track"):
        read_options(DRIVER, {"trak": "2"})
