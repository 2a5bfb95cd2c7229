"""Transfers in euros: as another library writes them, within every limit of EPC069-12."""

from __future__ import annotations

import random

import pytest
import segno.helpers
from hypothesis import assume, given
from hypothesis import strategies as st

from posframe import DataError, format_minor
from posframe_payments.qr import epc
from posframe_payments.qr.reference import creditor_reference
from tests.plugins.payments.qr.symbols import scanned

IBAN = "DE71110220330123456789"
RED_CROSS = (
    b"BCD\n001\n1\nSCT\nBPOTBEB1\nRed Cross of Belgium\nBE72000000001616\nEUR1\nCHAR\n\n"
    b"Urgency fund\nSample EPC QR code"
)
"""The guideline's sample, as it is published everywhere."""
LINE = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp", "Zs")), min_size=1
)


def transfer(**changes):
    fields = {"name": "Franz Mustermänn", "iban": IBAN, "amount_minor": 1230, "text": "Danke"}
    return epc.CreditTransfer(**(fields | changes))


def test_the_sample_of_the_guideline_is_read_and_written_byte_for_byte():
    read = epc.parse(RED_CROSS)
    assert read == epc.CreditTransfer(
        version="001",
        bic="BPOTBEB1",
        name="Red Cross of Belgium",
        iban="BE72000000001616",
        amount_minor=100,
        purpose="CHAR",
        text="Urgency fund",
        information="Sample EPC QR code",
    )
    assert epc.build(read) == RED_CROSS


@given(
    name=LINE.filter(lambda text: len(text) <= 70),
    minor=st.integers(1, epc.AMOUNT_MAX_MINOR),
    text=LINE.filter(lambda text: len(text) <= 140),
    structured=st.booleans(),
    bic=st.sampled_from(["", "BHBLDEHHXXX", "BPOTBEB1"]),
    purpose=st.sampled_from(["", "GDDS"]),
)
def test_another_library_writes_the_same_bytes(name, minor, text, structured, bic, purpose):
    reference = creditor_reference("539007547034")
    remittance = {"reference": reference} if structured else {"text": text}
    ours = transfer(
        **{
            "name": name,
            "amount_minor": minor,
            "text": "",
            "bic": bic,
            "purpose": purpose,
            **remittance,
        }
    )
    theirs = segno.helpers._make_epc_qr_data(
        name, IBAN, format_minor(minor, 2), bic=bic, purpose=purpose, encoding=1, **remittance
    )
    assert epc.build(ours) == theirs
    assert epc.parse(theirs) == ours


@pytest.mark.parametrize(
    ("minor", "written"),
    [
        (1, "EUR0.01"),
        (10, "EUR0.1"),
        (100, "EUR1"),
        (100_000, "EUR1000"),
        (99_999_999_999, "EUR999999999.99"),
    ],
)
def test_amounts_are_written_without_zeros_at_the_end(minor, written):
    assert epc.build(transfer(amount_minor=minor)).split(b"\n")[7].decode() == written


@pytest.mark.parametrize(
    ("written", "minor"), [("EUR12.30", 1230), ("EUR12.3", 1230), ("EUR0.01", 1)]
)
def test_amounts_are_read_with_any_number_of_decimals(written, minor):
    payload = epc.build(transfer()).replace(b"EUR12.3", written.encode())
    assert epc.parse(payload).amount_minor == minor


def test_every_character_set_is_read():
    """By number; the same name in eight encodings, as far as it can be written in them."""
    names = {1: "Ω Жé", 2: "é", 3: "ł", 4: "ģ", 5: "Ж", 6: "Ω", 7: "ŋ", 8: "€"}
    for number, name in names.items():
        text = epc.build(transfer(name=name)).decode().replace("\n1\n", f"\n{number}\n", 1)
        encoding = epc._CHARACTER_SETS[number - 1]
        assert epc.parse(text.encode(encoding)).name == name
        assert epc.parse(text.replace("\n", "\r\n").encode(encoding)).name == name


def test_the_longest_code_is_331_bytes_and_fits_the_largest_symbol():
    """Version 13 with correction M: exactly what the guideline allows; one byte more is refused."""
    longest = transfer(
        name="N" * 70, text="T" * 140, information="I" * 48, purpose="GDDS", bic="BHBLDEHHXXX",
        amount_minor=epc.AMOUNT_MAX_MINOR,
    )  # fmt: skip
    payload = epc.build(longest)
    assert len(payload) == 331
    assert scanned(payload, version_max=epc.SYMBOL_VERSION_MAX) == payload
    with pytest.raises(DataError, match="332 bytes"):
        epc.build(
            transfer(
                name="N" * 70,
                text="T" * 140,
                information="I" * 49,
                purpose="GDDS",
                bic="BHBLDEHHXXX",
                amount_minor=epc.AMOUNT_MAX_MINOR,
            )
        )


@pytest.mark.parametrize("payload", [RED_CROSS, epc.build(transfer(name="Žofie Ωμέγα"))])
def test_another_library_reads_the_symbol(payload):
    assert scanned(payload) == payload


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"name": ""}, "name is missing"),
        ({"name": "N" * 71}, "has 71 characters .*At most 70"),
        ({"text": "T" * 141}, "At most 140"),
        ({"information": "I" * 71}, "At most 70"),
        ({"reference": "R" * 36, "text": ""}, "At most 35"),
        ({"reference": "RF18539007547034"}, "reference or a text, not both"),
        ({"reference": "RF19539007547034", "text": ""}, "Of 539007547034 the reference is RF18"),
        ({"iban": "DE71110220330123456788"}, "check digits of the IBAN .*mistyped"),
        ({"iban": "DE7111022033012345678"}, "has 21 characters; one of DE has 22"),
        ({"iban": "US64SVBKUS6S3300958879"}, "do not reach"),
        ({"iban": "12345"}, "is not an IBAN"),
        ({"iban": IBAN.lower()}, "small letters"),
        ({"bic": "BHBLDEHHX"}, "is not a BIC"),
        ({"version": "001"}, "needs a BIC"),
        ({"version": "003"}, "no version"),
        ({"amount_minor": 0}, "0.00 EUR cannot .*0.01 to"),
        ({"amount_minor": 10**11}, "cannot be asked for"),
        ({"purpose": "GOODS"}, "is not a purpose"),
        ({"name": "A\nB"}, "line break"),
        ({"text": "A\u2028B"}, "line break"),
    ],
)
def test_bad_input_is_refused_with_a_sentence_and_a_next_step(change, words):
    with pytest.raises(DataError, match=words) as caught:
        transfer(**change)
    assert caught.value.hint


@pytest.mark.parametrize(
    ("payload", "words"),
    [
        (b"", "which characters"),
        (b"BCD\n002\n9\nSCT", "which characters"),
        (b"BCD\n002\n1\nSCT\n\n\xff", "not written in the characters"),
        (b"BCE\n002\n1\nSCT\n\nA\n" + IBAN.encode(), "not the QR code of a transfer"),
        (b"BCD\n002\n1\nSCT\n\nA", "not the QR code of a transfer"),
        (RED_CROSS.replace(b"EUR1", b"USD1"), "not an amount in euros"),
        (RED_CROSS.replace(b"EUR1", b"EUR1.001"), "not an amount in euros"),
        (RED_CROSS + b"\n\n\n", "not the QR code"),
    ],
)
def test_a_code_that_breaks_the_rules_is_refused_when_read(payload, words):
    with pytest.raises(DataError, match=words):
        epc.parse(payload)


@given(
    st.binary(max_size=340)
    | st.lists(st.text(max_size=9)).map(lambda each: "\n".join(each).encode())
)
def test_any_bytes_are_read_or_refused(payload):
    assume(payload != RED_CROSS)
    with pytest.raises(DataError):
        epc.parse(payload)


def test_a_megabyte_of_noise_is_refused():
    with pytest.raises(DataError):
        epc.parse(random.Random(1).randbytes(10**6))


def test_a_card_number_typed_in_a_wrong_field_is_in_no_message():
    canary = "4000056655665556"
    for field in ("iban", "bic", "purpose"):
        with pytest.raises(DataError) as caught:
            transfer(**{field: canary})
        assert canary[4:-4] not in str(caught.value)
