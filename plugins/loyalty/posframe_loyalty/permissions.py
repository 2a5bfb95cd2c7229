"""Who may do what with members' cards. Points are worth money: to bring some is no cashier's."""

from __future__ import annotations

from typing import Final

from posframe import FREELY, WITH_APPROVAL, Permission

ENROL: Final = "loyalty.enrol"
BRING_POINTS: Final = "loyalty.bring_points"
TELL_POINTS: Final = "loyalty.points"

_LEADERS: Final = (("supervisor", FREELY), ("manager", FREELY))

PERMISSIONS: Final = (
    Permission(id=ENROL, label="Enrolling a card", roles=(("cashier", FREELY), *_LEADERS)),
    Permission(
        id=BRING_POINTS,
        label="Enrolling a card with points on it",
        roles=(("cashier", WITH_APPROVAL), *_LEADERS),
    ),
    Permission(
        id=TELL_POINTS, label="Telling a card's points", roles=(("cashier", FREELY), *_LEADERS)
    ),
)
