"""Commands a till gives to a card terminal, as APDUs. Amounts are in minor units.

Only what moves money or may do so is marked: such a command is put on the line once and never
repeated on silence.
"""

from __future__ import annotations

import enum

import attrs

from posframe_payments.zvt import bitmaps
from posframe_payments.zvt.apdu import Apdu
from posframe_payments.zvt.bcd import packed
from posframe_payments.zvt.bitmaps import byte_field, container_field, number_field
from posframe_payments.zvt.containers import Tlv

EURO = 978
PRINT_TEXT_BLOCK = b"\x06\xd3"
_PERMITTED, _COMMAND = 0x26, 0x0A
_LAST_RECEIPT = 0xFFFF


class Config(enum.IntFlag):
    """The configuration byte of a registration."""

    TILL_PRINTS_PAYMENTS = 0x02
    TILL_PRINTS_ADMINISTRATION = 0x04
    TELL_INTERMEDIATE = 0x08
    PAYMENTS_FROM_TILL_ONLY = 0x10
    """Without it a payment may begin at the terminal and overwrite the last receipt."""
    ADMINISTRATION_FROM_TILL_ONLY = 0x20
    SEND_PRINT_LINES = 0x80


USUAL_CONFIG = (
    Config.TILL_PRINTS_PAYMENTS | Config.TILL_PRINTS_ADMINISTRATION | Config.TELL_INTERMEDIATE
    | Config.PAYMENTS_FROM_TILL_ONLY | Config.ADMINISTRATION_FROM_TILL_ONLY
    | Config.SEND_PRINT_LINES
)  # fmt: skip
"""BE: all of them."""


@attrs.frozen
class Command:
    """A message to the terminal, and how the dialogue about it goes."""

    name: str
    apdu: Apdu
    moves_money: bool = False
    ends_with_ack: bool = False
    """Its acknowledgement is its end."""
    has_status: bool = True
    """A status information may be part of its answer."""


def registration(
    password: int,
    config: int = USUAL_CONFIG,
    *,
    currency: int | None = EURO,
    service: int | None = None,
    permits: tuple[bytes, ...] | None = (),
) -> Command:
    """Return 06 00: how the terminal is to work with this till.

    Args:
        password: six digits set in the terminal.
        config: what the till does and wants, see `Config`.
        currency: number of ISO 4217.
        service: bit 01 takes the service menu off the function key, bit 02 shows capitals.
        permits: commands it may send although they are not in the old core, such as
            `PRINT_TEXT_BLOCK`; empty: a container without any; None: no container at all.
    """
    data = packed(password, 3) + bytes((config,))
    data += b"" if currency is None else packed(currency, 2)
    data += b"" if service is None else byte_field(bitmaps.SERVICE, service)
    if permits is not None:
        listed = tuple(Tlv(_COMMAND, each) for each in permits)
        data += container_field(*((Tlv(_PERMITTED, parts=listed),) if listed else ()))
    return Command("registration", Apdu(b"\x06\x00", data), has_status=False)


def authorisation(
    amount_minor: int,
    *,
    currency: int | None = None,
    payment_type: int | None = None,
    statuses_max: int | None = None,
    empty_container: bool = False,
) -> Command:
    """Return 06 01: a payment.

    Args:
        amount_minor: what the customer is to pay.
        currency: number of ISO 4217; None: the terminal's.
        payment_type: BMP 19, which way of paying the terminal is to take; None: any.
        statuses_max: how often it may send its status while the till asks for more time.
        empty_container: end with ``06 00``: the till understands containers.
    """
    data = number_field(bitmaps.AMOUNT, amount_minor)
    data += b"" if currency is None else number_field(bitmaps.CURRENCY, currency)
    data += b"" if payment_type is None else byte_field(bitmaps.STATUS_BYTE, payment_type)
    if statuses_max is not None:
        data += byte_field(bitmaps.STATUS_INFORMATIONS_MAX, statuses_max)
    data += container_field() if empty_container else b""
    return _money("authorisation", 0x01, data)


def reservation(amount_minor: int, *, currency: int | None = None) -> Command:
    """Return 06 22: set an amount aside on the card (unverified on a device)."""
    data = number_field(bitmaps.AMOUNT, amount_minor)
    data += b"" if currency is None else number_field(bitmaps.CURRENCY, currency)
    return _money("reservation", 0x22, data)


def partial_reversal(receipt: int, amount_minor: int) -> Command:
    """Return 06 23: give back part of a reservation (unverified on a device)."""
    data = number_field(bitmaps.RECEIPT, receipt) + number_field(bitmaps.AMOUNT, amount_minor)
    return _money("partial reversal", 0x23, data)


def open_reservations() -> Command:
    """Return 06 23 with receipt FF FF: which reservations are open (unverified on a device)."""
    data = bytes((bitmaps.RECEIPT,)) + _LAST_RECEIPT.to_bytes(2, "big")
    return Command("open reservations", Apdu(b"\x06\x23", data))


def reversal(password: int, receipt: int) -> Command:
    """Return 06 30: take a payment back; many terminals do so for the last one only."""
    return _money("reversal", 0x30, packed(password, 3) + number_field(bitmaps.RECEIPT, receipt))


def refund(password: int, amount_minor: int) -> Command:
    """Return 06 31: give money to a card; it names no payment."""
    return _money("refund", 0x31, packed(password, 3) + number_field(bitmaps.AMOUNT, amount_minor))


def repeat_receipt(password: int) -> Command:
    """Return 06 20: what the last payment came to, once more."""
    return Command("repeat receipt", Apdu(b"\x06\x20", packed(password, 3)))


def turnover_totals(password: int) -> Command:
    """Return 06 10: turnovers since the last end of day."""
    return Command("turnover totals", Apdu(b"\x06\x10", packed(password, 3)))


def end_of_day(password: int) -> Command:
    """Return 06 50: hand in the day's payments."""
    return Command("end of day", Apdu(b"\x06\x50", packed(password, 3)))


def status_enquiry(password: int | None = None) -> Command:
    """Return 05 01: is it ready? Some terminals want their password for it (unverified)."""
    return Command("status enquiry", Apdu(b"\x05\x01", _optional(password)))


def initialisation(password: int | None = None) -> Command:
    """Return 06 93: start anew. Some terminals want their password for it (unverified)."""
    return Command("initialisation", Apdu(b"\x06\x93", _optional(password)))


def read_card(timeout: int) -> Command:
    """Return 06 C0: wait for a card; what it holds is not kept, only which kind it is.

    Args:
        timeout: one byte, in the terminal's unit.
    """
    return Command("read card", Apdu(b"\x06\xc0", bytes((timeout,))))


def log_off() -> Command:
    """Return 06 02: no more unasked messages, please."""
    return Command("log-off", Apdu(b"\x06\x02"), ends_with_ack=True, has_status=False)


ABORT = Apdu(b"\x06\xb0")
"""Stop what you are doing: a wish; the answer to the open command is its outcome."""


def _plain(name: str, control: bytes) -> Command:
    return Command(name, Apdu(control))


DIAGNOSIS = _plain("diagnosis", b"\x06\x70")
SELF_TEST = _plain("self-test", b"\x06\x79")
PRINT_CONFIGURATION = _plain("print configuration", b"\x06\x1a")
SOFTWARE_UPDATE = _plain("software update", b"\x08\x10")


def _optional(password: int | None) -> bytes:
    return b"" if password is None else packed(password, 3)


def _money(name: str, instruction: int, data: bytes) -> Command:
    return Command(name, Apdu(bytes((0x06, instruction)), data), moves_money=True)
