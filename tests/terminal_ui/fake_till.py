"""A till in memory, behind the door that the terminal knows: products, commits, questions.

Its commits take as long as a test says. It is no model of a real till; it does what the
terminal must be seen to cope with.
"""

import asyncio
import re
from collections.abc import Callable, Sequence

import attrs

from posframe.errors import RuleViolation
from posframe_terminal.actions import TERMINAL
from posframe_terminal.door import Invoked, Outcome, Place, Request, Scanned, Typed
from posframe_terminal.intake import Item
from posframe_terminal.keys import Action, KeyTable, build_table
from posframe_terminal.paint.screens import Screens
from posframe_terminal.views import Device, Head, LastScan, Line, SaleView, View

SALE, PAYMENT = ("sale",), ("payment",)
TILL = tuple(
    Action(id=id_, label=label, keys=keys, contexts=contexts, plugin="till")
    for id_, label, keys, contexts in (
        ("pay", "PAY", ("f9", "+"), SALE),
        ("void", "Void", ("f5", "-"), SALE),
        ("ask", "Age", ("f7",), SALE),
        ("price", "Price", ("f8",), SALE),
        ("fail", "Fail", ("f11",), SALE),
        ("dept", "Dept", ("/",), SALE),
        ("undo", "Undo", ("-",), PAYMENT),
        ("card", "Card", ("f2",), PAYMENT),
        ("yes", "Yes", ("f5",), ("ask",)),
    )
)
ACTIONS = (
    *TERMINAL,
    *(attrs.evolve(a, on_empty_only=True) if a.id == "dept" else a for a in TILL),
)


def table(keymap: dict[str, Sequence[str]] | None = None) -> KeyTable:
    return build_table(ACTIONS, contexts=Screens(), keymap=keymap)


def product(code: str) -> tuple[str, int]:
    return f"Item {code[-6:]}", 100 + int(re.sub(r"\D", "", code)[-3:] or "0")


class FakeTill:
    def __init__(self, *, commit_s: float = 0.0, lines: int = 0) -> None:
        self.commit_s = commit_s
        self.lines: list[Line] = []
        self.requests: list[Request] = []
        self.screen = "sale"
        self.total = 0
        self.sale = 1
        self.clock = "Sat 21 Nov 14:07"
        self.last: LastScan | None = None
        self.held: asyncio.Event | None = None
        """Set by a test: commits wait for it."""
        self._listeners: list[Callable[[], None]] = []
        for n in range(lines):
            self._add(f"4000000{n:06d}", "1", 1)

    def view(self, place: Place) -> View:
        head = Head(
            till="T1",
            operator="ANNA",
            title=f"SALE {self.sale}",
            link="ONLINE",
            clock=self.clock,
            devices=(Device(short="PRN", name="PRINTER"), Device(short="SCN", name="SCANNER")),
        )
        looking = self.screen == "sale" and place.screen in ("find", "held", "trouble")
        screen = place.screen if looking else self.screen
        if screen == "sale":
            return self._sale(head)
        return self._page(screen, head, place)

    def _page(self, screen: str, head: Head, place: Place) -> View:
        from posframe_terminal import pages

        match screen:
            case "ask":
                choices = (
                    pages.Choice(key="F5", label="yes"),
                    pages.Choice(key="Esc", label="no"),
                )
                text = ("Is the customer 18?",)
                return pages.AskView(head=head, title="AGE CHECK", text=text, choices=choices)
            case "find":
                found = [line for line in self.lines if place.text.lower() in line.name.lower()]
                results = tuple(
                    pages.Found(
                        id=line.name,
                        code=str(line.number),
                        name=line.name,
                        price_minor=line.sum_minor,
                    )
                    for line in found[:10]
                )
                return pages.FindView(head=head, marked=place.marked, results=results)
            case "payment":
                return pages.PaymentView(
                    head=head, seen=self._seen(), to_pay_minor=self.total, open_minor=self.total
                )
            case "change":
                return pages.ChangeView(head=head, seen=self._seen(), change_minor=5)
            case _:
                return pages.TroubleView(head=head, notices=(pages.Notice(text="No notice"),))

    def _seen(self) -> str:
        return f"{self.sale}/{self.total}"

    def _sale(self, head: Head) -> View:
        return SaleView(
            head=head,
            lines=self.lines,
            total_minor=self.total,
            items=str(len(self.lines)),
            last_scan=self.last,
            seen=self._seen(),
        )

    async def submit(self, request: Request) -> Outcome:
        self.requests.append(request)
        if self.held is not None:
            await self.held.wait()
        elif self.commit_s >= 0.005:
            await asyncio.sleep(self.commit_s)
        elif self.commit_s:
            await asyncio.to_thread(_busy_wait)
        outcome = self._do(request)
        for changed in self._listeners:
            changed()
        return outcome

    def listen(self, changed: Callable[[], None]) -> Callable[[], None]:
        self._listeners.append(changed)
        return lambda: self._listeners.remove(changed)

    def hear(self, feed: Callable[[Item], None]) -> Callable[[], None]:
        del feed
        return lambda: None

    def touched(self) -> None:
        pass

    def _do(self, request: Request) -> Outcome:
        match request:
            case Scanned(code=code, text=text):
                return self._sell(f"{text}{code}")
            case Typed(screen="payment", text=text):
                return self._pay(text)
            case Typed(screen="find", choice=choice):
                return Outcome(message=f"chose {choice}", screen="sale")
            case Typed(screen="ask"):
                raise RuleViolation("Answer with F5 or Esc")
            case Typed(text=text):
                if text[:1].isalpha():
                    return Outcome(screen="find", text=text)
                return self._sell(text)
            case Invoked():
                return self._invoke(request)

    def _invoke(self, request: Invoked) -> Outcome:
        match request.action:
            case "pay":
                if not self.lines:
                    raise RuleViolation("There is nothing to pay")
                self.screen = "payment"
            case "void":
                number = int(request.text or request.choice or len(self.lines))
                if not 0 < number <= len(self.lines):
                    raise RuleViolation(f"There is no line {number}")
                line = self.lines[number - 1]
                self.total -= line.sum_minor
                self.lines[number - 1] = attrs.evolve(line, voided=True)
            case "ask":
                self.screen = "ask"
            case "yes" | "back":
                self.screen = "sale"
            case "fail":
                raise ZeroDivisionError
        return Outcome()

    def _sell(self, text: str) -> Outcome:
        quantity, _, code = text.rpartition("*")
        code = code.strip()
        if not code:
            return Outcome()
        if code.startswith("9"):
            raise RuleViolation(f"{code} not found", hint="F2 find")
        if self.screen == "change":
            self.lines, self.total, self.sale = [], 0, self.sale + 1
        self.screen = "sale"
        count = int(quantity or 1)
        self._add(code, str(count), count)
        return Outcome()

    def _add(self, code: str, quantity: str, count: int) -> None:
        name, price = product(code)
        number = len(self.lines) + 1
        self.lines.append(
            Line(
                number=number,
                quantity=quantity,
                name=name,
                unit_minor=price,
                sum_minor=price * count,
            )
        )
        self.total += price * count
        self.last = LastScan(name=name, code=code, price_minor=price)

    def _pay(self, text: str) -> Outcome:
        if text and int(text) < self.total:
            raise RuleViolation("That is not enough")
        self.screen = "change"
        return Outcome(message="paid")


def meaning(text: str, screen: str) -> str:
    if screen == "payment":
        return f"= cash {text}"
    return "waiting for a code" if text.rstrip().endswith("*") else "code"


def _busy_wait() -> None:
    """Take about 0.2 ms, as one commit on a fast disk does."""
    from time import perf_counter

    until = perf_counter() + 0.0002
    while perf_counter() < until:
        pass
