"""A settlement file: what it is known by, and what the journal keeps of its comparison."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

import attrs

from posframe import DataError, holds_card_number
from posframe_payments.settlement.records import PayoutSums, Reconciled, SideSums
from posframe_payments.settlement.sums import Sums, summed_by_payout

if TYPE_CHECKING:
    from pathlib import Path

    from posframe_payments.settlement.comparison import Comparison, Sides

FILE_MAX_BYTES: Final = 256 << 20


@attrs.frozen(kw_only=True)
class Source:
    """A file, and what of it is compared."""

    name: str
    data: bytes
    methods: tuple[str, ...]
    terminals: tuple[str, ...]

    @classmethod
    def read(cls, path: Path, methods: tuple[str, ...], terminals: tuple[str, ...]) -> Source:
        """Read a file.

        Raises:
            DataError: it cannot be read, is too large, or its name may hold a card number.
        """
        if holds_card_number(path.name):
            raise DataError("The file's name may hold a card number", hint="give it another name")
        try:
            with path.open("rb") as opened:
                data = opened.read(FILE_MAX_BYTES + 1)
        except OSError as error:
            raise DataError(
                f"{path} cannot be read ({error.strerror})", hint="check the name"
            ) from error
        if len(data) > FILE_MAX_BYTES:
            raise DataError(f"{path} is larger than 256 MiB", hint="split it")
        return cls(name=path.name, data=data, methods=methods, terminals=tuple(sorted(terminals)))

    @property
    def key(self) -> str:
        """What names the content, and what of it is compared."""
        parts = [self.sha256, *self.methods, "", *self.terminals]
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()

    @property
    def sha256(self) -> str:
        """What names the content."""
        return hashlib.sha256(self.data).hexdigest()

    def record(self, sides: Sides, compared: Comparison, *, bad: int) -> Reconciled:
        """Return what the journal keeps of the comparison."""
        days = [each.day.isoformat() for each in sides.rows]
        return Reconciled(
            key=self.key,
            file=self.name,
            sha256=self.sha256,
            methods=self.methods,
            terminals=self.terminals,
            first_day=min(days),
            last_day=max(days),
            since_day=sides.since.isoformat(),
            sums=_side_sums(compared),
            payouts=_payout_sums(sides),
            repeated=compared.repeated,
            bad=bad,
        )


def _side_sums(compared: Comparison) -> tuple[SideSums, ...]:
    result = compared.result
    provider = result.provider_minor
    currencies = sorted({*result.settlement, *result.journal_minor, *(provider or ())})
    found = []
    for currency in currencies:
        sums = result.settlement.get(currency, Sums())
        found.append(
            SideSums(
                currency=currency,
                rows=sums.rows,
                gross_minor=sums.gross_minor,
                fee_minor=sums.fee_minor,
                net_minor=sums.net_minor,
                journal_minor=result.journal_minor.get(currency, 0),
                provider_minor=None if provider is None else provider.get(currency, 0),
            )
        )
    return tuple(found)


def _payout_sums(sides: Sides) -> tuple[PayoutSums, ...]:
    """Return what the bank statement has to show, by every row of the file."""
    return tuple(
        PayoutSums(
            payout=payout,
            currency=currency,
            rows=sums.rows,
            gross_minor=sums.gross_minor,
            fee_minor=sums.fee_minor,
            net_minor=sums.net_minor,
        )
        for (payout, currency), sums in summed_by_payout(sides.rows).items()
    )
