"""Who may do what with stock. A count can hide what is missing: it is no cashier's."""

from __future__ import annotations

from typing import Final

from posframe import FREELY, Permission

RECEIVE: Final = "inventory.receive"
COUNT: Final = "inventory.count"
RELEASE: Final = "inventory.release"
TELL_STOCK: Final = "inventory.stock"

_LEADERS: Final = (("supervisor", FREELY), ("manager", FREELY))

PERMISSIONS: Final = (
    Permission(id=RECEIVE, label="Receiving goods", roles=_LEADERS),
    Permission(id=COUNT, label="Counting stock", roles=_LEADERS),
    Permission(id=RELEASE, label="Releasing goods from quarantine", roles=_LEADERS),
    Permission(
        id=TELL_STOCK, label="Telling what is in stock", roles=(("cashier", FREELY), *_LEADERS)
    ),
)
