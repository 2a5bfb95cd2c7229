"""The draft: events of one action so far, and the state they lead to. Local to one decision."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

import attrs

from posframe.errors import RuleViolation
from posframe.kernel.domain.approvals import Request, taker_of, use
from posframe.kernel.domain.events import (
    ApprovalGiven,
    DayClosed,
    DayOpened,
    JobQueued,
    MarkSeen,
    PriceLooked,
    ReportOpened,
    StrayHeard,
    TenderApplied,
    TransactionCancelled,
)
from posframe.kernel.domain.evolve import evolve
from posframe.kernel.domain.permissions import Answer
from posframe.kernel.domain.refusals import ApprovalNeeded, NotAllowed
from posframe.kernel.domain.transaction import TillState
from posframe.kernel.domain.views import SaleView

if TYPE_CHECKING:
    from collections.abc import Iterator

    from posframe.kernel.domain.basket import LineItem
    from posframe.kernel.domain.commands import Settings
    from posframe.kernel.domain.permissions import Amount, Verdict
    from posframe.kernel.domain.transaction import Transaction
    from posframe.kernel.domain.views import Moment

_NO_SALES = frozenset({MarkSeen, StrayHeard, PriceLooked, DayOpened, DayClosed, ReportOpened})
"""Events that are about no sale, whichever is open."""

Asking = "Generator[Any, Any, str]"
"""A step of a decision: yields questions, is sent answers, returns words for the operator."""


@attrs.frozen(eq=False)
class Decision:
    """What one command comes to: its events, the state after them, words for the operator."""

    events: tuple[tuple[Any, str], ...]
    """Each with the id of the transaction it belongs to; empty: none."""
    state: TillState
    words: str


class Approvable(Protocol):
    """A command that somebody may answer for."""

    @property
    def approver(self) -> str:
        """Who; empty: nobody yet."""

    @property
    def reason(self) -> str:
        """Why it is done."""

    @property
    def approval_reason(self) -> str:
        """Why it was approved; empty: for the reason it is done."""


class Draft:
    """Collects events and folds each at once, so that the next step sees its effect."""

    __slots__ = ("before", "closed", "events", "moment", "settings", "state")

    def __init__(self, state: TillState, moment: Moment, settings: Settings) -> None:
        self.before = state
        self.state = state
        self.moment = moment
        self.settings = settings
        self.events: list[tuple[Any, str]] = []
        self.closed: Transaction | None = None
        """The sale that this action closed, as it stood then."""

    def add(self, event: Any) -> None:  # noqa: ANN401 - plugins' events too
        """Take ``event`` into the action and fold it."""
        before = self.state.transaction
        self.state = evolve(self.state, event)
        after = self.state.transaction
        if before is not None and after is None:
            self.closed = before
        if type(event) in _NO_SALES:
            self.events.append((event, ""))
            return
        owner = after or before
        of = self._parked_owner(event) if self.state.payments else ""
        self.events.append((event, of or (owner.id if owner else "")))

    def _parked_owner(self, event: Any) -> str:  # noqa: ANN401 - plugins' events too
        """Return whose sale a payment's event is of: another than the open one, as may be."""
        if type(event) is TransactionCancelled:
            return event.transaction
        if type(event) is TenderApplied:
            id_ = event.tender.id
        else:
            id_ = event.job.subject if type(event) is JobQueued else getattr(event, "id", "")
        payment = self.state.payments.get(id_)
        return payment.transaction if payment else ""

    def by_sale(self) -> Iterator[tuple[str, SaleView | None, tuple[Any, ...]]]:
        """Yield the events by the transaction they belong to, with its id and how it stands.

        One that the action closes is shown as it stood before, or at its end where the action
        opened it too; one that was closed long ago, as that of a payment that went on, not at all.
        What belongs to none goes with the first.
        """
        owners = list(dict.fromkeys(owner for _, owner in self.events if owner)) or [""]
        for place, owner in enumerate(owners):
            own = {owner, ""} if place == 0 else {owner}
            sale = self.state.transaction_of(owner) or self.before.transaction_of(owner)
            if sale is None and self.closed is not None and self.closed.id == owner:
                sale = self.closed
            view = SaleView(sale) if sale else None
            yield owner, view, tuple(event for event, of in self.events if of in own)

    def approve(
        self,
        permission: str,
        command: Approvable,
        message: str,
        *,
        amount_minor: int = 0,
        subject: str = "",
        so_far_minor: int = 0,
    ) -> None:
        """Record who answers for what ``command`` does.

        Where operators sign in, names in a command count for nothing: roles and approvals do. They
        judge what it comes to together with ``so_far_minor``, which earlier parts came to.

        Raises:
            ApprovalNeeded: nobody does yet; ``message`` says what for.
        """
        if self.settings.control.roles is not None:
            minor = abs(amount_minor) + so_far_minor
            self.ask(permission, message, minor=minor, subject=subject)
            return
        if not command.approver.strip():
            raise ApprovalNeeded(permission, message)
        self.add(
            ApprovalGiven(
                action=permission,
                approver=command.approver.strip(),
                amount_minor=amount_minor,
                reason=command.approval_reason or command.reason,
                subject=subject,
            )
        )

    def ask(
        self,
        permission: str,
        message: str = "",
        *,
        minor: int | None = None,
        subject: str = "",
        always: bool = False,
    ) -> str:
        """Let the operator do something that turned out on the way; return who answers for it.

        Where nobody signs in it asks nothing. Empty: the operator alone does; see ``allow``.
        """
        if self.settings.control.roles is None:
            return ""
        request = Request(
            permission=permission,
            amount_minor=minor,
            subject=subject,
            operator=self.moment.operator,
        )
        return self.allow(request, message, always=always)

    def allow(self, request: Request, message: str = "", *, always: bool = False) -> str:
        """Let the operator do what ``request`` says, by their role or by an approval, used up now.

        Args:
            request: as reckoned now.
            message: what has to be answered for; empty: the permission's own words.
            always: somebody else has to answer for it, also where the role may do it alone.

        Returns:
            Who approved it; empty: nobody had to.

        Raises:
            NotAllowed: their role may not, whoever approves.
            ApprovalNeeded: nobody has answered for it yet.
            RuleViolation: the approval is used up, too late, or for something else.
        """
        verdict = self._verdict(request.permission, request.amount)
        taker = taker_of(request)
        if verdict.answer is Answer.ALLOW and not always and not taker:
            return ""
        if verdict.answer is Answer.DENY:
            raise NotAllowed(verdict.message, hint="call somebody whose work it is")
        id_ = self._approval_for(request)
        if not id_:
            said = f"Operator {taker} has to answer for the drawer" if taker else message
            raise ApprovalNeeded(request.permission, said or verdict.message, request)
        approval = use(self.state.control.approvals, id_, request, self.moment.instant)
        self.add(
            ApprovalGiven(
                action=request.permission,
                approver=approval.approver,
                amount_minor=request.amount_minor or 0,
                reason=approval.reason,
                subject=request.subject,
                id=id_,
                operator=request.operator,
                percent_milli=request.percent_milli or 0,
            )
        )
        return approval.approver

    def check_not_denied(self, permission: str, least: Amount) -> None:
        """Refuse at once what the operator's role may not do at all, however little it comes to.

        Raises:
            NotAllowed: it is not for this operator, whoever approves.
        """
        verdict = self._verdict(permission, least)
        if verdict.answer is Answer.DENY:
            raise NotAllowed(verdict.message, hint="call somebody whose work it is")

    def _verdict(self, permission: str, amount: Amount) -> Verdict:
        roles, signed = self.settings.control.roles, self.state.control.signed_in
        assert roles is not None, "only where operators sign in"
        return roles.decide(signed.role if signed is not None else "", permission, amount)

    def _approval_for(self, request: Request) -> str:
        """Return the id that came for it; one that is spent or unknown is told, not passed over.

        A hand-over may need two of its permission: one to do it, and that of who takes the drawer.
        """
        approvals, taker = self.state.control.approvals, taker_of(request)
        for id_ in self.moment.approvals:
            known = approvals.open.get(id_) or approvals.spent.get(id_)
            if known is None or (
                known.request.permission == request.permission and taker_of(known.request) == taker
            ):
                return id_
        return ""

    @property
    def sale(self) -> Transaction:
        """The open transaction.

        Raises:
            RuleViolation: none is open.
        """
        if self.state.transaction is None:
            raise RuleViolation("No sale is open", hint="scan or key an item first")
        return self.state.transaction

    @property
    def view(self) -> SaleView:
        """The open transaction as plugins see it."""
        return SaleView(self.sale)

    @property
    def touched(self) -> SaleView | None:
        """The transaction this action is about: the open one, or the one it just closed."""
        transaction = self.state.transaction or self.before.transaction
        return SaleView(transaction) if transaction else None

    def active_line(self, number: int | None) -> LineItem:
        """Return a line that counts; None asks for the last one.

        Raises:
            RuleViolation: there is none, or it was voided already.
        """
        lines = self.sale.basket.lines
        if number is None:
            number = next((i for i in range(len(lines), 0, -1) if not lines[i - 1].voided), None)
        if number is None or not len(lines):
            raise RuleViolation("The sale has no lines", hint="scan or key an item first")
        line = self.sale.basket.line(number)
        if line is None:
            raise RuleViolation(f"There is no line {number}", hint=f"lines are 1 to {len(lines)}")
        if line.voided:
            raise RuleViolation(f"Line {number} is voided already", hint="pick another line")
        return line

    def followers(self, parent: LineItem) -> list[int]:
        """Return the numbers of the lines that came with ``parent``; they stand right after it."""
        followers = []
        line = self.sale.basket.line(parent.number + 1)
        while line is not None and line.parent == parent.number:
            if not line.voided:
                followers.append(line.number)
            line = self.sale.basket.line(line.number + 1)
        return followers
