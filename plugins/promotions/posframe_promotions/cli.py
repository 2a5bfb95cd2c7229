"""``posframe promotions``: check offers before they are switched on, and try them on past sales."""

from __future__ import annotations

import json
import sys
import time
import zoneinfo
from contextlib import closing
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

from cyclopts import App, Parameter

from posframe import DataError, JournalReader, events, read_shop
from posframe_promotions.listing import PLUGIN, currency_of, offers_of_paths, offers_of_shop

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import tzinfo

    from posframe import ShopReader
    from posframe_promotions.check_findings import Listed
    from posframe_promotions.rule import OfferRule

CONFIG_FILE: Final = "till.toml"
CATALOGUE_FILE: Final = "catalogue.db"
_FOUND: Final = 1
_STEP_SALES: Final = 500
_NO_END_US: Final = 2**62

app = App(name="promotions", help="Check offers, and try them on past sales.")

Json = Annotated[bool, Parameter(name="--json", negative="")]


@app.command
def check(*files: Path, till: Path | None = None, json_: Json = False) -> int:
    """Say what is wrong or unwise with offers: impossible, shadowed, overlapping, too cheap.

    Exit status 0: nothing wrong. 1: an offer never applies, or sells below a floor. 2: a file
    cannot be read.

    Args:
        files: Files of offers; without them, those that the till names.
        till: The till's folder, for its goods, prices and tenders; the till may be running.
        json_: Write all that was found as JSON.
    """
    from posframe_promotions import check_showing
    from posframe_promotions.checking import check_offers

    folder = till if till is not None or files else Path()
    shop = None if folder is None else read_shop(folder, without=PLUGIN)
    offers, currency = _offers(files, shop)
    shelf = _shelf(shop)
    report = check_offers(offers, shelf, _surroundings(shop, currency))
    if json_:
        _write([json.dumps(check_showing.as_json(report), ensure_ascii=False)])
    else:
        _write(check_showing.as_lines(report))
        if not shelf.is_known:
            _write(["Goods and prices were not looked at: --till DIR names a till that has them."])
    return _FOUND if report.has_errors else 0


@app.command
def simulate(
    *,
    from_: Annotated[Path, Parameter(name="--from")],
    offers: Annotated[tuple[Path, ...], Parameter(consume_multiple=True, negative="")] = (),
    since: str = "",
    until: str = "",
    json_: Json = False,
) -> int:
    """Price past sales anew with offers, beside what was given then; nothing is changed.

    Args:
        from_: A till's folder, or its journal; the till may be running.
        offers: Files of offers; without them, those that the till names now.
        since: The first day, like 2026-11-01.
        until: The last day.
        json_: Write all sums as JSON.
    """
    from posframe_promotions import simulate_showing
    from posframe_promotions.simulating import Simulator

    if not from_.exists():
        raise DataError(f"{from_} does not exist", hint="name a till's folder, or its journal")
    folder = from_ if from_.is_dir() else from_.parent
    shop = read_shop(folder, without=PLUGIN) if (folder / CONFIG_FILE).is_file() else None
    listed, currency = _offers(offers, shop)
    zone = _zone(shop)
    span = _span(since, until, zone)
    simulator = Simulator(_rule(listed, shop, zone), currency=currency, zone=zone)
    with JournalReader(from_) as journal:
        kind = events.TransactionCompleted
        count = journal.count(kind, from_us=span[0], until_us=span[1])
        rows = journal.read(kind, from_us=span[0], until_us=span[1])
        with closing(_Progress(count)) as progress:
            for row in rows:
                simulator.add(row.event)
                progress.step()
    if json_:
        _write([json.dumps(simulate_showing.as_json(simulator.result, currency))])
    else:
        _write(simulate_showing.as_lines(simulator.result, currency))
    return 0


def _offers(files: tuple[Path, ...], shop: ShopReader | None) -> tuple[list[Listed], str]:
    """Return the offers a command is about, and the currency of their amounts."""
    if files:
        currency = currency_of(files[0]) if shop is None else shop.currency
        return offers_of_paths(files, currency), currency
    if shop is None:
        raise DataError(
            "There are no offers to try", hint="name files of offers: --offers offers.toml"
        )
    return offers_of_shop(shop), shop.currency


def _shelf(shop: ShopReader | None) -> Any:  # noqa: ANN401 - a Shelf, imported when it is needed
    from posframe_promotions.check_goods import Shelf

    has_goods = shop is not None and (shop.folder / CATALOGUE_FILE).is_file()
    return Shelf(shop.wares() if shop is not None and has_goods else None)


def _surroundings(shop: ShopReader | None, currency: str) -> Any:  # noqa: ANN401 - as above
    from posframe_promotions.check_impossible import Surroundings

    return Surroundings(
        currency=currency,
        zone=_zone(shop),
        at_us=time.time_ns() // 1000,
        tenders=None if shop is None else shop.tenders,
    )


def _rule(listed: list[Listed], shop: ShopReader | None, zone: tzinfo) -> OfferRule:
    """Return the till's own price rule for the offers of its store."""
    from posframe_promotions.plugin import TOTAL_MS
    from posframe_promotions.rule import Limits, OfferRule
    from posframe_promotions.solving import TRANSITIONS_PER_MS, Limit

    settings = {} if shop is None else shop.settings(PLUGIN)
    store = "" if shop is None else shop.store
    limit = Limit(int(settings.get("total_ms", TOTAL_MS)) * TRANSITIONS_PER_MS)
    here = [each.offer for each in listed if not each.offer.stores or store in each.offer.stores]
    return OfferRule(here, zone=zone, limits=Limits(scan=limit, total=limit))


def _zone(shop: ShopReader | None) -> tzinfo:
    return zoneinfo.ZoneInfo("UTC" if shop is None else shop.timezone)


def _span(since: str, until: str, zone: tzinfo) -> tuple[int, int]:
    """Return the first moment of a span of days, and the first behind it."""
    first = _midnight_us(_day(since, "--since"), zone) if since else 0
    behind = _midnight_us(_day(until, "--until") + timedelta(days=1), zone) if until else _NO_END_US
    if first >= behind:
        raise DataError("--until is before --since", hint="swap the two")
    return first, behind


def _day(text: str, option: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise DataError(
            f"{option} {text!r} is no day: {error}", hint="write it like 2026-11-30"
        ) from error


def _midnight_us(day: date, zone: tzinfo) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=zone).timestamp()) * 1_000_000


def _write(lines: Iterable[str]) -> None:
    for line in lines:
        sys.stdout.write(f"{line}\n")


class _Progress:
    """Says on a terminal how far a long journal is read."""

    def __init__(self, count: int) -> None:
        self._count = count
        self._done = 0
        self._is_shown = sys.stderr.isatty() and count > _STEP_SALES

    def step(self) -> None:
        self._done += 1
        if self._is_shown and self._done % _STEP_SALES == 0:
            sys.stderr.write(f"\r{self._done} of {self._count} sales")
            sys.stderr.flush()

    def close(self) -> None:
        if self._is_shown:
            sys.stderr.write("\r\033[K")
