"""What holds after every committed action, reckoned from journal and state by plain arithmetic."""

from __future__ import annotations

import hashlib
import itertools
from fractions import Fraction

import msgpack

from posframe.kernel.domain import events as ev
from posframe.kernel.domain.basket import LineKind
from posframe.kernel.domain.evolve import evolve
from posframe.kernel.domain.tender import TenderStatus
from tests.kernel.making import half_up
from tests.kernel.shop import FLOAT_MINOR, STEP_MINOR


def line_amount(line):
    """Return what a line costs: price times quantity rounded once, offers and discounts off."""
    listed = half_up(Fraction(line.unit_price_minor * line.quantity_milli, 1000))
    assert line.list_minor == listed
    return listed + line.deal_minor + sum(each.minor for each in line.adjustments)


def line_tax(amount, tax):
    """Return one tax of an amount that bears only this one."""
    rate = Fraction(tax.numerator, tax.denominator)
    return half_up(amount * rate / (1 + rate)) if tax.included else half_up(amount * rate)


def check_open_sale(sale):
    """Invariants 1 and 23: the total is what its lines give, by what is recorded on them."""
    counted = [line for line in sale.basket.lines if not line.voided]
    amounts = {line.number: line_amount(line) for line in counted}
    assert all(amount >= 0 for amount in amounts.values())
    whole = sum(each.minor for each in sale.basket.adjustments)
    whole += sum(row.minor for row in sale.basket.offers.values() if not row.shares)
    goods = sum(amounts[line.number] for line in counted if line.kind is LineKind.SALE)
    assert -goods <= whole <= 0
    totals = sale.totals
    on_top = sum(part.minor for part in totals.taxes if part.code == "sales")
    assert totals.gross_minor == sum(amounts.values()) + whole + on_top
    assert totals.gross_minor == totals.net_minor + sum(part.minor for part in totals.taxes)
    if not whole:
        for part in totals.taxes:
            found = [(line, tax) for line in counted for tax in line.taxes if tax.code == part.code]
            assert part.minor == sum(line_tax(amounts[line.number], tax) for line, tax in found)
    applied = [each for each in sale.tenders if each.status is TenderStatus.APPLIED]
    assert sale.due_minor == totals.gross_minor - sum(each.applied_minor for each in applied)
    assert sale.due_minor >= 0


def check_offers(sale):
    """Every line bears exactly the shares of the offers that stand."""
    borne = {}
    for row in sale.basket.offers.values():
        for number, minor in row.shares:
            borne[number] = borne.get(number, 0) + minor
    for line in sale.basket.lines:
        assert line.deal_minor == borne.get(line.number, 0)


def check_completed(event):
    """Invariants 1, 2, 3, 23 and 32 of one closed sale, from its own event."""
    for each in event.lines:
        line, share = each.line, each.share
        amount = line_amount(line) + share.basket_minor
        taxes = [line_tax(amount, tax) for tax in line.taxes]
        assert [part.minor for part in share.taxes] == taxes
        inside = sum(minor for minor, tax in zip(taxes, line.taxes, strict=True) if tax.included)
        assert share.net_minor == amount - inside
        assert share.gross_minor == share.net_minor + sum(taxes)
    totals, closing = event.totals, event.closing
    assert totals.net_minor == sum(each.share.net_minor for each in event.lines)
    assert totals.gross_minor == sum(each.share.gross_minor for each in event.lines)
    assert totals.gross_minor == totals.net_minor + sum(part.minor for part in totals.taxes)
    assert all(each.status is TenderStatus.APPLIED for each in event.tenders)
    paid = sum(each.tendered_minor - each.change_minor for each in event.tenders)
    assert paid == closing.gross_minor + closing.rounding_minor
    assert closing.gross_minor == totals.gross_minor
    assert sum(each.change_minor for each in event.tenders) == closing.change_minor >= 0
    for each in event.tenders:
        assert each.is_cash or not (each.change_minor or each.rounding_minor)
        assert each.tendered_minor % STEP_MINOR == 0 or not each.is_cash
    assert abs(closing.rounding_minor) < STEP_MINOR


HOSTILE = ("QQ\x1b[31mZZ\x07WW", "KK\x1d\x56\x00JJ", "VV\x9b\u202eYY\x7fUU")
"""Names that would colour, cut, beep or turn round, if they reached a printer as they are."""


def check_printed(event, data):
    """Invariant 28: letters of a name reach the printer, the control bytes between them do not."""
    for each in event.lines:
        if each.line.text in HOSTILE:
            assert each.line.text[:2].encode() in data
            assert each.line.text[-2:].encode() in data
    for name in HOSTILE:
        for at, character in enumerate(name):
            if not character.isprintable():
                before, after = name[:at][-2:], name[at + 1 :][:2]
                for raw in (character.encode("latin-1", "ignore"), character.encode()):
                    assert not raw or (before.encode() + raw) not in data
                    assert not raw or (raw + after.encode()) not in data


def check_receipts(recorded):
    """Invariants 4 and 5: numbers from 1 without a gap; nothing of a closed sale follows."""
    numbers, closed = [], set()
    for row in recorded:
        assert row.transaction not in closed, f"row {row.seq} is of a closed sale"
        if isinstance(row.event, ev.TransactionCompleted):
            numbers.append(row.event.receipt_number)
            closed.add(row.event.transaction)
        if isinstance(row.event, ev.TransactionCancelled):
            closed.add(row.event.transaction)
    assert numbers == list(range(1, len(numbers) + 1))


def check_chain(rows, previous):
    """Invariant 6: seq from 1 without a gap, each hash over the one before, header and body.

    ``previous`` is the hash before the first of ``rows``; return that of the last.
    """
    expected = itertools.count(1 if previous == bytes(32) else rows[0][0])
    for row in rows:
        *header, body, before, hash_ = row
        assert header[0] == next(expected)
        assert header[2] <= header[0], "an action begins at or before its rows"
        assert before == previous
        previous = hashlib.sha256(previous + msgpack.packb(header) + body).digest()
        assert hash_ == previous
    return previous


def check_drawer(recorded, state):
    """Invariant 16: float, cash movements, and what cash sales left in the drawer."""
    cash = 0
    for row in recorded:
        if isinstance(row.event, ev.TillStarted):
            cash += row.event.float_minor
        elif isinstance(row.event, ev.CashMoved):
            cash += row.event.minor
        elif isinstance(row.event, ev.TransactionCompleted):
            cash += sum(
                each.tendered_minor - each.change_minor
                for each in row.event.tenders
                if each.is_cash
            )
    assert state.drawer_minor == cash
    assert recorded[0].event.float_minor == FLOAT_MINOR


def check_fold(recorded, state, folded):
    """Invariant 18: folded onto what the rows before gave, these give the live state."""
    for row in recorded:
        folded = evolve(folded, row.event)
    assert folded == state
    return folded


def check_counters(recorded, state):
    """Running totals: of the day since it opened, and since enrolment."""
    day = ever = 0
    for row in recorded:
        if isinstance(row.event, ev.DayOpened):
            day = 0
        elif isinstance(row.event, ev.TransactionCompleted):
            closing = row.event.closing
            day += closing.gross_minor + closing.rounding_minor
            ever += closing.gross_minor + closing.rounding_minor
    assert (state.day.gross_minor, state.ever.gross_minor) == (day, ever)


def check_stock(recorded, stock, counted):
    """Invariant 13: stock is what was counted less what was sold, goods alone."""
    sold = {}
    for row in recorded:
        if isinstance(row.event, ev.TransactionCompleted):
            for each in row.event.lines:
                sku = each.line.sku
                sold[sku] = sold.get(sku, 0) + each.line.quantity_milli
    for sku, milli in counted.items():
        assert stock.get(sku, 0) == milli - sold.get(sku, 0)
