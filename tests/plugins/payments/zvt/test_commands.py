"""Commands of a till, byte for byte. Amounts and numbers are packed decimal digits."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posframe_payments.zvt import commands
from posframe_payments.zvt.bcd import packed, unpacked

HEX = bytes.fromhex
PW = 123456
BYTES = {
    "06 00 10 00 00 00 BE 09 78 03 01 06 06 26 04 0A 02 06 D3": commands.registration(
        0, service=1, permits=(commands.PRINT_TEXT_BLOCK,)
    ),
    "06 00 06 12 34 56 BA 09 78": commands.registration(PW, 0xBA, permits=None),
    "06 00 06 12 34 56 BE 06 00": commands.registration(PW, currency=None),
    "06 01 07 04 00 00 00 00 17 49": commands.authorisation(1749),
    "06 01 0C 04 00 00 00 00 17 49 49 09 78 06 00": commands.authorisation(
        1749, currency=978, empty_container=True
    ),
    "06 01 0B 04 00 00 00 00 17 49 19 40 02 05": commands.authorisation(
        1749, payment_type=0x40, statuses_max=5
    ),
    "06 22 0A 04 00 00 00 01 00 00 49 09 78": commands.reservation(10000, currency=978),
    "06 22 07 04 00 00 00 01 00 00": commands.reservation(10000),
    "06 23 0A 87 00 42 04 00 00 00 00 50 00": commands.partial_reversal(42, 5000),
    "06 23 03 87 FF FF": commands.open_reservations(),
    "06 30 06 12 34 56 87 00 42": commands.reversal(PW, 42),
    "06 31 0A 12 34 56 04 00 00 00 00 17 49": commands.refund(PW, 1749),
    "06 20 03 12 34 56": commands.repeat_receipt(PW),
    "06 10 03 12 34 56": commands.turnover_totals(PW),
    "06 50 03 12 34 56": commands.end_of_day(PW),
    "05 01 00": commands.status_enquiry(),
    "05 01 03 12 34 56": commands.status_enquiry(PW),
    "06 93 00": commands.initialisation(),
    "06 93 03 12 34 56": commands.initialisation(PW),
    "06 C0 01 1E": commands.read_card(0x1E),
    "06 02 00": commands.log_off(),
    "06 70 00": commands.DIAGNOSIS,
    "06 79 00": commands.SELF_TEST,
    "06 1A 00": commands.PRINT_CONFIGURATION,
    "08 10 00": commands.SOFTWARE_UPDATE,
}


@pytest.mark.parametrize("expected", BYTES)
def test_a_command_is_written_as_the_protocol_has_it(expected):
    assert BYTES[expected].apdu.to_bytes() == HEX(expected)


def test_the_wish_to_stop_is_06_b0():
    assert commands.ABORT.to_bytes() == HEX("06 B0 00")


def test_the_usual_settings_leave_no_payment_to_the_terminal():
    """BE: bit 10 keeps it from overwriting its last receipt by a payment of its own."""
    assert commands.USUAL_CONFIG == 0xBE
    assert commands.Config.PAYMENTS_FROM_TILL_ONLY in commands.USUAL_CONFIG


def test_what_may_move_money_is_marked_and_nothing_else_is():
    moving = {each.name for each in BYTES.values() if each.moves_money}
    assert moving == {"authorisation", "reservation", "partial reversal", "reversal", "refund"}


@given(st.integers(0, 10**12 - 1))
def test_amounts_go_to_digits_and_back(amount_minor):
    assert unpacked(packed(amount_minor, 6)) == amount_minor


@pytest.mark.parametrize("data", ["0A", "1F 00", "EE EE"])
def test_what_is_no_decimal_digit_is_no_number(data):
    assert unpacked(HEX(data)) is None


def test_an_amount_that_does_not_fit_is_a_mistake_of_the_program():
    with pytest.raises(AssertionError, match="12 digits"):
        commands.authorisation(10**12)


def test_a_password_is_in_no_text_form():
    assert "123456" not in repr(commands.refund(PW, 1749))
