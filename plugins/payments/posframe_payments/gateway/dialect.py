"""What is particular to one gateway: its paths, fields, statuses and words. It does no I/O.

`Dialect` speaks docs/formats/gateway.md, which is posframe's own. For a gateway that exists,
subclass it, override what differs, and give it to a ``GatewayMethod``; nothing else changes.
"""

from __future__ import annotations

import json
from typing import Any, Final, Literal

import attrs

from posframe import AnswerOutcome, Batch, Identity, PaymentRequest, ProviderAnswer, Slip
from posframe_payments.gateway.exchange import Ask, Reply
from posframe_payments.gateway.reading import Fields, not_understood, read_object

OUTCOMES: Final = {
    "pending": AnswerOutcome.IN_PROGRESS,
    "approved": AnswerOutcome.APPROVED,
    "declined": AnswerOutcome.DECLINED,
    "cancelled": AnswerOutcome.DECLINED,
    "expired": AnswerOutcome.DECLINED,
    "reversed": AnswerOutcome.REVERSED,
}
"""What a payment's status means; any other is not understood."""
_MONEY_MOVED = frozenset({AnswerOutcome.APPROVED, AnswerOutcome.REVERSED})
_SLIPS: Final[dict[str, Literal["customer", "merchant", "batch", "pay"]]] = {
    "customer": "customer",
    "merchant": "merchant",
    "batch": "batch",
    "pay": "pay",
}
_JSON: Final = "application/json"
NOT_FOUND: Final = (404, "not_found")
SETTLED: Final = (409, "settled")
"""The only errors that say something about money; all others say nothing."""
NO_CODE: Final = "no code to scan has come: wait, or cancel"


@attrs.frozen(kw_only=True)
class Page:
    """Part of a list of payments, oldest first."""

    payments: tuple[ProviderAnswer, ...]
    next_mark: str
    is_last: bool


class Dialect:
    """Asks one reader, or one shop's account, of a gateway, and reads what it replies.

    Everything that reads raises ``DataError`` for what it does not understand: nobody knows then.
    """

    def __init__(self, terminal: str, kind: str = "card") -> None:
        """Prepare.

        Args:
            terminal: the gateway's name for the reader, or for the shop's account.
            kind: ``card`` or ``wallet``, whose customers scan a code.
        """
        self.terminal, self.kind = terminal, kind

    def ask_terminal(self) -> Ask:
        """Ask who the terminal is, and whether it is there; it charges nothing."""
        return Ask(method="GET", path=f"/v1/terminals/{self.terminal}")

    def ask_payment(self, request: PaymentRequest) -> Ask:
        """Ask for money, or for money to go back; our payment id names what is made."""
        wanted = {
            "kind": request.kind,
            "amount_minor": request.amount_minor,
            "currency": request.currency,
            "terminal": request.terminal or self.terminal,
            "by": self.kind,
        }
        if request.kind == "refund":
            wanted["original"] = request.original
        return Ask(method="PUT", path=_path(request), body=json_bytes(wanted), key=request.key)

    def ask_status(self, request: PaymentRequest) -> Ask:
        """Ask what became of a payment."""
        return Ask(method="GET", path=_path(request))

    def ask_cancel(self, request: PaymentRequest) -> Ask:
        """Ask for a payment to be given up, also one that has not arrived yet."""
        return Ask(method="POST", path=f"{_path(request)}/cancel", key=f"{request.key}-c")

    def ask_reversal(self, request: PaymentRequest) -> Ask:
        """Ask for all of a payment to go back."""
        return Ask(method="POST", path=f"{_path(request)}/reverse", key=request.reversal)

    def ask_since(self, mark: str) -> Ask:
        """Ask what was booked after a mark; empty: from the beginning."""
        return Ask(
            method="GET",
            path=f"/v1/terminals/{self.terminal}/payments" + (f"?since={mark}" if mark else ""),
        )

    def ask_batch(self, key: str) -> Ask:
        """Ask for what was taken to be handed in to the bank."""
        return Ask(method="POST", path=f"/v1/terminals/{self.terminal}/batches", key=key)

    def identity(self, reply: Reply) -> tuple[Identity, bool]:
        """Read who the terminal is, and whether it is there."""
        found = _object(reply)
        return Identity(terminal=found.needed_name("terminal")), found.flag("online")

    def answer(self, request: PaymentRequest, reply: Reply) -> ProviderAnswer:
        """Read what is said of a payment: what came of asking for it, and what became of it."""
        if _error_of(reply, request.payment) == NOT_FOUND:
            return ProviderAnswer(outcome=AnswerOutcome.NOT_FOUND, payment=request.payment)
        found = _object(reply)
        answer = self.payment(found)
        is_same = answer.payment == request.payment
        if is_same and found.name("kind") not in ("", request.kind):
            raise not_understood("it makes a refund of a charge, or a charge of a refund")
        return answer

    def reversed(self, request: PaymentRequest, reply: Reply) -> ProviderAnswer:
        """Read what came of asking for a reversal."""
        if _error_of(reply, request.payment) == SETTLED:
            words = read_object(reply.body).words("words")
            return ProviderAnswer(
                outcome=AnswerOutcome.REFUSED,
                payment=request.payment,
                words=words or "it is settled already: refund it instead",
            )
        return self.answer(request, reply)

    def page(self, reply: Reply) -> Page:
        """Read a part of a list."""
        found = _object(reply)
        return Page(
            payments=tuple(self.payment(each) for each in found.objects("payments")),
            next_mark=found.name("next"),
            is_last=not found.flag("more"),
        )

    def batch(self, reply: Reply) -> Batch:
        """Read what was handed in."""
        found = _object(reply)
        return Batch(
            terminal=found.needed_name("terminal"),
            count=found.minor("count"),
            gross_minor=found.whole("gross_minor"),
            fees_minor=found.whole("fees_minor"),
            currency=found.name("currency"),
            reference=found.needed_name("batch"),
            slips=self.slips(found),
        )

    def told(self, body: bytes) -> ProviderAnswer:
        """Read what a webhook tells; its signature is known to be right."""
        found = read_object(body)
        if found.name("type") != "payment.changed":
            raise not_understood("its type is another than payment.changed")
        return self.payment(found.object("data"))

    def payment(self, found: Fields) -> ProviderAnswer:
        """Read a payment as it stands."""
        status = found.needed_name("status")
        if status not in OUTCOMES:
            raise not_understood("its status is another than those agreed")
        answer = ProviderAnswer(
            outcome=OUTCOMES[status],
            payment=found.payment("payment"),
            reference=found.name("reference"),
            amount_minor=found.minor("amount_minor"),
            currency=found.name("currency"),
            tip_minor=found.minor("tip_minor") or 0,
            terminal=found.name("terminal"),
            words=found.words("words"),
            slips=self.slips(found),
            shows=found.scanned("qr") if status == "pending" else "",
        )
        if answer.outcome in _MONEY_MOVED:
            _check_whole(answer)
        if status == "pending" and self.kind == "wallet" and not answer.shows:
            answer = attrs.evolve(answer, words=answer.words or NO_CODE)
        return attrs.evolve(answer, raw=_kept(status, answer))

    def slips(self, found: Fields) -> tuple[Slip, ...]:
        """Read what is to be printed."""
        slips = []
        for each in found.objects("slips"):
            kind = each.needed_name("kind")
            if kind not in _SLIPS:
                raise not_understood("it has a slip of another kind than those agreed")
            qr = each.scanned("qr")
            slips.append(Slip(kind=_SLIPS[kind], lines=each.lines("lines"), qr=qr))
        return tuple(slips)


def json_bytes(value: Any) -> bytes:  # noqa: ANN401 - whatever JSON can say
    """Return a value as JSON, always the same for the same."""
    return json.dumps(value, separators=(",", ":"), sort_keys=True, ensure_ascii=True).encode()


def _path(request: PaymentRequest) -> str:
    return f"/v1/payments/{request.payment}"


def _object(reply: Reply) -> Fields:
    """Return what a reply that says all is well carries; any other says nothing about money."""
    if reply.status not in (200, 201):
        raise not_understood(f"it is an error, {reply.status}")
    if reply.media_type != _JSON:
        raise not_understood("it is no JSON")
    return read_object(reply.body)


def _error_of(reply: Reply, payment: str) -> tuple[int, str] | None:
    """Return status and error of a reply that says no; None: it is no error, or not the gateway's.

    An error page of something on the way has no JSON, or does not name the payment.
    """
    if reply.status < 400 or reply.media_type != _JSON:
        return None
    found = read_object(reply.body)
    if not found.has("payment") or found.payment("payment") != payment:
        return None
    return reply.status, found.name("error")


def _check_whole(answer: ProviderAnswer) -> None:
    """Refuse that money moved where it is not said how much, of which currency, and under what.

    Raises:
        DataError: something is missing.
    """
    if not answer.amount_minor:
        raise not_understood("money moved, and it has no amount")
    if not (answer.reference and answer.currency and answer.terminal):
        raise not_understood("money moved, and its reference, currency or terminal is missing")
    if answer.tip_minor >= answer.amount_minor:
        raise not_understood("its tip is all of its amount")


def _kept(status: str, answer: ProviderAnswer) -> bytes:
    """Return what is kept of a message word for word: fields we know, and nothing beside them."""
    kept = {
        "status": status,
        "payment": answer.payment,
        "reference": answer.reference,
        "amount_minor": answer.amount_minor,
        "tip_minor": answer.tip_minor,
        "currency": answer.currency,
        "terminal": answer.terminal,
        "words": answer.words,
    }
    return json_bytes({name: value for name, value in kept.items() if value})
