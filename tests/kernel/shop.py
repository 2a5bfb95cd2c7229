"""A till in a folder that can be opened, closed and left as a crash leaves it."""

from __future__ import annotations

from unittest import mock

from posframe import assembly
from posframe.kernel.activation import ActivePlugin
from posframe.kernel.domain.basket import OfferRow
from posframe.kernel.domain.item import Item
from posframe.kernel.domain.quantity import KILOGRAM
from posframe.kernel.domain.views import FoundItem
from posframe.kernel.engine import Submission
from posframe.store.journal import StoreOptions
from posframe.testing.ports import ManualClock
from posframe.till import Ports, Till

SETTINGS = """\
format = 1

[till]
id = "T01"
currency = "EUR"

[plugins]
enable = [{plugins}]

[tax.categories.standard]
taxes = [{{ code = "vat19", label = "VAT 19 %", rate = "19", included = true }}]

[tax.categories.reduced]
taxes = [{{ code = "vat7", label = "VAT 7 %", rate = "7", included = true }}]

[tax.categories."on top"]
taxes = [{{ code = "sales", label = "Sales tax", rate = "4.225", included = false }}]

[cash]
float = "150.00"
round_to = "0.05"

[departments.1]
name = "Grocery"

[limits]
quantity = "99"
line = "5000.00"
sale = "9000.00"

[devices.printer]
uri = "escpos+virtual:receipts"

[devices.drawer]
uri = "drawer+on://printer"
"""
FLOAT_MINOR = 15_000
STEP_MINOR = 5
SIX_PENS = "8006"
ITEMS = {
    each.sku: each
    for each in (
        Item(sku="PEN", name="Pen", unit_price_minor=99),
        Item(sku="MILK", name="Milk", unit_price_minor=129, tax_category="reduced"),
        Item(sku="LAMP", name="Lamp", unit_price_minor=4_567, tax_category="on top"),
        Item(sku="HAM", name="Ham", unit_price_minor=1_990, unit=KILOGRAM, weighed=True),
        Item(sku="COLA", name="Cola", unit_price_minor=150, deposit_sku="DEP"),
        Item(sku="DEP", name="Deposit", unit_price_minor=25),
        Item(sku="BEER", name="Beer", unit_price_minor=199, minimum_age_years=16),
        Item(sku="GIN", name="Gin", unit_price_minor=1_799, minimum_age_years=18),
        Item(sku="REPAIR", name="Repair", unit_price_minor=None),
        Item(sku="GIFT", name="Gift", unit_price_minor=0),
    )
}


class PlainCatalogue:
    """A few goods in a dictionary, behind the methods a till asks its catalogue by."""

    def __init__(self, items=ITEMS):
        self.items = dict(items)

    def find(self, code, aim, at_us):
        if code == SIX_PENS:
            return FoundItem(item=self.items["PEN"], code=code, quantity_milli=6_000)
        item = self.items.get(code)
        return FoundItem(item=item, code=code) if item else None

    def search(self, text, limit, at_us):
        return ()

    def close(self):
        return


class PenOffers:
    """Two offers: every third pen is free, and 1.00 off the goods of a sale above 50.00."""

    def price(self, sale, changed):
        pens = sorted(sale.lines_of("PEN"), key=lambda line: (-line.unit_price_minor, -line.number))
        pieces = [line for line in pens for _ in range(line.quantity_milli // 1000)]
        shares = {}
        for line in pieces[2::3]:
            saved = shares.get(line.number, 0) - line.unit_price_minor
            shares[line.number] = max(saved, -line.discountable_of(line.list_minor))
        found = tuple(sorted(each for each in shares.items() if each[1]))
        yield OfferRow("pens", "3 for 2", sum(minor for _, minor in found), found)
        dear = sum(line.amount_minor for line in sale.lines() if line.discountable) > 5_000
        yield OfferRow("dear", "1.00 off", -100 if dear else 0)


def write_settings(folder, *, plugins=("payments",), more=""):
    """Write the till.toml of a test till."""
    named = ", ".join(f'"{name}"' for name in plugins)
    (folder / "till.toml").write_text(SETTINGS.format(plugins=named) + more, encoding="utf-8")


def open_till(folder, *, clock=None, ids=None, path=":memory:", items=ITEMS, **ports):
    """Open the till in ``folder``, which has its settings; nothing outside is touched."""
    chosen = {
        "clock": clock or ManualClock(),
        "ids": ids,
        "store": StoreOptions(path=path, synchronous="OFF"),
        "catalogue": PlainCatalogue(items),
        "effects": False,
        "lock": False,
    }
    return Till.open(folder, Ports(**{**chosen, **ports}))


def crash(till):
    """Leave a till as a power cut leaves it: no checkpoint, nothing tidied."""
    till.parts.engine.checkpoint = lambda: None
    till.close()


def with_offers(till, rule):
    """Let a plugin of the till's propose ``rule``'s offers."""
    till.hooks.price_rules.append((till.hooks.plugins[0], rule))
    return till


def rows_of(till, after=0):
    """Return the journal's rows behind ``after`` as the database holds them."""
    sql = "SELECT * FROM journal WHERE seq > ? ORDER BY seq"
    return till.call(lambda: list(till.parts.journal.query(sql, (after,))))


def recorded_of(till):
    """Return the journal's rows decoded."""
    return till.call(lambda: list(till.parts.journal.read()))


def events_of(till, kind):
    """Return the events of one class, in order."""
    return [row.event for row in recorded_of(till) if isinstance(row.event, kind)]


def with_plugins(**plugins):
    """Let tills opened in this block have more plugins: objects, or factories of a context."""
    real = assembly.make_plugins

    def make(config, context_for):
        made = real(config, context_for)
        for name, plugin in plugins.items():
            context = context_for(name)
            object_ = plugin(context) if isinstance(plugin, type) else plugin
            criticality = getattr(object_, "criticality", "degradable")
            made.append(ActivePlugin(name, "1.0", object_, criticality, "test"))
        return made

    return mock.patch.object(assembly, "make_plugins", make)


def group(till, *commands, ids=None):
    """Execute commands as one group, that is with one commit; return their outcomes."""
    made = ids or [till.parts.ids.next(till.parts.clock.wall_us()) for _ in commands]
    submissions = [
        Submission(command=command, id=id_, operator="7")
        for command, id_ in zip(commands, made, strict=True)
    ]
    return till.call(lambda: till.parts.engine.execute(submissions))
