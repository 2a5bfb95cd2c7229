"""People: a cashier who sells, waits, parks and changes her mind, and supervisors who resolve."""

from __future__ import annotations

import contextlib

import attrs

from posframe.errors import RuleViolation
from posframe.kernel.domain import commands as cmd
from posframe.kernel.domain import events as ev
from posframe.kernel.domain.basket import LineKind
from posframe.kernel.domain.tender import TenderStatus
from tests.kernel.making import VAT19, line
from tests.simulation.payments.journalled import DownError
from tests.simulation.payments.world import SECOND

QUESTION_WAITS = 60 * SECOND


@attrs.define
class Plan:
    """What happens in one sale, as it was meant."""

    number: int
    parts: list
    """(tender type, share in percent) in order; the last one takes what is left."""
    gross: int
    pieces: int = 1
    """In so many lines."""
    refund: bool = False
    brings_back: bool = False
    """Goods of an earlier sale come back by its receipt; what they cost is known then."""
    impatient: bool = False
    """Presses Enter twice."""
    cancels: bool = False
    """Wishes the payment under way to be cancelled."""
    parks: bool = False
    gives_up: bool = False
    """Cancels the whole sale while something is under way, or paid."""
    takes_back: bool = False
    keeps: bool = True
    tries: int = 0
    paid_with: tuple = ()
    """For goods that come back: what their sale was paid with."""

    def price(self, piece):
        """Return what a line costs; the last one makes up the sum."""
        each = self.gross // self.pieces
        return each if piece < self.pieces - 1 else self.gross - each * (self.pieces - 1)


def plans(world, sales, kinds):
    """Return the sales of a world."""
    person = world.person("cashier")
    return [_plan(person, number, kinds) for number in range(sales)]


def _plan(person, number, kinds):
    parts = [(person.choice(kinds), 100)]
    if person.random() < 0.3:
        parts = [
            (person.choice(kinds), person.randint(10, 90)),
            (person.choice((*kinds, "cash")), 100),
        ]
    back = person.random()
    refund, brings_back = back < 0.06, 0.06 <= back < 0.22
    return Plan(
        number=number,
        parts=parts[-1:] if refund else parts,
        gross=person.choice((500, 500, 700, 1299, person.randint(100, 9_999))),
        pieces=1 if refund else person.randint(1, 3),
        refund=refund,
        brings_back=brings_back,
        impatient=person.random() < 0.3,
        cancels=person.random() < 0.15,
        parks=person.random() < 0.2,
        gives_up=person.random() < 0.08,
        takes_back=person.random() < 0.1,
        keeps=person.random() < 0.5,
    )


class Cashier:
    """Works through the plans; sees only what the till shows."""

    def __init__(self, world, till, providers, work):
        self.world, self.till, self.providers = world, till, providers
        self.todo = list(reversed(work))
        self.plan_of = {}
        self.person = world.person("hands")
        self.asked_since = {}
        self.wrong = set()
        """Payments of which a person said what was not so."""
        self.handed_back = set()
        world.at(1000, self.tick)

    @property
    def is_done(self):
        state = self.till.state
        return (
            self.till.is_up and not self.todo and state.transaction is None and not state.suspended
        )

    def tick(self):
        """Do the next thing, and look again after a while."""
        wait = self.person.randint(2, 6) * SECOND
        if self.till.is_up and self.world.now >= self.till.paused_until:
            with contextlib.suppress(DownError, RuleViolation):
                self._answer_questions()
            with contextlib.suppress(DownError, RuleViolation):
                self._work()
        if not self.is_done or self._open_questions():
            self.world.at(wait, self.tick)
        else:
            self.world.at(60 * SECOND, self.tick)

    def _work(self):
        sale = self.till.state.transaction
        if sale is None:
            self._next_sale()
            return
        if not sale.basket.active or sale.id not in self.plan_of:
            self._ring_up(sale)
            return
        plan = self.plan_of[sale.id]
        lines = len(sale.basket.lines)
        if not plan.refund and lines < plan.pieces:
            self.till.submit(cmd.AddDepartment(department="1", price_minor=plan.price(lines)))
            return
        if sale.blocked:
            self._wait(sale, plan)
        elif sale.applied and sale.due_minor and plan.takes_back and self._once(plan):
            self.till.submit(cmd.TakeBackTender())
        elif sale.applied and plan.gives_up and self._is_card(sale):
            plan.gives_up = False
            self.till.submit(cmd.Cancel(reason="customer left"))
        elif sale.due_minor == 0 and sale.applied and not plan.keeps:
            plan.keeps = True
            self.till.submit(cmd.TakeBackTender())
        else:
            self._pay(sale, plan)

    def _once(self, plan):
        plan.takes_back = False
        return True

    def _is_card(self, sale):
        return all(tender.id in self.till.state.payments for tender in sale.applied)

    def _next_sale(self):
        held = [each for each in self.till.state.suspended if each.state.value == "suspended"]
        if held and (not self.todo or self.person.random() < 0.5):
            self.till.submit(cmd.Resume(transaction=held[0].id))
        elif self.todo and not (self.todo[-1].brings_back and self._bring_back(self.todo[-1])):
            price = self.todo[-1].price(0)
            self.till.submit(cmd.AddDepartment(department="1", price_minor=price))

    def _bring_back(self, plan):
        """Open a return of some line of some sale; tell whether there was one to return."""
        sold = [each for each in self.till.completed() if each.closing.gross_minor > 0]
        if sold:
            receipt = self.person.choice(sold)
            line = self.person.randint(0, len(receipt.lines))
            plan.paid_with = tuple(tender.type for tender in receipt.tenders)
            with contextlib.suppress(RuleViolation):
                number = receipt.closing.receipt_number
                self.till.submit(cmd.Return(receipt_number=number, number=line))
                return True
        plan.brings_back = False
        return False

    def _ring_up(self, sale):
        """Give the sale just begun its plan; a refund's line is one of goods brought back."""
        plan = self.todo[-1]
        self.plan_of[sale.id] = plan
        self.till.names[sale.id] = f"s{plan.number}"
        if plan.brings_back:
            plan.gross, plan.refund = -sale.totals.gross_minor, True
        elif plan.refund:
            goods = line(1, -plan.gross, VAT19, kind=LineKind.RETURN)
            self.till.journal.append([ev.LineChanged(goods)])
            self.till.refold()
        self.todo.pop()

    def _pay(self, sale, plan):
        plan.tries += 1
        index = min(len(sale.applied), len(plan.parts) - 1)
        kind, percent = plan.parts[index]
        if plan.tries > 12:  # other customers wait: it is paid in cash in the end
            kind, percent = "cash", 100
        elif plan.brings_back:
            kind = plan.paid_with[plan.tries % len(plan.paid_with)]
        elif plan.tries > 6:
            kind = self.person.choice(("gateway", "nexo", "zvt", "dumb"))
            kind = kind if kind in self.providers else "cash"
        amount = None
        if percent < 100 and index == 0 and sale.due_minor > 1:
            amount = max(1, sale.due_minor * percent // 100)
        self.world.tell("cashier pays", f"s{plan.number}", kind, amount or "the rest")
        approver = "boss" if plan.brings_back and kind == "cash" else ""
        pay = cmd.Pay(type=kind, amount_minor=amount, approver=approver)
        about = f"s{plan.number}-{len(sale.tenders) + 1}"
        self.till.submit(pay, about)
        if plan.impatient:
            self.till.submit(pay, about)

    def _wait(self, sale, plan):
        if plan.gives_up and self.person.random() < 0.2:
            plan.gives_up = False
            self.till.submit(cmd.Cancel(reason="customer left"))
        elif plan.cancels and self.person.random() < 0.3:
            plan.cancels = False
            self.till.submit(cmd.CancelPayment())
        elif plan.parks and self.person.random() < 0.2:
            plan.parks = False
            self.till.submit(cmd.Suspend())

    # Supervisors

    def _open_questions(self):
        return any(
            self.till.needs_person(each) or each.status is TenderStatus.QUEUED_FOR_PERSON
            for each in self.till.state.payments.values()
        )

    def _answer_questions(self):
        for payment in list(self.till.state.payments.values()):
            if payment.status is TenderStatus.QUEUED_FOR_PERSON:
                self._give_back(payment)
            elif payment.status is TenderStatus.UNKNOWN and self.till.needs_person(payment):
                since = self.asked_since.setdefault(payment.id, self.world.now)
                if self.world.now - since >= QUESTION_WAITS:
                    self._resolve(payment)

    def _resolve(self, payment):
        """Read the slip of the terminal it was sent to, and mostly read it right."""
        provider = self.providers[payment.type]
        entries = [each for each in provider.ledger.values() if each.payment == payment.id]
        if any(each.state == "working" for each in entries):
            return
        name = self.till.name(payment)
        fault = self.world.fault(name, "person")
        if fault == "later":
            self.asked_since[payment.id] = self.world.now
            return
        paid = any(each.state == "captured" for each in entries)
        entry = next((each for each in entries if each.state == "captured"), None)
        amount = entry.amount if entry else payment.asked_minor
        number = (entry.mark or entry.reference) if entry else "9999"
        if fault:
            self.wrong.add(payment.id)
            paid = not paid if fault == "wrong" else paid
            amount = max(1, amount - 1) if fault == "wrong_amount" else amount
        self.world.tell("person says", name, "paid" if paid else "not paid", amount)
        told = cmd.ResolvePayment(
            id=payment.id,
            paid=paid,
            amount_minor=amount if paid else 0,
            number=number if paid else "",
            approver="boss",
        )
        self.till.submit(told, name)

    def _give_back(self, payment):
        since = self.asked_since.setdefault(f"{payment.id}-r", self.world.now)
        if self.world.now - since < QUESTION_WAITS or hash_even(payment.id):
            return
        if payment.id not in self.handed_back:
            self.handed_back.add(payment.id)
            self.world.tell("person gives back", self.till.name(payment))
        told = cmd.GivenBack(id=payment.id, how="cash, slip 1", approver="boss")
        self.till.submit(told, self.till.name(payment))


def hash_even(id_):
    """Tell of every other payment that nobody gets to it: its task stays open."""
    return sum(id_.encode()) % 2 == 0
