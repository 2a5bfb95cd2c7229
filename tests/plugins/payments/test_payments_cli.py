"""``posframe payments``: statements, and what gift cards need before they are sold."""

from __future__ import annotations

import csv

import pytest

from posframe import DataError
from posframe_payments.cli import app
from posframe_payments.gift_codes import read_code
from posframe_payments.gift_pins import read_secret
from posframe_payments.plugin import PaymentsPlugin
from tests.plugins.payments.desks import CARD, CUSTOMER, code


def run(*words):
    """Run a command as the command line does, and return its exit status."""
    command, bound, _ = app.parse_args([str(word) for word in words])
    return command(*bound.args, **bound.kwargs)


def test_a_statement_shows_every_line_and_what_is_owed_after_it(desk, capsys):
    """The till may be running."""
    desk(f".enrol {CARD}", "INK", f".customer {CARD}", "+", "account")
    desk("PEN", f".customer {CARD}")
    desk.attempt(".accountpay")
    desk("1000", "+", "")
    assert run("account", CUSTOMER, "--till", desk.folder) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == ["amount", "owed"]
    assert lines[1].split() == ["2026-01-01", "12:00", "charged", "12.95", "12.95"]
    assert lines[2].split() == ["2026-01-01", "12:00", "paid", "-10.00", "2.95"]
    assert run("account", "--till", desk.folder) == 0
    assert capsys.readouterr().out.splitlines() == [
        f"{CUSTOMER:<30}{'2.95':>12}",
        "1 accounts owe 2.95 EUR",
    ]
    run("account", "card:nobody", "--till", desk.folder)
    assert capsys.readouterr().out == "Nothing yet\n"


def test_the_secret_is_made_once_and_for_its_owner_alone(tmp_path):
    """A second one would make every card worthless."""
    assert run("gift", "secret", "--till", tmp_path) == 0
    kept = read_secret(tmp_path / "gift.secret", "here")
    with pytest.raises(DataError, match="every card worthless"):
        run("gift", "secret", "--till", tmp_path)
    assert read_secret(tmp_path / "gift.secret", "here") == kept


def test_codes_are_drawn_imported_and_sold(desk, tmp_path, capsys):
    """From the printer's file to the till; what is known already is refused by its line."""
    file = tmp_path / "cards.csv"
    assert run("gift", "make", "2990", "20", file) == 0
    assert file.stat().st_mode & 0o077 == 0
    with file.open() as opened:
        rows = list(csv.DictReader(opened))
    codes = {read_code(row["code"], "2990") for row in rows}
    assert len(codes) == 20
    assert {len(row["pin"]) for row in rows} == {4}
    desk.till.close()
    assert run("gift", "import", file, "--till", desk.folder) == 0
    assert capsys.readouterr().out.endswith("20 cards can be sold, 0 refused\n")
    assert run("gift", "import", file, "--till", desk.folder) == 1
    printed = capsys.readouterr()
    assert printed.out == "0 cards can be sold, 20 refused\n"
    assert printed.err.startswith("line 2: Card ...")
    assert not any(each in printed.err for each in codes)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("gift", "make", "299", "1", "x.csv"), "is no prefix"),
        (("gift", "make", "2990", "0", "x.csv"), "0 cards cannot be made"),
        (("gift", "make", "2990", "1", "nowhere/x.csv"), "cannot be made"),
        (("gift", "import", "nowhere.csv"), "cannot be read"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(tmp_path, monkeypatch, words, message):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(DataError, match=message):
        run(*words)
    assert list(tmp_path.iterdir()) == []


def test_a_delivery_without_its_columns_changes_nothing(desk, tmp_path):
    file = tmp_path / "cards.csv"
    file.write_text(f"number,pin\n{code()},1234\n")
    with pytest.raises(DataError, match="has no column code"):
        run("gift", "import", file, "--till", desk.folder)


def test_the_command_group_is_what_the_hook_brings():
    assert PaymentsPlugin.posframe_cli()[0] is app
