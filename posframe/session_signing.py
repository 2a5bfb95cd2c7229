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
from posframe.kernel.domain.card_guard import is_card_data
from posframe.kernel.domain.entry import Show
from posframe.kernel.domain.entry_people import Identify, identifying
from posframe.kernel.domain.events import ApprovalGranted
from posframe.kernel.domain.refusals import ApprovalNeeded, SignInNeeded
from posframe.kernel.engine import Outcome
from posframe.people_told import is_locked, not_shown
from posframe.stepwise import ASK_PIN, answered, asked_next, asking_words, on_trust

if TYPE_CHECKING:
    from posframe.kernel.domain.approvals import Request
    from posframe.kernel.domain.control import Control
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
        self._asked_pin: Identify | None = None
        """Who was asked for the PIN that was typed last."""
        self._unseen: Request | None = None
        """What waits for another session and was shown here: then it can be answered here."""
        self._worker = ""

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
        return showing is not None and self._asked_next(showing) == ASK_PIN

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
        fresh = self._control.approvals.fresh(self.till.parts.engine.instant)
        found = [each for each in fresh if each.request == wanted]
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
        asked, self._asked_pin, self._showing = self._asked_pin, None, None
        signing = self.till.signing
        practises = signing.is_practised and entry.purpose in {"approve", "repeat"}
        if not (signing.is_on or practises):
            raise RuleViolation(
                "Nobody signs in at this till", hint="set operators.sign_in = true in till.toml"
            )
        if entry.purpose == "free":
            return self.till.signing.freeing(entry.number)
        if entry.purpose == "repeat":
            return self._approved_by_now()
        if signing.is_on and entry.purpose in {"approve", "deny"}:
            self._check_shown()
        if step := self._asked_next(entry):
            self._showing = entry
            return signing.said(asking_words(step, entry, sells=self._sells))
        try:
            found = self._shown_who(entry)
        except PosframeError as error:
            raise self._asked_again(asked, error) from None
        if isinstance(found, Outcome) and found.error is not None:
            again = self._asked_again(asked, found.error)
            return attrs.evolve(found, hint=again.hint, error=again)
        return found

    def people_entry(self, text: str) -> Identify | None:
        """Return what an entry means that may hold a PIN; None: any other. No plugin is told.

        Raises:
            RuleViolation: it lacks something.
            SignInNeeded: nobody works here, and it is not for signing in.
        """
        self.follow_operator()
        asks, showing, self._showing = self.wants_pin, self._showing, None
        typed = text.strip()
        if asks and not typed:  # no PIN is no payment of what is due either
            raise RuleViolation("No PIN was typed", hint="go on")
        found = None
        if showing is not None and typed[:1] not in {".", "@"}:
            needs = self._asks_pin(showing)
            found = answered(showing, typed, pin_asked=needs, sells=self._sells)
        if found is not None:
            self._asked_pin = attrs.evolve(found, pin="")
        else:
            signing = self.till.signing
            found = identifying(typed, signs_in=signing.is_on or signing.is_practised)
        if found is None or found.purpose != "sign in":
            self.check_open(typed)
        return found

    def badge_entry(self, code: str) -> Identify | None:
        """Return what a scan means where it is a badge's; None: it is goods or a receipt."""
        self.follow_operator()
        showing, self._showing = self._showing, None
        signing = self.till.signing
        if not signing.is_on:
            return None
        badge = Identify(purpose="sign in", badge=code)
        if showing is not None and not (showing.number or showing.badge):
            return badge
        knows = signing.knows_badge
        if not self._is_locked:
            return self._badge_at_work(badge) if knows(code) else None
        # Whoever tries codes at the lock learns of none whether it is a badge: all but the shop's
        # goods is a try, and counts; with the PIN, where that is needed. No plugin hears a badge.
        return badge if knows(code) or not self._is_shops(code) else None

    def check_open(self, text: str) -> None:
        """Refuse an entry where nobody works, before anything is looked up for it.

        Raises:
            SignInNeeded: it is not one of the few that are for anybody.
        """
        self.follow_operator()
        self._showing = None  # an entry or a key that comes here is no PIN
        if self._is_locked and text.strip().partition(" ")[0].lower() not in _AT_THE_LOCK:
            raise SignInNeeded

    def looked_at(self, found: Any) -> Any:  # noqa: ANN401 - a command, Show, or None
        """Return what an entry means; at a locked till nothing of the shop's is looked at.

        Raises:
            SignInNeeded: it asks for a screen, and nobody works here.
        """
        is_look = isinstance(found, Show) and found.screen not in _FOR_ANYBODY
        if is_look and self._is_locked:
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

    def follow_operator(self) -> None:
        """Forget what was asked and shown, where somebody else works here than before."""
        signed = self._control.signed_in
        worker = signed.operator if signed is not None else ""
        if worker != self._worker:
            self._worker, self._unseen = worker, None
            self.forget_questions()

    def forget_questions(self) -> None:
        """Forget what one operator was asked: it is not for the next one to answer."""

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

    @property
    def _is_locked(self) -> bool:
        return is_locked(self.till)

    def _asked_again(self, asked: Identify | None, error: PosframeError) -> PosframeError:
        """Go on asking for a PIN that was wrong: typed again, it is no goods and no amount.

        At a lock it is not asked for: nothing that is typed there reaches anybody.
        """
        from posframe.pins import REFUSED  # it was verified there

        if asked is None or error.message != REFUSED or self._is_locked:
            return error
        self._showing = asked
        return RuleViolation(REFUSED, hint="type the PIN again; an empty line leaves it")

    def _is_on_trust(self, command: Any) -> bool:  # noqa: ANN401 - any command
        """Tell whether a refused command had a name; another one may be named for it."""
        named = hasattr(command, "approval_reason") and bool(command.approver)
        return named and not self.till.signing.is_on

    def _is_shops(self, code: str) -> bool:
        if is_card_data(code):  # no badge is, and it is kept nowhere until a PIN comes
            return True
        found: bool = self.till.call(lambda: self.till.hooks.knows(code))
        return found

    @property
    def _sells(self) -> bool:
        """True: somebody works here, and a sale is open."""
        return self.till.state.transaction is not None and not self._is_locked

    def _badge_at_work(self, badge: Identify) -> Identify:
        """Return what somebody's badge means where somebody works; goods it is never.

        Raises:
            RuleViolation: it would sign in by itself, and nobody asked for that.
        """
        if self.wants_approval is not None:
            return attrs.evolve(badge, purpose="approve", stepwise=True)
        if not self._asks_pin(badge):
            raise RuleViolation(
                "That is a badge", hint="to sign in by it, type .signin and scan it again"
            )
        return badge

    def _asked_next(self, entry: Identify) -> str:
        return asked_next(entry, pin_asked=self._asks_pin(entry))

    def _check_shown(self) -> None:
        """Refuse to answer for what waits for another session until it was shown here."""
        if self._request is not None:
            return
        wanted = self._control.waiting(self.till.parts.engine.instant)
        if wanted is None:
            raise RuleViolation("Nothing waits for an approval", hint="go on")
        if wanted != self._unseen:
            self._unseen = wanted
            raise not_shown(self.till, wanted)

    def _asks_pin(self, entry: Identify) -> bool:
        return not entry.badge or self.till.config.operators.badge_needs_pin

    def _shown_who(self, entry: Identify) -> Any:  # noqa: ANN401 - an Outcome, or any command
        signing = self.till.signing
        if not signing.is_on:
            return on_trust(self._unapproved, entry)
        number, badge, pin = entry.number, entry.badge, entry.pin
        if entry.purpose == "sign in":
            return self.sign_in_badge(badge, pin) if badge else self.sign_in(number, pin)
        if self._request is None:  # somebody else's session waits
            wanted, self._unseen = self._unseen, None
            answer = signing.approve if entry.purpose == "approve" else signing.deny
            return answer(number, pin, entry.words, request=wanted)
        if entry.purpose == "deny":
            return self.deny(number, pin, entry.words)
        if badge:
            return self.approve_badge(badge, entry.words, pin)
        return self.approve(number, pin, entry.words)

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
        control, now = self._control, self.till.parts.engine.instant
        if control.asking == self._request and control.waiting(now) is None:
            # It was shown here all the while; elsewhere nobody answers for it after a minute.
            self._asked_by = self.till.submit(cmd.AskApproval(request=self._request))
            self.settle_asking()
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

    def _signed(self, outcome: Outcome) -> Outcome:
        if outcome.accepted:
            self._drop()
            self.follow_operator()
        return outcome

    def _drop(self) -> None:
        self._unapproved = self._request = self._asked_by = None
        self._approvals = ()


_FOR_ANYBODY = frozenset({"sale", "help"})
_AT_THE_LOCK = frozenset({".help", ".lock", ".sale", ".signout"})
"""Entries that look nothing up; whether they do anything is the kernel's to say."""
