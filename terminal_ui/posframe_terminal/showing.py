"""Showing: the till's state as the views that are painted. It reads, and changes no sale."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import attrs

from posframe import PosframeError, RuleViolation, commands, format_milli, format_minor
from posframe_terminal import views, words
from posframe_terminal.device_bar import device_views
from posframe_terminal.lines import BasketLines
from posframe_terminal.meanings import said_of
from posframe_terminal.rights import Rights
from posframe_terminal.stock import Stock, last_item

if TYPE_CHECKING:
    from collections.abc import Callable

    from posframe import Explanation, OpenMatter, Outcome, Session, Till, Transaction
    from posframe_terminal.answering import Answering
    from posframe_terminal.approving import Approving
    from posframe_terminal.asking import Asking
    from posframe_terminal.cash import Report
    from posframe_terminal.door import Place
    from posframe_terminal.forms import Learning
    from posframe_terminal.showing_returns import LookedAt
    from posframe_terminal.signing_in import SigningIn
    from posframe_terminal.supervising import Answer

PAYING = "paying"
"""Ends the mark of what was seen while a payment is under way."""


_LOOKED_AT: Final = frozenset({"find", "held", "trouble", "explain", "cash_day", "messages"})
_ASKED_OVER: Final = frozenset({"payments", "receipt", "sold", "returns", "report", "shifts"})
"""Screens over the sale; on these a question can come up, which then stands over them."""


class Showing:
    """Makes a view of whatever the operator looks at."""

    def __init__(self, till: Till, session: Session, key_of: Callable[[str], str]) -> None:
        self.till, self._session = till, session
        self.key_of = key_of
        """Names the key of an action."""
        self.stock = Stock(till)
        self.money = views.Money(
            currency=till.config.till.currency, exponent=session.rules.exponent
        )
        self.scale_words: Callable[[], str] = lambda: ""
        """Why the scale gives no weight; the counter puts its own here."""
        self.change_shown = False
        self.asking: Asking | None = None
        self.learning: Learning | None = None
        self.answering: Answering | None = None
        """What a person says of a payment, while it is being said."""
        self.approving: Approving | None = None
        """What was refused for want of an approval, while a name is given for it."""
        self.answer: Answer | None = None
        """The same where those who approve sign in."""
        self.signing_in: SigningIn | None = None
        """Who is at the lock; None: nobody signs in here."""
        self.rights = Rights(till)
        self.report: Report | None = None
        """What is looked at before it is printed, or the day is closed."""
        self.looked_at: LookedAt | None = None
        """The receipt that goods come back from, and those found for an item."""
        self.explained: Explanation | None = None
        """What was asked about last; it stays as it was while it is looked at."""
        self._owner = ""
        """Who worked here when it was looked at last."""
        self._unknown = ""
        self._paid_outside = ""
        """The sale with a payment under way: it may end while nobody presses a key."""
        self._lines = BasketLines()

    def view(self, place: Place) -> views.View:
        """Return what to show at ``place``."""
        if self.signing_in is None:
            return self._view(place)
        self._follow_operator()
        if self.is_locked:
            from posframe_terminal.showing_lock import lock_view

            return lock_view(self, self.signing_in)
        return attrs.evolve(self._view(place), denied=self.rights.denied())

    @property
    def is_locked(self) -> bool:
        """Tell whether nothing is done until somebody signs in."""
        return self.signing_in is not None and self.signing_in.follow()

    @property
    def waits_for_approval(self) -> bool:
        """Tell whether a form is open that somebody may answer elsewhere."""
        return self.answer is not None

    def name(self, operator: str) -> str:
        """Return an operator's name and number, for the screen alone."""
        return self.rights.name(operator)

    def matters(self) -> tuple[OpenMatter, ...]:
        """Return what closing the day now would carry forward."""
        from posframe import open_matters

        return open_matters(self.till)

    def _view(self, place: Place) -> views.View:
        self._follow_payments()
        if place.screen in _LOOKED_AT or (place.screen in _ASKED_OVER and not self.is_asked):
            from posframe_terminal.showing_pages import page

            return page(self, place)
        if self.is_asked:
            from posframe_terminal.showing_pages import popup

            return popup(self)
        return self._base()

    def _base(self) -> views.View:
        """Return the screen that the till's state calls for."""
        if self._session.counting is not None:
            from posframe_terminal.showing_cash import counting

            return counting(self, self._session.counting)
        sale = self.till.state.transaction
        if sale is not None and sale.blocked:
            from posframe_terminal.showing_payments import paying

            return paying(self, sale)
        if sale is not None and self._session.screen == "payment":
            from posframe_terminal.showing_pages import payment

            return payment(self, sale)
        if sale is None and self.change_shown and self.till.state.last is not None:
            from posframe_terminal.showing_pages import change

            return change(self)
        return self._sale(sale)

    def meaning(self, text: str, screen: str) -> str:
        """Say in a few words what Enter would do with ``text``."""
        if screen in {"price", "learn"}:
            return self._form_words(text, screen)
        if screen not in {"sale", "payment", "change"}:
            return ""
        try:
            command = self._session.read(text)
        except PosframeError as error:
            return error.hint
        return said_of(command, self)

    def after(self, command: Any, outcome: Outcome) -> None:  # noqa: ANN401 - any command
        """Follow what became of a command."""
        code = getattr(outcome.error, "code", "")
        self._unknown = code if code and self._session.question is None else self._unknown
        if not outcome.accepted:
            return
        if isinstance(command, commands.AddItem):
            self._unknown = ""
        self.stock.short = ""  # told anew with the last item
        sale = outcome.state.transaction
        if sale is None and isinstance(command, (commands.Pay, commands.PostVoid)):
            self.change_shown = True
        elif sale is not None:
            self.change_shown = False
            self._note_payment(sale)

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
        operator = state.control.operator or till.operator
        waiting = [job for job in state.jobs.values() if job.status.value == "queued"]
        return views.Head(
            till=till.id,
            operator=self.rights.shown(operator),
            owner=state.control.operator,
            title=title,
            place=till.store,
            clock=words.clock(clock),
            clock_long=words.clock(clock, year=True),
            devices=device_views(self.till, self.key_of),
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

    def items(self, sale: Transaction) -> str:
        """Return how many pieces a sale has, the same on every screen."""
        return format_milli(sale.totals.pieces_milli)

    def age_words(self, sale: Transaction | None) -> str:
        """Say which age is still to be checked, and by which key; empty when none is."""
        if sale is None or not sale.age_needed_years:
            return ""
        return f"Check age: {sale.age_needed_years} or older, then {self.key_of('age_ok')}"

    def age_done(self, sale: Transaction) -> str:
        """Say which age was checked."""
        return f"age {sale.age_checked_years}+ checked" if sale.age_checked_years else ""

    def title(self, sale: Transaction | None) -> str:
        """Name the sale, and how its goods are handed over where taxes depend on that."""
        number = sale.number if sale else self.till.state.last_transaction_number + 1
        if len(self.till.config.tax.fulfilments) < 2:
            return f"SALE {number}"
        return f"SALE {number}  {words.way(self._session.fulfilment).upper()}"

    def coupons(self, sale: Transaction) -> str:
        """Name the coupons presented, in one line."""
        labels = ", ".join(each.label or each.code for each in sale.coupons)
        count = len(sale.coupons)
        return f"{count} coupon{'s' if count > 1 else ''}: {labels}" if count else ""

    def member(self, sale: Transaction) -> views.Member | None:
        """Return the customer of a sale as the plugin that knows it names it."""
        if not sale.customer:
            return None
        id_, *notes = (sale.customer_label or sale.customer).split(", ")
        return views.Member(id=id_, notes=tuple(notes))

    @property
    def is_asked(self) -> bool:
        """Tell whether a question or a form stands over the screen."""
        asked = (self.asking, self.learning, self.answering, self.approving, self.answer)
        return any(each is not None for each in (*asked, self._session.question))

    def _follow_operator(self) -> None:
        """Forget what the operator before was about, once another one works here."""
        operator = self.till.state.control.operator
        if not operator:
            self.answer = None  # the lock has withdrawn what it was about
        elif operator != self._owner:
            self._owner, self.change_shown = operator, False
            self.asking = self.learning = self.answering = self.approving = self.answer = None
            self._session.question, self._session.marked = None, None
            self._session.screen = "sale"

    def _note_payment(self, sale: Transaction) -> None:
        if sale.blocked:
            self._paid_outside = sale.id

    def _follow_payments(self) -> None:
        """Show the receipt of a sale that was paid by itself; a held one's is of no use here."""
        sale, last = self.till.state.transaction, self.till.state.last
        if sale is not None:
            self._note_payment(sale)
        elif last is not None and last.transaction == self._paid_outside:
            self._paid_outside, self.change_shown = "", True

    def _sale(self, sale: Transaction | None) -> views.View:
        head = self.head(self.title(sale))
        if sale is None:
            return views.SaleView(
                head=head,
                money=self.money,
                lines=(),
                notice=self._notice(None),
                first=self.urgent,
            )
        totals = sale.totals
        return views.SaleView(
            head=head,
            money=self.money,
            seen=self.seen(),
            lines=self._lines.of(sale, self._session.fulfilment),
            total_minor=sale.due_minor,
            items=self.items(sale),
            saved_minor=-totals.discount_minor,
            taxes=self._taxes(sale),
            member=self.member(sale),
            last_scan=self._last_scan(sale),
            coupons=self.coupons(sale),
            facts=self._whole_sale(sale),
            notice=self._notice(sale),
            first=self.urgent,
        )

    def _whole_sale(self, sale: Transaction) -> tuple[tuple[str, str], ...]:
        """Return what is taken off the whole sale: offers on it, then discounts."""
        basket = sale.basket
        off = [(row.label, row.minor) for row in basket.offers.values() if not row.shares]
        off += [(each.label, each.minor) for each in basket.adjustments]
        return tuple((label, self.amount(minor)) for label, minor in off)

    def _taxes(self, sale: Transaction) -> tuple[views.Tax, ...]:
        labels = {
            tax.code: tax.label for group in sale.basket.groups.values() for tax in group.taxes
        }
        return tuple(
            views.Tax(label=labels[part.code], net_minor=part.base_minor, amount_minor=part.minor)
            for part in sale.totals.taxes
        )

    def _last_scan(self, sale: Transaction) -> views.LastScan | None:
        item = last_item(sale)
        if item is None:
            return None
        per_unit = f"per {item.unit}" if item.weighed else ""
        if item.price_per_milli != 1000:
            per_unit = f"for {format_milli(item.price_per_milli)} {item.unit}"
        return views.LastScan(
            name=item.text,
            code=item.code,
            price_minor=item.unit_price_minor,
            note=f"{per_unit}   {self.stock.words(item.sku)}".strip(),
        )

    def _notice(self, sale: Transaction | None) -> str:
        short = f"Stock: {self.stock.short}" if sale is not None and self.stock.short else ""
        standing = (self.age_words(sale), self._payments_open(), short, *self.till.notices())
        done = self.age_done(sale) if sale is not None else ""
        return next(filter(None, standing), done.capitalize())

    @property
    def urgent(self) -> tuple[str, ...]:
        """The actions whose keys come first: the lock's, and while payments are open, theirs."""
        lock = () if self.signing_in is None else ("lock",)
        return ("payments", *lock) if self._payments_open() else lock

    def _payments_open(self) -> str:
        if not self.till.state.payments:
            return ""
        from posframe_terminal.showing_payments import standing_notice

        return standing_notice(self)

    def _form_words(self, text: str, screen: str) -> str:
        """Say what a field of a form would hold."""
        if screen == "price" and self.asked_for() != "price":
            return f"{text} {self.asked_for()}"
        if screen == "learn" and (self.learning is None or self.learning.price_minor is not None):
            return ""
        try:
            return f"= {self.amount(self._session.rules.amount(text))}"
        except PosframeError as error:
            return error.hint


def read_seen(mark: str) -> commands.Seen | None:
    """Return what a view's mark says the operator saw."""
    known, _, _question = mark.partition("|")
    if not known:
        return None
    transaction, tenders, due = known.split("/")
    return commands.Seen(transaction=transaction, tenders=int(tenders), due_minor=int(due))
