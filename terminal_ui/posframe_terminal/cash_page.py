"""The page of cash and day: what can be done there, by which entry, and by whom."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from posframe_terminal.control_pages import CashRow

if TYPE_CHECKING:
    from posframe_terminal.showing import Showing

_ROWS: Final = (
    ("Open a shift", ".shift open", "", "count its float", "shift_open"),
    ("End the shift", ".shift end", "", "count the drawer", "shift_end"),
    ("Count once more", ".shift recount", "", "where it does not agree", "count_blind"),
    ("Hand over", ".handover", "NUMBER", "the drawer to another operator", "hand_over"),
    ("Shifts", ".shifts", "", "reasons; confirm the takings", ""),
    ("Drawer", ".drawer", "ID here|away", "comes here, goes away", "drawer_place"),
    ("Skim", ".skim", "AMOUNT", "large notes to the safe", "skim"),
    ("Pickup", ".pickup", "AMOUNT", "takings to the safe", "pickup"),
    ("Loan", ".loan", "AMOUNT", "change from the safe", "loan"),
    ("Paid in", ".in", "AMOUNT reason", "", "paid_in"),
    ("Paid out", ".out", "AMOUNT reason", "", "paid_out"),
    ("Open the drawer", ".nosale", "[reason]", "without a sale", "no_sale"),
    ("X report", ".x", "", "look, then print", "x_report"),
    ("Close the day", ".closeday", "", "Z: look, then confirm", "day_close"),
    ("Z once more", ".z", "[NUMBER]", "a copy", "day_close"),
    ("Exceptions", ".exceptions", "[FROM [TO]]", "", "exceptions"),
    ("Leave a message", ".message", "TEXT", "to whoever comes next", ""),
    ("Messages", ".messages", "", "that wait for you", ""),
    ("Free a number", ".free", "NUMBER", "after wrong tries", "free_number"),
    ("Lock", ".lock", "", "until you come back", ""),
    ("Sign out", ".signout", "", "an open sale waits for you", ""),
)
"""Label, entry, what is typed behind it, a word about it, and the permission it asks for."""
_SIGNED: Final = frozenset({".messages", ".message", ".free", ".lock", ".signout"})
"""Only where operators sign in."""


def rows_of(showing: Showing) -> tuple[CashRow, ...]:
    """Return what can be done at this till."""
    signs_in = showing.till.signing.is_on
    return tuple(
        CashRow(
            label=label,
            entry=entry,
            usage=f"{entry} {behind}".strip(),
            note=note,
            complete=not behind or behind.startswith("["),
            denied=bool(permission) and not showing.rights.may(permission),
        )
        for label, entry, behind, note, permission in _ROWS
        if signs_in or entry not in _SIGNED
    )
