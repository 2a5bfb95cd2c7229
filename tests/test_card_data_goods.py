"""Numbers of the shop's own that look like a card's are sold, and cards among them are not."""

from __future__ import annotations

import json

import pytest

from posframe.catalogue.records import ItemCode, NewItem
from posframe.kernel.domain import commands as cmd
from posframe.kernel.domain.card_data import holds_card_number
from posframe.kernel.domain.card_guard import CardRefused
from posframe.script import Script
from posframe.testing.tills import GOODS
from tests.card_canaries import CANARIES, VISA, found_in, found_under
from tests.test_card_data import journal_of, open_till, with_gtin_digit


def test_goods_whose_number_looks_like_a_cards_are_sold_received_and_returned(tmp_path):
    """By SKU and by barcode: what the catalogue knows is no card's."""
    case = "30012345600007"
    looks = next(each for each in CANARIES if len(each) == 16)
    items = (
        *GOODS,
        NewItem(sku=looks, name="Lookalike", codes=(ItemCode("4006381333931"),), price_minor=100),
        NewItem(sku="CASE", name="Case", codes=(ItemCode(case),), price_minor=900),
    )
    with open_till(tmp_path, items=items[1:]) as till:
        script = Script(till)
        for entry in (looks, "4006381333931", f".receive {looks} 5", f"2 * {looks}", "+", ""):
            answer = script.line(entry)
            assert answer["accepted"], answer
        assert found_under(tmp_path, [looks]), "it is the shop's own, and kept whole"
        assert script.line(f".hold for {looks}")["hint"] != CardRefused("").hint


GS1_SCANS = (
    ("]e0", "01040063813339313103011524"),  # GTIN of the pen, weight in grams
    ("]C1", "01040063813339311526123110702235"),  # best before, batch
    ("]d2", "0104006381333931152612311012"),
    ("]Q3", "010400638133393115261231"),
    ("]J1", "01040063813339311021932955"),
)
"""Each holds by chance what would be a card's number."""


@pytest.mark.parametrize(("aim", "code"), GS1_SCANS)
def test_a_gs1_code_of_goods_is_sold_though_it_holds_what_would_be_a_cards_number(
    aim, code, tmp_path
):
    """Whether the scanner tells its AIM identifier apart, or types it before the code."""
    assert holds_card_number(code)
    with open_till(tmp_path) as till:
        script = Script(till)
        for answer in (script.scan(code, aim), script.scan(f"{aim}{code}")):
            assert answer["accepted"], answer
        assert journal_of(till).count("LineAdded(") == 2


def test_a_code_that_the_catalogue_reads_as_a_whole_is_sold(tmp_path):
    """An EAN-13 with the five digits beside it on a book, in one; without its AIM it is nothing."""
    code = next(
        each for each in map("4006381333931{:05}".format, range(99_999)) if holds_card_number(each)
    )
    with open_till(tmp_path) as till:
        script = Script(till)
        assert script.scan(code, "]E3")["accepted"]
        assert "looks like" in script.scan(code)["message"]


@pytest.mark.parametrize("number", CANARIES)
def test_a_card_behind_the_aim_identifier_of_a_gs1_code_is_nowhere(number, tmp_path, capfd, caplog):
    """It is looked at as a code of GS1, and no goods are called so."""
    with open_till(tmp_path) as till:
        script = Script(till)
        said = [script.line("1 * PEN"), script.scan(number, "]C1"), script.line(f"]C1{number}")]
        assert [each["accepted"] for each in said] == [True, False, False]
        said += [script.line("+"), script.line("")]
        assert not found_in(json.dumps(said), [number])
        assert not found_in(journal_of(till), [number])
    assert not found_under(tmp_path, [number])
    assert not found_in("".join(capfd.readouterr()) + caplog.text, [number])


@pytest.mark.parametrize("form", ["010400638133393121{}", "(01)04006381333931(21){}"])
def test_a_card_in_the_place_of_a_serial_number_is_masked_and_the_goods_are_sold(form, tmp_path):
    """Another serial number is kept as it is."""
    with open_till(tmp_path) as till:
        script = Script(till)
        for serial in (*CANARIES, "SN-12345"):
            code = form.format(serial)
            aim = "" if code.startswith("(") else "]d2"
            answer = script.scan(code, aim)
            assert answer["accepted"], answer
        said = json.dumps(script.line("@state")) + journal_of(till) + repr(till.state)
        assert "('serial', 'SN-12345')" in said
        number = CANARIES[0]
        assert f"('serial', '{'*' * (len(number) - 4)}{number[-4:]}')" in said
        assert not found_in(said)
    assert not found_under(tmp_path)


def test_a_members_card_that_looks_like_a_payment_card_passes(tmp_path):
    """The plugin that gives it out answers for its prefix, and for no other number."""
    cards = (f"3012{number:09}" for number in range(1000))
    card = next(each for each in map(with_gtin_digit, cards) if holds_card_number(each))
    other = next(each for each in CANARIES if len(each) == 14)
    with open_till(tmp_path, prefix="3012") as till:
        script = Script(till)
        for entry in (f".enrol {card}", "1 * PEN", card, f".points {card}"):
            answer = script.line(entry)
            assert answer["accepted"], answer
        assert "looks like" in script.line(f".enrol {other}")["message"]
        assert "looks like" in script.line(other)["message"]


def test_numbers_are_refused_before_any_plugin_is_asked_to_decide(tmp_path):
    """And what the till itself does is never refused: its ids and signatures are hex."""
    with open_till(tmp_path) as till:
        outcome = till.do(cmd.Learn(code=VISA, name="x", price_minor=1))
        assert isinstance(outcome.error, CardRefused)
        assert not outcome.recorded
        anchor = cmd.Anchor(seq=1, hash=f"a{VISA}", signature=VISA, key=VISA)
        assert till.do(anchor).accepted
