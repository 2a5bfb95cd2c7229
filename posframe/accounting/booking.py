"""A closed day as one balanced entry of the books: pure, and the same for the same day and map.

Every figure is booked on two sides; a figure of nothing is left out. Writing files is `writing`'s.
"""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, Final

import attrs

from posframe.accounting.accounts import Purpose, written
from posframe.accounting.figures import SIGNS, check_adds_up
from posframe.errors import ConfigurationError, DataError
from posframe.kernel.domain.currencies import exponent
from posframe.kernel.domain.money import format_minor
from posframe.value import Value

if TYPE_CHECKING:
    from collections.abc import Iterator

    from posframe.accounting.accounts import AccountMap
    from posframe.accounting.figures import DayFigures, TenderFigure

OWED: Final = {"gift_card": "gift_cards", "deposit": "deposits", "account": "receivables"}
"""Key under ``[accounts]`` by what is owed."""


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Posting(Value):
    """One line of an entry; one of the two amounts is zero, and neither is negative."""

    account: str
    debit_minor: int = 0
    credit_minor: int = 0
    text: str
    """What it is, on one line, beginning with a word of ours."""


@attrs.frozen(kw_only=True, eq=False, repr=False)
class LedgerEntry(Value):
    """Postings that belong together; debit equals credit."""

    id: str
    date: str
    currency: str
    postings: tuple[Posting, ...]

    def __attrs_post_init__(self) -> None:
        assert self.debit_minor == self.credit_minor, "figures that add up give a balanced entry"

    @property
    def debit_minor(self) -> int:
        """The sum of all debits."""
        return sum(each.debit_minor for each in self.postings)

    @property
    def credit_minor(self) -> int:
        """The sum of all credits."""
        return sum(each.credit_minor for each in self.postings)


def booked(figures: DayFigures, accounts: AccountMap) -> LedgerEntry:
    """Return the entry for a closed day.

    Raises:
        DataError: the figures do not add up; the message says what differs.
        ConfigurationError: figures have no account, each named, or two accounts contradict.
    """
    check_adds_up(figures)
    rows = [row for row in _rows(figures, accounts) if row.minor]
    accounts.check_has(row.purpose for row in rows)
    return LedgerEntry(
        id=figures.id,
        date=figures.business_date,
        currency=figures.currency,
        postings=tuple(_posting(row, accounts) for row in rows),
    )


@attrs.frozen
class _Row:
    purpose: Purpose
    minor: int
    """Above zero: a debit."""
    text: str


def _posting(row: _Row, accounts: AccountMap) -> Posting:
    account = accounts.find(row.purpose)
    assert account is not None, "all were looked for before"
    return Posting(
        account=account,
        debit_minor=max(row.minor, 0),
        credit_minor=max(-row.minor, 0),
        text=_one_line(row.text),
    )


def _rows(day: DayFigures, accounts: AccountMap) -> Iterator[_Row]:
    homes = {each.type: _home(each, accounts) for each in day.tenders}
    for tender in sorted(day.tenders, key=attrgetter("type")):
        yield from _tender_rows(tender, homes[tender.type])
    yield from _revenue_rows(day, accounts.revenue_by)
    for tax in sorted(day.taxes, key=attrgetter("code", "rate")):
        yield _Row(("taxes", tax.code, tax.rate), -tax.tax_minor, f"tax: {tax.code}{_at(tax.rate)}")
    for each in sorted(day.beside, key=attrgetter("kind")):
        home = ("accounts", OWED[each.kind])
        yield _Row(home, -each.taken_minor, f"beside sales: {each.kind} taken")
        yield _Row(home, each.given_back_minor, f"beside sales: {each.kind} given back")
    yield from _movement_rows(day, accounts, homes)
    yield from _difference_rows(day, homes)


def _home(tender: TenderFigure, accounts: AccountMap) -> Purpose:
    """Return where a medium is booked: money by its name, anything else where it is owed."""
    named: Purpose = ("tenders", tender.type)
    if tender.settles == "money":
        return named
    owed: Purpose = ("accounts", OWED[tender.settles])
    first, second = accounts.find(named), accounts.find(owed)
    if first not in {None, second}:
        raise ConfigurationError(
            f"{written(named)} is {first}, and {written(owed)} is {second or 'not there'}:"
            f" what is paid by {tender.type} uses up what is owed there",
            hint=f"Leave {written(named)} out, or give both the same account",
        )
    return owed


def _tender_rows(tender: TenderFigure, home: Purpose) -> Iterator[_Row]:
    name = f"tender {tender.type}"
    yield _Row(home, tender.taken_minor, f"{name}: taken")
    yield _Row(home, -tender.given_back_minor, f"{name}: given back")
    yield _Row(("accounts", "rounding"), -tender.rounding_minor, f"{name}: rounding")
    beside = (
        ("tips", tender.tips_minor, "tips"),
        ("fees", -tender.fees_minor, "fees"),
        ("suspense", tender.unclaimed_minor, "taken for no sale"),
    )
    for key, minor, words in beside:
        yield _Row(home, minor, f"{name}: {words}")
        yield _Row(("accounts", key), -minor, f"{name}: {words}")


def _revenue_rows(day: DayFigures, by: str) -> Iterator[_Row]:
    if by == "department":
        for each in sorted(day.departments, key=attrgetter("department")):
            yield _Row(
                ("revenue", each.department), -each.net_minor, f"sales: {each.department or '-'}"
            )
        return
    _check_bases(day)
    for tax in sorted(day.taxes, key=attrgetter("code", "rate")):
        text = f"sales: {tax.code}{_at(tax.rate)}"
        yield _Row(("revenue", tax.code, tax.rate), -tax.base_minor, text)


def _check_bases(day: DayFigures) -> None:
    bases = sum(each.base_minor for each in day.taxes)
    if bases != day.net_minor:
        decimals = exponent(day.currency)
        raise DataError(
            f"{day.id}: the bases of all taxes come to {format_minor(bases, decimals)}, net sales"
            f" to {format_minor(day.net_minor, decimals)}: some goods bear several taxes, or none",
            hint='Write revenue_by = "department" in the account map',
        )


def _movement_rows(
    day: DayFigures, accounts: AccountMap, homes: dict[str, Purpose]
) -> Iterator[_Row]:
    for each in sorted(day.movements, key=attrgetter("kind", "reason", "tender")):
        home = homes.get(each.tender, ("tenders", each.tender))
        purpose = ("movements", each.kind, each.reason)
        account = accounts.find(purpose)
        if account is not None and account == accounts.find(home):
            name = written(purpose if each.reason else purpose[:2])
            raise ConfigurationError(
                f"{name} and {written(home)} are both {account}: such a movement moves nothing",
                hint=f"Give {name} the account the money goes to or comes from",
            )
        minor = SIGNS[each.kind] * each.minor
        text = f"movement {each.kind}: {each.reason or '-'}"
        yield _Row(home, minor, text)
        yield _Row(purpose, -minor, text)


def _difference_rows(day: DayFigures, homes: dict[str, Purpose]) -> Iterator[_Row]:
    for each in sorted(day.differences, key=attrgetter("tender", "minor")):
        word = "over" if each.minor > 0 else "short"
        text = f"counted {word}: {each.tender}"
        yield _Row(homes.get(each.tender, ("tenders", each.tender)), each.minor, text)
        yield _Row(("accounts", word), -each.minor, text)


def _one_line(text: str) -> str:
    """Leave no line break or control character: programs read the file line by line."""
    return "".join(letter if letter.isprintable() else " " for letter in text)


def _at(rate: str) -> str:
    return f" {rate} %" if rate else ""
