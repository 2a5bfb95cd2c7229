"""The shop that is simulated: every first-party plugin that keeps something, and a day for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from posframe.testing.lives import Life, Shop
from posframe.testing.shop_day import ShopDay
from posframe_inventory.commands import CountStock, ReceiveGoods
from posframe_loyalty.commands import EnrolCard

if TYPE_CHECKING:
    from collections.abc import Callable

PLUGINS = ("payments", "loyalty", "inventory")
SETTINGS = '\n[plugins.loyalty]\ncard_prefix = "9528"\n'
CARDS = ("9528000000017", "9528000000024")
OPENING = (EnrolCard(CARDS[0], 12), ReceiveGoods("PEN", 50_000), EnrolCard(CARDS[1]))
BETWEEN = (CountStock("PEN", 40_000), ReceiveGoods("INK", 6_000), EnrolCard(CARDS[0]))


@pytest.fixture(scope="session")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """A shop with payments, loyalty and inventory."""
    folder = tmp_path_factory.mktemp("shop")
    return Shop.make(folder, plugins=PLUGINS, settings=SETTINGS)


@pytest.fixture(scope="session")
def day() -> Callable[..., ShopDay]:
    """Make the day of a seed."""

    def make(seed: int, sales: int = 4) -> ShopDay:
        return ShopDay(seed, sales=sales, members=CARDS, opening=OPENING, between=BETWEEN)

    return make


@pytest.fixture(scope="session")
def lived(
    shop: Shop, day: Callable[..., ShopDay], tmp_path_factory: pytest.TempPathFactory
) -> Callable[[int], Life]:
    """Record the life of a seed, once."""
    known: dict[int, Life] = {}

    def live(seed: int) -> Life:
        if seed not in known:
            life = Life(shop, tmp_path_factory.mktemp("life"))
            life.live(day(seed))
            life.end()
            known[seed] = life
        return known[seed]

    return live
