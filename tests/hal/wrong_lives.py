"""Drivers that are wrong in one way each: in their lives, and in what they make of bytes."""

from __future__ import annotations

import asyncio
import os
import time

import anyio

from posframe.drivers import (
    CodecDriver,
    DeviceError,
    Load,
    Progress,
    Reading,
    TransportError,
    Unanswered,
    Weight,
)
from tests.hal import toy_kits
from tests.hal.making_wrong import HidesPulledCable, Wrong, anything, cards_by, with_codec
from tests.hal.toys import CardCodec, Said, ToyCodec, ToyDrawer, ToyPrinter, ToyScale


class AnswersOnce(ToyScale):
    first = None

    async def read(self, deadline_s):
        self.first = self.first or await super().read(deadline_s)
        return self.first


class LeaksTask(ToyScale):
    async def start(self):
        asyncio.get_running_loop().create_task(asyncio.sleep(10**6))


class LeaksFile(ToyScale):
    async def start(self):
        os.open("/dev/null", os.O_RDONLY)


class HidesClosedLine(ToyDrawer):
    async def kick(self, progress, deadline_s):
        try:
            return await super().kick(progress, deadline_s)
        except TransportError:
            return ""


class StopsListening(ToyScale):
    async def pump(self):
        try:
            await super().pump()
        except TransportError:
            return


class IgnoresDeadline(ToyScale):
    async def read(self, deadline_s):
        return self.reading(await CodecDriver.ask(self, b"?\n", anything, 60.0))


class StartsSlowly(ToyScale):
    async def start(self):
        with anyio.CancelScope(shield=True):
            await anyio.sleep(60)


class ChecksNothing(ToyScale):
    async def check(self):
        try:
            await self.read(1.0)
        except Unanswered:
            return


class SlowToCancel(ToyScale):
    async def read(self, deadline_s):
        try:
            return await super().read(deadline_s)
        except BaseException:
            with anyio.CancelScope(shield=True):
                await anyio.sleep(10)
            raise


class ForgetsWhenCancelled(ToyPrinter):
    async def print_receipt(self, document, progress, deadline_s):
        try:
            return await super().print_receipt(document, progress, deadline_s)
        except BaseException:
            Progress.__init__(progress)
            raise


class LetsTryAgain(ToyPrinter):
    async def print_receipt(self, document, progress, deadline_s):
        try:
            return await super().print_receipt(document, progress, deadline_s)
        except DeviceError:
            progress.most = progress.least = 0
            raise


class LooksAtTheWall(ToyScale):
    async def read(self, deadline_s):
        began_s = time.time()
        reading = await super().read(deadline_s)
        if not 0 <= time.time() - began_s <= deadline_s:
            raise Unanswered("too late")
        return reading


class HidesOverload(ToyScale):
    def reading(self, said):
        reading = super().reading(said)
        return Reading(Load.FAULT) if reading.load is Load.OVERLOAD else reading


class WholeReads(ToyCodec):
    def feed(self, data, now_s):
        self.half = b""
        return super().feed(data, now_s)


class Loops(ToyCodec):
    def feed(self, data, now_s):
        while b"\0" in data:
            data = data.replace(b"\0", b"\0")
        return super().feed(data, now_s)


class Crashes(ToyCodec):
    def message(self, line):
        line.decode("ascii")
        return super().message(line)


class Grows(ToyCodec):
    def __init__(self):
        super().__init__()
        self.seen = []

    def feed(self, data, now_s):
        self.seen.append(data)
        return super().feed(data, now_s)


class NeverGivesUp(ToyCodec):
    def deadline_s(self):
        return None

    def tick(self, now_s):
        return []


class AlwaysDue(ToyCodec):
    def tick(self, now_s):
        return []


class TrustsAnything(ToyCodec):
    def message(self, line):
        return Said(line.rpartition(b" ")[0].decode("latin-1"))


class ReadsAnything(ToyScale):
    def reading(self, said):
        return Reading(Load.STABLE, Weight(int(said.text[1:5]), 3, "kg"))


class ShowsTheNoise(CardCodec):
    keeps_samples = True


WRONG = (
    Wrong("does it once", "test_it_works_and_works_again", toy_kits.scale(AnswersOnce), "1 times"),
    Wrong(
        "leaks a task", "test_opening_and_closing_leaks_nothing", toy_kits.scale(LeaksTask), "tasks"
    ),
    Wrong(
        "leaks a file", "test_opening_and_closing_leaks_nothing", toy_kits.scale(LeaksFile), "files"
    ),
    Wrong(
        "hides a closed line",
        "test_an_absent_device_is_an_error_and_nothing_was_begun",
        toy_kits.drawer(HidesClosedLine),
        "gives no error",
    ),
    Wrong(
        "stops listening",
        "test_listening_ends_when_the_line_does",
        toy_kits.scale(StopsListening),
        "`pump`",
    ),
    Wrong(
        "ignores its deadline",
        "test_every_question_ends_at_its_deadline",
        toy_kits.scale(IgnoresDeadline),
        "60.0 s instead of 3",
    ),
    Wrong(
        "starts slowly",
        "test_starting_ends_in_time",
        toy_kits.scale(StartsSlowly),
        "it took 60.0 s",
    ),
    Wrong(
        "checks nothing",
        "test_checking_finds_a_device_that_is_gone",
        toy_kits.scale(ChecksNothing),
        "`check` is content",
    ),
    Wrong(
        "takes its time when cancelled",
        "test_broken_off_anywhere_it_is_sound_and_the_next_line_works",
        toy_kits.scale(SlowToCancel),
        "took 10.0 s to end",
    ),
    Wrong(
        "forgets what it did when cancelled",
        "test_broken_off_anywhere_it_is_sound_and_the_next_line_works",
        toy_kits.printer(ForgetsWhenCancelled),
        "nothing was begun, and something happened",
    ),
    Wrong(
        "hides a pulled cable",
        "test_a_cable_pulled_while_sending_is_told_soundly",
        toy_kits.display(HidesPulledCable),
        "as if it were done",
    ),
    Wrong(
        "lets a receipt be tried again",
        "test_a_cable_pulled_while_listening_is_told_soundly",
        toy_kits.printer(LetsTryAgain),
        "nothing was begun, and something happened",
    ),
    Wrong(
        "looks at the wall clock",
        "test_what_the_wall_clock_says_changes_nothing",
        toy_kits.scale(LooksAtTheWall),
        "wall clock jumps",
    ),
    Wrong(
        "hides an overload",
        "test_what_keeps_the_device_is_said",
        toy_kits.scale(HidesOverload),
        "nobody says 'over capacity'",
    ),
    Wrong(
        "takes each read for a message",
        "test_bytes_one_by_one_mean_the_same",
        toy_kits.scale(with_codec(ToyScale, WholeReads)),
        "Byte by byte it fails",
    ),
    Wrong(
        "hangs on noise",
        "test_noise_is_survived_and_the_next_message_read",
        toy_kits.scale(with_codec(ToyScale, Loops)),
        "without end",
    ),
    Wrong(
        "crashes on noise",
        "test_noise_is_survived_and_the_next_message_read",
        toy_kits.scale(with_codec(ToyScale, Crashes)),
        "crashed: UnicodeDecodeError",
    ),
    Wrong(
        "keeps all noise",
        "test_noise_is_survived_and_the_next_message_read",
        toy_kits.scale(with_codec(ToyScale, Grows)),
        "bytes of noise",
    ),
    Wrong(
        "shows the noise of cards",
        "test_noise_is_survived_and_the_next_message_read",
        cards_by(ShowsTheNoise),
        "reported with its bytes",
    ),
    Wrong(
        "swallows the next message",
        "test_half_a_message_is_given_up",
        toy_kits.scale(with_codec(ToyScale, NeverGivesUp)),
        "it fails",
    ),
    Wrong(
        "never waits",
        "test_half_a_message_is_given_up",
        toy_kits.scale(with_codec(ToyScale, AlwaysDue)),
        "without end",
    ),
    Wrong(
        "crashes on a wrong bit",
        "test_a_wrong_bit_never_crashes_it",
        toy_kits.scale(with_codec(ReadsAnything, TrustsAnything)),
        "crashed: ValueError",
    ),
    Wrong(
        "believes a wrong bit",
        "test_a_wrong_bit_is_never_believed",
        toy_kits.scale(with_codec(ToyScale, TrustsAnything)),
        "it sells",
    ),
)
