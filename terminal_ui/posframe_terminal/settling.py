"""Settling: what an operator does about payments under way, in doubt or going back.

It turns keys into the kernel's commands; whose word counts, and for what, the kernel decides.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from posframe import RuleViolation, Slip, commands, open_payments
from posframe_terminal.answering import Answer, Answering
from posframe_terminal.asking import Asking
from posframe_terminal.door import DONE, Outcome

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from posframe import OpenPayment, Session, Till
    from posframe_terminal.door import Invoked, Typed
    from posframe_terminal.showing import Showing

ANSWERS: Final[dict[str, Answer]] = {
    "payment_paid": "paid",
    "payment_not_paid": "not paid",
    "payment_given_back": "given back",
}
LIST: Final = "payments"


class Settling:
    """The counter's part that is about payments by something outside."""

    def __init__(
        self,
        till: Till,
        session: Session,
        showing: Showing,
        do: Callable[..., Awaitable[Outcome]],
    ) -> None:
        """``do`` has the till do a command, and returns once it is on disk."""
        self._till, self._session, self._showing, self._do = till, session, showing, do

    async def invoked(self, request: Invoked) -> Outcome:
        """Do what a key means for the marked payment, or for the one under way.

        Raises:
            RuleViolation: it cannot be done for that payment as it stands.
        """
        if request.action == "print_code":
            return await self._print_code()
        payment = self._marked(request.choice)
        if request.action == "payment_cancel":
            _check(payment, "cancel")
            return await self._do(commands.CancelPayment(id=payment.id), screen=LIST)
        answer = ANSWERS[request.action]
        _check(payment, answer)
        self._showing.answering = Answering(payment=payment, answer=answer)
        return DONE

    async def filled(self, form: Answering, text: str) -> Outcome:
        """Take a field of a person's answer; with the last one it is done, or asked once more."""
        typed = form.amount_typed(text, self._session.rules)
        if typed is not None:
            self._session.before(typed)  # ten times what was asked has to be typed twice
        form.fill(text, self._session.rules)
        command = form.command()
        if command is None:
            return DONE
        self._showing.answering = None
        if form.answer == "not paid":
            self._showing.asking = self._not_paid(form, command)
            return DONE
        return await self._do(command, screen=LIST)

    async def chosen(self, request: Typed) -> Outcome:
        """Go to the sale of the marked payment; one that is held is recalled.

        Raises:
            RuleViolation: its sale is over.
        """
        if request.text.strip():
            raise RuleViolation("Nothing is typed here", hint="mark a payment, press its key")
        payment = self._marked(request.choice)
        if payment.is_here:
            return Outcome(screen="sale")
        if not payment.is_held:
            raise RuleViolation(f"{payment.label} is of a sale that is over", hint="Esc leads back")
        return await self._do(commands.Resume(transaction=payment.transaction), screen="sale")

    async def wished_away(self) -> Outcome:
        """Ask that the payment under way be given up."""
        return await self._do(commands.CancelPayment())

    async def _print_code(self) -> Outcome:
        found = next((each for each in open_payments(self._till) if each.is_here), None)
        if found is None or not found.shows:
            raise RuleViolation("There is no code to print", hint="wait, or press Esc to cancel")
        words = (found.label, self._showing.amount(found.amount_minor))
        slip = Slip(kind="pay", lines=words, qr=found.shows)
        await self._do(commands.PrintSlips(id=found.id, slips=(slip,)))
        return Outcome(message="Printing the code")

    def _marked(self, id_: str) -> OpenPayment:
        found = next((each for each in open_payments(self._till) if each.id == id_), None)
        if found is None:
            raise RuleViolation("That payment is at its end", hint="look at the list again")
        return found

    def _not_paid(self, form: Answering, command: Any) -> Asking:  # noqa: ANN401 - a ResolvePayment
        payment = form.payment
        return Asking(
            command=command,
            title="NOT PAID?",
            text=f"{payment.label} {self._showing.amount(payment.amount_minor)} of {payment.sale}:"
            f" {form.said['approved by']} says that nothing was charged. The customer pays again."
            " If the terminal did charge, its settlement will show it.",
            yes="yes, it was not paid",
            no="no, leave it in doubt",
            screen=LIST,
        )


def _check(payment: OpenPayment, answer: str) -> None:
    if answer in payment.answers:
        return
    can = ", ".join(payment.answers) or "nothing, wait"
    raise RuleViolation(
        f"{payment.label} is {payment.standing}: {answer!r} is no answer to that now",
        hint=f"these are: {can}",
    )
