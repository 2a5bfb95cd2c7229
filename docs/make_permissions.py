"""Writes the tables of ``docs/tills/permissions.md`` from what kernel and plugins declare.

Run it after a change of one: ``python docs/make_permissions.py``.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from posframe.kernel.domain.kernel_permissions import KERNEL_PERMISSIONS
from posframe.kernel.domain.permissions import NEVER, Grant, Limit
from posframe.kernel.domain.quantity import format_milli
from posframe_inventory.permissions import PERMISSIONS as INVENTORY
from posframe_loyalty.permissions import PERMISSIONS as LOYALTY
from posframe_payments.permissions import PERMISSIONS as PAYMENTS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from posframe.kernel.domain.permissions import Permission

ROOT: Final = Path(__file__).resolve().parents[1]
TARGET: Final = ROOT / "docs" / "tills" / "permissions.md"
ROLES: Final = ("cashier", "supervisor", "manager", "technician", "auditor")
"""Trainees may nothing where it counts, so they have no column."""

BEGIN: Final = "## Permissions of the till"
"""What stands above this heading is written by hand."""


def page() -> str:
    """Return the whole page."""
    head = TARGET.read_text(encoding="utf-8").partition(BEGIN)[0]
    parts = [f"{head}{BEGIN}\n\n{_table(KERNEL_PERMISSIONS)}"]
    for title, permissions in (
        ("payments", PAYMENTS),
        ("loyalty", LOYALTY),
        ("inventory", INVENTORY),
    ):
        parts.append(f"## Permissions of the plugin {title}\n\n{_table(permissions)}")
    return "\n\n".join(parts) + "\n"


def _table(permissions: Iterable[Permission]) -> str:
    head = ["Permission", "What for", *(each.capitalize() for each in ROLES)]
    rows = [head, ["---"] * len(head)]
    for each in permissions:
        grants = dict(each.roles)
        cells = (_said(grants.get(role, NEVER)) for role in ROLES)
        rows.append([f"`{each.id}`", each.label, *cells])
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _said(grant: Grant) -> str:
    if grant.allow is None:
        return "—" if grant.ask is None else "asks"
    return _limit(grant.allow) or "yes"


def _limit(limit: Limit) -> str:
    assert limit.minor is None, "what is much differs by currency, so no amount is proposed"
    return f"{format_milli(limit.percent_milli)} %" if limit.percent_milli is not None else ""


if __name__ == "__main__":
    TARGET.write_text(page(), encoding="utf-8")
