"""A whole day typed at the real till on a real pseudo-terminal; ``keys_day`` runs longer ones."""

import pytest

from posframe.kernel.domain import events as ev
from posframe.reading import JournalReader
from tests.terminal_ui.keys_day import check_typed_day, typed_day

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


def test_a_day_typed_key_by_key_comes_to_what_was_planned_everywhere(tmp_path):
    """Sign-ins, floats, sales, approvals, hand-over, a lesson, X, blind counts, Z, export."""
    folder = tmp_path / "till"
    day, _ = typed_day(folder, seed=2, sales=15, kills=0)
    check_typed_day(folder, day)
    with JournalReader(folder / "till.db") as journal:
        (lesson,) = (row.event for row in journal.read(ev.LessonEnded))
    assert (lesson.operator, lesson.lesson, lesson.passed) == ("42", "first-sale", True)


def test_a_day_whose_till_is_killed_again_and_again_comes_to_the_same(tmp_path):
    folder = tmp_path / "till"
    day, killed = typed_day(folder, seed=3, sales=10, kills=8)
    assert killed == 8
    check_typed_day(folder, day)
