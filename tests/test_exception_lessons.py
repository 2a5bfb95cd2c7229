"""The exception report's command names the lesson beside each rule that an operator set off."""

import pytest

from tests.signing import PINS, operators_file
from tests.test_exception_report_opened import run
from tests.watched_shop import WatchedShop

MANAGER = f"7\n{PINS['7']}\n"


@pytest.fixture
def closed(tmp_path, monkeypatch):
    """Operator 17 opened the drawer after a void, 18 asked for 31 prices."""
    monkeypatch.setattr(
        "posframe.signing.Signing._make_file",
        lambda signing: operators_file(signing._till.config.folder),
    )
    shop = WatchedShop(tmp_path)
    shop.by("17", "1 * PEN", "1 * LAMP", "-")
    shop.approved("17", ".nosale change")
    shop.by("18", *(".look PEN" for _ in range(31)))
    shop.till.close()
    return tmp_path


def rows(shown):
    return [" ".join(line.split()) for line in shown.splitlines()]


def test_a_rule_that_a_lesson_teaches_names_it_below_its_rows(closed, capsys):
    assert run(closed, "--operator-figures", stdin=MANAGER) == 0
    said = rows(capsys.readouterr().out)
    (at,) = (at for at, row in enumerate(said) if row.startswith("lesson "))
    assert said[at] == "lesson end-of-shift"
    assert said[at - 1].startswith("rows ")
    after = next(at for at, row in enumerate(said) if row.startswith("18 "))
    assert at < after, "who asks for prices is taught by no lesson"


def test_totals_of_the_whole_shop_name_no_lesson(closed, capsys):
    assert run(closed, stdin=MANAGER) == 0
    said = capsys.readouterr().out
    assert "Price look" in said
    assert "lesson" not in said
