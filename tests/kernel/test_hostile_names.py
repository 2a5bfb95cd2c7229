"""Names from outside are letters on paper: what would command a printer never reaches it."""

from __future__ import annotations

import pytest

from posframe.hal.codecs.escpos import ReceiptEncoder
from posframe.hal.profiles import load_profile
from posframe.kernel.domain import commands as cmd
from posframe.kernel.domain.events import TransactionCompleted
from tests.kernel.invariants import HOSTILE, check_printed
from tests.kernel.shop import events_of, open_till, write_settings


@pytest.mark.parametrize("profile", ["generic-80mm", "generic-58mm"])
def test_a_receipt_of_hostile_names_is_clean(tmp_path, profile):
    """Sold, paid and encoded: their letters are there, their control bytes are not."""
    write_settings(tmp_path)
    with open_till(tmp_path) as till:
        for at, name in enumerate(HOSTILE):
            assert till.do(cmd.Learn(code=f"c{at}", name=name, price_minor=100)).accepted
        assert till.do(cmd.Discount(number=1, amount_minor=5, reason=HOSTILE[0])).accepted
        assert till.do(cmd.Pay(type="cash")).accepted
        (completed,) = events_of(till, TransactionCompleted)
        assert tuple(each.line.text for each in completed.lines) == HOSTILE
        document = till.receipt(completed.transaction)
    data = ReceiptEncoder(load_profile(profile)).encode(document).data
    check_printed(completed, data)


def test_the_check_itself_finds_a_dirty_receipt(tmp_path):
    """A check that nothing can fail proves nothing."""
    write_settings(tmp_path)
    with open_till(tmp_path) as till:
        till.do(cmd.Learn(code="c", name=HOSTILE[0], price_minor=100))
        till.do(cmd.Pay(type="cash"))
        (completed,) = events_of(till, TransactionCompleted)
    for dirty in (HOSTILE[0].encode(), HOSTILE[0].encode("latin-1"), b"nothing of it"):
        with pytest.raises(AssertionError):
            check_printed(completed, dirty)
