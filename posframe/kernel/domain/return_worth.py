"""What goods that come back are worth together, so that parts are judged as the whole. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from posframe.kernel.domain.returning import returned
from posframe.kernel.domain.totals import shares

if TYPE_CHECKING:
    from collections.abc import Iterable

    from posframe.kernel.domain.sold import SoldSale
    from posframe.kernel.domain.transaction import Transaction


def back_minor(sale: Transaction, *, is_blind: bool) -> int:
    """Return what comes back in a sale, with a receipt or without one (``is_blind``); positive."""
    lines = sale.basket.lines
    return -sum(
        share.gross_minor
        for share in shares(sale.basket)
        if lines[share.number - 1].back is not None
        and (not lines[share.number - 1].original) is is_blind
    )


def came_back_minor(sold: SoldSale, held: Iterable[Transaction]) -> int:
    """Return what came back of what was sold in other sales, completed or held; positive."""
    completed = -sum(
        returned(each, 0, milli).gross_minor
        for each in sold.completed.lines
        if (milli := sold.returned_milli.get(each.line.number, 0)) > 0
    )
    return completed - sum(
        share.gross_minor
        for sale in held
        for share in shares(sale.basket)
        if sale.basket.lines[share.number - 1].original == sold.completed.transaction
    )
