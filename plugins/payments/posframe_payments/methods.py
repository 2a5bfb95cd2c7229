"""What a method of payment, or a rule about paying, may bring to the plugin. All of it is optional.

The plugin asks each of its methods in turn, in the hooks of the same meaning.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from posframe import (
        Action,
        CommandType,
        FoundItem,
        LineItem,
        Projection,
        SaleView,
        Tax,
        TenderType,
        events,
        receipt,
    )
    from posframe import Tender as AppliedTender


class Method:
    """Brings nothing and objects to nothing; a method overrides what it is about."""

    def tender_types(self) -> Sequence[TenderType]:
        """Return the media it takes."""
        return ()

    def event_classes(self) -> Sequence[type]:
        """Return what it keeps in the journal."""
        return ()

    def projections(self) -> Sequence[Projection]:
        """Return its read models."""
        return ()

    def commands(self) -> Sequence[CommandType]:
        """Return its own commands."""
        return ()

    def actions(self) -> Sequence[Action]:
        """Return what an operator can invoke."""
        return ()

    def parse(self, text: str, screen: str) -> Any:  # noqa: ANN401 - any command
        """Return the command an entry means, or None; on the screen's thread, nothing is asked."""

    def item(self, code: str) -> FoundItem | None:
        """Return what a code sells, or None.

        Raises:
            RuleViolation: it is one of its own codes, and cannot be sold.
        """

    def taxes(self, category: str) -> tuple[Tax, ...] | None:
        """Return the taxes of a category of its own, or None."""

    def judge_lines(self, sale: SaleView, lines: tuple[LineItem, ...]) -> None:
        """Object to lines.

        Raises:
            RuleViolation: they cannot stand.
        """

    def judge_tender(self, sale: SaleView, tender: AppliedTender) -> None:
        """Object to a tender.

        Raises:
            RuleViolation: it cannot be taken.
        """

    def judge_completion(self, sale: SaleView) -> None:
        """Object to closing a sale.

        Raises:
            RuleViolation: it cannot be closed.
        """

    def contribute(self, sale: SaleView, found: tuple[Any, ...]) -> Iterable[Any]:
        """Return its own events for an action that comes to the events ``found``.

        Raises:
            RuleViolation: the action cannot be done.
        """
        return ()

    def sections(self, completed: events.TransactionCompleted) -> Iterable[receipt.Section]:
        """Return what a receipt says of it, from the event alone."""
        return ()
