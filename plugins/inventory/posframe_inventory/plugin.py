"""Inventory: stock that falls in the action that completes a sale. It never refuses one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from posframe import (
    Action,
    CommandType,
    Projection,
    Report,
    RuleViolation,
    format_milli,
    hookimpl,
)
from posframe_inventory.commands import AskStock, CountStock, ReceiveGoods, ReleaseGoods, parse
from posframe_inventory.events import GoodsReceived, GoodsReleased, StockCounted
from posframe_inventory.ledger import LEDGER, is_stocked, moved_milli
from posframe_inventory.permissions import COUNT, PERMISSIONS, RECEIVE, RELEASE, TELL_STOCK

if TYPE_CHECKING:
    from posframe import Moment, Permission, PluginContext, SaleView


@attrs.frozen(kw_only=True)
class InventoryConfig:
    """``[plugins.inventory]`` of till.toml."""

    warn_below_zero: bool = True
    """False: more is sold than is on record without a word."""


class InventoryPlugin:
    """A ledger of stock by SKU, in thousandths of the item's unit."""

    Config = InventoryConfig
    criticality = "degradable"

    def __init__(self, config: InventoryConfig, context: PluginContext) -> None:
        self._warns = config.warn_below_zero
        self._context = context

    @staticmethod
    @hookimpl
    def posframe_cli() -> list[Any]:
        """Bring the command group ``posframe inventory``."""
        from posframe_inventory.cli import app

        return [app]

    @hookimpl
    def posframe_events(self) -> list[type]:
        """Register what the journal keeps of stock."""
        return [GoodsReceived, GoodsReleased, StockCounted]

    @hookimpl
    def posframe_projections(self) -> list[Projection]:
        """Keep what is on hand, and its movements."""
        return [LEDGER]

    @hookimpl
    def posframe_commands(self) -> list[CommandType]:
        """Receive, count and look up stock."""
        return [
            CommandType(command=ReceiveGoods, decide=self._receive, permission=RECEIVE),
            CommandType(command=CountStock, decide=self._count, permission=COUNT),
            CommandType(command=ReleaseGoods, decide=self._release, permission=RELEASE),
            CommandType(command=AskStock, decide=self._tell, permission=TELL_STOCK),
        ]

    @hookimpl
    def posframe_permissions(self) -> list[Permission]:
        """Declare who may receive, count and release goods, and be told of stock."""
        return list(PERMISSIONS)

    @hookimpl
    def posframe_actions(self) -> list[Action]:
        """Offer the stock of the last item by name."""
        return [
            Action(
                id="inventory_stock",
                label="Stock",
                entry=".stock",
                help="How many of the last item are on hand",
                permission=TELL_STOCK,
            )
        ]

    @hookimpl
    def posframe_reports(self) -> list[Report]:
        """List stock, and where more was sold than was on record."""
        columns = ("sku", "on_hand")
        return [
            Report(id="stock", label="Stock", columns=columns, run=lambda: self._rows("stock")),
            Report(
                id="quarantine",
                label="Quarantine",
                columns=columns,
                run=lambda: self._rows("aside"),
            ),
            Report(
                id="negative_stock",
                label="Negative stock",
                columns=columns,
                run=lambda: self._rows("negative"),
            ),
        ]

    @hookimpl
    def posframe_parse_entry(self, text: str, screen: str, sale: SaleView | None) -> Any:  # noqa: ANN401 - as specified
        """Read ``.receive``, ``.count``, ``.release`` and ``.stock``."""
        return parse(text)

    def shortages(self, sale: SaleView) -> tuple[str, ...]:
        """Return a sentence for each item of a sale that is not on hand in that number.

        For a screen to show; the sale goes on, because the customer has the goods in hand. On the
        engine thread only.
        """
        wanted: dict[str, int] = {}
        for line in sale.lines() if self._warns else ():
            if is_stocked(line):
                wanted[line.sku] = wanted.get(line.sku, 0) - moved_milli(line)
        return tuple(
            f"{sku}: {format_milli(milli)} in this sale, {format_milli(on_hand)} on hand"
            for sku, milli in wanted.items()
            if milli > max(0, on_hand := self._on_hand(sku) or 0)
        )

    def _receive(
        self, command: ReceiveGoods, sale: SaleView | None, moment: Moment
    ) -> tuple[str, list[GoodsReceived]]:
        if command.quantity_milli <= 0:
            raise RuleViolation(
                "What is received is above zero", hint="to correct stock type .count SKU QUANTITY"
            )
        before = self._on_hand(command.sku)
        total = (before or 0) + command.quantity_milli
        words = f"{command.sku}: {format_milli(command.quantity_milli)} received, {_there(total)}"
        if before is None:
            words += "; it is new to the stock, so check the SKU"
        return words, [GoodsReceived(command.sku, command.quantity_milli, command.reference)]

    def _count(
        self, command: CountStock, sale: SaleView | None, moment: Moment
    ) -> tuple[str, list[StockCounted]]:
        if command.quantity_milli < 0:
            raise RuleViolation("A count is never below zero", hint="type what is there")
        before = self._on_hand(command.sku)
        words = f"{command.sku}: {format_milli(command.quantity_milli)} counted"
        if before is None:
            words += "; it is new to the stock, so check the SKU"
        else:
            words += f", {format_milli(before)} were on record"
        return words, [StockCounted(command.sku, command.quantity_milli)]

    def _release(
        self, command: ReleaseGoods, sale: SaleView | None, moment: Moment
    ) -> tuple[str, list[GoodsReleased]]:
        there = self._aside(command.sku)
        if not 0 < command.quantity_milli <= there:
            raise RuleViolation(
                f"{command.sku}: {format_milli(there)} are in quarantine",
                hint="release that many or fewer",
            )
        words = f"{command.sku}: {format_milli(command.quantity_milli)} to {command.goes_to}"
        return words, [GoodsReleased(command.sku, command.quantity_milli, command.goes_to)]

    def _tell(
        self, command: AskStock, sale: SaleView | None, moment: Moment
    ) -> tuple[str, tuple[()]]:
        sku = command.sku or _last_sku(sale)
        on_hand, aside = self._on_hand(sku), self._aside(sku)
        if aside:
            words = f"{sku}: {_there(on_hand or 0)}, {format_milli(aside)} in quarantine"
            return words, ()
        if on_hand is None:
            return f"{sku}: nothing on record", ()
        if on_hand < 0 and self._warns:
            return f"{sku}: {_there(on_hand)}, more was sold than received: count it", ()
        return f"{sku}: {_there(on_hand)}", ()

    def _on_hand(self, sku: str) -> int | None:
        rows = self._context.query("on_hand", (sku,))
        return int(rows[0][0]) if rows else None

    def _aside(self, sku: str) -> int:
        rows = self._context.query("quarantine", (sku,))
        return int(rows[0][0]) if rows else 0

    def _rows(self, query: str) -> list[tuple[str, str]]:
        return [(sku, format_milli(milli)) for sku, milli in self._context.query(query)]


def _there(milli: int) -> str:
    return f"{format_milli(milli)} on hand"


def _last_sku(sale: SaleView | None) -> str:
    """Return the SKU of the last line that counts and moves stock."""
    for number in range(sale.line_count if sale else 0, 0, -1):
        line = sale.line(number) if sale else None
        if line is not None and not line.voided and is_stocked(line):
            return line.sku
    raise RuleViolation("The stock of what?", hint="type .stock SKU, or scan the item first")
