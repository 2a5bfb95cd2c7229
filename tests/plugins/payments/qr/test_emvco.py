"""EMVCo codes: the published samples byte for byte, and every limit with its sentence."""

from __future__ import annotations

import contextlib
import random

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from posframe import DataError
from posframe_payments.qr import emvco
from posframe_payments.qr.data_objects import DataObject
from posframe_payments.qr.tips import Tip
from tests.plugins.payments.qr.symbols import scanned

DEMO = (
    "00020101021226280011com.example0109MERCHANT1520459995303978540517.495802DE"
    "5913POSFRAME DEMO6006BERLIN62090505R00016304C312"
)
SPECIFICATION = (
    "00020101021229300012D156000000000510A93FO3230Q31280012D15600000001030812345678520441115802CN"
    "5914BEST TRANSPORT6007BEIJING64200002ZH0104最佳运输0202北京540523.725303156550201623303041234"
    "0603***0708A60086670902ME91320016A0112233449988770708123456786304A13A"
)
"""The sample of the specification, annex A."""
PIX = (
    "00020126580014br.gov.bcb.pix0136123e4567-e12b-12d1-a456-4266554400005204000053039865802BR"
    "5913Fulano de Tal6008BRASILIA62070503***63041D3D"
)
"""The static sample of the Banco Central do Brasil's handbook."""


def shop(**changes):
    account = emvco.template(("00", "com.example"), ("01", "MERCHANT1"), id_="26")
    code = emvco.MerchantCode(
        accounts=(account,),
        name="POSFRAME DEMO",
        city="BERLIN",
        country="DE",
        currency="EUR",
        amount_minor=1749,
        dynamic=True,
        category="5999",
        additional=(DataObject(emvco.REFERENCE, "R0001"),),
    )
    return attrs.evolve(code, **changes)


def sealed(body):
    """Append a right check sum to a body that may be wrong."""
    return f"{body}6304{emvco.check_sum(body + '6304')}"


def test_a_payment_is_written_as_published_and_read_back():
    assert emvco.build(shop()) == DEMO
    assert emvco.parse(DEMO) == shop()


def test_the_sample_of_the_specification_is_read():
    """Lengths count characters: the name in Chinese is four long, and takes twelve bytes."""
    read = emvco.parse(SPECIFICATION)
    assert (read.amount_minor, read.currency, read.dynamic) == (2372, "CNY", True)
    assert read.language == emvco.Language(code="ZH", name="最佳运输", city="北京")
    assert emvco.parts_of(read.accounts[1]) == (
        DataObject("00", "D15600000001"),
        DataObject("03", "12345678"),
    )
    assert read.tip == Tip("ask")
    assert read.others == (DataObject("91", "0016A011223344998877070812345678"),)
    assert emvco.parse(emvco.build(read)) == read


def test_a_static_sample_is_read_and_written_byte_for_byte_but_for_its_point():
    """Pix leaves out part 01, which says static; we always write it."""
    read = emvco.parse(PIX)
    assert (read.dynamic, read.amount_minor, read.currency) == (False, None, "BRL")
    assert emvco.build(read)[:-4] == PIX[:6] + "010211" + PIX[6:-4]


def test_the_check_sum_is_the_one_of_the_catalogue():
    """CRC-16/CCITT-FALSE: check value 29B1."""
    assert emvco.check_sum("123456789") == "29B1"


@pytest.mark.parametrize(
    ("currency", "minor", "written"),
    [("JPY", 1749, "54041749"), ("KWD", 1749, "54051.749"), ("EUR", 5, "54040.05")],
)
def test_amounts_have_the_decimals_of_their_currency(currency, minor, written):
    payload = emvco.build(shop(currency=currency, amount_minor=minor))
    assert written in payload
    assert emvco.parse(payload).amount_minor == minor


@pytest.mark.parametrize("tip", [Tip("ask"), Tip("fixed", 150), Tip("percent", 1250), Tip()])
def test_tips_are_written_and_read(tip):
    assert emvco.parse(emvco.build(shop(tip=tip))).tip == tip


@given(
    name=st.text(
        st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=25
    ),
    city=st.text("ABCÄé北 z", min_size=1, max_size=15),
    minor=st.none() | st.integers(1, 10**9),
    reference=st.text("ABC0123456789*", min_size=1, max_size=25),
)
def test_whatever_is_written_is_read_the_same(name, city, minor, reference):
    code = shop(
        name=name,
        city=city,
        amount_minor=minor,
        additional=(DataObject(emvco.REFERENCE, reference),),
    )
    assert emvco.parse(emvco.build(code)) == code


@pytest.mark.parametrize("payload", [DEMO, SPECIFICATION, PIX])
def test_another_library_reads_the_symbol(payload):
    assert scanned(payload).decode() == payload


@given(st.integers(0, len(DEMO) - 1), st.characters(min_codepoint=32, max_codepoint=126))
def test_one_changed_character_is_noticed(place, character):
    """A check sum of 16 bits finds every change within two bytes."""
    changed = DEMO[:place] + character + DEMO[place + 1 :]
    if changed != DEMO:
        with pytest.raises(DataError):
            emvco.parse(changed)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"name": "A" * 26}, "The merchant's name .* has 26 characters .*shorten"),
        ({"name": ""}, "The merchant's name is missing"),
        ({"city": "B" * 16}, "has 16 characters"),
        ({"country": "Germany"}, "not a country .*two capitals"),
        ({"currency": "EURO"}, "not a currency"),
        ({"amount_minor": 0}, "0.00 EUR cannot be asked for"),
        ({"amount_minor": -1}, "above zero"),
        ({"amount_minor": 10**13}, "13 characters at most"),
        ({"category": "59"}, "four digits"),
        ({"accounts": ()}, "names no account"),
        ({"accounts": (DataObject("60", "x"),)}, "not the id of an account"),
        ({"accounts": (DataObject("26", "0101x"),)}, "does not say whose it is"),
        ({"additional": (DataObject("05", "R" * 26),)}, "has 26 characters"),
        ({"others": (DataObject("54", "1"),)}, "has a place of its own"),
        ({"language": emvco.Language(code="zho", name="x")}, "not a language"),
        ({"name": "A\nB"}, "line break"),
    ],
)
def test_bad_input_is_refused_with_a_sentence_and_a_next_step(change, words):
    with pytest.raises(DataError, match=words) as caught:
        shop(**change)
    assert caught.value.hint


@pytest.mark.parametrize("tip", [("fixed", 0), ("percent", 10_000), ("ask", 5)])
def test_a_tip_without_sense_is_refused(tip):
    with pytest.raises(DataError, match="cannot be"):
        Tip(*tip)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("000202", "begins with 000201"),
        ("0002015303978", "names no account|missing"),
        ("000201540", "no part at character 7"),
        ("0002015499", "cut short"),
        ("000201000201", "comes twice"),
        (DEMO[:-8].replace("010212", "010213"), "neither static nor dynamic"),
        (DEMO[:-8].replace("5303978", "5303000"), "not the number of a currency"),
        (DEMO[:-8].replace("540517.49", "540517,49"), "not a number"),
        (DEMO[:-8].replace("540517.49", "540517.4x"), "is not an amount"),
        (DEMO[:-8].replace("540517.49", "54061.7490"), "more decimals"),
        (DEMO[:-8] + "55029956021", "says of tips|cut short"),
    ],
)
def test_a_code_that_breaks_the_rules_is_refused_when_read(body, words):
    with pytest.raises(DataError, match=words):
        emvco.parse(sealed(body))


def test_too_much_is_refused():
    with pytest.raises(DataError, match="512"):
        emvco.build(shop(others=tuple(DataObject(str(id_), "x" * 99) for id_ in range(80, 85))))


@given(st.text(max_size=600) | st.text("0123456789", max_size=600).map(sealed))
def test_any_text_is_read_or_refused(text):
    with contextlib.suppress(DataError):
        emvco.build(emvco.parse(text))


def test_a_megabyte_of_noise_is_refused():
    noise = random.Random(1).randbytes(10**6).decode("latin-1")
    for text in (noise, "000201" + noise, "000201" + "0" * 10**6):
        with pytest.raises(DataError):
            emvco.parse(text)
