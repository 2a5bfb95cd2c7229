"""What wrong drivers are made with, and those that are wrong in more than one way."""

from __future__ import annotations

import attrs

from posframe.drivers import TransportError
from tests.hal import toy_kits
from tests.hal.toys import ToyCards, ToyDisplay, ToyPrinter


@attrs.frozen
class Wrong:
    """A wrong driver, by its kit."""

    name: str
    point: str
    kit: toy_kits.Kit
    words: str
    """What the failure says."""


def with_codec(driver, codec):
    """Return a driver class that reads by another codec."""

    class WithCodec(driver):
        def __init__(self, setup):
            super().__init__(setup)
            self.codec = codec()

    return WithCodec


class HidesPulledCable(ToyDisplay):
    async def show(self, lines):
        try:
            await super().show(lines)
        except TransportError:
            return


class PrintsBlindly(ToyPrinter):
    async def confirmed(self, progress, ends_s):
        progress.confirmed = True


def anything(said):
    return True


def without(kit, capability):
    """Return a kit whose driver does not declare a capability."""
    return declaring(kit, kit.spec.capabilities - {capability})


def declaring(kit, capabilities):
    return attrs.evolve(kit, spec=attrs.evolve(kit.spec, capabilities=frozenset(capabilities)))


def cards_by(codec):
    return toy_kits.cards(with_codec(ToyCards, codec))
