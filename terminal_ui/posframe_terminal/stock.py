"""Stock: what a plugin says of an item on hand, asked beside the sale so that no scan waits.

Nothing is known here of any plugin: ``.stock SKU`` is asked as a cashier would type it, and shown
as it is answered. Without such a plugin there is nothing to show.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from posframe import SaleView

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from posframe import LineItem, Outcome, Till, Transaction

KNOWN_MAX: Final = 256
_FIGURE: Final = re.compile(r"-?\d+(?:\.\d+)?(?= on hand)")


class Stock:
    """Answers of a moment ago; what is not known yet is asked for, and shown when it comes."""

    def __init__(self, till: Till) -> None:
        self._till = till
        self._known: dict[str, str] = {}
        self._asked: dict[str, int] = {}
        self.short = ""
        """What is sold here of the last item beyond what is on hand; empty: nothing."""
        self._shortages: list[Callable[[SaleView], tuple[str, ...]]] = [
            each.plugin.shortages
            for each in till.hooks.plugins
            if hasattr(each.plugin, "shortages")
        ]

    def words(self, sku: str) -> str:
        """Return what is said of an item; empty until the answer is there."""
        self._ask(sku)
        return self._known.get(sku, "")

    def figure(self, sku: str) -> str:
        """Return only the figure of what is on hand."""
        found = _FIGURE.search(self.words(sku))
        return found[0] if found else ""

    def _ask(self, sku: str) -> None:
        """Ask once for each row of the journal, which may have moved stock."""
        now = self._till.parts.engine.head_seq
        if self._asked.get(sku) == now:
            return
        if len(self._asked) >= KNOWN_MAX:
            self._asked.clear()
            self._known.clear()
        self._asked[sku] = now
        command = self._till.hooks.parse_entry(f".stock {sku}", "sale", None)
        if command is not None:
            self._till.submit(command, lambda outcome: self._told(sku, outcome))

    def _told(self, sku: str, outcome: Outcome) -> None:
        """Take the answer; on the engine thread, where plugins may be asked more."""
        said = outcome.words.removeprefix(f"{sku}: ") if outcome.accepted else ""
        known = self._known[sku] = "" if said.startswith("nothing") else said
        sale = self._till.state.transaction
        if sale is not None and sale.basket.numbers_of(sku):
            view = _OfItem(sale, sku)
            short = [each for ask in self._shortages for each in ask(view)]
            self.short = short[0].removeprefix(f"{sku}: ") if known and short else ""


class _OfItem(SaleView):
    """The sale as if it held one item only: a basket of a thousand lines is not walked."""

    __slots__ = ("_sku",)

    def __init__(self, sale: Transaction, sku: str) -> None:
        super().__init__(sale)
        self._sku = sku

    def lines(self) -> Iterator[LineItem]:
        """Yield the lines of the item that count."""
        return iter(self.lines_of(self._sku))


def last_item(sale: Any) -> LineItem | None:  # noqa: ANN401 - a Transaction
    """Return the goods added last, not the deposit that came with them."""
    lines = sale.basket.lines
    if not len(lines):
        return None
    line: LineItem = lines[len(lines) - 1]
    if line.parent:
        line = lines[line.parent - 1]
    return line
