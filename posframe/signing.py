"""Signing: finds out who stands at the till, and tells the kernel; the till's ``signing``.

A PIN is verified on the caller's thread, never the engine's, and goes no further: the kernel is
told who it is, or that a try failed. In this order, one try after another: a number that has to
wait is refused unverified; then argon2, at the same price whoever it is; then the row on disk, and
only behind it a word. So neither a crash nor a second door gives anybody one try for nothing.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Final

import attrs

from posframe.errors import PosframeError, RuleViolation
from posframe.kernel.domain import commands as cmd
from posframe.kernel.domain.events import ApprovalGranted
from posframe.kernel.domain.lockout import check_wait
from posframe.kernel.domain.permissions import Answer
from posframe.kernel.engine import Outcome

if TYPE_CHECKING:
    from collections.abc import Callable

    from posframe.kernel.domain.approvals import Request
    from posframe.kernel.domain.control_settings import ControlSettings
    from posframe.kernel.domain.permissions import Roles
    from posframe.operators import Operator, OperatorsFile  # noqa: TC004 - with the first sign-in
    from posframe.pins import PinKeeper
    from posframe.till import Till

_STRANGE_BADGE: Final = "badge of nobody"
"""Stands for every badge nobody has: whoever tries one after another waits as for one number."""
STRANGERS: Final = 64
"""Numbers that nobody has share so many marks: no noise fills a till's memory of wrong tries."""


@attrs.frozen(kw_only=True)
class _Shown:
    """Somebody who showed who they are."""

    operator: Operator
    how: str
    mark: str


@attrs.frozen(kw_only=True)
class _Try:
    """What somebody shows; which number it counts under stands in ``mark``."""

    operator: Operator | None
    number: str
    pin: str | None = attrs.field(repr=False)
    """None: the badge alone is enough."""
    mark: str
    how: str


class Signing:
    """Verifies operators of one till. Its methods may be called from any thread but the engine's.

    None of them raises what an operator can do something about: it is in the outcome.
    """

    def __init__(self, till: Till, make_keeper: Callable[[bytes], PinKeeper] | None = None) -> None:
        """Read nothing yet.

        Args:
            till: whose operators.
            make_keeper: makes what verifies PINs, of its key; None: at the usual cost.
        """
        self.is_practised = False
        """True: nobody signs in here, but at the till beside which this one is in training."""
        self._till = till
        self._make_keeper = make_keeper
        self._gate = threading.Lock()
        self._made: OperatorsFile | None = None

    @property
    def is_on(self) -> bool:
        """True: operators sign in at this till."""
        return self.roles is not None

    @property
    def roles(self) -> Roles | None:
        """Who may do what at this till; None: nobody signs in."""
        return self._settings.roles

    def sign_in(self, number: str, pin: str) -> Outcome:
        """Let whoever has this number and PIN work at the till; or unlock it."""
        return self._tried(lambda: self._by_number(number, pin), self._signed_in)

    def sign_in_badge(self, code: str, pin: str = "") -> Outcome:
        """Let whoever has this badge work at the till; or unlock it.

        Args:
            code: as scanned.
            pin: needed, unless ``operators.badge_needs_pin`` is false.
        """
        return self._tried(lambda: self._by_badge(code, pin), self._signed_in)

    def approve(
        self, number: str, pin: str, reason: str, *, request: Request | None = None
    ) -> Outcome:
        """Answer for what waits at the till; once, and within a minute.

        Args:
            number: the approver's.
            pin: theirs.
            reason: why.
            request: what they were shown; if another one waits by now, theirs is refused.
        """
        return self._answered(lambda: self._by_number(number, pin), reason, request)

    def approve_badge(
        self, code: str, reason: str, pin: str = "", *, request: Request | None = None
    ) -> Outcome:
        """Answer by badge for what waits; ``pin`` is needed as for ``sign_in_badge``."""
        return self._answered(lambda: self._by_badge(code, pin), reason, request)

    def deny(self, number: str, pin: str, words: str, *, request: Request | None = None) -> Outcome:
        """Say no to what waits at the till; whoever asked may take it back so."""
        wanted = request or self._till.state.control.asking
        if wanted is None:
            return self._refused(_nothing_waits())
        return self._tried(
            lambda: self._by_number(number, pin),
            lambda shown: cmd.DenyApproval(request=wanted, approver=shown.operator.id, words=words),
        )

    def open_report(self, number: str, pin: str, asked: cmd.OpenReport) -> Outcome:
        """Let whoever has this number and PIN look at a report; nobody signs in by it."""
        return self._tried(
            lambda: self._by_number(number, pin),
            lambda shown: cmd.OpenReportFor(
                asked=asked,
                operator=shown.operator.id,
                role=shown.operator.role,
                mark=shown.mark,
            ),
        )

    def free(self, number: str) -> Outcome:
        """Let a number be tried again at once, in the name of whoever is signed in."""
        try:
            return self._till.do(self.freeing(number))
        except PosframeError as error:
            return self._refused(error)

    def freeing(self, number: str) -> cmd.FreeNumber:
        """Return the command that lets a number be tried again.

        Raises:
            ConfigurationError: the key of PINs cannot be used.
        """
        return cmd.FreeNumber(mark=self._mark(number.strip()))

    def said(self, words: str) -> Outcome:
        """Return an outcome that changed nothing, for what is asked back."""
        return Outcome(id="", accepted=True, words=words, state=self._till.state)

    def name_of(self, id_: str) -> str:
        """Return an operator's name, for screens alone; their id where no name is known."""
        try:
            found = self._file.book().find(id_) if self.is_on else None
        except PosframeError:
            return id_
        return found.name if found is not None else id_

    def knows(self, number: str) -> bool:
        """Tell whether somebody who may work here has this number."""
        found = self._file.book().find(number.strip())
        return found is not None and found.active

    def may(self, number: str, permission: str) -> bool:
        """Tell whether somebody who works here may do something without asking."""
        found, roles = self._file.book().find(number.strip()), self.roles
        if found is None or not found.active or roles is None:
            return False
        return roles.decide(found.role, permission).answer is Answer.ALLOW

    def knows_badge(self, code: str) -> bool:
        """Tell whether a code is on the badge of somebody who may work here; False if nobody can.

        Every scan is asked about: it is a matter of microseconds, and nothing is journalled.
        """
        if not self.is_on or not code.strip():
            return False
        try:
            found = self._badge_owner(code)
        except PosframeError:
            return False
        return found is not None

    @property
    def _settings(self) -> ControlSettings:
        settings: ControlSettings = self._till.parts.engine.parts.settings.control
        return settings

    @property
    def _file(self) -> OperatorsFile:
        if self._made is None:
            self._made = self._make_file()
        return self._made

    def _make_file(self) -> OperatorsFile:
        from posframe.operators import OperatorsFile  # a till where nobody signs in needs none

        roles = self.roles
        if roles is None:
            raise RuleViolation(
                "Nobody signs in at this till", hint="set operators.sign_in = true in till.toml"
            )
        return OperatorsFile(self._till.config.folder, tuple(roles.labels), self._make_keeper)

    def _by_number(self, number: str, pin: str) -> _Try:
        typed = number.strip()
        found = self._file.book().find(typed)
        return _Try(
            operator=found if found is not None and found.active else None,
            number=typed,
            pin=pin,
            mark=self._mark(typed),
            how="pin",
        )

    def _mark(self, typed: str) -> str:
        """Return what a number counts under: its own mark, or one that strangers' numbers share."""
        keeper = self._file.keeper()
        own = keeper.mark(typed)
        shared = keeper.mark(f"number of nobody {int(own, 16) % STRANGERS}")  # reckoned for all
        return own if self._file.book().find(typed) is not None else shared

    def _by_badge(self, code: str, pin: str) -> _Try:
        found = self._badge_owner(code)
        needs_pin = self._till.config.operators.badge_needs_pin
        number = found.id if found is not None else _STRANGE_BADGE
        return _Try(
            operator=found,
            number=number,
            pin=pin if needs_pin or pin else None,
            mark=self._file.keeper().mark(number),
            how="badge and pin" if needs_pin or pin else "badge",
        )

    def _badge_owner(self, code: str) -> Operator | None:
        from posframe.operators import badge_mark

        found = self._file.book().of_badge(badge_mark(self._file.keeper(), code))
        return found if found is not None and found.active else None

    def _answered(self, look: Callable[[], _Try], reason: str, request: Request | None) -> Outcome:
        wanted = request or self._till.state.control.asking
        if wanted is None:
            return self._refused(_nothing_waits())
        if not reason.strip():  # said before a PIN is verified for nothing
            return self._refused(
                RuleViolation("An approval needs a reason", hint="type why, then approve again")
            )
        outcome = self._tried(look, lambda shown: _grant(wanted, shown, reason))
        granted = any(isinstance(row.event, ApprovalGranted) for row in outcome.recorded)
        if not outcome.accepted or granted:
            return outcome
        words, _, hint = outcome.words.partition(": ")  # kept as a denial; it goes on waiting
        return attrs.evolve(
            outcome, accepted=False, words=words, hint=hint, error=RuleViolation(words, hint=hint)
        )

    def _tried(self, look: Callable[[], _Try], command: Callable[[_Shown], object]) -> Outcome:
        """Verify what somebody shows, and do what follows from who they are."""
        with self._gate:
            try:
                tried = look()
                self._check_wait(tried.mark)
                if not self._is_right(tried):
                    return self._failed(tried.mark)
                assert tried.operator is not None, "nobody is never right"
                shown = _Shown(operator=tried.operator, how=tried.how, mark=tried.mark)
                outcome = self._till.do(command(shown))
            except PosframeError as error:
                return self._refused(error)
            if outcome.accepted and tried.pin is not None:
                self._hash_anew(tried.operator, tried.pin)
            return outcome

    def _check_wait(self, mark: str) -> None:
        engine = self._till.parts.engine
        lockouts = self._till.state.control.lockouts
        check_wait(lockouts, mark, engine.instant, self._settings.lockout)

    def _is_right(self, tried: _Try) -> bool:
        if tried.pin is None:
            return tried.operator is not None
        stored = tried.operator.pin if tried.operator is not None else None
        return self._file.keeper().verify(stored, tried.number, tried.pin)

    def _failed(self, mark: str) -> Outcome:
        from posframe.pins import REFUSED

        outcome = self._till.do(cmd.RefuseSignIn(mark=mark))
        if not outcome.accepted:
            return outcome
        error = RuleViolation(REFUSED, hint="type both again")
        return attrs.evolve(
            outcome, accepted=False, words=error.message, hint=error.hint, error=error
        )

    def _signed_in(self, shown: _Shown) -> cmd.SignIn:
        operator = shown.operator
        return cmd.SignIn(operator=operator.id, role=operator.role, how=shown.how, mark=shown.mark)

    def _hash_anew(self, operator: Operator, pin: str) -> None:
        """Keep a PIN at today's cost. That it fails is no reason to send anybody away."""
        keeper = self._file.keeper()
        if operator.pin is None or not keeper.is_outdated(operator.pin):
            return
        stored = keeper.hash(operator.id, pin)
        try:
            self._file.change(
                lambda book: (
                    book.with_one(attrs.evolve(operator, pin=stored))
                    if book.find(operator.id) == operator  # changed meanwhile: that holds
                    else book
                )
            )
        except PosframeError:
            return

    def _refused(self, error: PosframeError) -> Outcome:
        return Outcome(
            id="",
            accepted=False,
            words=error.message,
            hint=error.hint,
            state=self._till.state,
            error=error,
        )


def _grant(request: Request, shown: _Shown, reason: str) -> cmd.GrantApproval:
    return cmd.GrantApproval(
        request=request,
        approver=shown.operator.id,
        role=shown.operator.role,
        reason=reason,
        mark=shown.mark,
    )


def _nothing_waits() -> RuleViolation:
    return RuleViolation("Nothing waits for an approval", hint="go on")
