"""Desks with offers, and one that knows its customers."""

from __future__ import annotations

import attrs
import pytest

from posframe import FoundCustomer, hookimpl
from tests.plugins.promotions.desks import Desk


@pytest.fixture
def desk_of(tmp_path):
    """Make a desk with offers, closed at the end."""
    made = []

    def make(offers: str = "", settings: str = "") -> Desk:
        made.append(Desk(tmp_path / f"till{len(made)}", offers, settings))
        return made[-1]

    yield make
    for desk in made:
        desk.till.close()


class Cards:
    """Knows customers by card: A of the staff, B of nobody."""

    criticality = "required"

    @hookimpl
    def posframe_identify_customer(self, code: str) -> FoundCustomer | None:
        groups = {"CARD-A": ("staff",), "CARD-B": ()}.get(code)
        return None if groups is None else FoundCustomer(customer=code, groups=groups)


@pytest.fixture
def with_cards(desk_of):
    """Make a desk whose till knows customers."""

    def make(offers: str) -> Desk:
        desk = desk_of(offers)
        hooks = desk.till.hooks
        known = hooks._calls["posframe_identify_customer"]
        plugin = attrs.evolve(hooks.plugins[0], name="cards", plugin=Cards())
        known.append((plugin, plugin.plugin.posframe_identify_customer))
        return desk

    return make
