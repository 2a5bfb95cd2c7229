"""That nothing comes back twice: looked at when it is taken back, and when its sale is closed."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from posframe.errors import RuleViolation
from posframe.kernel.domain.questions import FindSale

if TYPE_CHECKING:
    from collections.abc import Generator

    from posframe.kernel.domain.draft import Draft
    from posframe.kernel.domain.sold import SoldSale


def check_elsewhere(draft: Draft, transaction: str, number: int) -> None:
    """Refuse what comes back in a sale that is not finished: cents would not add up.

    Raises:
        RuleViolation: it does; the words say in which.
    """
    open_ = draft.state.transaction
    for sale in (*draft.state.suspended, *((open_,) if open_ else ())):
        for line in sale.basket.lines:
            same = line.original == transaction and line.original_line == number
            if same and not line.voided:
                where = "this sale" if sale is open_ else f"held sale {sale.number}"
                raise RuleViolation(
                    f"Line {number} of that receipt comes back in {where} already",
                    hint="take that line back, then return the whole quantity at once",
                )


def check_left(draft: Draft) -> Generator[Any, Any, None]:
    """Refuse to close a sale that takes back more than is left of what was sold.

    Raises:
        RuleViolation: somebody else took it back meanwhile.
    """
    back: dict[str, Counter[int]] = {}
    for line in draft.sale.basket.lines:
        if line.original and not line.voided:
            back.setdefault(line.original, Counter())[line.original_line] -= line.quantity_milli
    for transaction, lines in back.items():
        sold: SoldSale | None = yield FindSale(transaction=transaction)
        for number, milli in lines.items():
            found = sold.line(number) if sold else None
            if sold is None or found is None or milli > sold.left_milli(found):
                raise RuleViolation(
                    f"Line {number} of a receipt came back already", hint="take its line back"
                )
