"""A screen that fails says what went wrong, and nothing of what was typed or scanned."""

from __future__ import annotations

import pytest

from posframe_terminal.app import TillApp
from posframe_terminal.paint.screens import Screens
from tests.card_canaries import FORMS, VISA, found_in
from tests.terminal_ui.fake_till import FakeTill, meaning, table


class Broken(Screens):
    def __init__(self, text):
        super().__init__()
        self.text = text

    def paint(self, *_arguments, **_options):
        typed = self.text
        raise ValueError(f"cannot paint {typed}")


def said_by_crash(text, capfd):
    app = TillApp(FakeTill(), table(), meaning=meaning, screens=Broken(text))
    app.run(headless=True)
    return "".join(capfd.readouterr())


@pytest.mark.parametrize("form", FORMS)
def test_a_crash_tells_where_it_was_and_no_card_data(form, capfd):
    said = said_by_crash(FORMS[form](VISA), capfd)
    assert "ValueError: cannot paint" in said
    assert "test_card_data_crash.py" in said
    assert not found_in("".join(said.split()))
    assert not found_in(said)


def test_local_variables_are_not_told(capfd):
    """Textual's own way would: the name of the variable shows it."""
    assert "typed = " not in said_by_crash("4711", capfd).replace("typed = self.text", "")
