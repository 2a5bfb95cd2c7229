"""Cash that goes into the drawer or out of it outside a sale: loans, pickups, skims, paid in, out.

Who counts blind is not told here what the drawer holds: no movement is refused by that amount.
"""

from __future__ import annotations

import difflib
import math
from typing import TYPE_CHECKING, Any

from posframe.errors import RuleViolation
from posframe.kernel.domain import events as ev
from posframe.kernel.domain.cash_drawer import check_shift, shift_id
from posframe.kernel.domain.completion import queue_kick
from posframe.kernel.domain.counting import shown
from posframe.kernel.domain.opening import ensure_day, leave_closed_day
from posframe.kernel.domain.questions import MayOpenDrawer
from posframe.kernel.domain.shift_printing import print_movement

if TYPE_CHECKING:
    from collections.abc import Generator

    from posframe.kernel.domain import commands as cmd
    from posframe.kernel.domain.draft import Draft
    from posframe.kernel.domain.payment import Payment

_SIGNS = {"loan": 1, "paid_in": 1, "pickup": -1, "skim": -1, "paid_out": -1, "no_sale": 0}

GIVEN_BACK = "given back"
"""The reason of cash that goes back where a provider could not give the money back."""


def move_cash(draft: Draft, command: cmd.MoveCash) -> Generator[Any, Any, str]:
    """Record cash put in or taken out, and open the drawer for it."""
    sign, reason = checked_movement(draft, command)
    _check_held(draft, command, sign)
    if not (yield MayOpenDrawer(command.kind, draft.touched)):
        raise RuleViolation("The drawer may not be opened now", hint="ask for approval")
    ensure_day(draft)
    moved = ev.CashMoved(
        command.kind,
        sign * command.amount_minor,
        reason,
        shift_id(draft),
        currency=command.currency,
    )
    draft.add(moved)
    if draft.settings.drawer_device:
        queue_kick(draft, "")
    print_movement(draft, moved)
    return command.kind.replace("_", " ").capitalize()


def checked_movement(draft: Draft, command: cmd.MoveCash) -> tuple[int, str]:
    """Return which way cash goes and why; looked at before anybody is asked to approve it.

    Raises:
        RuleViolation: no approval would help it.
    """
    sign = _SIGNS.get(command.kind)
    if sign is None:
        raise RuleViolation(
            f"{command.kind!r} is not a cash movement", hint=f"one of: {', '.join(_SIGNS)}"
        )
    _check_amount(draft, command, sign)
    _check_currency(draft, command, sign)
    reason = _reason(draft, command)
    if sign:
        check_shift(draft)
    return sign, reason


def is_cash(how: str) -> bool:
    """Tell whether a person's words for how money went back mean cash: ``cash``, ``Cash, Ann``."""
    word = how.strip().replace(",", " ").split(maxsplit=1)[:1]
    return [each.casefold() for each in word] == ["cash"]


def give_back_cash(draft: Draft, payment: Payment) -> Generator[Any, Any, None]:
    """Take from the drawer what is given back in cash for a payment; of a refund, put it in."""
    check_shift(draft)
    leave_closed_day(draft)
    amount = payment.captured_minor or payment.asked_minor
    is_refund = payment.kind == "refund"  # it went back to the customer twice: once is paid again
    moved = ev.CashMoved(
        "paid_in" if is_refund else "paid_out",
        amount if is_refund else -amount,
        GIVEN_BACK,
        shift_id(draft),
    )
    draft.add(moved)
    if draft.settings.drawer_device and (yield MayOpenDrawer(moved.kind, draft.touched)):
        queue_kick(draft, payment.transaction)
    print_movement(draft, moved)


def _check_amount(draft: Draft, command: cmd.MoveCash, sign: int) -> None:
    if sign and command.amount_minor <= 0:
        raise RuleViolation("The amount must be above zero", hint="type it again")
    if command.amount_minor > draft.settings.total_max_minor:
        raise RuleViolation("That is more than a drawer holds", hint="check the amount")


def _check_held(draft: Draft, command: cmd.MoveCash, sign: int) -> None:
    """Refuse more than there is; only to those who may move cash, whom it tells what there is."""
    holds = draft.state.drawer_minor
    if command.currency:
        return
    if sign < 0 and command.amount_minor > holds and not _is_blind(draft):
        raise RuleViolation("The drawer does not hold that much", hint="check the amount")


def _check_currency(draft: Draft, command: cmd.MoveCash, sign: int) -> None:
    """Refuse notes that this till does not take, and a currency that is said as a reason."""
    counted = draft.settings.control.count_rules
    taken = dict(counted.foreign) if counted is not None else {}
    if not command.currency:
        said = command.reason.split(maxsplit=1)[:1]
        if sign and said and said[0].upper() in taken:
            raise RuleViolation(
                f"{said[0].upper()} is a currency and no reason",
                hint=f"for notes of it type: .{_entry(command)} AMOUNT {said[0].upper()} REASON",
            )
        return
    if not sign or command.currency not in taken:
        raise RuleViolation(
            f"No notes of {command.currency} are moved here",
            hint=f"one of: {', '.join(taken)}" if taken else "leave the currency out",
        )
    if command.amount_minor % math.gcd(*(each.minor for each in taken[command.currency])):
        values = (shown(each.minor, command.currency) for each in taken[command.currency])
        raise RuleViolation(
            f"Notes of {command.currency} cannot come to that",
            hint=f"there are {', '.join(values)}",
        )


def _entry(command: cmd.MoveCash) -> str:
    return command.kind.removeprefix("paid_")


def _is_blind(draft: Draft) -> bool:
    """Tell whether what a drawer holds must not be found out by trying: an open shift is."""
    return bool(shift_id(draft))


def _reason(draft: Draft, command: cmd.MoveCash) -> str:
    """Return the reason, as the shop writes it where it has a list for this kind."""
    settings, reason = draft.settings.control, command.reason.strip()
    listed = dict(settings.cash_reasons).get(command.kind, ())
    hint = f"one of: {', '.join(listed)}" if listed else "type it behind the amount"
    if not reason:
        if command.kind in settings.cash_reason_kinds:
            raise RuleViolation("A reason is needed", hint=hint)
        return reason
    if not listed:
        return reason
    known = {each.casefold(): each for each in listed}
    if reason.casefold() in known:
        return known[reason.casefold()]
    near = difflib.get_close_matches(reason.casefold(), known, 1)
    raise RuleViolation(
        f"{reason!r} is no reason here",
        hint=f"did you mean {known[near[0]]!r}?" if near else hint,
    )
