"""Reading a till from outside: its shop, its goods and its past sales, for commands that ask.

Nothing is written, and the till may be running: files are opened for reading only. A plugin's
commands use it by its public names.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Self

import attrs

from posframe.assembly import ShopContext
from posframe.catalogue.store import Catalogue
from posframe.config import TillConfig, load_config
from posframe.errors import JournalUnavailable
from posframe.kernel.activation import Hooks
from posframe.kernel.contracts import TenderType
from posframe.kernel.domain.adjusting import readjusted
from posframe.kernel.domain.basket import Basket
from posframe.kernel.domain.transaction import Transaction
from posframe.kernel.domain.views import SaleView
from posframe.plugins import make_plugins
from posframe.store.codec import Codec
from posframe.store.database import open_reader, translated
from posframe.store.journal import recorded_of
from posframe.till import CATALOGUE_FILE, JOURNAL_FILE
from posframe.value import Value

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from posframe.kernel.domain.basket import LineItem
    from posframe.kernel.domain.sale_events import TransactionCompleted
    from posframe.kernel.domain.tax import TaxPolicy
    from posframe.kernel.ports import Recorded

_ROWS = (
    "SELECT seq, action, command, name, version, wall_us, business_date, actor, transaction_id, "
    "body FROM journal WHERE wall_us >= ? AND wall_us < ? AND name IN ({}) ORDER BY seq"
)
_TABLE = "SELECT name FROM sqlite_master WHERE type = 'table' AND name = 'journal'"
_FOR_EVER_US = 2**62
_DATABASE_MARK = b"SQLite format 3\0"


class JournalReader:
    """The past of a till, event by event; a context manager."""

    def __init__(self, path: Path) -> None:
        """Open the journal at ``path``: the file, or the folder of a till.

        Raises:
            JournalError: there is none, or it cannot be read.
        """
        file = path / JOURNAL_FILE if path.is_dir() else path
        if not _is_database(file):
            raise _no_journal(path)
        self._connection = open_reader(file)
        with translated():
            tables = self._connection.execute(_TABLE).fetchall()
        if not tables:
            self._connection.close()
            raise _no_journal(path)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def read(
        self, *kinds: type, from_us: int = 0, until_us: int = _FOR_EVER_US
    ) -> Iterator[Recorded]:
        """Yield the rows of these classes of events, in order, as they are asked for.

        Args:
            kinds: classes marked with ``event``.
            from_us: the first moment, in microseconds since 1970 UTC.
            until_us: the first moment that is too late.
        """
        codec = Codec(kinds)
        names = [str(getattr(kind, "event_name", "")) for kind in kinds]
        sql = _ROWS.format(", ".join("?" * len(names)))
        with translated():
            for row in self._connection.execute(sql, (from_us, until_us, *names)):
                yield recorded_of(row, codec)

    def count(self, kind: type, *, from_us: int = 0, until_us: int = _FOR_EVER_US) -> int:
        """Return how many rows ``read`` would yield: for showing how far a long reading is."""
        sql = "SELECT count(*) FROM journal WHERE wall_us >= ? AND wall_us < ? AND name = ?"
        name = str(getattr(kind, "event_name", ""))
        with translated():
            row: Any = self._connection.execute(sql, (from_us, until_us, name)).fetchone()
        return int(row[0])


def _is_database(file: Path) -> bool:
    try:
        with file.open("rb") as opened:
            return opened.read(len(_DATABASE_MARK)) == _DATABASE_MARK
    except OSError:
        return False


def _no_journal(path: Path) -> JournalUnavailable:
    return JournalUnavailable(
        f"{path} holds no journal", hint="name a till's folder, or its till.db"
    )


def sale_before_offers(completed: TransactionCompleted) -> SaleView:
    """Return a completed sale as price rules saw it at its total, before any offer."""
    return SaleView(transaction_before_offers(completed))


def transaction_before_offers(completed: TransactionCompleted) -> Transaction:
    """Return a completed sale as it stood at its total, without offers and discounts on all of it.

    Lines keep their numbers, prices and own discounts; a line that was taken back is a voided one.
    Goods that came back cost what they did when they were sold: their lines stay as they are.
    The tender meant is what was recorded, or else the medium that all of it was paid by.
    """
    paid_by = {tender.type for tender in completed.tenders}
    only = next(iter(paid_by)) if len(paid_by) == 1 else ""
    by_number = {sold.line.number: sold.line for sold in completed.lines}
    basket = Basket(completed.policy)
    for number in range(1, max(by_number, default=0) + 1):
        line = by_number.get(number)
        if line is None:
            gap = next(iter(by_number.values()))
            basket = basket.with_line(attrs.evolve(gap, number=number, voided=True))
        else:
            basket = basket.with_line(_line_before_offers(line, completed.policy))
    return Transaction(
        id=completed.transaction,
        number=completed.number,
        kind=completed.kind,
        opened_us=completed.opened_us,
        operator=completed.operator,
        currency=completed.currency,
        basket=basket,
        customer=completed.customer,
        customer_label=completed.customer_label,
        customer_plugin=completed.customer_plugin,
        customer_groups=completed.customer_groups,
        coupons=completed.coupons,
        totalled=True,
        tender_meant=completed.tender_meant or only,
    )


def _line_before_offers(line: LineItem, policy: TaxPolicy) -> LineItem:
    if line.back is not None:
        return line
    return readjusted(attrs.evolve(line, deal_minor=0), policy)


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Ware(Value):
    """What the catalogue says of one item, as far as prices are concerned."""

    sku: str
    name: str
    department: str = ""
    codes: tuple[str, ...] = ()
    price_minor: int | None = None
    """Of one unit, by the catalogue itself; None: it is keyed, or there is none now."""
    floor_minor: int = 0
    weighed: bool = False


@attrs.frozen(kw_only=True, eq=False, repr=False)
class ShopReader(Value):
    """A till's settings and goods, read without starting it."""

    config: TillConfig
    tenders: tuple[str, ...]
    """Ids of the tender types it takes."""
    tender_types: tuple[TenderType, ...] = ()
    """The tender types themselves, in the same order."""

    @property
    def folder(self) -> Path:
        """The till's folder."""
        return self.config.folder

    @property
    def currency(self) -> str:
        """ISO 4217 code."""
        return self.config.till.currency

    @property
    def timezone(self) -> str:
        """IANA name of the shop's time zone."""
        return self.config.till.timezone

    @property
    def store(self) -> str:
        """The store the till is in."""
        return self.config.till.store

    def settings(self, plugin: str) -> Mapping[str, Any]:
        """Return the table ``[plugins.NAME]`` as it stands in till.toml."""
        found: Mapping[str, Any] = self.config.plugins.get(plugin, {})
        return found

    def wares(self) -> Iterator[Ware]:
        """Yield all that can be sold today, at today's prices of the catalogue itself.

        Raises:
            ConfigurationError: the till has no catalogue.
            DataError: it is damaged.
        """
        path = self.config.folder / CATALOGUE_FILE
        now_us = time.time_ns() // 1000
        with Catalogue.open(path, currency=self.currency, read_only=True) as catalogue:
            for item in catalogue.items(at_us=now_us):
                if item.active:
                    yield Ware(
                        sku=item.sku,
                        name=item.name,
                        department=item.department,
                        codes=tuple(entry.code for entry in item.codes),
                        price_minor=None if item.open_price else item.price_minor,
                        floor_minor=item.floor_minor,
                        weighed=item.weighed,
                    )


def read_shop(folder: Path, *, without: str = "") -> ShopReader:
    """Return the shop of the till in ``folder``.

    Args:
        folder: it holds ``till.toml``.
        without: a plugin that is not made: the one that asks, whose settings may be what is wrong.

    Raises:
        ConfigurationError: the settings, or a plugin that they name, cannot be used.
    """
    config = load_config(folder)
    enabled = [name for name in config.enabled if name != without]
    tables = {name: table for name, table in config.plugins.items() if name != without}
    others = attrs.evolve(config, plugins={**tables, "enable": enabled})
    hooks = Hooks(make_plugins(others, lambda _: ShopContext(config)))
    types = tuple(each for _, found in hooks.collect("posframe_tender_types") for each in found)
    return ShopReader(
        config=config, tenders=tuple(each.rule.id for each in types), tender_types=types
    )
