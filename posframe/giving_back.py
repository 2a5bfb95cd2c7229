"""Money back: what the goods that come back were paid with, and by which ways it goes back.

For screens that show it before a key is pressed; the kernel judges the key by the same figures.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from posframe.kernel.domain.refundable import by_this_minor, originals, refundable
from posframe.value import Value

if TYPE_CHECKING:
    from posframe.kernel.domain.sold import SoldSale
    from posframe.kernel.domain.transaction import Transaction
    from posframe.till import Till


@attrs.frozen(kw_only=True, eq=False, repr=False)
class WayBack(Value):
    """One medium of the till, and how much goes back by it."""

    type: str
    label: str
    most_minor: int
    """Without anybody's approval; 0: nothing."""


@attrs.frozen(kw_only=True, eq=False, repr=False)
class MoneyBack(Value):
    """What is to be given back on the open sale, seen from where it came."""

    paid: tuple[tuple[str, int], ...]
    """(label, what can still go back by it) of each tender that the goods were paid with."""
    ways: tuple[WayBack, ...]

    def most_minor(self, type_: str) -> int:
        """Return how much goes back by a medium with nobody's approval."""
        return sum(each.most_minor for each in self.ways if each.type == type_)


def money_back(till: Till, sale: Transaction) -> MoneyBack:
    """Return by which ways what is due back on ``sale`` can go."""
    find = till.parts.engine.parts.find_sale
    sold: list[SoldSale | None] = till.call(lambda: [find(0, each) for each in originals(sale)])
    paid = refundable(till.state, [each for each in sold if each is not None])
    rules = [each.rule for each in till.parts.tenders]
    return MoneyBack(
        paid=tuple((each.tender.label, each.left_minor) for each in paid),
        ways=tuple(
            WayBack(type=rule.id, label=rule.label, most_minor=by_this_minor(rule, sale, paid))
            for rule in rules
        ),
    )
