"""Seeding: bring a shadow till to where a lesson begins, by the entries that a cashier types."""

from __future__ import annotations

from typing import TYPE_CHECKING

from posframe.kernel.domain.commands import Cancel
from posframe.script import Script

if TYPE_CHECKING:
    from posframe.till import Till
    from posframe.training.lesson import Lesson


def seed(shadow: Till, lesson: Lesson) -> str:
    """Do the entries that a lesson begins with, with no sale open before.

    Returns:
        What is in the way, as a sentence: of what was practised before, or because the lesson does
        not fit this shop. Empty: the lesson can begin.
    """
    if shadow.state.transaction is not None:
        shadow.do(Cancel(reason="another lesson begins"))
    state = shadow.state
    if state.transaction is not None or any(each.is_blocking for each in state.payments.values()):
        return "A sale is open that cannot be given up"
    script = Script(shadow)
    for entry in lesson.start:
        answer = script.line(entry)
        if not answer["accepted"]:
            return f"{entry!r} is refused. {answer['message']}"
    return ""
