"""Every driver that comes with posframe passes the conformance suite, against its twin."""

from __future__ import annotations

import importlib
import pkgutil
import tomllib
from pathlib import Path

import pytest

from posframe.testing.hal import kits
from posframe.testing.hal.kit import Kit
from posframe.testing.hal.suite import points
from posframe.testing.hal.suite.selection import is_for, lacking, put_to
from posframe.testing.virtual_clock import VIRTUAL_TIME

ROOT = Path(__file__).resolve().parents[2]


def shipped():
    """Return the kits of the drivers that come with posframe."""
    modules = [
        importlib.import_module(f"{kits.__name__}.{found.name}")
        for found in pkgutil.iter_modules(kits.__path__)
    ]
    return [each for module in modules for each in vars(module).values() if isinstance(each, Kit)]


globals().update(
    (name, point)
    for name, point in points().items()
    if any(is_for(point, kit) and not lacking(point, kit) for kit in shipped())
)


@pytest.fixture
def anyio_backend():
    return VIRTUAL_TIME


def pytest_generate_tests(metafunc):
    put_to(metafunc, shipped(), quietly=True)


def test_every_driver_has_a_kit_and_every_simulator_a_driver():
    """The entry points are what a till finds; none of them goes untested."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert {kit.spec.name for kit in shipped()} == set(project["entry-points"]["posframe.drivers"])
    twins = {kit.spec.simulator for kit in shipped()} - {""}
    assert twins <= set(project["entry-points"]["posframe.simulators"])


def test_every_point_is_put_to_a_driver():
    """But for the drawer that has a line of its own and a sensor: none comes with posframe."""
    tried = {
        name
        for name, point in points().items()
        if any(is_for(point, kit) and not lacking(point, kit) for kit in shipped())
    }
    assert set(points()) - tried == {"test_a_drawer_with_a_sensor_is_seen_open"}
