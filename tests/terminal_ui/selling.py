"""A real till with a few goods behind the counter, driven by requests as a terminal sends them."""

import contextlib
from pathlib import Path

from posframe.catalogue.records import ItemCode, NewItem
from posframe.kernel.domain.quantity import Unit
from posframe.testing.tills import make_till
from posframe_terminal.counter import Counter
from posframe_terminal.door import Invoked, Outcome, Place, Scanned, Typed
from posframe_terminal.start import key_namer, key_table
from posframe_terminal.views import View

MILK, BREAD, BEER = "4006381333931", "96385074", "036000291452"
GOODS = (
    NewItem(sku="10001", name="Milk 1 l", codes=(ItemCode(MILK),), price_minor=119),
    NewItem(sku="10002", name="Rye bread", codes=(ItemCode(BREAD),), price_minor=250),
    NewItem(sku="10003", name="Milk chocolate", price_minor=129),
    NewItem(
        sku="10004", name="Beer", codes=(ItemCode(BEER),), price_minor=99, minimum_age_years=16,
        deposit_sku="10008",
    ),
    NewItem(sku="10005", name="Bananas", price_minor=149, unit=Unit.KILOGRAM, weighed=True),
    NewItem(sku="10006", name="Flowers", price_minor=None),
    NewItem(sku="10007", name="[red]Odd[/red] \u202egnp \u200b老", price_minor=100),
    NewItem(sku="10008", name="Deposit", price_minor=8),
)  # fmt: skip
SETTINGS = """
[departments.10]
name = "Groceries"
tax_category = "reduced"
"""
_LOYALTY = '\n[plugins.loyalty]\ncard_prefix = "9528"\n'
CARD = "9528000000048"
PLUGINS = ("payments", "loyalty", "inventory", "terminal")


def open_till(folder: Path, *, settings: str = "", plugins=PLUGINS, ports=None):
    own = _LOYALTY if "loyalty" in plugins else ""
    return make_till(
        folder, items=GOODS, plugins=plugins, settings=SETTINGS + own + settings, ports=ports
    )


class Cashier:
    """Presses keys at the counter; keeps to the screen that the till's state calls for."""

    def __init__(self, till) -> None:
        self.till = till
        self.counter = Counter(till, key_namer(key_table(till)))
        self.over = ""
        """A screen that the terminal shows over the till's own."""

    @property
    def view(self) -> View:
        return self.at()

    def at(self, text: str = "", marked: int | None = None) -> View:
        return self.counter.view(Place(screen=self.over or "sale", text=text, marked=marked))

    async def enter(self, text: str = "", *, row: int | None = None) -> Outcome:
        view = self.at(text)
        choice = view.choice(row) if self.over or row is not None else ""
        return await self._ask(Typed(screen=view.screen, text=text, choice=choice, seen=view.seen))

    async def key(self, action: str, text: str = "", *, row: int | None = None) -> Outcome:
        view = self.view
        choice = view.choice(row) if row is not None else ""
        return await self._ask(
            Invoked(screen=view.screen, action=action, text=text, choice=choice, seen=view.seen)
        )

    async def scan(self, code: str, text: str = "") -> Outcome:
        return await self._ask(
            Scanned(screen=self.view.screen, code=code, source="test", text=text)
        )

    async def _ask(self, request) -> Outcome:
        outcome = await self.counter.submit(request)
        if outcome.screen:
            self.over = outcome.screen if outcome.screen not in ("sale", "payment") else ""
        return outcome

    @property
    def lines(self) -> list[tuple[str, str, int, bool]]:
        return [(each.quantity, each.name, each.sum_minor, each.voided) for each in self.view.lines]


@contextlib.contextmanager
def cashier(folder: Path, **options):
    with open_till(folder, **options) as till:
        yield Cashier(till)
