"""Refusals that a screen can follow up with a question: they carry what the question is about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from posframe.errors import RuleViolation
from posframe.kernel.domain.approvals import taker_of

if TYPE_CHECKING:
    from posframe.kernel.domain.approvals import Request


class UnknownCode(RuleViolation):
    """No item and no customer has this code; it can be learnt or searched for."""

    def __init__(self, code: str) -> None:
        super().__init__(f"{code} not found", hint="F2 finds by name, .learn adds it to the shop")
        self.code = code


class PriceNeeded(RuleViolation):
    """The item has no fixed price; the operator keys it."""

    def __init__(self, code: str, name: str) -> None:
        super().__init__(f"{name} has no fixed price", hint=f"type the price @ {code}")
        self.code = code
        self.name = name


class WeightNeeded(RuleViolation):
    """The item is sold by weight and nobody said how much."""

    def __init__(self, code: str, name: str, unit: str) -> None:
        super().__init__(f"{name} is sold by {unit}", hint=f"weigh it, or type weight * {code}")
        self.code = code
        self.name = name
        self.unit = unit


class AgeUnchecked(RuleViolation):
    """Goods with an age limit are in the sale and nobody has checked."""

    def __init__(self, years: int) -> None:
        super().__init__(f"Check that the customer is {years} or older", hint="then type .age")
        self.years = years


class ApprovalNeeded(RuleViolation):
    """Somebody has to answer for it; the same command with an approval is taken."""

    def __init__(self, permission: str, message: str, request: Request | None = None) -> None:
        taker = taker_of(request) if request else ""
        who = f"operator {taker}" if taker else "a supervisor"
        hint = f"{who} approves with number and PIN" if request else _BY_NAME
        super().__init__(message, hint=hint)
        self.permission = permission
        self.request = request
        """What is to be approved; None: nobody signs in here, and a name is taken on trust."""


class NotAllowed(RuleViolation):
    """This operator may not do it, whoever approves."""


class SignInNeeded(RuleViolation):
    """Nobody works at the till, or it is locked."""

    def __init__(self) -> None:
        super().__init__("Nobody is signed in", hint="type your number and PIN, or show your badge")


_BY_NAME = "a supervisor types .approve NAME REASON"
