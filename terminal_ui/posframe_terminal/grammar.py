"""The entry grammar in a few words, for the help screen; what it means is the kernel's to say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

Rows = tuple[tuple[str, str], ...]

_SALE: Final[Rows] = (
    ("4001234567890", "an item by its code, PLU or number"),
    ("3 * CODE", "three of it; also before a scan"),
    ("0.642 * PLU", "a weight typed by hand"),
    ("milk", "find goods by name"),
    ("199 / 10", "1.99 to department 10"),
    ("199 @ CODE", "1.99 for an item without a fixed price"),
    ("3 -", "take line 3 back"),
    ("10 %", "off the marked line"),
    ("10 % 3   10 %%", "off line 3; off the whole sale"),
    (".off 100 3", "1.00 off line 3; all: off the whole sale"),
    (".price 99 3", "line 3 costs 0.99 each"),
    (".qty 5 3", "line 3 is five of them"),
    (".nodiscount 3", "line 3 without discounts; all: the sale"),
    (".customer", "take the customer off the sale"),
    (".coupon CODE   .nocoupon", "a coupon as scanned; take the last back"),
    (".fulfilment", "hand the marked line or the sale over another way"),
    (".why 3   .why all", "why line 3, why the sale costs that"),
    (".why print 17", "the same of receipt 17 on paper"),
    (".in 1000   .out 1000", "10.00 into or out of the drawer, then why"),
    (".loan   .pickup", "the same between drawer and safe"),
    (".reprint 17", "a copy of receipt 17"),
    (".receipt 17   .sold CODE", "what of it can come back; who has the item"),
    (".returnitem CODE x2", "two come back without a receipt"),
    (".postvoid", "undo the sale that was completed last"),
)
_PAYMENT: Final[Rows] = (
    ("", "nothing typed: exactly what is due"),
    ("2000   20.00", "20.00 is handed over"),
    ("-", "take the last tender back"),
)

_RECEIPT: Final[Rows] = (
    ("", "nothing typed: all that is left of the marked line"),
    ("2", "two of it"),
    ("2 is=damaged torn", "two of it, damaged, with a reason"),
)
_RETURNS: Final[Rows] = (
    ("17", "receipt 17"),
    ("CODE", "the receipts of today that have the item"),
    ("CODE 2026-11-21", "those of another day"),
)
_COUNTING: Final[Rows] = (
    ("20x5", "twenty notes of 5.00"),
    ("3 rolls 1.00", "three rolls of that coin; bundle 50 of a note"),
    ("412g 2.00", "coins on a scale"),
    ("-", "takes the last row back"),
    ("done", "the heaps are counted"),
    (".leave", "gives the count up"),
)
GRAMMAR: Final[Mapping[str, Rows]] = {
    "sale": _SALE,
    "change": _SALE,
    "payment": _PAYMENT,
    "receipt": _RECEIPT,
    "returns": _RETURNS,
    "counting": _COUNTING,
}
