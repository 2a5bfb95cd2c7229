"""No card number, track or check value that a terminal sends is kept, however it sends it."""

from __future__ import annotations

import attrs
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from posframe_payments.simulators.zvt_profile import Customer, Profile
from posframe_payments.simulators.zvt_terminal import Terminal
from posframe_payments.zvt import commands
from posframe_payments.zvt.apdu import Apdu
from posframe_payments.zvt.bitmaps import read_bitmaps
from posframe_payments.zvt.card_data import last_four, masked_text
from posframe_payments.zvt.containers import Tlv, container
from posframe_payments.zvt.facts import PrintBlock, PrintLine, Status
from posframe_payments.zvt.messages import read_message
from tests.plugins.payments.zvt.pair import PASSWORD, Pair

HEX = bytes.fromhex


def with_check_digit(digits):
    """Append the digit that makes a number pass Luhn, by trying: not the code under test."""
    for check in "0123456789":
        number = digits + check
        doubled = [int(each) * (1 + place % 2) for place, each in enumerate(reversed(number))]
        if sum(each - 9 if each > 9 else each for each in doubled) % 10 == 0:
            return number
    raise AssertionError("one of ten digits does")


NUMBERS = st.builds(
    lambda first, rest: with_check_digit(first + rest),
    st.sampled_from("23456"),
    st.text("0123456789", min_size=11, max_size=17),
)


def forms(number):
    """A card number as it might lie about: text, packed, in any case."""
    odd = "F" * (len(number) % 2)
    return [number, (number + odd).lower(), (number + odd).upper(), HEX(number + odd)]


def assert_free(number, *values):
    for value in values:
        texts = [repr(value), str(value)]
        if attrs.has(type(value)):
            texts.append(repr(attrs.asdict(value)))
            raw = getattr(value, "raw", b"")
            texts += [raw.hex(), raw.decode("latin-1")]
            assert HEX(number + "F" * (len(number) % 2)) not in raw
        for text in texts:
            assert number not in text
            assert number[:-4] not in text, "more than the last four digits"


@given(NUMBERS)
def test_of_a_whole_card_number_only_its_end_goes_on(number):
    padded = HEX(number + "F" * (len(number) % 2))
    length = bytes((0xF0 + len(padded) // 10, 0xF0 + len(padded) % 10))
    status = read_message(Apdu(b"\x04\x0f", b"\x27\x00\x22" + length + padded))
    assert isinstance(status, Status)
    assert status.card_last_four == number[-4:]
    assert_free(number, status)


@pytest.mark.parametrize(
    ("packed", "expected"),
    [
        ("EEEEEEEEEEEE4771", "4771"),
        ("5500005555555559", "5559"),
        ("378282246310005F", "0005"),
        ("EEEEEEEEEEE0005F", "0005"),
        ("EEEEEEEEEEEEEEEE", ""),
        ("EEEEEEEEEEEEE771", ""),
        ("4771", ""),
        ("", ""),
    ],
)
def test_the_last_four_digits_of_a_number(packed, expected):
    assert last_four(HEX(packed)) == expected


SECRET_FIELDS = {
    "track 1": ("2D", 2, "B{}^DOE/J^2712"),
    "track 2": ("23", 2, "{}D2712101"),
    "track 3": ("24", 3, "{}D2712101"),
    "chip data": ("AF", 3, "{}"),
    "free text": ("3C", 3, "Karte {}"),
    "card name": ("8B", 2, "VISA {}"),
}


@pytest.mark.parametrize("field", SECRET_FIELDS)
@given(number=NUMBERS)
def test_no_field_of_a_status_carries_a_card_number(field, number):
    bitmap, places, form = SECRET_FIELDS[field]
    text = form.format(number)
    length = bytes(0xF0 + int(each) for each in str(len(text)).zfill(places))
    data = b"\x27\x00" + HEX(bitmap) + length + text.encode()
    assert_free(number, read_message(Apdu(b"\x04\x0f", data)))


@given(NUMBERS)
def test_what_stands_behind_a_field_nobody_knows_is_not_kept(number):
    for damaged in (b"\x27\x00\x99", b"\x8b\xf9\xf9", b"\x06\x83"):
        data = damaged + number.encode() + HEX(number + "F" * (len(number) % 2))
        assert_free(number, read_message(Apdu(b"\x04\x0f", data)))


@given(NUMBERS)
def test_nothing_of_a_damaged_container_is_kept(number):
    """Its own length is right, and a tag inside says more than there is."""
    for inside in (number.encode(), HEX(number + "F" * (len(number) % 2))):
        body = HEX("1F 07 01 01 07 7F") + inside
        status = read_message(Apdu(b"\x04\x0f", b"\x27\x00\x06" + bytes((len(body),)) + body))
        assert isinstance(status, Status)
        assert not status.whole
        assert_free(number, status)
        assert inside not in status.raw


def test_secret_fields_are_dropped_where_they_are_read():
    """Card number, tracks, expiry, check value, password: not even for the rest of the codec."""
    data = HEX("27 00 0E 27 12 17 00 01 22 F0 F2 12 34 23 F0 F1 12 24 F0 F0 F1 12 2D F0 F1 41")
    fields = read_bitmaps(data + HEX("3A 12 3F 3D 12 34 56 A7 F0 F1 12 AF F0 F0 F1 12 D1 F0 F1 12"))
    assert fields.whole
    assert fields.values == {0x27: b"\x00"}


TAGS = [0x07, 0x09, 0x14, 0x43, 0x44, 0x45, 0x5A, 0x1F07, 0x1F10, 0x1F12, 0x1F16, 0x1F17, 0x1F2B]


@given(NUMBERS, st.sampled_from([*TAGS, 0x1F40]), st.sampled_from(["text", "packed"]))
def test_no_tag_of_a_container_carries_a_card_number(number, tag, form):
    value = number.encode() if form == "text" else HEX(number + "F" * (len(number) % 2))
    inside = b"Nr " + value if form == "text" else value
    assume(form == "text" or tag not in {0x07, 0x44, 0x1F17})  # texts: packed they are no digits
    parts = (Tlv(tag, value), Tlv(0x60, parts=(Tlv(tag, inside),)))
    body = container(*parts)
    for control in (b"\x04\x0f", b"\x04\xff", b"\x06\xd3"):
        head = b"\xff\x00" if control == b"\x04\xff" else b""
        data = head + b"\x06\x81" + bytes((len(body),)) + body
        assert_free(number, read_message(Apdu(control, data)))


@given(NUMBERS, st.sampled_from(["", " ", "-", ".", "/"]), st.text("abc 12", max_size=5))
def test_a_card_number_in_a_text_is_starred_however_it_is_grouped(number, between, around):
    grouped = between.join(number[at : at + 4] for at in range(0, len(number), 4))
    for text in (grouped, f"{around}{grouped}{around}", f"Nr:{grouped} 1227"):
        digits = "".join(each for each in masked_text(text) if each.isdecimal())
        assert number not in digits
        assert len(masked_text(text)) == len(text)


@pytest.mark.parametrize(
    "text",
    ["Beleg 0042", "0000013    0004      000001", "A0000000041010", "TID 28004869 EUR 17.49",
     "22.11.2026 14:05:09", "************4771"],
)  # fmt: skip
def test_other_numbers_of_a_receipt_stay(text):
    assert masked_text(text) == text


def test_a_terminal_that_sends_whole_numbers_leaves_none_behind():
    """Status, tracks, free text, both receipts, card reading, repeat receipt, on both lines."""
    number = "4000001234567899"
    number = with_check_digit(number[:-1])
    for serial in (False, True):
        profile = Profile(shows_card_number=True)
        customers = [Customer(card_number=number)] * 3
        pair = Pair(Terminal(profile, customers=customers), serial=serial).register()
        facts = pair.pay(1749)
        facts += pair.ask(commands.repeat_receipt(PASSWORD))
        facts += pair.ask(commands.read_card(30))
        wire = b"".join(data for who, data in pair.said if who == "terminal")
        assert number.encode() in wire, "the canary was there"
        assert HEX(number) in wire, "packed, too"
        statuses = [each for each in facts if isinstance(each, Status)]
        assert {each.card_last_four for each in statuses} == {number[-4:]}
        assert any(isinstance(each, PrintBlock | PrintLine) for each in facts)
        assert_free(number, facts, *facts, pair.dialogue)


@given(NUMBERS)
def test_no_table_of_turnovers_carries_a_card_number(number):
    length = bytes(0xF0 + int(each) for each in f"{len(number):03d}")
    data = b"\x27\x00\x60" + length + number.encode()
    assert_free(number, read_message(Apdu(b"\x04\x0f", data)))


def test_what_is_kept_of_a_message_keeps_its_shape():
    """Amount and numbers stand as they came; the hidden is EE."""
    data = HEX("27 00 04 00 00 00 00 17 49 22 F0 F8 40 00 00 12 34 56 78 99 0E 27 12 87 00 42")
    status = read_message(Apdu(b"\x04\x0f", data))
    assert isinstance(status, Status)
    assert status.raw == HEX(
        "04 0F 1A 27 00 04 00 00 00 00 17 49 22 F0 F8 EE EE EE EE EE EE EE EE 0E EE EE 87 00 42"
    )


def test_what_came_over_the_line_is_in_no_text_form():
    assert "4000" not in repr(Apdu(b"\x04\x0f", b"4000001234567899"))
