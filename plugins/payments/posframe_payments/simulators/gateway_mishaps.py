"""What goes wrong between a simulated gateway and the till, before it heard and after."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import attrs

from posframe_payments.simulators.gateway_wire import BREAK, Answer, Request, error, json_body

if TYPE_CHECKING:
    from posframe_payments.simulators.gateway_ledger import GatewayLedger


def unheard(ledger: GatewayLedger, request: Request) -> Answer | None:
    """Return what is answered to a request that the gateway never hears; None: it hears it."""
    if request.method == "GET":
        name = "unreachable" if "/terminals/" in request.path else "lost poll"
        return BREAK if ledger.happens(name) else None
    if request.method != "PUT":
        return None
    faults = {
        "lost request": BREAK,
        "garbage": Answer(status=200, body=b'{"status": "appr'),
        "page": Answer(status=200, media_type="text/html", body=b"<h1>Welcome</h1>"),
        "elsewhere": Answer(status=302),
        "busy": error(409, "busy", payment_of(request.path)),
    }
    return next((answer for name, answer in faults.items() if ledger.happens(name)), None)


def on_its_way(ledger: GatewayLedger, request: Request, answer: Answer) -> Answer:
    """Return what becomes of an answer on its way to the till."""
    if request.method == "POST":
        is_lost = request.path.endswith("/reverse") and ledger.happens("lost reversal")
        return BREAK if is_lost else answer
    if "/terminals/" in request.path:
        return answer
    if request.method == "PUT":
        lost = {"lost answer": BREAK, "out of order": error(500, "out_of_order")}
        for name, instead in lost.items():
            if ledger.happens(name):
                return instead
    return _spoilt(ledger, answer)


def payment_of(path: str) -> str:
    """Return the payment that a path is about; empty: none."""
    parts = path.strip("/").split("/")
    return parts[2] if len(parts) > 2 and parts[1] == "payments" else ""


def _spoilt(ledger: GatewayLedger, answer: Answer) -> Answer:
    said = json.loads(answer.body)
    if ledger.happens("half"):
        return attrs.evolve(answer, is_half=True)
    if ledger.happens("foreign"):
        return attrs.evolve(answer, body=json_body(_another(ledger, said)))
    if said["status"] == "approved" and ledger.happens("other amount"):
        more = {"amount_minor": said["amount_minor"] + 1000}
        return attrs.evolve(answer, body=json_body({**said, **more}))
    return attrs.evolve(answer, times=2) if ledger.happens("twice") else answer


def _another(ledger: GatewayLedger, said: dict[str, Any]) -> dict[str, Any]:
    """Return an approval of another payment, of the same amount."""
    return {
        "payment": f"{'0' * 32}-1",
        "kind": said["kind"],
        "status": "approved",
        "reference": "G999999",
        "amount_minor": said["amount_minor"],
        "currency": said["currency"],
        "terminal": ledger.terminal,
    }
