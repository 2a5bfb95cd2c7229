"""``posframe prices``: price lists beside the items' own prices."""

from __future__ import annotations

import sys
import zoneinfo
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import attrs
from cyclopts import App, Parameter

from posframe.cli.catalogue import config_of, now_us, open_catalogue, price_text
from posframe.cli.lines import paragraph, printable, table
from posframe.errors import ConfigurationError, DataError, RuleViolation

if TYPE_CHECKING:
    from collections.abc import Callable

    from posframe.catalogue.price_import import PriceImport
    from posframe.catalogue.price_lists import ListPrice, PriceList, PriceQuery
    from posframe.catalogue.store import Catalogue
    from posframe.kernel.domain.item import Item
    from posframe.kernel.domain.views import FoundPrice

app = App(name="prices", help="Price lists: import, export, and say which price counts.")

Till = Annotated[Path, Parameter(name="--till")]

_ERRORS_SHOWN = 100


@attrs.frozen(kw_only=True)
class Terms:
    """What may be said about a list; what is left out stays as it is."""

    name: str | None = None
    """For people."""
    groups: str | None = None
    """The customer groups it is for, with commas between them; "" for everyone."""
    stores: str | None = None
    """The stores it is for, as in till.store, with commas between them; "" for all."""
    from_: Annotated[str | None, Parameter(name="--from")] = None
    """The first day it holds, or a moment: 2026-12-01, "2026-12-01 18:00"; "" for always."""
    until: str | None = None
    """The last day it holds, or the moment it ends; "" for ever."""
    priority: int | None = None
    """Where several lists have a price, the highest counts."""


@app.command(name="import")
def import_(
    file: Path,
    *,
    till: Till,
    list_: Annotated[str, Parameter(name="--list")],
    terms: Annotated[Terms, Parameter(name="*")] = Terms(),
    dry_run: Annotated[bool, Parameter(negative="")] = False,
) -> int:
    """Let a price list have just the prices of a CSV file: all of them, or with a bad row none.

    Args:
        file: Its first line names the columns: sku (or code), price, currency, min_quantity, pack,
            per, from, until.
        till: The till's folder.
        list_: The id of the list, which sales record.
        terms: Who it is for, and when.
        dry_run: Only say what would happen.
    """
    from posframe.catalogue.price_import import import_prices

    zone = _zone(till)
    with open_catalogue(till) as catalogue:
        price_list = _changed(catalogue, list_, terms, zone)
        done = import_prices(
            catalogue, file, price_list, zone=zone, at_us=now_us(), dry_run=dry_run
        )
    if done.errors:
        return _show_refused(file, done)
    _show_change(done, price_list, zone)
    _warn(till, price_list)
    return 0


@app.command(name="list")
def list_(*, till: Till) -> None:
    """List the price lists, those that count first on top.

    Args:
        till: The till's folder.
    """
    zone = _zone(till)
    with open_catalogue(till, read_only=True) as catalogue:
        lists = catalogue.price_lists.lists()
    rows = [(each.id, str(count), *_terms(each, zone), each.name) for each, count in lists]
    headers = ("list", "prices", "priority", "groups", "stores", "from", "until", "name")
    table(headers, rows)


@app.command
def show(
    code: str,
    *,
    till: Till,
    at: str = "",
    quantity: str = "",
    group: tuple[str, ...] = (),
    store: str | None = None,
) -> int:
    """Say what is asked for an item, and why: every price of every list, and which one counts.

    Args:
        code: A SKU or barcode; the code of a carton asks for its price.
        till: The till's folder.
        at: A day or moment, such as 2026-12-01 or "2026-12-01 18:00"; now when left out.
        quantity: How much of it is in the sale; what the code sells at once when left out.
        group: A group the customer belongs to; may be given several times.
        store: A store; the till's own when left out.
    """
    from posframe.catalogue.price_dates import beginning_us
    from posframe.catalogue.price_lists import PriceQuery
    from posframe.kernel.domain.quantity import parse_milli

    zone, config = _zone(till), config_of(till)
    here = config.till.store if config else ""
    at_us = beginning_us(at, zone) if at else now_us()
    with open_catalogue(till, read_only=True) as catalogue:
        item, pack_milli = _item(catalogue, code, at_us)
        query = PriceQuery(
            quantity_milli=parse_milli(quantity) if quantity else pack_milli,
            pack_milli=pack_milli,
            groups=group,
            store=here if store is None else store,
            at_us=at_us,
        )
        found = catalogue.price_lists.find(item.sku, query)
        prices = catalogue.price_lists.prices(item.sku)
    _show_found(item, found, catalogue.currency)
    _show_prices(prices, query, catalogue.currency, zone)
    return 0 if found else 1


@app.command
def export(
    file: Path | None = None,
    *,
    till: Till,
    list_: Annotated[str, Parameter(name="--list")],
) -> None:
    """Write a price list as CSV, which import reads back.

    Args:
        file: Where to; to standard output when left out.
        till: The till's folder.
        list_: The id of the list.
    """
    from posframe.catalogue.price_import import export_prices

    zone = _zone(till)
    with open_catalogue(till, read_only=True) as catalogue:
        if catalogue.price_lists.price_list(list_) is None:
            raise RuleViolation(
                f"There is no price list {list_}", hint="posframe prices list names them all"
            )
        if file is None:
            export_prices(catalogue, list_, sys.stdout, zone=zone)
            return
        try:
            with file.open("w", encoding="utf-8", newline="") as out:
                count = export_prices(catalogue, list_, out, zone=zone)
        except OSError as error:
            raise ConfigurationError(
                f"{file} cannot be written: {error.strerror}", hint="Name another file"
            ) from error
    print(f"{count} prices written to {file}")


@app.command
def remove(*, till: Till, list_: Annotated[str, Parameter(name="--list")]) -> None:
    """Take a price list away; what was sold at its prices still says so.

    Args:
        till: The till's folder.
        list_: The id of the list.
    """
    with open_catalogue(till) as catalogue, catalogue.change():
        count = catalogue.price_lists.remove(list_, at_us=now_us())
    print(f"{list_} removed, with {count} prices")


def _zone(till: Path) -> zoneinfo.ZoneInfo:
    config = config_of(till)
    name = config.till.timezone if config else "UTC"
    try:
        return zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ConfigurationError(
            f"till.timezone {name!r} is unknown", hint='write it like "Europe/Berlin"'
        ) from error


def _changed(catalogue: Catalogue, id_: str, terms: Terms, zone: zoneinfo.ZoneInfo) -> PriceList:
    """Return a list as it is, or a new one, with what is said about it now."""
    from posframe.catalogue.price_dates import beginning_us, end_us
    from posframe.catalogue.price_lists import PriceList

    changes: dict[str, Any] = {"name": terms.name, "priority": terms.priority}
    for noun in ("groups", "stores"):
        text = getattr(terms, noun)
        changes[noun] = None if text is None else _names(text)
    known = catalogue.price_lists.price_list(id_) or PriceList(id=id_)
    given = {key: value for key, value in changes.items() if value is not None}
    if terms.from_ is not None:
        given["valid_from_us"] = _moment("--from", terms.from_, beginning_us, zone)
    if terms.until is not None:
        given["valid_until_us"] = _moment("--until", terms.until, end_us, zone)
    return attrs.evolve(known, **given)


def _names(text: str) -> tuple[str, ...]:
    return tuple(sorted({name.strip() for name in text.split(",")} - {""}))


def _moment(
    option: str,
    text: str,
    read: Callable[[str, zoneinfo.ZoneInfo], int],
    zone: zoneinfo.ZoneInfo,
) -> int | None:
    try:
        return read(text, zone) if text else None
    except DataError as error:
        raise DataError(f"{option}: {error.message}", hint=error.hint) from error


def _item(catalogue: Catalogue, code: str, at_us: int) -> tuple[Item, int]:
    """Return an item, and how much of it the code sells."""
    from posframe.catalogue.records import canonical_code

    match = catalogue.find_code(canonical_code(code), at_us)
    if match is not None:
        return match.item, match.quantity_milli
    item = catalogue.find_sku(code, at_us)
    if item is None:
        raise RuleViolation(f"Nothing is known by {code}", hint="Try: posframe catalogue find")
    return item, 1000


def _show_refused(file: Path, done: PriceImport) -> int:
    for error in done.errors[:_ERRORS_SHOWN]:
        column = f"{error.column}: " if error.column else ""
        # One line each: editors follow path and line.
        print(printable(f"{file}:{error.line}: {column}{error.message}"))
    count = len(done.errors)
    more = f", the first {_ERRORS_SHOWN} of them above" if count > _ERRORS_SHOWN else ""
    print(f"Nothing was taken: {count} bad rows{more}")
    return 1


def _show_change(done: PriceImport, price_list: PriceList, zone: zoneinfo.ZoneInfo) -> None:
    change = done.change
    assert change is not None, "no row was refused"
    print(f"Price list {price_list.id}" if done.written else "Nothing was written: a dry run")
    nouns = ("priority", "groups", "stores", "from", "until")
    table(("", ""), zip(nouns, _terms(price_list, zone), strict=True))
    print(f"{change.added} new, {change.unchanged} unchanged, {change.removed} removed")


def _warn(till: Path, price_list: PriceList) -> None:
    """Say what surely is a slip: a list that has no effect at this till."""
    config = config_of(till)
    if price_list.stores and config and config.till.store not in price_list.stores:
        paragraph(f"This till is of {config.till.store!r}, which is none of the list's stores")
    if price_list.valid_until_us is not None and price_list.valid_until_us <= now_us():
        paragraph("The list has ended already")


def _terms(price_list: PriceList, zone: zoneinfo.ZoneInfo) -> tuple[str, ...]:
    return (
        str(price_list.priority),
        ", ".join(price_list.groups) or "everyone",
        ", ".join(price_list.stores) or "all",
        _date(price_list.valid_from_us, zone),
        _date(price_list.valid_until_us, zone),
    )


def _date(at_us: int | None, zone: zoneinfo.ZoneInfo) -> str:
    from posframe.catalogue.price_dates import date_text

    return "" if at_us is None else date_text(at_us, zone)


def _show_found(item: Item, found: FoundPrice | None, currency: str) -> None:
    if found is None:
        print(f"{item.sku} {item.name}: no price")
        return
    asked = price_text(found.price_minor, currency)
    by = f"list {found.price_list}" if found.price_list else "the item's own price"
    per = _per(found.price_per_milli, item)
    print(f"{item.sku} {item.name}: {asked} {currency}{per}, by {by} (price {found.version})")


def _per(per_milli: int, item: Item) -> str:
    from posframe.kernel.domain.quantity import Quantity

    return "" if per_milli == 1000 else f" for {Quantity(per_milli, item.unit)}"


def _show_prices(
    prices: list[ListPrice], query: PriceQuery, currency: str, zone: zoneinfo.ZoneInfo
) -> None:
    from posframe.catalogue.price_lists import best_price, standing
    from posframe.kernel.domain.quantity import format_milli

    best = best_price(prices, query)
    rows = [
        (
            each.price_list.id,
            str(each.price_list.priority),
            price_text(each.price_minor, currency),
            format_milli(each.per_milli),
            format_milli(each.minimum_milli),
            format_milli(each.pack_milli),
            _date(each.valid_from_us, zone),
            _date(each.valid_until_us, zone),
            standing(each, best, query),
        )
        for each in prices
    ]
    if rows:
        headers = ("list", "priority", "price", "per", "from quantity", "pack", "from", "until", "")
        table(headers, rows)
