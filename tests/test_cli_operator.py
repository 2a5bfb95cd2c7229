"""``--operator``: who does an entry from a shell; of use only where operators sign in."""

from __future__ import annotations

import pytest

from posframe.cli.main import FAILED, UNUSABLE, run
from tests.kernel.shop import write_settings
from tests.signing import write_signing_settings


@pytest.fixture
def asked(monkeypatch):
    """Answer each question for a PIN with a wrong one; return the questions."""
    questions = []

    def hidden(words):
        questions.append(words)
        return "555123"

    monkeypatch.setattr("posframe.cli.typing_in.hidden", hidden)
    return questions


COMMANDS = [("shift", "open", "3x50"), ("shift", "confirm"), ("day", "close")]


@pytest.mark.parametrize("command", COMMANDS)
def test_no_pin_is_asked_for_where_nobody_signs_in(command, tmp_path, capsys, asked):
    write_settings(tmp_path)
    assert run([*command, "--operator", "17", "--till", str(tmp_path)]) == UNUSABLE
    words = " ".join(capsys.readouterr().err.split())
    assert "Nobody signs in at this till" in words
    assert "leave --operator out" in words
    assert asked == []


@pytest.mark.parametrize("command", COMMANDS)
def test_a_pin_is_asked_for_where_operators_sign_in(command, tmp_path, asked):
    """The control."""
    write_signing_settings(tmp_path)
    assert run([*command, "--operator", "17", "--till", str(tmp_path)]) == FAILED
    assert asked == ["PIN:"]
