"""The line breaks at every message and inside it: the till's journal says what the ledger says.

A real till with the real runner and a terminal on a socket. Each round is one act, whose line is
cut once: before a message, behind it, or in its middle, either way.
"""

from __future__ import annotations

import itertools

import attrs
import pytest

from posframe import AnswerOutcome, ProviderAnswer
from posframe.kernel.domain import commands as cmd
from posframe.kernel.domain.transaction import JobStatus
from posframe_payments import zvt_cards
from posframe_payments.simulators.zvt_faults import DROP_AFTER, DROP_BEFORE, HALF
from posframe_payments.simulators.zvt_profile import Profile
from posframe_payments.zvt_provider import ZvtProvider
from tests.plugins.payments.zvt_shop import SILENT_S, Shop

BEFORE_MINOR = 5
KINDS = (DROP_BEFORE, HALF, DROP_AFTER)
MESSAGES_MAX = 60
TRIES = 3
REGISTRATION, REPEAT = 4, 10
SALE = REGISTRATION + REPEAT + 14
REVERSAL = REGISTRATION + REPEAT + 10
REFUND = REGISTRATION + REPEAT + 12
END_OF_DAY = REGISTRATION + 8
"""Messages of each act, both ways, when nothing breaks: see `test_lost_lines` for a payment's."""


@pytest.fixture
def shop(tmp_path, monkeypatch):
    made = opened(tmp_path, monkeypatch)
    yield made
    made.close()


def opened(tmp_path, monkeypatch, after_loss="keeps", **how):
    """Return a shop whose terminal has one receipt of before."""
    made = Shop(tmp_path, monkeypatch, **how)
    made.terminal.pay_unasked(BEFORE_MINOR, 0.0)
    made.terminal.profile = Profile(after_loss=after_loss, silent_s=SILENT_S)
    return made.open()


def cut_everywhere(shop, prepare, act):
    """Have the line cut at each message of an act in turn; return at how many it was."""

    def is_struck(message, kind):
        prepare()
        shop.until_terminal_rests()
        faults = shop.cut(message, kind)
        act((message, kind))
        shop.strike(type(faults)())
        return faults.struck

    struck = set()
    for message, kind in itertools.product(range(1, MESSAGES_MAX), KINDS):
        # On a busy machine an act may end before its time, having said less: it is done again.
        if not any(is_struck(message, kind) for _ in range(TRIES)):
            break
        struck.add(message)
    return len(struck)


def held_minor(shop):
    """Return what the acquirer holds of the till's customers."""
    return shop.terminal.acquirer.taken_minor - BEFORE_MINOR


def journal_minor(shop):
    """Return what the till's closed sales took by card, less what they gave back."""
    closed = [row.event for row in shop.noted() if row.name == "sale.Completed"]
    tenders = [tender for each in closed for tender in each.tenders if tender.type == "card"]
    return sum(each.applied_minor for each in tenders)


def nothing(_=None):
    """Prepare nothing."""


def sell(shop, when):
    """Sell a pad by card, and by cash where that did not come about."""
    id_ = shop.pay()
    status = shop.until_settled(id_)
    assert status in {"applied", "voided", "declined", "reversed"}, (when, status)
    if status != "applied":
        shop.pay_cash()
    shop.until_paid()


def sale(shop, when):
    """Sell, and hold the journal against the ledger."""
    sell(shop, when)
    agrees(shop, when)


def agrees(shop, when):
    """Hold the journal against the ledger."""
    shop.until_terminal_rests()
    held, taken = held_minor(shop), journal_minor(shop)
    assert held == taken, f"{when}: the ledger has {held}, the journal {taken}"


@pytest.mark.parametrize("after_loss", ["keeps", "reverses"])
def test_a_sale_whose_line_breaks_anywhere_is_charged_as_the_till_says(
    after_loss, tmp_path, monkeypatch
):
    shop = opened(tmp_path, monkeypatch, after_loss)
    assert cut_everywhere(shop, nothing, lambda when: sale(shop, when)) >= SALE
    shop.close()


def test_a_reversal_whose_line_breaks_anywhere_gives_back_once(shop):
    """Part of a sale is paid by card and taken back; cash pays the sale."""

    def prepare():
        id_ = shop.pay(amount_minor=100)
        assert shop.until_settled(id_) == "applied"

    def act(when):
        assert shop.till.do(cmd.TakeBackTender()).accepted
        id_ = next(reversed(shop.till.state.payments))
        assert shop.until_settled(id_) == "reversed", (when, shop.till.notices())
        shop.pay_cash()
        shop.until_terminal_rests()
        assert held_minor(shop) == 0, when

    assert cut_everywhere(shop, prepare, act) >= REVERSAL


def test_a_refund_whose_line_breaks_anywhere_is_given_once(shop):
    """A sale by card, brought back; a refund that did not come about is asked for once more."""

    def prepare():
        sell(shop, "before")
        number = shop.till.state.last_receipt_number
        assert shop.till.do(cmd.Return(receipt_number=number)).accepted

    def act(when):
        id_ = shop.pay_due()
        status = shop.until_settled(id_)
        assert status in {"applied", "voided"}, (when, status)
        if status != "applied":
            assert shop.until_settled(shop.pay_due()) == "applied", when
        shop.until_paid()
        agrees(shop, when)

    assert cut_everywhere(shop, prepare, act) >= REFUND


def test_an_end_of_day_whose_line_breaks_anywhere_moves_no_money(tmp_path, monkeypatch):
    """Who is not sure has it done again: that hands in nothing twice, and nothing is left over."""
    shop = opened(tmp_path, monkeypatch, effects=True)

    def prepare():
        sell(shop, "before")

    def act(when):
        before = held_minor(shop)
        shop.entry(".closebatch card")
        shop.until(lambda: not batches(shop, JobStatus.QUEUED, JobStatus.SENT), when)
        for job in batches(shop, JobStatus.UNKNOWN):
            assert shop.till.do(cmd.AnswerJob(id=job.id, happened=False)).accepted
            shop.until(lambda: not batches(shop, *JobStatus), when)
        agrees(shop, when)
        assert held_minor(shop) == before, when
        assert not shop.terminal.records, when

    assert cut_everywhere(shop, prepare, act) >= END_OF_DAY
    shop.close()


class TakesStatusAsFinal(ZvtProvider):
    """Takes 04 0F for the outcome."""

    async def authorise(self, request):
        async for answer in super().authorise(request):
            is_provisional = answer.outcome is AnswerOutcome.PROVISIONAL
            final = attrs.evolve(answer, outcome=AnswerOutcome.APPROVED)
            yield final if is_provisional else answer


class TakesLostForNotPaid(ZvtProvider):
    """Takes a line that broke for a payment that did not come about."""

    async def authorise(self, request):
        async for answer in super().authorise(request):
            is_lost = answer.outcome is AnswerOutcome.UNKNOWN
            yield attrs.evolve(answer, outcome=AnswerOutcome.DECLINED) if is_lost else answer

    async def inquire(self, request):
        outcome = AnswerOutcome.NOT_FOUND
        return ProviderAnswer(outcome=outcome, mark=request.mark, idle=True)


@pytest.mark.parametrize(
    ("provider", "after_loss", "found"),
    [
        (TakesStatusAsFinal, "reverses", "the ledger has 0, the journal 399"),
        (TakesLostForNotPaid, "keeps", "the ledger has 399, the journal 0"),
    ],
)
def test_the_law_finds_a_provider_that_judges_wrongly(
    provider, after_loss, found, tmp_path, monkeypatch
):
    """Negative control."""
    monkeypatch.setattr(zvt_cards, "ZvtProvider", provider)
    made = opened(tmp_path, monkeypatch, after_loss)
    with pytest.raises(AssertionError, match=found):
        cut_everywhere(made, nothing, lambda when: sale(made, when))
    made.close()


def batches(shop, *statuses):
    """Return the hand-ins that stand so."""
    jobs = shop.till.state.jobs.values()
    return [each for each in jobs if each.kind == "batch" and each.status in statuses]
