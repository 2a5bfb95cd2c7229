"""``posframe explain --till``: what a till sells for, asked of its folder without a sale."""

from __future__ import annotations

import io
import json
from random import Random

import pytest

from posframe import Script, Till
from posframe.catalogue.price_goods import GoodsFinder
from posframe.catalogue.price_lists import ListPrice, PriceList
from posframe.catalogue.records import ItemCode, NewItem
from posframe.catalogue.store import Catalogue
from posframe.config import FILE_NAME
from posframe.kernel.domain import commands as cmd
from posframe.kernel.domain.quantity import KILOGRAM
from posframe.testing.ports import CountingIds, ManualClock
from posframe.testing.tills import GOODS, write_settings
from posframe.till import CATALOGUE_FILE, Ports
from tests.explaining import answer, basket, explained, goods, refused, run

OFFERS = """
[[plugins.promotions.offers]]
id = "3for2"
kind = "cheapest_percent"
n = 3
percent = "100"
skus = ["PEN", "PAD"]

[[plugins.promotions.offers]]
id = "tenoff"
kind = "basket_percent"
percent = "10"
spend = "5.00"

[[plugins.promotions.offers]]
id = "spring"
kind = "unit_percent"
percent = "20"
skus = ["INK"]
coupon = { codes = ["SPRING"], single_use = true }
"""
MORE = (
    NewItem(sku="PACK", name="Pencils", codes=(ItemCode("6pack", quantity_milli=6_000),),
            price_minor=100),
    NewItem(sku="WORK", name="Repair", price_minor=None, open_price=True),
    NewItem(sku="ODD", name="Odd", price_minor=100, tax_category="nobody knows"),
    NewItem(sku="HAM", name="Ham", codes=(ItemCode("47111"),), price_minor=1990, weighed=True,
            unit=KILOGRAM),
)  # fmt: skip
LABELS = """
[[barcodes.embedded]]
prefix = "28"
item = [2, 7]
value = [7, 12]
kind = "weight"
decimals = 3

[[barcodes.embedded]]
prefix = "21"
item = [2, 7]
value = [7, 12]
kind = "price"
decimals = 2
"""


@pytest.fixture
def folder(tmp_path):
    """The folder of a till that has sold nothing yet."""
    where = tmp_path / "till"
    write_settings(where, plugins=("payments", "promotions"), settings=OFFERS)
    with Catalogue.open(where / CATALOGUE_FILE, currency="EUR") as catalogue:
        catalogue.put((*GOODS, *MORE), at_us=0)
    return where


def opened(folder, first=1):
    ports = Ports(clock=ManualClock(), ids=CountingIds(first), effects=False, lock=False)
    return Till.open(folder, ports)


def sold(folder, *commands, first=1):
    """Do commands, codes of goods for short, and pay in cash; return the totals before that."""
    with opened(folder, first) as till:
        for each in commands:
            command = cmd.AddItem(code=each) if isinstance(each, str) else each
            assert till.do(command).accepted, command
        totals = till.state.transaction.totals
        assert till.do(cmd.Pay(type="cash", amount_minor=totals.gross_minor)).accepted
    return totals


def items(*skus, **more):
    return basket(*({"sku": sku, "quantity": "1"} for sku in skus), **more)


def test_goods_take_name_price_tax_and_offers_of_the_till_and_come_to_what_it_asks(
    folder, tmp_path
):
    """Pens 1.50, a pad 3.99, tea 2.49: the cheapest pen is free, then 10 % off 7.98."""
    found = answer(tmp_path, items("PEN", "PEN", "PAD", "TEA"), till=folder)
    assert found["totals"]["gross"] == 718  # 798 - 80
    assert [line["list"] for line in found["lines"]] == [150, 150, 399, 249]
    assert {each["code"] for each in found["taxes"]} == {"vat19", "vat7"}
    assert found["trace"][0]["source"] == "catalogue"
    assert [each["id"] for each in found["offers"]] == ["3for2", "tenoff"]
    asked = sold(folder, "PEN", "PEN", "PAD", "TEA")
    for key, minor in found["totals"].items():
        assert getattr(asked, f"{key}_minor") == minor
    assert [(each.code, each.base_minor, each.minor) for each in asked.taxes] == [
        (each["code"], each["base"], each["amount"]) for each in found["taxes"]
    ]


def test_whatever_is_scanned_in_whatever_order_the_till_asks_what_is_explained(folder, tmp_path):
    """Twenty sales with discounts by hand, scanned one by one at a till that prices each scan."""
    random = Random(6)
    asked, told = [], []
    with opened(folder) as till:
        for _ in range(20):
            codes = random.choices(["PEN", "PAD", "INK", "TEA", "6pack"], k=random.randint(1, 9))
            percent = random.choice([0, 5, 12, 33])
            for code in codes:
                assert till.do(cmd.AddItem(code=code)).accepted
            if percent:
                assert till.do(cmd.Discount(number=0, percent_milli=percent * 1_000)).accepted
            told.append(till.state.transaction.totals)
            assert till.do(cmd.Cancel()).accepted
            off = [{"id": "hand", "percent": str(percent)}] if percent else []
            asked.append(items(*codes, basket_discounts=off))
    status, found = explained(tmp_path, *asked, till=folder)
    assert status == 0
    for answered, totals in zip(found, told, strict=True):
        for key, minor in answered["totals"].items():
            assert getattr(totals, f"{key}_minor") == minor


def test_a_basket_says_what_it_has_instead(folder, tmp_path):
    """Price, taxes and offers; an empty list of offers is none."""
    own = goods("10.00", sku="PEN", taxes=["t"])
    asked = basket(own, taxes={"t": {"rate": "10"}}, offers=[])
    found = answer(tmp_path, asked, till=folder)
    assert found["totals"] == {"list": 1000, "discount": 0, "net": 1000, "tax": 100, "gross": 1100}
    assert found["trace"][0]["source"] == "basket"
    asked["offers"] = [{"id": "half", "kind": "unit_percent", "percent": "50"}]
    assert answer(tmp_path, asked, till=folder)["totals"]["gross"] == 550


def test_a_price_of_the_baskets_own_keeps_the_items_taxes(folder, tmp_path):
    found = answer(tmp_path, basket(goods("1.07", sku="TEA"), offers=[]), till=folder)
    assert found["taxes"] == [{"code": "vat7", "base": 100, "amount": 7}]


def test_goods_the_till_does_not_know_need_a_price_of_their_own(folder, tmp_path):
    where, message, hint = refused(tmp_path, items("PEN", "XYZ"), till=folder)
    assert (where, "not in the till's catalogue" in message) == ("lines[1].sku", True)
    assert "unit_price" in hint
    found = answer(tmp_path, basket(goods("1.00", sku="XYZ")), till=folder)
    assert (found["totals"]["gross"], found["taxes"]) == (100, [])


def test_a_code_that_sells_six_at_once_is_six_pieces(folder, tmp_path):
    found = answer(tmp_path, items("6pack"), till=folder)
    assert (found["lines"][0]["list"], found["trace"][0]["inputs"]["quantity"]) == (600, "6")


def test_a_weighed_quantity_is_priced_by_the_kilogram(folder, tmp_path):
    asked = basket({"sku": "HAM", "quantity": "0.642"}, offers=[])
    assert answer(tmp_path, asked, till=folder)["totals"]["gross"] == 1278  # 12.7758


@pytest.mark.parametrize(
    ("asked", "path", "sentence"),
    [
        (items("WORK"), "lines[0].unit_price", "no price of its own"),
        (items("ODD"), "lines[0].taxes", "tax category"),
        ({**items("PEN"), "currency": "USD"}, "currency", "in USD, the till in EUR"),
        (basket({"quantity": "1"}), "lines[0].sku", "missing"),
        (basket({"sku": "4006381333932", "quantity": "1"}), "lines[0].sku", "Check digit"),
    ],
)
def test_what_the_till_refuses_is_refused_with_its_path(folder, tmp_path, asked, path, sentence):
    where, message, _ = refused(tmp_path, asked, till=folder)
    assert (where, sentence in message) == (path, True), message


def test_prices_are_those_of_the_moment(folder, tmp_path):
    """The pen costs 2.00 from the first of December on."""
    with Catalogue.open(folder / CATALOGUE_FILE, currency="EUR") as catalogue:
        catalogue.put(
            [NewItem(sku="PEN", name="Pen", price_minor=200)], at_us=1_796_083_200_000_000
        )
    for moment, gross in (("2026-11-30T23:59:59Z", 150), ("2026-12-01T00:00:00Z", 200)):
        found = answer(tmp_path, {**items("PEN"), "moment": moment}, till=folder)
        assert found["totals"]["gross"] == gross, moment


def test_price_lists_count_for_quantities_and_groups_and_not_for_a_price_of_the_baskets_own(
    folder, tmp_path
):
    """From three on a pen is 1.20, for staff 0.99; two lines of it are counted together."""
    trade, staff = PriceList(id="trade"), PriceList(id="staff", groups=("staff",))
    with Catalogue.open(folder / CATALOGUE_FILE, currency="EUR") as catalogue:
        pens = GoodsFinder(catalogue).by_sku("PEN").number
        for price in (ListPrice(price_list=trade, price_minor=120, minimum_milli=3_000),
                      ListPrice(price_list=staff, price_minor=99)):  # fmt: skip
            with catalogue.change():
                catalogue.price_lists.replace(price.price_list, [(pens, price)], at_us=0)
    two = {"sku": "PEN", "quantity": "2"}
    for asked, listed, source in (
        (basket(two), [300], "catalogue"),
        (basket(two, {"sku": "PEN", "quantity": "1"}), [240, 120], "trade"),
        (basket(two, customer_groups=["staff"]), [198], "staff"),
        (basket(goods("5.00", "3", "PEN"), customer_groups=["staff"]), [1500], "basket"),
    ):
        found = answer(tmp_path, {**asked, "offers": []}, till=folder)
        assert [line["list"] for line in found["lines"]] == listed
        assert found["trace"][0]["source"] == source


def test_taxes_are_rounded_as_the_till_rounds_them_unless_the_basket_says(tmp_path):
    """Three of 0.10 hold 0.0160 of tax each: 0.02 thrice by line, 0.05 for all."""
    where = tmp_path / "till"
    write_settings(where, settings='\n[tax]\nround_at = "document"\n')
    with Catalogue.open(where / CATALOGUE_FILE, currency="EUR") as catalogue:
        catalogue.put([NewItem(sku="NAIL", name="Nail", price_minor=10)], at_us=0)
    asked = items("NAIL", "NAIL", "NAIL")
    assert answer(tmp_path, asked, till=where)["totals"]["tax"] == 5
    by_line = {**asked, "tax": {"round_at": "line"}}
    assert answer(tmp_path, by_line, till=where)["totals"]["tax"] == 6


def test_currency_and_moment_may_be_left_to_the_till(folder, tmp_path):
    asked = {"lines": [{"sku": "PEN", "quantity": "1"}]}
    assert answer(tmp_path, asked, till=folder)["totals"]["gross"] == 150


def test_a_till_that_is_open_is_no_obstacle_and_nothing_is_written(folder, tmp_path):
    with Till.open(folder) as till:
        script = Script(till)
        assert script.line("PEN")["accepted"]
        before = till.state
        assert answer(tmp_path, items("PEN"), till=folder)["totals"]["gross"] == 150
        assert till.state == before


def test_a_coupon_is_good_until_it_was_used(folder, tmp_path):
    """INK is 12.95; 20 % off is 2.59; 10.36 less 10 % is 9.32."""
    asked = items("INK", coupons=["SPRING"])
    assert answer(tmp_path, items("INK"), till=folder)["totals"]["gross"] == 1165
    assert answer(tmp_path, asked, till=folder)["totals"]["gross"] == 932
    sold(folder, "INK", cmd.AddCoupon(code="SPRING"))
    where, message, _ = refused(tmp_path, asked, till=folder)
    assert where == "coupons[0]"
    assert "used" in message


def test_a_plugin_that_the_till_has_not_run_with_yet_has_seen_nothing(tmp_path):
    """The journal has no tables of it: no coupon was ever used."""
    where = tmp_path / "till"
    write_settings(where, plugins=("payments",))
    sold(where, cmd.Learn(code="INK", name="Ink", price_minor=1295))
    settings = where / FILE_NAME
    written = settings.read_text(encoding="utf-8").replace('"payments"', '"payments", "promotions"')
    settings.write_text(written + OFFERS, encoding="utf-8")
    found = answer(tmp_path, items("INK", coupons=["SPRING"]), till=where)
    assert found["totals"]["gross"] == 932  # of goods that were learnt there, as above


def test_a_label_names_goods_by_the_weight_on_it_and_not_by_a_price(folder, tmp_path):
    """0.642 kg of ham on the label; the price of another is refused with what to write."""
    settings = folder / FILE_NAME
    settings.write_text(settings.read_text(encoding="utf-8") + LABELS, encoding="utf-8")
    found = answer(tmp_path, items(with_check_digit("284711100642"), offers=[]), till=folder)
    assert found["totals"]["gross"] == 1278  # 0.642 × 19.90
    path, _, hint = refused(tmp_path, items(with_check_digit("214711100642")), till=folder)
    assert path == "lines[0].sku"
    assert "HAM" in hint


def with_check_digit(digits):
    odd, even = (sum(map(int, digits[at::2])) for at in (0, 1))
    return f"{digits}{-(odd + 3 * even) % 10}"


def test_a_till_without_a_catalogue_still_knows_taxes_and_offers(tmp_path):
    where = tmp_path / "till"
    write_settings(where, plugins=("promotions",), settings=OFFERS)
    found = answer(tmp_path, basket(goods("10.00", "3", "PEN")), till=where)
    assert found["totals"]["gross"] == 1800  # one of three free, 10 % off 20.00


def test_a_till_without_promotions_has_no_offers_and_takes_those_of_a_basket(tmp_path):
    where = tmp_path / "till"
    write_settings(where, plugins=())
    asked = basket(goods("10.00"), solve_ms=5)
    assert answer(tmp_path, asked, till=where)["totals"]["gross"] == 1000
    asked["offers"] = [{"id": "half", "kind": "unit_percent", "percent": "50"}]
    assert answer(tmp_path, asked, till=where)["totals"]["gross"] == 500


def test_a_folder_without_a_till_ends_with_status_2(tmp_path):
    file = tmp_path / "basket.json"
    file.write_text(json.dumps(basket()), encoding="utf-8")
    status, out, err = run(file, "--till", tmp_path)
    assert (status, out) == (2, "")
    assert "till.toml" in err


def test_wrong_settings_of_a_till_are_told_of_every_basket(tmp_path):
    """They are no fault of the basket: the path is empty, the message names the setting."""
    where = tmp_path / "till"
    settings = '[plugins.promotions]\nfiles = ["missing.toml"]\n'
    write_settings(where, plugins=("promotions",), settings=settings)
    path, message, _ = refused(tmp_path, items("PEN"), till=where)
    assert path == ""
    assert "missing.toml" in message


def test_a_plugin_that_fails_prices_nothing_in_part(tmp_path, monkeypatch):
    """A till would go on without its offers and say so; here nobody would see it."""
    from posframe_promotions.rule import OfferRule

    def broken(*_):
        raise ZeroDivisionError("oh")

    asked = basket(goods("10.00"), offers=[{"id": "h", "kind": "unit_percent", "percent": "50"}])
    for method in ("applications", "price"):
        with monkeypatch.context() as patched:
            patched.setattr(OfferRule, method, broken)
            path, message, _ = refused(tmp_path, asked)
            assert path == "offers"
            assert "ZeroDivisionError" in message
        assert answer(tmp_path, asked)["totals"]["gross"] == 500


def test_a_plugin_that_fails_once_is_asked_again_for_the_next_basket(tmp_path, monkeypatch):
    """Not set aside after three faults, as a till would."""
    from posframe_promotions.rule import OfferRule

    price = OfferRule.price
    calls = []

    def failing_at_first(self, sale, changed):
        calls.append(sale)
        if len(calls) <= 4:
            raise ZeroDivisionError
        return price(self, sale, changed)

    monkeypatch.setattr(OfferRule, "price", failing_at_first)
    asked = basket(goods("10.00"), offers=[{"id": "h", "kind": "unit_percent", "percent": "50"}])
    _, found = explained(tmp_path, *[asked] * 5)
    assert ["error" in each for each in found] == [True, True, True, True, False]


def test_a_rule_that_cannot_tell_its_deals_still_saves(tmp_path, monkeypatch):
    from posframe_promotions.rule import OfferRule

    monkeypatch.delattr(OfferRule, "applications")
    asked = basket(goods("10.00"), offers=[{"id": "h", "kind": "unit_percent", "percent": "50"}])
    found = answer(tmp_path, asked)
    assert found["offers"] == [{"id": "h", "saving": 500, "applications": []}]


def test_standard_input_is_read_where_the_file_is_a_dash(monkeypatch):
    written = io.BytesIO(json.dumps(basket(goods("1.00"))).encode())
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(written))
    status, out, _ = run("-")
    assert (status, json.loads(out)["totals"]["gross"]) == (0, 100)


def test_without_the_promotions_plugin_offers_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("posframe.explain.shops.installed", dict)
    path, message, hint = refused(tmp_path, basket(offers=[]))
    assert (path, hint) == ("offers", "install it, or leave offers out")
    assert "not installed" in message
    assert answer(tmp_path, basket(goods("1.00")))["totals"]["gross"] == 100


@pytest.mark.parametrize(
    "arguments", [(), ("--receipt", "1"), ("--receipt", "1", "file.json"), ("--till", ".")]
)
def test_half_a_question_is_told_how_to_ask(arguments):
    status, out, err = run(*arguments)
    assert (status, out) == (2, "")
    assert "--till" in err or "posframe explain" in err
