"""What may never be: found from the acquirers' ledgers and the journal on disk alone."""

from __future__ import annotations

from collections import Counter, defaultdict

import attrs

from posframe.kernel.domain import events as ev
from posframe.kernel.domain import payment_events as pe

UNSETTLED = {"intended", "sent", "doubted", "approved", "reversing"}


@attrs.define
class Booked:
    """One payment as the journal alone tells it, read here without the kernel's own fold."""

    id: str
    sale: str
    type: str
    kind: str
    asked: int
    status: str = "intended"
    captured: int = 0
    human: bool = False


def read_journal(journal):
    """Return payments by id, and the gross amount of every sale that was completed."""
    found, completed = {}, {}
    for event in (event for events in journal for event in events):
        if type(event) is ev.TransactionCompleted:
            completed[event.transaction] = event
        if type(event) is pe.PaymentIntended:
            said = event.payment
            found[said.id] = Booked(
                said.id, said.transaction, said.type, said.kind, said.asked_minor
            )
        if type(event) is ev.TenderApplied and event.tender.id in found:
            found[event.tender.id].status = "applied"
        if type(event) in _STATUS:
            found[event.id].status = _STATUS[type(event)]
        if type(event) is pe.PaymentApproved:
            found[event.id].captured = event.captured_minor
        if type(event) is pe.PaymentResolved:
            found[event.id].human = True
    return found, completed


_STATUS = {
    pe.PaymentSent: "sent",
    pe.PaymentDoubted: "doubted",
    pe.PaymentApproved: "approved",
    pe.PaymentDeclined: "declined",
    pe.PaymentVoided: "voided",
    pe.ReversalIntended: "reversing",
    pe.PaymentReversed: "reversed",
    pe.ReversalQueued: "queued",
}


class Checker:
    """Compares ledgers with the journal; counts what is excused, so that it is never silent."""

    def __init__(self, world, till, providers, cashier):
        self.world, self.till, self.providers, self.cashier = world, till, providers, cashier
        self.violations = []
        self.counts = Counter()

    def booked(self, entry):
        """Look at a capture in the moment it happens: is there another one for its sale?"""
        journal, _ = read_journal(self.till.journal)
        mine = journal.get(entry.payment)
        plan = self.cashier.plan_of.get(mine.sale) if mine else None
        if plan is None:
            return  # found at rest, where nothing is left of its intent
        theirs = [
            (journal[other.payment], other)
            for provider in self.providers.values()
            for other in provider.ledger.values()
            if other.payment in journal and other.state == "captured"
        ]
        theirs = [(known, other) for known, other in theirs if known.sale == mine.sale]
        taken = sum(settling(other) for known, other in theirs if self._stays(known))
        if taken <= plan.gross:
            return
        if any(self._excuse(known, other) for known, other in theirs):
            self.counts["excused: charged twice for a while"] += 1
        else:
            self._violated("charged twice", entry.payment, f"{taken} of {plan.gross}")

    def _stays(self, booked):
        """Tell whether nobody is giving it back, and nobody has."""
        goes = booked.status in {"reversing", "queued", "approved"}
        return not goes and booked.id not in self.cashier.handed_back

    def at_rest(self):
        """Hold everything against the ledgers, once nothing moves any more."""
        journal, completed = read_journal(self.till.journal)
        entries = defaultdict(list)
        for provider in self.providers.values():
            for entry in provider.ledger.values():
                entries[entry.payment].append(entry)
        for id_ in {**entries, **journal}:
            self._payment(id_, journal.get(id_), entries[id_])
        self._sales(journal, completed, entries)
        self._returns(completed.values())
        self._shown()
        self.counts["payments"] = len(journal)

    def _payment(self, id_, booked, entries):
        captured = [each for each in entries if each.state == "captured"]
        if booked is None:
            if captured:
                self._violated("orphan without an intent", id_)
            return
        self.counts[f"ended {booked.status}"] += 1
        if booked.status in UNSETTLED:
            self._violated("for ever in doubt", id_, booked.status)
        elif booked.status == "applied":
            self._applied(booked, captured, entries)
        elif booked.status == "queued":
            self.counts["with a person"] += 1
        elif captured and id_ not in self.cashier.handed_back:
            self._differs("orphaned approval", booked, captured)

    def _applied(self, booked, captured, entries):
        if not captured:
            self._differs("paid without money", booked, (*entries, *self._mistaken(booked)))
        elif len(captured) > 1:
            self._differs("charged twice", booked, captured)
        elif captured[0].amount != booked.captured:
            self._differs("another amount", booked, captured)

    def _mistaken(self, booked):
        """Return late charges that look like this one to a terminal that knows no references."""
        ledger = self.providers[booked.type].ledger.values() if booked.type == "zvt" else ()
        return [each for each in ledger if each.amount == booked.captured and each.excused]

    def _differs(self, what, booked, entries):
        if booked.human and booked.id in self.cashier.wrong:
            self.counts[f"excused: a person was wrong ({what})"] += 1
        elif any(each.excused for each in entries):
            self.counts[f"excused: found by settlement ({what})"] += 1
        elif self._lied_twice(booked):
            self.counts["excused: an earlier receipt said twice to be the last"] += 1
        elif booked.captured and self._was_said_twice(booked):
            self.counts["excused: a false amount said twice"] += 1
        else:
            self._violated(what, booked.id, f"{booked.type} {booked.status}")

    def _was_said_twice(self, booked):
        said = self.till.network.false_amounts.get(booked.id, {})
        return said.get(booked.captured, 0) >= 2

    def _lied_twice(self, booked):
        """Tell whether the line made up twice what a terminal alone can know."""
        return self.till.network.false_receipts[booked.id] >= 2

    def _excuse(self, booked, entry):
        is_wrong = booked.id in self.cashier.wrong or self._lied_twice(booked)
        return bool(entry.excused) or is_wrong

    def _sales(self, journal, completed, entries):
        by_sale = defaultdict(list)
        for booked in journal.values():
            by_sale[booked.sale].append(booked)
        for sale, plan in self.cashier.plan_of.items():
            mine = by_sale[sale]
            net = sum(
                settling(entry)
                for booked in mine
                if booked.status != "queued" and booked.id not in self.cashier.handed_back
                for entry in entries[booked.id]
                if entry.state == "captured"
            )
            is_excused = any(
                self._excuse(booked, entry) or booked.id in self.cashier.wrong
                for booked in mine
                for entry in (*entries[booked.id], _NOTHING)
            )
            limit = plan.gross if sale in completed else 0
            if net > limit and not is_excused:
                self._violated("more than the sale", sale, f"{net} of {limit}")
            if sale in completed:
                self._completed(completed[sale], plan)

    def _completed(self, event, plan):
        self.counts["sales"] += 1
        paid = sum(tender.applied_minor for tender in event.tenders)
        if paid != (-plan.gross if plan.refund else plan.gross):
            self._violated("closed without being paid", event.transaction, str(paid))

    def _returns(self, completed):
        """Hold what came back against what was sold: goods by the line, money by the tender."""
        goods, money = Counter(), Counter()
        for event in completed:
            for line in (share.line for share in event.lines):
                own = (event.transaction, line.number)
                goods[(line.original, line.original_line) if line.original else own] += (
                    line.quantity_milli
                )
                self.counts["goods brought back"] += bool(line.original)
            for tender in event.tenders:
                money[tender.refunds or tender.id] += max(tender.applied_minor, 0)
                money[tender.refunds] += min(tender.applied_minor, 0)
                self.counts["refunds of a payment"] += bool(tender.refunds)
        del money[""]  # for goods brought back without a receipt
        for kind, table in (("came back", goods), ("was given back", money)):
            for of in (of for of, left in table.items() if left < 0):
                self._violated(f"more {kind} than there was", str(of))

    def _shown(self):
        durable = {id(event) for events in self.till.journal for event in events}
        lost = [event for event in self.till.shown if id(event) not in durable]
        if lost:
            self._violated("shown and not on disk", lost[0].id)

    def _violated(self, what, about, detail=""):
        self.violations.append(f"{what}: {about} {detail}")
        self.world.tell("VIOLATED", what, about, detail)


def settling(entry):
    """Return what was taken for the sale, without a tip."""
    return min(entry.amount, entry.asked)


class _Nothing:
    excused = ""


_NOTHING = _Nothing()
