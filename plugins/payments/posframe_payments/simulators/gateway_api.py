"""What a simulated gateway answers to each HTTP request, from docs/formats/gateway.md alone."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any, Final

import attrs

from posframe_payments.simulators.gateway_ledger import QR, GatewayLedger, Kept, Refusal
from posframe_payments.simulators.gateway_mishaps import on_its_way, payment_of, unheard
from posframe_payments.simulators.gateway_wire import Answer, Request, error, json_body

if TYPE_CHECKING:
    from collections.abc import Callable

PAGE_ITEMS: Final = 100


class GatewayApi:
    """Routes requests to a ledger, and lets go wrong what was asked for."""

    def __init__(self, ledger: GatewayLedger, api_key: str) -> None:
        self.ledger, self._api_key = ledger, api_key
        self.requests: list[Request] = []
        """All that came over the wire."""
        self._keys: dict[str, tuple[str, bytes]] = {}
        """(path, body) by idempotency key."""

    async def answer(self, request: Request) -> Answer:
        """Answer a request."""
        self.requests.append(request)
        if request.authorization != f"Bearer {self._api_key}":
            return error(401, "unauthorized")
        payment = payment_of(request.path)
        if request.method == "PUT" and self.ledger.happens("late request"):
            loop = asyncio.get_running_loop()
            loop.call_later(self.ledger.late_s, self._done, request, payment)
            await asyncio.Event().wait()  # until the till hangs up
        before = unheard(self.ledger, request)
        if before is not None:
            return before
        try:
            if request.method in ("PUT", "POST"):
                self._check_key(request)
            found = self._done(request, payment)
        except Refusal as refusal:
            return error(refusal.status, refusal.error, payment, refusal.words)
        except (ValueError, KeyError, TypeError, AttributeError):
            return error(400, "malformed", payment)
        return on_its_way(self.ledger, request, Answer(status=200, body=json_body(found)))

    def about(self, kept: Kept) -> dict[str, Any]:
        """Return a payment as the wire has it."""
        is_booked = kept.movement is not None
        amount = kept.taken_minor if is_booked else kept.asked_minor
        said: dict[str, Any] = {
            "payment": kept.payment,
            "kind": kept.kind,
            "status": kept.status,
            "reference": kept.reference,
            "amount_minor": amount,
            "tip_minor": kept.tip_minor,
            "currency": kept.currency,
            "terminal": kept.terminal,
            "words": kept.words,
        }
        if kept.status == "pending" and kept.by == "wallet":
            said["qr"] = f"{QR}{kept.reference}"
        if kept.status == "approved" and kept.by == "card":
            lines = [f"{kept.terminal} {kept.reference}", f"{kept.currency} {amount}"]
            said["slips"] = [{"kind": "customer", "lines": lines}]
        return {name: value for name, value in said.items() if value}

    def _done(self, request: Request, payment: str) -> dict[str, Any]:
        """Do what a request asks for.

        Raises:
            Refusal: it is not done.
        """
        if payment:
            verb = f"{request.method} {request.path.rpartition('/')[2]}"
            return self.about(self._payment(verb if "POST" in verb else request.method, request))
        ledger = self.ledger
        match request.method, *request.path.strip("/").split("/")[1:]:
            case "GET", "terminals", ledger.terminal:
                return {"terminal": ledger.terminal, "online": ledger.is_online}
            case "GET", "terminals", ledger.terminal, "payments":
                return self._page(int(request.query.removeprefix("since=") or "0"))
            case "POST", "terminals", ledger.terminal, "batches":
                said = attrs.asdict(ledger.hand_in(request.key))
                return {**said, "terminal": ledger.terminal, "currency": "EUR"}
        raise Refusal(404, "no_such_path")

    def _payment(self, verb: str, request: Request) -> Kept:
        """Do what is asked about one payment, and return it."""
        payment, ledger = payment_of(request.path), self.ledger
        acts: dict[str, Callable[[], Kept]] = {
            "PUT": lambda: ledger.ask(_wanted(payment, request.body)),
            "GET": lambda: ledger.known(payment),
            "POST cancel": lambda: ledger.cancel(payment),
            "POST reverse": lambda: ledger.reverse(payment),
        }
        if verb not in acts:
            raise Refusal(404, "no_such_path")
        return acts[verb]()

    def _page(self, since: int) -> dict[str, Any]:
        numbers = {each.movement: each for each in self.ledger.payments.values()}
        every = [numbers[each.number] for each in self.ledger.acquirer.movements]
        part = every[since : since + PAGE_ITEMS]
        end = since + len(part)
        payments = [self.about(each) for each in part]
        return {"payments": payments, "next": str(end), "more": end < len(every)}

    def _check_key(self, request: Request) -> None:
        """Refuse a key that was used for something else.

        Raises:
            Refusal: it was, or there is none.
        """
        if not request.key:
            raise Refusal(400, "no_key")
        meant = request.path, request.body
        if self._keys.setdefault(request.key, meant) != meant:
            raise Refusal(409, "conflict", "that key was used for something else")


def _wanted(payment: str, body: bytes) -> Kept:
    said = json.loads(body)
    amount = said["amount_minor"]
    if type(amount) is not int or amount <= 0 or said["kind"] not in ("charge", "refund"):
        raise ValueError("no payment")
    return Kept(
        payment=payment,
        kind=said["kind"],
        asked_minor=amount,
        currency=said["currency"],
        terminal=said["terminal"],
        original=said.get("original", ""),
        by=said["by"],
        wanted=body,
    )
