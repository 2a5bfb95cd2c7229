"""A real till on a stand: keys and devices in, views out; its devices are a test's to play."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from concurrent.futures import Future

from posframe import DeviceError
from posframe.catalogue.records import NewItem
from posframe.hal.facts import DeviceEvent
from posframe.hal.weights import Reading, weight_of
from posframe.kernel.domain.quantity import Unit
from posframe.testing.tills import make_till
from posframe_terminal.counter import Counter
from posframe_terminal.intake import Key
from posframe_terminal.paint.screens import Screens
from posframe_terminal.pump import Pump
from posframe_terminal.start import key_namer, key_table
from tests.terminal_ui.selling import GOODS, PLUGINS

BANANAS, SAFFRON, FLOWERS = "10005", "10009", "10006"
MORE = NewItem(sku=SAFFRON, name="Saffron", price_minor=9, unit=Unit.GRAM, weighed=True)
NAMES = {"+": "plus", "-": "minus", "*": "asterisk", "\r": "enter"}
LOYALTY = '\n[plugins.loyalty]\ncard_prefix = "9528"\n'


def open_till(folder, settings=""):
    return make_till(folder, items=(*GOODS, MORE), plugins=PLUGINS, settings=LOYALTY + settings)


class PlayedDevices:
    """Stands in for a till's devices: what they bring comes from a thread of their own."""

    def __init__(self, *classes):
        self.classes = classes
        self.listeners = []
        self.asked: list[Future] = []
        """The questions to the scale, the newest last."""
        self._sequence = 0

    def listen(self, take):
        self.listeners.append(take)
        return lambda: self.listeners.remove(take)

    def has(self, device_class):
        return device_class in self.classes

    def weigh(self, deadline_s):
        assert deadline_s > 1.0
        self.asked.append(Future())
        return self.asked[-1]

    def reports(self):
        return ()

    def hardware(self):
        raise DeviceError("nothing is connected")

    def follow(self, state):
        pass

    def signal(self, *, good, source=""):
        pass

    def close(self):
        pass

    def bring(self, fact, device="scanner"):
        self._sequence += 1
        event = DeviceEvent(device, self._sequence, fact)
        self._elsewhere(lambda: [take(event) for take in tuple(self.listeners)])

    def answer(self, weight, question=-1):
        """Have the scale answer ``1.250 kg``, or raise."""
        asked = self.asked[question]
        if isinstance(weight, Exception):
            self._elsewhere(lambda: asked.set_exception(weight))
        else:
            text, unit = weight.split()
            reading = Reading(load=None, weight=weight_of(text, unit))
            self._elsewhere(lambda: asked.set_result(reading))

    @staticmethod
    def _elsewhere(function):
        thread = threading.Thread(target=function)
        thread.start()
        thread.join()


class Stand:
    """A till with its counter and pump."""

    def __init__(self, till):
        self.till = till
        table = key_table(till)
        self.counter = Counter(till, key_namer(table))
        self.pump = Pump(self.counter, table, Screens(), meaning=self.counter.meaning)
        self.pump.present = lambda: self.shown.append(self.pump.view())
        self.shown = []
        self.requests = []
        self._submit, self.counter.submit = self.counter.submit, self._noted
        self.pump.present()

    async def _noted(self, request):
        self.requests.append(request)
        return await self._submit(request)

    @property
    def view(self):
        return self.shown[-1]

    @property
    def sold(self):
        sale = self.till.state.transaction
        lines = sale.basket.lines if sale else ()
        return [(line.text, line.quantity_milli) for line in lines]

    @contextlib.contextmanager
    def hearing(self):
        """Listen to devices while the block runs, as the terminal does while it is open."""
        unlisten = self.counter.listen(self.pump.present)
        unhear = self.counter.hear(self.pump.feed)
        try:
            yield self
        finally:
            unlisten()
            unhear()

    @contextlib.asynccontextmanager
    async def pumping(self):
        """Handle what comes in while the block runs."""
        task = asyncio.create_task(self.pump.run())
        try:
            yield self
        finally:
            task.cancel()

    def press(self, *names):
        for name in names:
            self.pump.feed(Key(name))

    def type(self, text):
        for key in text:
            self.pump.feed(Key(NAMES.get(key, key), "" if key == "\r" else key))

    async def until(self, holds):
        async with asyncio.timeout(5):
            while not holds():  # noqa: ASYNC110 - any condition at all
                await asyncio.sleep(0.001)

    async def settle(self):
        """Let everything be handled that is on its way."""
        await asyncio.sleep(0.005)
        await self.until(lambda: not self.pump.backlog and not self.counter.is_busy)
        await asyncio.sleep(0.005)

    async def ask(self, code=BANANAS):
        """Enter an item; return when its question is on the screen."""
        self.type(f"{code}\r")
        await self.until(lambda: self.view.screen == "price")


@contextlib.asynccontextmanager
async def standing(folder, *classes, settings=""):
    """Put a till on a stand whose devices a test plays: those of ``classes``."""
    with open_till(folder, settings) as till:
        till.devices = PlayedDevices(*classes)
        stand = Stand(till)
        with stand.hearing():
            async with stand.pumping():
                yield stand
