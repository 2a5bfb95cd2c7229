"""The view of the lessons that can be played here."""

from __future__ import annotations

from typing import ClassVar

import attrs

from posframe_terminal.views import View


@attrs.frozen(kw_only=True, repr=False)
class LessonRow:
    """One row to choose: a lesson, free practice, or the way back."""

    id: str
    """What stands behind ``.training`` for it; empty: free practice."""
    title: str
    note: str = ""


@attrs.frozen(kw_only=True, eq=False, repr=False)
class LessonsView(View):
    """What can be practised."""

    screen: ClassVar[str] = "lessons"

    rows: tuple[LessonRow, ...] = ()

    @property
    def count(self) -> int:
        """How many rows can be chosen."""
        return len(self.rows)

    def choice(self, marked: int | None) -> str:
        """Return the id of the marked row; the first one when none is marked."""
        return self.rows[marked or 0].id if self.rows else ""
