"""A shift's reckoning: what should be in its drawer, what was counted, and what differs.

Pure. Closing always succeeds from facts: a difference is stored as it is, never corrected, and
stands in nobody's way but the confirmation's. Nothing that the person who counts is told may give
away what is expected. Counting itself is ``counting``'s, what a close carries forward
``carried_forward``'s; drawers and who holds them are ``drawers``'.

``open → ended → confirmed``: ended by whoever counted, confirmed by somebody else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from posframe.errors import RuleViolation
from posframe.kernel.domain.shift import (
    CASH,
    FLOAT,
    FOREIGN,
    Difference,
    Shift,
    ShiftCash,
    ShiftState,
    TenderSum,
    is_float,
)
from posframe.kernel.domain.tender import TenderStatus

if TYPE_CHECKING:
    from collections.abc import Iterable

    from posframe.kernel.domain.counting import Count
    from posframe.kernel.domain.shift import Declared, ShiftRules
    from posframe.kernel.domain.tender import Tender


def moved(shift: Shift, kind: str, minor: int) -> Shift:
    """Return the shift after cash went into the drawer or out of it, outside a sale.

    Args:
        shift: open.
        kind: ``loan``, ``paid_in``, ``pickup``, ``paid_out``, ``skim`` or ``no_sale``.
        minor: signed, what the drawer gains, as in ``CashMoved``.

    Raises:
        RuleViolation: the shift is ended, the kind is unknown, or the sign is not that of the kind.
    """
    _check_open(shift)
    if kind not in _MOVES:
        raise RuleViolation(f"{kind!r} is not a cash movement", hint=f"one of: {', '.join(_MOVES)}")
    field, sign = _MOVES[kind]
    if (minor > 0) - (minor < 0) != sign:
        raise RuleViolation(f"A {kind} cannot be {minor}", hint="check which way the money went")
    if not field:
        return shift
    changes = {field: getattr(shift.cash, field) + abs(minor)}
    if kind in _TO_THE_SAFE:
        changes["at_sale_minor"] = 0
    return attrs.evolve(shift, cash=attrs.evolve(shift.cash, **changes))


def sold(shift: Shift, tenders: Iterable[Tender]) -> Shift:
    """Return the shift after a completed transaction with these tenders; training is not for it.

    A tip is on the slip of its card; in cash it is no part of the drawer's.

    Raises:
        RuleViolation: the shift is ended.
    """
    _check_open(shift)
    sales, refunds, taken = 0, 0, {each.type: each for each in shift.taken}
    for tender in tenders:
        minor = tender.tendered_minor - tender.change_minor
        if tender.status is not TenderStatus.APPLIED:
            continue
        if tender.foreign_currency:  # notes come in, change goes out in the till's own coins
            sales += tender.own_cash_minor
            _add_foreign(taken, tender.foreign_currency, tender.foreign_minor)
            continue
        if tender.is_cash:
            sales, refunds = sales + max(minor, 0), refunds + max(-minor, 0)
            continue
        before = taken.get(tender.type, TenderSum(type=tender.type, minor=0))
        taken[tender.type] = TenderSum(
            type=tender.type,
            minor=before.minor + minor + tender.tip_minor,
            pieces=before.pieces + 1,
        )
    cash = attrs.evolve(
        shift.cash,
        cash_sales_minor=shift.cash.cash_sales_minor + sales,
        cash_refunds_minor=shift.cash.cash_refunds_minor + refunds,
    )
    if cash != shift.cash:
        cash = attrs.evolve(cash, at_sale_minor=_sold_minor(cash))
    return attrs.evolve(shift, cash=cash, taken=tuple(taken[each] for each in sorted(taken)))


def foreign_moved(shift: Shift, currency: str, minor: int) -> Shift:
    """Return the shift after foreign notes came into the drawer, or went out of it if negative.

    Raises:
        RuleViolation: the shift is ended.
    """
    _check_open(shift)
    taken = {each.type: each for each in shift.taken}
    _add_foreign(taken, currency, minor)
    return attrs.evolve(shift, taken=tuple(taken[each] for each in sorted(taken)))


def foreign_joined(
    sums: Iterable[TenderSum], more: Iterable[TenderSum], sign: int = 1
) -> tuple[TenderSum, ...]:
    """Return sums with foreign notes added to them, or taken off them with a ``sign`` of -1."""
    joined = {each.type: each for each in sums}
    for each in more:
        _add_foreign(joined, each.type.removeprefix(FOREIGN), sign * each.minor)
    return tuple(joined[each] for each in sorted(joined))


def _add_foreign(taken: dict[str, TenderSum], currency: str, minor: int) -> None:
    type_ = f"{FOREIGN}{currency}"
    before = taken.get(type_, TenderSum(type=type_, minor=0))
    taken[type_] = attrs.evolve(before, minor=before.minor + minor)


def ended(
    shift: Shift,
    declared: Declared,
    unfinished_minor: int = 0,
    unfinished_foreign: tuple[TenderSum, ...] = (),
) -> Shift:
    """Return the shift ended with a first count; it succeeds whatever was counted.

    Args:
        shift: open.
        declared: the count.
        unfinished_minor: what lies in the drawer for sales that are not finished yet.
        unfinished_foreign: the same of foreign notes, by currency.

    Raises:
        RuleViolation: it is ended already.
    """
    _check_open(shift)
    cash = attrs.evolve(shift.cash, unfinished_minor=shift.cash.unfinished_minor + unfinished_minor)
    taken = foreign_joined(shift.taken, unfinished_foreign)
    return attrs.evolve(shift, state=ShiftState.ENDED, counts=(declared,), cash=cash, taken=taken)


def recounted(shift: Shift, declared: Declared) -> Shift:
    """Return the shift with a second count, which holds from now on; the first stays recorded.

    Raises:
        RuleViolation: the shift is not ended, is confirmed, or was counted twice.
    """
    _check_ended(shift)
    if len(shift.counts) > 1:
        raise RuleViolation("It was counted twice already", hint="give a reason: the counts stand")
    kept = tuple(each for each in shift.reasons if is_float(each[0]))  # was not counted again
    return attrs.evolve(shift, counts=(*shift.counts, declared), reasons=kept)


def explained(shift: Shift, type_: str, reason: str) -> Shift:
    """Return the ended shift with a reason for one difference; a later one takes its place.

    That of the float is known, and may be explained, from the beginning.

    Raises:
        RuleViolation: the shift is not ended, is confirmed, or the reason is empty.
    """
    if not is_float(type_) or shift.state is not ShiftState.OPEN:
        _check_ended(shift)
    if not reason.strip():
        raise RuleViolation("A reason has words", hint="write what happened, or: not known")
    reasons = {**dict(shift.reasons), type_: reason.strip()}
    return attrs.evolve(shift, reasons=tuple(sorted(reasons.items())))


def confirmed(shift: Shift, operator: str, at_us: int, rules: ShiftRules) -> Shift:
    """Return the shift with its takings confirmed: the second step of the close.

    Raises:
        RuleViolation: the shift is not ended, is confirmed, it was this person's own or counted by
            them, or a difference above the limit has no reason.
    """
    _check_ended(shift)
    concerned = {shift.operator, *(each.operator for each in shift.counts)}
    if operator in concerned and not rules.self_confirm:
        raise RuleViolation(
            "Takings are confirmed by somebody who neither held nor counted the drawer",
            hint="ask a supervisor",
        )
    missing = reasons_missing(shift, rules)
    if missing:
        raise RuleViolation(
            f"A reason is missing: {', '.join(missing)}",
            hint=f"write what happened: .shift explain {shift.id} {missing[0]} REASON",
        )
    return attrs.evolve(
        shift, state=ShiftState.CONFIRMED, confirmed_by=operator, confirmed_us=at_us
    )


def handed_over(
    shift: Shift,
    declared: Declared,
    operator: str,
    id_: str,
    unfinished_minor: int = 0,
    *,
    unfinished_foreign: tuple[TenderSum, ...] = (),
) -> tuple[Shift, Shift]:
    """Return the shift ended by a count, and the next one on the same drawer with what was counted.

    Whatever is over or short stays with who hands over; slips and vouchers do too.

    Args:
        shift: open.
        declared: counted by both, as the giving operator declares it.
        operator: takes the drawer.
        id_: of the next shift.
        unfinished_minor: what lies in the drawer for sales that are not finished yet.
        unfinished_foreign: the same of foreign notes, by currency.

    Raises:
        RuleViolation: the shift is ended, or nobody else takes the drawer.
    """
    if operator in {"", shift.operator}:
        raise RuleViolation("The drawer is handed to somebody else", hint="name who takes it")
    following = Shift(
        id=id_,
        business_date=shift.business_date,
        drawer=shift.drawer,
        operator=operator,
        opened_us=declared.at_us,
        cash=ShiftCash(
            opening_float_minor=declared.cash.total_minor, unfinished_minor=-unfinished_minor
        ),
        taken=foreign_joined(foreign_sums(declared.cash), unfinished_foreign, -1),
        carried_from=shift.id,
    )
    return ended(shift, declared, unfinished_minor, unfinished_foreign), following


def differences(
    shift: Shift, rules: ShiftRules, declared: Declared | None = None
) -> tuple[Difference, ...]:
    """Return what differs and what agrees: float, cash, then by type; nothing before a count.

    The float is among them where it was told; cash and foreign notes always are, other tenders
    where they are declared by hand. What was taken and not declared is short, what was declared
    and not taken is over.

    Args:
        shift: with what is expected.
        rules: of the shop.
        declared: a count to look at; the last one if None.
    """
    if declared is None:
        if not shift.counts:
            return ()
        declared = shift.counts[-1]
    said = _summed((*declared.sums, *foreign_sums(declared.cash)))
    taken = _summed(shift.taken)
    asked = {each for each in taken if each.startswith(FOREIGN) or each in rules.declared_types}
    cash = Difference(
        type=CASH,
        expected_minor=shift.cash.expected_minor,
        declared_minor=declared.cash.total_minor,
    )
    return (
        *float_differences_of(shift),
        cash,
        *(
            Difference(
                type=each, expected_minor=taken.get(each, 0), declared_minor=said.get(each, 0)
            )
            for each in sorted(asked | set(said))
        ),
    )


def float_differences_of(shift: Shift) -> tuple[Difference, ...]:
    """Return what the float had more or less of than was left or told, where that is known."""
    told, found = shift.float_told_minor, shift.cash.opening_float_minor
    if told is None:
        return shift.float_foreign
    own = Difference(type=FLOAT, expected_minor=told, declared_minor=found)
    return (own, *shift.float_foreign)


def foreign_sums(count: Count) -> tuple[TenderSum, ...]:
    """Return what a count found of foreign notes, by currency."""
    found = count.foreign_minor
    return tuple(TenderSum(type=f"{FOREIGN}{each}", minor=found[each]) for each in sorted(found))


def reasons_missing(shift: Shift, rules: ShiftRules) -> tuple[str, ...]:
    """Return what differs by more than the limit and has no reason: types, never amounts."""
    given = dict(shift.reasons)
    return tuple(
        each.type
        for each in differences(shift, rules)
        if each.type not in given
        and abs(each.minor) > (0 if each.type.startswith(FOREIGN) else rules.reason_limit_minor)
    )


def after_count(shift: Shift, rules: ShiftRules, *, may_recount: bool = True) -> str:
    """Return what the person who counted is told: never by how much, nor which way.

    Args:
        shift: ended.
        rules: of the shop.
        may_recount: False: somebody else has the drawer by now.
    """
    missing = reasons_missing(shift, rules)
    if not missing:
        return "Counted: the takings wait to be confirmed"
    named = ", ".join(missing)
    if len(shift.counts) == 1:
        do = "Count once more, or give a reason" if may_recount else "Give a reason"
        return f"Counted, and it does not agree: {named}. {do}"
    return f"Counted twice, and it does not agree: {named}. Give a reason"


def skim_reminder(shift: Shift, rules: ShiftRules) -> str:
    """Return a reminder where the drawer holds more than it should; it does not say how much.

    Nor can that be found out by putting cash in and out until it comes: it goes by float and sales
    at the last sale in cash, less what went to the safe. When it comes is blurred by up to a tenth
    of the limit, differently in each shift, by the microseconds it began at.
    """
    limit_minor = rules.skim_limit_minor
    blur_minor = shift.opened_us % max(1, limit_minor // 10)
    if limit_minor and shift.cash.at_sale_minor > limit_minor + blur_minor:
        return "The drawer holds more than it should: take large notes to the safe"
    return ""


def _sold_minor(cash: ShiftCash) -> int:
    """Return what is there of float and sales; what was lent, paid in or out is no part of it."""
    came = cash.opening_float_minor + cash.cash_sales_minor - cash.cash_refunds_minor
    return max(0, came - cash.pickups_minor - cash.skims_minor)


_MOVES = {
    "loan": ("loans_minor", 1),
    "paid_in": ("paid_in_minor", 1),
    "pickup": ("pickups_minor", -1),
    "paid_out": ("paid_out_minor", -1),
    "skim": ("skims_minor", -1),
    "no_sale": ("", 0),
}
_TO_THE_SAFE = frozenset({"pickup", "skim"})


def _summed(sums: Iterable[TenderSum]) -> dict[str, int]:
    found: dict[str, int] = {}
    for each in sums:
        found[each.type] = found.get(each.type, 0) + each.minor
    return found


def _check_open(shift: Shift) -> None:
    if shift.state is not ShiftState.OPEN:
        raise RuleViolation(
            f"Shift {shift.id} is {shift.state.value}", hint="open the next shift first"
        )


def _check_ended(shift: Shift) -> None:
    if shift.state is ShiftState.OPEN:
        raise RuleViolation(f"Shift {shift.id} is still open", hint="count the drawer to end it")
    if shift.state is ShiftState.CONFIRMED:
        raise RuleViolation(
            f"Shift {shift.id} is confirmed by {shift.confirmed_by}",
            hint="what was found since belongs to the shift that is open",
        )
