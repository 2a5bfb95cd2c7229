"""Cuts while plugins come, leave, return and change: migrations, filling, catching up (F17)."""

from __future__ import annotations

import attrs
import pytest

from posframe.kernel.domain import commands as cmd
from posframe.testing.lives import Life, LifeOptions, Shop
from posframe.testing.power_cuts import check_cuts, cut_points
from posframe_loyalty.ledger import LEDGER

CUTS = 40


@pytest.fixture(scope="session")
def plain_shop(tmp_path_factory):
    """The same shop without the plugins that keep something."""
    return Shop.make(tmp_path_factory.mktemp("plain"), plugins=("payments",))


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "till"
    made.mkdir()
    return made


@pytest.fixture
def scratch(tmp_path):
    made = tmp_path / "scratch"
    made.mkdir()
    return made


def lived(shop, folder, generation, sales=2):
    """Sell a little, with the read models that are behind catching up between sales."""
    life = Life(shop, folder, LifeOptions(generation=generation))
    for _ in range(sales):
        life.do([cmd.AddItem(code="PEN"), cmd.AddItem(code="INK")])
        life.do(["catch up"])
        life.do([cmd.Pay(type="cash", amount_minor=5_000)])
    life.do(["catch up"])
    life.end()
    return life


def assert_survives(life, scratch, seed):
    assert check_cuts(life, cut_points(life, CUTS, seed), seed, scratch) == {}


def test_a_plugin_that_joins_knows_what_was_sold_before(plain_shop, shop, folder, scratch):
    lived(plain_shop, folder, 1)
    assert_survives(lived(shop, folder, 2), scratch, 1)


def test_a_plugin_that_leaves_and_returns_misses_nothing(plain_shop, shop, folder, scratch):
    lived(shop, folder, 1)
    away = lived(plain_shop, folder, 2)
    assert_survives(away, scratch, 2)
    assert_survives(lived(shop, folder, 3), scratch, 3)


def test_a_read_model_of_a_new_version_is_made_anew(shop, folder, scratch, monkeypatch):
    """Old tables or new ones, never half; the journal folds them."""
    lived(shop, folder, 1)
    monkeypatch.setattr("posframe_loyalty.plugin.LEDGER", attrs.evolve(LEDGER, version=2))
    life = lived(shop, folder, 2)
    assert_survives(life, scratch, 4)
