"""What drivers of receipt printers share: handing a receipt over, knowing when it is on paper.

A receipt goes out in pieces, with the count of its bytes always true. Marks in it tell how far the
printer has come: one behind its end, which is the confirmation, and, where the printer can be made
to forget what it holds, one before its last command, so that a receipt taken back in time is known
not to be finished. A printer that waits for paper is waited for; it is not out of order.

How a language says all this is in `drivers`; bytes of receipts are made by `codecs`.
"""

from __future__ import annotations

import contextlib
from abc import abstractmethod
from typing import TYPE_CHECKING, ClassVar, TypeVar

import anyio
import anyio.to_thread

from posframe.errors import DeviceError
from posframe.hal.codecs.printer_status import OK, UNKNOWN, PrinterStatus
from posframe.hal.driver import CodecDriver
from posframe.hal.driver_classes import PrinterDriver
from posframe.hal.errors import DeviceFault, Unanswered
from posframe.hal.facts import CoverChanged, DrawerChanged, PaperChanged
from posframe.hal.marks import Job, Mark
from posframe.hal.polarity import DrawerSensor, Polarity, Sense, Verdict
from posframe.hal.progress import Outcome
from posframe.hal.transports import CHUNK_BYTES_MAX, TransportError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from posframe.hal.codecs.receipt_encoder import EncodedReceipt, PrinterEncoder
    from posframe.hal.driver import Codec, DeviceSetup
    from posframe.hal.progress import Progress
    from posframe.kernel.domain.receipt import ReceiptDocument

ASK_S = 0.4
"""Longest wait for an answer that needs no printing."""
TOLD_POLL_S = 2.0
"""How often a printer that tells by itself is asked while it works: to notice that it is gone."""
POLARITY = "drawer"
"""What the memory of a printer calls how its drawer's sensor is wired."""
CONFIRM_S = 15.0
"""Longest wait for a confirmation while nothing is seen to keep the printer from printing."""
TAKE_BACK_S = 0.6
SHORT_PAD = bytes(16)
"""Sent before anything else on a new line: the rest of the head of a command that was cut off.

Were a question taken for it, its bytes would be the length of data that never comes. Alone, NUL
means nothing (unverified on clones).
"""
DRAWER_POLL_S = 0.1

M = TypeVar("M")


class ReceiptPrinter(CodecDriver[M], PrinterDriver):
    """A receipt printer on one line, in a language that a subclass speaks."""

    check_every_s: ClassVar[float | None] = 2.0
    poll_s: ClassVar[float] = 0.5
    """How often it is asked while it works, where it does not tell by itself."""
    state_confirms: ClassVar[bool] = False
    """Whether marks are passed as its state tells, and only so."""

    def __init__(
        self,
        setup: DeviceSetup,
        codec: Codec[M],
        encoder: PrinterEncoder,
        *,
        answers: bool,
        sense: Sense,
    ) -> None:
        super().__init__(setup, codec)
        self._answers = answers
        self.encoder = encoder
        self.status = PrinterStatus()
        """What the printer said last; all unknown until it has."""
        self.heard = False
        """Whether it has answered on this line: from then on, silence is a fault."""
        self.tells = False
        """Whether it tells changes by itself."""
        self.sensor = DrawerSensor(_remembered(setup, sense))
        """What the drawer's sensor line means."""
        self._news = anyio.Event()

    @abstractmethod
    async def ask_status(self) -> None:
        """Ask for the state and `learn` it.

        Raises:
            Unanswered: nothing came.
        """

    @abstractmethod
    def mark(self) -> Mark | None:
        """Return a new mark; None where the printer cannot tell that it has passed one."""

    @abstractmethod
    def pulse(self, pin: int, on_ms: int, off_ms: int) -> bytes:
        """Return what opens the drawer on ``pin``."""

    async def synchronise(self) -> None:
        """Bring a printer that answers and can print into a known state, once a line."""

    async def clear(self) -> bool:
        """Have the printer drop what it has not printed; return whether it has said so."""
        return False

    def forget_marks(self) -> None:
        """Note that marks sent so far will not be passed any more."""

    @property
    def drawer_pin_high(self) -> bool | None:
        """The level of the drawer's sensor line; None where nothing tells."""
        return self.status.drawer_pin_high

    def unprintable(self, text: str) -> str:
        """Return the characters of ``text`` this printer lacks, each once."""
        return self.encoder.unprintable(text)

    async def start(self) -> None:
        """Make the logos ready; they take too long for the first receipt to wait for them."""
        if self.encoder.has_logos:
            await anyio.to_thread.run_sync(self.encoder.rasterise_logos)

    async def check(self) -> None:
        """Ask how the printer is.

        Raises:
            Unanswered: it has answered before, and does not now.
        """
        if not self.is_asked:
            return
        try:
            await self.ask_status()
        except Unanswered:
            if self.heard:
                raise
            return  # it never has: it may have no way back
        if not self.is_blocked:
            await self.synchronise()

    async def print_receipt(
        self, document: ReceiptDocument, progress: Progress, deadline_s: float
    ) -> str:
        """Print ``document``, keeping ``progress`` true at every await; return remarks."""
        ends_s = anyio.current_time() + deadline_s
        receipt = await self._encoded(document)
        await self._ready()
        await self._perform(self._receipt_job(receipt), progress, ends_s)
        return _remarks(receipt)

    async def kick(
        self,
        progress: Progress,
        deadline_s: float,
        *,
        pin: int = 2,
        on_ms: int = 50,
        off_ms: int = 500,
    ) -> str:
        """Open the drawer on ``pin``; ``progress.confirmed`` only where a sensor saw it open.

        It is not left waiting in a printer that cannot work: a drawer that opens by itself when
        somebody closes the cover opens for a thief.

        Raises:
            DeviceFault: the printer cannot work now; nothing was sent.
            DeviceError: the pulse could not be handed over.
        """
        ends_s = anyio.current_time() + deadline_s
        if not self.encoder.profile.real_time_pulse:
            await self._ready()
        self.sensor.kicked(anyio.current_time())
        await self._perform(self._kick_job(self.pulse(pin, on_ms, off_ms)), progress, ends_s)
        return await self._watch_drawer(progress, ends_s)

    @property
    def is_asked(self) -> bool:
        """Whether questions make sense on this line."""
        return self._answers and not self.line.confirms

    @property
    def is_blocked(self) -> bool:
        """Whether something keeps the printer from printing."""
        return bool(self.status.fault)

    def learn(self, status: PrinterStatus) -> None:
        """Take what the printer said, and say what has changed."""
        self.heard = True
        old, self.status = self.status, status
        if status.paper not in (old.paper, UNKNOWN) and (old.paper, status.paper) != (UNKNOWN, OK):
            self.setup.emit(PaperChanged(status.paper))
        if status.cover_open is not old.cover_open:
            self.setup.emit(CoverChanged(status.cover_open))
        if status.drawer_pin_high is not None:
            self._learn_level(high=status.drawer_pin_high)
        if status.conditions() != old.conditions():
            self.setup.report(status.conditions())
        self.tell_news()

    def tell_news(self) -> None:
        """Wake what waits for the printer."""
        self._news.set()

    async def news(self) -> None:
        """Wait until the printer says anything."""
        self._news = anyio.Event()
        await self._news.wait()

    def _learn_level(self, *, high: bool) -> None:
        was_open = self.sensor.is_open
        self.sensor.level(anyio.current_time(), high=high)
        self.setup.memory[POLARITY] = self.sensor.polarity.to_text()
        is_open = self.sensor.is_open
        if is_open is not None and is_open is not bool(was_open):  # found closed is no news
            self.setup.emit(DrawerChanged(is_open))

    async def _encoded(self, document: ReceiptDocument) -> EncodedReceipt:
        if self.encoder.profile.native_qr:
            return self.encoder.encode(document)  # 0.2 ms: quicker here than in a thread
        return await anyio.to_thread.run_sync(self.encoder.encode, document)

    async def _ready(self) -> None:
        """Refuse work that the printer cannot do now; nothing is asked where it tells by itself."""
        if not self.heard:
            return
        if not self.tells:
            await self.ask_status()
        if self.is_blocked:
            raise self._fault(Outcome.NOT_STARTED)
        await self.synchronise()

    def _receipt_job(self, receipt: EncodedReceipt) -> Job:
        nearly = self.mark() if self.encoder.profile.buffer_clear else None
        before = receipt.data[: receipt.last_at] + (nearly.data if nearly else b"")
        done = self.mark()
        data = before + receipt.data[receipt.last_at :] + (done.data if done else b"")
        return Job(data, len(before) + 1, nearly, done)

    def _kick_job(self, pulse: bytes) -> Job:
        profile = self.encoder.profile
        in_order = not profile.real_time_pulse
        nearly = self.mark() if in_order and profile.buffer_clear else None
        before = nearly.data if nearly else b""
        done = self.mark() if in_order else None
        data = before + pulse + (done.data if done else b"")
        return Job(data, len(before) + 1, nearly, done, confirms=False)

    async def _perform(self, job: Job, progress: Progress, ends_s: float) -> None:
        """Have ``job`` done; whatever ends it early leaves the line in a known state."""
        progress.length = job.length
        try:
            await self._hand_over(job.data, progress, ends_s)
            if job.done is None:
                progress.confirmed = self.line.confirms
            else:
                if self.state_confirms:
                    await self.ask_status()
                await self._until(job.done.passed, ends_s)
                progress.confirmed = job.confirms
        except BaseException as error:
            with anyio.CancelScope(shield=True):
                await self._take_back(job, progress)
                unfinished = progress.most < progress.length and not progress.discarded
                if unfinished or isinstance(error, Unanswered):
                    await self.line.close()  # begin anew: it may wait for the rest of a command
            raise

    async def _hand_over(self, data: bytes, progress: Progress, ends_s: float) -> None:
        for start in range(0, len(data), CHUNK_BYTES_MAX):
            if start:  # and no question: it would be taken for part of what is half sent
                await self._until(lambda: not self.is_blocked, ends_s, asking=False)
            await self._write(data[start : start + CHUNK_BYTES_MAX], start, progress, ends_s)

    async def _write(self, chunk: bytes, start: int, progress: Progress, ends_s: float) -> None:
        progress.most = min(progress.length, start + len(chunk))  # all of it may go at once
        handed = 0
        try:
            handed = await self.line.write(chunk, max(0.0, ends_s - anyio.current_time()))
            progress.least = progress.most
        except TransportError as error:
            if self.is_blocked:
                raise self._fault(Outcome.UNKNOWN) from error
            raise
        finally:
            if handed < len(chunk):
                progress.least = min(progress.length, start + self.line.taken_least)
                progress.most = min(progress.length, start + self.line.taken)
                with anyio.CancelScope(shield=True):
                    await self.line.close()  # half a write: nothing sensible can follow it

    async def _until(
        self, reached: Callable[[], bool], ends_s: float, *, asking: bool = True
    ) -> None:
        """Wait until something is so, however long a person takes to change the paper.

        Raises:
            DeviceFault: the printer cannot print, and time is over.
            Unanswered: it could, and does not.
        """
        patience_s = anyio.current_time() + CONFIRM_S
        while not reached():
            now_s = anyio.current_time()
            if self.is_blocked:
                patience_s = now_s + CONFIRM_S
            if now_s >= min(ends_s, patience_s):
                raise self._fault(Outcome.UNKNOWN) if self.is_blocked else self._silence()
            pause_s = TOLD_POLL_S if self.tells else self.poll_s
            with anyio.move_on_after(min(pause_s, ends_s - now_s, patience_s - now_s)) as rest:
                await self.news()
            if asking and rest.cancelled_caught and self.heard and not reached():
                await self.ask_status()

    async def _take_back(self, job: Job, progress: Progress) -> None:
        """Have the printer forget the rest, so that it does not come out when nobody expects it."""
        if not (self.line.is_open and self.heard and self.encoder.profile.buffer_clear):
            return
        stopped = self.is_blocked
        with anyio.move_on_after(TAKE_BACK_S), contextlib.suppress(DeviceError):
            if not await self.clear():
                return
            if job.done and job.done.passed():
                progress.confirmed = job.confirms
            elif progress.most < progress.length:
                progress.discarded = True
            elif stopped and job.nearly and not job.nearly.passed():
                progress.discarded = True  # while it prints, its answer could have been lost
            self.forget_marks()

    async def _watch_drawer(self, progress: Progress, ends_s: float) -> str:
        """Wait for the sensor where it is known what it means; learning needs no waiting."""
        if not self.heard or self.sensor.polarity.high_is_open is None:
            return ""
        while (verdict := self.sensor.verdict(anyio.current_time())) is None:
            due_s = min(ends_s, self.sensor.due_s or ends_s)
            left_s = due_s - anyio.current_time()
            if left_s <= 0:
                return "The drawer was not seen to open in time"
            with anyio.move_on_after(left_s if self.tells else min(left_s, DRAWER_POLL_S)):
                await self.news()
            if not self.tells:
                await self.ask_status()
        progress.confirmed = verdict.seen_open
        return "The drawer did not open" if verdict is Verdict.STUCK else ""

    def _fault(self, outcome: Outcome) -> DeviceFault:
        status = self.status
        words = "; ".join(status.conditions().blocking)
        return DeviceFault(words, fault=status.fault, outcome=outcome, hint=status.hint)

    def _silence(self) -> Unanswered:
        return Unanswered(
            f"{self.setup.name} did not confirm in time",
            hint="look at the paper before printing again",
        )


def _remembered(setup: DeviceSetup, sense: Sense) -> Polarity:
    """Return what an earlier connection has learnt of the drawer's sensor."""
    kept = setup.memory.get(POLARITY)
    return Polarity.from_text(kept, sense) if kept else Polarity(sense)


def logo_files(setup: DeviceSetup, path: str) -> dict[str, Path]:
    """Return the logos of a printer whose option names one file: that of ``Logo("logo")``."""
    return {"logo": setup.folder / path} if path else {}


def _remarks(receipt: EncodedReceipt) -> str:
    """Return what could not be drawn, so that somebody mends the profile or the logo."""
    remarks = ["Cannot print " + " ".join(receipt.lost)] if receipt.lost else []
    if receipt.replaced:
        remarks.append("Printed in other letters: " + " ".join(receipt.replaced))
    remarks += [f"Logo {name} is missing" for name in receipt.missing_logos]
    return "; ".join(remarks)
