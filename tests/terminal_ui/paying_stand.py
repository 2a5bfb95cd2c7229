"""A till at the counter whose cards are paid through a gateway in memory: keys in, views out."""

import asyncio
import contextlib
import pkgutil
from importlib import import_module

import attrs

from posframe.testing.payments.gateway_provider import gateway_tender
from posframe.testing.ports import CountingIds
from posframe.testing.tills import make_till
from posframe.till import Ports
from posframe_terminal.paint.screens import Screens
from tests.paying import HASTE, Shop
from tests.terminal_ui.paying_process import ABLE, DUMB, Told
from tests.terminal_ui.selling import GOODS
from tests.terminal_ui.stand import Stand

PLUGINS = ("payments", "terminal")
PATIENT = attrs.evolve(ABLE, answer_within_s=6_000)
"""A minute: a busy machine makes no time-out of an answer that came."""
PATIENCE_S = 20.0
SCREENS = Screens()
_PACKAGES = (
    *("posframe", "posframe.catalogue", "posframe.hal", "posframe.kernel"),
    *("posframe.kernel.domain", "posframe.reports", "posframe.store"),
    *("posframe_payments", "posframe_terminal", "posframe_terminal.paint"),
)


def _load_all() -> None:
    """Load at once what a till loads when first needed.

    pytest parses our modules as it loads them, and in CPython 3.11 parsing fails at times when two
    threads do it: those of a till's devices, payments and screen.
    """
    for package in _PACKAGES:
        for each in pkgutil.iter_modules(import_module(package).__path__):
            if not each.ispkg and not each.name.startswith(("__", "web")):
                import_module(f"{package}.{each.name}")


_load_all()


class CardShop(Shop):
    """A shop with the goods of the counter's tests, and a card on F2."""

    def __init__(self, folder, monkeypatch, able=PATIENT):
        super().__init__(folder, monkeypatch)
        self.offer(able)

    def offer(self, able):
        """Have the card do so and so from the next start on."""
        self.tenders[:] = [
            attrs.evolve(
                gateway_tender(self.gateway, able),
                key="f2",
                provider=lambda: Told(self.gateway, able),
            )
        ]

    def open(self):
        self._starts += 1
        ids = CountingIds(self._starts * 1_000_000)
        ports = Ports(clock=self.clock, ids=ids, effects=False, lock=False, payment_haste=HASTE)
        self.till = make_till(self.folder, items=GOODS, plugins=PLUGINS, ports=ports)
        self.till.listen(self._note)
        return self


class CardStand(Stand):
    """A stand that shows its screen as text."""

    def text(self, width=80, height=24):
        rows = SCREENS.paint(self.pump.view(), width, height, under=self.pump.under)
        return "\n".join("".join(text for text, _ in row).rstrip() for row in rows)

    async def until(self, holds):
        async with asyncio.timeout(PATIENCE_S):
            while not holds():  # noqa: ASYNC110 - any condition at all
                await asyncio.sleep(0.002)

    async def shows(self, *words):
        """Wait until words stand on the screen."""
        try:
            await self.until(lambda: all(each in self.text() for each in words))
        except TimeoutError:
            raise AssertionError(f"{words} did not come; the screen is:\n{self.text()}") from None
        await asyncio.sleep(0)
        self.pump.present()  # what is read was shown

    async def key(self, *names):
        """Press keys one after another, as a person who reads the screen between them."""
        for name in names:
            self.press(name)
            await self.settle()

    async def enter(self, text=""):
        self.type(text + "\r")
        await self.settle()


@contextlib.asynccontextmanager
async def counter_of(shop):
    """Stand at the counter of an open shop."""
    stand = CardStand(shop.till)
    with stand.hearing():
        async with stand.pumping():
            yield stand


__all__ = ["DUMB", "PATIENT", "CardShop", "CardStand", "Told", "counter_of"]
