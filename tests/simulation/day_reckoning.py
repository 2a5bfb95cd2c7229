"""A whole day reckoned from the journal by none of the till's totals, held against plan and Z."""

from __future__ import annotations

import csv
from collections import Counter

import attrs

from posframe.cli.main import run
from posframe.kernel.domain import events as ev
from posframe.kernel.domain.money import parse_minor
from posframe.reading import JournalReader

FOLDED = (ev.TransactionCompleted, ev.TransactionCancelled, ev.CashMoved, ev.PriceLooked,
          ev.ShiftOpened, ev.ShiftConfirmed, ev.DayClosed)  # fmt: skip


@attrs.define
class Fold:
    """The day added up from the events' own fields, by nothing of the till's totals."""

    receipts: list[int] = attrs.field(factory=list)
    gross_minor: int = 0
    net_minor: int = 0
    taxes: Counter = attrs.field(factory=Counter)
    tenders: Counter = attrs.field(factory=Counter)
    moved: Counter = attrs.field(factory=Counter)
    drawers: Counter = attrs.field(factory=Counter)
    """By shift: own currency that should be in its drawer."""
    cancelled: int = 0
    no_sales: int = 0
    looks: int = 0
    shifts: dict = attrs.field(factory=dict)
    differences: dict = attrs.field(factory=dict)
    closed: list = attrs.field(factory=list)

    def read(self, event):
        match event:
            case ev.TransactionCompleted():
                self._completed(event)
            case ev.TransactionCancelled():
                self.cancelled += 1
            case ev.CashMoved():
                self._moved(event)
            case ev.PriceLooked():
                self.looks += 1
            case ev.DayClosed():
                self.closed.append(event.report)
            case _:
                self._shift(event)

    def _shift(self, event):
        if isinstance(event, ev.ShiftOpened):
            self.shifts[event.shift.id] = event.shift
            self.drawers[event.shift.id] += event.shift.cash.opening_float_minor
        else:
            found = {each.type: each for each in event.differences}
            self.differences[event.shift.id] = found["cash"]

    def _moved(self, event):
        if event.kind == "no_sale":
            self.no_sales += 1
        else:
            self.moved[event.kind] += event.minor
            self.drawers[event.shift] += event.minor

    def _completed(self, event):
        self.receipts.append(event.receipt_number)
        for sold in event.lines:
            self.gross_minor += sold.share.gross_minor
            self.net_minor += sold.share.net_minor
        for tax, part in zip(event.taxes, event.totals.taxes, strict=True):
            self.taxes[tax.code] += part.minor
        for tender in event.tenders:
            if tender.status.value != "applied":
                continue
            self.tenders[tender.type] += tender.applied_minor
            if tender.foreign_currency:
                self.drawers[event.shift] -= tender.change_minor
            elif tender.is_cash:
                self.drawers[event.shift] += tender.tendered_minor - tender.change_minor


def folded(folder):
    fold = Fold()
    with JournalReader(folder / "till.db") as journal:
        for row in journal.read(*FOLDED):
            fold.read(row.event)
    return fold


def z_of(folder):
    (report,) = folded(folder).closed
    return report


def check_day(folder, day):
    """Hold plan, fold and Z against each other, to the minor unit."""
    fold, z, plan = folded(folder), z_of(folder), day.outcome
    totals = z.totals
    assert fold.receipts == list(range(1, plan.receipts + 1))
    assert (totals.first_receipt, totals.last_receipt) == (1, plan.receipts)
    assert fold.gross_minor == totals.gross_minor == plan.gross_minor
    assert fold.net_minor == totals.net_minor
    assert {each.tax.code: each.minor for each in totals.taxes} == fold.taxes
    assert fold.net_minor + sum(fold.taxes.values()) == fold.gross_minor
    planned = {type_: minor for type_, minor in plan.tenders.items() if minor}
    assert {type_: minor for type_, minor in fold.tenders.items() if minor} == planned
    assert {each.type: each.applied_minor for each in totals.tenders if each.applied_minor} == (
        planned
    )
    assert dict(fold.moved) == plan.moved
    assert (fold.cancelled, totals.cancelled.count) == (plan.cancelled, plan.cancelled)
    assert (fold.no_sales, totals.no_sales) == (plan.no_sales, plan.no_sales)
    assert fold.looks == plan.looks
    check_drawers(fold, plan)
    return fold, z


def check_drawers(fold, plan):
    """Each confirmed shift's expected sum is that of the fold; what was planted is found."""
    for id_, cash in fold.differences.items():
        assert cash.expected_minor == fold.drawers[id_], fold.shifts[id_]
    found = [cash.minor for _, cash in sorted(fold.differences.items()) if cash.minor]
    assert found == plan.differences
    assert len(fold.differences) == len(fold.shifts) == 3


def check_x(x_lines, z_lines):
    """The X right before the Z shows the same figures: its body is in the Z's, in its order."""
    first = next(at for at, line in enumerate(x_lines) if line.startswith("Receipts"))
    body = x_lines[first:]
    assert len(body) > 20
    assert "\n".join(body).strip() in "\n".join(z_lines)


ACCOUNTS = """
[revenue]
"*" = "4000"
[taxes]
vat19 = "2201"
vat7 = "2202"
[tenders]
cash = "1000"
card = "1361"
usd = "1001"
giro = "1362"
[movements]
loan = "1010"
pickup = "1010"
skim = "1010"
paid_in = "1020"
paid_out = "6300"
float = "1010"
[settles]
gift = "gift_card"
credit = "gift_card"
account = "account"
[beside]
voucher = "gift_card"
debt = "account"
[accounts]
rounding = "4840"
over = "4960"
short = "6960"
gift_cards = "3272"
receivables = "1200"
"""
SINGLE = {"card": "1361", "giro": "1362", "account": "1200"}
"""Media that nothing else of the day goes to the account of."""


def exported(folder, to):
    """Return debit less credit by account, of the file that the command writes."""
    (to / "accounts.toml").write_text(ACCOUNTS)
    words = ["day", "export", "--till", str(folder), "--out", str(to)]
    assert run([*words, "--accounts", str(to / "accounts.toml")]) == 0
    (file,) = to.glob("*.csv")
    balances = Counter()
    with file.open(newline="") as opened:
        for row in csv.DictReader(opened):
            balances[row["account"]] += _minor(row["debit"]) - _minor(row["credit"])
    first = file.read_bytes()
    assert run([*words, "--accounts", str(to / "accounts.toml")]) == 0
    assert file.read_bytes() == first
    return balances


def _minor(text):
    return parse_minor(text, 2) if text else 0


def check_books(balances, fold, plan):
    """The books balance, and have of each medium and tax what the fold has."""
    assert sum(balances.values()) == 0
    for type_, account in SINGLE.items():
        assert balances[account] == plan.tenders.get(type_, 0), type_
    assert balances["2201"] == -fold.taxes["vat19"]
    assert balances["2202"] == -fold.taxes["vat7"]
    assert balances["6960"] == -sum(plan.differences)


def same_figures(z):
    """Return the figures of a Z that no restart may change; kicks may be put to a person."""
    return attrs.evolve(z.totals, approvals=(), kicks=0, kicks_without_sale=0)
