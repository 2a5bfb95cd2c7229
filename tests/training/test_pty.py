"""The real till on a real pty: into practice and out of it, and killed amid it."""

from __future__ import annotations

import signal
import sys

import pytest

from posframe.cli.main import run
from posframe.till import Till
from tests.terminal_ui.pty_terminal import PtyTerminal

pytestmark = pytest.mark.slow
MILK = "9521307000162"


def running(folder):
    return PtyTerminal([sys.executable, "-m", "posframe", "run", "--till", str(folder)])


def enter(till, text, shown):
    till.type_by_hand(text)
    till.type("\r")
    till.wait_for(shown)


def test_practice_is_gone_into_and_out_of_on_one_screen(folder):
    with running(folder) as till:
        till.wait_for("items 0")
        enter(till, MILK, "items 1")
        enter(till, ".training split-payment", "TRAINING - A sale paid two ways")
        till.wait_for("1/4 Sell a litre of fresh whole milk")
        till.wait_for("items 0")
        enter(till, MILK, "items 1")
        enter(till, ".training off", "From here on everything is real")
        assert "TRAINING" not in till.text()
        till.wait_for("items 1")
        enter(till, ".quit", "")
        assert till.wait_gone() == 0


def test_a_till_killed_amid_practice_has_its_live_sale_and_practice_as_they_were(folder):
    with running(folder) as till:
        till.wait_for("items 0")
        enter(till, MILK, "items 1")
        enter(till, ".training", "TRAINING")
        enter(till, "1011", "items 1")
        till.process.send_signal(signal.SIGKILL)
        till.process.wait()
    assert run(["journal", "verify", "--till", str(folder)]) == 0
    with Till.open(folder) as live:
        assert live.state.transaction.due_minor == 119
    with running(folder) as till:
        till.wait_for("items 1")
        enter(till, ".training", "Mixed rye bread")
