"""The view of the lock: who is asked for, and what is unfinished at this till.

No goods, no customer and no name is in it: it is seen by whoever stands there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from posframe_terminal import control_pages, words
from posframe_terminal.control_pages import Fact

if TYPE_CHECKING:
    from collections.abc import Iterator

    from posframe import TillState
    from posframe_terminal.showing import Showing
    from posframe_terminal.signing_in import SigningIn

_IN_DOUBT: Final = frozenset({"unknown", "queued_for_person"})
_SECOND_US: Final = 1_000_000


def lock_view(showing: Showing, signing_in: SigningIn) -> control_pages.LockView:
    """Return what stands over everything until somebody signs in."""
    till = showing.till
    clock = till.clock_text()
    return control_pages.LockView(
        head=showing.head("LOCKED" if till.state.control.signed_in else "SIGN IN"),
        money=showing.money,
        seen=f"|lock {signing_in.tried}",
        private=True,
        secret=signing_in.asks_pin,
        title=_title(showing, signing_in),
        time=clock[11:16],
        number="badge" if signing_in.by_badge else signing_in.number,
        asks_pin=signing_in.asks_pin,
        facts=tuple(_facts(showing)),
        how=_how(signing_in),
    )


def _title(showing: Showing, signing_in: SigningIn) -> str:
    """Say which till it is, since when it is locked, and whose it is: by number."""
    till = showing.till
    signed = till.state.control.signed_in
    place = f"{till.config.till.store}, till {till.config.till.id}"
    if signed is None:
        return f"{place}. Nobody is signed in."
    locked_us = signing_in.locked_us
    since = f" since {till.clock_text(locked_us)[11:16]}" if locked_us else ""
    return f"{place}. Locked{since}, operator {signed.operator}."


def _how(signing_in: SigningIn) -> str:
    if signing_in.asks_pin:
        return "Type your PIN, then Enter. Esc asks for the number again."
    return "Type your number, then Enter; or show your badge."


def _facts(showing: Showing) -> Iterator[Fact]:
    state = showing.till.state
    yield from _unfinished(showing, state)
    yield from standing_facts(showing, state)
    for device in showing.head("").devices:
        if device.advice:
            yield Fact(
                label=device.short,
                value=f"{device.state}: {device.advice}",
                severity=device.severity,
            )


def _unfinished(showing: Showing, state: TillState) -> Iterator[Fact]:
    sale = state.transaction
    if sale is not None:
        pieces, gross = showing.items(sale), showing.amount(sale.totals.gross_minor)
        said = f"{pieces} item{'' if pieces == '1' else 's'}, {gross}, not paid"
        yield Fact(label="OPEN SALE", value=said, severity="warning")
    if state.suspended:
        oldest_us = min(each.suspended_us for each in state.suspended)
        now_us = showing.till.parts.clock.wall_us()
        waits = words.age((now_us - oldest_us) // _SECOND_US)
        yield Fact(label="HELD", value=f"{_counted(len(state.suspended), 'sale')}, oldest {waits}")
    doubts = sum(each.status.value in _IN_DOUBT for each in state.payments.values())
    if doubts:
        said = f"{_counted(doubts, 'payment')} in doubt"
        yield Fact(label="PAYMENTS", value=said, severity="error")
    prints = sum(each.status.value == "unknown" for each in state.jobs.values())
    if prints:
        said = f"{_counted(prints, 'job')} in doubt"
        yield Fact(label="PRINTING", value=said, severity="warning")


def standing_facts(showing: Showing, state: TillState) -> Iterator[Fact]:
    """Say which day and which shifts are open."""
    day = f"{state.business_date} is open" if state.control.day_open else "not open"
    yield Fact(label="DAY", value=day)
    for shift in state.control.shifts:
        since = showing.till.clock_text(shift.opened_us)[11:16]
        state_words = f"since {since}" if shift.state.value == "open" else "waits to be confirmed"
        said = f"of {shift.operator}, drawer {shift.drawer}, {state_words}"
        yield Fact(label="SHIFT", value=said)


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
