"""Decide: what comes of a command. A pure generator that asks questions and is sent answers.

``decide`` yields questions (``questions``), is sent their answers and returns a ``Decision``; a
refusal is a ``RuleViolation`` and changes nothing. What each command does is in ``decide_lines``,
``decide_sale``, ``decide_terms``, ``decide_tender`` and ``decide_till``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from posframe.kernel.domain import (
    cash_moving,
    decide_approval,
    decide_batch,
    decide_blind_return,
    decide_day,
    decide_lines,
    decide_look,
    decide_operator,
    decide_payment,
    decide_report,
    decide_return,
    decide_sale,
    decide_shift,
    decide_stray,
    decide_tender,
    decide_terms,
    decide_till,
    decide_word,
)
from posframe.kernel.domain import commands as cmd
from posframe.kernel.domain.decide_allowed import check_allowed, check_outcome
from posframe.kernel.domain.draft import Decision, Draft
from posframe.kernel.domain.questions import Contribute, DecidePlugin

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from posframe.kernel.domain.transaction import TillState
    from posframe.kernel.domain.views import Moment

Step = "Callable[[Draft, Any], Generator[Any, Any, str]]"


def decide(
    state: TillState,
    command: Any,  # noqa: ANN401 - plugins bring commands of their own
    moment: Moment,
    settings: cmd.Settings,
) -> Generator[Any, Any, Decision]:
    """Return what ``command`` comes to.

    Raises:
        RuleViolation: it is refused; nothing changes.
        DataError: what was scanned or keyed cannot be understood; nothing changes.
    """
    draft = Draft(state, moment, settings)
    check_allowed(draft, command)
    step = _STEPS.get(type(command), _plugin_command)
    words = yield from step(draft, command)
    check_outcome(draft, command)
    if draft.events and type(command) is not cmd.NoteFault:  # who failed would fail again
        for owner, sale, events in tuple(draft.by_sale()):
            for event in (yield Contribute(sale, events)) or ():
                draft.events.append((event, owner))
    return Decision(tuple(draft.events), draft.state, words)


def _plugin_command(
    draft: Draft,
    command: Any,  # noqa: ANN401 - a plugin's own class
) -> Generator[Any, Any, str]:
    words, events = yield DecidePlugin(command, draft.touched, draft.moment)
    for event in events:
        draft.add(event)
    return str(words)


_STEPS: dict[type, Callable[[Draft, Any], Generator[Any, Any, str]]] = {
    cmd.AddItem: decide_lines.add_item,
    cmd.AddDepartment: decide_lines.add_department,
    cmd.Learn: decide_lines.learn,
    cmd.VoidLine: decide_lines.void_line,
    cmd.ChangeQuantity: decide_lines.change_quantity,
    cmd.OverridePrice: decide_lines.override_price,
    cmd.Discount: decide_sale.discount,
    cmd.RemoveDiscounts: decide_sale.remove_discounts,
    cmd.SetCustomer: decide_terms.set_customer,
    cmd.AddCoupon: decide_terms.add_coupon,
    cmd.RemoveCoupon: decide_terms.remove_coupon,
    cmd.SetFulfilment: decide_terms.set_fulfilment,
    cmd.Total: decide_terms.total,
    cmd.CheckAge: decide_sale.check_age,
    cmd.Suspend: decide_sale.suspend,
    cmd.Resume: decide_sale.resume,
    cmd.Cancel: decide_sale.cancel,
    cmd.Return: decide_return.return_goods,
    cmd.ReturnWithoutReceipt: decide_blind_return.return_without_receipt,
    cmd.PostVoid: decide_return.post_void,
    cmd.Pay: decide_tender.pay,
    cmd.TakeBackTender: decide_tender.take_back,
    cmd.SendPayment: decide_payment.send,
    cmd.HearProvider: decide_payment.hear,
    cmd.HearStray: decide_stray.hear_stray,
    cmd.LosePayment: decide_payment.lose,
    cmd.CancelPayment: decide_payment.wish_cancel,
    cmd.ResolvePayment: decide_word.resolve,
    cmd.QueueReversal: decide_payment.queue_reversal,
    cmd.GivenBack: decide_word.given_back,
    cmd.PrintSlips: decide_batch.print_slips,
    cmd.CloseBatch: decide_batch.close_batch,
    cmd.HearBatch: decide_batch.hear_batch,
    cmd.Reprint: decide_till.reprint,
    cmd.PrintExplanation: decide_till.print_explanation,
    cmd.MoveCash: cash_moving.move_cash,
    cmd.ClaimJobs: decide_till.claim_jobs,
    cmd.SettleJob: decide_till.settle_job,
    cmd.AnswerJob: decide_till.answer_job,
    cmd.Start: decide_till.start,
    cmd.Anchor: decide_till.anchor,
    cmd.NoteFault: decide_till.note_fault,
    cmd.SignIn: decide_operator.sign_in,
    cmd.RefuseSignIn: decide_operator.refuse_sign_in,
    cmd.SignOut: decide_operator.sign_out,
    cmd.Lock: decide_operator.lock,
    cmd.FreeNumber: decide_operator.free_number,
    cmd.LeaveMessage: decide_operator.leave_message,
    cmd.ReadMessage: decide_operator.read_message,
    cmd.AskApproval: decide_approval.ask_approval,
    cmd.GrantApproval: decide_approval.grant_approval,
    cmd.DenyApproval: decide_approval.deny_approval,
    cmd.NoteLesson: decide_operator.note_lesson,
    cmd.PlaceDrawer: decide_shift.place_drawer,
    cmd.OpenShift: decide_shift.open_shift,
    cmd.EndShift: decide_shift.end_shift,
    cmd.RecountShift: decide_shift.recount_shift,
    cmd.ExplainDifference: decide_shift.explain_difference,
    cmd.ConfirmShift: decide_shift.confirm_shift,
    cmd.HandOver: decide_shift.hand_over,
    cmd.CloseDay: decide_day.close_day,
    cmd.PrintX: decide_day.print_x,
    cmd.PrintZ: decide_day.print_z,
    cmd.LookPrice: decide_look.look_price,
    cmd.OpenReport: decide_report.open_report,
    cmd.OpenReportFor: decide_report.open_report_for,
}
