"""The engine: drives ``decide``, answers its questions through hooks, appends, commits in groups.

Synchronous and single-threaded: ``worker`` gives it a thread of its own. A group is several
actions that share one commit; each is a savepoint, and none is acknowledged before the commit
(laws 1 and 2). A failed commit is unknown until the journal has been reopened and read (law 3).
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import attrs

from posframe.crashpoint import crashpoint
from posframe.errors import (
    JournalCorrupt,
    JournalError,
    PosframeError,
    RuleViolation,
)
from posframe.kernel.activation import Hooks
from posframe.kernel.answering import answering
from posframe.kernel.domain.card_guard import admitted, shown, shown_error
from posframe.kernel.domain.commands import NoteFault, Settings
from posframe.kernel.domain.decide import decide
from posframe.kernel.domain.draft import Decision
from posframe.kernel.domain.evolve import evolve
from posframe.kernel.domain.instant import Instant
from posframe.kernel.domain.sold import SoldSale
from posframe.kernel.domain.tax import TaxPolicy
from posframe.kernel.domain.transaction import TillState
from posframe.kernel.domain.views import FoundReceipt, Moment
from posframe.kernel.failures import broken_promise, not_stored, unknown
from posframe.kernel.ports import ActionHead, Clock, Head, IdSource, Journal, Recorded
from posframe.value import Value

if TYPE_CHECKING:
    from collections.abc import Sequence

REMEMBERED_COMMANDS = 512


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Submission(Value):
    """A command with its id and who asks."""

    command: Any
    id: str
    operator: str
    """Where operators sign in, it is whoever did; this stands for a till without."""
    approvals: tuple[str, ...] = ()
    """Ids of approvals that were given for it."""


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Outcome(Value):
    """What became of a command: done and on disk, refused with nothing changed, or a failure."""

    id: str
    accepted: bool
    words: str = ""
    hint: str = ""
    recorded: tuple[Recorded, ...] = ()
    state: TillState
    """The state after the commit that acknowledged it."""
    error: PosframeError | None = None
    repeated: bool = False
    """True: the command had been done before, and this says what happened then."""


@attrs.frozen(kw_only=True, eq=False, repr=False)
class EngineParts(Value):
    """What an engine is assembled from."""

    journal: Journal
    hooks: Hooks
    clock: Clock
    ids: IdSource
    settings: Settings
    policy: TaxPolicy
    find_receipt: Callable[[int], FoundReceipt | None]
    find_sale: Callable[[int, str], SoldSale | None]
    boot: str = "0"
    """Id of this start; what is measured from it is not compared with another's."""


@attrs.define
class _Pending:
    submission: Submission
    outcome: Outcome | None = None
    decision: Decision | None = None
    recorded: tuple[Recorded, ...] = ()
    first: _Pending | None = None
    """The same command, sent earlier in the same group; this one is answered as that is."""


class Engine:
    """Owns the state of a till; the only writer of its journal."""

    def __init__(self, parts: EngineParts) -> None:
        self.parts = parts
        self._hooks = parts.hooks
        self._journal = parts.journal
        self._done: OrderedDict[str, Outcome] = OrderedDict()
        self._halted: JournalError | None = None
        self._checkpoint_seq = 0
        self._newest_id = ""
        self.state = self._fold()
        self.acknowledged = self.state
        """The state after the last group that was answered; others may show this at any time."""
        self._started_us = parts.clock.mono_us()
        self._answers = answering(parts.hooks, parts.find_receipt, parts.find_sale, self._head)

    @property
    def head_seq(self) -> int:
        """Sequence number of the last row."""
        return self._journal.head.seq

    @property
    def instant(self) -> Instant:
        """This moment of this start; from any thread."""
        since_us = self.parts.clock.mono_us() - self._started_us
        return Instant(boot=self.parts.boot, since_us=since_us)

    @property
    def rows_since_checkpoint(self) -> int:
        """How many rows a start would have to fold now."""
        return self.head_seq - self._checkpoint_seq

    def execute(self, submissions: Sequence[Submission]) -> list[Outcome]:
        """Do one group; every outcome returned is final and, where accepted, on disk."""
        pending = [_Pending(each) for each in submissions]
        before = self.state
        if self._halted is None:
            try:
                outcomes = self._do(pending, before)
            except Exception as error:  # noqa: BLE001 - after this nothing here can be relied on
                self._halted = unknown(error)
            else:
                self.acknowledged = self.state
                return outcomes
        self.state = before
        return [self._failure(each, self._halted) for each in submissions]

    def checkpoint(self) -> None:
        """Keep the state, so that the next start has little to fold."""
        if self._halted is None and self.rows_since_checkpoint:
            self._journal.save(self.state)
            self._checkpoint_seq = self.head_seq

    def _do(self, pending: list[_Pending], before: TillState) -> list[Outcome]:
        begun = self._journal.head
        try:
            self._journal.begin()
        except JournalError as error:
            for each in pending:
                known = self._done.get(each.submission.id)
                each.outcome = attrs.evolve(known, repeated=True) if known else None
            return self._answer(pending, not_stored(error))
        firsts: dict[str, _Pending] = {}
        try:
            for each in pending:
                first = firsts.setdefault(each.submission.id, each)
                if first is each:
                    self._attempt(each)
                else:
                    each.first = first
        except JournalError as error:
            return self._after_lost_group(pending, before, error)
        written = self._journal.head
        try:
            self._journal.commit()
        except JournalError as error:
            return self._after_failed_commit(pending, (begun, written), error)
        if written.seq != begun.seq:
            self._pass_crashpoints(before)
        return self._answer(pending)

    def _pass_crashpoints(self, before: TillState) -> None:
        crashpoint("action.committed")
        if self.state.last_receipt_number != before.last_receipt_number:
            crashpoint("sale.completed")

    def _attempt(self, pending: _Pending) -> None:
        """Decide and append one action, or leave the refusal as its outcome."""
        submission = pending.submission
        repeated = self._repetition(submission)
        if repeated is not None:
            pending.outcome = repeated
            return
        moment = self._moment(submission)
        try:
            decision = self._decide(submission.command, moment)
            if decision.events:
                self._append(pending, decision, moment)
            pending.decision = decision
            self.state = decision.state
        except JournalError as error:
            if not self._journal.in_group:
                raise
            pending.outcome = self._failure(submission, error)
        except PosframeError as error:
            pending.outcome = self._failure(submission, error)
        except Exception as error:  # noqa: BLE001 - a broken promise stops its action, not the till
            pending.outcome = self._failure(submission, broken_promise(error))
        self._note_faults(submission.operator)
        if not self._journal.in_group:  # a failure while reading has dropped it
            raise JournalError("The disk failed meanwhile", hint="check the disk")

    def _append(self, pending: _Pending, decision: Decision, moment: Moment) -> None:
        head = ActionHead(
            command=moment.id,
            wall_us=moment.wall_us,
            mono_us=self.parts.clock.mono_us(),
            business_date=decision.state.business_date,
            actor=moment.operator,
        )
        if self.state.transaction is None and decision.state.transaction is not None:
            crashpoint("sale.opened")
        pending.recorded = tuple(self._journal.append(head, decision.events))
        crashpoint("action.appended")

    def _decide(self, command: Any, moment: Moment) -> Decision:  # noqa: ANN401 - plugins' commands too
        command = admitted(
            command,
            self._hooks.knows,
            lambda code, aim: self._hooks.knows(code, aim, moment.wall_us),
        )
        asking = decide(self.state, command, moment, self.parts.settings)
        try:
            question = next(asking)
            while True:
                try:
                    answer = self._answers[type(question)](question)
                except RuleViolation as refusal:  # the decision may know a way on without
                    question = asking.throw(refusal)
                else:
                    question = asking.send(answer)
        except StopIteration as stop:
            decision: Decision = stop.value
            return decision

    def _after_lost_group(
        self, pending: list[_Pending], before: TillState, error: JournalError
    ) -> list[Outcome]:
        """Nothing of the group stands: the database has dropped it whole."""
        self._journal.rollback()
        self.state = before
        return self._answer(pending, not_stored(error))

    def _after_failed_commit(
        self, pending: list[_Pending], heads: tuple[Head, Head], error: JournalError
    ) -> list[Outcome]:
        """Reopen, compare the head with the row being written, and only then say what was done."""
        begun, written = heads
        head = self._journal.recover()
        if head not in heads:
            raise JournalCorrupt(
                f"The journal ends at row {head.seq} and had {begun.seq}",
                hint="stop selling; check the disk, then: posframe journal verify",
            )
        state = self._fold()
        if head == written:
            self._journal.settle(state)
        self.state = state
        return self._answer(pending, None if head == written else not_stored(error))

    def _answer(self, pending: list[_Pending], lost: JournalError | None = None) -> list[Outcome]:
        """Say of each command what became of it; ``lost``: why nothing that was written stands."""
        outcomes = []
        recorded: list[Recorded] = []
        for each in pending:
            outcome = self._outcome(each, lost)
            recorded.extend(() if outcome.repeated else outcome.recorded)
            current = outcome.state is self.state
            outcomes.append(outcome if current else attrs.evolve(outcome, state=self.state))
        if recorded:
            self._hooks.committed(tuple(recorded))
        return outcomes

    def _outcome(self, pending: _Pending, lost: JournalError | None) -> Outcome:
        if pending.first is not None:
            assert pending.first.outcome is not None, "the earlier one was answered before this"
            return attrs.evolve(pending.first.outcome, repeated=pending.first.outcome.accepted)
        if pending.outcome is None:
            if lost is not None and (pending.recorded or pending.decision is None):
                pending.outcome = self._failure(pending.submission, lost)
            else:
                pending.outcome = self._success(pending)
        return pending.outcome

    def _success(self, pending: _Pending) -> Outcome:
        assert pending.decision is not None, "an action without a refusal was decided"
        outcome = Outcome(
            id=pending.submission.id,
            accepted=True,
            words=shown(pending.decision.words),
            recorded=pending.recorded,
            state=self.state,
        )
        self._done[outcome.id] = outcome
        if len(self._done) > REMEMBERED_COMMANDS:
            self._done.popitem(last=False)
        return outcome

    def _failure(self, submission: Submission, error: PosframeError) -> Outcome:
        shown_error(error)
        return Outcome(
            id=submission.id,
            accepted=False,
            words=error.message,
            hint=error.hint,
            state=self.state,
            error=error,
        )

    def _repetition(self, submission: Submission) -> Outcome | None:
        """Return what happened when this command was done before (law 8)."""
        known = self._done.get(submission.id)
        if known is not None:
            return attrs.evolve(known, repeated=True, state=self.state)
        if submission.id > self._newest_id:
            return None
        recorded = self._journal.find_command(submission.id)
        if not recorded:
            return None
        return Outcome(
            id=submission.id,
            accepted=True,
            words="Done before",
            recorded=tuple(recorded),
            state=self.state,
            repeated=True,
        )

    def _moment(self, submission: Submission) -> Moment:
        wall_us = self.parts.clock.wall_us()
        self._newest_id = max(self._newest_id, submission.id)
        return Moment(
            wall_us=wall_us,
            local_date=self.parts.clock.local_date(wall_us),
            operator=self._operator(submission),
            id=submission.id,
            policy=self.parts.policy,
            instant=self.instant,
            approvals=submission.approvals,
        )

    def _operator(self, submission: Submission) -> str:
        if self.parts.settings.control.roles is None:
            return submission.operator
        return self.state.control.operator or submission.operator

    def _head(self) -> tuple[int, str]:
        head = self._journal.head
        return head.seq, head.hash.hex()

    def _note_faults(self, operator: str) -> None:
        """Journal the faults the sale went on without; a fault of that is not chased."""
        for fault in self._hooks.take_faults():
            note = NoteFault(
                plugin=fault.plugin.name,
                version=fault.plugin.version,
                hook=fault.hook,
                message=fault.message,
                quarantined=fault.plugin.quarantined,
            )
            id_ = self.parts.ids.next(self.parts.clock.wall_us())
            submission = Submission(command=note, id=id_, operator=operator)
            moment = self._moment(submission)
            try:
                decision = self._decide(note, moment)
                self._append(_Pending(submission), decision, moment)
                self.state = decision.state
            except PosframeError:
                return  # a group that was lost with it is noticed by the caller

    def _fold(self) -> TillState:
        """Return the state the journal gives: the checkpoint, and what came after it."""
        state, seq = self._journal.load()
        self._checkpoint_seq = seq
        for row in self._journal.read(after=seq):
            try:
                state = evolve(state, row.event)
            except Exception as error:
                raise JournalCorrupt(
                    f"Row {row.seq} of the journal, {row.name}, does not follow from those before "
                    f"it: {type(error).__name__} {error}",
                    hint="sell nothing here; check it with: posframe journal verify",
                ) from error
        self._newest_id = self._journal.newest_command()
        crashpoint("recovery.folded")
        return state
