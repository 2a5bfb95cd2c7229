"""ESC/POS receipt printers and the drawers that hang on them.

Which answers confirm what, and how a receipt is handed over, is `posframe.hal.receipt_printer`'s.
"""

from __future__ import annotations

import itertools
import time
from collections import deque
from collections.abc import Mapping
from typing import Any, Literal

import anyio
import attrs

from posframe.hal.codecs.escpos import INIT, ReceiptEncoder, drawer_kick
from posframe.hal.codecs.escpos_status import (
    CLEAR_BUFFERS,
    AutomaticStatus,
    BuffersCleared,
    EscposMessage,
    EscposStatusCodec,
    InOrderReply,
    ProcessReply,
    RealTimeReply,
    automatic_status_request,
    buzzer,
    in_order_request,
    process_request,
    process_tag,
    real_time_pulse,
    real_time_request,
    status_of,
    with_reply,
)
from posframe.hal.driver import DeviceSetup, DriverSpec
from posframe.hal.errors import Unanswered, Unsupported
from posframe.hal.marks import Mark
from posframe.hal.profiles import load_profile
from posframe.hal.receipt_printer import ASK_S, SHORT_PAD, ReceiptPrinter, logo_files

PAD_S = 1.5
"""Longest time spent on completing a command that may have been cut off."""
PAD_BYTES = 512
QUIET_S = 0.1
"""Silence that shows that no answer of an earlier connection is still to come."""
# Tags go on over all printers and connections of this process: an answer that an earlier one is
# still owed is never taken for a new one.
_TAGS = itertools.count(time.monotonic_ns() // 1_000_000)


@attrs.frozen(kw_only=True)
class EscposOptions:
    """Options of ``escpos+…`` addresses."""

    profile: str = "generic-80mm"
    """What this model can do: `posframe.hal.profiles`."""
    overrides: Mapping[str, Any] = attrs.field(factory=dict)
    """Settings of the profile that are otherwise on this printer, as a table."""
    fence: Literal["auto", "process_id", "gs_r", "none"] = "auto"
    """How it confirms what it has printed; ``auto``: as its profile says."""
    answers: bool = True
    """No: nothing is ever asked, as the line has no way back."""
    logo: str = ""
    """Picture file of the logo."""
    sense: Literal["learn", "high_open", "low_open", "none"] = "learn"
    """What the sensor line of the drawer says when it stands open; ``learn`` finds out."""


class EscposDriver(ReceiptPrinter[EscposMessage]):
    """One ESC/POS printer on one line."""

    codec: EscposStatusCodec

    def __init__(self, setup: DeviceSetup) -> None:
        options: EscposOptions = setup.options
        profile = load_profile(options.profile, options.overrides)
        asb = profile.asb and options.answers
        super().__init__(
            setup,
            EscposStatusCodec(),
            # ESC @ ends the automatic status, so every receipt begins it again.
            ReceiptEncoder(
                profile,
                logo_files(setup, options.logo),
                prologue=automatic_status_request() if asb else b"",
            ),
            answers=options.answers,
            sense=options.sense,
        )
        fence = profile.fence if options.fence == "auto" else options.fence
        self._fence = fence if options.answers else "none"
        self._reset = INIT + (automatic_status_request() if asb else b"")
        self._cleared = False
        self._synchronised = False
        self._awaited: deque[bytes] = deque(maxlen=2)  # one job has no more marks
        self._passed: set[bytes] = set()
        self._in_order_asked = 0
        self._in_order_seen = 0

    async def start(self) -> None:
        """Find the printer, and end what a line that broke may have left unfinished.

        Raises:
            Unanswered: it does not answer, and its profile promises that it does.
        """
        await super().start()
        if self.line.confirms:
            return
        if self.is_asked:
            await self._begin()
            await self._find()
        if not self.heard:
            await self._pad()
            await self.send(self._reset)
        elif not self.is_blocked:
            await self.synchronise()

    async def ask_status(self) -> None:
        """Ask for the state: whether it is on line, its paper, and what else where it is not."""
        before = self.status
        status = with_reply(before, await self._real_time(1))
        for n in (4,) if status.online else (4, 2, 3):
            status = with_reply(status, await self._real_time(n))
        if self.status is before:  # else it has told by itself meanwhile, and that is newer
            self.learn(status)

    async def synchronise(self) -> None:
        """Have the printer drop what is half received, and see that it obeys in order again."""
        if self._synchronised:
            return
        await self.send(self._reset)
        obeys = self._cleared or await self._obeys()
        if not obeys:
            await self._pad()
            await self.send(self._reset)
            obeys = await self._obeys()
        if self._fence == "gs_r":
            await anyio.sleep(QUIET_S)
            self.forget_marks()
        await self._hear()
        # A model without GS r can do no better; where it is the fence, it has to be heard first.
        self._synchronised = obeys or self._fence != "gs_r"

    def mark(self) -> Mark | None:
        """Return ``GS ( H`` with a new tag, or ``GS r`` with its place in the row of answers."""
        if self.line.confirms or self._fence not in {"process_id", "gs_r"}:
            return None
        if self._fence == "gs_r" and not self._synchronised:
            return None
        if self._fence == "process_id":
            tag = process_tag(next(_TAGS))
            self._awaited.append(tag)
            self._passed.intersection_update(self._awaited)
            return Mark(process_request(tag), lambda: tag in self._passed)
        self.codec.expect_in_order()
        self._in_order_asked += 1
        number = self._in_order_asked
        return Mark(in_order_request(), lambda: self._in_order_seen >= number)

    def pulse(self, pin: int, on_ms: int, off_ms: int) -> bytes:
        """Return ``ESC p``, or ``DLE DC4`` where the profile says that it works."""
        if self.encoder.profile.real_time_pulse:
            return real_time_pulse(pin, on_ms)
        return drawer_kick(pin, on_ms, off_ms)

    async def clear(self) -> bool:
        """Have the printer drop what it has not printed; return whether it has said so."""
        try:
            await self.ask(CLEAR_BUFFERS, lambda each: isinstance(each, BuffersCleared), ASK_S)
        except Unanswered:
            return False
        return True

    def forget_marks(self) -> None:
        """Note that no ``GS r`` that was sent is still in the printer."""
        self.codec.forget_in_order()
        self._in_order_asked = self._in_order_seen

    async def beep(self, times: int = 2, length: int = 2) -> None:
        """Sound the buzzer.

        Raises:
            Unsupported: the profile knows of none.
        """
        if not self.encoder.profile.buzzer:
            raise Unsupported(
                f"{self.setup.name} has no buzzer",
                hint="set buzzer = true in its profile if it has",
            )
        await self.send(buzzer(times, length))

    def received(self, message: EscposMessage) -> None:
        """Take what the printer says by itself, or says later than anyone waits."""
        if isinstance(message, AutomaticStatus) and self.is_asked:
            self.tells = self.encoder.profile.asb
            if self.tells or self.heard:
                self.learn(status_of(message))
        elif isinstance(message, ProcessReply) and message.tag in self._awaited:
            self._passed.add(message.tag)
        elif isinstance(message, InOrderReply):
            self._in_order_seen += 1
        self.tell_news()

    async def _begin(self) -> None:
        """End a command that an earlier connection left half sent, before a question is in it."""
        self._cleared = self.encoder.profile.buffer_clear and await self.clear()
        if not self._cleared:
            await self.send(SHORT_PAD)

    async def _find(self) -> None:
        for attempt in (1, 2):
            try:
                return await self.ask_status()
            except Unanswered:
                if attempt == 1:
                    await self._pad()
        if self.encoder.profile.asb or self._fence != "none":
            raise Unanswered(
                f"{self.setup.name} does not answer",
                hint="check that it is switched on, its cable, and its profile",
            )
        return None

    async def _real_time(self, n: int) -> RealTimeReply:
        self.codec.expect_real_time(n)
        try:
            answer = await self.ask(
                real_time_request(n), lambda each: isinstance(each, RealTimeReply), ASK_S
            )
        finally:
            self.codec.expect_real_time(None)
        assert isinstance(answer, RealTimeReply), "as asked for"
        return answer

    async def _obeys(self) -> bool:
        """Tell whether the printer takes commands, and not parameters of one that was cut off."""
        self.codec.expect_in_order()
        self._in_order_asked += 1
        try:
            await self.ask(in_order_request(), lambda each: isinstance(each, InOrderReply), ASK_S)
        except Unanswered:
            return False  # a model without GS r, or one that waits for the rest of a picture
        self._in_order_seen += 1
        return True

    async def _hear(self) -> None:
        """Wait for the first automatic status, which answers its being switched on."""
        with anyio.move_on_after(ASK_S):
            while self.encoder.profile.asb and not self.tells:
                await self.news()

    async def _pad(self) -> None:
        """Complete a picture that was cut off: the rest of it is white."""
        profile = self.encoder.profile
        left = profile.dots // 8 * profile.raster_rows_max + 8  # the longest command sent to it
        ends_s = anyio.current_time() + PAD_S
        while left > 0 and anyio.current_time() < ends_s:
            await self.send(bytes(min(left, PAD_BYTES)))
            left -= PAD_BYTES


DRIVER = DriverSpec(
    name="escpos",
    device_class="printer",
    title="ESC/POS receipt printer, with the cash drawer on its connector",
    transports=("tcp", "serial", "usb", "file", "memory", "virtual"),
    make=EscposDriver,
    options=EscposOptions,
    capabilities=frozenset({"fence", "status", "clear"}),
    simulator="escpos",
)
