"""A small shop in a folder, its till, and a cashier who types entry lines."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs
import pytest

from posframe import RuleViolation, Session, Till
from posframe.catalogue.records import ItemCode, NewItem
from posframe.catalogue.store import Catalogue
from posframe.kernel.domain.entry import Show
from posframe.kernel.domain.quantity import KILOGRAM
from posframe.till import Ports

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from posframe import Outcome

SETTINGS = """\
format = 1

[till]
id = "T01"
currency = "{currency}"
country = "{country}"

[plugins]
enable = [{enable}]

[tax.categories.standard]
taxes = [{{ code = "vat", label = "VAT", rate = "19", included = true }}]

[cash]
denominations = ["0.01", "0.05", "0.10", "0.20", "0.50", "1", "2", "5", "10", "20", "50", "100"]
limit = "500"

[departments.1]
name = "Grocery"
"""
TABLES = {
    "loyalty": '[plugins.loyalty]\ncard_prefix = "9528"\npoints_per = "1.00"\n',
    "inventory": "[plugins.inventory]\nwarn_below_zero = true\n",
    "payments": '[plugins.payments]\nquick_cash = ["5", "10", "20"]\n',
}
ALL = ("payments", "loyalty", "inventory")
ITEMS = (
    NewItem(sku="MILK1", name="Milk", price_minor=129, codes=(ItemCode("4006381333931"),)),
    NewItem(sku="BREAD1", name="Bread", price_minor=1003),
    NewItem(sku="CHEESE1", name="Cheese", price_minor=1990, unit=KILOGRAM, weighed=True),
    NewItem(sku="COLA1", name="Cola", price_minor=150, deposit_sku="DEP25"),
    NewItem(sku="DEP25", name="Deposit", price_minor=25),
    NewItem(sku="PENNY1", name="Penny", price_minor=1),
    NewItem(sku="SWEET1", name="Sweet", price_minor=40),
    NewItem(sku="RADIO1", name="Radio", price_minor=60_000),
)


@attrs.frozen
class Shop:
    """A folder with a till.toml and a catalogue; tills open in it one after the other."""

    folder: Path

    def write(
        self,
        *,
        plugins: tuple[str, ...] = ALL,
        country: str = "DE",
        currency: str = "EUR",
        tables: dict[str, str] | None = None,
    ) -> Shop:
        """Write till.toml."""
        head = SETTINGS.format(
            currency=currency, country=country, enable=", ".join(f'"{name}"' for name in plugins)
        )
        own = {**TABLES, **(tables or {})}
        text = head + "\n".join(own[name] for name in plugins)
        (self.folder / "till.toml").write_text(text, encoding="utf-8")
        if not (self.folder / "catalogue.db").exists():
            with Catalogue.open(self.folder / "catalogue.db", currency=currency) as catalogue:
                catalogue.put(ITEMS, at_us=0)
        return self


class Cashier:
    """Types entry lines at a till and remembers what came of the last one."""

    def __init__(self, till: Till) -> None:
        self.till = till
        self.session = Session(till)

    def __call__(self, *entries: str) -> Outcome:
        """Type entries, all of which are taken; return what became of the last command."""
        outcome = None
        for entry in entries:
            outcome = self.attempt(entry) or outcome
            assert outcome is None or outcome.accepted, f"{entry}: {outcome}"
        assert outcome is not None
        return outcome

    def attempt(self, entry: str) -> Outcome | None:
        """Type one entry, taken or refused; None: it only changed the screen."""
        command = self.session.read(entry)
        if isinstance(command, Show):
            assert command.screen in {"sale", "payment"}, f"{entry} means {command}"
            self.session.show(command)
            return None
        outcome = self.till.do(command)
        self.session.after(command, outcome)
        return outcome

    def refused(self, entry: str) -> str:
        """Type an entry that is refused, and return the words and the hint."""
        before = self.till.state
        try:
            outcome = self.attempt(entry)
        except RuleViolation as error:
            return str(error)
        assert outcome is not None
        assert not outcome.accepted, outcome.words
        assert self.till.state == before, "a refusal changes nothing"
        return f"{outcome.words} ({outcome.hint})"

    def rows(self, sql: str, *parameters: Any) -> list[tuple[Any, ...]]:
        """Read from the till's database, on the engine thread."""
        return self.till.call(lambda: self.till.parts.journal.query(sql, parameters))

    def events(self, name: str) -> list[Any]:
        """Return the events of one name, from the journal."""
        rows = self.till.call(lambda: list(self.till.parts.journal.read()))
        return [row.event for row in rows if row.name == name]

    def catch_up(self) -> None:
        """Let the read models that are behind fold what they missed."""
        while self.till.call(self.till.parts.journal.catch_up):
            pass


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return Shop(tmp_path)


@pytest.fixture
def open_till(shop: Shop) -> Iterator[Callable[..., Cashier]]:
    """Open a till in the shop's folder, closing the one before; settings as ``Shop.write``."""
    opened: list[Till] = []

    def open_(**settings: Any) -> Cashier:
        if opened:
            opened.pop().close()
        shop.write(**settings)
        opened.append(Till.open(shop.folder, Ports(effects=False)))
        return Cashier(opened[0])

    yield open_
    for till in opened:
        till.close()


@pytest.fixture
def cashier(open_till: Callable[..., Cashier]) -> Cashier:
    return open_till()
