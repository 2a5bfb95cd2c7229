"""Swiss QR-bills: as the guidelines show them, and what goes with which account."""

from __future__ import annotations

import random

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from posframe import DataError
from posframe_payments.qr import swiss
from posframe_payments.qr.reference import creditor_reference, qr_reference
from posframe_payments.qr.swiss_address import Address
from tests.plugins.payments.qr.symbols import scanned

QR_IBAN, IBAN = "CH4431999123000889012", "CH5800791123000889012"
QRR = "210000000003139471430009017"
MUSTER = Address(
    name="Max Muster & Söhne",
    street="Musterstrasse",
    building="123",
    postal_code="8000",
    town="Seldwyla",
    country="CH",
)
# What the library qrbill 1.2.0 wrote for the samples of the guidelines, lines parted by LF.
WITH_QRR = (
    "SPC\n0200\n1\nCH4431999123000889012\nS\nMax Muster & Söhne\nMusterstrasse\n123\n8000\nSeldwyla"
    "\nCH\n\n\n\n\n\n\n\n1949.75\nCHF\nS\nSimon Muster\nMusterstrasse\n1\n8000\nSeldwyla\nCH\nQRR\n"
    "210000000003139471430009017\nOrder from 15.10.2020\nEPD"
)
WITH_SCOR = (
    "SPC\n0200\n1\nCH5800791123000889012\nS\nRobert Schneider AG\nRue du Lac\n1268\n2501\nBiel\nCH"
    "\n\n\n\n\n\n\n\n199.95\nEUR\n\n\n\n\n\n\n\nSCOR\nRF18539007547034\n\nEPD"
)
WITHOUT = (
    "SPC\n0200\n1\nCH5800791123000889012\nS\nSalvation Army Foundation Switzerland\n\n\n3000\nBern"
    "\nCH\n\n\n\n\n\n\n\n\nCHF\n\n\n\n\n\n\n\nNON\n\n\nEPD"
)
BILLS = {
    WITH_QRR: swiss.Bill(
        iban=QR_IBAN,
        creditor=MUSTER,
        amount_minor=194_975,
        currency="CHF",
        debtor=attrs.evolve(MUSTER, name="Simon Muster", building="1"),
        reference=QRR,
        message="Order from 15.10.2020",
    ),
    WITH_SCOR: swiss.Bill(
        iban=IBAN,
        creditor=Address(
            name="Robert Schneider AG",
            street="Rue du Lac",
            building="1268",
            postal_code="2501",
            town="Biel",
            country="CH",
        ),
        amount_minor=19_995,
        currency="EUR",
        reference="RF18539007547034",
    ),
    WITHOUT: swiss.Bill(
        iban=IBAN,
        creditor=Address(
            name="Salvation Army Foundation Switzerland",
            postal_code="3000",
            town="Bern",
            country="CH",
        ),
        currency="CHF",
    ),
}


def bill(**changes):
    return attrs.evolve(BILLS[WITH_QRR], **changes)


@pytest.mark.parametrize("payload", BILLS)
def test_bills_are_written_as_another_library_does_and_read_back(payload):
    assert swiss.build(BILLS[payload]) == payload
    assert len(payload.split("\n")) == 31
    assert swiss.parse(payload) == BILLS[payload]
    assert swiss.parse(payload.replace("\n", "\r\n") + "\r\n") == BILLS[payload]


@pytest.mark.parametrize("payload", BILLS)
def test_another_library_reads_the_symbol(payload):
    assert scanned(payload, version_max=25).decode() == payload


def test_bill_information_and_other_procedures_follow_the_trailer():
    full = bill(bill_information="//S1/10/1234/30/102673386", alternatives=("Name AV1: UV;1", "b"))
    lines = swiss.build(full).split("\n")
    assert lines[30:] == ["EPD", "//S1/10/1234/30/102673386", "Name AV1: UV;1", "b"]
    assert swiss.parse("\n".join(lines)) == full


@given(
    base=st.text("0123456789", min_size=1, max_size=26),
    minor=st.none() | st.integers(0, swiss.AMOUNT_MAX_MINOR),
    message=st.text("aé Ő€ț'/1", max_size=140),
    town=st.text("äB c", min_size=1, max_size=35),
)
def test_whatever_is_written_is_read_the_same(base, minor, message, town):
    full = bill(
        reference=qr_reference(base),
        amount_minor=minor,
        message=message,
        creditor=attrs.evolve(MUSTER, town=town),
    )
    assert swiss.parse(swiss.build(full)) == full


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"reference": ""}, "is a QR-IBAN, which takes a QR reference only"),
        ({"reference": "RF18539007547034"}, "is a QR-IBAN, which takes a QR reference only"),
        ({"reference": QRR[:-1] + "8"}, "should be 7"),
        ({"reference": QRR[1:]}, "27 digits"),
        ({"iban": IBAN}, "is no QR-IBAN"),
        ({"iban": IBAN, "reference": "RF19539007547034"}, "check digits"),
        ({"iban": IBAN, "reference": "rf18539007547034"}, "small letters"),
        ({"iban": "DE71110220330123456789", "reference": ""}, "Switzerland or Liechtenstein"),
        ({"iban": "CH4431999123000889013"}, "check digits of the IBAN"),
        ({"currency": "USD"}, "CHF or EUR"),
        ({"amount_minor": -1}, "-0.01 CHF cannot"),
        ({"amount_minor": 10**11}, "up to 999999999.99"),
        ({"message": "m" * 141}, "At most 140"),
        ({"message": "m" * 100, "bill_information": "i" * 41}, "At most 40"),
        ({"alternatives": ("a", "b", "c")}, "2 other procedures"),
        ({"alternatives": ("a" * 101,)}, "At most 100"),
        ({"message": "最佳"}, "Latin letters"),
        ({"message": "a\tb"}, "line break"),
    ],
)
def test_bad_input_is_refused_with_a_sentence_and_a_next_step(change, words):
    with pytest.raises(DataError, match=words) as caught:
        bill(**change)
    assert caught.value.hint


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"name": "N" * 71}, "At most 70"),
        ({"name": ""}, "name is missing"),
        ({"street": "S" * 71}, "At most 70"),
        ({"building": "1" * 17}, "At most 16"),
        ({"postal_code": ""}, "postal code is missing"),
        ({"town": "T" * 36}, "At most 35"),
        ({"country": "ch"}, "two capitals"),
    ],
)
def test_a_bad_address_is_refused(change, words):
    with pytest.raises(DataError, match=words):
        attrs.evolve(MUSTER, **change)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("SPC", "SPX", "not a Swiss QR-bill"),
        ("0200", "0100", "not a Swiss QR-bill"),
        ("\nEPD", "\nEPE", "not a Swiss QR-bill"),
        ("\nEPD", "\nEPD\n\n\n\nx", "has 35 lines"),
        ("\nS\nMax", "\nK\nMax", "no structured address"),
        ("1949.75", "1949.7", "not an amount"),
        ("1949.75", "01949.75", "not an amount"),
        ("\nQRR\n", "\nNON\n", "says its reference is 'NON'"),
        ("CH\n\n\n\n\n\n\n\n1949", "CH\nS\n\n\n\n\n\n\n1949", "ultimate creditor"),
    ],
)
def test_a_bill_that_breaks_the_rules_is_refused_when_read(old, new, words):
    with pytest.raises(DataError, match=words):
        swiss.parse(WITH_QRR.replace(old, new, 1))


@pytest.mark.parametrize(
    ("rest", "whole"),
    [
        ("21000000000313947143000901", QRR),
        ("12000000000023447894321689", "120000000000234478943216899"),
        ("0", "0" * 27),
    ],
)
def test_qr_references_end_in_their_check_digit(rest, whole):
    """The first two are samples of the guidelines and of the banks."""
    assert qr_reference(rest) == whole


@given(st.text("0123456789", min_size=1, max_size=26), st.integers(0, 25), st.integers(1, 9))
def test_one_wrong_digit_of_a_qr_reference_is_noticed(rest, place, more):
    right = qr_reference(rest)
    wrong = right[:place] + str((int(right[place]) + more) % 10) + right[place + 1 :]
    with pytest.raises(DataError, match="wrong"):
        bill(reference=wrong)


@given(st.text("ABCXYZ0123456789", min_size=1, max_size=21), st.integers(0, 22), st.data())
def test_one_wrong_character_of_a_creditor_reference_is_noticed(rest, place, data):
    right = creditor_reference(rest)
    place = 2 + place % (len(right) - 2)
    other = data.draw(st.sampled_from([each for each in "0123456789" if each != right[place]]))
    wrong = right[:place] + other + right[place + 1 :]
    bill(iban=IBAN, reference=right)
    with pytest.raises(DataError):
        bill(iban=IBAN, reference=wrong)


@pytest.mark.parametrize("rest", ["", "1" * 22, "a-b", "é"])
def test_what_cannot_be_a_creditor_reference_is_refused(rest):
    with pytest.raises(DataError, match="1 to 21 letters"):
        creditor_reference(rest)


@pytest.mark.parametrize("rest", ["", "1" * 27, "12a"])
def test_what_cannot_be_a_qr_reference_is_refused(rest):
    with pytest.raises(DataError, match="1 to 26 digits"):
        qr_reference(rest)


@given(st.text(max_size=1000) | st.lists(st.text(max_size=9)).map("\n".join))
def test_any_text_is_read_or_refused(text):
    with pytest.raises(DataError):
        swiss.parse(text)


def test_a_megabyte_of_noise_is_refused():
    with pytest.raises(DataError):
        swiss.parse(random.Random(1).randbytes(10**6).decode("latin-1"))
