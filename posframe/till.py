"""A till: open it in a folder, submit commands, read the state, listen, close it.

Everything a screen can do, a script can do through ``Till``. With ``assembly`` it is the
composition root: the one place that knows every layer.
"""

from __future__ import annotations

import contextlib
import sys
import time
from typing import TYPE_CHECKING, Any, Self

from posframe import shop_settings
from posframe.anchors import MARK, TillKey, anchor_due, sign_due
from posframe.assembly import Assembly, Outside, assemble
from posframe.catalogue.finder import CatalogueFinder
from posframe.completed import CompletedSales
from posframe.config import TillConfig, load_config
from posframe.devices import Devices
from posframe.errors import JournalError, JournalUnavailable, PosframeError
from posframe.kernel.domain.commands import Start
from posframe.kernel.domain.events import DayClosed, TransactionCompleted
from posframe.kernel.domain.transaction import JobStatus, TillState
from posframe.kernel.engine import Outcome, Submission
from posframe.kernel.worker import EngineThread, Ticket
from posframe.loop_thread import LoopThread
from posframe.notices import Asked, notices
from posframe.reports.sales import SALES
from posframe.runners import RunnerParts, Runners
from posframe.signing import Signing
from posframe.store.beside import row_beside
from posframe.store.journal import StoreOptions
from posframe.store.lock import TillLock
from posframe.till_ports import Ports as Ports
from posframe.version import __version__

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from posframe.catalogue.records import SearchHit
    from posframe.kernel.activation import Hooks
    from posframe.kernel.contracts import JobHandler
    from posframe.kernel.domain.payment import Payment
    from posframe.kernel.domain.receipt import ReceiptDocument
    from posframe.kernel.domain.transaction import Job

JOURNAL_FILE = "till.db"
CATALOGUE_FILE = "catalogue.db"
LOCK_FILE = "till.lock"
KEY_FILE = "till.key"
BACKUP_FOLDER = "backups"
SWITCH_INTERVAL_S = 0.0005
"""A busy screen otherwise holds the interpreter for 5 ms at a time, and a commit with it."""
CHECKPOINT_ROWS = 500
DRAIN_S = 5.0
CLOSE_GRACE_S = 2.0


class Till:
    """A till assembled from its configuration, running until closed."""

    def __init__(self, config: TillConfig, ports: Ports | None = None) -> None:
        """Assemble and start.

        Raises:
            PosframeError: it cannot start; the message says what to do.
        """
        sys.setswitchinterval(SWITCH_INTERVAL_S)
        self.config = config
        self._ports = ports or Ports()
        self._loop = LoopThread()
        self.devices = Devices(config, self._loop, lambda: self.state)
        """The hardware: reports, scans, weights. Connected when somebody first needs it."""
        self._runners: Runners | None = None
        self._worker: EngineThread | None = None
        self._completed = CompletedSales(self._find_beside)
        self.signing = Signing(self, self._ports.pin_keeper)
        self._listeners: list[Callable[[list[Outcome]], None]] = []
        self._wal_grown = False
        self._lock = self._take_lock()
        self._ended_whole = self._lock is not None and not self._lock.was_left
        try:
            self._key = self._load_key()
            self.parts = self._assemble()
            self._run()
        except BaseException:
            self.close()
            raise

    @classmethod
    def open(cls, folder: Path, ports: Ports | None = None) -> Self:
        """Open the till in ``folder``.

        Raises:
            PosframeError: it cannot start; the message says what to do.
        """
        return cls(load_config(folder), ports)

    @property
    def state(self) -> TillState:
        """The state after the last commit."""
        return self.parts.engine.acknowledged

    @property
    def hooks(self) -> Hooks:
        """The plugins of this till."""
        return self.parts.hooks

    def submit(
        self,
        command: Any,  # noqa: ANN401 - plugins bring commands of their own
        then: Callable[[Outcome], None] | None = None,
        *,
        id: str = "",  # noqa: A002 - the name every caller knows it by
        lazy: bool = False,
        approvals: tuple[str, ...] = (),
    ) -> Ticket:
        """Queue a command; ``then`` is called on the engine thread when it is on disk or refused.

        Args:
            command: what is asked.
            then: told the outcome.
            id: makes sending it again harmless; empty: a new one.
            lazy: may wait half a second for another command's commit.
            approvals: ids of approvals that were given for it.

        Raises:
            RuleViolation: too many commands wait already.
        """
        assert self._worker is not None, "the till is open"
        id_ = id or self.parts.ids.next(self.parts.clock.wall_us())
        submission = Submission(
            command=command, id=id_, operator=self.config.till.operator, approvals=approvals
        )
        return self._worker.submit(submission, then, lazy=lazy)

    def do(
        self,
        command: Any,  # noqa: ANN401 - as in submit
        *,
        id: str = "",  # noqa: A002 - as in submit
        approvals: tuple[str, ...] = (),
    ) -> Outcome:
        """Submit a command and wait for its outcome."""
        return self.submit(command, id=id, approvals=approvals).wait()

    def listen(self, listener: Callable[[list[Outcome]], None]) -> None:
        """Call ``listener`` on the engine thread after every commit, with its outcomes."""
        self._listeners.append(listener)

    def unlisten(self, listener: Callable[[list[Outcome]], None]) -> None:
        """Call ``listener`` no more."""
        self._listeners.remove(listener)

    def clock_text(self, wall_us: int | None = None) -> str:
        """Return a moment, or now, as local date and time: ``2026-11-21 14:07:00``."""
        clock = self.parts.clock
        return clock.local_text(clock.wall_us() if wall_us is None else wall_us)

    def search(self, text: str, limit: int = 20) -> tuple[SearchHit, ...]:
        """Return goods by parts of name, brand or code, best first."""
        return self.parts.catalogue.search(text, limit, self.parts.clock.wall_us())

    def completed(self, transaction: str) -> TransactionCompleted | None:
        """Return a completed transaction; None when there is none."""
        return self._completed.find(transaction)

    def document(self, job: Job) -> ReceiptDocument | None:
        """Return the receipt or report a job is about; None when there is none."""
        if job.kind == "report":
            from posframe.report_documents import document_of

            return document_of(self, job.subject, copy=job.copy)
        return self.receipt(job.subject, copy=job.copy)

    def receipt(self, transaction: str, *, copy: int = 0) -> ReceiptDocument | None:
        """Return the receipt of a completed transaction; None when there is none."""
        completed = self.completed(transaction)
        if completed is None:
            return None
        from posframe.kernel.domain.receipt_content import sale_receipt

        return sale_receipt(
            completed,
            shop_settings.shop(self.config),
            self.parts.clock.local_text(completed.completed_us),
            copy=copy,
            extra=self.hooks.sections(completed),
        )

    def find_event(self, sql: str, *parameters: str | int) -> Any:  # noqa: ANN401 - any event
        """Return the event whose row a query of a read model gives; None: there is none.

        It looks beside the engine: who prints must not wait for it, since it may wait for him.
        """
        path = self._ports.store.path if self._ports.store else self.config.folder / JOURNAL_FILE
        if path == ":memory:":
            return None
        row = row_beside(path, self.parts.codec, sql, parameters)
        return row.event if row else None

    def notices(self) -> tuple[str, ...]:
        """Return what the operator should know: doubts, plugins set aside, read models behind."""
        behind = self.parts.journal.projections.behind
        today = self.parts.clock.local_date(self.parts.clock.wall_us())
        rules = self.parts.engine.parts.settings.control.shift_rules
        standing = notices(self.state, self.hooks, behind, self.asked, today=today, rules=rules)
        return (*standing, *self._completed.missed_words())

    def asked(self, payment: Payment) -> Asked:
        """Return how the asking about a payment stands; from any thread."""
        assert self._runners is not None, "the till is open"
        return self._runners.asked(payment)

    def call(self, function: Callable[[], Any]) -> Any:  # noqa: ANN401 - whatever it returns
        """Run ``function`` on the engine thread, between commits."""
        assert self._worker is not None, "the till is open"
        return self._worker.call(function)

    @contextlib.contextmanager
    def door(self) -> Iterator[None]:
        """Listen on the local door while the block runs."""
        from posframe.door import Door

        door = Door(self)
        try:
            yield
        finally:
            door.close()

    def drain(self, timeout_s: float = DRAIN_S) -> bool:
        """Wait until no print or kick is under way; tell whether that came true in time."""
        assert self._runners is not None, "the till is open"
        self.call(self._runners.offer)  # what the last commit asked for has been seen now
        return self._runners.drain(timeout_s)

    def close(self) -> None:
        """Finish what is queued, keep a checkpoint, and let go of everything. Idempotent."""
        if self._runners is not None:
            if self._runners.stop_beginning():
                self._let_jobs_end()
            self._runners.close()
            self._runners = None
        self.devices.close()
        self._loop.close()
        if self._worker is not None:
            self._worker.close()
            self._worker = None
            self._last_checkpoint()
            self._ended_whole = self.parts.journal.close()
            self.parts.catalogue.close()
        if self._lock is not None:
            self._lock.release(clean=self._ended_whole)
            self._lock = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _take_lock(self) -> TillLock | None:
        if not self._ports.lock:
            return None
        lock = TillLock(self.config.folder / LOCK_FILE, f"till {self.config.till.id}")
        lock.check_wal(self.config.folder / JOURNAL_FILE)
        return lock

    def _assemble(self) -> Assembly:
        folder = self.config.folder
        catalogue = self._ports.catalogue or CatalogueFinder.open(
            folder / CATALOGUE_FILE, self.config.till.currency, self.config.barcodes
        )
        store = self._ports.store or StoreOptions(
            path=folder / JOURNAL_FILE,
            backup_folder=folder / BACKUP_FOLDER,
            was_closed=self._lock is not None and not self._lock.was_left,
        )
        outside = Outside(
            clock=self._ports.clock,
            ids=self._ports.ids,
            store=store,
            catalogue=catalogue,
            handlers=self._handlers,
            practice=self._ports.practice,
        )
        try:
            return assemble(self.config, outside)
        except BaseException:
            catalogue.close()
            raise

    def _load_key(self) -> TillKey | None:
        return TillKey.load(self.config.folder / KEY_FILE) if self._ports.lock else None

    def _handlers(self) -> dict[str, JobHandler]:
        if self._ports.handlers is not None:
            return self._ports.handlers
        from posframe.explained import price_slip
        from posframe.jobs import device_handlers

        return device_handlers(
            self.devices, self.document, lambda job: price_slip(self, job.subject)
        )

    def _run(self) -> None:
        self._worker = EngineThread(self.parts.engine, idle=self._be_idle)
        self._worker.listen(self._after_commit)
        self._worker.start()
        self._runners = self._make_runners()
        outcome = self.do(self._start_command())
        if outcome.error is not None:
            raise outcome.error

    def _all_handlers(self) -> dict[str, JobHandler]:
        from posframe.jobs import all_handlers

        return all_handlers(self.hooks, training=self.config.training)

    def _make_runners(self) -> Runners:
        parts = RunnerParts(
            submit=self.submit,
            state=lambda: self.state,
            handlers=self._all_handlers,
            tenders=self.parts.tenders,
            loop=self._loop,
            clock=self.parts.clock,
            jobs=self._ports.effects,
            till=self.config.till.id if self._ports.lock else "",
            haste=self._ports.payment_haste,
        )
        return Runners(parts)

    def _start_command(self) -> Start:
        config = self.config
        key = self._key.public_hex if self._key else ""
        return Start(
            till=config.till.id,
            currency=config.till.currency,
            software=__version__,
            configuration=f"{self.parts.fingerprint}{key[:MARK]}",  # a row enrols a new key
            plugins=tuple((each.name, each.version) for each in self.hooks.plugins),
            key=key,
            float_minor=shop_settings.amount_setting(config, "cash.float", config.cash.float_),
            training=config.training,
        )

    def _after_commit(self, outcomes: list[Outcome]) -> None:
        events = [row.event for outcome in outcomes for row in outcome.recorded]
        self._completed.follow(events, self.state.jobs)
        if any(type(event) is DayClosed for event in events):
            self._anchor()  # what a Z sealed is signed at once
        if self._runners is not None:
            self._runners.offer()
        self.devices.follow(self.state)
        for listener in self._listeners:
            listener(outcomes)

    def _find_beside(self, transaction: str) -> TransactionCompleted | None:
        event = self.find_event(SALES.queries["row_of"], transaction)
        return event if isinstance(event, TransactionCompleted) else None

    def _be_idle(self) -> bool:
        """Do one slice of what can wait; tell whether there is more. Never stops the till."""
        try:
            if self.parts.journal.catch_up():
                return True
            if not self._wal_grown:
                self._wal_grown = True
                self.parts.journal.grow_wal()
            if self.parts.engine.rows_since_checkpoint >= CHECKPOINT_ROWS:
                self.parts.engine.checkpoint()
            self._anchor()
        except PosframeError:
            return False  # the next command meets the same trouble and says so to a person
        return False

    def _anchor(self) -> None:
        anchor = anchor_due(self._key, self.parts.journal.head, self.state)
        if anchor is not None:
            with contextlib.suppress(JournalUnavailable):  # closing, which signs what is due
                self.submit(anchor)

    def _let_jobs_end(self) -> None:
        """Wait a moment for what is being printed: cut off, it would be in doubt ever after."""
        deadline = time.monotonic() + CLOSE_GRACE_S
        while any(job.status is JobStatus.SENT for job in self.state.jobs.values()):
            self.call(lambda: None)  # an ending that waits for company goes to disk now
            if time.monotonic() > deadline:
                return
            time.sleep(0.005)

    def _last_checkpoint(self) -> None:
        try:
            sign_due(self.parts, self._key)
            self.parts.engine.checkpoint()
        except JournalError:
            return  # a cache: the next start folds the journal instead
