"""Payments by QR code: the customer's bank pushes the money, and nothing comes back on that way.

So nobody knows, until a person has looked at the account, or the bank's file has the transfer. A
code that was shown once can be paid at any time: taking it off the screen undoes nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import anyio
import anyio.to_thread

from posframe import (
    AnswerOutcome,
    Capabilities,
    Identity,
    Money,
    PaymentProvider,
    PaymentRequest,
    ProviderAnswer,
    Question,
    RuleViolation,
    Slip,
)
from posframe_payments.qr_references import spaced

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from posframe_payments.qr_bank import BankFolder
    from posframe_payments.qr_payees import PayCode, Payee

SHOWN_S: Final = 900
"""So long a code stays on the screen beyond the time the till waits for it."""
LOOK_EVERY_S: Final = 1
_DAY_S: Final = 86_400
BY_CASHIER: Final = Capabilities(inquiry="none", answer_within_s=60, grace_s=0)


def by_bank(wait_s: int, days: int) -> Capabilities:
    """Return what a bank's files can do: found by reference, not there for certain after days."""
    return Capabilities(
        inquiry="reference",
        answer_within_s=wait_s,
        grace_s=days * _DAY_S,
        look_again_s=days * _DAY_S,
    )


class QrProvider(PaymentProvider):
    """Shows codes; whether one was paid is for a person to say."""

    def __init__(
        self, payee: Payee, *, prints: bool, capabilities: Capabilities = BY_CASHIER
    ) -> None:
        self.capabilities = capabilities
        self._payee = payee
        self._prints = prints
        self._taken_away: dict[str, anyio.Event] = {}
        """By payment whose code is on the screen."""

    async def authorise(self, request: PaymentRequest) -> AsyncIterator[ProviderAnswer]:
        """Show the code, say that nobody knows, and leave the code there."""
        code = self._code(request)
        try:
            yield self._showing(request, code)
            words = f"to be paid with reference {spaced(code.reference)}"
            yield _unknown(request, words, code.payload)
            await self._taken_away_within(request, SHOWN_S)
        finally:
            self._taken_away.pop(request.payment, None)

    async def cancel(self, request: PaymentRequest) -> None:
        """Take the code off the screen."""
        shown = self._taken_away.get(request.payment)
        if shown is not None:
            shown.set()

    def question(self, request: PaymentRequest) -> Question:
        """Ask for what the account says."""
        amount = Money(request.amount_minor, request.currency)
        reference = spaced(self._payee.refer(request.payment))
        words = f"Is the transfer of {amount} with reference {reference} on the account?"
        return Question(words=f"{words} Look with the bank, not at the customer's telephone")

    def _code(self, request: PaymentRequest) -> PayCode:
        if request.training:
            raise RuleViolation("This is practice: no code is shown", hint="switch training off")
        return self._payee.code(request)

    def _showing(self, request: PaymentRequest, code: PayCode) -> ProviderAnswer:
        self._taken_away[request.payment] = anyio.Event()
        slip = Slip(kind="pay", lines=code.lines, qr=code.payload)
        return ProviderAnswer(
            outcome=AnswerOutcome.IN_PROGRESS,
            payment=request.payment,
            words=f"the customer pays by QR code, reference {spaced(code.reference)}",
            shows=code.payload,
            slips=(slip,) if self._prints else (),
        )

    async def _taken_away_within(self, request: PaymentRequest, seconds: int) -> bool:
        """Wait until the code is to be taken away; whether it is."""
        shown = self._taken_away[request.payment]
        with anyio.move_on_after(seconds):
            await shown.wait()
        return shown.is_set()


class BankedQrProvider(QrProvider):
    """Shows codes, and looks for their references in the bank's files."""

    def __init__(
        self, payee: Payee, bank: BankFolder, capabilities: Capabilities, *, prints: bool
    ) -> None:
        super().__init__(payee, prints=prints, capabilities=capabilities)
        self._bank = bank
        self._looks_max = (capabilities.answer_within_s + SHOWN_S) // LOOK_EVERY_S

    async def identify(self) -> Identity:
        """Make sure that the bank's word can be heard.

        Raises:
            DeviceOffline: its folder is not there.
        """
        await anyio.to_thread.run_sync(self._bank.check, abandon_on_cancel=True)
        return Identity()

    async def authorise(self, request: PaymentRequest) -> AsyncIterator[ProviderAnswer]:
        """Show the code until the bank says that it was paid, or it is taken away."""
        code = self._code(request)
        try:
            yield self._showing(request, code)
            for _ in range(self._looks_max):
                answer = await self._seen(request, code.reference)
                if answer.outcome is AnswerOutcome.APPROVED:
                    yield answer
                    return
                if await self._taken_away_within(request, LOOK_EVERY_S):
                    break
        finally:
            self._taken_away.pop(request.payment, None)
        yield _unknown(request, "the code was taken away; it may have been paid")

    async def inquire(self, request: PaymentRequest) -> ProviderAnswer:
        """Look for the payment's reference."""
        return await self._seen(request, self._code(request).reference)

    async def _seen(self, request: PaymentRequest, reference: str) -> ProviderAnswer:
        look = await anyio.to_thread.run_sync(
            self._bank.find, reference, request.amount_minor, abandon_on_cancel=True
        )
        if look.credit is None and look.unclear:
            return _unknown(request, look.unclear)
        if look.credit is None:
            return ProviderAnswer(
                outcome=AnswerOutcome.NOT_FOUND,
                payment=request.payment,
                words="not on the account so far",
            )
        return ProviderAnswer(
            outcome=AnswerOutcome.APPROVED,
            payment=request.payment,
            reference=reference,
            amount_minor=look.credit.amount_minor,
            currency=look.credit.currency,
            words=f"credited, by {look.credit.place}",
        )


def _unknown(request: PaymentRequest, words: str, shows: str = "") -> ProviderAnswer:
    return ProviderAnswer(
        outcome=AnswerOutcome.UNKNOWN, payment=request.payment, words=words, shows=shows
    )
