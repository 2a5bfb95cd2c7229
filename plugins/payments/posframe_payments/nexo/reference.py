"""The terminal's word for a payment: a reversal needs its id and its time, so both are kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

if TYPE_CHECKING:
    from posframe_payments.nexo.table import Table

_BETWEEN = "@"
LENGTH_MAX = 100
"""Characters of a reference the kernel keeps."""


@attrs.frozen
class Reference:
    """A POITransactionID."""

    id: str
    """Adyen's is ``tenderReference.pspReference``."""
    time: str

    def __str__(self) -> str:
        """Return it as the journal keeps it."""
        return f"{self.id}{_BETWEEN}{self.time}"


def read_reference(poi_data: Table) -> Reference:
    """Return the reference a terminal names.

    Raises:
        DataError: it names none that can be kept.
    """
    named = poi_data.table("POITransactionID")
    found = Reference(named.text("TransactionID"), named.text("TimeStamp"))
    text = str(found)
    if len(text) > LENGTH_MAX or not text.isprintable() or _BETWEEN in found.time:
        raise named.malformed("TransactionID")
    return found


def kept_reference(text: str) -> Reference | None:
    """Return a reference the journal kept; None where it is a person's number of a slip."""
    id_, between, time = text.rpartition(_BETWEEN)
    return Reference(id_, time) if between and id_ and time else None
