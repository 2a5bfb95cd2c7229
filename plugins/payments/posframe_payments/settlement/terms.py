"""What was agreed with the provider, by which a settlement is judged."""

from __future__ import annotations

import datetime

import attrs

from posframe import Rounding, divide

_MILLI_PERCENT = 100_000


@attrs.frozen(kw_only=True)
class Fee:
    """What the provider keeps of a charge."""

    rate_milli: int
    """Thousandths of a percent of it."""
    fixed_minor: int = 0
    """For each charge, in minor units of its currency."""
    tolerance_minor: int = 1
    """Providers round each in their own way."""

    def of(self, amount_minor: int) -> int:
        """Return what is kept of a charge, rounded half up."""
        share = divide(amount_minor * self.rate_milli, _MILLI_PERCENT, Rounding.HALF_UP)
        return share + self.fixed_minor


@attrs.frozen(kw_only=True)
class Terms:
    """How long things may take, and what they may cost."""

    as_of: datetime.date
    """The last day that the settlement files cover."""
    settled_within_days: int = 4
    """Until when a payment has to be in a file; booked later, it is late."""
    window_s: int = 180
    """How far the clocks of till and terminal may differ."""
    fee: Fee | None = None
    """None: fees are added up and not checked."""
