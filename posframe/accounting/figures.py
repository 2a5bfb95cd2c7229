"""What a closed day hands to the books, and the check that it adds up; nothing is counted here.

All amounts are minor units of one currency. Whoever counts the day fills these in from its closing
totals; which accounts they go to is `accounts`' concern, and how is `booking`'s.
"""

from __future__ import annotations

import datetime
import re
from collections import Counter
from typing import TYPE_CHECKING, Final, Literal

import attrs

from posframe.errors import DataError
from posframe.kernel.domain.currencies import exponent
from posframe.kernel.domain.money import format_minor
from posframe.value import Value

if TYPE_CHECKING:
    from collections.abc import Iterator

Owed = Literal["gift_card", "deposit", "account"]
"""What a shop owes or is owed: cards it sold, prepayments it holds, customers' running accounts."""
KINDS_OWED: Final[tuple[Owed, ...]] = ("gift_card", "deposit", "account")
MovementKind = Literal["float", "loan", "pickup", "skim", "paid_in", "paid_out"]

SIGNS: Final = {"float": 1, "loan": 1, "paid_in": 1, "pickup": -1, "skim": -1, "paid_out": -1}
"""By kind of movement: 1 brings money into the drawer, -1 takes it out."""

_TILL: Final = re.compile(r"\w[\w .-]{0,39}")  # the id becomes a file name on any system


@attrs.frozen(kw_only=True, eq=False, repr=False)
class TaxFigure(Value):
    """One tax at one rate, returns taken off."""

    code: str
    rate: str = ""
    """In percent as `Rate.percent_text` writes it: ``5.5``; empty: a fixed amount."""
    base_minor: int
    tax_minor: int


@attrs.frozen(kw_only=True, eq=False, repr=False)
class DepartmentFigure(Value):
    """What one department sold without taxes, returns taken off."""

    department: str
    net_minor: int


@attrs.frozen(kw_only=True, eq=False, repr=False)
class TenderFigure(Value):
    """One medium: what came in by it and what went out again."""

    type: str
    settles: Literal["money", "gift_card", "deposit", "account"] = "money"
    """``money``, or what is used up by it: ``account`` is a charge to a customer's account."""
    taken_minor: int = 0
    """What was kept after change, rounding included, tips not; zero or more."""
    given_back_minor: int = 0
    """Refunds, rounding included; zero or more."""
    rounding_minor: int = 0
    """What cash rounding added to taken less given back: negative where the customers gained."""
    tips_minor: int = 0
    """Taken beside it for the staff."""
    fees_minor: int = 0
    """Kept by whoever pays the money out; 0 where only the bank statement tells."""
    unclaimed_minor: int = 0
    """Taken for no sale, such as a late approval; negative: such money given back."""


@attrs.frozen(kw_only=True, eq=False, repr=False)
class BesideFigure(Value):
    """Paid at the till, and no sale: cards sold, prepayments, customers paying their accounts."""

    kind: Owed
    taken_minor: int = 0
    given_back_minor: int = 0


@attrs.frozen(kw_only=True, eq=False, repr=False)
class MovementFigure(Value):
    """Money that went into or out of a drawer outside sales: one kind, reason and medium."""

    kind: MovementKind
    reason: str = ""
    tender: str
    minor: int
    """Zero or more; the kind says which way it went. A float below zero went back to the safe."""


@attrs.frozen(kw_only=True, eq=False, repr=False)
class DifferenceFigure(Value):
    """What was counted of a medium less what was expected: over above zero, short below.

    One medium may have both: two shifts, or a float and a count.
    """

    tender: str
    minor: int


@attrs.frozen(kw_only=True, eq=False, repr=False)
class DayFigures(Value):
    """One closed day of one till, training left out. The order of rows does not matter."""

    till: str
    z_number: int
    business_date: str
    """The accounting date as ``2026-11-21``."""
    currency: str
    gross_minor: int
    """Sales with taxes, before cash rounding; what is in ``beside`` is not part of it."""
    net_minor: int
    tax_minor: int
    taxes: tuple[TaxFigure, ...] = ()
    departments: tuple[DepartmentFigure, ...] = ()
    tenders: tuple[TenderFigure, ...] = ()
    beside: tuple[BesideFigure, ...] = ()
    movements: tuple[MovementFigure, ...] = ()
    differences: tuple[DifferenceFigure, ...] = ()

    @property
    def id(self) -> str:
        """What this day is called in the books, for ever: ``T01-Z000042``."""
        return f"{self.till}-Z{self.z_number:06d}"


def check_adds_up(figures: DayFigures) -> None:
    """Pass figures that agree with each other to the minor unit.

    Raises:
        DataError: they do not, or a row cannot be; the message says what differs, and by how much.
        ConfigurationError: the currency is unknown.
    """
    decimals = exponent(figures.currency)
    _check_name(figures)
    for problem in _impossible(figures):
        raise DataError(f"{figures.id}: {problem}", hint=_NEXT)
    for left, left_minor, right, right_minor in _equations(figures):
        if left_minor != right_minor:
            amounts = (left_minor, right_minor, left_minor - right_minor)
            first, second, apart = (format_minor(each, decimals) for each in amounts)
            raise DataError(
                f"{figures.id} does not add up: {left} come to {first}, {right} to {second};"
                f" {apart} apart",
                hint=_NEXT,
            )


_NEXT: Final = "Nothing was booked; check the journal: posframe journal verify"


def _equations(day: DayFigures) -> Iterator[tuple[str, int, str, int]]:
    beside = sum(each.taken_minor - each.given_back_minor for each in day.beside)
    paid = sum(
        each.taken_minor - each.given_back_minor - each.rounding_minor for each in day.tenders
    )
    yield "net and taxes", day.net_minor + day.tax_minor, "gross sales", day.gross_minor
    departments = sum(each.net_minor for each in day.departments)
    yield "the departments", departments, "net sales", day.net_minor
    yield "the taxes by code", sum(each.tax_minor for each in day.taxes), "taxes", day.tax_minor
    due = day.gross_minor + beside
    yield "the tenders less rounding", paid, "gross sales and what was paid beside them", due


def _check_name(day: DayFigures) -> None:
    if not _TILL.fullmatch(day.till):
        raise DataError(
            f"The till id {day.till[:40]!r} cannot name a file",
            hint="Use letters, digits, -, _ and points in till.id, such as T01",
        )
    if day.z_number < 1:
        raise DataError(f"Z {day.z_number} cannot be: they count from 1", hint=_NEXT)
    try:
        is_plain = datetime.date.fromisoformat(day.business_date).isoformat() == day.business_date
    except ValueError:
        is_plain = False
    if not is_plain:
        raise DataError(
            f"{day.id}: {day.business_date[:40]!r} is no date",
            hint="Write the business date like 2026-11-21",
        )


def _impossible(day: DayFigures) -> Iterator[str]:
    names = Counter(_names(day))
    yield from (f"{name} stands twice" for name, count in names.items() if count > 1)
    amounts = [(each.type, each.taken_minor, each.given_back_minor) for each in day.tenders]
    amounts += [(each.kind, each.taken_minor, each.given_back_minor) for each in day.beside]
    for name, taken, given_back in amounts:
        if min(taken, given_back) < 0:
            yield f"{name} has less than nothing taken or given back"
    for movement in day.movements:
        if movement.kind not in SIGNS:
            yield f"{movement.kind!r} is no kind of cash movement"
        elif movement.minor < 0 and movement.kind != "float":
            yield f"{movement.kind} moves less than nothing"


def _names(day: DayFigures) -> Iterator[str]:
    yield from (f"tax {each.code!r} at {each.rate or 'no'} %" for each in day.taxes)
    yield from (f"department {each.department!r}" for each in day.departments)
    yield from (f"tender {each.type!r}" for each in day.tenders)
    yield from (f"what was paid beside sales for {each.kind}" for each in day.beside)
    yield from (f"{each.kind} {each.reason!r} of {each.tender!r}" for each in day.movements)
    for each in day.differences:
        yield f"what was {'over' if each.minor > 0 else 'short'} of {each.tender!r}"
