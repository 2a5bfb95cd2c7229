"""Power cuts, any number of them: ``python -m benchmarks.powercuts --cuts 10000``.

Each life is a seeded day of sales on a disk that remembers what was synced; it is cut at random
writes, truncates and syncs, what was not synced is lost, kept in part or torn, and a till starts on
what is left. With ``--synchronous NORMAL`` acknowledged rows are lost: the control that shows the
harness can fail.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path

from posframe.testing.lives import Life, LifeOptions, Shop
from posframe.testing.power_cuts import check_cuts, cut_points
from posframe.testing.shop_day import ShopDay
from posframe_inventory.commands import CountStock, ReceiveGoods
from posframe_loyalty.commands import EnrolCard

CUTS_A_LIFE = 90
SETTINGS = '\n[plugins.loyalty]\ncard_prefix = "9528"\n'
PLUGINS = ("payments", "loyalty", "inventory")
CARDS = ("9528000000017", "9528000000024")
OPENING = (EnrolCard(CARDS[0], 12), ReceiveGoods("PEN", 50_000), EnrolCard(CARDS[1]))
BETWEEN = (CountStock("PEN", 40_000), ReceiveGoods("INK", 6_000), EnrolCard(CARDS[0]))
SHOWN = 5


def main() -> int:
    """Cut, count, and return 1 if anything acknowledged was lost or doubled."""
    options = _options()
    began, cuts, failed = time.monotonic(), 0, 0
    with tempfile.TemporaryDirectory() as folder:
        shop = Shop.make(Path(folder), plugins=PLUGINS, settings=SETTINGS)
        seed = options.seed
        while cuts < options.cuts:
            with tempfile.TemporaryDirectory() as place:
                count = min(CUTS_A_LIFE, options.cuts - cuts)
                tried, problems = _one_life(shop, seed, count, options.synchronous, Path(place))
            cuts, failed = cuts + tried, failed + len(problems)
            for at, words in list(problems.items())[:SHOWN]:
                print(f"seed {seed}, cut {at}: {words[0]}")
            seed += 1
    elapsed = time.monotonic() - began
    print(
        f"{cuts} cuts at as many distinct points of {seed - options.seed} days, "
        f"{failed} failing, {cuts / elapsed:.0f} cuts/s"
    )
    return 1 if failed else 0


def _one_life(
    shop: Shop, seed: int, count: int, synchronous: str, place: Path
) -> tuple[int, dict[int, list[str]]]:
    """Cut one life at ``count`` different points; return how many it had, and what failed."""
    home, scratch = place / "home", place / "cuts"
    home.mkdir()
    scratch.mkdir()
    life = Life(shop, home, LifeOptions(synchronous=synchronous))
    life.live(ShopDay(seed, members=CARDS, opening=OPENING, between=BETWEEN))
    life.end()
    points = cut_points(life, count, seed)
    return len(points), check_cuts(life, points, seed, scratch)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cuts", type=int, default=1_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--synchronous", choices=("FULL", "NORMAL"), default="FULL")
    return parser.parse_args()


if __name__ == "__main__":
    raise SystemExit(main())
