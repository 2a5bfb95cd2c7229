"""What a receipt says of goods that come back, and of a sale that it undoes."""

from __future__ import annotations

import pytest

from posframe.kernel.domain import commands as cmd
from posframe.kernel.domain.events import TransactionCompleted
from posframe.kernel.domain.receipt_content import Shop, sale_receipt
from posframe.kernel.domain.receipt_layout import plain_text
from tests.kernel.shop import events_of, open_till, write_settings

SHOP = Shop(till="T01")


@pytest.fixture
def till(tmp_path):
    write_settings(tmp_path)
    with open_till(tmp_path) as opened:
        yield opened


def done(till, *commands):
    for command in commands:
        outcome = till.do(command)
        assert outcome.accepted, outcome.words


def printed(till):
    """Return the rows of the last receipt, on 40 columns."""
    sale = events_of(till, TransactionCompleted)[-1]
    return plain_text(sale_receipt(sale, SHOP, "2026-01-01 12:00"), 40).splitlines()


def test_goods_that_come_back_name_their_receipt_and_neither_reason_nor_condition(till):
    done(till, cmd.AddItem(code="PEN", quantity_milli=3000), cmd.Pay(type="cash"))
    done(
        till,
        cmd.Return(receipt_number=1, number=1, quantity_milli=2000, condition="damaged",
                   reason="leaks"),
        cmd.AddItem(code="PEN"),
        cmd.Pay(type="cash"),
    )  # fmt: skip
    rows = printed(till)
    at = rows.index("  from receipt 1")
    assert rows[at - 2].split()[:2] == ["Pen", "-1.98"]
    assert rows[at - 1] == "  -2 × 0.99"
    assert sum("from receipt" in row for row in rows) == 1, "what is sold comes from none"
    assert not any("damaged" in row or "leaks" in row for row in rows)
    assert not any("UNDOES" in row for row in rows)


def test_goods_without_a_receipt_name_none(till):
    done(till, cmd.ReturnWithoutReceipt(code="PEN", approver="anna"), cmd.Pay(type="cash"))
    assert not any("from receipt" in row for row in printed(till))


def test_the_receipt_of_an_undone_sale_says_which_one_it_undoes(till):
    done(till, cmd.AddItem(code="MILK"), cmd.Pay(type="cash"))
    done(till, cmd.AddItem(code="PEN"), cmd.Pay(type="cash"), cmd.PostVoid(approver="anna"))
    rows = [row.strip() for row in printed(till)]
    assert rows.index("UNDOES RECEIPT 2") < rows.index("from receipt 2")


def test_a_receipt_of_a_sale_says_nothing_of_returns(till):
    done(till, cmd.AddItem(code="PEN"), cmd.Pay(type="cash"))
    assert not any("from receipt" in row or "UNDOES" in row for row in printed(till))
