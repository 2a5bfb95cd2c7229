"""A day at a desk that keeps its journal, and what it comes to by a second, plain reckoning."""

from __future__ import annotations

from collections import Counter

import attrs
from hypothesis import strategies as st

from posframe.errors import RuleViolation
from posframe.kernel.domain import commands as cmd
from posframe.kernel.domain import events as ev
from posframe.kernel.domain.basket import OfferRow
from posframe.kernel.domain.day_totals import DayTotals, counted
from posframe.kernel.domain.evolve import evolve
from posframe.kernel.domain.payment import Batch
from posframe.kernel.domain.sold import SoldSale
from tests.kernel.card_payments import DECLINED, PayingDesk
from tests.kernel.driving import NOON_US, three_pens_for_two

NO_TOTALS = DayTotals()
CODES = ["MILK", "PEN", "PEN", "LAMP", "COLA", "DEP", "GIFT"]


def offers(asked):
    """Give every third pen for nothing, and a euro off a lamp shared over the whole sale."""
    rows = three_pens_for_two(asked) if len(asked.sale.lines_of("PEN")) > 2 else ()
    if asked.sale.lines_of("LAMP"):
        rows = (*rows, OfferRow("lamp", "Lamp week", -100))
    return rows


class TradingDay(PayingDesk):
    """A desk that knows what it sold, and keeps each event with the state it was folded onto."""

    def __init__(self, **answers):
        super().__init__(FindSale=self.find_sale, PriceSale=offers, **answers)
        self.journal = []

    def do(self, command):
        """Take a command, and keep its events."""
        before = self.state
        words = super().do(command)
        for event in self.events:
            self.keep(event, before)
            before = evolve(before, event)
        return words

    def keep(self, event, before=None):
        self.journal.append((event, before or self.state))

    def tries(self, command):
        """Take a command, unless it is refused."""
        try:
            self.do(command)
        except RuleViolation:
            return False
        return True

    def totals(self, begin=0, end=None, *, totals=NO_TOTALS, training=False):
        """Fold part of the journal."""
        for event, before in self.journal[begin:end]:
            totals = counted(totals, event, before, training=training)
        return totals

    @property
    def completed(self):
        """The documents of the day."""
        return [each for each, _ in self.journal if isinstance(each, ev.TransactionCompleted)]

    def find_sale(self, asked):
        """Return what was sold on a receipt, with what came back of it."""
        for sold in self.completed:
            if asked.receipt_number == sold.receipt_number or asked.transaction == sold.transaction:
                return self._sold(sold)
        return None

    def _sold(self, sold):
        lines, tenders = Counter(), Counter()
        for each in self.completed:
            for line in (share.line for share in each.lines):
                if line.original == sold.transaction:
                    lines[line.original_line] -= line.quantity_milli
            for tender in each.tenders:
                tenders[tender.refunds] -= tender.applied_minor
        return SoldSale(completed=sold, business_date="2026-01-01", returned_milli=lines,
                        refunded_minor=tenders)  # fmt: skip

    def card(self, fate):
        """Pay what is due by card, which is approved, declined, or in doubt till a person says."""
        if self.sale is None or self.sale.due_minor <= 0 or self.sale.blocked:
            return
        if not self.tries(cmd.Pay(type="card")):
            return
        payment = self.send(self.newest)
        if fate == "approved":
            self.approve(payment)
        elif fate == "declined":
            self.hear(payment, DECLINED)
        else:
            self.doubt(payment)
            paid = fate == "paid"
            amount = payment.asked_minor if paid else 0
            self.do(cmd.ResolvePayment(id=payment.id, paid=paid, amount_minor=amount, number="7",
                                       approver="Ann", reason="slip"))  # fmt: skip


minors = st.integers(1, 3_000)
few = st.integers(1, 3)
COMMANDS = {
    "scan": st.builds(cmd.AddItem, code=st.sampled_from(CODES), quantity_milli=few.map(
        lambda pieces: pieces * 1000)),
    "department": st.builds(cmd.AddDepartment, department=st.just("1"), price_minor=minors),
    "void": st.builds(cmd.VoidLine),
    "price": st.builds(cmd.OverridePrice, price_minor=st.integers(0, 500)),
    "quantity": st.builds(cmd.ChangeQuantity, quantity_milli=few.map(lambda pieces: pieces * 1000)),
    "percent": st.builds(cmd.Discount, number=st.integers(0, 2),
                         percent_milli=st.sampled_from([10_000, 33_333])),
    "amount": st.builds(cmd.Discount, number=st.integers(0, 2), amount_minor=minors),
    "total": st.just(cmd.Total()),
    "part": st.builds(cmd.Pay, type=st.sampled_from(["cash", "voucher"]), amount_minor=minors),
    "pay": st.builds(cmd.Pay, type=st.sampled_from(["cash", "swiss", "voucher"]),
                     approver=st.just("Ann")),
    "note": st.just(cmd.Pay(type="cash", amount_minor=50_000)),
    "take back": st.just(cmd.TakeBackTender()),
    "return": st.builds(cmd.Return, receipt_number=st.integers(1, 4)),
    "part back": st.builds(cmd.Return, receipt_number=st.integers(1, 4), number=few,
                           quantity_milli=st.just(1000)),
    "blind": st.builds(cmd.ReturnWithoutReceipt, code=st.just("PEN"), approver=st.just("Ann")),
    "undo": st.just(cmd.PostVoid(approver="Ann")),
    "cancel": st.just(cmd.Cancel()),
    "suspend": st.just(cmd.Suspend()),
    "resume": st.just(cmd.Resume(place=1)),
    "cash": st.builds(cmd.MoveCash, reason=st.sampled_from(["", "bank", "milkman"]),
                      kind=st.sampled_from(["loan", "paid_in", "pickup", "paid_out", "no_sale"]),
                      amount_minor=minors),
    "copy": st.just(cmd.Reprint()),
    "explain": st.just(cmd.PrintExplanation()),
    "batch": st.builds(lambda minor: cmd.HearBatch(type="card", batch=Batch(
        count=2, gross_minor=minor, fees_minor=3)), minors),
    "card": st.sampled_from(["approved", "declined", "paid", "unpaid"]),
}  # fmt: skip
OFTEN = ["scan", "scan", "scan", "pay", "pay", "note"]
commands = st.sampled_from([*OFTEN, *COMMANDS]).flatmap(COMMANDS.get)
days = st.lists(commands, min_size=5, max_size=60)


def traded(commands_, *, training=False):
    """Return the day on which these commands were tried one after the other."""
    day = TradingDay()
    if training:
        day.settings = attrs.evolve(day.settings, training=True)
    for each in commands_:
        if isinstance(each, str):
            day.card(each)
        else:
            day.tries(each)
        day.wall_us = NOON_US + 1_000_000 * day.count
    return day


def reckoned(journal):
    """Return every figure by what it is the account of, counted event by event."""
    book = Counter()
    for event, before in journal:
        _PAGES.get(type(event), lambda *_: None)(book, event, before)
    return Counter({name: number for name, number in book.items() if number})


def _completed(book, event, _before):
    back = [each.line.original != "" or each.line.quantity_milli < 0 for each in event.lines]
    kind = {(True, False): "returns", (True, True): "exchanges"}.get((any(back), not all(back)))
    kind = "voids" if event.kind == "void" else kind or "sales"
    gross = sum(each.share.gross_minor for each in event.lines)
    paid = sum(each.tendered_minor - each.change_minor for each in event.tenders)
    book["documents"] += 1
    book["documents gross"] += paid
    book["documents absolute"] += abs(paid)
    book[kind] += 1
    book[kind, "minor"] += gross
    book["gross"] += gross
    book["rounding"] += paid - gross
    for each, is_back in zip(event.lines, back, strict=True):
        _line(book, each, is_back, event.kind == "void")
    left = sum(each.share.basket_minor for each in event.lines)
    for each in event.offers:
        given = each.minor if each.shares else max(each.minor, left)
        left -= 0 if each.shares else given
        book["discount", "offer"] += given
        book["discount", "offer", "count"] += 1
    book["discount", "basket"] += left
    for each in event.adjustments:
        book["discount", "basket", "count"] += each.minor != 0
    for each in event.tenders:
        way = "back" if each.applied_minor < 0 else "taken"
        book[each.type, way] += each.tendered_minor
        book[each.type, way, "count"] += 1
        book[each.type, "change"] += each.change_minor
        book[each.type, "rounding"] += each.rounding_minor
        book[each.type, "applied"] += each.applied_minor
        book[each.type, "tip"] += each.tip_minor


def _line(book, each, is_back, is_void):
    line, share = each.line, each.share
    book["net"] += share.net_minor
    book["tax"] += sum(part.minor for part in share.taxes)
    if is_back and not is_void:
        book["returned"] += 1
        book["returned", "minor"] += share.gross_minor
    for tax, part in zip(line.taxes, share.taxes, strict=True):
        book["tax", tax.code, tax.numerator, tax.denominator, "base"] += part.base_minor
        book["tax", tax.code, tax.numerator, tax.denominator] += part.minor
    book["department", line.department, "lines"] += 1
    book["department", line.department, "net"] += share.net_minor
    book["department", line.department, "gross"] += share.gross_minor
    if line.kind.value != "deposit":
        book["department", line.department, "pieces"] += line.quantity_milli
    name = "returned" if is_back else "line"
    for adjustment in line.adjustments:
        book["discount", name] += adjustment.minor
        book["discount", name, "count"] += 1


def _voided(book, event, before):
    line = before.transaction.basket.lines[event.number - 1]
    minor = line.list_minor + line.deal_minor + sum(each.minor for each in line.adjustments)
    late = before.transaction.totalled or before.transaction.tenders
    for name in ("voided", "voided late")[: 2 if late else 1]:
        book[name] += 1
        book[name, "minor"] += minor


def _changed(book, event, before):
    old = before.transaction.basket.lines[event.line.number - 1]
    if old.unit_price_minor != event.line.unit_price_minor:
        book["overrides"] += 1
        book["overrides", "minor"] += event.line.list_minor - old.list_minor


def _cancelled(book, event, _before):
    book["cancelled"] += 1
    book["cancelled", "minor"] += event.gross_minor


def _moved(book, event, _before):
    book["moved", event.kind, event.reason, "count"] += 1
    book["moved", event.kind, event.reason] += event.minor


def _job(book, event, _before):
    if event.job.kind == "kick":
        book["kicks"] += 1
        book["kicks without sale"] += event.job.subject == ""


def _copied(book, _event, _before):
    book["copies"] += 1


def _approved(book, event, _before):
    book["approved", event.action, "count"] += 1
    book["approved", event.action] += event.amount_minor


def _resolved(book, event, before):
    name = "paid" if event.paid else "unpaid"
    book["resolved", name, "count"] += 1
    book["resolved", name] += before.payments[event.id].asked_minor


def _batch(book, event, _before):
    book["batches", event.type] += 1
    book["batches", event.type, "payments"] += event.batch.count
    book["batches", event.type, "gross"] += event.batch.gross_minor
    book["batches", event.type, "fees"] += event.batch.fees_minor


_PAGES = {
    ev.TransactionCompleted: _completed,
    ev.LineVoided: _voided,
    ev.LineChanged: _changed,
    ev.TransactionCancelled: _cancelled,
    ev.CashMoved: _moved,
    ev.JobQueued: _job,
    ev.CopyAsked: _copied,
    ev.ApprovalGiven: _approved,
    ev.PaymentResolved: _resolved,
    ev.BatchClosed: _batch,
}


def written(totals):
    """Return the figures of ``totals`` by the names of ``reckoned``."""
    book = Counter({
        "documents": totals.counters.sales, "documents gross": totals.counters.gross_minor,
        "documents absolute": totals.counters.absolute_minor, "gross": totals.gross_minor,
        "net": totals.net_minor, "tax": totals.tax_minor, "rounding": totals.rounding_minor,
        "kicks": totals.kicks, "kicks without sale": totals.kicks_without_sale,
        "copies": totals.copies,
    })  # fmt: skip
    tallies = {"sales": totals.sales, "returns": totals.returns, "exchanges": totals.exchanges,
               "voids": totals.voids, "returned": totals.returned, "voided": totals.voided_lines,
               "voided late": totals.voided_after_total, "overrides": totals.overrides,
               "cancelled": totals.cancelled}  # fmt: skip
    for name, tally in tallies.items():
        book[name], book[name, "minor"] = tally.count, tally.minor
    for each in totals.taxes:
        key = "tax", each.tax.code, each.tax.numerator, each.tax.denominator
        book[key], book[*key, "base"] = each.minor, each.base_minor
    for each in totals.departments:
        key = "department", each.department
        book[*key, "lines"], book[*key, "pieces"] = each.lines, each.pieces_milli
        book[*key, "net"], book[*key, "gross"] = each.net_minor, each.gross_minor
    for each in totals.tenders:
        book[each.type, "taken"], book[each.type, "taken", "count"] = each.taken_minor, each.count
        book[each.type, "back"] = each.given_back_minor
        book[each.type, "back", "count"] = each.refunds
        book[each.type, "change"], book[each.type, "tip"] = each.change_minor, each.tip_minor
        book[each.type, "rounding"] = each.rounding_minor
        book[each.type, "applied"] = each.applied_minor
    _written_names(book, totals)
    return Counter({name: number for name, number in book.items() if number})


def _written_names(book, totals):
    named = {"discount": totals.discounts, "approved": totals.approvals,
             "resolved": totals.resolved}  # fmt: skip
    for name, rows in named.items():
        for each in rows:
            book[name, each.name], book[name, each.name, "count"] = each.minor, each.count
    for each in totals.movements:
        book["moved", each.name, each.reason] = each.minor
        book["moved", each.name, each.reason, "count"] = each.count
    for each in totals.batches:
        key = "batches", each.type
        book[key], book[*key, "payments"] = each.batches, each.payments
        book[*key, "gross"], book[*key, "fees"] = each.gross_minor, each.fees_minor
