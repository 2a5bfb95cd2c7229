"""The explanation on paper: no receipt, and it says so above and below."""

from __future__ import annotations

from typing import TYPE_CHECKING

from posframe.kernel.domain.money import format_minor
from posframe.kernel.domain.receipt import (
    Align,
    Block,
    Cell,
    Columns,
    Cut,
    Feed,
    ReceiptDocument,
    Rule,
    Section,
    Text,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from posframe.kernel.domain.explaining_words import Said
    from posframe.kernel.domain.receipt_content import Shop

MARK = "PRICE EXPLANATION – NO RECEIPT"


def explanation_slip(
    rows: Iterable[Said], title: str, shop: Shop, time_text: str
) -> ReceiptDocument:
    """Return the slip that explains a sale or a receipt.

    Args:
        rows: the explanation.
        title: what is explained.
        shop: whose till this is.
        time_text: local date and time of printing; an open sale may change after it.
    """
    mark = Text(MARK, Align.CENTRE, bold=True)
    head: list[Block] = [mark, Feed(1)]
    if shop.store:
        head.append(Text(shop.store, Align.CENTRE))
    till = Cell(f"Till {shop.till}", align=Align.RIGHT)
    head += (Columns((Cell(title), till), bold=True), Text(time_text))
    body = [block for row in rows for block in _blocks(row, shop.exponent)]
    foot = (Rule(), mark, Feed(1), Cut())
    return ReceiptDocument(
        sections=(Section("head", tuple(head)), Section("steps", tuple(body)),
                  Section("foot", foot)),
        language=shop.language,
        mark=shop.mark,
    )  # fmt: skip


def _blocks(row: Said, exponent: int) -> Iterable[Block]:
    """Return a row with its amount at the right; steps and notes stand in from the left."""
    indent = _INDENTS.get(row.kind)
    if indent is None:
        yield Rule()
    before = (Cell("", indent),) if indent else ()
    amount = "" if row.minor is None else format_minor(row.minor, exponent)
    after = (Cell(amount, _AMOUNT, Align.RIGHT),) if amount else ()
    yield Columns((*before, Cell(row.text), *after), bold=indent is None)


_INDENTS = {"step": 1, "note": 3}
_AMOUNT = 8
"""Columns kept for an amount, so that it stands apart from those in the words."""
