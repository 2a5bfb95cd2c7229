"""The counter: a till behind the terminal's door. Requests become commands, state becomes views.

It holds what only a screen needs: that the change is still shown, what was asked, a form half
filled. What a request means is the session's to say, and whether it is done the kernel's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from posframe import (
    PosframeError,
    RuleViolation,
    SaleChanged,
    Session,
)
from posframe_terminal.asking import ask_cancel, ask_coupon_back, ask_customer_off
from posframe_terminal.bursts import reads_as_entry
from posframe_terminal.choosing import found_item, held_sale
from posframe_terminal.doing import Doing
from posframe_terminal.door import DONE, Invoked, Outcome, Place, Request, Scanned, Typed, Weight
from posframe_terminal.forms import Learning
from posframe_terminal.going import (
    RETURN_ACTIONS,
    RETURN_SCREENS,
    is_about_cash,
)
from posframe_terminal.leaving import LEFT, check_leaving
from posframe_terminal.listening import Listening
from posframe_terminal.showing import PAYING, Showing, read_seen

if TYPE_CHECKING:
    from collections.abc import Callable

    from posframe import Till
    from posframe_terminal.intake import Item
    from posframe_terminal.views import View

PAYMENT_ACTIONS: Final = frozenset(
    {"payment_paid", "payment_not_paid", "payment_given_back", "payment_cancel", "print_code"}
)
"""Keys that are about a payment by something outside: ``settling`` does them."""


def own_name(action: str) -> str:
    """Name an action where no key table is at hand."""
    return f".{action}"


class Counter:
    """Implements ``TillDoor`` over a running till."""

    def __init__(self, till: Till, key_of: Callable[[str], str] = own_name) -> None:
        """Serve ``till``; ``key_of`` names the key of an action, for words on the screen."""
        self.till = till
        self.session = Session(till)
        self.session.key_of = key_of
        self._key_of = key_of
        self._showing = Showing(till, self.session, key_of)
        self._listening: Listening | None = None
        self._doing = Doing(till, self.session, self._showing)
        self._doing.ask_scale = self._ask_scale
        self._do = self._doing.do

    def view(self, place: Place) -> View:
        """Return what to show at ``place``."""
        return self._showing.view(place)

    def meaning(self, text: str, screen: str) -> str:
        """Say in a few words what Enter would do with ``text``."""
        return self._showing.meaning(text, screen)

    def listen(self, changed: Callable[[], None]) -> Callable[[], None]:
        """Call ``changed`` on the loop after each commit not asked for here, and as time goes by.

        That is each minute, and each second while a payment is not at its end.
        """

        def told() -> None:
            if not self._doing.waiting:  # what we asked for is shown anyway
                changed()

        self._listening = Listening(self.till, self._showing, changed, told)
        return self._listening.close

    def hear(self, feed: Callable[[Item], None]) -> Callable[[], None]:
        """Call ``feed`` on the loop with each scan of a device, and each weight asked for."""
        assert self._listening is not None, "who hears has begun to listen"
        self._listening.hear(feed)
        return lambda: None  # ends with listening

    def touched(self) -> None:
        """Take note that somebody is there."""
        if self._listening is not None:
            self._listening.idle.touched()

    @property
    def is_busy(self) -> bool:
        """Tell whether something asked for here is on its way to the disk."""
        return bool(self._doing.waiting)

    async def submit(self, request: Request) -> Outcome:
        """Do what is asked; return once it is on disk."""
        self.session.saw(read_seen(request.seen))
        self.session.marked, self._doing.at = _marked(request), request.screen
        source = request.source if isinstance(request, Scanned) else ""
        try:
            outcome = await self._done(request)
        except PosframeError:
            self.till.devices.signal(good=False, source=source)
            raise
        if source:
            self.till.devices.signal(good=True, source=source)
        return outcome

    async def _done(self, request: Request) -> Outcome:
        apart = await self._apart(request)
        if apart is not None:
            return apart
        self._check_still_paying(request)
        match request:
            case Scanned():
                return await self._scanned(request)
            case Typed():
                return await self._typed(request)
            case Weight():
                return await self._weighed(request)
            case Invoked():
                return await self._invoked(request)
            case _:  # a PIN where nobody signs in, or news that nothing waits for
                return DONE

    async def _apart(self, request: Request) -> Outcome | None:
        """Do what is about people, cash or leaving; None: it is about the sale."""
        outcome = None
        if self._doing.people is not None:
            outcome = await self._doing.people.taken(request)
        if outcome is None and is_about_cash(request, self.session):
            outcome = await self._doing.cash.taken(request)
        if outcome is None and isinstance(request, Invoked) and request.action == "quit":
            check_leaving(self.till)
            return Outcome(leaves=LEFT)
        return outcome

    def _check_still_paying(self, request: Request) -> None:
        """Refuse a key that was pressed while the customer paid, once that has come to its end.

        Enter would take cash then, or leave the receipt unseen. A scan is goods all the same.
        """
        sale = self.till.state.transaction
        was_paying = request.seen.endswith(f"|{PAYING}") and not isinstance(request, Scanned)
        if was_paying and (sale is None or not sale.blocked):
            raise SaleChanged("The payment has come to its end", hint="look, and press again")

    async def _scanned(self, request: Scanned) -> Outcome:
        """Add what was scanned, and show the sale, whatever was looked at."""
        if reads_as_entry(request.code):
            return await self._pasted(request)
        if request.screen in RETURN_SCREENS:
            return await self._doing.returns.scanned(request)
        if request.screen == "payment":
            self.session.screen = "sale"
        text = request.text.strip() if request.screen in {"sale", "change"} else ""
        if text.endswith("*"):
            return await self._do(self.session.read(f"{text} {request.code}"), screen="sale")
        if text:
            raise RuleViolation(
                f"{text} stands before the scan of {request.code}",
                hint="type * after a quantity, or clear it with Esc, then scan again",
            )
        return await self._do(self.session.scanned(request.code, request.aim), screen="sale")

    async def _weighed(self, request: Weight) -> Outcome:
        """Take the scale's answer, if its question still stands; one like it is another."""
        question, heard = self.session.question, self._listening
        if question is None or heard is None or question is not heard.hearing.weighed:
            return DONE
        return await self._do(self.session.read(request.text))

    async def _pasted(self, request: Scanned) -> Outcome:
        """Take an entry that came as fast as a scan, from a macro key or a remote keyboard."""
        if request.screen == "find":
            return Outcome(screen="find", text=request.code)
        entry = f"{request.text}{request.code}"
        return await self._typed(Typed(screen=request.screen, text=entry, seen=request.seen))

    async def _typed(self, request: Typed) -> Outcome:
        match request.screen:
            case "find":
                return await self._do(found_item(request), screen="sale")
            case "held":
                return await self._do(held_sale(request), screen="sale")
            case "payments":
                return await self._doing.payments.chosen(request)
            case screen if screen in RETURN_SCREENS and not self._showing.is_asked:
                return await self._doing.returns.typed(request)
            case "help" | "trouble" | "explain":
                raise RuleViolation("Nothing is typed here", hint="Esc leads back")
            case _:
                return await self._typed_here(request)

    async def _typed_here(self, request: Typed) -> Outcome:
        """Take what was typed as the answer to what is asked, else as an entry."""
        showing = self._showing
        if showing.learning is not None:
            return await self._learning(showing.learning, request.text)
        if showing.answering is not None:
            return await self._doing.payments.filled(showing.answering, request.text)
        if showing.approving is not None:
            return await self._doing.returns.approved(showing.approving, request.text)
        if showing.asking is not None:
            raise RuleViolation(f"Answer with {self._key_of('yes')}, or Esc for no")
        if request.screen == "paying" and not request.text.startswith("."):
            keys = f"{self._key_of('cancel_payment')} asks to cancel"
            raise RuleViolation("The customer is paying", hint=f"wait; {keys}")
        if request.screen == "change" and not request.text:
            showing.change_shown = False
            return DONE
        return await self._do(self.session.read(request.text))

    async def _learning(self, form: Learning, text: str) -> Outcome:
        form.fill(text, self.session.rules)
        command = form.command()
        if command is None:
            return DONE
        self._showing.learning = None
        return await self._do(command)

    async def _invoked(self, request: Invoked) -> Outcome:
        showing, text = self._showing, request.text
        match request.action:
            case "back":
                return await self._back(request.screen)
            case "learn":
                categories = tuple(self.till.config.tax.categories)
                code = showing.unknown_code(text)
                showing.learning = Learning(code=code, categories=_standard_first(categories))
            case "cancel":
                ask_cancel(showing, self.session.act("cancel", text))
            case "customer" if not text.strip():
                ask_customer_off(showing)
            case "coupon" if not text.strip():
                ask_coupon_back(showing)
            case "yes" if showing.asking is not None:
                asking, showing.asking = showing.asking, None
                return await self._do(asking.command, screen=asking.screen)
            case action if action in PAYMENT_ACTIONS | RETURN_ACTIONS:
                part = self._doing.payments if action in PAYMENT_ACTIONS else self._doing.returns
                return await part.invoked(request)
            case _:
                return await self._do(self._meant(request))
        return DONE

    def _meant(self, request: Invoked) -> Any:  # noqa: ANN401 - a command or Show
        """Return what a key means; one that offers a tender sends its name after the amount."""
        action, text = request.action, request.text.strip()
        if action == "cash" and not text:
            self._doing.returns.check_cash()
        if action not in self.session.actions and action in self.session.rules.tender_types:
            return self.session.read(f"{text} {action}".strip())
        return self.session.act(action, text)

    def _ask_scale(self) -> None:
        """Have the scale answer what is asked now, or nothing."""
        question = self.session.question
        if self._listening is not None:
            self._listening.hearing.ask(question if getattr(question, "unit", "") else None)

    async def _back(self, screen: str) -> Outcome:
        showing = self._showing
        if screen == "paying":
            return await self._doing.payments.wished_away()
        if showing.answering is not None:
            showing.answering = None
            return Outcome(screen="payments")
        if showing.approving is not None:
            form, showing.approving = showing.approving, None
            return Outcome(screen=form.back)
        if showing.asking is not None:
            asking, showing.asking = showing.asking, None
            return Outcome(screen=asking.back)
        if showing.learning is not None:
            showing.learning = None
        elif self.session.question is not None:
            self.session.question = None
            self._ask_scale()
        else:
            showing.change_shown = False
            self.session.screen = "sale"
        return DONE


def _marked(request: Request) -> int | None:
    choice = getattr(request, "choice", "")  # scans and weights have none
    return int(choice) if request.screen == "sale" and choice.isdecimal() else None


def _standard_first(categories: tuple[str, ...]) -> tuple[str, ...]:
    """Put the usual tax category first: it is meant when none is typed."""
    return tuple(sorted(categories, key=lambda name: name != "standard"))
