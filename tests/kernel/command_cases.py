"""Every command of an operator, the till where it would be taken, and what it then asks for."""

from __future__ import annotations

import inspect

import attrs

from posframe.kernel.domain import commands as cmd
from posframe.kernel.domain import questions as q
from posframe.kernel.domain.approvals import Request
from tests.kernel.guarded import FLOAT, GUARDED, ME, OTHER
from tests.kernel.terms import coupons


@attrs.frozen(kw_only=True)
class Case:
    """A command, how the till comes to where it would be taken, and what it then asks for."""

    ready: object
    """Called with the desk while a manager works at it."""
    command: object
    """The command, or what gives it of the desk."""
    asks: tuple = ()
    """(permission, minor units, thousandths of a percent) each, by hand."""
    name: str = ""

    def of(self, desk):
        return self.command(desk) if inspect.isfunction(self.command) else self.command


def nothing(_desk):
    return


def scanned(*codes):
    return lambda desk: desk.scan(*codes)


def totalled(desk):
    desk.scan("PEN", "MILK").do(cmd.Total())


def held(desk):
    desk.scan("PEN").do(cmd.Suspend())


def held_by_another(desk):
    desk.become("manager", OTHER).scan("PEN").do(cmd.Suspend())
    desk.become("manager")


def sold(desk):
    desk.scan("PEN", "MILK").do(cmd.Pay(type="cash"))


def sold_long_ago(desk):
    desk.settings = attrs.evolve(GUARDED, return_days=14)
    sold(desk)
    desk.date = "2026-01-16"


def coming_back(desk):
    sold(desk)
    desk.do(cmd.Return(receipt_number=1))


def paid_by_card_and_back(desk):
    desk.scan("PEN")
    desk.approve(desk.asks())
    desk.do(cmd.Return(receipt_number=1))


def blindly_back(desk):
    desk.do(cmd.ReturnWithoutReceipt(code="PEN"))


def in_doubt(desk):
    desk.doubt(desk.asks())


def under_way(desk):
    desk.asks()


def under_way_of_another(desk):
    desk.become("manager", OTHER)
    desk.asks()
    desk.do(cmd.Suspend())
    desk.become("manager")


def to_give_back(desk):
    """A pen was paid by a terminal that gives nothing back, of a sale that goes on."""
    desk.scan("PEN", "MILK")
    payment = desk.asks("hand", 100)
    desk.doubt(payment)
    desk.do(cmd.ResolvePayment(id=payment.id, paid=True, amount_minor=100, number="7"))
    desk.do(cmd.TakeBackTender())


def discounted(desk):
    desk.scan("PEN").do(cmd.Discount(number=1, percent_milli=10_000))


def couponed(desk):
    desk.answers[q.FindCoupon] = coupons
    desk.scan("PEN")


def with_coupon(desk):
    couponed(desk)
    desk.do(cmd.AddCoupon(code="A"))


def with_ways(desk):
    desk.settings = attrs.evolve(GUARDED, fulfilments=("eat_in", "take_away"))
    desk.scan("PEN")


def batch_in_doubt(desk):
    desk.do(cmd.CloseBatch(type="card"))
    job = list(desk.state.jobs.values())[-1]
    desk.do(cmd.ClaimJobs(ids=(job.id,)))
    desk.do(cmd.SettleJob(id=job.id, outcome="doubted"))


def print_in_doubt(desk):
    sold(desk)
    job = next(each for each in desk.state.jobs.values() if each.kind == "print")
    desk.do(cmd.ClaimJobs(ids=(job.id,)))
    desk.do(cmd.SettleJob(id=job.id, outcome="doubted"))


def blind_report_in_doubt(desk):
    desk.become("supervisor")
    report_in_doubt(desk)
    desk.become("manager")


def report_in_doubt(desk):
    sold(desk)
    desk.do(cmd.PrintX())
    job = next(each for each in desk.state.jobs.values() if each.kind == "report")
    desk.do(cmd.ClaimJobs(ids=(job.id,)))
    desk.do(cmd.SettleJob(id=job.id, outcome="doubted"))


def shift_open(desk):
    desk.do(cmd.OpenShift(count=FLOAT))


def shift_of_another(desk):
    desk.become("manager", OTHER)
    shift_open(desk)
    desk.become("manager")


def shift_ended(desk):
    shift_open(desk)
    desk.do(cmd.EndShift(count=FLOAT))


def shift_ended_of_another(desk):
    desk.become("manager", OTHER)
    shift_ended(desk)
    desk.become("manager")


def closed(desk):
    sold(desk)
    desk.do(cmd.CloseDay())


def message(desk):
    desk.become("manager", OTHER)
    desk.do(cmd.LeaveMessage(text="The till roll is in the drawer"))
    desk.become("manager")


def of_payment(cls, **more):
    return lambda desk: cls(id=desk.newest.id, **more)


def a_request(operator):
    return Request(permission="no_sale", operator=operator)


def case(command, *asks, ready=nothing, name=""):
    cls = command if inspect.isclass(command) else type(command)
    return Case(ready=ready, command=command, asks=asks, name=name or cls.__name__)


SELL = ("sell", None, None)
PEN_PAID = cmd.ResolvePayment(paid=True, amount_minor=100, number="7")
COUNT = cmd.EndShift(count=FLOAT)
CASES = [
    case(cmd.AddItem(code="PEN"), SELL),
    case(cmd.AddItem(code="REPAIR", price_minor=1), SELL, name="AddItem at a price"),
    case(cmd.AddDepartment(department="1", price_minor=500), SELL),
    case(cmd.ChangeQuantity(quantity_milli=3_000), SELL, ready=scanned("PEN"), name="more"),
    case(cmd.RemoveDiscounts(number=1), SELL, ready=discounted),
    case(cmd.SetCustomer(code="card"), SELL),
    case(cmd.AddCoupon(code="A"), SELL, ready=couponed),
    case(cmd.RemoveCoupon(), SELL, ready=with_coupon),
    case(cmd.SetFulfilment(fulfilment="take_away"), SELL, ready=with_ways),
    case(cmd.Total(), SELL, ready=scanned("PEN")),
    case(cmd.CheckAge(), SELL, ready=scanned("GIN")),
    case(cmd.Suspend(), SELL, ready=scanned("PEN")),
    case(cmd.Pay(type="cash"), SELL, ready=scanned("PEN")),
    case(cmd.Pay(type="card"), SELL, ready=scanned("PEN"), name="Pay by card"),
    case(cmd.TakeBackTender(), SELL, ready=lambda desk: desk.scan("PEN").do(
        cmd.Pay(type="cash", amount_minor=10))),
    case(cmd.CancelPayment(), SELL, ready=under_way),
    case(lambda desk: cmd.CancelPayment(id=desk.newest.id), SELL, ("resume_other", None, None),
         ready=under_way_of_another, name="CancelPayment of another"),
    case(cmd.PrintExplanation(), SELL, ready=scanned("PEN")),
    case(cmd.AnswerJob(happened=False), SELL, ready=print_in_doubt),
    case(cmd.AnswerJob(happened=False), SELL, ("close_batch", None, None), ready=batch_in_doubt,
         name="AnswerJob of a batch"),
    case(cmd.AnswerJob(happened=True), SELL, ready=batch_in_doubt, name="AnswerJob: it happened"),
    case(cmd.AnswerJob(happened=False), SELL, ("x_report", None, None),
         ("count_expected", None, None), ready=report_in_doubt, name="AnswerJob of a report"),
    case(cmd.AnswerJob(happened=False), SELL, ("x_report", None, None),
         ready=blind_report_in_doubt, name="AnswerJob of a report without cash"),
    # Taken back: milk is 1.29, a pen 1.00, a cola 1.50 with a deposit of 0.25
    case(cmd.VoidLine(), ("void_line", 129, None), ready=scanned("PEN", "MILK")),
    case(cmd.VoidLine(number=1), ("void_line", 175, None), ready=scanned("COLA"),
         name="VoidLine with its deposit"),
    case(cmd.VoidLine(), ("void_line", 129, None), ("void_after_total", 129, None),
         ready=totalled, name="VoidLine after the total"),
    case(cmd.VoidLine(number=1), ("void_line", 229, None), ready=lambda desk: desk.scan(
        "PEN", "MILK", "PEN").do(cmd.VoidLine(number=2)), name="VoidLine after another"),
    case(cmd.ChangeQuantity(quantity_milli=1_000), ("void_line", 350, None), name="fewer",
         ready=lambda desk: desk.do(cmd.AddItem(code="COLA", quantity_milli=3_000))),
    case(cmd.Cancel(), ("cancel", 229, None), ready=scanned("PEN", "MILK")),
    case(cmd.Cancel(), ("cancel", 229, None), ("void_after_total", 229, None), ready=totalled,
         name="Cancel after the total"),
    case(cmd.Resume(place=1), SELL, ready=held),
    case(cmd.Resume(place=1), SELL, ("resume_other", None, None), ready=held_by_another,
         name="Resume of another's"),
    case(lambda desk: cmd.Resume(transaction=desk.state.suspended[0].id), SELL,
         ("resume_other", None, None), ready=held_by_another, name="Resume of another's by its id"),
    # Prices: 1.00 becomes 0.90, 0.89 and 1.20; half of 1.29 is 0.65
    case(cmd.OverridePrice(price_minor=90), ("override_price", 10, 10_000), ready=scanned("PEN")),
    case(cmd.OverridePrice(price_minor=89), ("override_price", 11, 11_000), ready=scanned("PEN"),
         name="OverridePrice below"),
    case(cmd.OverridePrice(price_minor=120), ("override_price", 20, 20_000), ready=scanned("PEN"),
         name="OverridePrice above"),
    case(cmd.OverridePrice(price_minor=5), ("override_price", 5, None), ready=scanned("GIFT"),
         name="OverridePrice of what costs nothing"),
    case(cmd.Discount(number=1, percent_milli=10_000), ("discount", 10, 10_000),
         ready=scanned("PEN")),
    case(cmd.Discount(number=1, percent_milli=50_000), ("discount", 65, 50_000),
         ready=scanned("MILK"), name="Discount of a half"),
    case(cmd.Discount(number=0, amount_minor=50), ("discount", 50, 25_000),
         ready=scanned("PEN", "PEN"), name="Discount on the sale"),
    case(cmd.Discount(number=1, percent_milli=90_000), ("discount", 90, 90_000),
         ready=scanned("PEN"), name="Discount of nearly all"),
    case(cmd.Learn(code="NEW", name="New", price_minor=250), ("learn", 250, None)),
    # Returns: 2.29 were paid for both
    case(cmd.Return(receipt_number=1), ("return", 229, None), ready=sold),
    case(cmd.Return(receipt_number=1, number=2), ("return", 129, None), ready=sold, name="part"),
    case(cmd.Return(receipt_number=1), ("return_late", 0, None), ("return", 229, None),
         ready=sold_long_ago, name="Return too late"),
    case(cmd.ReturnWithoutReceipt(code="PEN"), ("return_without_receipt", 100, None)),
    case(cmd.ReturnWithoutReceipt(code="MILK"), ("return_without_receipt", 229, None),
         ready=blindly_back, name="ReturnWithoutReceipt after another"),
    case(cmd.PostVoid(), ("post_void", 229, None), ready=sold),
    case(cmd.Pay(type="cash"), SELL, ("refund_cash", 229, None), ready=coming_back, name="back"),
    case(cmd.Pay(type="voucher", amount_minor=100), SELL, ("refund_other_tender", 100, None),
         ready=coming_back, name="back by voucher"),
    case(cmd.Pay(type="cash"), SELL, ("refund_other_tender", 100, None),
         ("refund_cash", 100, None), ready=paid_by_card_and_back, name="a card's money in cash"),
    case(cmd.Reprint(), ("reprint", None, None), ready=sold),
    case(PEN_PAID, ("resolve_payment", 100, None), ready=in_doubt),
    case(cmd.ResolvePayment(paid=False), ("resolve_payment", 100, None), ready=in_doubt,
         name="ResolvePayment: not paid"),
    case(cmd.GivenBack(how="cash"), ("given_back", 100, None), ready=to_give_back),
    case(cmd.CloseBatch(type="card"), ("close_batch", None, None)),
    *(case(cmd.MoveCash(kind=kind, amount_minor=500), (kind, 500, None), name=f"MoveCash {kind}",
           ready=lambda desk: desk.do(cmd.MoveCash(kind="loan", amount_minor=10_000)))
      for kind in ("loan", "pickup", "paid_in", "paid_out", "skim")),
    case(cmd.MoveCash(kind="no_sale"), ("no_sale", 0, None)),
    case(cmd.LookPrice(code="PEN"), ("price_look", None, None)),
    case(cmd.FreeNumber(mark="m"), ("free_number", None, None)),
    case(cmd.PlaceDrawer(drawer="2"), ("drawer_place", None, None)),
    case(cmd.OpenShift(count=FLOAT), ("shift_open", None, None)),
    case(COUNT, ("shift_end", None, None), ready=shift_open),
    case(cmd.EndShift(count=FLOAT, shift="1"), ("shift_end", None, None),
         ("shift_other", None, None), ready=shift_of_another, name="EndShift of another"),
    case(cmd.RecountShift(count=FLOAT), ("count_blind", None, None), ready=shift_ended),
    case(cmd.RecountShift(count=FLOAT), ("count_blind", None, None), ("shift_other", None, None),
         ready=shift_ended_of_another, name="RecountShift of another"),
    case(cmd.ExplainDifference(type="cash", reason="found"), ("shift_end", None, None),
         ready=shift_ended),
    case(cmd.ExplainDifference(type="cash", reason="found"), ("shift_end", None, None),
         ("shift_other", None, None), ready=shift_ended_of_another, name="Explain another's"),
    case(cmd.ConfirmShift(), ("count_confirm", None, None), ready=shift_ended_of_another),
    case(cmd.HandOver(count=FLOAT, to=OTHER), ("hand_over", None, None), ready=shift_open),
    case(cmd.PrintX(), ("x_report", None, None), ready=sold),
    case(cmd.CloseDay(), ("day_close", None, None), ready=sold),
    case(cmd.PrintZ(), ("day_close", None, None), ready=closed),
    case(cmd.OpenReport(report="exceptions"), ("exceptions", None, None)),
    case(cmd.SignOut()),
    case(cmd.Lock()),
    case(cmd.LeaveMessage(text="Hello")),
    case(cmd.ReadMessage(), ready=message),
    case(lambda desk: cmd.AskApproval(request=a_request(ME)), name="AskApproval"),
]  # fmt: skip
