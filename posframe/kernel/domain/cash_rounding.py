"""Cash rounding: which amounts can be paid in coins. Booking the difference is the basket's.

What is rounded is the remainder left for cash after every other tender, on sales and refunds alike;
taxes are computed before it, and the difference is a line of its own that bears none.
"""

from __future__ import annotations

from typing import Final

import attrs

from posframe.kernel.domain.rounding import Rounding, round_to_step


@attrs.frozen
class CashRounding:
    """The coins of one place: amounts in cash are multiples of a step."""

    step_minor: int
    """Smallest payable amount in minor units of the local currency; 1 rounds nothing."""
    rounding: Rounding
    never_to_zero: bool = False
    """An amount that would round to nothing is one step instead."""

    def round(self, minor: int) -> int:
        """Return what is paid in cash for ``minor``, in minor units."""
        rounded = round_to_step(minor, self.step_minor, self.rounding)
        if rounded == 0 and minor and self.never_to_zero:
            return self.step_minor if minor > 0 else -self.step_minor
        return rounded

    def difference(self, minor: int) -> int:
        """Return what rounding adds to ``minor``: negative where the customer pays less."""
        return self.round(minor) - minor


_FIVE: Final = CashRounding(5, Rounding.HALF_UP)
_HUNDRED: Final = CashRounding(100, Rounding.HALF_UP)

_RULES: Final = {
    "AU": _FIVE,
    "BE": _FIVE,
    "CA": _FIVE,
    "CH": _FIVE,
    "CZ": _HUNDRED,
    "DK": CashRounding(50, Rounding.HALF_UP),
    "EE": _FIVE,
    "FI": _FIVE,
    "HU": CashRounding(500, Rounding.HALF_UP),
    "IE": _FIVE,
    "IL": CashRounding(10, Rounding.HALF_UP),
    "LT": _FIVE,
    "MY": _FIVE,
    "NL": _FIVE,
    "NO": _HUNDRED,
    "NZ": CashRounding(10, Rounding.HALF_DOWN),
    "SE": _HUNDRED,
    "SG": CashRounding(5, Rounding.HALF_DOWN),
    "SK": CashRounding(5, Rounding.HALF_UP, never_to_zero=True),
    "ZA": CashRounding(10, Rounding.DOWN),
}


def cash_rounding_for(country: str) -> CashRounding | None:
    """Return the usual rule of a country (ISO 3166-1 alpha-2), None where there is none.

    Steps are in minor units of the country's own currency; a till that also takes another one has
    to be told. Where a rule is only a custom the trader may choose otherwise. The sources:

    - AU: 1 and 2 cent coins withdrawn in 1992; government guidance, nearest 5 cents.
    - BE: law, binding for cash since 2019-12-01, nearest 5 cents.
    - CA: penny withdrawn in 2013; Department of Finance guidance, nearest 5 cents.
    - CH: no 1 and 2 centime coins; custom, nearest 5 centimes.
    - CZ: 50 haler coin withdrawn in 2008; nearest koruna, 50 up.
    - DK: 25 oere coin withdrawn in 2008; law, nearest 50 oere, 25 and 75 up.
    - EE: law since 2025-01-01, nearest 5 cents, refunds included.
    - FI: law since 2002, nearest 5 cents.
    - HU: law since the 1 and 2 forint coins went in 2008; nearest 5 forints.
    - IE: central bank scheme since 2015-10-28, voluntary, nearest 5 cents.
    - IL: 5 agorot coin withdrawn in 2008; nearest 10 agorot, 5 up.
    - LT: law since 2025-05-01, nearest 5 cents; 1 and 2 cents become nothing.
    - MY: central bank rounding mechanism since 2008, nearest 5 sen.
    - NL: trade agreement since 2004, voluntary, nearest 5 cents.
    - NO: 50 oere coin withdrawn in 2012; nearest krone, 50 up.
    - NZ: 5 cent coin withdrawn in 2006; nearest 10 cents. What becomes of 5 cents is the trader's
      choice; most round them down, as here.
    - SE: law (1970:1029) and the 50 oere coin withdrawn in 2010; nearest krona, 50 up.
    - SG: guideline, nearest 5 cents; a shop may round down.
    - SK: law since 2022-07-01, nearest 5 cents; 1 and 2 cents become 5. It exempts the return of
      goods: round no refund there.
    - ZA: 5 cent coin withdrawn in 2012; retailers' custom, down to 10 cents.

    Have the rule of your country confirmed before selling by it.
    """
    return _RULES.get(country)
