"""A till at the counter to which goods come back: sales to begin with, and what came of them."""

import contextlib

from posframe import events
from posframe.testing.tills import write_settings
from posframe_terminal.intake import Scan
from tests.terminal_ui.paying_stand import PLUGINS, CardShop, CardStand


class PatientStand(CardStand):
    """Waits for what is read beside the loop too, as receipts are."""

    def __init__(self, till):
        self.asked = 0
        super().__init__(till)

    async def _noted(self, request):
        self.asked += 1
        try:
            return await super()._noted(request)
        finally:
            self.asked -= 1

    async def settle(self):
        await super().settle()
        await self.until(lambda: not self.asked and not self.pump.backlog)
        await super().settle()


@contextlib.asynccontextmanager
async def counter_of(shop):
    """Stand at the counter of an open shop."""
    stand = PatientStand(shop.till)
    with stand.hearing():
        async with stand.pumping():
            yield stand


def shop_with(settings, folder, monkeypatch):
    """Return an open shop with more settings."""
    write_settings(folder, plugins=PLUGINS, settings=settings)
    return CardShop(folder, monkeypatch).open()


async def sell(desk, *codes, by="enter"):
    """Sell goods for cash, or by another key, and go on to the next sale."""
    for code in codes:
        await desk.enter(code)
    await desk.key("f9", by)
    await desk.until(lambda: desk.till.state.transaction is None)
    await desk.settle()
    await desk.key("enter")
    return desk.till.state.last.receipt_number


async def scan(desk, code):
    desk.pump.feed(Scan(code=code, source="test"))
    await desk.settle()


async def choose(desk, words):
    """Do what is named so in the menu."""
    await desk.key("f10")
    desk.type(words)
    await desk.settle()
    await desk.key("enter")


async def look_at(desk, number):
    """Scan the barcode at the foot of a receipt."""
    await scan(desk, f"T01-{number:06}")


def back(desk):
    """What comes back in the open sale: name, pieces, condition and reason of each line."""
    lines = desk.till.state.transaction.basket.lines
    return [
        (each.text, each.quantity_milli // 1000, each.back.condition, each.back.reason)
        for each in lines
        if not each.voided
    ]


def approvals(shop):
    return [row.event for row in shop.events if isinstance(row.event, events.ApprovalGiven)]


def receipts(shop):
    return [row.event for row in shop.events if isinstance(row.event, events.TransactionCompleted)]


async def last_of(desk, shop, count):
    """Return the last completed transaction once there are so many: it is heard after it shows."""
    await desk.until(lambda: len(receipts(shop)) == count)
    return receipts(shop)[-1]


def said(desk):
    """Return the screen as one line of words, without its rules."""
    return " ".join(desk.text().replace("│", " ").split())
