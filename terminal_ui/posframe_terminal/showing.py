"""Showing: the till's state as the views that are painted. It reads, and changes no sale."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from posframe import PosframeError, RuleViolation, commands, events, format_milli, format_minor
from posframe_terminal import views
from posframe_terminal.lines import BasketLines

if TYPE_CHECKING:
    from posframe import Outcome, Session, Till, Transaction
    from posframe_terminal.door import Place
    from posframe_terminal.forms import Learning

FOUND_MAX = 30


class Showing:
    """Makes a view of whatever the operator looks at."""

    def __init__(self, till: Till, session: Session) -> None:
        self.till, self._session = till, session
        self.money = views.Money(
            currency=till.config.till.currency, exponent=session.rules.exponent
        )
        self.change_shown = False
        self.asking: Any = None
        """The command that waits for a yes."""
        self.learning: Learning | None = None
        self._unknown = ""
        self._last: views.LastScan | None = None
        self._lines = BasketLines()

    def view(self, place: Place) -> views.View:
        """Return what to show at ``place``."""
        if place.screen in {"find", "held", "trouble"}:
            from posframe_terminal.showing_pages import page

            return page(self, place)
        if self._is_asked():
            from posframe_terminal.showing_pages import popup

            return popup(self)
        sale = self.till.state.transaction
        if sale is not None and self._session.screen == "payment":
            from posframe_terminal.showing_pages import payment

            return payment(self, sale)
        if sale is None and self.change_shown and self.till.state.last is not None:
            from posframe_terminal.showing_pages import change

            return change(self)
        return self._sale(sale)

    def meaning(self, text: str, screen: str) -> str:
        """Say in a few words what Enter would do with ``text``."""
        if screen not in {"sale", "payment", "change"}:
            return ""
        try:
            command = self._session.read(text)
        except PosframeError as error:
            return error.hint
        return self._words(command)

    def after(self, command: Any, outcome: Outcome) -> None:  # noqa: ANN401 - any command
        """Follow what became of a command."""
        code = getattr(outcome.error, "code", "")
        self._unknown = code if code and self._session.question is None else self._unknown
        if not outcome.accepted:
            return
        if outcome.state.transaction is None and isinstance(command, commands.Pay):
            self.change_shown = True
        elif outcome.state.transaction is not None:
            self.change_shown = False
            self._note_last(outcome)

    def ask_cancel(self, command: Any) -> None:  # noqa: ANN401 - commands.Cancel
        """Ask before a sale is given up.

        Raises:
            RuleViolation: no sale is open.
        """
        if self.till.state.transaction is None:
            raise RuleViolation("No sale is open", hint="there is nothing to cancel")
        self.asking = command

    def unknown_code(self, typed: str) -> str:
        """Return the code to learn: the one typed, or the last that was not found.

        Raises:
            RuleViolation: there is none.
        """
        code = typed.strip() or self._unknown
        if not code:
            raise RuleViolation("Learn which code?", hint="scan it first")
        return code

    def head(self, title: str) -> views.Head:
        """Return the frame round every screen."""
        state, till = self.till.state, self.till.config.till
        clock = self.till.clock_text()
        waiting = [job for job in state.jobs.values() if job.status.value == "queued"]
        return views.Head(
            till=till.id,
            operator=till.operator,
            title=title,
            place=till.store,
            clock=clock[11:16],
            clock_long=clock[:16],
            devices=self._devices(),
            queue=len(waiting),
            held=len(state.suspended),
        )

    @property
    def question(self) -> RuleViolation | None:
        """What the session asks: a price, or a weight."""
        return self._session.question

    @property
    def implied_decimals(self) -> bool:
        """Tell whether 1234 typed is 12.34."""
        return self._session.rules.implied_decimals

    def asked_for(self) -> str:
        """Return what is to be typed for the open question."""
        return getattr(self._session.question, "unit", "") or "price"

    def seen(self, question: str = "") -> str:
        """Return the mark of what is shown now: transaction, tenders, amount due, question."""
        sale = self.till.state.transaction
        known = f"{sale.id}/{len(sale.tenders)}/{sale.due_minor}" if sale else ""
        return f"{known}|{question}"

    def amount(self, minor: int) -> str:
        """Return an amount as text."""
        return format_minor(minor, self.money.exponent)

    def _is_asked(self) -> bool:
        return (
            self.asking is not None
            or self.learning is not None
            or self._session.question is not None
        )

    def _sale(self, sale: Transaction | None) -> views.View:
        state = self.till.state
        if sale is None:
            title = f"SALE {state.last_transaction_number + 1}"
            return views.SaleView(
                head=self.head(title), money=self.money, lines=(), notice=self._notice(None)
            )
        totals = sale.totals
        return views.SaleView(
            head=self.head(f"SALE {sale.number}"),
            money=self.money,
            seen=self.seen(),
            lines=self._lines.of(sale),
            total_minor=sale.due_minor,
            items=format_milli(totals.pieces_milli),
            saved_minor=-totals.discount_minor,
            taxes=self._taxes(sale),
            member=self._member(sale),
            last_scan=self._last,
            facts=tuple((each.label, self.amount(each.minor)) for each in sale.basket.adjustments),
            notice=self._notice(sale),
        )

    def _taxes(self, sale: Transaction) -> tuple[views.Tax, ...]:
        labels = {
            tax.code: tax.label for group in sale.basket.groups.values() for tax in group.taxes
        }
        return tuple(
            views.Tax(label=labels[part.code], net_minor=part.base_minor, amount_minor=part.minor)
            for part in sale.totals.taxes
        )

    def _member(self, sale: Transaction) -> views.Member | None:
        return views.Member(id=sale.customer_label or sale.customer) if sale.customer else None

    def _notice(self, sale: Transaction | None) -> str:
        if sale is not None and sale.age_needed_years:
            return f"Check age: {sale.age_needed_years} or older, then F12"
        return next(iter(self.till.notices()), "")

    def _devices(self) -> tuple[views.Device, ...]:
        found = []
        for name, short in (("printer", "PRN"), ("drawer", "DRW")):
            if name in self.till.config.devices:
                found.append(self._device(name, short))
        return tuple(found)

    def _device(self, name: str, short: str) -> views.Device:
        jobs = [job for job in self.till.state.jobs.values() if job.device == name]
        if any(job.status.value == "unknown" for job in jobs):
            advice = "was it done? shift+F11 yes, shift+F12 no"
            return views.Device(
                short=short, name=name.upper(), state="?", severity="warning", advice=advice
            )
        waiting = next((job for job in jobs if job.detail), None)
        if waiting is not None:
            return views.Device(
                short=short,
                name=name.upper(),
                state="waits",
                severity="error",
                advice=waiting.detail,
            )
        return views.Device(short=short, name=name.upper())

    def _note_last(self, outcome: Outcome) -> None:
        for row in outcome.recorded:
            if isinstance(row.event, events.LineAdded) and not row.event.line.parent:
                line = row.event.line
                self._last = views.LastScan(
                    name=line.text, code=line.code, price_minor=line.unit_price_minor
                )

    def _words(self, command: Any) -> str:  # noqa: ANN401, PLR0911 - a table of commands
        match command:
            case commands.AddItem(quantity_milli=None, price_minor=None):
                return "Enter adds it"
            case commands.AddItem(quantity_milli=int() as quantity):
                return f"quantity {format_milli(quantity)}"
            case commands.AddDepartment(price_minor=price, department=department):
                return f"{self.amount(price)} to department {department}"
            case commands.Pay(amount_minor=int() as amount):
                return self._pay_words(amount)
            case commands.VoidLine(number=number):
                return f"void line {number}" if number else "void the last line"
            case commands.Discount(number=number):
                return f"discount on line {number}" if number else "discount on the sale"
            case _:
                return str(getattr(command, "text", "") and "Enter searches")

    def _pay_words(self, amount: int) -> str:
        sale = self.till.state.transaction
        if sale is None:
            return ""
        change = amount - sale.due_minor
        rest = f"change {self.amount(change)}" if change >= 0 else f"{self.amount(-change)} open"
        return f"= {self.amount(amount)}, {rest}"


def read_seen(mark: str) -> commands.Seen | None:
    """Return what a view's mark says the operator saw."""
    known, _, _question = mark.partition("|")
    if not known:
        return None
    transaction, tenders, due = known.split("/")
    return commands.Seen(transaction=transaction, tenders=int(tenders), due_minor=int(due))
