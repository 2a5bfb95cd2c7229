"""Small devices of a made-up protocol, with drivers in good order, to try the suite itself on.

A message is a line ended by LF. Answers carry a sum: ``=1250S 7A``. What is wrong with which driver
stands in `wrong_drivers`.
"""

from __future__ import annotations

import re

import anyio
import attrs

from posframe.drivers import (
    Act,
    CardRead,
    CardRefused,
    Codec,
    CodecDriver,
    Conditions,
    DeviceFault,
    DisplayDriver,
    DrawerDriver,
    InputDriver,
    Load,
    PolledScale,
    PrinterDriver,
    Reading,
    Scan,
    ScanRejected,
    Simulator,
    Weight,
    WireNoise,
)

LINE_MAX = 60
GAP_S = 0.1
PIECE_BYTES = 8


def summed(text: bytes) -> bytes:
    """Return a line with its sum."""
    return text + b" %02X\n" % (sum(text) % 256)


@attrs.frozen
class Said:
    """One line with a right sum, without it."""

    text: str


class ToyCodec(Codec[Said]):
    """Reads lines. Half a line is given up after a gap."""

    keeps_samples = True

    def __init__(self):
        self.half = b""
        self.last_s = 0.0

    def feed(self, data, now_s):
        found = self.tick(now_s)
        *lines, self.half = (self.half + data).split(b"\n")
        self.last_s = now_s
        found += [self.message(line) for line in lines]
        if len(self.half) > LINE_MAX:
            found.append(self.noise(self.half))
            self.half = b""
        return found

    def deadline_s(self):
        return self.last_s + GAP_S if self.half else None

    def tick(self, now_s):
        if not self.half or now_s < self.last_s + GAP_S:
            return []
        half, self.half = self.half, b""
        return [self.noise(half)]

    def message(self, line):
        text, _, _check = line.rpartition(b" ")
        right = summed(text) == line + b"\n"
        return Said(text.decode("ascii")) if right and text.isascii() else self.noise(line)

    def noise(self, line):
        return WireNoise(len(line), line[:8] if self.keeps_samples else b"")


class ToySimulator(Simulator):
    """Answers lines; subclasses say how."""

    def __init__(self):
        self.half = b""

    def feed(self, data, now_s):
        *lines, self.half = (self.half + data).split(b"\n")
        return b"".join(self.answer(line.decode("latin-1"), now_s) for line in lines)

    def disconnected(self):
        self.half = b""

    def answer(self, line, now_s):
        return b""

    def acts(self):
        return {name: Act(name, do) for name, do in self.deeds().items()}

    def deeds(self):
        return {}

    def view(self):
        return ()


class SimulatedScale(ToySimulator):
    """``?`` is answered by ``=1250S``, ``=1250M`` in motion, ``=O`` overloaded."""

    def __init__(self):
        super().__init__()
        self.grams, self.sign, self.answered = 1250, "S", 0

    def answer(self, line, now_s):
        if line == "0":
            self.grams = 0
        if line != "?":
            return b""
        self.answered += 1
        return summed(b"=O" if self.grams > 15000 else f"={self.grams}{self.sign}".encode())

    def deeds(self):
        return {"put": self.put, "shake": self.shake}

    def put(self, words, now_s):
        self.grams, self.sign = int(words), "S"
        return b""

    def shake(self, words, now_s):
        self.sign = "M"
        return b""


class ToyScale(PolledScale[Said]):
    def __init__(self, setup):
        super().__init__(setup, ToyCodec())

    async def read(self, deadline_s):
        async with self.exchange(deadline_s) as ends_s:
            return self.reading(await self.question(b"?\n", _is_weight, ends_s))

    def reading(self, said):
        found = re.fullmatch(r"=(\d+)([SM])", said.text)
        if found is None:
            return Reading(Load.OVERLOAD)
        loads = {"S": Load.STABLE if int(found[1]) else Load.ZERO, "M": Load.MOTION}
        return Reading(loads[found[2]], Weight(int(found[1]), 3, "kg"))


def _is_weight(said):
    return said.text.startswith("=")


class SimulatedPrinter(ToySimulator):
    """``P text`` is printed and answered by ``K``. Without paper it is kept, and printed later."""

    def __init__(self):
        super().__init__()
        self.paper, self.printed, self.kept, self.opened, self.sees = True, [], [], 0, None

    def answer(self, line, now_s):
        if line == "C":
            self.kept.clear()
            return summed(b"C")
        if line == "@":
            return summed(b"Y" if self.paper else b"N")
        if line == "O":
            self.opened += 1
            return summed(b"O")
        if line[:2] != "P ":
            return b""
        self.kept.append(line[2:])
        return self.print_kept()

    def print_kept(self):
        if not self.paper:
            return b""
        kept, self.kept = self.kept, []
        self.printed += kept
        return summed(b"K") * len(kept)

    def deeds(self):
        return {"paper": self.change_paper, "low": lambda *_: summed(b"L")}

    def change_paper(self, words, now_s):
        self.paper = words == "in"
        return summed(b"Y" if self.paper else b"N") + self.print_kept()


class ToyPrinter(CodecDriver[Said], PrinterDriver):
    """Prints a whole receipt as one line, and waits for ``K``."""

    def __init__(self, setup):
        super().__init__(setup, ToyCodec())
        self.paper = True

    async def start(self):
        await self.refreshed()

    async def refreshed(self):
        said = await self.ask(b"@\n", lambda each: each.text in {"Y", "N"}, 1.0)
        self.paper = said.text == "Y"

    def received(self, message):
        if message.text in {"Y", "N"}:
            self.paper = message.text == "Y"
            self.setup.report(Conditions() if self.paper else Conditions(("no paper",)))
        elif message.text == "L":
            self.setup.report(Conditions(warnings=("paper is low",)))

    def unprintable(self, text):
        return "".join(letter for letter in text if not letter.isascii())

    async def print_receipt(self, document, progress, deadline_s):
        ends_s = anyio.current_time() + deadline_s
        if not self.paper:
            raise DeviceFault("no paper", fault="paper")
        text = "|".join(block.text for block in document.sections[0].blocks if _has_text(block))
        data = b"P " + text.encode("ascii", "replace") + b"\n"
        progress.length = len(data)
        try:
            await self.hand_over(data, progress, ends_s)
            await self.confirmed(progress, ends_s)
        finally:
            if not progress.confirmed and progress.most:
                with anyio.CancelScope(shield=True):
                    await self.take_back(progress)
        lost = self.unprintable(text)
        return f"cannot print {lost}" if lost else ""

    async def hand_over(self, data, progress, ends_s):
        for at in range(0, len(data), PIECE_BYTES):
            piece = data[at : at + PIECE_BYTES]
            progress.most = at + len(piece)
            try:
                await self.send(piece, ends_s - anyio.current_time())
            finally:
                progress.most = at + self.line.taken
                progress.least = at + self.line.taken_least

    async def confirmed(self, progress, ends_s):
        await self.ask(b"", lambda each: each.text == "K", ends_s - anyio.current_time())
        progress.confirmed = True

    async def take_back(self, progress):
        """Clear what it keeps: then only what it had finished is printed."""
        return


def _has_text(block):
    return bool(getattr(block, "text", ""))


class ToyDrawer(CodecDriver[Said], DrawerDriver):
    """Opens by ``O``; the answer proves that it was heard, not that a drawer is there."""

    def __init__(self, setup):
        super().__init__(setup, ToyCodec())

    async def kick(self, progress, deadline_s):
        progress.length, progress.most = 2, 2
        try:
            await self.send(b"O\n", deadline_s)
        finally:
            progress.most, progress.least = self.line.taken, self.line.taken_least
        return ""


class SimulatedDisplay(ToySimulator):
    """``D row|row`` shows two rows of ten."""

    def __init__(self):
        super().__init__()
        self.shown = []

    def answer(self, line, now_s):
        if line[:2] == "D ":
            self.shown.append(line[2:])
        return b""


class ToyDisplay(CodecDriver[Said], DisplayDriver):
    columns, rows = 10, 2

    def __init__(self, setup):
        super().__init__(setup, ToyCodec())

    async def start(self):
        await self.send(b"\n")  # half a command of an earlier till ends here

    async def show(self, lines):
        rows = [self.row(line) for line in (*lines, "", "")[:2]]
        await self.send(f"D {rows[0]}|{rows[1]}\n".encode("ascii", "replace"), 1.0)

    def row(self, line):
        clean = "".join(letter if " " <= letter <= "~" else "?" for letter in line)
        return clean[: self.columns].ljust(self.columns)


class SimulatedReader(ToySimulator):
    """Sends what is presented, by lines; ``nudge`` sends nothing."""

    def deeds(self):
        return {"scan": lambda words, _: summed(words.encode()), "nudge": lambda *_: b""}


class ReaderCodec(ToyCodec):
    def message(self, line):
        found = super().message(line)
        return self.fact(found.text) if isinstance(found, Said) else found

    def fact(self, text):
        return Scan(text, "]E0") if text.isalnum() else ScanRejected("no code", len(text))


class CardCodec(ReaderCodec):
    keeps_samples = False

    def fact(self, text):
        refused = CardRefused("This is a payment card")
        return refused if len(text) > 12 else CardRead(text, "msr")


class ToyReader(CodecDriver[Scan], InputDriver):
    codec_class = ReaderCodec

    def __init__(self, setup):
        super().__init__(setup, self.codec_class())

    def received(self, message):
        self.setup.emit(message)


class ToyCards(ToyReader):
    codec_class = CardCodec
