"""PINs: what may be one, that a stolen database tells none, and that a refusal tells nothing."""

from __future__ import annotations

import hashlib
import hmac
import itertools
import stat

import argon2
import pytest
from cryptography.exceptions import InvalidKey
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from hypothesis import given
from hypothesis import strategies as st

from posframe.errors import ConfigurationError, DataError, RuleViolation
from posframe.pins import (
    DIGITS_MAX,
    REFUSED,
    PinCost,
    PinKeeper,
    check_pin,
    check_stored,
    load_pepper,
)

PEPPER = bytes(range(32))
CHEAP = PinCost(memory_kib=8, passes=1)
"""The least argon2 takes: these tests are about what is verified, not about its price."""
KEEPER = PinKeeper(pepper=PEPPER, cost=CHEAP)
STORED = KEEPER.hash("31", "482615")


@pytest.fixture
def verified(monkeypatch):
    """The parameters of every verification that was really done."""
    done = []
    real = argon2.PasswordHasher.verify

    def verify(self, encoded, secret):
        done.append(argon2.extract_parameters(encoded))
        return real(self, encoded, secret)

    monkeypatch.setattr(argon2.PasswordHasher, "verify", verify)
    return done


# What may be a PIN


@pytest.mark.parametrize("pin", ["4826", "48261", "482615", "482615093748", "0048", "1984"])
def test_four_to_twelve_digits_are_a_pin(pin):
    check_pin(pin, "31")


@pytest.mark.parametrize(
    "pin", ["", "482", "4826150937481", "48 26", "48a6", "-4826", "٤٨٢٦", "⁴⁸²⁶", "4826\n"]
)
def test_anything_else_is_none(pin):
    with pytest.raises(RuleViolation, match="4 to 12 digits"):
        check_pin(pin, "31")


@pytest.mark.parametrize(
    "pin",
    [
        *("0000", "1111", "999999", "000000000000"),
        *("1234", "0123", "3456", "7890", "8901", "123456", "1234567890"),
        *("4321", "9876", "0987", "654321"),
        *("1212", "6969", "123123", "48264826", "121212"),
        *("2580", "0852"),
    ],
)
def test_what_anybody_would_try_first_is_refused(pin):
    with pytest.raises(RuleViolation, match="first anybody would try"):
        check_pin(pin, "31")


@pytest.mark.parametrize(
    ("pin", "operator"),
    [("4826", "4826"), ("0031", "31"), ("00031", "31"), ("0031", "031"), ("4826", "004826")],
)
def test_the_operators_number_is_refused_with_or_without_zeros(pin, operator):
    with pytest.raises(RuleViolation, match="own number"):
        check_pin(pin, operator)


def test_an_operator_without_a_number_may_have_any_good_pin():
    check_pin("4826", "")


def test_those_who_approve_can_be_held_to_more_digits():
    check_pin("482615", "31", digits_min=6)
    with pytest.raises(RuleViolation, match="6 to 12 digits"):
        check_pin("48261", "31", digits_min=6)


@given(st.text("0123456789", min_size=1, max_size=DIGITS_MAX + 2), st.sampled_from(["31", "7"]))
def test_no_refusal_repeats_the_pin(pin, operator):
    try:
        check_pin(pin, operator)
    except RuleViolation as refusal:
        words = str(refusal).replace("4 to 12 digits", "")
        assert pin not in words


def test_few_of_all_pins_of_four_digits_are_refused():
    """10 of one digit; 90 of two that take turns; rows: 10 up, 10 down; 2 columns; 0031."""
    refused = 0
    for digits in itertools.product("0123456789", repeat=4):
        try:
            check_pin("".join(digits), "31")
        except RuleViolation:
            refused += 1
    assert refused == 10 + 90 + 10 + 10 + 2 + 1


# Right and wrong


def test_the_right_pin_is_right_and_any_other_is_wrong():
    assert KEEPER.verify(STORED, "31", "482615")
    assert not KEEPER.verify(STORED, "31", "482616")


def test_another_implementation_agrees():
    """HMAC-SHA-256 by the standard's words, argon2id by OpenSSL's."""
    message = b"pin\x00" + b"2:31:482615"
    secret = hmac.new(PEPPER, message, hashlib.sha256).digest()
    Argon2id.verify_phc_encoded(secret, STORED)
    with pytest.raises(InvalidKey):
        Argon2id.verify_phc_encoded(b"482615", STORED)


def test_a_hash_tells_neither_pin_nor_whether_two_operators_share_one():
    again = KEEPER.hash("31", "482615")
    assert again != STORED
    assert "482615" not in STORED


def test_a_hash_copied_to_another_operator_opens_nothing():
    assert not KEEPER.verify(STORED, "32", "482615")


def test_a_number_and_a_pin_that_run_together_differently_are_not_the_same():
    stored = KEEPER.hash("1", "2:3456")
    assert not KEEPER.verify(stored, "1:2", "3456")
    assert not KEEPER.verify(KEEPER.hash("1", "23456"), "12", "3456")


def test_without_the_pepper_the_right_pin_is_wrong():
    """A stolen database alone cannot be searched: every guess is refused, the right one too."""
    other = PinKeeper(pepper=bytes(32), cost=CHEAP)
    assert not other.verify(STORED, "31", "482615")


def test_a_pepper_that_could_be_guessed_is_a_mistake():
    with pytest.raises(AssertionError):
        PinKeeper(pepper=b"short", cost=CHEAP)


def test_the_pepper_is_in_no_words_about_the_keeper():
    assert PEPPER.hex() not in repr(KEEPER)
    assert repr(PEPPER) not in repr(KEEPER)


# A refusal tells nothing


DAMAGED = [
    "",
    "x",
    "é",
    "482615",
    "$argon2id$v=19$m=8,t=1,p=1$$",
    STORED.replace("argon2id", "argon2i"),
    STORED[:-4],
    STORED.replace("m=8", "m=8388608"),
    STORED.replace("t=1", "t=4000000"),
    STORED.replace("p=1", "p=64"),
    STORED.replace("m=8", "m=0"),
    STORED.replace("m=8", "m=many"),
    STORED.replace("$", "é$", 1),
]


@pytest.mark.parametrize("stored", [STORED, None, *DAMAGED])
@pytest.mark.parametrize("pin", ["482616", "", "٤", "\udcff", "9" * 1000])
def test_whatever_was_wrong_exactly_one_verification_of_the_same_price_is_done(
    verified, stored, pin
):
    assert not KEEPER.verify(stored, "31", pin)
    assert verified == [argon2.extract_parameters(STORED)]


def test_a_right_pin_costs_one_verification_too(verified):
    assert KEEPER.verify(STORED, "31", "482615")
    assert len(verified) == 1


def test_whoever_knows_what_the_decoy_hides_is_refused_all_the_same(monkeypatch):
    """Its answer counts for nothing, even where it is yes."""
    monkeypatch.setattr(argon2.PasswordHasher, "verify", lambda *_: True)
    assert not KEEPER.verify(None, "31", "482615")
    assert not KEEPER.verify("x", "31", "482615")
    assert KEEPER.verify(STORED, "31", "482615")


def test_the_words_do_not_say_which_was_wrong():
    assert REFUSED == "Number or PIN is wrong"


@pytest.mark.parametrize("stored", DAMAGED)
def test_a_damaged_hash_is_said_when_it_is_read_in(stored):
    with pytest.raises(DataError) as refusal:
        check_stored(stored)
    assert "new PIN" in refusal.value.hint
    assert not stored or stored not in str(refusal.value)


def test_a_whole_hash_is_taken():
    check_stored(STORED)
    check_stored(PinKeeper(pepper=PEPPER).hash("31", "482615"))


def test_a_hash_of_another_cost_still_opens_and_is_made_anew():
    cheap = PinKeeper(pepper=PEPPER, cost=PinCost(memory_kib=16, passes=1))
    assert cheap.verify(STORED, "31", "482615")
    assert cheap.is_outdated(STORED)
    assert not KEEPER.is_outdated(STORED)


def test_the_usual_cost_is_what_owasp_asks_for_at_least():
    """19 MiB, two passes, one lane: OWASP Password Storage Cheat Sheet."""
    found = argon2.extract_parameters(PinKeeper(pepper=PEPPER).hash("31", "482615"))
    assert found.type is argon2.Type.ID
    assert (found.memory_cost, found.time_cost, found.parallelism) == (19_456, 2, 1)
    assert (found.salt_len, found.hash_len) == (16, 32)


# Marks


def test_a_mark_is_the_same_each_time_and_another_for_each_number():
    marks = [KEEPER.mark(str(number)) for number in range(1000)]
    assert len(set(marks)) == 1000
    assert marks[31] == KEEPER.mark("31")
    assert marks[31] == hmac.new(PEPPER, b"number\x0031", hashlib.sha256).hexdigest()[:32]


@given(st.text())
def test_a_mark_says_nothing_of_what_was_typed(typed):
    """A PIN keyed into the wrong field stays out of the journal."""
    mark = KEEPER.mark(typed)
    assert len(mark) == 32
    assert set(mark) <= set("0123456789abcdef")
    assert len(typed) < 4 or typed not in mark


# The pepper's file


def test_a_pepper_is_made_once_and_only_the_till_can_read_it(tmp_path):
    path = tmp_path / "pins.key"
    pepper = load_pepper(path, may_make=True)
    assert len(pepper) == 32
    assert load_pepper(path, may_make=True) == load_pepper(path, may_make=False) == pepper
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [each.name for each in tmp_path.iterdir()] == ["pins.key"]
    assert load_pepper(tmp_path / "other.key", may_make=True) != pepper


def test_what_a_kill_left_half_made_is_made_anew(tmp_path):
    (tmp_path / "pins.key.draft").write_text("12")
    (tmp_path / "pins.key.draft").chmod(0o644)
    assert len(load_pepper(tmp_path / "pins.key", may_make=True)) == 32
    assert stat.S_IMODE((tmp_path / "pins.key").stat().st_mode) == 0o600


def test_a_lost_pepper_is_not_replaced_where_pins_depend_on_it(tmp_path):
    with pytest.raises(ConfigurationError, match="FileNotFoundError") as refusal:
        load_pepper(tmp_path / "pins.key", may_make=False)
    assert "backup" in refusal.value.hint
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("text", ["", "00" * 31, "no hex at all", "é" * 64])
def test_a_damaged_pepper_stops_the_start_and_is_not_shown(tmp_path, text):
    path = tmp_path / "pins.key"
    path.write_text(text, encoding="utf-8")
    path.chmod(0o600)
    with pytest.raises(ConfigurationError) as refusal:
        load_pepper(path, may_make=True)
    assert not text or text not in str(refusal.value)
    assert path.read_text(encoding="utf-8") == text


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o666])
def test_a_pepper_that_others_can_read_stops_the_start(tmp_path, mode):
    path = tmp_path / "pins.key"
    load_pepper(path, may_make=True)
    path.chmod(mode)
    with pytest.raises(ConfigurationError, match="Others can read") as refusal:
        load_pepper(path, may_make=False)
    assert "chmod 600" in refusal.value.hint
