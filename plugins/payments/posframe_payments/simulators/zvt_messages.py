"""Messages of a simulated ZVT terminal, and the slips it prints through the till.

Faults that change what a status says strike here: the ledger keeps the truth.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from posframe_payments.simulators import zvt_faults as faults
from posframe_payments.simulators.zvt_wire import counted, digits, message, tag_length, tagged

if TYPE_CHECKING:
    from posframe_payments.simulators.zvt_profile import Customer, Record
    from posframe_payments.simulators.zvt_terminal import Terminal

_RESULT = b"\x27"
_KINDS = 7
_OTHER_TERMINAL = "99999999"
_MERCHANT, _CUSTOMER, _ADMINISTRATION = 1, 2, 3
_FILLING_LINES = 20


def identity(terminal: Terminal) -> bytes:
    """Return status byte, terminal and currency."""
    profile = terminal.profile
    return bytes.fromhex("190029" + profile.terminal + "49" + profile.currency)


def intermediate(code: int) -> bytes:
    """Return 04 FF."""
    return message("04FF", bytes((code,)))


def completion() -> bytes:
    """Return 06 0F without data."""
    return message("060F")


def refusal_status(terminal: Terminal, result: int) -> bytes:
    """Return the 04 0F of a payment that came to nothing."""
    words = counted(b"nicht genehmigt", 3)
    data = _RESULT + bytes((result,)) + bytes.fromhex("29" + terminal.profile.terminal)
    return message("040F", data + b"\x3c" + words)


def status(terminal: Terminal, record: Record | None) -> bytes:
    """Return the 04 0F of a record; without one, of a card that was only read."""
    customer = record.customer if record else terminal.next_customer()
    data = _RESULT + b"\x00"
    if record:
        data += _record(terminal, record)
    data += b"\x22" + counted(_card_number(terminal, customer), 2)
    data += b"\x8b" + counted(customer.card_name.encode("cp437"), 2)
    if terminal.profile.shows_card_number:
        track = f"{customer.card_number}D2712".encode().hex()
        data += b"\x23" + counted(bytes.fromhex(track), 2)
        data += b"\x3c" + counted(f"Karte {customer.card_number}".encode(), 3)
    return message("040F", data)


def totals_status(terminal: Terminal) -> bytes:
    """Return the 04 0F with the turnovers of the day; all cards count as Mastercard."""
    charges = [each for each in terminal.records if each.kind == "charge" and not each.is_reversed]
    total = sum(each.amount_minor for each in charges)
    receipts = [each.receipt for each in terminal.records] or [0]
    kinds = [bytes(7)] * _KINDS
    kinds[2] = bytes((len(charges),)) + digits(total, 6)
    table = digits(receipts[0], 2) + digits(receipts[-1], 2) + b"".join(kinds)
    data = _RESULT + b"\x00\x04" + digits(total, 6) + b"\x60" + counted(table, 3)
    return message("040F", data)


def slips(terminal: Terminal, record: Record | None) -> list[bytes]:
    """Return the messages that print the slips of a record, or of an end of day."""
    settings = terminal.settings
    if not (settings.prints_payments if record else settings.prints_administration):
        return []
    kinds = (_MERCHANT, _CUSTOMER) if record else (_ADMINISTRATION,)
    if not settings.takes_blocks:
        return [_line(each, last=False) for each in _slip(terminal, record)] + [
            _line("", last=True)
        ]
    return [_block(kind, _slip(terminal, record)) for kind in kinds]


def _record(terminal: Terminal, record: Record) -> bytes:
    struck = terminal.faults.strike("say status", terminal.messages)
    amount = record.amount_minor + (1000 if struck == faults.WRONG_AMOUNT else 0)
    receipt = record.receipt + (7 if struck == faults.FOREIGN_RECEIPT else 0)
    shown = _OTHER_TERMINAL if struck == faults.OTHER_TERMINAL else terminal.profile.terminal
    second = int(record.at_s) % 86_400
    clock = f"{second // 3600:02d}{second // 60 % 60:02d}{second % 60:02d}"
    data = b"\x04" + digits(amount, 6) + bytes.fromhex("49" + terminal.profile.currency)
    data += bytes.fromhex("0c" + clock + "0d1122" + "29" + shown)
    data += b"\x87" + digits(receipt, 2) + b"\x0b" + digits(record.trace, 3)
    if record.original_trace is not None:
        data += b"\x37" + digits(record.original_trace, 3)
    return data


def _card_number(terminal: Terminal, customer: Customer) -> bytes:
    number = customer.card_number
    if not terminal.profile.shows_card_number:
        number = "E" * (len(number) - 4) + number[-4:]
    return bytes.fromhex(number + "F" * (len(number) % 2))


def _slip(terminal: Terminal, record: Record | None) -> list[str]:
    if record is None:
        return ["KASSENSCHNITT", f"TID {terminal.profile.terminal}", f"{len(terminal.records)} TX"]
    number = record.customer.card_number
    shown = number if terminal.profile.shows_card_number else "*" * 12 + number[-4:]
    lines = [record.kind.upper(), f"TID {terminal.profile.terminal}", f"Beleg {record.receipt:04d}"]
    lines += [
        record.customer.card_name,
        shown,
        f"EUR {record.amount_minor // 100}.{record.amount_minor % 100:02d}",
        "für Sie",
    ]
    return lines + ["-" * 24] * (_FILLING_LINES if terminal.profile.long_receipts else 0)


def _line(text: str, *, last: bool) -> bytes:
    return message("06D1", bytes((0x81 if last else 0,)) + text.encode("cp437"))


def _block(kind: int, lines: list[str]) -> bytes:
    texts = b"".join(tagged("07", each.encode("cp437")) for each in lines) + tagged("09", b"\x81")
    body = tagged("1F07", bytes((kind,))) + tagged("25", texts)
    return message("06D3", b"\x06" + tag_length(len(body)) + body)
