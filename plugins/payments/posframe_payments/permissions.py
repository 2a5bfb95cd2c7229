"""Who may do what with gift cards and reconciliations.

Declared whichever methods a till takes, so that ``[roles.ID]`` may be the same at every till.
"""

from __future__ import annotations

from typing import Final

from posframe import FREELY, WITH_APPROVAL, Permission

USE_CARD: Final = "payments.gift_use"
REGISTER_CARD: Final = "payments.gift_register"
VOID_CARD: Final = "payments.gift_void"
EXPIRE_CARDS: Final = "payments.gift_expire"
RECONCILE: Final = "payments.reconcile"
END_TASK: Final = "payments.task"

_MANAGER: Final = (("manager", FREELY),)
_LEADERS: Final = (("supervisor", FREELY), *_MANAGER)

PERMISSIONS: Final = (
    Permission(
        id=USE_CARD,
        label="Taking and telling of a gift card",
        roles=(("cashier", FREELY), *_LEADERS),
    ),
    Permission(id=REGISTER_CARD, label="Making a gift card known", roles=_LEADERS),
    Permission(
        id=VOID_CARD, label="Voiding a gift card", roles=(("cashier", WITH_APPROVAL), *_LEADERS)
    ),
    Permission(id=EXPIRE_CARDS, label="Having gift cards expire", roles=_MANAGER),
    Permission(id=RECONCILE, label="Writing a reconciliation down", roles=_MANAGER),
    Permission(id=END_TASK, label="Ending a task of a reconciliation", roles=_MANAGER),
)
