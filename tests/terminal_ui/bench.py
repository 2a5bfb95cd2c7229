"""A pump on a bench: keys and scans in, views out, a fake till behind it."""

import asyncio
import contextlib

from posframe_terminal.intake import Key, Scan
from posframe_terminal.paint.screens import Screens
from posframe_terminal.pump import Pump
from tests.terminal_ui.fake_till import FakeTill, meaning, table

NAMES = {"+": "plus", "-": "minus", "/": "slash", "\r": "enter", "\b": "backspace"}


class Bench:
    """A pump with a fake till, and what it showed."""

    def __init__(self, till: FakeTill | None = None) -> None:
        self.till = till or FakeTill()
        self.pump = Pump(self.till, table(), Screens(), meaning=meaning)
        self.shown = []
        self.bells = 0
        self.pump.present = lambda: self.shown.append(self.pump.view())
        self.pump.bell = self._bell
        self.pump.present()

    def _bell(self) -> None:
        self.bells += 1

    @property
    def view(self):
        return self.shown[-1]

    @property
    def entry(self):
        return self.shown[-1].entry

    def type(self, keys: str) -> None:
        for key in keys:
            self.pump.feed(Key(NAMES.get(key, key), "" if key in "\r\b" else key))

    def press(self, *names: str) -> None:
        for name in names:
            self.pump.feed(Key(name))

    def scan(self, *codes: str) -> None:
        for code in codes:
            self.pump.feed(Scan(code))

    async def settle(self) -> None:
        """Let everything be handled."""
        async with asyncio.timeout(5):
            while self.pump.backlog:  # noqa: ASYNC110 - what is tested must not know of us
                await asyncio.sleep(0)
            for _ in range(20):
                await asyncio.sleep(0)

    async def until(self, holds) -> None:
        async with asyncio.timeout(5):
            while not holds():  # noqa: ASYNC110 - any condition at all
                await asyncio.sleep(0.001)


@contextlib.asynccontextmanager
async def running(till: FakeTill | None = None):
    bench = Bench(till)
    pumping = asyncio.create_task(bench.pump.run())
    try:
        yield bench
    finally:
        pumping.cancel()
