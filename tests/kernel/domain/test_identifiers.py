"""GS1 numbers: right ones are taken in any length, wrong ones answered with the right digit."""

from __future__ import annotations

import csv

import pytest
from biip.upc import Upc
from hypothesis import given
from hypothesis import strategies as st

from posframe.errors import DataError
from posframe.kernel.domain.identifiers import (
    GTIN_LENGTHS,
    check_digit,
    expand_upce,
    is_valid_gtin,
    to_gtin14,
)


def digits(minimum, maximum):
    return st.text("0123456789", min_size=minimum, max_size=maximum)


bodies = st.sampled_from(GTIN_LENGTHS).flatmap(lambda length: digits(length - 1, length - 1))


def test_real_codes_are_valid(oracle):
    for code in oracle("ean")["valid"]:
        assert is_valid_gtin(code), code
        assert to_gtin14(code) == code.zfill(14)


def test_real_misprints_are_refused(oracle):
    for code in oracle("ean")["invalid"]:
        assert not is_valid_gtin(code), code
        with pytest.raises(DataError):
            to_gtin14(code)


def test_every_real_code_with_a_wrong_check_digit_is_refused(real_data):
    path = real_data("off_ean_invalid_checkdigit.csv")
    with path.open(encoding="utf-8", newline="") as file:
        codes = [row["ean"] for row in csv.DictReader(file)]
    assert len(codes) > 400
    assert [code for code in codes if is_valid_gtin(code)] == []


@pytest.mark.parametrize(
    ("body", "check"),
    [("400638133393", "1"), ("03600029145", "2"), ("9638507", "4"), ("", None), ("12a", None)],
)
def test_check_digit_is_gs1_modulo_ten(body, check):
    if check is not None:
        assert check_digit(body) == check
        return
    with pytest.raises(DataError, match="not made of digits"):
        check_digit(body)


@given(body=bodies)
def test_every_body_has_exactly_one_valid_check_digit(body):
    assert [digit for digit in "0123456789" if is_valid_gtin(body + digit)] == [check_digit(body)]


@given(body=bodies)
def test_leading_zeros_do_not_change_a_number(body):
    code = body + check_digit(body)
    gtin = to_gtin14(code)
    assert len(gtin) == 14
    assert is_valid_gtin(gtin)
    assert to_gtin14(gtin) == gtin
    assert int(gtin) == int(code)


@given(body=bodies, position=st.integers(0, 12), shift=st.integers(1, 9))
def test_one_misread_digit_is_always_noticed(body, position, shift):
    position %= len(body)
    misread = str((int(body[position]) + shift) % 10)
    wrong = body[:position] + misread + body[position + 1 :]
    assert not is_valid_gtin(wrong + check_digit(body))


def test_a_wrong_check_digit_is_answered_with_the_right_one():
    with pytest.raises(DataError, match="4006381333932 is wrong: it should be 1"):
        to_gtin14("4006381333932")


@pytest.mark.parametrize(
    "code", ["", "123", "123456789", "4006381333931 ", "400638133393a", "٤٠٠٦٣٨١٣٣٣٩٣١", "9638507²"]
)
def test_what_is_no_gtin_is_answered_with_the_lengths(code):
    assert not is_valid_gtin(code)
    with pytest.raises(DataError, match="8, 12, 13 or 14 digits"):
        to_gtin14(code)


@pytest.mark.parametrize(
    ("short", "full"),
    [
        ("04252614", "042100005264"),
        ("01234565", "012345000065"),
        ("01234531", "012300000451"),
        ("01234543", "012340000053"),
        ("0425261", "042100005264"),
        ("425261", "042100005264"),
    ],
)
def test_a_short_code_expands_as_published(short, full):
    assert expand_upce(short) == full


@given(number_system=st.sampled_from("01"), body=digits(6, 6))
def test_expansion_agrees_with_biip(number_system, body):
    full = expand_upce(number_system + body)
    assert full == Upc.parse(number_system + body).as_upc_a()
    assert is_valid_gtin(full)
    assert expand_upce(number_system + body + full[-1]) == full


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("", "not a UPC-E"),
        ("12345", "6 to 8 digits"),
        ("123456789", "6 to 8 digits"),
        ("12345a", "6 to 8 digits"),
        ("21234565", "is 0 or 1"),
        ("04252615", "it should be 4"),
    ],
)
def test_what_is_no_short_code_is_refused(code, message):
    with pytest.raises(DataError, match=message):
        expand_upce(code)
