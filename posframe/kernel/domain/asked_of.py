"""What a command asks for before it is decided: permissions, amounts, what they are about."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from posframe.kernel.domain import commands as cmd
from posframe.kernel.domain.approvals import Request
from posframe.kernel.domain.kernel_permissions import kernel_permission_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from posframe.kernel.domain.draft import Draft

_ON_THE_WAY = frozenset({"post_void", "return_without_receipt", "resolve_payment", "given_back"})
"""Asked for by the decision itself, which knows the amount."""


def requests_of(draft: Draft, command: Any) -> Iterator[Request]:  # noqa: ANN401 - plugins' too
    """Yield what has to be allowed before ``command`` is decided."""
    permission = _permission_of(draft, command)
    if permission not in _ON_THE_WAY:
        yield request_for(draft, permission, command)


def request_for(draft: Draft, permission: str, command: Any) -> Request:  # noqa: ANN401
    """Return the request for a permission that ``command`` needs, with its amount."""
    amount = command.amount_minor if isinstance(command, cmd.MoveCash) else None
    return Request(
        permission=permission,
        amount_minor=amount,
        subject=type(command).__name__,
        operator=draft.moment.operator,
    )


def _permission_of(draft: Draft, command: Any) -> str:  # noqa: ANN401 - plugins' too
    permission = kernel_permission_of(command)
    if permission is not None:
        return permission
    for cls, asked in draft.settings.control.plugin_permissions:
        if type(command) is cls:
            return asked
    return f"undeclared.{type(command).__name__}"
