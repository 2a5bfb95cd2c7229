"""What a simulated ZVT terminal does for each command, step by step.

Each command is a generator: it yields what to say and how long to wait, and is sent what came back:
``kept`` (80 00), ``refused`` (84 66), ``wait`` (84 9C), ``unsent`` (the till has gone before) or
``unheard`` (it was said, and nobody answered).
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import TYPE_CHECKING

import attrs

from posframe_payments.simulators.zvt_messages import (
    completion,
    identity,
    intermediate,
    refusal_status,
    slips,
    status,
    totals_status,
)
from posframe_payments.simulators.zvt_profile import Record
from posframe_payments.simulators.zvt_wire import message

if TYPE_CHECKING:
    from posframe_payments.simulators.zvt_profile import Customer
    from posframe_payments.simulators.zvt_terminal import Terminal

RECEIPT, AMOUNT = 0x87, 0x04
_FIELD_BYTES = {0x02: 1, 0x03: 1, 0x04: 6, 0x0E: 2, 0x19: 1, 0x49: 2, 0x87: 2}
_PERMIT_BLOCKS = bytes.fromhex("0A0206D3")
STATUSES_MAX = 20
GONE = frozenset({"unsent", "unheard"})
_PRESENT_CARD, _ASK_HOST, _AUTO_REVERSAL = 0x0A, 0x04, 0x05
_ABORTED, _ALREADY, _IMPOSSIBLE, _HOST = 0x6C, 0xB4, 0xB5, 0xA1


@attrs.frozen
class Say:
    """Send a message and wait for its acknowledgement."""

    point: str
    data: bytes


@attrs.frozen
class Pause:
    """Wait."""

    seconds: float


Answer = tuple[str, float]
Steps = Generator[Say | Pause, Answer | None, None]
Part = Generator[Say | Pause, Answer | None, Answer]


@attrs.frozen
class Known:
    """A command this terminal knows."""

    name: str
    steps: Callable[..., Steps]
    """Made with the terminal and the data of the command."""
    wants_password: bool = False


def _say(point: str, data: bytes) -> Part:
    answer = yield Say(point, data)
    assert answer is not None, "what is said is answered"
    return answer


def _tell(terminal: Terminal, code: int) -> Part:
    if not terminal.settings.tells:
        return ("kept", 0.0)
    return (yield from _say("intermediate", intermediate(code)))


def _register(terminal: Terminal, data: bytes) -> Steps:
    config = data[3]
    settings = terminal.settings
    settings.registered = True
    settings.tells = bool(config & 0x08)
    settings.prints_payments = bool(config & 0x02)
    settings.prints_administration = bool(config & 0x04)
    settings.takes_blocks = _PERMIT_BLOCKS in data[4:]
    yield from _say("completion", message("060F", identity(terminal)))


def _log_off(terminal: Terminal, data: bytes) -> Steps:
    del data
    terminal.settings.registered = False
    yield from ()


def _pay(terminal: Terminal, data: bytes) -> Steps:
    yield from _payment(terminal, int(_fields(data)[AMOUNT].hex()))


def unasked_payment(terminal: Terminal, amount_minor: int) -> Steps:
    """Return the steps of a payment begun at the terminal."""
    yield from _payment(terminal, amount_minor)


def _payment(terminal: Terminal, amount_minor: int) -> Steps:
    customer = terminal.next_customer()
    heard, _ = yield from _tell(terminal, _PRESENT_CARD)
    stops = heard in GONE and terminal.profile.after_loss == "reverses"
    came = yield Pause(customer.thinks_s)
    assert came is not None, "time passes"
    if stops or customer.does == "abort" or terminal.abort_wished:
        yield from abort(terminal, _ABORTED)
        return
    yield from _tell(terminal, _ASK_HOST)
    if customer.does == "decline":
        yield from abort(terminal, customer.result)
        return
    paid = (customer.pays_minor or amount_minor) + customer.tip_minor
    yield from _settled(terminal, _charged(terminal, paid, customer, came[1]))


def _charged(terminal: Terminal, amount_minor: int, customer: Customer, now_s: float) -> Record:
    receipt, trace = terminal.number()
    movement = terminal.acquirer.charge(
        amount_minor, terminal=terminal.profile.terminal, reference=f"{receipt:04d}", at_s=now_s
    )
    record = Record(
        kind="charge",
        amount_minor=amount_minor,
        receipt=receipt,
        trace=trace,
        at_s=now_s,
        movement=movement.number,
        customer=customer,
    )
    terminal.keep(record)
    return record


def _settled(terminal: Terminal, record: Record) -> Steps:
    """Tell what came of a payment; take it back if the till does not want it, or is lost."""
    heard, now_s = yield from _told(terminal, record)
    lost = heard in GONE
    if heard == "refused" or (lost and terminal.profile.after_loss == "reverses"):
        yield from _taken_back(terminal, record, now_s)
        return
    for each in slips(terminal, record):
        yield from _say("print", each)
    if not terminal.linked and terminal.profile.after_loss == "reverses":
        yield from _taken_back(terminal, record, now_s)
        return
    end, now_s = yield from _say("completion", completion())
    if end == "unsent" and terminal.profile.after_loss == "reverses":
        yield from _taken_back(terminal, record, now_s)


def _told(terminal: Terminal, record: Record) -> Part:
    """Send the status, again and again while the till asks for more time."""
    answer = ("wait", record.at_s)
    for _ in range(STATUSES_MAX):
        answer = yield from _say("status", status(terminal, record))
        if answer[0] != "wait":
            break
        yield Pause(1.0)
    return answer


def _taken_back(terminal: Terminal, record: Record, now_s: float) -> Steps:
    """Reverse by itself: it leaves no receipt, as a decline leaves none."""
    terminal.acquirer.reverse(record.movement, at_s=now_s)
    terminal.forget(record)
    yield from _tell(terminal, _AUTO_REVERSAL)
    yield from _say("abort", message("061E", bytes((_HOST,))))


def abort(terminal: Terminal, result: int) -> Steps:
    """Tell that nothing came of it."""
    yield from _say("refusal status", refusal_status(terminal, result))
    yield from _say("abort", message("061E", bytes((result,))))


def _ended(terminal: Terminal, result: int) -> Steps:
    del terminal
    yield from _say("abort", message("061E", bytes((result,))))


def _reverse(terminal: Terminal, data: bytes) -> Steps:
    receipt = int(_fields(data[3:])[RECEIPT].hex())
    found = [each for each in terminal.records if each.receipt == receipt]
    if found and found[-1].is_reversed:
        yield from _ended(terminal, _ALREADY)
    elif not found or found[-1].kind == "reversal" or not _may_reverse(terminal, found[-1]):
        yield from _ended(terminal, _IMPOSSIBLE)
    else:
        came = yield Pause(0)
        assert came is not None, "time passes"
        yield from _say_record(terminal, _reversed(terminal, found[-1], came[1]))


def _may_reverse(terminal: Terminal, record: Record) -> bool:
    return terminal.profile.reverses == "any" or record is terminal.last


def _reversed(terminal: Terminal, record: Record, now_s: float) -> Record:
    terminal.acquirer.reverse(record.movement, at_s=now_s)
    terminal.replace(record, attrs.evolve(record, is_reversed=True))
    receipt, trace = terminal.number()
    made = attrs.evolve(
        record,
        kind="reversal",
        receipt=receipt,
        trace=trace,
        at_s=now_s,
        original_trace=record.trace,
        is_reversed=False,
    )
    terminal.keep(made)
    return made


def _refund(terminal: Terminal, data: bytes) -> Steps:
    customer = terminal.next_customer()
    yield from _tell(terminal, _PRESENT_CARD)
    came = yield Pause(customer.thinks_s)
    assert came is not None, "time passes"
    if customer.does != "approve" or terminal.abort_wished:
        yield from abort(terminal, _ABORTED)
        return
    amount_minor = int(_fields(data[3:])[AMOUNT].hex())
    receipt, trace = terminal.number()
    movement = terminal.acquirer.refund(
        amount_minor, terminal=terminal.profile.terminal, reference=f"{receipt:04d}", at_s=came[1]
    )
    record = Record(
        kind="refund",
        amount_minor=amount_minor,
        receipt=receipt,
        trace=trace,
        at_s=came[1],
        movement=movement.number,
        customer=customer,
    )
    terminal.keep(record)
    yield from _say_record(terminal, record)


def _say_record(terminal: Terminal, record: Record) -> Steps:
    """Tell what was done; it stays done whether the till hears it or not."""
    yield from _told(terminal, record)
    for each in slips(terminal, record):
        yield from _say("print", each)
    yield from _say("completion", completion())


def _repeat(terminal: Terminal, data: bytes) -> Steps:
    del data
    if terminal.last is None or not terminal.profile.repeats_receipt:
        yield from _say("completion", completion())
    else:
        yield from _say_record(terminal, terminal.last)


def _totals(terminal: Terminal, data: bytes) -> Steps:
    del data
    yield from _say("totals", totals_status(terminal))
    yield from _say("completion", completion())


def _end_of_day(terminal: Terminal, data: bytes) -> Steps:
    del data
    yield from _say("totals", totals_status(terminal))
    for each in slips(terminal, None):
        yield from _say("print", each)
    terminal.records = []
    yield from _say("completion", completion())


def _read_card(terminal: Terminal, data: bytes) -> Steps:
    del data
    yield from _say("card", status(terminal, None))
    yield from _say("completion", completion())


def _just_end(terminal: Terminal, data: bytes) -> Steps:
    del terminal, data
    yield from _say("completion", completion())


COMMANDS = {
    bytes.fromhex(control): known
    for control, known in {
        "0600": Known("registration", _register, wants_password=True),
        "0601": Known("authorisation", _pay),
        "0602": Known("log-off", _log_off),
        "0610": Known("turnover totals", _totals, wants_password=True),
        "0620": Known("repeat receipt", _repeat, wants_password=True),
        "0630": Known("reversal", _reverse, wants_password=True),
        "0631": Known("refund", _refund, wants_password=True),
        "0650": Known("end of day", _end_of_day, wants_password=True),
        "06C0": Known("read card", _read_card),
        "061A": Known("print configuration", _just_end),
        "0670": Known("diagnosis", _just_end),
        "0679": Known("self-test", _just_end),
        "0693": Known("initialisation", _just_end),
        "0501": Known("status enquiry", _just_end),
    }.items()
}


def _fields(data: bytes) -> dict[int, bytes]:
    """Return the fields of a command up to its container."""
    found, at = {}, 0
    while at < len(data) and data[at] in _FIELD_BYTES:
        end = at + 1 + _FIELD_BYTES[data[at]]
        found[data[at]] = data[at + 1 : end]
        at = end
    return found
