"""What a script is answered about shifts: the count that goes on, and the list of shifts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from posframe.shift_list import open_shifts

if TYPE_CHECKING:
    from posframe.kernel.domain.entry import Show
    from posframe.session import Session
    from posframe.session_counting import Counting
    from posframe.shift_list import ShiftRow
    from posframe.till import Till


def shifts_told(session: Session, show: Show) -> tuple[str, dict[str, Any]]:
    """Return the message and the fields of an answer for ``counting`` or ``shifts``."""
    if show.screen == "shifts":
        rows = open_shifts(session.till)
        return f"Shifts not confirmed: {len(rows)}", {
            "shifts": [_row(each, session.till) for each in rows]
        }
    counting = session.counting
    return show.text, {} if counting is None else {"counting": _counting(counting)}


def _counting(counting: Counting) -> dict[str, Any]:
    return {
        "what": counting.what,
        "title": counting.title,
        "asked": counting.asked or "cash",
        "counted": counting.total_minor,
        "pieces": [
            {"currency": currency, "denomination": minor, "pieces": pieces}
            for currency, minor, pieces in counting.pieces
        ],
    }


def _row(row: ShiftRow, till: Till) -> dict[str, Any]:
    told: dict[str, Any] = {
        "id": row.id,
        "drawer": row.drawer,
        "operator": row.operator,
        "opened": till.clock_text(row.opened_us),
        "standing": row.standing,
        "away": row.is_away,
        "reasons_missing": list(row.reasons_missing),
    }
    if row.expected_minor is not None:
        told["expected"] = row.expected_minor
        told["differences"] = [
            {"type": each.type, "expected": each.expected_minor, "declared": each.declared_minor}
            for each in row.differences
        ]
    return told
