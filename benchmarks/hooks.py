"""Twenty plugins that do nothing: what a line and a start pay for their being asked.

Run ``python -m benchmarks.hooks [--calls 400] [--rounds 5] [--plugins 20]``. Each is a distribution
with a module of its own, found by its entry point, and implements every hook that is called while
selling. A till with them and one without take turns, and so do their starts.
"""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING, Final

import attrs

from benchmarks.anchors import Flush
from benchmarks.measuring import (
    HEADER,
    Finding,
    Measured,
    compared,
    heading,
    in_turns,
    micros,
    millis,
    print_findings,
    print_table,
)
from benchmarks.shop import (
    PLUGINS,
    Shop,
    accept,
    add_folder_option,
    fill_basket,
    make_shop,
    workspace,
)
from benchmarks.start import Starter, median_s
from posframe import Session, Till

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

PLUGIN_COUNT: Final = 20
LINE_MAX_S: Final = 70e-6
START_MAX_S: Final = 20e-3
LINES: Final = 20

MODULE: Final = '''
from posframe import hookimpl

class NoOffers:
    """Is asked for offers, and has none."""
    def price(self, sale, changed):
        return ()

class Idle:
    """Implements every hook that is called while selling, and has nothing to say."""
    def __init__(self, config, context):
        pass
    @hookimpl
    def posframe_price_rules(self):
        return [NoOffers()]
    @hookimpl
    def posframe_parse_entry(self, text, screen, sale):
        return None
    @hookimpl
    def posframe_identify_item(self, code, aim, at_us):
        return None
    @hookimpl
    def posframe_identify_customer(self, code):
        return None
    @hookimpl
    def posframe_identify_coupon(self, code, sale, at_us):
        return None
    @hookimpl
    def posframe_line_price(self, sku, quantity_milli, pack_milli, groups, at_us):
        return None
    @hookimpl
    def posframe_tax_profile(self, category, department, fulfilment, at_us):
        return None
    @hookimpl
    def posframe_drawer_policy(self, reason, sale):
        return None
    @hookimpl
    def posframe_before_line(self, sale, lines):
        return None
    @hookimpl
    def posframe_before_tender(self, sale, tender):
        return None
    @hookimpl
    def posframe_before_complete(self, sale):
        return None
    @hookimpl
    def posframe_contribute(self, sale, events):
        return None
    @hookimpl
    def posframe_committed(self, recorded):
        return None
'''


def main() -> None:
    """Measure, and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=400, help="of each contender in a round")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--plugins", type=int, default=PLUGIN_COUNT)
    add_folder_option(parser)
    options = parser.parse_args()
    with workspace(options.folder) as folder:
        findings = run(folder, calls=options.calls, rounds=options.rounds, plugins=options.plugins)
    print_findings(findings)


def run(folder: Path, *, calls: int, rounds: int, plugins: int = PLUGIN_COUNT) -> list[Finding]:
    """Print every figure and return what became of the goals."""
    heading(f"{plugins} plugins that do nothing")
    site = folder / "site"
    names = install(site, plugins)
    found = lines(folder, site, names, calls=calls, rounds=rounds)
    anchor, without, with_them = found.values()
    print_table(HEADER, [compared(name, each, anchor) for name, each in found.items()])
    added_s = with_them.cpu_above_s(without)
    longer_s = starts(folder, site, names, rounds=rounds)
    return [
        Finding(
            goal=f"{plugins} idle plugins add <= {micros(LINE_MAX_S)} µs CPU to a line",
            measured=f"{micros(added_s)} µs",
            ratio=f"{with_them.p50_ratio(without):.2f}",
            met=added_s <= LINE_MAX_S,
        ),
        Finding(
            goal=f"{plugins} idle plugins add <= {millis(START_MAX_S)} ms to a start",
            measured=f"{millis(longer_s)} ms",
            met=longer_s <= START_MAX_S,
        ),
    ]


def install(site: Path, count: int) -> list[str]:
    """Put distributions with a plugin each into a folder; return the plugins' names."""
    names = [f"idle{number:02}" for number in range(count)]
    for name in names:
        information = site / f"{name}-1.0.dist-info"
        information.mkdir(parents=True)
        information.joinpath("entry_points.txt").write_text(
            f"[posframe.plugins]\n{name} = {name}_plugin:Idle\n", encoding="utf-8"
        )
        site.joinpath(f"{name}_plugin.py").write_text(MODULE, encoding="utf-8")
    return names


def lines(
    folder: Path, site: Path, names: Sequence[str], *, calls: int, rounds: int
) -> dict[str, Measured]:
    """Measure lines that are typed as a scanner types them, with and without the plugins."""
    sys.path.append(str(site))
    few, many = Shop(), Shop(plugins=(*PLUGINS, *names))
    codes = make_shop(folder / "few", few)
    make_shop(folder / "many", many)
    with (
        Till.open(folder / "few") as without,
        Till.open(folder / "many") as with_them,
        Flush(folder) as flush,
    ):

        def fill() -> None:
            fill_basket(without, codes, LINES)
            fill_basket(with_them, codes, LINES)

        found = in_turns(
            {
                "append 256 B, fdatasync": flush,
                "line": _typed(without, iter_codes(codes)),
                f"line, {len(names)} idle plugins": _typed(with_them, iter_codes(codes)),
            },
            calls=calls,
            rounds=rounds,
            before_block=fill,
        )
    sys.path.remove(str(site))
    return found


def starts(folder: Path, site: Path, names: Sequence[str], *, rounds: int) -> float:
    """Return how much longer a headless start takes with the plugins."""
    extra = {"PYTHONPATH": str(site)}
    few = Starter(folder / "start-few", Shop(), extra)
    many = Starter(folder / "start-many", attrs.evolve(Shop(), plugins=(*PLUGINS, *names)), extra)
    for starter in (few, many):
        starter.headless()
    found = [(few.headless(), many.headless()) for _ in range(2 * rounds)]
    without = median_s([each for each, _ in found])
    with_them = median_s([each for _, each in found])
    print(f"headless start {millis(without)} ms, with them {millis(with_them)} ms")
    return with_them - without


def iter_codes(codes: Sequence[str]) -> Iterator[str]:
    """Yield codes without end."""
    while True:
        yield from codes


def _typed(till: Till, codes: Iterator[str]) -> Callable[[], None]:
    session = Session(till)
    return lambda: accept(till, session.read(next(codes)))


if __name__ == "__main__":
    main()
