"""Shifts and drawers: taken with a float, counted blind, handed over, confirmed by somebody else.

An end always succeeds from facts, whatever is open or in doubt: what differs is kept as it is.
Nothing that is answered to who counts tells what should be there, nor which way it differs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from posframe.errors import RuleViolation
from posframe.kernel.domain import events as ev
from posframe.kernel.domain import shift_reckoning as reckoning
from posframe.kernel.domain.cash_drawer import (
    drawers_of,
    is_home,
    loose_minor,
    unfinished_foreign,
    unfinished_minor,
    worth_minor,
)
from posframe.kernel.domain.completion import queue_kick
from posframe.kernel.domain.countable import check_recount, check_takes
from posframe.kernel.domain.counting import check_count, check_told
from posframe.kernel.domain.currencies import exponent
from posframe.kernel.domain.drawers import Opening, opened, placed
from posframe.kernel.domain.foreign_notes import (
    float_differences,
    left_after,
    loose_foreign,
    worth_foreign,
)
from posframe.kernel.domain.money import format_minor
from posframe.kernel.domain.opening import ensure_day, leave_closed_day
from posframe.kernel.domain.questions import MayOpenDrawer
from posframe.kernel.domain.shift import FLOAT, Declared, foreign_of, is_float
from posframe.kernel.domain.shift_choice import (
    drawer_named,
    ended_meant,
    explained_meant,
    free_drawer,
    is_as_counted,
    open_meant,
)
from posframe.kernel.domain.shift_printing import print_report
from posframe.kernel.domain.shift_reckoning import foreign_joined

if TYPE_CHECKING:
    from collections.abc import Generator

    from posframe.kernel.domain import commands as cmd
    from posframe.kernel.domain.counting import Count, CountRules
    from posframe.kernel.domain.draft import Draft
    from posframe.kernel.domain.drawers import Drawer
    from posframe.kernel.domain.shift import Difference, Shift, TenderSum

HANDED_OVER = "handed over"


def place_drawer(draft: Draft, command: cmd.PlaceDrawer) -> Generator[Any, Any, str]:
    """Bring a drawer to this till or take it away; its cash comes and goes with it."""
    drawer = drawer_named(draft, command.drawer)
    till = draft.state.till if command.here else ""
    if drawer.till == till:
        where = "here" if till else "away"
        raise RuleViolation(f"Drawer {drawer.id} is {where} already", hint="go on")
    home = is_home(draft, drawer)
    unfinished = unfinished_foreign(draft.state, drawer.id, home=home)
    if not till and (unfinished or unfinished_minor(draft.state, drawer.id, home=home)):
        raise RuleViolation(
            f"Drawer {drawer.id} has cash of a sale that is not finished",
            hint="finish that sale, or give the cash back first",
        )
    others = [each for each in drawers_of(draft) if each.id != drawer.id]
    leave_closed_day(draft)
    moved = placed(drawer, till, others)
    worth = worth_minor(draft.state.control, drawer)
    notes = worth_foreign(draft.state.control, drawer)
    draft.add(
        ev.DrawerPlaced(
            drawer=moved,
            gained_minor=worth if till else -worth,
            gained_foreign=foreign_joined((), notes, 1 if till else -1),
        )
    )
    return f"Drawer {drawer.id} is {'here' if till else 'taken away'}"
    yield


def open_shift(draft: Draft, command: cmd.OpenShift) -> Generator[Any, Any, str]:
    """Take a drawer with its float. The float as counted holds, whatever was told.

    It is held against what the till has in the drawer; a word counts only where that is not known.
    """
    rules = _check_count(draft, command.count)
    if command.float_told_minor is not None:
        check_told(command.float_told_minor, rules)
    drawer = free_drawer(draft, command.drawer)
    home = is_home(draft, drawer)
    ensure_day(draft)
    held = _held_minor(draft, drawer, home=home)
    unfinished = unfinished_minor(draft.state, drawer.id, home=home)
    told = command.float_told_minor if held is None else held + unfinished
    held_notes = _held_foreign(draft, drawer, home=home)
    unfinished_notes = unfinished_foreign(draft.state, drawer.id, home=home)
    opening = Opening(
        id=str(draft.state.control.last_shift + 1),
        business_date=draft.state.business_date,
        operator=draft.moment.operator,
        at_us=draft.moment.wall_us,
        count=command.count,
        float_told_minor=told,
        float_said_minor=command.float_told_minor,
        unfinished_minor=unfinished,
        unfinished_foreign=unfinished_notes,
        float_foreign=()
        if drawer.left_minor is None and not held_notes
        else float_differences(foreign_joined(held_notes, unfinished_notes), command.count),
    )
    wanted = draft.settings.control.shift_rules
    _, shift = opened(drawer, opening, draft.state.control.shifts, wanted)
    if all(each.id != drawer.id for each in draft.state.control.drawers):
        draft.add(ev.DrawerPlaced(drawer=drawer))
    draft.add(ev.ShiftOpened(shift=shift, held_minor=held or 0, held_foreign=held_notes))
    yield from _kick(draft, shift)
    print_report(draft, f"shift-{shift.id}-open")
    words = f"Shift {shift.id} is open on drawer {drawer.id}"
    differs = [each.type for each in reckoning.float_differences_of(shift) if each.minor]
    if not differs:
        return words
    say = f"say why with .shift explain {differs[0]}"
    return f"{words}. The float is not what was left there: {say}"


def end_shift(draft: Draft, command: cmd.EndShift) -> Generator[Any, Any, str]:
    """End a shift with a count: the first step of the close."""
    shift = open_meant(draft, command.shift)
    declared = _declared(draft, command.count, command.sums)
    leave_closed_day(draft)
    _end(draft, shift, declared)
    yield from _kick(draft, shift)
    print_report(draft, f"shift-{shift.id}-end")
    return _after_count(draft, shift.id)


def recount_shift(draft: Draft, command: cmd.RecountShift) -> Generator[Any, Any, str]:
    """Count an ended shift's drawer once more; this count holds."""
    shift = ended_meant(draft, command.shift)
    declared = _declared(draft, command.count, command.sums)
    check_recount(draft, shift)
    leave_closed_day(draft)
    draft.add(ev.ShiftRecounted(id=shift.id, declared=declared))
    print_report(draft, f"shift-{shift.id}-end")
    return _after_count(draft, shift.id)
    yield


def explain_difference(draft: Draft, command: cmd.ExplainDifference) -> Generator[Any, Any, str]:
    """Keep the reason for what differs."""
    shift = explained_meant(draft, command)
    reckoning.explained(shift, command.type, command.reason)
    known = _types(draft, shift)
    if command.type not in known:
        raise RuleViolation(
            f"Nothing was counted of {command.type!r}", hint=f"one of: {', '.join(known)}"
        )
    draft.add(ev.ShiftExplained(id=shift.id, type=command.type, reason=command.reason.strip()))
    return "The reason is kept"
    yield


def confirm_shift(draft: Draft, command: cmd.ConfirmShift) -> Generator[Any, Any, str]:
    """Confirm the takings of an ended shift: the second step of the close."""
    shift = ended_meant(draft, command.shift, own=False)
    rules, moment = draft.settings.control.shift_rules, draft.moment
    done = reckoning.confirmed(shift, moment.operator, moment.wall_us, rules)
    found = reckoning.differences(done, rules)
    leave_closed_day(draft)
    draft.add(ev.ShiftConfirmed(shift=done, differences=found))
    print_report(draft, f"shift-{shift.id}-confirm")
    return f"Shift {shift.id} is confirmed: {_found(draft, found)}"
    yield


def hand_over(draft: Draft, command: cmd.HandOver) -> Generator[Any, Any, str]:
    """Hand the drawer over in mid-shift; what differs stays with who gives it."""
    shift = open_meant(draft, "")
    declared = _declared(draft, command.count, command.sums)
    following_id = str(draft.state.control.last_shift + 1)
    unfinished = _unfinished(draft, shift)
    _, following = reckoning.handed_over(
        shift,
        declared,
        command.to.strip(),
        following_id,
        unfinished,
        unfinished_foreign=_unfinished_foreign(draft, shift),
    )
    check_takes(draft, following.operator)
    leave_closed_day(draft)
    _end(draft, shift, declared, HANDED_OVER)
    held = declared.cash.total_minor - unfinished
    notes = left_after(declared.cash, _unfinished_foreign(draft, shift))
    draft.add(ev.ShiftOpened(shift=following, held_minor=held, held_foreign=notes))
    print_report(draft, f"shift-{shift.id}-end")
    print_report(draft, f"shift-{following.id}-open")
    words = f"Drawer {shift.drawer} is {following.operator}'s: shift {following.id}"
    return f"{words}. {_after_count(draft, shift.id)}"
    yield


def _end(draft: Draft, shift: Shift, declared: Declared, why: str = "") -> None:
    draft.add(
        ev.ShiftEnded(
            id=shift.id,
            declared=declared,
            why=why,
            unfinished_minor=_unfinished(draft, shift),
            unfinished_foreign=_unfinished_foreign(draft, shift),
        )
    )


def _unfinished(draft: Draft, shift: Shift) -> int:
    home = is_home(draft, drawer_named(draft, shift.drawer))
    return unfinished_minor(draft.state, shift.drawer, home=home)


def _unfinished_foreign(draft: Draft, shift: Shift) -> tuple[TenderSum, ...]:
    home = is_home(draft, drawer_named(draft, shift.drawer))
    return unfinished_foreign(draft.state, shift.drawer, home=home)


def _held_minor(draft: Draft, drawer: Drawer, *, home: bool) -> int | None:
    """Return what the till has in a drawer by its own reckoning; None: it never had anything."""
    loose = loose_minor(draft.state) if home else 0
    if drawer.left_minor is None and not loose:
        return None
    return (drawer.left_minor or 0) + loose


def _held_foreign(draft: Draft, drawer: Drawer, *, home: bool) -> tuple[TenderSum, ...]:
    control = draft.state.control
    loose = loose_foreign(control) if home else ()
    return foreign_joined(loose, worth_foreign(control, drawer))


def _types(draft: Draft, shift: Shift) -> tuple[str, ...]:
    """Return what a reason can be about; never which of them differ."""
    rules = draft.settings.control.shift_rules
    found = reckoning.differences(shift, rules)
    early = reckoning.float_differences_of(shift)
    return tuple(each.type for each in found or early) or (FLOAT,)


def _declared(draft: Draft, count: Count, sums: tuple[TenderSum, ...]) -> Declared:
    _check_count(draft, count)
    _check_sums(draft, sums)
    moment = draft.moment
    return Declared(operator=moment.operator, at_us=moment.wall_us, cash=count, sums=sums)


def _check_count(draft: Draft, count: Count) -> CountRules:
    rules = draft.settings.control.count_rules
    if rules is None:
        raise RuleViolation(
            "This till counts no cash", hint="write its coins and notes: cash.denominations"
        )
    check_count(count, rules)
    return rules


def _check_sums(draft: Draft, sums: tuple[TenderSum, ...]) -> None:
    asked, most = draft.settings.control.shift_rules.declared_types, draft.settings.total_max_minor
    for place, each in enumerate(sums):
        if each.type not in asked:
            raise RuleViolation(
                f"{each.type!r} is not added up by hand here",
                hint=f"one of: {', '.join(asked)}" if asked else "count the cash alone",
            )
        if any(each.type == other.type for other in sums[:place]):
            raise RuleViolation(f"{each.type!r} was said twice", hint="say it once")
        if abs(each.minor) > most or each.pieces < 0:
            raise RuleViolation(f"{each.type!r} cannot be that much", hint="add it up again")


def _after_count(draft: Draft, id_: str) -> str:
    shift = draft.state.control.shift(id_)
    assert shift is not None, "it was counted just now"
    rules = draft.settings.control.shift_rules
    missing = reckoning.reasons_missing(shift, rules)
    counted_wrong = not all(map(is_float, missing))
    again = counted_wrong and len(shift.counts) == 1 and is_as_counted(draft, shift)
    words = reckoning.after_count(shift, rules, may_recount=again)
    if not missing:
        return words
    keys = [".shift recount"] if again else []
    keys.append(f".shift explain {missing[0]} REASON")
    return f"{words}: {' or '.join(keys)}"


def _found(draft: Draft, found: tuple[Difference, ...]) -> str:
    """Return what differs, in words; who confirms sees it."""
    differs = [each for each in found if each.minor]
    if not differs:
        return "it agrees"
    return ", ".join(f"{each.type} {_amount(draft, each)} {each.word}" for each in differs)


def _amount(draft: Draft, each: Difference) -> str:
    currency = foreign_of(each.type) or draft.state.currency
    return format_minor(abs(each.minor), exponent(currency))


def _kick(draft: Draft, shift: Shift) -> Generator[Any, Any, None]:
    """Open the drawer for a float or a count; it is no opening without a reason."""
    if draft.settings.drawer_device and (yield MayOpenDrawer("shift", draft.touched)):
        queue_kick(draft, f"shift-{shift.id}")
