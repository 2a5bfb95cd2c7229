"""Returning: what an operator does about goods that come back, and their money.

It turns keys into the kernel's commands; what can come back, and who has to answer for it, the
kernel decides.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from posframe import RuleViolation, commands, lines_with, parse_milli
from posframe_terminal.approving import Approving
from posframe_terminal.asking import Asking
from posframe_terminal.door import DONE, Outcome
from posframe_terminal.showing_returns import looked_at, ways_back

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from posframe import ApprovalNeeded, Session, Till
    from posframe_terminal.door import Invoked, Scanned, Typed
    from posframe_terminal.showing import Showing

_QUANTITY: Final = re.compile(r"x?(\d+(?:[.,]\d+)?)")


class Returning:
    """The counter's part that is about goods coming back."""

    def __init__(
        self,
        till: Till,
        session: Session,
        showing: Showing,
        do: Callable[..., Awaitable[Outcome]],
    ) -> None:
        """``do`` has the till do a command or show a screen."""
        self._till, self._session, self._showing, self._do = till, session, showing, do
        self._asked: Any = None
        """The undoing that was asked about: a yes sends it once more."""

    async def typed(self, request: Typed) -> Outcome:
        """Take what was typed on one of the screens of returns, with the row that is marked."""
        text = request.text.strip()
        if text.startswith("."):
            return await self._do(self._session.read(text), screen="sale")
        if request.screen == "receipt":
            return await self._take_back(int(request.choice or 0), text)
        if request.screen == "sold" and not text:
            receipt, _, line = request.choice.partition(" ")
            return await self._open(receipt, int(line))
        return await self._do(self._session.act("return", text))

    async def scanned(self, request: Scanned) -> Outcome:
        """Take a scan on one of the screens of returns: a receipt, or goods in somebody's hand."""
        meant = self._session.scanned(request.code, request.aim)
        if not isinstance(meant, commands.AddItem):
            return await self._do(meant)
        if request.screen != "receipt":
            return await self._do(self._session.read(f".sold {request.code}"))
        return self._marked(request) or await self._do(meant, screen="sale")

    async def invoked(self, request: Invoked) -> Outcome:
        """Do what a key means."""
        match request.action:
            case "return_all":
                return await self._take_back(0, request.text.strip())
            case "condition":
                return self._next_condition(request)
            case "returnitem" | "return_blind" if request.text.strip():
                return await self._do(self._session.act("returnitem", request.text), screen="sale")
            case "returnitem" | "return_blind":
                words = f"Type the goods' code, then {self._showing.key_of('return_blind')}"
                return Outcome(screen="returns", message=words, severity="info")
            case _:
                return await self._returned(request)

    def asks_first(self, command: Any) -> bool:  # noqa: ANN401 - any command
        """Ask whoever undoes a sale whether it is that one; tell whether it was asked."""
        if not isinstance(command, commands.PostVoid) or command is self._asked:
            return False
        self._asked = command
        self._showing.asking = self._undoing(command)
        return True

    def asks_undoing(self, command: Any) -> bool:  # noqa: ANN401 - any command
        """Ask the same of somebody who needs no approval; what cannot be, the kernel refuses."""
        state = self._till.state
        can_be = state.last is not None and state.transaction is None
        return can_be and self._showing.rights.freely("post_void") and self.asks_first(command)

    def approve(self, command: Any, error: ApprovalNeeded, screen: str, back: str) -> Outcome:  # noqa: ANN401 - any command
        """Ask who answers for a command that was refused; Esc leads to the screen ``back``."""
        self._showing.approving = Approving(
            command=command, words=error.message, screen=screen, back=back
        )
        return DONE

    async def approved(self, form: Approving, text: str) -> Outcome:
        """Take a field of an approval; with the last one the command is sent once more."""
        first = text.split()[0] if text.split() else ""
        if self._till.signing.is_practised and form.field == "reason" and first.isdigit():
            raise RuleViolation("No PIN is asked for in training", hint="type why, then Enter")
        command = form.fill(text)
        if command is None:
            return DONE
        self._showing.approving = None
        return await self._do(command, screen=form.screen)

    def check_cash(self) -> None:
        """Refuse cash by Enter alone where none of the money came as cash.

        Raises:
            RuleViolation: it goes back another way.
        """
        back = ways_back(self._showing)
        if back is None or back.most_minor("cash"):
            return
        keys = [
            f"{self._way(each.type)} gives back by {each.label}"
            for each in back.ways
            if each.most_minor
        ]
        paid = ", ".join(label for label, _ in back.paid) or "nothing known"
        keys.append("for cash type the amount: somebody has to answer for it")
        raise RuleViolation(f"It was paid by {paid}", hint="; ".join(keys))

    def _way(self, type_: str) -> str:
        """Return the key of a way to pay, or what is typed where it has none."""
        key = self._showing.key_of(type_)
        return type_ if key == f".{type_}" else key

    async def _returned(self, request: Invoked) -> Outcome:
        """Show the receipt meant, or ask which one."""
        if not request.text.strip() and request.screen != "returns":
            return Outcome(screen="returns")
        return await self._do(self._session.act("return", request.text))

    async def _open(self, receipt: str, line: int) -> Outcome:
        """Show a receipt with a line of it marked."""
        outcome = await self._do(self._session.read(f".receipt {receipt}"))
        found = looked_at(self._showing).receipt
        assert found is not None, "it is shown"
        numbers = [each.number for each in found.lines]
        return Outcome(screen=outcome.screen, marked=numbers.index(line))

    async def _take_back(self, number: int, text: str) -> Outcome:
        """Return a line of the receipt that is looked at, or with 0 all of it."""
        looked = looked_at(self._showing)
        assert looked.receipt is not None, "it is looked at"
        quantity, condition, reason = self._said(text)
        if not looked.receipt.lines:
            raise RuleViolation("Nothing on this receipt can come back", hint="Esc leads back")
        if quantity is not None and not number:
            raise RuleViolation("All of it comes back, or a quantity of one line", hint="use Enter")
        command = commands.Return(
            receipt_number=looked.receipt.receipt_number,
            number=number,
            quantity_milli=quantity,
            condition=condition or looked.condition,
            reason=reason,
        )
        self._session.screen = "sale"
        return await self._do(command, screen="sale")

    def _said(self, text: str) -> tuple[int | None, str, str]:
        """Return quantity, condition and reason of what was typed: ``2 is=damaged came apart``."""
        returns = self._till.config.returns
        quantity, condition = None, ""
        words = text.split()
        if words and (found := _QUANTITY.fullmatch(words[0])):
            quantity = parse_milli(found[1].replace(",", "."))
            words = words[1:]
        for word in [each for each in words if each.startswith("is=")]:
            condition = _meant(word[3:], tuple(returns.conditions))
            words.remove(word)
        return quantity, condition, _meant(" ".join(words), returns.reasons)

    def _marked(self, request: Scanned) -> Outcome | None:
        """Mark the line of the receipt that sold what was scanned; None: none did."""
        receipt = looked_at(self._showing).receipt
        assert receipt is not None, "it is looked at"
        found = lines_with(self._till, receipt, request.code)
        left = [each for each in found if each.left_milli]
        if not found:
            return None
        if not left:
            raise RuleViolation(f"{found[0].text} came back already", hint="check the receipt")
        at = [each.number for each in receipt.lines].index(left[0].number)
        words = f"{left[0].text}: Enter takes it back"
        return Outcome(screen="receipt", text=request.text, marked=at, message=words)

    def _next_condition(self, request: Invoked) -> Outcome:
        """Choose the next condition; what is typed and marked stays."""
        looked, known = looked_at(self._showing), list(self._till.config.returns.conditions)
        at = known.index(looked.condition) if looked.condition in known else 0
        looked.condition = known[(at + 1) % len(known)]
        lines = looked.receipt.lines if looked.receipt else ()
        numbers = [str(each.number) for each in lines]
        marked = numbers.index(request.choice) if request.choice in numbers else None
        return Outcome(text=request.text, marked=marked, message=f"condition: {looked.condition}")

    def _undoing(self, command: commands.PostVoid) -> Asking:
        last = self._till.state.last
        assert last is not None, "the kernel would undo it"
        amount = self._showing.amount
        paid = ", ".join(f"{each.label} {amount(each.applied_minor)}" for each in last.tenders)
        return Asking(
            command=command,
            title=f"UNDO RECEIPT {last.receipt_number}?",
            text=f"{amount(last.gross_minor)} of {self._till.clock_text(last.completed_us)[11:16]}."
            f" All its goods come back. Given back: {paid or 'nothing'}.",
            yes="yes, undo it",
            no="no, leave it",
        )


def _meant(word: str, known: tuple[str, ...]) -> str:
    """Return the known word meant; its first letters are enough, anything else stays as it is."""
    begun = [each for each in known if word and each.startswith(word)]
    return begun[0] if len(begun) == 1 and word not in known else word
