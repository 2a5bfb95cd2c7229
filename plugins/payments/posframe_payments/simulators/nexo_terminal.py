"""A nexo terminal in software: takes sealed messages, moves money in a ledger, answers sealed.

What goes on at the terminal goes on whether or not anybody still waits for the answer. Its time is
the event loop's, also a virtual one. Faults are made to happen by name, each the next time.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import anyio
import attrs

from posframe_payments.simulators import nexo_answers as say
from posframe_payments.simulators.acquirer import Acquirer, Movement
from posframe_payments.simulators.nexo_envelope import Envelope

if TYPE_CHECKING:
    from collections.abc import Callable

FAULTS = {
    "decline": "the bank declines",
    "lost request": "the message does not arrive",
    "late request": "the message arrives later, when nobody waits",
    "lost answer": "the line breaks before the answer",
    "late answer": "the customer takes a long time",
    "approval after decline": "it declines, and books later",
    "twice": "the answer stands twice on the wire",
    "wrong amount": "the first answer names another amount",
    "partial": "the card has only half of it",
    "tip": "the customer adds a tenth",
    "foreign answer": "the answer is about another payment",
    "other till": "the answer is to another till",
    "other terminal": "the answer is another terminal's",
    "old answer": "the answer of the message before comes again",
    "garbage": "the answer is cut off; nothing is booked",
    "tampered": "the answer is changed on its way",
    "other key": "the answer is sealed with another version of the key",
    "busy": "it says that it is busy, and does nothing",
    "lost reversal": "it gives back, and the line breaks before the answer",
    "failed reversal": "it does not reach its host, and gives nothing back",
    "refused reversal": "it gives nothing back, and never will",
    "unreachable": "no connection comes about",
}


@attrs.define
class Record:
    """A message that moved money, or is about to."""

    category: str
    body: say.Body
    """What it answers, once it has."""
    done: anyio.Event = attrs.field(factory=anyio.Event)
    timer: asyncio.TimerHandle | None = None


class Terminal:
    """One terminal, its records and its acquirer's ledger."""

    def __init__(
        self,
        *,
        name: str = "SIM-1",
        wants_login: bool = False,
        note: Callable[[str], None] = lambda _: None,
    ) -> None:
        self.name, self._note = name, note
        self.passphrase, self.identifier, self.version = "correct horse", "till-key", 1
        self.acquirer = Acquirer()
        self.customer_s, self.late_s = 0.5, 30.0
        self.received: list[str] = []
        """Categories of the messages that arrived, in order."""
        self.wants_login = wants_login
        self._is_in = False
        self._faults: list[str] = []
        self._records: dict[tuple[str, str], Record] = {}
        self._ours: dict[str, list[int]] = {}
        """Movements by the till's id."""
        self._names: dict[str, int] = {}
        """Charges by the terminal's own id."""
        self._since = 0
        self._period = 1
        self._last = b""

    def fail(self, name: str) -> None:
        """Make a fault happen the next time it can."""
        assert name in FAULTS, f"{name}: no such fault"
        self._faults.append(name)

    def happens(self, name: str) -> bool:
        """Tell whether a fault happens now."""
        if name not in self._faults:
            return False
        self._faults.remove(name)
        self._note(f"    fault: {name}")
        return True

    def charged(self, payment: str) -> list[int]:
        """Return the amounts taken under an id of the till's."""
        return [each.amount_minor for each in self._of(payment) if each.kind == "charge"]

    def returned(self, payment: str) -> list[int]:
        """Return the amounts given back under an id of the till's."""
        every = self._of(payment)
        return [each.amount_minor for each in every if each.kind == "refund" or not each.stands]

    async def receive(self, envelope: bytes) -> bytes | None:
        """Return the answer to a message; None: the line breaks instead."""
        try:
            message = self._envelope().open(envelope)
        except (ValueError, KeyError, TypeError):
            return b'["Bad envelope"]'
        header = message["MessageHeader"]
        category = header["MessageCategory"]
        self.received.append(category)
        self._note(f"{category} {header['ServiceID']}")
        if category in {"Payment", "Reversal"}:
            if self.happens("lost request"):
                return None
            if self.happens("late request"):
                asyncio.get_running_loop().call_later(self.late_s, self._begin, message)
                return None
        if self.wants_login and not self._is_in and category != "Login":
            return self._sealed(header, category, say.failure("LoggedOut"))
        return await self._answered(header, category, message)

    async def _answered(
        self, header: dict[str, str], category: str, message: say.Body
    ) -> bytes | None:
        if category not in {"Payment", "Reversal"}:
            body = self._simple()[category](message[f"{category}Request"])
            return b"ok" if body is None else self._sealed(header, category, body)
        if self.happens("garbage"):
            return self._sealed(header, category, say.success())[:-40]
        record = self._begin(message)
        if isinstance(record, dict):
            return self._sealed(header, category, record)
        await record.done.wait()
        if self.happens("lost answer") or (
            category == "Reversal" and self.happens("lost reversal")
        ):
            return None
        return self._sealed(header, category, self._altered(record.body))

    def _simple(self) -> dict[str, Callable[[say.Body], say.Body | None]]:
        """Return how messages are answered that move no money; None: not at all."""
        return {
            "TransactionStatus": self._status,
            "Abort": self._abort,
            "Diagnosis": self._diagnosis,
            "Login": self._log_in,
            "Logout": self._log_out,
            "Reconciliation": self._reconcile,
        }

    def _begin(self, message: say.Body) -> Record | say.Body:
        """Begin what moves money; a body is a refusal to."""
        header = message["MessageHeader"]
        category = header["MessageCategory"]
        place = (header["SaleID"], header["ServiceID"])
        if place in self._records:
            return say.failure("NotAllowed", "this ServiceID was used before")
        if self.happens("busy") or self._is_busy():
            return say.failure("Busy", "another request is in progress")
        record = self._records[place] = Record(category, {})
        if category == "Reversal":
            self._end(record, self._reversed(message["ReversalRequest"]))
            return record
        loop, wait_s = asyncio.get_running_loop(), self.customer_s
        if self.happens("late answer"):
            wait_s = self.late_s
        record.timer = loop.call_later(wait_s, self._paid, record, message["PaymentRequest"])
        return record

    def _paid(self, record: Record, asked: say.Body) -> None:
        """Decide a payment, as the customer has shown the card."""
        late = self.happens("approval after decline")
        if late or self.happens("decline"):
            self._end(record, say.failure("Refusal", "NOT_ENOUGH_BALANCE"))
            if late:
                loop = asyncio.get_running_loop()
                loop.call_later(self.late_s, self._book, record, asked)
            return
        self._book(record, asked)
        record.done.set()

    def _book(self, record: Record, asked: say.Body) -> None:
        payment = asked["SaleData"]["SaleTransactionID"]["TransactionID"]
        minor = say.read_minor(asked["PaymentTransaction"]["AmountsReq"]["RequestedAmount"])
        taken = minor // 2 if self.happens("partial") else minor
        taken += minor // 10 if self.happens("tip") else 0
        gives_back = asked.get("PaymentData", {}).get("PaymentType") == "Refund"
        name = self._move("refund" if gives_back else "charge", payment, taken)
        record.body = say.paid(payment, name, taken, minor)

    def _reversed(self, asked: say.Body) -> say.Body:
        if self.happens("failed reversal"):
            return say.failure("UnreachableHost")
        named = asked["OriginalPOITransaction"]["POITransactionID"]["TransactionID"]
        number = self._names.get(named)
        if number is None or self.happens("refused reversal"):
            return say.failure("NotFound" if number is None else "Refusal")
        original = {"OriginalPOITransaction": say.poi_data(named)["POIData"]}
        if "ReversedAmount" not in asked:
            if not self.acquirer.reverse(number, at_s=0.0):
                return say.failure("Refusal", "it was reversed before")
            return {**say.success(), **original}
        minor, id_ = say.read_minor(asked["ReversedAmount"]), asked["SaleData"]["SaleTransactionID"]
        if minor > self._left(named):
            return say.failure("Refusal", "more than is left")
        name = self._move("refund", id_["TransactionID"], minor, of=named)
        part = {"ReversedAmount": say.amount(minor), **say.poi_data(name)}
        return {**say.success(), **original, **part}

    def _left(self, name: str) -> int:
        charge = self.acquirer.movements[self._names[name]]
        back = [each for each in self.acquirer.refunds if each.reference.endswith(f"/{name}")]
        return charge.amount_minor * charge.stands - sum(each.amount_minor for each in back)

    def _move(self, kind: str, payment: str, minor: int, of: str = "") -> str:
        name = f"SIM{len(self.acquirer.movements) + 1:09}.{kind.upper()}"
        act = self.acquirer.charge if kind == "charge" else self.acquirer.refund
        movement = act(minor, terminal=self.name, reference=f"{name}/{of}", at_s=0.0)
        self._ours.setdefault(payment, []).append(movement.number)
        self._names[name] = movement.number
        return name

    def _end(self, record: Record, body: say.Body) -> None:
        record.body = body
        record.done.set()

    def _status(self, asked: say.Body) -> say.Body:
        about = asked["MessageReference"]
        record = self._records.get((about["SaleID"], about["ServiceID"]))
        if record is None or record.category != about["MessageCategory"]:
            return say.failure("NotFound")
        if not record.done.is_set():
            return say.failure("InProgress")
        header = self._header(about["SaleID"], about["ServiceID"], record.category)
        body = {f"{record.category}Response": record.body}
        repeated = {"MessageHeader": header, "RepeatedResponseMessageBody": body}
        return {
            **say.success(),
            "MessageReference": about,
            "RepeatedMessageResponse": repeated,
        }

    def _abort(self, asked: say.Body) -> say.Body | None:
        about = asked["MessageReference"]
        record = self._records.get((about["SaleID"], about["ServiceID"]))
        if record is not None and record.timer is not None and not record.done.is_set():
            record.timer.cancel()
            self._end(record, say.failure("Aborted", "cancelled by the till"))
        return None

    def _diagnosis(self, asked: say.Body) -> say.Body:
        del asked
        if self._is_busy():
            return say.failure("Busy")
        return {**say.success(), "POIStatus": {"GlobalStatus": "OK"}}

    def _log_in(self, asked: say.Body) -> say.Body:
        del asked
        self._is_in = True
        return say.success()

    def _log_out(self, asked: say.Body) -> say.Body:
        del asked
        self._is_in = False
        return say.success()

    def _reconcile(self, asked: say.Body) -> say.Body:
        del asked
        found = self.acquirer.movements[self._since :]
        sums = {
            "Debit": [each.amount_minor for each in found if each.kind == "charge"],
            "Credit": [each.amount_minor for each in found if each.kind == "refund"],
            "ReverseDebit": [each.amount_minor for each in found if not each.stands],
        }
        self._since, self._period = len(self.acquirer.movements), self._period + 1
        rows = {name: (len(every), sum(every)) for name, every in sums.items()}
        return say.totals(self._period - 1, rows)

    def _is_busy(self) -> bool:
        return any(not each.done.is_set() for each in self._records.values())

    def _of(self, payment: str) -> list[Movement]:
        return [self.acquirer.movements[each] for each in self._ours.get(payment, [])]

    def _header(self, sale: str, service: str, category: str) -> dict[str, str]:
        return {
            "ProtocolVersion": "3.0",
            "MessageClass": "Service",
            "MessageCategory": category,
            "MessageType": "Response",
            "SaleID": sale,
            "ServiceID": service,
            "POIID": self.name,
        }

    def _altered(self, body: say.Body) -> say.Body:
        if self.happens("foreign answer"):
            other = {"SaleTransactionID": {"TransactionID": "another", "TimeStamp": say.TIME}}
            return {**body, "SaleData": other}
        if "PaymentResult" in body and self.happens("wrong amount"):
            amounts = {"AuthorizedAmount": say.amount(99_999), "Currency": "EUR"}
            return {**body, "PaymentResult": {**body["PaymentResult"], "AmountsResp": amounts}}
        return body

    def _sealed(self, asked: dict[str, str], category: str, body: say.Body) -> bytes:
        header = self._header(asked["SaleID"], asked["ServiceID"], category)
        response = body["Response"]
        self._note(f"    {response['Result']} {response.get('ErrorCondition', '')}".rstrip())
        goes_wrong = self.happens if category in {"Payment", "Reversal"} else _never
        header["SaleID"] += "x" if goes_wrong("other till") else ""
        header["POIID"] += "x" if goes_wrong("other terminal") else ""
        clear = say.encoded(
            {"SaleToPOIResponse": {"MessageHeader": header, f"{category}Response": body}}
        )
        key = self._other_envelope() if goes_wrong("other key") else self._envelope()
        answer = key.seal(header, clear)
        if goes_wrong("tampered"):
            inside: dict[str, Any] = answer["SaleToPOIResponse"]
            inside["NexoBlob"] = inside["NexoBlob"][:-8] + "AAAAAAA="
        before, self._last = self._last, say.encoded(answer)
        return before if goes_wrong("old answer") else self._last

    def _envelope(self) -> Envelope:
        return Envelope(self.passphrase, self.identifier, self.version)

    def _other_envelope(self) -> Envelope:
        return Envelope(self.passphrase, self.identifier, self.version + 1)


def _never(name: str) -> bool:
    """Tell that a fault does not happen here: this message moves no money."""
    del name
    return False
