"""The offers of another day, from the journal: what a receipt of then was priced by."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from posframe_promotions.events import OffersInForce
from posframe_promotions.files import fingerprint_of, offers_of_text, text_of_tables

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from posframe import Recorded
    from posframe_promotions.terms import Offer

_PART_CHARACTERS: Final = 200_000
"""At most four bytes each: a journal row holds a mebibyte."""


def offers_at(query: Callable[..., list[tuple[Any, ...]]], action: int) -> tuple[Offer, ...] | None:
    """Return the offers in force at an action of the journal, from the plugin's read model.

    ``query`` is ``PluginContext.query``; ``action`` that of the row ``sale.Completed``. None: none
    were kept by then.
    """
    texts = [text for (text,) in query("offers_at", (action,))]
    return offers_of_text("".join(texts)) if texts else None


def offers_in_rows(rows: Iterable[Recorded], action: int) -> tuple[Offer, ...] | None:
    """Return the offers in force at an action, from rows of the journal in their order."""
    newest = 0
    texts: list[str] = []
    for row in rows:
        if row.action <= action and isinstance(row.event, OffersInForce):
            if row.action != newest:
                newest, texts = row.action, []
            texts.append(row.event.text)
    return offers_of_text("".join(texts)) if texts else None


class OffersKept:
    """Sees to it that the journal has the offers a sale is priced by."""

    def __init__(
        self,
        tables: Iterable[Mapping[str, Any]],
        currency: str,
        query: Callable[..., list[tuple[Any, ...]]],
    ) -> None:
        self._query = query
        self._tables = list(tables)
        self._currency = currency
        self._text = text_of_tables(self._tables, currency)
        self._fingerprint = fingerprint_of(self._text)
        self._is_kept = False
        self._is_told = False
        """True: this run has returned them to be journalled, which may have been undone since."""

    def missing(self) -> list[OffersInForce]:
        """Return what is to be journalled in an action of a sale: nothing, if it is there."""
        if self._is_kept:
            return []
        newest = self._query("newest_offers")
        known = newest[0][0] if newest else ""
        if known == self._fingerprint or not (known or self._tables):
            self._is_kept = not self._is_told  # what another run journalled is on disk
            return []
        self._is_told = True
        parts = [
            self._text[at : at + _PART_CHARACTERS]
            for at in range(0, len(self._text), _PART_CHARACTERS)
        ]
        return [
            OffersInForce(self._fingerprint, part, at, len(parts))
            for at, part in enumerate(parts, start=1)
        ]

    def committed(self, rows: Iterable[Recorded]) -> None:
        """Note that the offers are on disk, so that the read model need not be asked again.

        Only now: an action may still be undone after its events were returned.
        """
        for row in rows:
            if isinstance(row.event, OffersInForce):
                self._is_kept = row.event.fingerprint == self._fingerprint
