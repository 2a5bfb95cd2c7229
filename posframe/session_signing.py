"""What a session does about people: who signs in, what waits for an approval, and what came of it.

A command that lacks an approval is held here, and put to others. When somebody has answered for
it, from here or from elsewhere, it is done again, the very same, with the approval's id beside it::

    outcome = till.do(command, approvals=session.approvals_for(command))
    session.after(command, outcome)           # asks, where an approval is needed
    request = session.wants_approval          # what the screen shows; None: nothing is asked
    command = session.approve("42", pin, "why")        # or session.approved_elsewhere()
    outcome = till.do(command, approvals=session.approvals_for(command))
    session.after(command, outcome)           # done; or it needs a second one: they add up

Whatever takes a PIN verifies it on the thread that calls: tens of milliseconds and a commit.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

import attrs

from posframe.errors import PosframeError, RuleViolation
from posframe.kernel.domain import commands as cmd
from posframe.kernel.domain.approvals import VALID_US
from posframe.kernel.domain.entry import Show
from posframe.kernel.domain.entry_people import Identify, identifying
from posframe.kernel.domain.events import ApprovalGranted
from posframe.kernel.domain.instant import elapsed_us
from posframe.kernel.domain.refusals import ApprovalNeeded, SignInNeeded

if TYPE_CHECKING:
    from posframe.kernel.domain.approvals import Approval, Request
    from posframe.kernel.domain.control import Control
    from posframe.kernel.engine import Outcome
    from posframe.kernel.worker import Ticket
    from posframe.till import Till


class SigningSession:
    """The part of a ``Session`` that is about people."""

    till: Till

    def __init__(self) -> None:
        self._unapproved: Any = None
        """The command that was refused last, where it lacks an approval, or had one already."""
        self._request: Request | None = None
        """What was asked for it; None: an approver is named on trust, or it was answered."""
        self._asked_by: Ticket | None = None
        self._approvals: tuple[str, ...] = ()
        """What was given for it so far."""
        self._showing: Identify | None = None
        """Somebody who has still to type their PIN, or to scan their badge."""

    @property
    def wants_approval(self) -> Request | None:
        """What waits for somebody to answer for it; None: nothing of this session does (more)."""
        ticket = self._asked_by
        if self._request is None or ticket is None:
            return None
        if ticket.outcome is None:
            return self._request  # on its way to the disk
        return self._request if self._control.asking == self._request else None

    @property
    def wants_pin(self) -> bool:
        """True: the next entry is a PIN; nobody may read it."""
        showing = self._showing
        return showing is not None and bool(showing.number or showing.badge)

    def approvals_for(self, command: Any) -> tuple[str, ...]:  # noqa: ANN401 - any command
        """Return the ids of approvals to submit beside a command; most have none."""
        return self._approvals if self._approvals and command == self._unapproved else ()

    def approve(self, number: str, pin: str, reason: str) -> Any:  # noqa: ANN401 - any command
        """Answer for what this session waits for, and return the command to do again.

        Raises:
            PosframeError: it was refused; the words are for whoever approves.
        """
        request = self._waiting()
        return self._granted(self.till.signing.approve(number, pin, reason, request=request))

    def approve_badge(self, code: str, reason: str, pin: str = "") -> Any:  # noqa: ANN401 - any command
        """Answer by badge for what this session waits for; else as ``approve``."""
        request = self._waiting()
        return self._granted(self.till.signing.approve_badge(code, reason, pin, request=request))

    def approved_elsewhere(self) -> Any:  # noqa: ANN401 - any command
        """Return the command to do again, where another till or shell has answered for it; once.

        None: nobody has. Ask after each commit (``Till.listen``), or when the operator does.
        """
        wanted = self._request
        if wanted is None:
            return None
        found = [each for each in self._open() if each.request == wanted]
        if not found:
            return None
        self._take(found[-1].id)
        return self._unapproved

    def deny(self, number: str, pin: str, words: str = "") -> Outcome:
        """Say no to what this session waits for, in the name of whoever types their PIN.

        Raises:
            RuleViolation: nothing waits.
        """
        outcome = self.till.signing.deny(number, pin, words, request=self._waiting())
        if outcome.accepted:
            self._drop()
        return outcome

    def sign_in(self, number: str, pin: str) -> Outcome:
        """Let an operator work here, or unlock the till; what was held for another is let go."""
        return self._signed(self.till.signing.sign_in(number, pin))

    def sign_in_badge(self, code: str, pin: str = "") -> Outcome:
        """Let an operator work here by badge, as ``sign_in``."""
        return self._signed(self.till.signing.sign_in_badge(code, pin))

    def identify(self, entry: Identify) -> Any:  # noqa: ANN401 - an Outcome, or any command
        """Do what an entry says by which somebody shows who they are.

        Returns:
            An ``Outcome``; or the command that is to be done now.

        Raises:
            PosframeError: it was refused.
        """
        self._showing = None
        if not self.till.signing.is_on:
            raise RuleViolation(
                "Nobody signs in at this till", hint="set operators.sign_in = true in till.toml"
            )
        if entry.purpose == "free":
            return self.till.signing.freeing(entry.number)
        if entry.purpose == "repeat":
            return self._approved_by_now()
        if not entry.pin and self._asks_pin(entry):
            self._showing = entry
            return self.till.signing.said(_WHAT_NEXT[bool(entry.number or entry.badge)])
        return self._shown_who(entry)

    def people_entry(self, text: str) -> Identify | None:
        """Return what an entry means that may hold a PIN; None: any other. No plugin is told.

        Raises:
            RuleViolation: it lacks something.
        """
        showing, self._showing = self._showing, None
        typed = text.strip()
        is_pin = bool(typed) and typed[0] not in ".@"
        if is_pin and showing is not None and (showing.number or showing.badge):
            return attrs.evolve(showing, pin=typed)
        return identifying(typed, signs_in=self.till.signing.is_on)

    def badge_entry(self, code: str) -> Identify | None:
        """Return what a scan means where it is a badge's; None: it is goods or a receipt."""
        showing, self._showing = self._showing, None
        signing = self.till.signing
        if not signing.is_on:
            return None
        badge = Identify(purpose="sign in", badge=code)
        if showing is not None and not (showing.number or showing.badge):
            return badge
        needs_pin = self.till.config.operators.badge_needs_pin
        if needs_pin:
            return badge if signing.knows_badge(code) else None
        # A badge alone opens the till: a code that nobody has is a try, and counts.
        is_free = not self._control.operator
        return badge if is_free and not self._is_shops(code) else None

    def looked_at(self, found: Any) -> Any:  # noqa: ANN401 - a command, Show, or None
        """Return what an entry means; at a locked till nothing of the shop's is looked at.

        Raises:
            SignInNeeded: it asks for a screen, and nobody works here.
        """
        is_look = isinstance(found, Show) and found.screen not in _FOR_ANYBODY
        if is_look and self.till.signing.is_on and not self._control.operator:
            raise SignInNeeded
        return found

    def checked_message(self, command: Any) -> None:  # noqa: ANN401 - any command
        """Refuse a message to an operator whom nobody knows.

        Raises:
            RuleViolation: nobody has that number.
        """
        is_one = isinstance(command, cmd.LeaveMessage) and bool(command.to)
        if is_one and self.till.signing.is_on and not self.till.signing.knows(command.to):
            raise RuleViolation(
                f"There is no operator {command.to}", hint="leave to= out to tell everybody"
            )

    def settle_asking(self) -> None:
        """Wait until what was asked for is on disk, for a caller that shows the till's state."""
        if self._asked_by is not None:
            self._asked_by.wait()

    def follow_approval(self, command: Any, outcome: Outcome) -> None:  # noqa: ANN401 - any command
        """Hold a command that lacks an approval, and put it to others."""
        error = outcome.error
        is_needed = isinstance(error, ApprovalNeeded) and not outcome.accepted
        request = error.request if isinstance(error, ApprovalNeeded) else None
        given = self.approvals_for(command)
        self._drop()
        if is_needed and request is not None:
            self._unapproved, self._request, self._approvals = command, request, given
            with contextlib.suppress(PosframeError):  # then nothing waits, and that is said
                self._asked_by = self.till.submit(cmd.AskApproval(request=request))
        elif not outcome.accepted and (is_needed or self._is_on_trust(command)):
            self._unapproved = command

    @property
    def _control(self) -> Control:
        control: Control = self.till.state.control
        return control

    def _is_on_trust(self, command: Any) -> bool:  # noqa: ANN401 - any command
        """Tell whether a refused command had a name; another one may be named for it."""
        named = hasattr(command, "approval_reason") and bool(command.approver)
        return named and not self.till.signing.is_on

    def _is_shops(self, code: str) -> bool:
        found: bool = self.till.call(lambda: self.till.hooks.knows(code))
        return found

    def _asks_pin(self, entry: Identify) -> bool:
        return not entry.badge or self.till.config.operators.badge_needs_pin

    def _shown_who(self, entry: Identify) -> Any:  # noqa: ANN401 - an Outcome, or any command
        signing = self.till.signing
        if entry.purpose == "sign in" and entry.badge:
            return self.sign_in_badge(entry.badge, entry.pin)
        if entry.purpose == "sign in":
            return self.sign_in(entry.number, entry.pin)
        if self._request is None:  # somebody else's session waits
            answer = signing.approve if entry.purpose == "approve" else signing.deny
            return answer(entry.number, entry.pin, entry.words)
        if entry.purpose == "approve":
            return self.approve(entry.number, entry.pin, entry.words)
        return self.deny(entry.number, entry.pin, entry.words)

    def _approved_by_now(self) -> Any:  # noqa: ANN401 - any command
        self.settle_asking()
        command = self.approved_elsewhere()
        if command is None:
            raise RuleViolation(
                "Nobody has approved anything here", hint="type: .approve NUMBER PIN REASON"
            )
        return command

    def _waiting(self) -> Request:
        """Return what this session waits for, on disk by now."""
        self.settle_asking()
        if self._request is None:
            raise RuleViolation("Nothing waits for an approval", hint="go on")
        return self._request

    def _granted(self, outcome: Outcome) -> Any:  # noqa: ANN401 - any command
        if outcome.error is not None:
            raise outcome.error
        granted = (row.event for row in outcome.recorded if isinstance(row.event, ApprovalGranted))
        self._take(next(granted).approval.id)
        return self._unapproved

    def _take(self, id_: str) -> None:
        self._approvals = (*self._approvals, id_)
        self._request = self._asked_by = None

    def _open(self) -> list[Approval]:
        """Return the approvals that can still be used, the newest last."""
        now = self.till.parts.engine.instant
        return [
            each
            for each in self._control.approvals.open.values()
            if each.at.boot == now.boot and elapsed_us(each.at, now) < VALID_US
        ]

    def _signed(self, outcome: Outcome) -> Outcome:
        if outcome.accepted:
            self._drop()
        return outcome

    def _drop(self) -> None:
        self._unapproved = self._request = self._asked_by = None
        self._approvals = ()


def people_told(till: Till) -> dict[str, Any]:
    """Return who works at a till and what waits for an approval, ready for JSON.

    Where nobody signs in there is nothing to tell.
    """
    control = till.state.control
    if not till.signing.is_on:
        return {}
    told: dict[str, Any] = {"operator": control.signed_in.operator if control.signed_in else ""}
    if not control.operator:
        told["locked"] = True
    elif unread := len(control.unread(control.operator)):
        told["unread"] = unread
    if control.asking is not None:
        told["asks"] = request_told(till, control.asking)
    return told


def request_told(till: Till, request: Request) -> dict[str, Any]:
    """Return what waits for an approval, ready for JSON; amounts in minor units."""
    roles = till.parts.engine.parts.settings.control.roles
    declared = roles.permissions.get(request.permission) if roles is not None else None
    return {
        "label": declared.label if declared is not None else request.permission,
        "permission": request.permission,
        "amount": request.amount_minor,
        "percent_milli": request.percent_milli,
        "about": request.subject,
        "operator": request.operator,
    }


_FOR_ANYBODY = frozenset({"sale", "help"})
_WHAT_NEXT = {False: "Scan the badge", True: "Type the PIN"}
