"""A session: what one operator's entry line is about. Script, line mode and screen share it.

It turns what is typed into a command or another screen, and remembers the marked line, the screen
and a question that was asked. It decides nothing about the sale.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from posframe.errors import PosframeError, RuleViolation
from posframe.kernel.domain import commands as cmd
from posframe.kernel.domain.card_guard import admitted, refuse_card
from posframe.kernel.domain.entry import ENTRY_MAX, Approve, EntryRules, Show, parse
from posframe.kernel.domain.entry_people import is_for_plugins
from posframe.kernel.domain.refusals import PriceNeeded, WeightNeeded
from posframe.kernel.domain.views import SaleView
from posframe.outcomes import added_line, completed, was_paid_on
from posframe.session_counting import Counting, CountingDesk
from posframe.session_signing import SigningSession
from posframe.shop_settings import entry_rules, likely_minors
from posframe.unlikely import DOUBTED, unlikely

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from posframe.kernel.contracts import Action
    from posframe.kernel.domain.entry_people import Identify
    from posframe.kernel.domain.transaction import TillState, Transaction
    from posframe.kernel.engine import Outcome
    from posframe.till import Till

_ABOUT_PAYMENTS = (cmd.CancelPayment, cmd.ResolvePayment, cmd.GivenBack)
_SEEN_COMMANDS = (cmd.Pay, cmd.TakeBackTender, cmd.Cancel)
_DIGITS = 6
"""A receipt's number has at least so many digits in its barcode."""
_DIGITS_MAX = 18
"""No number typed or scanned that means a place or a receipt has more digits."""
_WEIGHT_MAX = 100
"""More whole kilograms than are put on a counter's scale: a PLU typed twice, or grams."""


class Session(SigningSession):
    """One operator at one till."""

    def __init__(self, till: Till) -> None:
        super().__init__()
        self.till = till
        self.rules: EntryRules = entry_rules(till.config, till.parts.tenders)
        self.actions: dict[str, Action] = {action.id: action for _, action in till.parts.actions}
        self.counts = CountingDesk(till)
        self.marked: int | None = None
        self.question: PriceNeeded | WeightNeeded | None = None
        self._asked: cmd.AddItem | None = None
        self._last_added: cmd.AddItem | None = None
        self._shown: cmd.Seen | None = None
        self._paying = ""
        """The transaction whose payment screen was gone to."""
        self._listed: tuple[str, ...] = ()
        """The payments of the list that was shown last, in its order."""
        self._doubted = ""
        """What was asked back about the last command."""
        self.key_of: Callable[[str], str] = lambda _action: "the key"
        """Names an action's key in hints; a screen puts its own here."""
        self.follow_operator()

    @property
    def _plugins_names(self) -> frozenset[str]:
        """The entries by name that actions stand for."""
        return frozenset(each.entry.partition(" ")[0] for each in self.actions.values())

    @property
    def state(self) -> TillState:
        """The till's state after the last commit."""
        return self.till.state

    @property
    def screen(self) -> str:
        """``payment`` while the sale is paid that this was asked for, else ``sale``.

        A sale may end by itself: the one after it begins on its own screen.
        """
        sale = self.state.transaction
        return "payment" if sale is not None and sale.id == self._paying else "sale"

    @screen.setter
    def screen(self, screen: str) -> None:
        sale = self.state.transaction
        self._paying = sale.id if screen == "payment" and sale is not None else ""

    @property
    def counting(self) -> Counting | None:
        """The count of a drawer that goes on; None: none does."""
        return self.counts.counting

    @property
    def fulfilment(self) -> str:
        """How goods added now are handed over; empty: taxes do not depend on it here."""
        sale, known = self.state.transaction, self.till.config.tax.fulfilments
        chosen = sale.fulfilment if sale else ""
        return chosen if chosen in known else next(iter(known), "")

    def read(self, text: str) -> Any:  # noqa: ANN401 - a command, Show, or Identify
        """Return what an entry means here.

        Raises:
            RuleViolation: it means nothing; the words say what would.
        """
        shown = self.people_entry(text)
        return shown or self.looked_at(self._without_card(text, lambda: self._understood(text)))

    def saw(self, seen: cmd.Seen | None) -> None:
        """Note what the operator had before their eyes when pressing the next key.

        None: the sale as it is now, for a caller that sees every answer before asking again.
        """
        self._shown = seen

    def before(self, command: Any) -> Any:  # noqa: ANN401 - any command
        """Return what is to be done for a command: about the payment of the list that it means.

        Raises:
            RuleViolation: the list has none at that place, or what was typed is unlikely. The same
                again, as the next thing, is taken.
        """
        if not isinstance(command, cmd.AddItem):  # a scan is looked at once, where it is decided
            admitted(command, self._known)
        if isinstance(command, _ABOUT_PAYMENTS):
            command = attrs.evolve(command, id=self._payment_meant(command.id))
        self.checked_message(command)
        words = self._unlikely(command)
        doubted, self._doubted = self._doubted, words
        if words != doubted and words:
            raise RuleViolation(words, hint="Type it again to take it")
        return command

    def list_payments(self, ids: Iterable[str]) -> None:
        """Note the list of open payments that is shown: places typed from now on are of it."""
        self._listed = tuple(ids)

    def scanned(self, code: str, aim: str = "") -> cmd.AddItem | Show | Identify:
        """Return what a scan means: goods, a receipt of this till to look at, or a badge."""
        badge = self.badge_entry(code)
        if badge is not None:
            return badge
        self.check_open(code)
        self.counts.check_idle()
        number = self._receipt_number(code)
        found = Show(screen="receipt", text=number) if number else None
        return self.looked_at(found) or cmd.AddItem(code=code, aim=aim)

    def act(self, action_id: str, text: str = "") -> Any:  # noqa: ANN401 - a command or Show
        """Return what an action means, with what stands on the entry line.

        Raises:
            RuleViolation: there is no such action, or it lacks something typed.
        """
        self.check_open(f".{action_id}")
        words = f"{action_id} {text}"
        return self.looked_at(self._without_card(words, lambda: self._invoked(action_id, text)))

    def forget_questions(self) -> None:
        """Forget what is of one operator alone; a mark is the screen's, set with each request."""
        self.question = self._asked = self._last_added = None
        self._listed, self._doubted = (), ""

    def _invoked(self, action_id: str, text: str) -> Any:  # noqa: ANN401 - a command or Show
        action = self.actions.get(action_id)
        if action is None:
            raise RuleViolation(
                f"There is no action {action_id!r}", hint=f"there are: {', '.join(self.actions)}"
            )
        self.counts.check_action(action_id)
        special = getattr(self, f"_act_{action_id}", None)
        if special is not None:
            return special(text.strip())
        if action_id in _KEYED_AFTER and text.strip():
            by_name = action.entry.startswith(".")
            words = (action.entry, text.strip()) if by_name else (text.strip(), action.entry)
            return self.read(" ".join(words))
        return self.read(action.entry)

    def show(self, show: Show) -> None:
        """Go to another screen; to that of payment leads the command ``Total``."""
        if show.screen == "sale":  # any other is looked at and left
            self.screen = "sale"

    def usages(self) -> tuple[str, ...]:
        """Return how each command by name is typed, for whoever lists them."""
        from posframe.kernel.domain.entry_names import NAMES

        return tuple(usage for _, usage in NAMES.values())

    def after(self, command: Any, outcome: Outcome) -> None:  # noqa: ANN401 - any command
        """Follow what became of a command."""
        self.question = None
        self.follow_approval(command, outcome)
        self.counts.after(command, outcome)
        if isinstance(outcome.error, (PriceNeeded, WeightNeeded)):
            self.question, self._asked = outcome.error, command
        if not outcome.accepted:
            return
        self._doubted = ""  # taken once: the same again is another one
        if isinstance(command, cmd.AddItem) and added_line(outcome):
            self._last_added = command
        self.marked = None
        if outcome.state.transaction is None or completed(outcome):
            self.screen = "sale"
        elif isinstance(command, (cmd.Total, cmd.PostVoid)) or was_paid_on(command, outcome):
            self.screen = "payment"

    def _without_card(self, text: str, read: Callable[[], Any]) -> Any:  # noqa: ANN401 - a command or Show
        """Return what ``read`` makes of a text; where it is no command, nothing echoes a card's.

        Commands are looked at where they are decided.
        """
        try:
            found = read()
        except PosframeError:
            refuse_card(text, self._known)
            raise
        if isinstance(found, Show):
            refuse_card(found.text, self._known)
        return found

    def _known(self, digits: str) -> bool:
        known: bool = self.till.call(lambda: self.till.hooks.knows(digits))
        return known

    def _understood(self, text: str) -> Any:  # noqa: ANN401 - a command or Show
        """Return what an entry means: while a drawer is counted, one heap of it."""
        return self.counts.take(text) or self.counts.begun(self._meaning(text))

    def _meaning(self, text: str) -> Any:  # noqa: ANN401 - a command or Show
        if self.question is not None and _is_amount(text):
            return self._answer(text)
        sale = self.state.transaction
        view = SaleView(sale) if sale else None
        found = None
        if len(text) <= ENTRY_MAX and is_for_plugins(text, self._plugins_names):
            found = self.till.hooks.parse_entry(text, self.screen, view)
        if found is None and (number := self._receipt_number(text)):
            found = Show(screen="receipt", text=number)
        if found is None:
            found = parse(text, self.screen, self.marked, self.rules)
        if isinstance(found, Approve):
            return self._approved(found)
        if isinstance(found, Show) and found.screen == "payment":
            return self._total()
        return self._seen(found)

    def _answer(self, text: str) -> cmd.AddItem:
        """Take an amount as the answer to the question that was asked."""
        assert self._asked is not None, "a question is about an item"
        if isinstance(self.question, PriceNeeded):
            return attrs.evolve(self._asked, price_minor=self.rules.amount(text))
        if text.strip().isdigit() and int(text) >= _WEIGHT_MAX:
            unit = getattr(self.question, "unit", "kg")
            raise RuleViolation(
                f"{text.strip()} {unit} is more than a scale weighs",
                hint=f"type it with its decimals, as 0.642; a lot is typed {text.strip()}.0",
            )
        made = parse(f"{text} * {self._asked.code}", "sale", None, self.rules)
        assert isinstance(made, cmd.AddItem), "a quantity and a code add goods"
        return made

    def _receipt_number(self, code: str) -> str:
        """Return the number of a receipt whose barcode this is; empty: it is none of this till."""
        till, _, number = code.strip().rpartition("-")
        is_one = till == self.till.config.till.id and len(number) >= _DIGITS and _is_number(number)
        return str(int(number)) if is_one else ""

    def _payment_meant(self, place: str) -> str:
        """Return the id of the payment at a place of the list; anything else is an id already."""
        if not place.isdecimal():
            return place
        if not 0 < int(place) <= len(self._listed):
            raise RuleViolation(
                f"There is no payment {place} on the list", hint="type .payments and look"
            )
        return self._listed[int(place) - 1]

    def _unlikely(self, command: Any) -> str:  # noqa: ANN401 - any command
        """Return what is unlikely about an amount; a scan is not kept waiting for it."""
        if not isinstance(command, DOUBTED):
            return ""
        rules = [each.rule for each in self.till.parts.tenders]
        return unlikely(command, self.state, rules, likely_minors(self.till.config))

    def _approved(self, approval: Approve) -> Any:  # noqa: ANN401 - the command refused last
        """Return the command that was refused last, with who answers for it and why."""
        if self._unapproved is None:
            raise RuleViolation("Nothing waits for an approval", hint="go on")
        return attrs.evolve(
            self._unapproved, approver=approval.approver, approval_reason=approval.reason
        )

    def _total(self) -> cmd.Total:
        """Have the price settled before it is paid; the payment screen follows."""
        if self.state.transaction is None:
            raise RuleViolation("There is nothing to pay", hint="scan or key an item first")
        return cmd.Total()

    def _seen(self, command: Any) -> Any:  # noqa: ANN401 - any command
        """Put what the operator saw beside a command that moves money (law 8)."""
        sale = self.state.transaction
        if sale is None or not isinstance(command, _SEEN_COMMANDS):
            return command
        return attrs.evolve(command, seen=self._shown or seen_of(sale))

    def _act_cash(self, text: str) -> Any:  # noqa: ANN401 - a command
        return self.read(text)

    def _act_hold(self, text: str) -> Any:  # noqa: ANN401 - a command or Show
        if self.state.transaction is None:
            return Show(screen="recall")
        return cmd.Suspend(note=text)

    def _act_recall(self, text: str) -> Any:  # noqa: ANN401 - a command or Show
        return cmd.Resume(place=int(text)) if _is_number(text) else Show(screen="recall")

    def _act_cancel(self, text: str) -> Any:  # noqa: ANN401 - a command
        return self._seen(cmd.Cancel(reason=text))

    def _act_customer(self, text: str) -> Any:  # noqa: ANN401 - a command
        return self.read(f".customer {text}") if text else Show(screen="customer")

    def _act_coupon(self, text: str) -> Any:  # noqa: ANN401 - a command
        return cmd.AddCoupon(code=self._needed(text, "coupon"))

    def _act_quantity(self, text: str) -> Any:  # noqa: ANN401 - a command
        return self.read(f".qty {self._needed(text, 'quantity')}")

    def _act_price(self, text: str) -> Any:  # noqa: ANN401 - a command
        return self.read(f".price {self._needed(text, 'price')}")

    def _act_discount(self, text: str) -> Any:  # noqa: ANN401 - a command
        percent = self._needed(text, "percentage", "discount").rstrip("% ")
        return self.read(f"{percent} %")

    def _act_repeat(self, _text: str) -> Any:  # noqa: ANN401 - a command
        if self._last_added is None:
            raise RuleViolation("Nothing was added yet", hint="scan or key an item first")
        return self._last_added

    def _act_return(self, text: str) -> Show:
        """Look at a receipt: the one whose number it is, the last one, or those with an item."""
        last = self.state.last_receipt_number
        number = self._receipt_number(text) or (text if _is_number(text) else "")
        if not text or (number and 0 < int(number) <= last):
            return Show(screen="receipt", text=number or str(last))
        return Show(screen="sold", text=text)

    def _act_returnitem(self, text: str) -> Any:  # noqa: ANN401 - a command
        return self.read(f".returnitem {self._needed(text, 'code', 'returnitem')}")

    def _act_menu(self, _text: str) -> Show:
        return Show(screen="menu")

    def _needed(self, text: str, noun: str, action: str = "") -> str:
        if not text:
            key = self.key_of(action or noun)
            raise RuleViolation(f"Which {noun}?", hint=f"type the {noun}, then press {key}")
        return text


def seen_of(sale: Transaction) -> cmd.Seen:
    """Return what an operator sees who looks at ``sale`` now."""
    return cmd.Seen(transaction=sale.id, tenders=len(sale.tenders), due_minor=sale.due_minor)


_KEYED_AFTER = frozenset({"void", "find", "reprint", "no_sale", "explain"})
"""Actions that take what was typed before their key was pressed."""


def _is_amount(text: str) -> bool:
    stripped = text.strip().replace(".", "", 1).replace(",", "", 1)
    return stripped.isascii() and stripped.isdigit() and len(stripped) <= 7


def _is_number(text: str) -> bool:
    return text.isdecimal() and len(text) <= _DIGITS_MAX
