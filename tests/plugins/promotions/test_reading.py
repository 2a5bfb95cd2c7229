"""Reading offers: what is wrong is named with its path, a sentence and a suggestion."""

from __future__ import annotations

import datetime
import json
import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posframe import ConfigurationError
from posframe_promotions.fields import OfferError
from posframe_promotions.files import (
    fingerprint_of,
    load_tables,
    offers_of_files,
    offers_of_text,
    text_of_tables,
)
from posframe_promotions.offers import KINDS, read_offers
from posframe_promotions.terms import ANY

GOOD = {"id": "x", "kind": "unit_percent", "percent": "10"}
BUNDLE = {"id": "x", "kind": "bundle_price", "price": "5.00"}
GIFT = {"id": "x", "kind": "gift", "skus": ["A"], "spend": "10"}
GET = {"id": "x", "kind": "buy_get", "buy": {"n": 1, "skus": ["A"]}, "get": {"n": 1}}


def read(table, currency="EUR"):
    (offer,) = read_offers([table], currency=currency)
    return offer


@pytest.mark.parametrize(
    ("table", "path", "words"),
    [
        (GOOD | {"precent": "10"}, "offers[0].precent", "did you mean percent?"),
        (GOOD | {"zzz": 1}, "offers[0].zzz", "there are: id, label, kind"),
        (GOOD | {"amount": "1"}, "offers[0].amount", "is not a key of unit_percent"),
        (GOOD | {"percent": "1900"}, "offers[0].percent", "1900 %, more than all"),
        (GOOD | {"percent": "100.001"}, "offers[0].percent", "more than all"),
        (GOOD | {"percent": "0"}, "offers[0].percent", "saves nothing"),
        (GOOD | {"percent": "-5"}, "offers[0].percent", "saves nothing"),
        (GOOD | {"percent": "1.2345"}, "offers[0].percent", "more decimals"),
        (GOOD | {"percent": "ten"}, "offers[0].percent", "cannot be read"),
        (GOOD | {"percent": 10}, "offers[0].percent", 'without quotes (write it like "10"'),
        (GOOD | {"percent": True}, "offers[0].percent", "without quotes"),
        ({"id": "x", "kind": "unit_percent"}, "offers[0].percent", "is missing"),
        ({"id": "x", "kind": "unit_amount", "amount": "-1"}, "offers[0].amount", "below zero"),
        ({"id": "x", "kind": "unit_amount", "amount": "0"}, "offers[0].amount", "is zero"),
        ({"id": "x", "kind": "unit_amount", "amount": "1.001"}, "offers[0].amount", "decimals"),
        ({"id": "x", "kind": "unit_price", "price": "-0.01"}, "offers[0].price", "below zero"),
        ({"id": "x", "kind": "unit_price"}, "offers[0].price", "is missing"),
        ({"kind": "unit_percent", "percent": "10"}, "offers[0].id", 'add id = "…"'),
        ({"id": "x"}, "offers[0].kind", "is missing"),
        (GOOD | {"kind": "unit_prcent"}, "offers[0].kind", "did you mean 'unit_percent'?"),
        (GOOD | {"kind": "zzz"}, "offers[0].kind", "one of: unit_percent"),
        (GOOD | {"id": ""}, "offers[0].id", "write 1 to 64"),
        (GOOD | {"id": "x" * 65}, "offers[0].id", "write 1 to 64"),
        (GOOD | {"id": 7}, "offers[0].id", "not a text"),
        (GOOD | {"conflict": "bst"}, "offers[0].conflict", "did you mean 'best'?"),
        (GOOD | {"conflict": 1}, "offers[0].conflict", "one of: exclusive, best, stack"),
        (GOOD | {"max_uses": 0}, "offers[0].max_uses", "whole number of 1 to 9999"),
        (GOOD | {"max_uses": "2"}, "offers[0].max_uses", "without quotes"),
        (GOOD | {"max_uses": True}, "offers[0].max_uses", "cannot be True"),
        (GOOD | {"priority": 1.5}, "offers[0].priority", "cannot be 1.5"),
        (GOOD | {"floor": "-1"}, "offers[0].floor", "below zero"),
        (GOOD | {"members_only": "yes"}, "offers[0].members_only", "write true or false"),
        (GOOD | {"skus": []}, "offers[0].skus", "is empty"),
        (GOOD | {"skus": "A"}, "offers[0].skus", "not a list"),
        (GOOD | {"skus": ["A", "B", "A"]}, "offers[0].skus", "names 'A' twice"),
        (GOOD | {"skus": ["A", 3]}, "offers[0].skus[1]", "not a text"),
        (GOOD | {"skus": ["A", " "]}, "offers[0].skus[1]", "write 1 to 200"),
        (GOOD | {"skus": ["A" * 201]}, "offers[0].skus[0]", "write 1 to 200"),
        (GOOD | {"from": "2026-02-30"}, "offers[0].from", "does not exist"),
        (GOOD | {"from": "2026-02-03T25:00"}, "offers[0].from", "does not exist"),
        (GOOD | {"from": "soon"}, "offers[0].from", "'soon' is not a date"),
        (GOOD | {"from": 20260203}, "offers[0].from", "not a date"),
        (
            GOOD | {"from": "2026-02-03", "until": "2026-02-02"},
            "offers[0].until",
            "is not later than from",
        ),
        (GOOD | {"weekdays": ["mon", "tues"]}, "offers[0].weekdays[1]", "did you mean 'tue'?"),
        (GOOD | {"weekdays": []}, "offers[0].weekdays", "is empty"),
        (GOOD | {"hours": "17-19"}, "offers[0].hours", "is no span"),
        (GOOD | {"hours": "17:00-19:60"}, "offers[0].hours", "is no span"),
        (GOOD | {"hours": "24:00-25:00"}, "offers[0].hours", "is no time of day"),
        (GOOD | {"hours": "17:00-25:00"}, "offers[0].hours", "is no time of day"),
        (GOOD | {"hours": "17:00-17:00"}, "offers[0].hours", "is over as it begins"),
        (GOOD | {"hours": ["17:00-19:00", "18:00-20:00"]}, "offers[0].hours", "overlap"),
        (GOOD | {"hours": ["22:00-02:00", "01:00-03:00"]}, "offers[0].hours", "overlap"),
        (GOOD | {"coupon": "X"}, "offers[0].coupon", "not a table"),
        (GOOD | {"coupon": {"code": ["X"]}}, "offers[0].coupon.code", "did you mean codes?"),
        (GOOD | {"coupon": {"codes": ["a", "A"]}}, "offers[0].coupon.codes", "capitals only"),
        (GOOD | {"coupon": {"limit": 0}}, "offers[0].coupon.limit", "cannot be 0"),
        (GOOD | {"coupon": {"until": "2026-13-01"}}, "offers[0].coupon.until", "does not exist"),
        (GOOD | {"tender": "card", "conflict": "best"}, "offers[0].conflict", "leave conflict out"),
        (
            {"id": "x", "kind": "unit_price", "price": "1", "floor": "1.01"},
            "offers[0].price",
            "sells below the floor",
        ),
        (
            {"id": "x", "kind": "n_for_price", "n": 3, "price": "2.99", "floor": "1"},
            "offers[0].price",
            "sells below the floor",
        ),
        ({"id": "x", "kind": "n_percent", "n": 0, "percent": "1"}, "offers[0].n", "cannot be 0"),
        ({"id": "x", "kind": "n_percent", "percent": "1"}, "offers[0].n", "is missing"),
        (
            {"id": "x", "kind": "cheapest_percent", "n": 2, "percent": "1", "discounted": 3},
            "offers[0].discounted",
            "1 to 2",
        ),
        (
            {"id": "x", "kind": "at_least_price", "n": 2, "price": "1", "max_uses": 1},
            "offers[0].max_uses",
            "is not a key of at_least_price",
        ),
        (
            {"id": "x", "kind": "basket_percent", "percent": "1", "conflict": "best"},
            "offers[0].conflict",
            "is not a key of basket_percent",
        ),
        (
            {"id": "x", "kind": "basket_percent", "percent": "1", "spend": "0"},
            "offers[0].spend",
            "is zero",
        ),
        (BUNDLE, "offers[0].groups", "is not a list of groups"),
        (BUNDLE | {"groups": []}, "offers[0].groups", "has 0 groups"),
        (BUNDLE | {"groups": [["A"]] * 21}, "offers[0].groups", "has 21 groups"),
        (BUNDLE | {"groups": [["A"], []]}, "offers[0].groups[1]", "is empty"),
        (BUNDLE | {"groups": ["A"]}, "offers[0].groups[0]", "not a table"),
        (BUNDLE | {"groups": [{"n": 2}]}, "offers[0].groups[0].n", "is not a key of group"),
        (
            BUNDLE | {"groups": [{"count": 6}], "floor": "1"},
            "offers[0].price",
            "sells below the floor",
        ),
        (BUNDLE | {"groups": [["A"]], "skus": ["A"]}, "offers[0].skus", "is not a key"),
        ({"id": "x", "kind": "buy_get", "buy": {"n": 1}}, "offers[0].get", "is missing"),
        ({"id": "x", "kind": "buy_get", "get": {"n": 1}}, "offers[0].buy", "is missing"),
        (GET | {"buy": {"skus": ["A"]}}, "offers[0].buy.n", "is missing"),
        (GET | {"buy": 2}, "offers[0].buy", "not a table"),
        ({"id": "x", "kind": "gift", "spend": "10"}, "offers[0].skus", "what is given?"),
        ({"id": "x", "kind": "gift", "skus": ["A"]}, "offers[0].spend", "given for what?"),
        (3, "offers[0]", "is 3, not a table"),
    ],
)
def test_what_is_wrong_with_an_offer_is_said_with_its_path(table, path, words):
    """Nothing of the list is taken then."""
    with pytest.raises(OfferError) as refused:
        read_offers([table], currency="EUR")
    assert refused.value.path == path
    assert words in str(refused.value)
    assert refused.value.hint
    assert isinstance(refused.value, ConfigurationError)


def test_two_offers_of_one_id_are_refused():
    """Rows are known by it."""
    with pytest.raises(OfferError, match=r"offers\[1\]\.id 'x' is that of offers\[0\] too"):
        read_offers([GOOD, GOOD], currency="EUR")


def test_a_code_opens_one_offer():
    """Capitals do not tell codes apart."""
    one = GOOD | {"coupon": {"codes": ["Save"]}}
    other = GOOD | {"id": "save", "coupon": True}
    with pytest.raises(OfferError, match=r"offers\[1\]\.coupon 'SAVE' opens offers\[0\] already"):
        read_offers([one, other], currency="EUR")


CARD_LIKE = "6011000990139424"


@pytest.mark.parametrize(
    ("table", "path"),
    [
        (GOOD | {"id": CARD_LIKE}, "offers[0].id"),
        (GOOD | {"coupon": {"codes": ["A1", CARD_LIKE]}}, "offers[0].coupon.codes"),
    ],
)
def test_a_name_that_looks_like_a_cards_number_is_refused_at_the_start_and_not_at_the_till(
    table, path
):
    with pytest.raises(OfferError) as refused:
        read(table)
    assert str(refused.value) == (
        f"{path} …9424 looks like a card's number (put a letter into its middle)"
    )


def test_coupon_codes_that_are_item_numbers_or_have_a_letter_are_read():
    codes = ["9812345678901", "4000000000006", f"{CARD_LIKE[:8]}C{CARD_LIKE[8:]}"]
    assert read(GOOD | {"coupon": {"codes": codes}}).coupon.codes == {*codes}


def test_what_toml_holds_and_json_does_not_is_refused_when_it_is_kept():
    """A time of day is no value of any key."""
    with pytest.raises(TypeError, match="cannot be kept"):
        text_of_tables([{"id": "x", "label": datetime.time(1)}], "EUR")


@pytest.mark.parametrize(("tables", "words"), [({}, "not a list"), ([GOOD] * 10_001, "at most")])
def test_a_list_of_offers_is_a_list_of_bounded_length(tables, words):
    """Ten thousand."""
    with pytest.raises(OfferError, match=words):
        read_offers(tables, currency="EUR")


def test_a_key_that_is_null_is_not_given():
    """The example of the explain format."""
    offer = read(
        {
            "id": "3for2", "kind": "cheapest_percent", "n": 3, "percent": "100", "skus": ["A", "B"],
            "conflict": "best", "priority": 0, "max_uses": None, "floor": None,
        }
    )  # fmt: skip
    assert (offer.n, offer.discounted, offer.percent_milli) == (3, 1, 100_000)
    assert (offer.conflict, offer.max_uses, offer.floor_minor) == ("best", None, 0)
    assert offer.goods.skus == {"A", "B"}
    assert read(GOOD | {"skus": None}).goods == ANY


def test_the_same_list_twice_in_a_bundle_is_two_places():
    """Two of A or B together; a unit fills one place only, so this is no overlap with itself."""
    offer = read(BUNDLE | {"groups": [["A", "B"], ["A", "B"]]})
    assert [place.goods.skus for place in offer.places] == [{"A", "B"}] * 2


@pytest.mark.parametrize(
    ("currency", "text", "minor"),
    [("EUR", "1.99", 199), ("JPY", "199", 199), ("KWD", "1.999", 1999)],
)
def test_amounts_have_the_decimals_of_the_currency(currency, text, minor):
    """And no more: see the refusals."""
    table = {"id": "x", "kind": "unit_amount", "amount": text}
    assert read(table, currency).amount_minor == minor
    with pytest.raises(OfferError, match="decimals"):
        read({**table, "amount": "1.0000"}, currency)


def test_a_gift_needs_spending_or_buying():
    """Or both."""
    assert read(GIFT).spend_minor == 1000
    bought = read({"id": "x", "kind": "gift", "skus": ["A"], "buy": {"n": 2, "skus": ["B"]}})
    assert bought.places[0].count == 2


def test_every_kind_is_listed_with_its_keys_on_the_page_for_integrators():
    """The page of the format names each kind and each of its keys."""
    from pathlib import Path

    page = Path(__file__).parents[3] / "docs" / "formats" / "offers.md"
    rows = {
        line.split("`")[1]: line
        for line in page.read_text(encoding="utf-8").splitlines()
        if line.startswith("| `")
    }
    for kind, keys in KINDS.items():
        assert kind in rows, kind
        for key in set(keys) - {"skus", "departments"}:
            assert f"`{key}`" in rows[kind], (kind, key)


TOML = """
format = 1
currency = "EUR"

[[offer]]
id = "happy"
kind = "unit_percent"
percent = "20"
from = 2026-11-01
until = 2026-11-30T18:00:00+01:00
hours = ["17:00-19:00"]
coupon = { codes = ["A1"], until = 2026-11-20 }
"""


def test_dates_of_toml_need_no_quotes_and_are_kept_with_the_offers(tmp_path):
    """What is journalled is read again as the same offers."""
    (tmp_path / "a.toml").write_text(TOML, encoding="utf-8")
    tables = load_tables(tmp_path, ("a.toml",), "EUR")
    offers = offers_of_files(tables, "EUR")
    assert offers[0].window.begins == datetime.datetime(2026, 11, 1)  # noqa: DTZ001 - the shop's
    text = text_of_tables(tables["a.toml"], "EUR")
    assert offers_of_text(text) == offers
    json.loads(text)


def test_the_text_of_offers_does_not_depend_on_their_order():
    """So that a file that was only tidied up is not journalled again."""
    tables = tomllib.loads(TOML)["offer"]
    other = [GOOD, *tables], [*tables, dict(reversed(GOOD.items()))]
    texts = {text_of_tables(each, "EUR") for each in other}
    assert len(texts) == 1
    assert len({fingerprint_of(each) for each in texts}) == 1
    assert fingerprint_of(text_of_tables(tables, "EUR")) != fingerprint_of(texts.pop())


def test_the_same_id_in_two_files_is_refused_with_both(tmp_path):
    """The message names file and place."""
    for name in ("a.toml", "b.toml"):
        (tmp_path / name).write_text(TOML, encoding="utf-8")
    with pytest.raises(OfferError, match=r"b\.toml: offer\[0\]\.id 'happy' is that of a\.toml"):
        offers_of_files(load_tables(tmp_path, ("a.toml", "b.toml"), "EUR"), "EUR")


def test_offers_made_by_a_program_can_be_json(tmp_path):
    """The same keys; the list has the name it has in the explain format."""
    document = {"currency": "EUR", "offers": [GOOD]}
    (tmp_path / "a.json").write_text(json.dumps(document), encoding="utf-8")
    assert offers_of_files(load_tables(tmp_path, ("a.json",), "EUR"), "EUR") == (read(GOOD),)


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("a.json", "{", "mend that line"),
        ("a.json", "[]", "not a table"),
        ("a.json", "[" * 100_000, "mend that line"),
        ("a.json", '{"currency": "EUR", "offer": []}', "did you mean offers?"),
        ("a.json", '{"currency": "EUR", "offers": [{"id": 1}]}', "a.json: offers[0].kind"),
        ("a.csv", "", "neither TOML nor JSON"),
    ],
)
def test_a_file_that_is_no_list_of_offers_is_refused_in_words(tmp_path, name, text, words):
    """Whatever it is."""
    (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(OfferError) as refused:
        offers_of_files(load_tables(tmp_path, (name,), "EUR"), "EUR")
    assert words in str(refused.value)


def test_a_file_that_is_too_large_or_no_text_is_refused(tmp_path):
    """Before it is parsed."""
    (tmp_path / "a.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(OfferError, match="no text in UTF-8"):
        load_tables(tmp_path, ("a.toml",), "EUR")
    with (tmp_path / "a.toml").open("wb") as file:
        file.truncate((16 << 20) + 1)
    with pytest.raises(OfferError, match="larger than 16 MiB"):
        load_tables(tmp_path, ("a.toml",), "EUR")


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=6,
)
keys = sorted({key for kind in KINDS.values() for key in kind} | set(GOOD) | {"coupon", "from"})


@given(st.sampled_from(sorted(KINDS)), st.dictionaries(st.sampled_from(keys), anything))
def test_no_input_ends_in_another_error(kind, table):
    """It is read, or refused in words with a path."""
    found = None
    try:
        read_offers([{"id": "x", **table, "kind": kind}], currency="EUR")
    except OfferError as error:
        found = error
    assert found is None or (found.path.startswith("offers[0]") and found.hint)
