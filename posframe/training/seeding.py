"""Seeding: bring a shadow till to where a lesson begins, by the entries that a cashier types."""

from __future__ import annotations

from typing import TYPE_CHECKING

from posframe.errors import DataError
from posframe.kernel.domain.commands import Cancel
from posframe.script import Script

if TYPE_CHECKING:
    from posframe.till import Till
    from posframe.training.lesson import Lesson


def seed(shadow: Till, lesson: Lesson) -> bool:
    """Do the entries that a lesson begins with, with no sale open before and after.

    Returns:
        False where what was practised before is in the way: empty the shadow till, then again.

    Raises:
        DataError: an entry is refused on an empty till too: the lesson does not fit this shop.
    """
    if not _cleared(shadow):
        return False
    script = Script(shadow)
    for entry in lesson.start:
        answer = script.line(entry)
        if not answer["accepted"]:
            if shadow.state.last_receipt_number > 0:
                return False
            raise DataError(
                f"The lesson {lesson.id} does not fit this shop: {entry!r} is refused. "
                f"{answer['message']}",
                hint="lessons are about the demonstration shop; write your own in lessons/",
            )
    return True


def _cleared(shadow: Till) -> bool:
    """Give up a sale that is open; tell whether nothing is left of it."""
    if shadow.state.transaction is not None:
        shadow.do(Cancel(reason="another lesson begins"))
    state = shadow.state
    return state.transaction is None and not any(each.is_blocking for each in state.payments.values())
