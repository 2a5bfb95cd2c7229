"""ISO 4217: how many decimals each currency's minor unit has. Formatting for people is elsewhere.

The table is the standard's, edition 2026-01-01, checked in the tests against an independent copy.
It is not the one locale data carries: there the Iraqi dinar has no decimals, in ISO 4217 it has 3.
"""

from __future__ import annotations

import difflib
from types import MappingProxyType
from typing import Final

from posframe.errors import ConfigurationError

_CODES: Final = {
    0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
    2: (
        "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN BWP BYN BZD "
        "CAD CDF CHE CHF CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP "
        "GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK "
        "LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO "
        "NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS "
        "SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST "
        "XAD XCD XCG YER ZAR ZMW ZWG"
    ),
    3: "BHD IQD JOD KWD LYD OMR TND",
    4: "CLF UYW",
}

_EXCLUDED: Final = "XAG XAU XBA XBB XBC XBD XDR XPD XPT XSU XTS XUA XXX"

EXPONENTS: Final = MappingProxyType(
    {code: digits for digits, codes in _CODES.items() for code in codes.split()}
)
"""Decimals of the minor unit by currency code."""

WITHOUT_MINOR_UNIT: Final = frozenset(_EXCLUDED.split())
"""Metals, bond units, units of account and codes for tests: in the standard, never in a till."""


def exponent(currency: str) -> int:
    """Return how many decimals the minor unit of ``currency`` has, 0 to 4.

    Raises:
        ConfigurationError: the code is unknown, with the nearest known ones, or it names a metal or
            a unit of account, in which nothing can be sold.
    """
    try:
        return EXPONENTS[currency]
    except KeyError:
        raise _refusal(currency) from None


def _refusal(currency: str) -> ConfigurationError:
    if currency in WITHOUT_MINOR_UNIT:
        return ConfigurationError(
            f"{currency} has no minor unit and is not usable for selling",
            hint="Use the currency the shop is paid in, such as EUR",
        )
    near = _near(currency)
    hint = f"Did you mean {' or '.join(near)}?" if near else "Use an ISO 4217 code such as EUR"
    return ConfigurationError(f"Unknown currency {currency[:20]!r}", hint=hint)


def _near(currency: str) -> list[str]:
    code = currency.strip().upper()[:20]
    swapped = [known for known in EXPONENTS if sorted(known) == sorted(code)]
    return swapped or difflib.get_close_matches(code, EXPONENTS, n=3)
