"""Drivers that are wrong in what their device class is about."""

from __future__ import annotations

import re

import anyio
import attrs

from posframe.drivers import (
    CodecDriver,
    Conditions,
    DeviceState,
    Load,
    Progress,
    Reading,
    Scan,
    StateChanged,
    Unanswered,
    Weight,
    WireNoise,
)
from tests.hal import toy_kits
from tests.hal.making_wrong import HidesPulledCable, PrintsBlindly, Wrong, anything, with_codec
from tests.hal.toys import ReaderCodec, Said, ToyDisplay, ToyDrawer, ToyPrinter, ToyReader, ToyScale


class PrintsTwice(ToyPrinter):
    async def confirmed(self, progress, ends_s):
        try:
            await self.ask(b"", lambda each: each.text == "K", 0.5)
        except Unanswered:
            await self.hand_over(b"P again\n", Progress(), ends_s)
            raise
        progress.confirmed = True


class ClaimsToTakeBack(ToyPrinter):
    async def take_back(self, progress):
        progress.discarded = True


class AlarmsTooMuch(ToyPrinter):
    def received(self, message):
        if message.text == "L":
            self.setup.report(Conditions(("paper is low",), ("paper is low",)))


class LosesLetters(ToyPrinter):
    def unprintable(self, text):
        return ""


class CutsText(ToyPrinter):
    async def hand_over(self, data, progress, ends_s):
        await super().hand_over(data[:80] + b"\n", progress, ends_s)


class CountsLate(ToyPrinter):
    async def hand_over(self, data, progress, ends_s):
        progress.length = 0
        await super().hand_over(data, progress, ends_s)
        progress.length = len(data)


class ThinksItIsOpen(ToyDrawer):
    is_open = True


class UncountedPulse(ToyDrawer):
    async def kick(self, progress, deadline_s):
        remarks = await super().kick(progress, deadline_s)
        progress.length = 0
        return remarks


class Floats(ToyScale):
    def reading(self, said):
        return Reading(Load.STABLE, Weight(1.25, 0, "kg"))


class ForgetsThousands(ToyScale):
    def reading(self, said):
        reading = super().reading(said)
        if reading.weight is None:
            return reading
        return attrs.evolve(reading, weight=Weight(reading.weight.digits % 2000, 3, "kg"))


class SellsMotion(ToyScale):
    def reading(self, said):
        return super().reading(Said(said.text.replace("M", "S")))


class SellsTheLastOne(ToyScale):
    async def read(self, deadline_s):
        try:
            return await super().read(deadline_s)
        except Unanswered:
            return Reading(Load.STABLE, Weight(1250, 3, "kg"))


class SellsUnasked(ToyScale):
    heard = None

    def received(self, message):
        self.heard = message

    async def read(self, deadline_s):
        return self.reading(self.heard) if self.heard else await super().read(deadline_s)


class TakesLateOnes(ToyScale):
    async def read(self, deadline_s):
        return self.reading(await CodecDriver.ask(self, b"?\n", anything, deadline_s))


class Stutters(ToyReader):
    def received(self, message):
        self.setup.emit(message)
        self.setup.emit(message)


class OneAtATime(ReaderCodec):
    def feed(self, data, now_s):
        return super().feed(data, now_s)[:1]


class DigitsOnly(ReaderCodec):
    def fact(self, text):
        return Scan(re.sub(r"\D", "", text), "]E0")


class Chatters(ToyReader):
    async def pump(self):
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(super().pump)
            while True:
                await anyio.sleep(10)
                self.setup.emit(WireNoise(0))


class StaysOff(ToyReader):
    off = False

    async def enable(self, *, on):
        self.off = self.off or not on

    def received(self, message):
        if not self.off:
            super().received(message)


class TellsItsState(ToyReader):
    async def start(self):
        self.setup.emit(StateChanged(DeviceState.READY))


class CannotCut(ToyDisplay):
    def row(self, line):
        assert len(line) <= self.columns
        return super().row(line)


class ShowsOnlyNews(ToyDisplay):
    last = None

    async def clear(self):
        await self.send(b"D           |          \n")

    async def show(self, lines):
        if lines != self.last:
            await super().show(lines)
        self.last = lines


class HasNoSize(ToyDisplay):
    columns = 0

    async def show(self, lines):
        await self.send(b"D TOTAL     |17.49     \n")


WRONG = (
    Wrong(
        "claims to have taken back",
        "test_trouble_in_the_middle_is_told_soundly",
        toy_kits.printer(ClaimsToTakeBack),
        "only a part was done, and all of it happened",
    ),
    Wrong(
        "takes a warning for trouble",
        "test_a_warning_is_given_and_it_prints_on",
        toy_kits.printer(AlarmsTooMuch),
        "no reason to stop",
    ),
    Wrong(
        "confirms by itself",
        "test_a_lost_confirmation_is_no_confirmation",
        toy_kits.printer(PrintsBlindly),
        "Nothing was ever heard, and it says DONE",
    ),
    Wrong(
        "prints again when not confirmed",
        "test_a_lost_confirmation_is_no_confirmation",
        toy_kits.printer(PrintsTwice),
        "happened 2 times",
    ),
    Wrong(
        "loses letters",
        "test_every_letter_is_printed_or_reported",
        toy_kits.printer(LosesLetters),
        "nobody said so",
    ),
    Wrong(
        "cuts long text",
        "test_text_wider_than_the_paper_loses_nothing",
        toy_kits.printer(CutsText),
        "word039",
    ),
    Wrong(
        "knows its length late",
        "test_progress_knows_its_length_and_never_goes_back",
        toy_kits.printer(CountsLate),
        "More was sent than there is",
    ),
    Wrong(
        "has a sensor that it does not read",
        "test_a_drawer_with_a_sensor_is_seen_open",
        toy_kits.drawer(ToyDrawer, "sensor"),
        "does not say so",
    ),
    Wrong(
        "thinks that it is open",
        "test_a_drawer_without_a_sensor_is_not_said_to_be_open",
        toy_kits.drawer(ThinksItIsOpen),
        "nobody can know",
    ),
    Wrong("kicks uncounted", "test_a_kick_is_one_pulse", toy_kits.drawer(UncountedPulse), "length"),
    Wrong(
        "weighs in floats",
        "test_a_reading_is_exact_and_complete",
        toy_kits.scale(Floats),
        "not exact",
    ),
    Wrong(
        "forgets thousands",
        "test_each_load_is_read_as_what_it_is",
        toy_kits.scale(ForgetsThousands),
        "put 2005",
    ),
    Wrong(
        "sells a load in motion",
        "test_what_may_not_be_sold_is_never_stable",
        toy_kits.scale(SellsMotion),
        "'shake' it would sell",
    ),
    Wrong(
        "sells the last weight when silent",
        "test_a_silent_scale_has_no_weight_to_sell",
        toy_kits.scale(SellsTheLastOne),
        "would be sold",
    ),
    Wrong(
        "sells what nobody asked for",
        "test_what_nobody_asked_for_is_not_sold",
        toy_kits.scale(SellsUnasked),
        "Nobody had asked",
    ),
    Wrong(
        "takes a late answer for the next",
        "test_a_late_answer_is_not_taken_for_the_next",
        toy_kits.scale(TakesLateOnes),
        "load before this one was sold",
    ),
    Wrong(
        "stutters",
        "test_what_is_presented_is_sent_once_in_order",
        toy_kits.scanner(Stutters),
        "leads to",
    ),
    Wrong(
        "drops the second of two codes",
        "test_scans_in_quick_succession_all_arrive",
        toy_kits.scanner(with_codec(ToyReader, OneAtATime)),
        "came in one piece",
    ),
    Wrong(
        "drops letters of codes",
        "test_each_case_leads_to_its_facts",
        toy_kits.scanner(with_codec(ToyReader, DigitsOnly)),
        "scan A1",
    ),
    Wrong(
        "chatters", "test_an_idle_device_invents_nothing", toy_kits.scanner(Chatters), "WireNoise"
    ),
    Wrong(
        "stays off",
        "test_feedback_never_disturbs_reading",
        toy_kits.scanner(StaysOff),
        "After beeping",
    ),
    Wrong(
        "tells its state",
        "test_a_device_says_only_what_was_presented",
        toy_kits.scanner(TellsItsState),
        "StateChanged",
    ),
    Wrong(
        "cannot cut a long line",
        "test_any_text_can_be_shown_and_the_next_is_in_order",
        toy_kits.display(CannotCut),
        "crashed: AssertionError",
    ),
    Wrong(
        "shows only news",
        "test_it_can_be_cleared_and_shown_again",
        toy_kits.display(ShowsOnlyNews),
        "shown 0 times",
    ),
    Wrong(
        "hides that it is stuck",
        "test_a_stuck_device_never_holds_up_the_sale",
        toy_kits.display(HidesPulledCable),
        "as if all were shown",
    ),
    Wrong("has no size", "test_its_size_is_known", toy_kits.display(HasNoSize), "eight columns"),
)
