"""Views of payments by something outside; loaded with the first of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from posframe import open_payments
from posframe_terminal import pages, payment_pages, words
from posframe_terminal.answering import FIELDS
from posframe_terminal.showing import PAYING

if TYPE_CHECKING:
    from posframe import OpenPayment, Tender, Transaction
    from posframe_terminal.answering import Answering
    from posframe_terminal.showing import Showing
    from posframe_terminal.views import Severity, View

SECOND_US: Final = 1_000_000
_SEVERITIES: Final[dict[str, Severity]] = {
    "under way": "info",
    "in doubt": "warning",
    "giving back": "warning",
    "with a person": "error",
}
_KEYS: Final = {
    "cancel": "payment_cancel",
    "paid": "payment_paid",
    "not paid": "payment_not_paid",
    "given back": "payment_given_back",
}
_WAYS: Final = (
    ("cancel_payment", "ask to cancel this payment"),
    ("hold", "hold, serve the next customer"),
    ("payments", "open payments, supervisor"),
)


def paying(showing: Showing, sale: Transaction) -> View:
    """Return the screen of a sale with a payment under way or in doubt."""
    found = [each for each in open_payments(showing.till) if each.is_here]
    payment = next(each for each in reversed(found) if each.standing != "with a person")
    tender = next(each for each in sale.tenders if each.id == payment.id)
    print_ = (("print_code", "print the code"),) if payment.shows else ()
    return payment_pages.PayingView(
        head=showing.head(showing.title(sale)),
        money=showing.money,
        seen=showing.seen(PAYING),
        first=("cancel_payment", "hold", "payments", *(action for action, _ in print_)),
        label=payment.label,
        amount_minor=payment.amount_minor,
        words=_sentence(payment.words),
        elapsed=_elapsed(showing, payment.since_us),
        severity=_SEVERITIES[payment.standing],
        tenders=tender_rows(showing, sale.applied),
        open_minor=sale.due_minor - tender.applied_minor,
        shows=payment.shows,
        notes=("The sale goes on by itself when the answer comes.",),
        ways=(*print_, *_WAYS),
    )


def payments(showing: Showing, marked: int) -> View:
    """Return the list of all open payments."""
    found = open_payments(showing.till)
    now_us = showing.till.parts.clock.wall_us()
    return payment_pages.PaymentsView(
        head=showing.head("PAYMENTS"),
        money=showing.money,
        seen=showing.seen(),
        first=tuple(_KEYS.values()),
        payments=tuple(
            payment_pages.PaymentRow(
                id=each.id,
                label=each.label,
                amount_minor=-each.amount_minor if each.kind == "refund" else each.amount_minor,
                sale=each.sale,
                since=showing.till.clock_text(each.since_us)[11:16],
                age=words.age((now_us - each.since_us) // SECOND_US),
                standing=each.standing,
                severity=_SEVERITIES[each.standing],
            )
            for each in found
        ),
        detail=_detail(showing, found[min(marked, len(found) - 1)]) if found else (),
    )


def answer(showing: Showing, form: Answering) -> View:
    """Return the form in which a person says what became of a payment."""
    payment = form.payment
    stage = f"{payment.id} {form.answer} {form.field}"
    return payment_pages.AnswerView(
        head=showing.head(_answer_words(payment, form.answer).upper()),
        money=showing.money,
        seen=showing.seen(stage),
        title=f"{payment.label.upper()} {showing.amount(payment.amount_minor)}: "
        f"{_answer_words(payment, form.answer).upper()}",
        text=(f"Of {payment.sale}. {_sentence(payment.words)} Your word is kept with your name.",),
        fields=tuple(
            pages.Field(
                label=field,
                value=_said(showing, form, field),
                current=field == form.field,
                note="may be empty" if field == "reason" else "",
            )
            for field in FIELDS[form.answer]
        ),
        choices=(
            pages.Choice(key="Enter", label="to the next field"),
            pages.Choice(key="Esc", label="say nothing"),
        ),
        severity="warning",
    )


def tender_rows(showing: Showing, tenders: tuple[Tender, ...]) -> tuple[pages.TenderRow, ...]:
    """Return the tenders that count, each with its tip and whose word it rests on."""
    return tuple(
        pages.TenderRow(
            label=each.label, amount_minor=each.applied_minor, state=_state(showing, each)
        )
        for each in tenders
    )


def standing_notice(showing: Showing) -> str:
    """Say in one line which payment needs most attention, and by which key; empty: none."""
    found = open_payments(showing.till)
    if not found:
        return ""
    worst = max(found, key=lambda each: (each.is_asked, each.standing != "under way"))
    more = f" and {len(found) - 1} more" if len(found) > 1 else ""
    what = f"{worst.label} {showing.amount(worst.amount_minor)} of {worst.sale}{more}"
    return f"{showing.key_of('payments')}: {what} {worst.standing}"


def _state(showing: Showing, tender: Tender) -> str:
    tip = f"+ tip {showing.amount(tender.tip_minor)}" if tender.tip_minor else ""
    said = f"as {tender.said_by} said" if tender.said_by else ""
    return "  ".join(filter(None, (tip, said)))


def _said(showing: Showing, form: Answering, field: str) -> str:
    if field == "amount" and form.amount_minor:
        return showing.amount(form.amount_minor)
    return form.said.get(field, "")


def _answer_words(payment: OpenPayment, answer: str) -> str:
    """Return what an answer says: a refund that its sale does not count is paid again."""
    is_again = answer == "given back" and payment.kind == "refund"
    return "paid again" if is_again else answer


def _detail(showing: Showing, payment: OpenPayment) -> tuple[str, ...]:
    """Say how the marked payment stands, and which keys do what about it."""
    keys = [
        f"{showing.key_of(_KEYS[each])} {_answer_words(payment, each)}" for each in payment.answers
    ]
    if payment.is_held:
        keys.append("Enter recalls its sale")
    tip = f", {showing.amount(payment.tip_minor)} of it tip" if payment.tip_minor else ""
    what = f"{payment.label} {showing.amount(payment.amount_minor)}{tip}, {payment.sale}"
    return (what, _sentence(payment.words), "   ".join(keys) or "Nothing is to be done: wait.")


def _elapsed(showing: Showing, since_us: int) -> str:
    minutes, seconds = divmod((showing.till.parts.clock.wall_us() - since_us) // SECOND_US, 60)
    return f"{max(minutes, 0)}:{seconds:02}"


def _sentence(text: str) -> str:
    shown = text[:1].upper() + text[1:]
    return shown if shown.endswith(("?", ".", "!")) else f"{shown}."
