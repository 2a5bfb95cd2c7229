"""Which points a kit is put to: by its device class, its capabilities and what it gives."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, TypeVar

import attrs
import pytest

if TYPE_CHECKING:
    from posframe.testing.hal.kit import Kit

INPUTS = ("scanner", "card", "keylock")
PROMISING = ("printer", "drawer")
"""Devices whose work is told by its `Progress`: what they claim decides what is done again."""
Point = TypeVar("Point", bound=Callable[..., Any])


@attrs.frozen
class Needs:
    """What a point needs of a kit."""

    classes: tuple[str, ...] = ()
    """Device classes it is for; empty: all."""
    but: tuple[str, ...] = ()
    """Device classes it is not for."""
    capability: str = ""
    field: str = ""
    """A field of the kit that has to be given."""


def needs(
    *classes: str, but: tuple[str, ...] = (), capability: str = "", field: str = ""
) -> Callable[[Point], Point]:
    """Mark a point with what it needs of a kit."""

    def mark(point: Point) -> Point:
        point.__dict__["needs"] = Needs(classes, but, capability, field)
        return point

    return mark


def is_for(point: Callable[..., Any], kit: Kit) -> bool:
    """Tell whether a point is about devices of the kit's class."""
    wanted: Needs = getattr(point, "needs", Needs())
    device_class = kit.spec.device_class
    return device_class not in wanted.but and (not wanted.classes or device_class in wanted.classes)


def lacking(point: Callable[..., Any], kit: Kit) -> str:
    """Return why a point about such devices cannot be put to the kit; empty: it can."""
    wanted: Needs = getattr(point, "needs", Needs())
    if wanted.capability and wanted.capability not in kit.spec.capabilities:
        return f"the driver does not declare {wanted.capability!r}"
    if wanted.field and not getattr(kit, wanted.field):
        return f"the kit gives no {wanted.field!r}"
    return ""


def put_to(metafunc: pytest.Metafunc, kits: Iterable[Kit], *, quietly: bool) -> None:
    """Put a point to each kit it is for, under the name of its driver.

    Args:
        metafunc: the point, as pytest is about to collect it.
        kits: the kits there are.
        quietly: leave out what a kit lacks the means for, instead of reporting it as skipped.
    """
    if "kit" not in metafunc.fixturenames:
        return
    chosen = []
    for kit in kits:
        reason = lacking(metafunc.function, kit)
        if not is_for(metafunc.function, kit) or (reason and quietly):
            continue
        marks = [pytest.mark.skip(reason=reason)] if reason else []
        chosen.append(pytest.param(kit, marks=marks, id=kit.spec.name))
    metafunc.parametrize("kit", chosen)
