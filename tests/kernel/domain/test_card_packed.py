"""Card data in bytes off a wire is masked as text and as packed digits; other bytes stay."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posframe.kernel.domain.card_packed import masked_bytes
from tests.card_canaries import CANARIES, FORMS, VISA, found_in, packed

HEX = bytes.fromhex
RANDOM = random.Random(5)


def with_length(number):
    return bytes((len(packed(number)),)) + packed(number)


FIELDS = {
    "EMV tag 5A": lambda number: HEX("9F2701805A") + with_length(number) + HEX("5F340101"),
    "EMV tag 57": lambda number: HEX("57 13") + HEX((f"{number}D27121010000123F" + "F" * 40)[:38]),
    "ISO 8583 field 2": lambda number: (
        HEX("0200 7024") + HEX(f"{len(number):02}") + packed(number) + HEX("000000000000001749")
    ),
    "ZVT field 22": lambda number: (
        HEX(f"22 F{len(packed(number)) // 10} F{len(packed(number)) % 10}")
        + packed(number)
        + HEX("87 0042")
    ),
    "alone": packed,
    "between others": lambda number: b"\xff\xaa" + packed(number) + b"\x00\xff",
}


@pytest.mark.parametrize("field", FIELDS)
def test_a_packed_number_is_masked_where_a_field_is(field):
    for number in CANARIES:
        data = FIELDS[field](number)
        assert found_in(data, [number]), "the canary is there"
        safe = masked_bytes(data)
        assert not found_in(safe, [number])
        assert len(safe) == len(data)


def test_the_last_four_digits_and_the_other_fields_stay():
    data = HEX("0400 000000001749 22F0F8 4111111111111111 8700 42")
    assert masked_bytes(data) == HEX("0400 000000001749 22F0F8 EEEEEEEEEEEE1111 8700 42")


@pytest.mark.parametrize("form", FORMS)
def test_a_number_as_text_is_masked_among_other_bytes(form):
    for number in CANARIES:
        data = b"\x02\xff\x00" + FORMS[form](number).encode() + b"\x03\xfe"
        safe = masked_bytes(data)
        assert not found_in(safe, [number])
        assert (safe[:3], safe[-2:]) == (data[:3], data[-2:])


@given(st.binary(max_size=200), st.sampled_from(CANARIES))
def test_the_length_stays_and_no_letter_without_a_digit_changes(data, number):
    for each in (data, data + packed(number), data + number.encode() + data):
        safe = masked_bytes(each)
        assert len(safe) == len(each)
        changed = [old for old, new in zip(each, safe, strict=True) if old != new]
        assert all(old >> 4 <= 9 or old & 15 <= 9 for old in changed)


def test_real_looking_messages_stay_as_they_are():
    """Noise: two in a thousand of 64 random bytes hold a field by chance."""
    for message in (
        b"\xffVISA DEBIT AND CREDIT CARDS ARE TAKEN HERE AT ANY TIME OF DAY",
        HEX("040F 27 2700 04 000000001749 0B004711 0C121530 0D1122 871103 29 28004869"),
        HEX("040F 27 2700 22F0F8 EEEEEEEEEEEE6491 876073 2962791880 490978"),
        HEX("FF EEEEEEEEEEEE" + VISA + "FF"),  # its first four are the last of a hidden one
        b"\xffJJBBBBBBBBJJ\xff",  # as packed digits 4242 4242 4242 4242
        b'{"reference": "r-17", "gtin": "4006381333931", "amount": 1749}',
    ):
        assert masked_bytes(message) == message
    assert masked_bytes(b"\xffBBBBBBBB\xff") == HEX("FF EEEEEEEEEEEE4242 FF")
    noise = [RANDOM.randbytes(64) for _ in range(5_000)]
    assert sum(masked_bytes(each) != each for each in noise) < 50


def test_text_is_looked_at_as_text_only():
    """Two letters in capitals are two packed digits each; in a text they are letters."""
    assert masked_bytes(f"CARD {VISA} \u00e4".encode()).endswith(f"{VISA[-4:]} \u00e4".encode())
