"""The suite passes drivers in good order, and each wrong one fails at the point it is wrong in."""

from __future__ import annotations

import inspect

import pytest

from posframe.testing.hal.suite import points, runs
from posframe.testing.hal.suite.selection import is_for, lacking
from posframe.testing.virtual_clock import VIRTUAL_TIME
from tests.hal import toy_kits, wrong_declared, wrong_devices, wrong_lives

POINTS = points()
WRONG = (*wrong_lives.WRONG, *wrong_declared.WRONG, *wrong_devices.WRONG)


@pytest.fixture
def anyio_backend():
    return VIRTUAL_TIME


@pytest.fixture(autouse=True)
def impatient(monkeypatch):
    """Give up a driver that computes for ever before whoever runs this does."""
    monkeypatch.setattr(runs, "CPU_LIMIT_S", 0.5)


def choices(point):
    """Return what a point is put to besides a kit, as its own parametrisation says."""
    marks = [mark for mark in getattr(point, "pytestmark", ()) if mark.name == "parametrize"]
    assert len(marks) < 2
    return [(mark.args[0], value) for mark in marks for value in mark.args[1]] or [(None, None)]


async def put(point, kit, request):
    """Put one point to a kit, with all that it is parametrised with."""
    wanted = inspect.signature(point).parameters
    fixtures = {
        name: request.getfixturevalue(name) for name in wanted if name in {"monkeypatch", "caplog"}
    }
    for name, value in choices(point):
        given = {name: value} if name else {}
        outcome = point(kit=kit, **fixtures, **given)
        if inspect.isawaitable(outcome):
            await outcome


@pytest.mark.parametrize("name", toy_kits.RIGHT)
async def test_a_driver_in_good_order_passes_every_point(name, request):
    """Otherwise a wrong one that fails would prove nothing."""
    kit = toy_kits.RIGHT[name]
    for point in POINTS.values():
        if is_for(point, kit) and not lacking(point, kit):
            await put(point, kit, request)


@pytest.mark.parametrize("wrong", WRONG, ids=lambda wrong: wrong.name)
async def test_a_wrong_driver_fails_where_it_is_wrong(wrong, request):
    """By the point that is there for it, in words that lead to the mistake."""
    point = POINTS[wrong.point]
    assert is_for(point, wrong.kit)
    assert not lacking(point, wrong.kit)
    with pytest.raises((AssertionError, pytest.fail.Exception), match=wrong.words):
        await put(point, wrong.kit, request)


def test_every_point_can_fail():
    """A point that no wrong driver fails may be one that passes anything."""
    assert set(POINTS) - {wrong.point for wrong in WRONG} == set()
