"""The script door: entry lines in, one JSON object a line out; the same till without a screen.

A line is exactly what a cashier types, or ``@action`` with an action's id. Printed are the lines
that changed and the sums; ``@state`` prints everything once, ``full=True`` always.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from posframe.errors import PosframeError, RuleViolation
from posframe.kernel.domain.commands import ReadMessage, Total
from posframe.kernel.domain.entry import Show
from posframe.kernel.domain.entry_people import Identify
from posframe.kernel.domain.events import TransactionCompleted
from posframe.kernel.engine import Outcome
from posframe.people_told import is_locked, people_told
from posframe.session import Session
from posframe.shift_list import shows_drawer

if TYPE_CHECKING:
    from collections.abc import Callable

    from posframe.kernel.domain.basket import LineItem
    from posframe.kernel.domain.events import CompletedLine
    from posframe.kernel.domain.tax import TaxPolicy
    from posframe.kernel.domain.tender import Tender
    from posframe.kernel.domain.totals import Totals
    from posframe.kernel.domain.transaction import Transaction
    from posframe.till import Till

SHOWN_HITS = 20


class Script:
    """One scripted session at a till."""

    def __init__(self, till: Till, *, full: bool = False) -> None:
        self.till = till
        self.session = Session(till)
        self._full = full

    def line(self, text: str) -> dict[str, Any]:
        """Do one line and return what came of it, ready for JSON."""
        return self._done(lambda: self._read(_checked(text)))

    def scan(self, code: str, aim: str = "") -> dict[str, Any]:
        """Add what a scanner read and return what came of it, ready for JSON."""
        return self._done(lambda: self.session.scanned(_checked(code), aim))

    def _done(self, read: Callable[[], Any]) -> dict[str, Any]:
        before = self.till.state.transaction
        try:
            command = read()
            if command is None:
                return self._answer(before, accepted=True, message="", full=True)
            if isinstance(command, Show):
                return self._shown(command, before)
            if isinstance(command, Identify):
                command = self.session.identify(command)
                if isinstance(command, Outcome):
                    return self._outcome(before, command)
            else:
                command = self.session.before(command)
            approvals = self.session.approvals_for(command)
            outcome = self.till.do(command, approvals=approvals)
        except PosframeError as error:
            return self._answer(before, accepted=False, message=error.message, hint=error.hint)
        self.session.after(command, outcome)
        self.session.settle_asking()
        answer = self._outcome(before, outcome)
        if isinstance(command, Total) and outcome.accepted:
            answer["message"] = outcome.words or f"Screen: {self.session.screen}"
        return answer

    def _read(self, text: str) -> Any:  # noqa: ANN401 - a command, Show, or None for the state
        if not text.startswith("@"):
            return self.session.read(text)
        name, _, rest = text[1:].strip().partition(" ")
        return None if name == "state" else self.session.act(name, rest)

    def _shown(self, show: Show, before: Transaction | None) -> dict[str, Any]:
        if show.screen == "find":
            hits = self.till.search(show.text, SHOWN_HITS) if show.text else ()
            answer = self._answer(before, accepted=True, message=f"{len(hits)} found")
            answer["found"] = [
                {
                    "sku": hit.item.sku,
                    "text": hit.item.name,
                    "code": hit.code,
                    "price": hit.item.unit_price_minor,
                }
                for hit in hits
            ]
            return answer
        if show.screen == "recall":
            answer = self._answer(before, accepted=True, message="Held sales")
            answer["held"] = [
                {"number": held.number, "note": held.note, "total": held.totals.gross_minor}
                for held in self.till.state.suspended
            ]
            return answer
        if show.screen in _TOLD:
            told: dict[str, Any] = getattr(self, _TOLD[show.screen])(show, before)
            return told
        if show.screen in {"training", "lessons"}:
            raise RuleViolation(
                "Training is not begun from here", hint="type it at the till, or in posframe script"
            )
        self.session.show(show)
        return self._answer(before, accepted=True, message=f"Screen: {show.screen}")

    def _shifts(self, show: Show, before: Transaction | None) -> dict[str, Any]:
        from posframe.script_shifts import shifts_told

        message, told = shifts_told(self.session, show)
        return self._answer(before, accepted=True, message=message) | told

    def _explained(self, show: Show, before: Transaction | None) -> dict[str, Any]:
        from posframe.explained import explanation

        found = explanation(self.till, int(show.text or 0))
        answer = self._answer(before, accepted=True, message=found.title)
        answer["explanation"] = [
            {"kind": row.kind, "text": row.text, "amount": row.minor} for row in found.rows
        ]
        return answer

    def _exceptions(self, show: Show, before: Transaction | None) -> dict[str, Any]:
        from posframe.exception_page import exception_page, exceptions_asked_for

        by_operator = self.till.config.operators.staff_figures == "by_operator"
        outcome = self.till.do(exceptions_asked_for(show.text, by_operator=by_operator))
        answer = self._outcome(before, outcome)
        for row in outcome.recorded[:1]:  # the others are of the print job
            page = exception_page(self.till.config, row.event)
            answer["exceptions"] = [
                dict(zip(page.headings, each.cells, strict=True)) for each in page.rows
            ]
            answer["message"] = f"{page.title}, {page.period}"
        return answer

    def _returnable(self, show: Show, before: Transaction | None) -> dict[str, Any]:
        from posframe.returnable import find_returnable, sold_on

        if show.screen == "sold":
            code, _, date = show.text.partition(" ")
            answer = self._answer(before, accepted=True, message=f"Sold: {code}")
            lines = sold_on(self.till, code, date.strip())
        else:
            found = find_returnable(self.till, int(show.text) if show.text.isdecimal() else 0)
            answer = self._answer(before, accepted=True, message=f"Receipt {found.receipt_number}")
            answer["paid"] = [{"label": label, "left": minor} for label, minor in found.paid]
            lines = found.lines
        answer["returnable"] = [
            {
                "receipt": each.receipt_number,
                "line": each.number,
                "text": each.text,
                "sold": _quantity(each.sold_milli),
                "left": _quantity(each.left_milli),
                "gross": each.gross_minor,
                "time": self.till.clock_text(each.sold_us),
            }
            for each in lines
        ]
        return answer

    def _payments(self, _show: Show, before: Transaction | None) -> dict[str, Any]:
        from posframe.payment_list import open_payments

        found = open_payments(self.till)
        self.session.list_payments(each.id for each in found)
        message = f"Open payments: {len(found)}" if found else "No payment is under way"
        answer = self._answer(before, accepted=True, message=message)
        answer["payments"] = [
            {
                "id": each.id,
                "label": each.label,
                "amount": each.amount_minor,
                "tip": each.tip_minor,
                "sale": each.sale,
                "standing": each.standing,
                "words": each.words,
                "since": self.till.clock_text(each.since_us),
                "answers": list(each.answers),
            }
            for each in found
        ]
        return answer

    def _messages(self, _show: Show, before: Transaction | None) -> dict[str, Any]:
        """Show what waits for the operator, and note that it was read."""
        unread = self.till.state.control.unread(self.till.state.control.operator)
        outcome = self.till.do(ReadMessage())
        answer = self._outcome(before, outcome)
        if outcome.accepted:
            answer["messages"] = [
                {
                    "from": each.author,
                    "text": each.text,
                    "time": self.till.clock_text(each.left_us),
                }
                for each in unread
            ]
        return answer

    def _outcome(self, before: Transaction | None, outcome: Outcome) -> dict[str, Any]:
        answer = self._answer(
            before, accepted=outcome.accepted, message=outcome.words, hint=outcome.hint
        )
        for row in outcome.recorded:
            if isinstance(row.event, TransactionCompleted):
                answer.update(_receipt(row.event))
        return answer

    def _answer(
        self,
        before: Transaction | None,
        *,
        accepted: bool,
        message: str,
        hint: str = "",
        full: bool = False,
    ) -> dict[str, Any]:
        now = self.till.state.transaction
        answer: dict[str, Any] = {"accepted": accepted, "message": message}
        answer |= {"hint": hint} if hint else {}
        answer |= {"awaits": "pin"} if self.session.wants_pin else {}
        if is_locked(self.till):
            return answer | _locked(self.till)
        answer["screen"] = self.session.screen
        answer["lines"] = _changed_lines(None if full or self._full else before, now)
        answer["totals"] = _totals(now.totals) if now else None
        answer["due"] = now.due_minor if now else 0
        answer["tenders"] = [_tender(each) for each in now.tenders] if now else []
        answer["change"] = 0
        answer.update(people_told(self.till))
        if self.till.config.training:
            answer["training"] = True
        if full or self._full:
            answer["state"] = self._everything(now)
        return answer

    def _everything(self, now: Transaction | None) -> dict[str, Any]:
        state = self.till.state
        return {
            "till": state.till,
            "business_date": state.business_date,
            "sale": now.number if now else None,
            "customer": now.customer if now else "",
            "held": len(state.suspended),
            "last_receipt": state.last_receipt_number,
            "drawer": state.drawer_minor if shows_drawer(self.till) else None,
            "jobs": [
                {"id": job.id, "kind": job.kind, "status": job.status.value}
                for job in state.jobs.values()
            ],
            "notices": list(self.till.notices()),
        }


_TOLD = {
    "counting": "_shifts",
    "shifts": "_shifts",
    "explain": "_explained",
    "payments": "_payments",
    "exceptions": "_exceptions",
    "messages": "_messages",
    "receipt": "_returnable",
    "sold": "_returnable",
}
"""Who answers where an entry asks for a list or a count, by the screen it would be on."""


def is_text(text: str) -> bool:
    """Tell whether a text can be written down; half of a pair of UTF-16 cannot."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _checked(text: str) -> str:
    if not is_text(text):
        raise RuleViolation("The entry holds what is no text", hint="type it again")
    return text


def _locked(till: Till) -> dict[str, Any]:
    """Return what is told where nobody works: how much is unfinished, no goods and no amounts."""
    state, sale = till.state, till.state.transaction
    unfinished = {
        "lines": len(sale.basket.lines) if sale is not None else 0,
        "held": len(state.suspended),
        "payments": sum(each.status.value == "unknown" for each in state.payments.values()),
        "jobs": len(state.jobs),
    }
    told = {**people_told(till), "unfinished": unfinished}
    nothing: dict[str, Any] = {"lines": [], "totals": None, "due": 0, "tenders": [], "change": 0}
    devices = {each.name: each.state for each in till.devices.reports()}
    return {"screen": "lock", **nothing, **told, "devices": devices}


def _changed_lines(before: Transaction | None, now: Transaction | None) -> list[dict[str, Any]]:
    """Return the lines that are not what they were; O(changes) for the usual added line."""
    if now is None:
        return []
    lines = now.basket.lines
    if before is None or before.id != now.id:
        return [_line(line, now.basket.policy) for line in lines]
    return [
        _line(line, now.basket.policy)
        for line, old in lines.changes_since(before.basket.lines)
        if line is not old
    ]


def _line(line: LineItem, policy: TaxPolicy) -> dict[str, Any]:
    from posframe.kernel.domain.basket import taxed_milli
    from posframe.kernel.domain.tax import gross_of, net_of, taxes_of

    amount = line.amount_minor
    given = line.back.taxes if line.back else None  # of goods that came back by their receipt
    parts = given or taxes_of(amount, line.taxes, policy.rounding, taxed_milli(line))
    net, gross = net_of(amount, line.taxes, parts), gross_of(amount, line.taxes, parts)
    return {
        "id": line.number,
        "sku": line.sku,
        "text": line.text,
        "quantity": _quantity(line.quantity_milli),
        "unit": line.unit,
        "net": net,
        "tax": gross - net,
        "gross": gross,
        "voided": line.voided,
    }


def _quantity(milli: int) -> int | float:
    """Return a quantity as a JSON number; its three decimals are written out exactly."""
    return milli // 1000 if milli % 1000 == 0 else milli / 1000


def _completed_line(each: CompletedLine) -> dict[str, Any]:
    line, share = each.line, each.share
    return {
        "id": line.number,
        "sku": line.sku,
        "text": line.text,
        "quantity": _quantity(line.quantity_milli),
        "unit": line.unit,
        "net": share.net_minor,
        "tax": share.gross_minor - share.net_minor,
        "gross": share.gross_minor,
        "voided": False,
    }


def _totals(totals: Totals) -> dict[str, Any]:
    return {
        "net": totals.net_minor,
        "tax": totals.tax_minor,
        "gross": totals.gross_minor,
        "discount": totals.discount_minor,
        "taxes": [
            {"code": part.code, "base": part.base_minor, "amount": part.minor}
            for part in totals.taxes
        ],
    }


def _tender(tender: Tender) -> dict[str, Any]:
    return {
        "id": tender.id,
        "type": tender.type,
        "tendered": tender.tendered_minor,
        "applied": tender.applied_minor,
        "change": tender.change_minor,
        "rounding": tender.rounding_minor,
        "tip": tender.tip_minor,
        "status": tender.status.value,
    }


def _receipt(event: TransactionCompleted) -> dict[str, Any]:
    closing = event.closing
    return {
        "lines": [_completed_line(each) for each in event.lines],
        "totals": {**_totals(event.totals), "rounding": closing.rounding_minor},
        "due": 0,
        "tenders": [_tender(each) for each in event.tenders],
        "change": closing.change_minor,
        "receipt": {
            "number": event.receipt_number,
            "transaction": event.transaction,
            "total": closing.gross_minor + closing.rounding_minor,
        },
    }
