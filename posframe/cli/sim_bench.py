"""What ``posframe sim bench`` puts on the bench, and what it says of the till beside it."""

from __future__ import annotations

import csv
import itertools
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

from posframe.errors import ConfigurationError
from posframe.hal.simulators.bench import SETTINGS_FILE, Bench

DEVICES = ("printer=escpos", "display=escpos-display", "scanner=scanner", "scale=mt8217")
CODES_MAX = 10_000
GTIN_DIGITS = 14
"""Shorter codes of a catalogue are keyed, not scanned."""


def bench_of(folder: Path, wanted: Iterable[str]) -> Bench:
    """Return a bench with the devices that are wanted, or the usual ones.

    Raises:
        ConfigurationError: a device or its place cannot be read, or its simulator is unknown.
    """
    from posframe.hal.registry import simulator_spec

    specs, places = {}, {}
    for words in tuple(wanted) or DEVICES:
        name, equals, rest = words.partition("=")
        simulator, _, place = rest.partition("@")
        if not (equals and name and simulator) or name in specs:
            raise ConfigurationError(
                f"The device {words!r} cannot be read", hint=f"write each once, as {DEVICES[0]}"
            )
        specs[name] = simulator_spec(simulator)
        places[name] = place
    return Bench(folder, specs, places)


def notice(folder: Path, till: Path | None) -> tuple[str, ...]:
    """Return how to bring a till to the bench, line by line."""
    where = till / "till.toml" if till else Path("till.toml")
    return (
        f"Copy {folder / SETTINGS_FILE} over the [devices] tables in {where},",
        f"then in another terminal: posframe run --till {till or 'FOLDER'}",
    )


def shop_codes(till: Path | None) -> tuple[tuple[str, str], ...]:
    """Return codes, as printed on goods, and names: the till's own, or the demonstration shop's.

    Raises:
        PosframeError: the till's settings or goods cannot be read.
    """
    pairs = _demo_codes() if till is None else _codes_of(till)
    return tuple(itertools.islice(pairs, CODES_MAX))


def _demo_codes() -> Iterator[tuple[str, str]]:
    from posframe.demo import products_path

    with products_path().open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            yield from ((code, row["name"]) for code in row["codes"].split("|") if code)


def _codes_of(till: Path) -> Iterator[tuple[str, str]]:
    from posframe.catalogue.store import Catalogue
    from posframe.config import load_config
    from posframe.till import CATALOGUE_FILE

    config = load_config(till)
    path = till / CATALOGUE_FILE
    with Catalogue.open(path, currency=config.till.currency, read_only=True) as catalogue:
        for item in catalogue.items(at_us=time.time_ns() // 1000):
            gtins = (entry.code for entry in item.codes if len(entry.code) == GTIN_DIGITS)
            yield from ((_printed(gtin), item.name) for gtin in gtins if gtin.isdecimal())


def _printed(code: str) -> str:
    """Return a GTIN of a catalogue as long as it is printed: with 8, 12, 13 or 14 digits."""
    bare = code.lstrip("0")
    length = next(each for each in (8, 12, 13, 14) if len(bare) <= each)
    return bare.zfill(length)
