"""ExamplePay's server and its customers, in memory: what the plugin is tested against.

It is written from the description of the interface; of the plugin it imports what it tests.
"""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import anyio
import attrs
import httpx2
from examplepay import CAN, ExamplePay

from posframe.testing.payments.kit import PaymentKit


@attrs.define
class Booking:
    """A charge or a refund."""

    number: str
    id: str
    minor: int
    currency: str
    paid_at_s: float
    charge: str = ""
    state: str = "waiting"
    undone_by: str = ""


class Server:
    """The truth: what was taken and given back, by the tills' numbers."""

    def __init__(self) -> None:
        self.bookings: dict[str, Booking] = {}
        self.requests: list[str] = []
        self.customer_s, self.hop_s = 1.0, 0.1
        self._troubles: Counter[str] = Counter()

    def fail(self, trouble: str) -> None:
        """Have a trouble happen once more."""
        self._troubles[trouble] += 1

    def happens(self, trouble: str) -> bool:
        """Tell whether a trouble happens now."""
        self._troubles[trouble] -= 1
        return self._troubles[trouble] >= 0

    def client(self) -> httpx2.AsyncClient:
        """Return a way to this server without a network."""
        transport = httpx2.MockTransport(self.answer)
        return httpx2.AsyncClient(transport=transport, base_url="https://examplepay.test")

    def taken(self, number: str) -> tuple[int, ...]:
        """Return what was booked under a number."""
        self._settle()
        booking = self.bookings.get(number)
        is_taken = booking and not booking.charge and booking.state in {"paid", "undone"}
        return (booking.minor,) if booking and is_taken else ()

    def returned(self, number: str) -> tuple[int, ...]:
        """Return what was given back under a number: as its refund, or by undoing it."""
        self._settle()
        booking = self.bookings.get(number)
        is_back = booking and booking.state == ("paid" if booking.charge else "undone")
        return (booking.minor,) if booking and is_back else ()

    async def answer(self, request: httpx2.Request) -> httpx2.Response:
        """Do what a request asks for."""
        if self.happens("unreachable"):
            raise httpx2.ConnectError("no route")
        kind, number = request.url.path.strip("/").split("/")
        if kind == "merchants":
            return httpx2.Response(200, json={})
        self.requests.append(f"{request.method} {kind} {number}")
        await anyio.sleep(self.hop_s)
        if request.method == "PUT" and self.happens("lost request"):
            raise httpx2.ReadTimeout("lost")
        if request.method == "PUT":
            self._put(kind, number, json.loads(request.content))
        return await self._told(request, number)

    async def _told(self, request: httpx2.Request, number: str) -> httpx2.Response:
        self._settle()
        booking = self.bookings.get(number)
        if booking is None:
            return httpx2.Response(404)
        if request.method == "DELETE" and booking.state == "waiting":
            booking.state = "failed"
        is_end = booking.state != "waiting" or request.method == "PUT"
        if is_end and booking.state == "undone" and self.happens("lost reversal"):
            raise httpx2.ReadTimeout("lost")
        if is_end and self.happens("lost answer"):
            raise httpx2.ReadTimeout("lost")
        if self.happens("garbage"):
            booking.state = "failed"
            return httpx2.Response(200, text="<html>maintenance")
        said: dict[str, Any] = {
            "number": booking.number,
            "id": booking.id,
            "state": booking.state,
            "minor": booking.minor,
            "currency": booking.currency,
            "qr": f"https://examplepay.test/pay/{booking.id}",
        }
        if booking.state == "paid" and self.happens("wrong amount"):
            said["minor"] += 100
        if booking.state == "waiting" and self.happens("foreign answer"):
            said |= {"number": "0" * 32, "id": "EX-0", "state": "paid"}
        return httpx2.Response(200, json=said)

    def _put(self, kind: str, number: str, asked: dict[str, Any]) -> None:
        known = self.bookings.get(number)
        if known is not None and asked.get("undo") and known.state == "paid":
            known.state, known.undone_by = "undone", asked["undo"]
        if known is not None or asked.get("undo"):
            return
        booking = Booking(
            number=number,
            id=f"EX-{len(self.bookings) + 1}",
            minor=asked["minor"],
            currency=asked["currency"],
            paid_at_s=anyio.current_time() + self.customer_s,
        )
        if kind == "refunds":
            booking.charge = asked["charge"]
            booking.state = "paid" if booking.minor <= self._left(booking.charge) else "failed"
        elif self.happens("late approval"):
            booking.paid_at_s += 150.0
        elif self.happens("decline"):
            booking.state = "failed"
        self.bookings[number] = booking

    def _left(self, charge: str) -> int:
        booked = sum(each.minor for each in self.bookings.values() if each.id == charge)
        return booked - sum(
            each.minor
            for each in self.bookings.values()
            if each.charge == charge and each.state == "paid"
        )

    def _settle(self) -> None:
        """Let the customers who had the time pay."""
        for each in self.bookings.values():
            if each.state == "waiting" and anyio.current_time() >= each.paid_at_s:
                each.state = "paid"


def _trouble(name: str) -> Any:  # noqa: ANN401 - as the kit has them
    return lambda server: server.fail(name)


KIT = PaymentKit(
    name="examplepay",
    capabilities=CAN,
    simulator=Server,
    provider=lambda server: ExamplePay("M-17", server.client()),
    booked=Server.taken,
    returned=Server.returned,
    wire=lambda server: len(server.requests),
    troubles={
        name: _trouble(name)
        for name in (
            "decline",
            "lost request",
            "lost answer",
            "late approval",
            "wrong amount",
            "foreign answer",
            "garbage",
            "lost reversal",
            "unreachable",
        )
    },
    cannot={
        "approval after decline": "the service says no only where nothing can follow",
        "duplicate answer": "one request has one reply",
    },
)
