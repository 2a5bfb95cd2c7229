"""Who works at the till: signing in and out, locks, wrong tries, messages, lessons."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from posframe.errors import RuleViolation
from posframe.kernel.domain import events as ev
from posframe.kernel.domain.decide_sale import LEFT_NOTE, park
from posframe.kernel.domain.lockout import check_wait
from posframe.kernel.domain.transaction import TransactionState

if TYPE_CHECKING:
    from collections.abc import Generator

    from posframe.kernel.domain import commands as cmd
    from posframe.kernel.domain.draft import Draft
    from posframe.kernel.domain.transaction import Transaction

MESSAGE_MAX = 500


def sign_in(draft: Draft, command: cmd.SignIn) -> Generator[Any, Any, str]:
    """Let an operator work here; whoever did before leaves, and their open sale is parked."""
    _check_signing(draft)
    # Another try may have failed since this one was verified: the wait is asked for again here.
    check_wait(
        draft.state.control.lockouts,
        command.mark,
        draft.moment.instant,
        draft.settings.control.lockout,
    )
    failed = draft.state.control.lockouts.failed_count(command.mark)
    signed = draft.state.control.signed_in
    if signed is not None and signed.operator != command.operator:
        _leave(draft, f"{command.operator} signed in")
    draft.add(
        ev.SignedOn(
            operator=command.operator,
            role=command.role,
            how=command.how,
            mark=command.mark,
            at_us=draft.moment.wall_us,
        )
    )
    _resume_left(draft, command.operator)
    tries = "1 wrong try" if failed == 1 else f"{failed} wrong tries"
    return (
        f"Operator {command.operator}: {tries} before" if failed else f"Operator {command.operator}"
    )
    yield


def refuse_sign_in(draft: Draft, command: cmd.RefuseSignIn) -> Generator[Any, Any, str]:
    """Keep a wrong try; one that came while waiting is neither verified nor counted."""
    check_wait(
        draft.state.control.lockouts,
        command.mark,
        draft.moment.instant,
        draft.settings.control.lockout,
    )
    draft.add(ev.TryFailed(mark=command.mark, at=draft.moment.instant))
    return ""
    yield


def sign_out(draft: Draft, _command: cmd.SignOut) -> Generator[Any, Any, str]:
    """Let nobody work here; an open sale is parked for its operator."""
    _check_signing(draft)
    _leave(draft, "")
    return "Signed out"
    yield


def lock(draft: Draft, command: cmd.Lock) -> Generator[Any, Any, str]:
    """Take nothing until somebody signs in."""
    _check_signing(draft)
    draft.add(ev.TillLocked(operator=draft.moment.operator, why=command.why))
    return "Locked"
    yield


def free_number(draft: Draft, command: cmd.FreeNumber) -> Generator[Any, Any, str]:
    """Let a number be tried again at once."""
    draft.add(ev.NumberFreed(mark=command.mark))
    return "It can be tried again"
    yield


def leave_message(draft: Draft, command: cmd.LeaveMessage) -> Generator[Any, Any, str]:
    """Keep words for whoever comes next."""
    text = " ".join(command.text.split())
    if not text:
        raise RuleViolation("The message is empty", hint="type .message and the words")
    if len(text) > MESSAGE_MAX:
        raise RuleViolation(f"A message has at most {MESSAGE_MAX} characters", hint="shorten it")
    draft.add(
        ev.MessageLeft(
            id=draft.moment.id,
            author=draft.moment.operator,
            text=text,
            left_us=draft.moment.wall_us,
            to=command.to,
        )
    )
    return "The message is kept"
    yield


def read_message(draft: Draft, command: cmd.ReadMessage) -> Generator[Any, Any, str]:
    """Note that the operator has read a message, or all of theirs."""
    operator = draft.moment.operator
    unread = draft.state.control.unread(operator)
    wanted = [each for each in unread if command.id in {"", each.id}]
    if not wanted:
        raise RuleViolation("No message waits for you", hint="go on")
    for each in wanted:
        draft.add(ev.MessageRead(id=each.id, operator=operator))
    return "Read"
    yield


def note_lesson(draft: Draft, command: cmd.NoteLesson) -> Generator[Any, Any, str]:
    """Keep the result of a lesson."""
    draft.add(
        ev.LessonEnded(
            operator=command.operator,
            lesson=command.lesson,
            version=command.version,
            score_milli=command.score_milli,
            duration_us=command.duration_us,
            mistakes=command.mistakes,
            passed=command.passed,
        )
    )
    return ""
    yield


def _check_signing(draft: Draft) -> None:
    if draft.settings.control.roles is None:
        raise RuleViolation(
            "Nobody signs in at this till", hint="set operators.sign_in = true in till.toml"
        )


def _leave(draft: Draft, why: str) -> None:
    """Note that who works here leaves; the sale goes with them."""
    signed = draft.state.control.signed_in
    if signed is None:
        raise RuleViolation("Nobody is signed in", hint="type your number and PIN")
    if draft.state.transaction is not None:
        park(draft, LEFT_NOTE)
    draft.add(ev.SignedOff(operator=signed.operator, why=why))


def _resume_left(draft: Draft, operator: str) -> None:
    """Bring back the sale that was parked because this operator left."""
    if draft.state.transaction is not None:
        return
    for sale in reversed(draft.state.suspended):
        if sale.operator == operator and sale.note == LEFT_NOTE and _is_parked(sale):
            draft.add(ev.TransactionResumed(sale.id))
            return


def _is_parked(sale: Transaction) -> bool:
    return sale.state is TransactionState.SUSPENDED
