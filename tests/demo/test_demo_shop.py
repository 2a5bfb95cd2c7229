"""The demonstration shop keeps the promises its importer and its readers rely on."""

from __future__ import annotations

import csv
import re
import tomllib
from typing import TYPE_CHECKING

import pytest

from posframe.cli.demo import fill
from posframe.demo import members_path, offers_path, prices_paths, products_path
from posframe.kernel.domain.quantity import Unit
from posframe.script import Script
from posframe.till import Till

if TYPE_CHECKING:
    from pathlib import Path

HEADER = (
    "sku,name,brand,department,unit,price,tax_category,codes,plu,"
    "weighed,minimum_age_years,deposit_sku,open_price"
)
DEPARTMENTS = {
    *("dairy", "bakery", "produce", "grocery", "beverages", "alcohol", "frozen"),
    *("household", "drugstore", "asian", "baltic", "non-food", "services"),
}
TEMPLATES = ["till.toml", "till-minimal.toml"]


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def settings(name: str) -> dict:
    return tomllib.loads(products_path().with_name(name).read_text(encoding="utf-8"))


def codes_of(product: dict[str, str]) -> list[str]:
    return product["codes"].split("|") if product["codes"] else []


def has_valid_check_digit(code: str) -> bool:
    """Weigh the digits 1, 3, 1, 3 … from the right; the sum ends in 0."""
    weights = (1, 3) * len(code)
    return sum(int(digit) * w for digit, w in zip(reversed(code), weights, strict=False)) % 10 == 0


def repeated(values: list[str]) -> set[str]:
    return {value for value in values if values.count(value) > 1}


PRODUCTS = rows(products_path())
CODES = [code for product in PRODUCTS for code in codes_of(product)]


def test_check_digit_rule_accepts_published_examples_and_refuses_a_slip():
    """The rule used below is the one of GS1, for all three lengths."""
    assert all(map(has_valid_check_digit, ["4006381333931", "036000291452", "96385074"]))
    assert not has_valid_check_digit("4006381333932")
    assert not has_valid_check_digit("4006383133931")


def test_shop_is_large_enough_and_has_every_department():
    """At least 240 products with every column; all thirteen departments have something."""
    assert len(PRODUCTS) >= 240
    assert all(",".join(product) == HEADER for product in PRODUCTS)
    assert {product["department"] for product in PRODUCTS} == DEPARTMENTS


def test_files_are_utf8_with_plain_line_ends():
    """No byte order mark, no carriage return, nothing before or after a cell's text."""
    for path in (products_path(), members_path()):
        data = path.read_bytes()
        assert not data.startswith(b"\xef\xbb\xbf")
        assert b"\r" not in data
        assert data.endswith(b"\n")
    assert not [p for p in PRODUCTS if any(cell != cell.strip() for cell in p.values())]


@pytest.mark.parametrize("column", ["sku", "name", "plu"])
def test_no_two_products_share_a(column):
    """SKUs, names and PLUs each name one product."""
    assert repeated([product[column] for product in PRODUCTS if product[column]]) == set()


def test_no_two_products_share_a_code():
    """A code names one product, also when all are written with 14 digits."""
    assert repeated([code.zfill(14) for code in CODES]) == set()


def test_typed_number_names_one_product():
    """What a cashier keys is a SKU, a PLU or a code, never two of them."""
    plus = [product["plu"] for product in PRODUCTS if product["plu"]]
    assert repeated([product["sku"] for product in PRODUCTS] + plus + CODES) == set()


def test_codes_are_valid_and_of_ranges_no_real_product_has():
    """EAN-13 with 952, EAN-8 with 200, UPC-A with 4; each kind occurs."""
    range_of = {13: "952", 8: "200", 12: "4"}
    assert [code for code in CODES if not has_valid_check_digit(code)] == []
    assert [code for code in CODES if not code.startswith(range_of[len(code)])] == []
    assert {len(code) for code in CODES} == set(range_of)


def test_every_product_can_be_rung_up():
    """Each has a code or a PLU; a PLU has four digits; some products have several codes."""
    assert [p["sku"] for p in PRODUCTS if not (p["codes"] or p["plu"])] == []
    assert [p["plu"] for p in PRODUCTS if p["plu"] and not re.fullmatch(r"\d{4}", p["plu"])] == []
    assert any(len(codes_of(product)) > 1 for product in PRODUCTS)


def test_price_is_exact_or_left_to_the_operator():
    """Prices have two decimals and are above zero; open prices are empty."""
    open_price = [p for p in PRODUCTS if p["open_price"] == "1"]
    fixed = [p for p in PRODUCTS if p["open_price"] == "0"]
    assert len(open_price) + len(fixed) == len(PRODUCTS)
    assert open_price
    assert {p["price"] for p in open_price} == {""}
    assert [p for p in fixed if not re.fullmatch(r"\d{1,3}\.\d\d", p["price"])] == []
    assert [p for p in fixed if p["price"] == "0.00"] == []


def test_weighed_goods_are_priced_by_the_kilogram():
    """Weighed means kg with a PLU, and kg means weighed; units are those of the kernel."""
    weighed = [p for p in PRODUCTS if p["weighed"] == "1"]
    assert weighed == [p for p in PRODUCTS if p["unit"] == Unit.KILOGRAM.code]
    assert all(p["plu"] and not p["codes"] for p in weighed)
    assert {p["unit"] for p in PRODUCTS} == {Unit.KILOGRAM.code, Unit.PIECE.code}
    assert {p["weighed"] for p in PRODUCTS} == {"0", "1"}


def test_deposits_exist_and_bear_none_themselves():
    """Every deposit_sku is a product of the list; a deposit has no deposit."""
    by_sku = {product["sku"]: product for product in PRODUCTS}
    linked = {product["deposit_sku"] for product in PRODUCTS} - {""}
    assert linked <= by_sku.keys()
    assert {"DEP008", "DEP015", "DEP025"} <= linked
    assert all(by_sku[sku]["deposit_sku"] == "" for sku in linked)
    assert all(by_sku[sku]["tax_category"] == "standard" for sku in linked)


def test_alcohol_is_age_limited():
    """Only 16 and 18 occur beside no limit; the alcohol department has no product without."""
    assert {p["minimum_age_years"] for p in PRODUCTS} == {"0", "16", "18"}
    alcohol = [p for p in PRODUCTS if p["department"] == "alcohol"]
    assert {p["minimum_age_years"] for p in alcohol} == {"16", "18"}


def test_names_go_beyond_ascii():
    """Chinese, Lithuanian and accented names and a euro sign try screen, printer and search."""
    names = " ".join(product["name"] for product in PRODUCTS)
    assert re.search(r"[\u4e00-\u9fff]{3}", names)
    assert "Juoda ruginė duona" in names
    assert "Gutschein 10 €" in names
    assert re.search(r"[éèñü]", names)


@pytest.mark.parametrize("name", TEMPLATES)
def test_template_parses(name):
    """Both templates are TOML of format 1 with a till, plugins, taxes and cash."""
    till = settings(name)
    assert till["format"] == 1
    assert {"till", "plugins", "tax", "cash", "barcodes", "devices", "ui"} < till.keys()


def test_minimal_template_has_no_key_of_its_own():
    """Whoever knows the demonstration till knows every key of the minimal one."""
    assert keys_of(settings("till-minimal.toml")) < keys_of(settings("till.toml"))


@pytest.mark.parametrize("name", TEMPLATES)
def test_every_key_is_explained(name):
    """Every key has a comment on its line; tables of tax are explained once above them."""
    lines = products_path().with_name(name).read_text(encoding="utf-8").splitlines()
    keys = [line for line in lines if re.match(r"[a-z_]+ = ", line)]
    seen_before = {"prefix", "item", "value", "kind", "inner_check"}
    bare = [line for line in keys if "#" not in line and not line.startswith("taxes = ")]
    assert {line.split(" ", 1)[0] for line in bare} <= seen_before


def test_tax_categories_of_the_products_are_those_of_the_till():
    """Every category used is configured, and every one configured is used."""
    configured = settings("till.toml")["tax"]["categories"]
    assert {product["tax_category"] for product in PRODUCTS} == configured.keys()


def test_amounts_in_the_templates_are_strings():
    """A float would not be the amount that is written."""
    for name in TEMPLATES:
        assert not [value for value in leaves(settings(name)) if isinstance(value, float)]


def test_member_cards_are_pseudonymous_numbers_with_the_prefix_of_the_till():
    """A card is a valid EAN-13 that no product has, and points; nothing tells who holds it."""
    members = rows(members_path())
    cards = [member["card_number"] for member in members]
    prefix = settings("till.toml")["plugins"]["loyalty"]["card_prefix"]
    assert len(cards) == len(set(cards)) == 12
    assert all(list(member) == ["card_number", "points"] for member in members)
    assert all(len(card) == 13 and has_valid_check_digit(card) for card in cards)
    assert all(card.startswith(prefix) for card in cards)
    assert all(member["points"].isdecimal() for member in members)
    assert not [code for code in CODES if code.startswith(prefix)]


def test_no_product_code_looks_like_a_label_of_the_scale():
    """A code of 13 digits with an embedded prefix would be taken for a weight or a price."""
    prefixes = tuple(rule["prefix"] for rule in settings("till.toml")["barcodes"]["embedded"])
    assert prefixes
    assert not [code for code in CODES if code.startswith(prefixes)]


def keys_of(table: dict, path: str = "") -> set[str]:
    """Return every key as a dotted path; lists count as leaves."""
    found = set()
    for key, value in table.items():
        found.add(path + key)
        if isinstance(value, dict):
            found |= keys_of(value, f"{path}{key}.")
    return found


def leaves(value: object) -> list[object]:
    """Return every value that is neither a table nor a list."""
    if isinstance(value, dict):
        return [leaf for part in value.values() for leaf in leaves(part)]
    if isinstance(value, list):
        return [leaf for part in value for leaf in leaves(part)]
    return [value]


def test_offers_are_for_goods_of_the_shop():
    """Every SKU and department they name is on the product list."""
    offers = tomllib.loads(offers_path().read_text(encoding="utf-8"))["offer"]
    named = set()
    for offer in offers:
        named.update(offer.get("skus", ()), *offer.get("groups", ()))
    assert named
    assert named <= {product["sku"] for product in PRODUCTS}
    assert {each for offer in offers for each in offer.get("departments", ())} <= DEPARTMENTS


def test_price_lists_ask_less_than_the_goods_cost_otherwise():
    prices = {product["sku"]: product["price"] for product in PRODUCTS}
    for path in prices_paths().values():
        assert rows(path)
        for row in rows(path):
            assert float(row["price"]) < float(prices[row["sku"]]), row


def test_a_filled_till_sells_by_its_offers_and_price_lists(tmp_path):
    """3 pasta for 2.50; six waters at 0.59, their deposits 0.25; a member's crisps at 1.49."""
    template = products_path().with_name("till.toml")
    (tmp_path / "till.toml").write_text(template.read_text(encoding="utf-8"), encoding="utf-8")
    fill(tmp_path)
    with Till.open(tmp_path) as till:
        script = Script(till)
        due = [script.line(each)["due"] for each in ("3 * 13011", "6 * 14001", "13051")]
        assert due == [250, 250 + 6 * (59 + 25), 250 + 504 + 179]
        assert script.scan(rows(members_path())[0]["card_number"])["due"] == 250 + 504 + 149
        assert script.line(".cancel")["accepted"]
