"""Rights: what is not for who is signed in, so that keys can say so, and how they are named.

For screens only. What may be done is decided where it is done, whatever is shown here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from posframe_terminal.actions import TERMINAL
from posframe_terminal.control_keys import control_actions

if TYPE_CHECKING:
    from posframe import Till


class Rights:
    """Of the operators of one till; what was found of one is remembered."""

    def __init__(self, till: Till) -> None:
        self._till = till
        self._denied: dict[str, frozenset[str]] = {}
        self._names: dict[str, str] = {}

    def denied(self) -> frozenset[str]:
        """Return the ids of actions that are not for who is signed in."""
        signed = self._till.state.control.signed_in
        if signed is None:
            return frozenset()
        if signed.role not in self._denied:
            asks = {each.id: each.permission for _, each in self._till.parts.actions}
            own = (*TERMINAL, *control_actions(self._till))
            asks |= {each.id: each.permission for each in own}
            self._denied[signed.role] = frozenset(
                id_ for id_, permission in asks.items() if permission and not self.may(permission)
            )
        return self._denied[signed.role]

    @property
    def _roles(self) -> Any:  # noqa: ANN401 - permissions.Roles, which is no public name
        return self._till.parts.engine.parts.settings.control.roles

    def may(self, permission: str) -> bool:
        """Tell whether something can be done at all by who is signed in, if need be approved."""
        signed, roles = self._till.state.control.signed_in, self._roles
        if signed is None or roles is None:
            return True
        return bool(roles.decide(signed.role, permission).answer.value != "deny")

    def freely(self, permission: str) -> bool:
        """Tell whether who is signed in may do something by themselves."""
        signed, roles = self._till.state.control.signed_in, self._roles
        if signed is None or roles is None:
            return True
        return bool(roles.decide(signed.role, permission).answer.value == "allow")

    def name(self, operator: str) -> str:
        """Return an operator's name and number; the number alone where no name is known."""
        if operator not in self._names:
            name: str = self._till.signing.name_of(operator)
            self._names[operator] = f"{name} {operator}" if name != operator else operator
        return self._names[operator]

    def shown(self, operator: str) -> str:
        """Return how the head of the screen names who works here."""
        if not self._till.signing.is_on:
            return f"OPERATOR {operator}" if operator.isdecimal() else operator
        return self.name(operator).upper() if self._till.state.control.operator else ""
