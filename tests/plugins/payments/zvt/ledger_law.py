"""What facts may claim, given what the acquirer's ledger says: the law of these tests."""

from __future__ import annotations

from posframe_payments.zvt.commands import repeat_receipt
from posframe_payments.zvt.outcomes import Outcome, outcome_of, result_of
from tests.plugins.payments.zvt.pair import PASSWORD


def is_ours(status, amount_minor, profile):
    """What a till compares before it believes an approval."""
    return status.amount_minor == amount_minor and status.terminal == profile.terminal


def contradiction(outcome, status, amount_minor, terminal):
    """Return how an outcome contradicts the ledger at rest, in words; empty if it does not.

    There is one payment in the ledger, or none.
    """
    charges = terminal.acquirer.charges
    if outcome is Outcome.APPROVED and is_ours(status, amount_minor, terminal.profile):
        standing = [each for each in charges if each.amount_minor == amount_minor]
        return "" if standing else "approved, and nothing was charged"
    if outcome in {Outcome.DECLINED, Outcome.REFUSED} and charges:
        return f"{outcome.value}, and the card was charged"
    return ""


def believed(pair, facts, amount_minor, watermark):
    """Return whether a till that recovers believes in the end that the card was charged.

    The terminal is at rest. ``watermark`` is the receipt number before the payment.
    """
    outcome, status = outcome_of(facts), result_of(facts)
    if outcome is Outcome.APPROVED and is_ours(status, amount_minor, pair.terminal.profile):
        return True
    if outcome in {Outcome.DECLINED, Outcome.REFUSED}:
        return False
    pair.settle()
    pair.connect().register()
    asked = pair.ask(repeat_receipt(PASSWORD))
    last = result_of(asked)
    if outcome_of(asked) is not Outcome.APPROVED or last is None:
        return False
    return last.receipt > watermark and is_ours(last, amount_minor, pair.terminal.profile)
