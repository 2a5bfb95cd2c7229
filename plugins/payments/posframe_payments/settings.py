"""``[plugins.payments]`` of till.toml, as values; what is wrong with one is its method's to say.

Apart from the methods, so that a till loads only those it uses.
"""

from __future__ import annotations

from typing import Final

import attrs

SECRET_FILE: Final = "gift.secret"  # noqa: S105 - the name of a file


@attrs.frozen(kw_only=True)
class CurrencySettings:
    """``[plugins.payments.currencies.USD]`` of till.toml."""

    rate: str
    """What one unit of it counts for in the till's currency, such as "0.92"."""
    source: str
    """Where the rate is from."""
    as_of: str
    """The day of the rate, as YYYY-MM-DD."""
    days: int = 7
    """It is good for so many days."""
    notes: tuple[str, ...] = ("5", "10", "20", "50", "100")
    """Notes that are taken."""


@attrs.frozen(kw_only=True)
class GiftSettings:
    """``[plugins.payments.gift]`` of till.toml."""

    prefix: str
    """Four digits that this shop's codes begin with, and no other shop's."""
    secret: str = SECRET_FILE
    """File in the till's folder; every till of the shop has the same."""
    most: str = "250"
    """The most that one card is worth."""
    valid_days: int = 0
    """Cards sold end after so many days; 0: never."""
    credit_valid_days: int = 0
    """The same for store credit."""
    reloadable: bool = True
    """True: a card that was sold can be loaded again."""


@attrs.frozen(kw_only=True)
class AccountSettings:
    """``[plugins.payments.account]`` of till.toml."""

    file: str = "accounts.csv"
    """Credit limits by customer, in the till's folder; who is not in it has no account."""


@attrs.frozen(kw_only=True)
class LimitSettings:
    """``[plugins.payments.limits.METHOD]`` of till.toml; what is left out limits nothing."""

    sale: str = ""
    """The most that one sale takes this way."""
    without_customer: str = ""
    """The same for a sale that is nobody's."""
    groups: dict[str, str] = attrs.field(factory=dict)
    """The same by group of customers; of several the largest counts."""
    customers: dict[str, str] = attrs.field(factory=dict)
    """The same by customer; it goes before all others."""
    refund: str = ""
    """The most that is given back this way at once."""


@attrs.frozen(kw_only=True)
class PaymentsConfig:
    """``[plugins.payments]`` of till.toml."""

    quick_cash: tuple[str, ...] = ()
    """Notes offered as one key each when paying cash; empty: the larger denominations."""
    most_change: str = ""
    """More change than this is a slip of the finger; empty: any."""
    currencies: dict[str, CurrencySettings] = attrs.field(factory=dict)
    """Cash of other currencies that is taken, by code."""
    gift: GiftSettings | None = None
    """Gift cards and store credit; left out: none."""
    account: AccountSettings | None = None
    """Customers' accounts; left out: none."""
    limits: dict[str, LimitSettings] = attrs.field(factory=dict)
    """The most a method takes, by its name."""
