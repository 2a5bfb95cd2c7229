"""``posframe explain --receipt`` where goods came back: what they cost then is not priced anew."""

from __future__ import annotations

import pytest

from posframe.kernel.domain import commands as cmd
from tests.explaining import run
from tests.test_cli_explain import opened, sold
from tests.test_explain_receipts import explained, folder_of


@pytest.fixture
def folder(tmp_path):
    """A till that sold a discounted line, in a sale with offers and a discount on all of it."""
    where = folder_of(tmp_path / "till")
    sold(
        where,
        *("PEN", "PEN", "PAD", "TEA"),
        cmd.Discount(number=4, percent_milli=50_000),
        cmd.Discount(number=0, amount_minor=33),
    )
    return where


def bring_back(folder, *commands):
    with opened(folder, first=1_000) as till:
        for each in (*commands, cmd.Total(), cmd.Pay(type="cash")):
            assert till.do(each).accepted, each


def test_a_return_of_a_line_with_its_own_discount_agrees(folder):
    """Half of the tea, 1.25 of 2.49, and its share of 0.33 came off when it was sold."""
    bring_back(folder, cmd.Return(receipt_number=1, number=4))
    status, found = explained(folder, 2)
    assert (status, found["replay"]) == (0, {"agrees": True, "difference": ""})
    (line,) = found["lines"]
    assert found["totals"]["gross"] == line["gross"]
    assert [each["result"] for each in found["trace"][:2]] == [-249, 125]


def test_an_exchange_with_a_discount_on_the_new_goods_agrees(folder):
    bring_back(
        folder,
        cmd.Return(receipt_number=1),
        cmd.AddItem(code="PAD"),
        cmd.Discount(number=5, percent_milli=1_000),
    )
    status, found = explained(folder, 2)
    assert (status, found["replay"]["agrees"], len(found["lines"])) == (0, True, 5)


def test_what_came_back_is_told_by_its_receipt_and_by_no_price_list(folder):
    bring_back(folder, cmd.Return(receipt_number=1, number=4))
    status, out, _ = run("--till", folder, "--receipt", 2)
    told = " ".join(out.split())
    assert status == 0
    assert "-1 pcs at 2.49, as sold on receipt 1: its share of what that line came to" in told
    assert "price list" not in told


@pytest.mark.parametrize("number", [2**63 - 1, 2**63, 10**20])
def test_a_number_that_no_receipt_has_is_told(folder, number):
    status, _, err = run("--till", folder, "--receipt", number)
    assert status == 2
    assert f"There is no receipt {number}" in err
