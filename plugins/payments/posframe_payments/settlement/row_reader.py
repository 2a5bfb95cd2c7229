"""One row of a settlement file becomes a `SettlementRow`, or a `DataError` that says why not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

import attrs

from posframe import DataError, Money
from posframe_payments.settlement.cells import (
    quoted,
    read_amount,
    read_currency,
    read_day,
    read_time,
)
from posframe_payments.settlement.file_map import NEGATIVE, PAYOUT, POSITIVE, SKIP, FileMap
from posframe_payments.settlement.rows import SettlementRow

if TYPE_CHECKING:
    from collections.abc import Callable

    from posframe_payments.settlement.rows import RowKind

_KEPT: Final = ("terminal", "receipt", "reference", "payment", "payout")
_KEPT_MAX: Final = 100
"""Characters of an identifier."""


@attrs.frozen
class Payout:
    """What a file says went to the bank."""

    id: str
    currency: str
    amount_minor: int
    line: int


class RowReader:
    """Reads the rows of one file."""

    def __init__(
        self,
        header: list[str],
        file: str,
        file_map: FileMap,
        holds_card_number: Callable[[str], bool],
    ) -> None:
        self._places = _places(header, file, file_map)
        self._width = len(header)
        self._file = file
        self._map = file_map
        self._options = file_map.options
        self._holds_card_number = holds_card_number

    def read(self, cells: list[str], line: int) -> SettlementRow | Payout | None:
        """Return what a row says; None: the map says to leave it out.

        Raises:
            DataError: something in it cannot be understood, or contradicts the rest.
        """
        if len(cells) != self._width:
            raise DataError(
                f"the row has {len(cells)} cells, the headers are {self._width}",
                hint="Look at the row, and at options.delimiter",
            )
        row = {field: cells[place].strip() for field, place in self._places.items()}
        kind = self._kind(row.get("kind", ""))
        if kind == SKIP:
            return None
        kept = {field: self._kept(field, row.get(field, "")) for field in _KEPT}
        currency = read_currency(row.get("currency") or self._options.currency)
        if kind == PAYOUT:
            minor = self._amount(row, "net", currency)
            minor = self._gross(row, currency) if minor is None else minor
            return Payout(kept["payout"], currency, abs(minor), line)
        day, time_s = read_day(row["date"], self._options)
        if row.get("time"):
            time_s = read_time(row["time"], self._options)
        kind, gross, fee, net = self._amounts(kind, row, currency)
        return SettlementRow(
            file=self._file,
            line=line,
            kind=cast("RowKind", kind),
            amount_minor=gross,
            fee_minor=fee,
            net_minor=net,
            currency=currency,
            day=day,
            time_s=time_s,
            booked=read_day(row["booked"], self._options)[0] if row.get("booked") else None,
            **kept,
        )

    def _kind(self, word: str) -> str:
        """Return our word for a kind; empty: the sign of the amount tells."""
        if not self._map.kinds:
            return ""
        kind = self._map.kinds.get(word.casefold())
        if kind is None:
            raise DataError(
                f"{quoted(word)} is not a kind the map knows", hint="Add the word under [kinds]"
            )
        return kind

    def _kept(self, field: str, cell: str) -> str:
        header = self._map.columns.get(field, "")
        if field not in self._map.not_cards and self._holds_card_number(cell):
            raise DataError(
                f"column {quoted(header)} may hold a card number, which is not kept",
                hint=f"Leave {field} out of the map, or have the provider mask it; if the numbers"
                f' are its own, write not_cards = ["{field}"]',
            )
        if len(cell) > _KEPT_MAX:
            raise DataError(
                f"column {quoted(header)} holds {len(cell)} characters",
                hint=f"At most {_KEPT_MAX}: is it the right column?",
            )
        return cell

    def _amounts(self, kind: str, row: dict[str, str], currency: str) -> tuple[str, int, int, int]:
        """Return kind, gross, fee and net with the signs we use."""
        gross = self._gross(row, currency) if kind != "fee" else 0
        kind = kind or ("refund" if gross < 0 else "charge")
        fee, net = self._amount(row, "fee", currency), self._amount(row, "net", currency)
        if fee is not None and self._options.fees == NEGATIVE:
            fee = -fee
        if kind in {"refund", "chargeback"} and self._options.refunds == POSITIVE:
            gross, net = -gross, None if net is None else -net
        if (kind == "charge" and gross < 0) or (kind == "refund" and gross > 0):
            raise DataError(
                f"a {kind} of {Money(gross, currency)} has the wrong sign",
                hint="Look at options.refunds and [kinds] of the map",
            )
        if kind == "fee" and fee is None and net is None:
            fee = abs(self._gross(row, currency))
        if fee is None:
            fee = 0 if net is None else gross - net
        if net is None:
            net = gross - fee
        if gross - fee != net:
            raise DataError(
                f"gross {Money(gross, currency)} less fee {Money(fee, currency)} is not net"
                f" {Money(net, currency)}",
                hint="Look at options.fees of the map, or ask the provider",
            )
        return kind, gross, fee, net

    def _gross(self, row: dict[str, str], currency: str) -> int:
        return read_amount(row["gross"], currency, self._options)

    def _amount(self, row: dict[str, str], field: str, currency: str) -> int | None:
        cell = row.get(field, "")
        return read_amount(cell, currency, self._options) if cell else None


def _places(header: list[str], file: str, file_map: FileMap) -> dict[str, int]:
    """Return where each field stands.

    Raises:
        DataError: a column is missing, or there are two of its name.
    """
    for field, name in file_map.columns.items():
        if header.count(name) != 1:
            listed = ", ".join(map(quoted, header[:30]))
            count = "no" if name not in header else "more than one"
            raise DataError(
                f"{file} has {count} column {name!r} for {field}", hint=f"Its columns: {listed}"
            )
    return {field: header.index(name) for field, name in file_map.columns.items()}
