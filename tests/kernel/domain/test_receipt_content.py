"""What stands on a receipt, row by row, as the sale says it."""

from __future__ import annotations

import attrs

from posframe.kernel.domain import commands as cmd
from posframe.kernel.domain import questions as q
from posframe.kernel.domain.events import TransactionCompleted
from posframe.kernel.domain.receipt_content import Shop, sale_receipt
from posframe.kernel.domain.receipt_layout import plain_text
from posframe.kernel.domain.views import FoundPrice
from tests.kernel.driving import ITEMS, Desk, three_pens_for_two

SHOP = Shop(till="T01", store="Shop", address=("1 Square", "Town"), tax_number="DE1", logo=True)


def receipt(desk, shop=SHOP, **more):
    """Return the receipt of the sale that was just completed, as printed on 40 columns."""
    sale = next(each for each in desk.events if isinstance(each, TransactionCompleted))
    return plain_text(sale_receipt(sale, shop, "2026-01-01 12:00", **more), 40)


WHOLE = """\
                 COPY 2
                 [logo]
                  Shop
                1 Square
                  Town
                  DE1

Ham                              12.78 B
  0.642 kg × 19.90
Cola                              1.50 B
  Discount 10 %                  -0.15
Deposit                           0.25 B
Pen                               1.00 B
Pen                               1.00 B
Pen                               1.00 B
Lamp                            100.00 A
  3 for 2                        -1.00
  Discount                       -1.00
----------------------------------------
Net                             112.79
Tax                              12.50
TOTAL EUR                         125.29
Rounding                          0.01
Voucher                          50.00
Cash                            100.00
Change                          -24.70
You saved                         2.15
----------------------------------------
Tax                        net       tax
A 10 %                   99.14      9.91
B 19 %                   13.65      2.59
----------------------------------------
Receipt T01-000001      2026-01-01 12:00
Operator 1
         [Code 128 T01-000001]

"""


def test_a_receipt_says_everything_the_sale_came_to():
    """By hand, each tax rounded on its line.

    0.642 kg · 19.90 = 12.7758. The 1.00 off all is shared over 12.78, 1.35, 1.00, 1.00, 0.00 and
    100.00: 0.11, 0.01, 0.01, 0.01, 0 and 0.86. So 99.14 bears 9.91 on top; 12.67, 1.34, 0.25, 0.99
    and 0.99 contain 2.02, 0.21, 0.04, 0.16 and 0.16. 115.38 + 9.91 = 125.29; after 50.00 by voucher
    75.29 are left, in cash 75.30.
    """
    desk = Desk(PriceSale=three_pens_for_two)
    desk.do(cmd.AddItem(code="HAM", weighed_milli=642))
    desk.scan("COLA", "PEN", "PEN", "PEN", "LAMP")
    desk.do(cmd.Discount(number=2, percent_milli=10_000))
    desk.do(cmd.Discount(number=0, amount_minor=100))
    desk.do(cmd.Pay(type="voucher", amount_minor=5_000))
    desk.do(cmd.Pay(type="swiss", amount_minor=10_000))
    found = receipt(desk, copy=2)
    assert found.rstrip("\n") == WHOLE.rstrip("\n")


def test_a_shop_that_says_nothing_of_itself_has_a_bare_head():
    desk = Desk().scan("PEN")
    desk.do(cmd.Pay(type="cash"))
    rows = receipt(desk, Shop(till="T01")).splitlines()
    assert rows[:2] == ["", "Pen                               1.00 A"]
    assert not {"COPY", "Rounding", "Change", "You saved"} & {row.split(" ")[0] for row in rows}


def test_a_price_for_several_says_for_how_many():
    """Six pens for 5.00, and ham at 1.99 for 100 g: 0.642 kg are 12.7758."""
    for sku in ("PEN", "HAM"):
        desk = Desk()
        found = attrs.evolve(ITEMS[sku], item=attrs.evolve(ITEMS[sku].item, listed=True))
        desk.answers[q.FindItem] = lambda asked, found=found: found
        price = {"PEN": (500, 6_000), "HAM": (199, 100)}[sku]
        desk.answers[q.FindPrice] = lambda asked, price=price: FoundPrice(
            price_minor=price[0], price_per_milli=price[1], price_list="bulk"
        )
        amount = {"quantity_milli": 6_000} if sku == "PEN" else {"weighed_milli": 642}
        desk.do(cmd.AddItem(code=sku, **amount))
        desk.do(cmd.Pay(type="cash"))
        rows = {"PEN": ("5.00", "6 × 5.00 / 6"), "HAM": ("12.78", "0.642 kg × 1.99 / 0.1 kg")}
        assert [row.strip() for row in receipt(desk).splitlines()][6:8] == [
            f"{ITEMS[sku].item.name:<32}{rows[sku][0]:>6} A",
            rows[sku][1],
        ]


def test_one_piece_at_a_price_for_several_says_so_too():
    """One of six for 5.00 is 0.83: without the price for six nobody could tell why."""
    desk = Desk()
    found = attrs.evolve(ITEMS["PEN"], item=attrs.evolve(ITEMS["PEN"].item, listed=True))
    desk.answers[q.FindItem] = lambda asked: found
    desk.answers[q.FindPrice] = lambda asked: FoundPrice(
        price_minor=500, price_per_milli=6_000, price_list="bulk"
    )
    desk.scan("PEN").do(cmd.Pay(type="cash"))
    assert "1 × 5.00 / 6" in receipt(desk)
