"""What happens to customers' accounts, as the journal keeps it. Amounts are minor, and positive."""

from __future__ import annotations

from typing import Annotated

import attrs

from posframe import event


@event("account.Charged")
@attrs.frozen(kw_only=True)
class AccountCharged:
    """A sale was put on an account; in the action that applied the tender."""

    customer: Annotated[str, 1]
    minor: Annotated[int, 2]
    transaction: Annotated[str, 3]
    tender: Annotated[str, 4]


@event("account.Credited")
@attrs.frozen(kw_only=True)
class AccountCredited:
    """What was charged is owed no more: the tender was taken back, or goods were returned."""

    customer: Annotated[str, 1]
    minor: Annotated[int, 2]
    transaction: Annotated[str, 3]
    tender: Annotated[str, 4]
    why: Annotated[str, 5]


@event("account.Paid")
@attrs.frozen(kw_only=True)
class AccountPaid:
    """The customer paid what was owed; in the action that completed it."""

    customer: Annotated[str, 1]
    minor: Annotated[int, 2]
    transaction: Annotated[str, 3]


ACCOUNT_EVENTS = (AccountCharged, AccountCredited, AccountPaid)
