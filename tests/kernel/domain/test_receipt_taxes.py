"""What a receipt says of taxes: each once, why nothing is due, and who owes it."""

from __future__ import annotations

import re

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from posframe.kernel.domain import commands as cmd
from posframe.kernel.domain.receipt import ReceiptDocument
from posframe.kernel.domain.receipt_content import Shop, sale_receipt
from posframe.kernel.domain.receipt_layout import plain_text
from posframe.kernel.domain.receipt_taxes import Seller, tax_section
from posframe.kernel.domain.rounding import Rounding
from posframe.kernel.domain.tax import RoundAt, Tax, TaxKind, TaxPolicy, Treatment
from tests.kernel.driving import SETTINGS, Desk
from tests.kernel.making import VAT7, VAT19, tax
from tests.kernel.taxed import completed, taxed_desk

BAKER = Seller(name="Baker Ltd", tax_number="DE2", address=("2 Mill Lane",))
SHOP = Shop(till="T01", store="Shop", tax_number="DE1", entities={"baker": BAKER})
BREAD = attrs.evolve(VAT7, entity="baker")
ECO = Tax("eco", "Eco fee", 0, kind=TaxKind.FIXED, amount_minor=25)


def table(sale, shop=SHOP):
    """Return the rows of the tax table as printed on 40 columns, blanks run together."""
    section = tax_section(sale, shop.sellers, shop.exponent)
    text = plain_text(ReceiptDocument(sections=(section,)), 40)
    return [" ".join(row.split()) for row in text.splitlines() if set(row) != {"-"}]


def receipt(sale, shop=SHOP):
    return plain_text(sale_receipt(sale, shop, "2026-01-01 12:00"), 40)


def test_a_table_lists_each_tax_with_what_it_is_reckoned_on():
    """1.19 contains 0.19 at 19 %, 1.07 contains 0.07 at 7 %."""
    assert table(completed((119, VAT19), (107, VAT7), (119, VAT19))) == [
        "Tax net tax",
        "A 19 % 2.00 0.38",
        "B 7 % 1.00 0.07",
    ]


def test_goods_that_bear_nothing_have_no_table():
    assert table(completed((119,))) == []


def test_a_code_whose_rate_changed_in_the_sale_has_two_rows_with_letters_of_their_own():
    """At midnight 16 % become 19: 1.16 and 1.19 are both 1.00 without tax."""
    old, new = (attrs.evolve(tax(rate, "vat"), label="VAT") for rate in (16, 19))
    sale = completed((116, old), (119, new))
    assert table(sale) == ["Tax net tax", "A VAT 16 % 1.00 0.16", "B VAT 19 % 1.00 0.19"]
    lines = receipt(sale).splitlines()
    assert [row[-1] for row in lines if row.startswith("Item")] == ["A", "B"]


@pytest.mark.parametrize(
    ("found", "name"),
    [
        (attrs.evolve(VAT19, label="VAT 19 %"), "VAT 19 %"),
        (attrs.evolve(VAT19, label="VAT 19,0"), "VAT 19,0 19 %"),
        (attrs.evolve(VAT19, label="VAT 119"), "VAT 119 19 %"),
        (attrs.evolve(tax("5.5", "x"), label="TVA 5,5 %"), "TVA 5,5 %"),
        (attrs.evolve(tax("9.975", "x"), label="QST"), "QST 9.975 %"),
        (attrs.evolve(tax("5", "x"), label="ISS", kind=TaxKind.DIVISION), "ISS 5 %"),
        (ECO, "Eco fee 0.25"),
        (attrs.evolve(ECO, label="Eco fee 0.25 each"), "Eco fee 0.25 each"),
        (Tax("z", "Books", 0, treatment=Treatment.ZERO_RATED), "Books"),
    ],
)
def test_a_label_that_does_not_say_the_rate_is_given_it(found, name):
    assert table(completed((1000, found)))[1].rsplit(" ", 2)[0] == f"A {name}"


@pytest.mark.parametrize(
    ("treatment", "reason", "words"),
    [
        (Treatment.ZERO_RATED, "", "zero rated"),
        (Treatment.ZERO_RATED, "Books", "zero rated: Books"),
        (Treatment.EXEMPT, "Art. 135 (1) h", "exempt: Art. 135 (1) h"),
        (Treatment.OUT_OF_SCOPE, "Voucher", "out of scope: Voucher"),
        (Treatment.REVERSE_CHARGE, "Buyer owes it", "reverse charge: Buyer owes it"),
    ],
)
def test_why_nothing_is_due_stands_below_its_row(treatment, reason, words):
    nothing = Tax("n", "VAT", 0, treatment=treatment, reason=reason)
    assert table(completed((500, nothing))) == ["Tax net tax", "A VAT 5.00 0.00", words]


def test_taxes_that_differ_in_their_reason_only_are_told_apart():
    one, two = (
        Tax("n", "VAT", 0, treatment=Treatment.EXEMPT, reason=reason) for reason in ("a", "b")
    )
    assert [row for row in table(completed((500, one), (300, two))) if "exempt" in row] == [
        "exempt: a",
        "exempt: b",
    ]


# Legal entities


def test_each_seller_has_a_block_with_its_number_its_taxes_and_its_sum():
    sale = completed((119, VAT19), (214, BREAD), (107, VAT7))
    assert table(sale) == [
        "Shop", "DE1", "Tax net tax", "A 19 % 1.00 0.19", "B 7 % 1.00 0.07", "Sum 2.26",
        "Baker Ltd", "2 Mill Lane", "DE2", "Tax net tax", "C 7 % 2.00 0.14", "Sum 2.14",
    ]  # fmt: skip


def test_a_receipt_of_another_sellers_goods_alone_names_it_all_the_same():
    """Its head names the shop, which did not sell them."""
    assert table(completed((214, BREAD)))[:3] == ["Baker Ltd", "2 Mill Lane", "DE2"]


def test_a_seller_that_left_the_settings_is_named_by_its_id_and_one_without_a_name_by_the_till():
    sale = completed((119, VAT19), (214, BREAD))
    bare = Shop(till="T01")
    found = table(sale, bare)
    assert (found[0], found[4]) == ("T01", "baker")
    assert "DE1" not in found


def test_own_goods_without_tax_have_their_sum():
    assert table(completed((119,), (214, BREAD)))[:3] == ["Shop", "DE1", "Sum 1.19"]


POLICIES = [TaxPolicy(at, rule) for at in RoundAt for rule in (Rounding.HALF_UP, Rounding.DOWN)]
GOODS = st.lists(
    st.tuples(
        st.integers(30, 9_999),  # above the eco fee, which is not discounted
        st.sampled_from([VAT19, VAT7, BREAD, tax("4.225", "on", included=False), ECO]),
    ),
    min_size=1,
    max_size=6,
)


@given(GOODS, st.integers(0, 90_000), st.sampled_from(POLICIES))
def test_the_sums_of_all_sellers_add_up_to_the_receipt(goods, percent, policy):
    """Whatever is discounted and rounded over the whole of it."""
    off = [cmd.Discount(number=0, percent_milli=percent)] if percent else []
    sale = completed(*goods, commands=off, policy=policy)
    rows = table(sale)
    sums = [row.split()[1] for row in rows if row.startswith("Sum ")]
    if any(each.entity for each in sale.taxes):
        cents = sum(int(each.replace(".", "")) for each in sums)
        assert cents == sale.totals.gross_minor
    else:
        assert not sums
    taxes = sum(int(row.split()[-1].replace(".", "")) for row in rows if re.match("[A-E] ", row))
    assert taxes == sale.totals.tax_minor


# How goods were handed over


WAYS = attrs.evolve(SETTINGS, fulfilments=("eat_in", "take_away"))


def test_each_line_says_how_it_was_handed_over_where_that_differs():
    mixed = completed(
        (119, VAT19),
        (107, VAT7),
        settings=WAYS,
        commands=[cmd.SetFulfilment(fulfilment="take_away", number=2)],
    )
    rows = [row.strip() for row in receipt(mixed).splitlines()]
    at = [rows.index(words) for words in ("eat in", "take away")]
    assert rows[at[0] - 1].startswith("Item 119")
    assert rows[at[1] - 1].startswith("Item 107")
    alike = receipt(completed((119, VAT19), (107, VAT7), settings=WAYS))
    assert "eat in" not in alike


def test_a_line_of_no_way_says_nothing_beside_one_that_has_one():
    """Sold before the setting was made, in a sale that was held."""
    desk = taxed_desk((119, VAT19), (107, VAT7)).scan("0")
    assert isinstance(desk, Desk)
    desk.settings = WAYS
    desk.scan("1")
    desk.do(cmd.Pay(type="cash"))
    sale = next(each for each in desk.events if type(each).__name__ == "TransactionCompleted")
    rows = [row.strip() for row in receipt(sale).splitlines()]
    assert rows.count("eat in") == 1
    assert rows[rows.index("eat in") - 1].startswith("Item 107")
    assert rows[rows.index("eat in") - 2].startswith("Item 119")
