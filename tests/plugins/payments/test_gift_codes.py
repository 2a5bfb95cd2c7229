"""Codes and PINs of gift cards: mistyped, foreign, hashed, locked."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posframe import ConfigurationError, RuleViolation
from posframe_payments.gift_codes import card_of, code_for, masked, read_code
from posframe_payments.gift_pins import checked_pin, is_pin, pin_hash, read_secret, wait_s
from tests.plugins.payments.desks import SECRET, code

numbers = st.integers(0, 10**14 - 1)


def test_the_check_digits_are_those_of_the_standard():
    """ISO/IEC 7064, MOD 97-10: 794 has the check digits 44 (the example of the standard)."""
    whole = code(794)
    assert whole == f"299000000000000794{whole[-2:]}"
    assert int(whole) % 97 == 1
    assert 79444 % 97 == 1


@given(numbers, st.integers(0, 19), st.integers(1, 9))
def test_every_wrong_digit_is_found(number, place, added):
    whole = code(number)
    wrong = whole[:place] + str((int(whole[place]) + added) % 10) + whole[place + 1 :]
    with pytest.raises(RuleViolation, match="is wrong"):
        read_code(wrong, "2990")


@given(numbers, st.integers(0, 18))
def test_every_two_neighbours_exchanged_are_found(number, place):
    whole = code(number)
    wrong = whole[:place] + whole[place + 1] + whole[place] + whole[place + 2 :]
    if wrong != whole:
        with pytest.raises(RuleViolation, match="is wrong"):
            read_code(wrong, "2990")


def test_a_code_is_read_as_it_is_printed():
    """In groups of four, with dashes."""
    whole = code(7)
    grouped = "-".join(whole[at : at + 4] for at in range(0, 20, 4))
    assert read_code(grouped, "2990") == read_code(f" {whole} ", "2990") == whole


@pytest.mark.parametrize("text", ["", "1", code(1)[:-1], code(1) + "0", "x" * 20, "٣" * 20])
def test_what_is_no_code_is_said_so_without_repeating_it(text):
    with pytest.raises(RuleViolation, match="no code of a gift card") as refusal:
        read_code(text, "2990")
    assert not text or text not in str(refusal.value) or len(text) == 1


def test_another_shops_card_is_told_from_a_mistyped_one():
    with pytest.raises(RuleViolation, match="is another shop's"):
        read_code(code(1, "2991"), "2990")


@given(st.text())
def test_no_text_breaks_the_reading(text):
    """It is a code, or refused in a sentence."""
    with contextlib.suppress(RuleViolation):
        assert len(read_code(text, "2990")) == 20


@given(numbers, st.text(min_size=1, max_size=20))
def test_a_derived_code_is_a_code_and_the_same_each_time(number, subject):
    """Another secret gives another."""
    made = code_for(subject, "2990", SECRET)
    assert read_code(made, "2990") == made == code_for(subject, "2990", SECRET)
    assert code_for(subject, "2990", SECRET[::-1]) != made
    assert card_of(code(number), SECRET) != card_of(code(number), SECRET[::-1])


def test_the_journals_name_of_a_card_tells_nothing_of_its_code():
    whole = code(123_456)
    assert masked(whole) == f"...{whole[-4:]}"
    assert whole[4:18] not in card_of(whole, SECRET)


def test_a_pin_is_recognised_by_its_hash_alone():
    """Salt and secret both count."""
    kept = pin_hash("1234", b"salt", SECRET)
    assert b"1234" not in kept
    assert is_pin("1234", b"salt", kept, SECRET)
    assert not is_pin("1235", b"salt", kept, SECRET)
    assert not is_pin("1234", b"tlas", kept, SECRET)
    assert not is_pin("1234", b"salt", kept, SECRET[::-1])


@pytest.mark.parametrize("pin", ["", "123", "1" * 13, "12a4", "١٢٣٤"])
def test_a_pin_has_four_to_twelve_digits(pin):
    with pytest.raises(RuleViolation, match="4 to 12 digits"):
        checked_pin(pin)


def test_a_card_waits_after_five_wrong_pins_and_twice_as_long_each_time():
    """Up to a day."""
    assert [wait_s(wrong) for wrong in range(10)] == [0] * 5 + [60, 120, 240, 480, 960]
    assert wait_s(16) == wait_s(10**9) == 86_400
    assert wait_s(15) == 61_440


def test_a_secret_that_others_may_read_stops_the_start(tmp_path):
    """As does a short one, and none; the hint says how to make one."""
    file = tmp_path / "s"
    with pytest.raises(ConfigurationError, match="posframe payments gift secret"):
        read_secret(file, "here")
    file.write_bytes(b"short")
    file.chmod(0o600)
    with pytest.raises(ConfigurationError, match="is no secret"):
        read_secret(file, "here")
    file.write_bytes(SECRET)
    file.chmod(0o640)
    with pytest.raises(ConfigurationError, match="chmod 600"):
        read_secret(file, "here")
    file.chmod(0o600)
    assert read_secret(file, "here") == SECRET
