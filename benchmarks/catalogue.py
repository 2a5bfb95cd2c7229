"""Measure the catalogue at any size: import, opening, look-up by code, search, memory.

Run ``python -m benchmarks.catalogue --skus 1000000``. The anchors, a look-up by primary key in bare
SQLite and a read of a small file, take turns with ours, so that a busy machine slows both.
"""

from __future__ import annotations

import argparse
import csv
import os
import random
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING

from posframe.catalogue.importer import ImportOptions, import_csv
from posframe.catalogue.store import Catalogue
from posframe.kernel.domain.identifiers import check_digit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

AT_US = 1_800_000_000_000_000
ROUNDS = 5
SYLLABLES = (
    "ka lo mi ter son ber val do ri na scho tt el or an us bro kel wein fla spe zu po mar gen hol"
    " ste li fru ch ap fel nuss sal at ba gu ett cre me pan io ki wi bou ill on sau erd"
)
NOUNS = (
    "milk chocolate bread water juice coffee tea cheese butter yoghurt rice pasta oil sugar salt"
    " apple tomato onion chicken beef fish sausage ham egg flour biscuit cereal honey jam soap"
    " shampoo detergent paper Käse Öl Brötchen Müsli crème purée jalapeño"
)
ADJECTIVES = (
    "organic fresh whole light dark smoked dried frozen mild hot sweet salted unsalted roasted"
    " ground sliced family classic premium natural bio entière allégé süß"
)
SIZES = "250 g,500 g,1 kg,750 ml,1 l,330 ml,6 x 0.5 l,100 g,75 cl,200 g,12 pcs"
HEADER = "sku,name,brand,department,unit,price,tax_category,gtin,minimum_age_years,weighed"


def main() -> None:
    """Build a shop, measure it, print a table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--skus", type=int, default=1_000_000)
    parser.add_argument("--folder", type=Path, help="keep the files here; made when missing")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.folder or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        measure(folder, options.skus)


def measure(folder: Path, skus: int) -> None:
    """Print every figure for a catalogue of ``skus`` items."""
    source, path = folder / f"items-{skus}.csv", folder / f"catalogue-{skus}.db"
    if not source.exists():
        write_items(source, skus)
    print(f"{skus:,} SKUs; load {os.getloadavg()[0]:.2f}; {os.cpu_count()} cores")
    if not path.exists():
        measure_import(source, path)
    measure_opening(path)
    with Catalogue.open(path, read_only=True) as catalogue:
        measure_look_up(catalogue, source, folder)
        measure_search(catalogue, source)
    print(f"file {path.stat().st_size / 1e6:.0f} MB")


def write_items(path: Path, skus: int) -> None:
    """Write a CSV of invented items whose words are as unevenly common as real ones."""
    choose = random.Random(1)
    words = Words(choose, skus)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER.split(","))
        for number in range(skus):
            digits = f"4{number * 7919 % 10**11:011d}"
            price = f"{choose.randint(0, 49)}.{choose.choice('0123456789')}9"
            writer.writerow([
                f"A{number:07d}", words.name(), words.brand(), f"dept{number % 40}",
                "kg" if number % 50 == 0 else "pcs", price, ("standard", "reduced")[number % 2],
                digits + check_digit(digits), (0, 18)[number % 30 == 0], int(number % 50 == 0),
            ])  # fmt: skip


class Words:
    """Invents names: common words often, rare ones seldom, compounds that occur nowhere else."""

    def __init__(self, choose: random.Random, skus: int) -> None:
        self._choose = choose
        self._syllables, self._adjectives = SYLLABLES.split(), ADJECTIVES.split()
        self._sizes = SIZES.split(",")
        self._nouns = NOUNS.split() + [self._compound(2, 4) for _ in range(min(skus, 60_000))]
        self._brands = [self._compound(2, 3).title() for _ in range(5000)]
        self._noun_weights = list(accumulate(1 / (n + 5) for n in range(len(self._nouns))))
        self._brand_weights = list(accumulate(1 / (n + 10) for n in range(len(self._brands))))

    def name(self) -> str:
        """Return an adjective, two nouns and a size."""
        pick = self._choose.choices
        nouns = pick(self._nouns, cum_weights=self._noun_weights, k=2)
        return " ".join([*pick(self._adjectives), *nouns, *pick(self._sizes)]).capitalize()

    def brand(self) -> str:
        """Return a brand."""
        return self._choose.choices(self._brands, cum_weights=self._brand_weights)[0]

    def _compound(self, shortest: int, longest: int) -> str:
        length = self._choose.randint(shortest, longest)
        return "".join(self._choose.choices(self._syllables, k=length))


def measure_import(source: Path, path: Path) -> None:
    """Import into an empty catalogue, then the same file again, then as a dry run."""
    with Catalogue.open(path) as catalogue:
        for name, options in (
            ("import, dry run", ImportOptions(dry_run=True)),
            ("import into an empty catalogue", ImportOptions()),
            ("import again, nothing changed", ImportOptions()),
        ):
            start = time.perf_counter()
            report = import_csv(catalogue, source, options, at_us=AT_US)
            seconds = time.perf_counter() - start
            print(f"{name:<34} {seconds:6.1f} s  {report.rows / seconds:9,.0f} rows/s")
            assert report.refused == 0, report.errors[:3]
    print(f"{'memory of the importing process':<34} {_memory_mb():6.0f} MB at most")


def measure_opening(path: Path) -> None:
    """Open in a fresh process, as a till does: time and memory beyond the import of the modules."""
    script = (
        "import sys, time, resource\n"
        "from pathlib import Path\n"
        "from posframe.catalogue.store import Catalogue\n"
        "memory = lambda: int(open('/proc/self/statm').read().split()[1]) * 4\n"
        "before = memory(); start = time.perf_counter()\n"
        "catalogue = Catalogue.open(Path(sys.argv[1]))\n"
        "opened = time.perf_counter()\n"
        "catalogue.find_code('04006381333931', 1)\n"
        "found = time.perf_counter()\n"
        "catalogue.search('mil', at_us=1)\n"
        "print((opened - start) * 1e3, (found - opened) * 1e3,"
        " (time.perf_counter() - found) * 1e3, memory() - before)\n"
    )
    runs = []
    for _ in range(ROUNDS):
        done = subprocess.run(
            [sys.executable, "-c", script, str(path)], check=True, capture_output=True, text=True
        )
        runs.append([float(figure) for figure in done.stdout.split()])
    opened, found, searched, memory = (
        sorted(column)[ROUNDS // 2] for column in zip(*runs, strict=True)
    )
    print(f"open {opened:.1f} ms, first look-up {found:.2f} ms, first search {searched:.1f} ms")
    print(f"memory of opening and the first look-up and search: {memory / 1024:.1f} MB")


def measure_look_up(catalogue: Catalogue, source: Path, folder: Path) -> None:
    """Look up codes at random, in turns with the anchors."""
    items = _sample(source, 20_000)
    codes = [item["gtin"].zfill(14) for item in items]
    bare = _bare_table(folder / "bare.db", codes)
    small = folder / "small.txt"
    small.write_text("x" * 200)

    def read_file(_: str) -> object:
        with small.open("rb", buffering=0) as file:
            return file.read()

    contestants: dict[str, Callable[[str], object]] = {
        "anchor: bare SQLite key": lambda code: bare.execute(
            "SELECT sku FROM bare WHERE code = ?", (code,)
        ).fetchall(),
        "anchor: read a small file": read_file,
        "find_code": lambda code: catalogue.find_code(code, AT_US),
        "find_code, not there": lambda code: catalogue.find_code("9" + code[1:], AT_US),
    }
    timings: dict[str, list[float]] = {name: [] for name in contestants}
    for _ in range(ROUNDS):
        for name, act in contestants.items():
            timings[name] += _time(act, codes)
    skus = [item["sku"] for item in items]
    timings["find_sku"] = _time(lambda sku: catalogue.find_sku(sku, AT_US), skus)
    _print_timings(timings, "µs", 1e6)


def measure_search(catalogue: Catalogue, source: Path) -> None:
    """Search for what is typed on the way to real items; of three times, the middle one."""
    items = _sample(source, 1500)
    timings: dict[str, list[float]] = {}
    for item in items:
        for kind, text in _typed(item):
            thrice = _time(lambda typed: catalogue.search(typed, at_us=AT_US), [text] * 3)
            timings.setdefault(kind, []).append(sorted(thrice)[1])
    timings["all searches"] = [one for some in timings.values() for one in some]
    _print_timings(timings, "ms", 1e3)


def _typed(item: dict[str, str]) -> Iterator[tuple[str, str]]:
    words = f"{item['name']} {item['brand']}".split()
    longest = max(words, key=len)
    first, second = words[0], words[1]
    yield "1 letter", longest[:1]
    yield "2 letters", longest[:2]
    yield "3 letters", longest[:3]
    yield "4 letters", longest[:4]
    yield "6 letters", longest[:6]
    yield "whole word", longest
    yield "1 + 1 letters", f"{first[:1]} {second[:1]}"
    yield "2 + 2 letters", f"{second[:2]} {words[-1][:2]}"
    yield "word + 1 letter", f"{second} {words[-1][:1]}"
    yield "word + 2 letters", f"{second} {words[2][:2]}"
    yield "3 + size", f"{second[:3]} {words[3]}"
    yield "3 beginnings", f"{first[:3]} {second[:3]} {words[2][:3]}"
    yield "whole name", item["name"]
    yield "name and brand", " ".join(words)
    yield "part inside a word", longest[2:7]
    yield "nothing like it", longest[:3] + "xqz"
    yield "3 digits of a code's end", item["gtin"][-3:]
    yield "5 digits of a code's end", item["gtin"][-5:]
    yield "6 digits of a code's start", item["gtin"][:6]
    yield "word + 4 digits", f"{second} {item['gtin'][-4:]}"


def _time(act: Callable[[str], object], arguments: list[str]) -> list[float]:
    timings = []
    for argument in arguments:
        start = time.perf_counter()
        act(argument)
        timings.append(time.perf_counter() - start)
    return timings


def _print_timings(timings: dict[str, list[float]], unit: str, factor: float) -> None:
    print(f"{'':<28} {'n':>7} {'p50':>8} {'p99':>8} {'max':>8} {unit}")
    for name, seconds in timings.items():
        ordered = sorted(seconds)
        p50, p99 = ordered[len(ordered) // 2], ordered[int(len(ordered) * 0.99)]
        figures = " ".join(f"{figure * factor:8.2f}" for figure in (p50, p99, ordered[-1]))
        print(f"{name:<28} {len(ordered):7} {figures}")


def _sample(source: Path, size: int) -> list[dict[str, str]]:
    choose = random.Random(2)
    with source.open(encoding="utf-8", newline="") as file:
        items = list(csv.DictReader(file))
    return [choose.choice(items) for _ in range(size)]


def _bare_table(path: Path, codes: list[str]) -> sqlite3.Connection:
    path.unlink(missing_ok=True)
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE bare (code TEXT PRIMARY KEY, sku TEXT) WITHOUT ROWID")
    rows = {code: code[1:] for code in codes}
    connection.executemany("INSERT INTO bare VALUES (?, ?)", rows.items())
    connection.commit()
    return connection


def _memory_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
