"""What a line bears and what its returns bring back, by ledger, and what must hold of both."""

from __future__ import annotations

import itertools
import math
from fractions import Fraction

from posframe.kernel.domain.returning import returned


def ledgers_sold(sold):
    """Return every amount of a sold line by what it is the account of."""
    line, share = sold.line, sold.share
    amounts = {
        "quantity": line.quantity_milli,
        "list": line.list_minor,
        "deal": line.deal_minor,
        "basket": share.basket_minor,
        "net": share.net_minor,
        "gross": share.gross_minor,
    }
    for each in line.adjustments:
        amounts["adjustment", each.id] = each.minor
    for each in share.taxes:
        amounts["tax", each.code] = each.minor
        amounts["base", each.code] = each.base_minor
    return amounts


def ledgers_back(back):
    """Return every amount of a return, by the same names."""
    amounts = {
        "quantity": back.quantity_milli,
        "list": back.list_minor,
        "deal": back.deal_minor,
        "basket": back.basket_minor,
        "net": back.net_minor,
        "gross": back.gross_minor,
    }
    for each in back.adjustments:
        amounts["adjustment", each.id] = each.minor
    for each in back.taxes:
        amounts["tax", each.code] = each.minor
        amounts["base", each.code] = each.base_minor
    return amounts


def summed(accounts):
    """Add up ledgers by name."""
    total = {}
    for account in accounts:
        for name, minor in account.items():
            total[name] = total.get(name, 0) + minor
    return total


def cut(quantity_milli, weights):
    """Cut a quantity into as many portions as there are weights; the last takes the rest."""
    whole, left, found = sum(weights), quantity_milli, []
    for weight in weights[:-1]:
        found.append(min(left, quantity_milli * weight // whole))
        left -= found[-1]
    return [each for each in (*found, left) if each]


def returns_of(sold, parts, give_back=returned):
    """Return what comes back part by part."""
    before = [0, *itertools.accumulate(parts)]
    return [give_back(sold, done, part) for done, part in zip(before, parts, strict=False)]


def check_adds_up(sold, backs):
    """Sale and returns leave nothing in any ledger."""
    left = summed([ledgers_sold(sold), *map(ledgers_back, backs)])
    assert not any(left.values()), left


def check_agrees(sold, back):
    """The ledgers of one return tell the same of it."""
    inside = sum(
        part.minor for one, part in zip(sold.line.taxes, back.taxes, strict=True) if one.included
    )
    off = sum(each.minor for each in back.adjustments) + back.deal_minor + back.basket_minor
    assert back.list_minor + off == back.net_minor + inside
    assert back.gross_minor == back.net_minor + sum(part.minor for part in back.taxes)
    assert [each.id for each in back.adjustments] == [each.id for each in sold.line.adjustments]


def check_fair(sold, back):
    """No return refunds more than the goods' share of the gross rounded up, or less than down."""
    part = Fraction(-back.quantity_milli, sold.line.quantity_milli)
    share = sold.share.gross_minor * part
    assert math.floor(share) <= -back.gross_minor <= math.ceil(share)
    for paid, refunded in zip(sold.share.taxes, back.taxes, strict=True):
        assert math.floor(paid.minor * part) <= -refunded.minor <= math.ceil(paid.minor * part)
    # Net is what gross leaves beside each tax, all of which miss their shares by less than one.
    assert abs(-back.net_minor - sold.share.net_minor * part) < 1 + len(sold.share.taxes)
