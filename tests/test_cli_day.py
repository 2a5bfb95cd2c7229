"""``posframe day``: looking at days beside a till, closing and printing through it, exporting."""

from __future__ import annotations

import io
import re

import pytest

from posframe.cli.main import FAILED, UNUSABLE, run
from posframe.kernel.domain import commands as cmd
from posframe.kernel.domain import events as ev
from posframe.pins import REFUSED
from posframe.script import Script
from posframe.testing.ports import ManualClock
from tests.kernel.shop import events_of, open_till, write_settings
from tests.signing import PINS, open_signing_till, write_signing_settings

DAY_US = 86_400_000_000
ACCOUNTS = """\
revenue_by = "department"

[revenue]
"*" = "4000"

[taxes]
vat19 = "2201"

[tenders]
cash = "1000"

[movements]
float = "1010"
pickup = "1010"

[accounts]
rounding = "4840"
"""
"""Goods of 0.99 at 19 % are 0.83 and 0.16; in cash they are 1.00."""


@pytest.fixture
def cli(capsys):
    """Run one command line; return status, lines printed, and lines of complaint."""

    def call(*arguments):
        capsys.readouterr()
        status = run([str(each) for each in arguments])
        out, err = capsys.readouterr()
        assert "Traceback" not in out + err
        return status, out.splitlines(), " ".join(err.split())

    return call


@pytest.fixture
def folder(tmp_path):
    """Two closed days of one sale each, and a third that is open with a sale held."""
    folder = tmp_path / "till"
    folder.mkdir()
    write_settings(folder)
    clock = ManualClock()
    with open_till(folder, path=folder / "till.db", clock=clock) as till:
        session = Script(till)
        for _ in range(2):
            for line in ("99 / 1", "+", "5.00", ".pickup 2.00", ".closeday"):
                assert session.line(line)["accepted"]
            clock.advance(DAY_US)
        for line in ("99 / 1", "+", "5.00", "99 / 1", ".hold red coat"):
            assert session.line(line)["accepted"]
    return folder


@pytest.fixture
def accounts(tmp_path):
    path = tmp_path / "accounts.toml"
    path.write_text(ACCOUNTS, encoding="utf-8")
    return path


def squeezed(lines):
    return [" ".join(line.split()) for line in lines]


# Looking


def test_status_says_what_is_open_and_what_was_closed(cli, folder):
    status, out, _ = cli("day", "status", "--till", folder)
    assert status == 0
    assert out == [
        "Business day 2026-01-03, open since 2026-01-03",
        "1 receipts, gross 0.99 EUR",
        "Last: Z 2 of 2026-01-02, not signed yet",
        "Open: suspended sale 4: red coat, seen to by 1",
        "Open: receipt not printed: queued, seen to by 1",
        "Open: report z-1 not printed: queued, seen to by 1",
        "Open: receipt not printed: queued, seen to by 1",
        "Open: report z-2 not printed: queued, seen to by 1",
        "Open: receipt not printed: queued, seen to by 1",
    ]


def test_looking_sees_what_a_running_till_has_on_disk(cli, folder):
    with open_till(folder, path=folder / "till.db") as till:
        Script(till).line("99 / 1")
        till.do(cmd.Pay(type="cash"))
        assert "2 receipts, gross 1.98 EUR" in cli("day", "status", "--till", folder)[1]
        assert "GROSS 1.98" in squeezed(cli("day", "x", "--till", folder)[1])


def test_status_of_a_till_that_never_sold(cli, tmp_path):
    write_settings(tmp_path)
    open_till(tmp_path, path=tmp_path / "till.db").close()
    _, out, _ = cli("day", "status", "--till", tmp_path)
    assert out == ["Business day (none yet), not open", "0 receipts, gross 0.00 EUR"]


def test_x_is_shown_and_writes_nothing(cli, folder):
    before = (folder / "till.db").read_bytes()
    status, out, _ = cli("day", "x", "--till", folder)
    assert status == 0
    rows = squeezed(out)
    assert "X REPORT" in rows
    assert "GROSS 0.99" in rows
    assert "Business day 2026-01-03" in rows
    assert (folder / "till.db").read_bytes() == before


def test_any_z_is_shown_as_a_copy(cli, folder):
    for arguments, number in (((), 2), ((1,), 1)):
        status, out, _ = cli("day", "z", *arguments, "--till", folder)
        assert status == 0
        rows = squeezed(out)
        assert rows[0] == "COPY"
        assert f"Z REPORT {number}" in rows
        assert f"Business day 2026-01-0{number}" in rows


def test_a_z_that_is_not_there_is_said(cli, folder, tmp_path):
    assert cli("day", "z", "7", "--till", folder)[::2] == (
        UNUSABLE, "posframe: There is no Z 7 the last one is 2, of 2026-01-02",
    )  # fmt: skip
    write_settings(tmp_path)
    open_till(tmp_path, path=tmp_path / "till.db").close()
    status, _, err = cli("day", "z", "--till", tmp_path)
    assert status == UNUSABLE
    assert "No day was closed yet" in err
    assert "posframe day close" in err


def test_all_days_are_listed(cli, folder):
    status, out, _ = cli("day", "list", "--till", folder)
    assert status == 0
    header, *rows = squeezed(out)
    assert header == "Z day receipts gross grand total open closed by"
    assert rows == [
        "1 2026-01-01 1 0.99 1.00 1 2026-01-01 12:00:00 1",
        "2 2026-01-02 1 0.99 2.00 3 2026-01-02 12:00:00 1",
    ]


def test_where_no_day_was_closed_the_list_says_so_in_a_sentence(cli, tmp_path):
    write_settings(tmp_path)
    with open_till(tmp_path, path=tmp_path / "till.db"):
        pass
    status, out, _ = cli("day", "list", "--till", tmp_path)
    assert status == 0
    assert out == ["No day was closed yet: posframe day close closes the open one"]


def test_where_there_is_no_till_it_says_so(cli, tmp_path):
    for command in ("status", "x", "z", "list"):
        status, _, err = cli("day", command, "--till", tmp_path)
        assert status == UNUSABLE
        assert err.startswith("posframe: ")


# Closing


def test_a_day_is_closed_by_opening_the_till(cli, folder):
    status, out, _ = cli("day", "close", "--till", folder)
    assert status == 0
    assert out[0].startswith("Z 3 closes 2026-01-03")
    status, out, _ = cli("day", "status", "--till", folder)
    assert "Last: Z 3 of 2026-01-03, signed" in out
    assert cli("journal", "verify", "--till", folder)[0] == 0


def test_a_date_that_is_not_the_open_one_closes_nothing(cli, folder):
    status, out, _ = cli("day", "close", "2026-01-01", "--till", folder)
    assert status == FAILED
    assert out == [
        "The business day that is open is 2026-01-03, not 2026-01-01",
        "  type .closeday 2026-01-03 to close it",
    ]
    assert "Z 2 of" in " ".join(cli("day", "status", "--till", folder)[1])


def test_a_running_till_closes_its_day_itself(cli, folder):
    with open_till(folder, path=folder / "till.db") as till, till.door():
        status, out, _ = cli("day", "close", "--till", folder)
        assert status == 0
        assert out[0].startswith("Z 3 closes 2026-01-03")
        assert till.state.control.last_z.number == 3
        assert cli("day", "z", "--printer", "--till", folder)[1] == ["Z 3: a copy is printed"]
        assert cli("day", "z", "1", "--printer", "--till", folder)[1] == ["Z 1: a copy is printed"]
        status, out, _ = cli("day", "x", "--printer", "--till", folder)
        assert (status, out) == (0, ["X report: the day goes on"])


def test_where_people_sign_in_a_day_is_closed_by_number_and_pin(cli, tmp_path, monkeypatch):
    write_signing_settings(tmp_path)
    with open_signing_till(tmp_path, path=tmp_path / "till.db") as till:
        till.do(cmd.AddDepartment(department="1", price_minor=99))
        till.do(cmd.Pay(type="cash"))
        till.do(cmd.SignOut())
    status, out, _ = cli("day", "close", "--till", tmp_path)
    assert (status, out[0]) == (FAILED, "Nobody is signed in")
    for number, pin, words in (
        ("17", PINS["17"], "Closing the day is not for a cashier"),
        ("7", "0000", REFUSED),
    ):
        monkeypatch.setattr("sys.stdin", io.StringIO(f"{pin}\n"))
        status, out, err = cli("day", "close", "--operator", number, "--till", tmp_path)
        assert status == FAILED
        assert words == out[0]
        assert pin not in " ".join([*out, err])
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{PINS['7']}\n"))
    status, out, _ = cli("day", "close", "--operator", "7", "--till", tmp_path)
    assert status == 0
    assert out[0].startswith("Z 1 closes 20")
    with open_signing_till(tmp_path, path=tmp_path / "till.db", signed_in="") as till:
        assert till.state.control.operator == "", "who closed has left the till"
        (closed,) = events_of(till, ev.DayClosed)
        assert closed.operator == "7"


def test_nobody_loses_their_place_to_a_close_from_elsewhere(cli, tmp_path, monkeypatch):
    write_signing_settings(tmp_path)
    with open_signing_till(tmp_path, path=tmp_path / "till.db") as till, till.door():
        monkeypatch.setattr("sys.stdin", io.StringIO(f"{PINS['7']}\n"))
        status, _, err = cli("day", "close", "--operator", "7", "--till", tmp_path)
        assert status == UNUSABLE
        assert err == (
            "posframe: Operator 17 is signed in at the till do it there, or have them sign out"
            " first: .signout"
        )
        assert till.state.control.operator == "17"
        till.do(cmd.SignOut())
        monkeypatch.setattr("sys.stdin", io.StringIO(f"{PINS['7']}\n"))
        status, out, _ = cli("day", "close", "--operator", "7", "--till", tmp_path)
        assert status == 0, out
        assert till.state.control.operator == ""
        assert till.state.control.last_z.number == 1


# Exporting


def test_all_closed_days_are_exported_and_again_without_harm(cli, folder, accounts, tmp_path):
    arguments = ("day", "export", "--accounts", accounts, "--out", tmp_path, "--till", folder)
    status, out, _ = cli(*arguments)
    assert status == 0
    files = [tmp_path / f"T01-Z00000{number}.csv" for number in (1, 2)]
    assert [re.sub(r"^.*/", "", line) for line in out] == [
        "T01-Z000001.csv: 8 postings, 153.00 on each side, written",
        "T01-Z000002.csv: 6 postings, 3.00 on each side, written",
    ]
    first = [path.read_bytes() for path in files]
    wanted = """\
entry,line,date,account,debit,credit,currency,text
T01-Z000002,1,2026-01-02,1000,1.00,0.00,EUR,tender cash: taken
T01-Z000002,2,2026-01-02,4840,0.00,0.01,EUR,tender cash: rounding
T01-Z000002,3,2026-01-02,4000,0.00,0.83,EUR,sales: Grocery
T01-Z000002,4,2026-01-02,2201,0.00,0.16,EUR,tax: vat19 19 %
T01-Z000002,5,2026-01-02,1000,0.00,2.00,EUR,movement pickup: -
T01-Z000002,6,2026-01-02,1010,2.00,0.00,EUR,movement pickup: -
"""
    assert first[1].decode() == wanted
    status, out, _ = cli(*arguments)
    assert status == 0
    assert all(line.endswith("was there already, the same") for line in out)
    assert [path.read_bytes() for path in files] == first


@pytest.mark.parametrize("which", [("--z", "2"), ("--date", "2026-01-02")])
def test_one_day_is_exported_by_its_number_or_its_date(cli, folder, accounts, tmp_path, which):
    status, out, _ = cli(
        "day", "export", "--accounts", accounts, "--out", tmp_path, "--till", folder, *which,
        "--form", "jsonl",
    )  # fmt: skip
    assert status == 0
    assert len(out) == 1
    assert [path.name for path in tmp_path.glob("T01-*")] == ["T01-Z000002.jsonl"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--z", "9"), "There is no Z 9 the last one is 2, of 2026-01-02"),
        (("--date", "2026-01-05"), "No Z closed 2026-01-05 the last one is 2, of 2026-01-02"),
        (("--z", "1", "--date", "2026-01-01"), "Name a Z or a date, not both"),
    ],
)
def test_a_day_that_cannot_be_meant_is_said(cli, folder, accounts, tmp_path, arguments, words):
    status, _, err = cli(
        "day", "export", "--accounts", accounts, "--out", tmp_path, "--till", folder, *arguments
    )
    assert status == UNUSABLE
    assert words in err
    assert not list(tmp_path.glob("T01-*"))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (('pickup = "1010"', ""), "The account map has no movements.pickup"),
        (("vat19 =", "vat ="), "The account map has no taxes.vat19 Did you mean 'vat'?"),
        (('"*" = "4000"', '"*" = "1000"'), "both 1000: one would cancel the other"),
        (("[accounts]", "[acounts]"), "acounts is not a setting did you mean accounts?"),
    ],
)
def test_a_map_that_will_not_do_is_named_and_writes_nothing(
    cli, folder, accounts, tmp_path, change, words
):
    accounts.write_text(ACCOUNTS.replace(*change), encoding="utf-8")
    status, _, err = cli(
        "day", "export", "--accounts", accounts, "--out", tmp_path, "--till", folder
    )
    assert status == UNUSABLE
    assert words in err
    assert not list(tmp_path.glob("T01-*")), "no half of the days was written"


def test_a_map_that_changed_since_leaves_what_was_exported(cli, folder, accounts, tmp_path):
    arguments = ("day", "export", "--accounts", accounts, "--out", tmp_path, "--till", folder)
    cli(*arguments)
    before = (tmp_path / "T01-Z000001.csv").read_bytes()
    accounts.write_text(ACCOUNTS.replace("4840", "4841"), encoding="utf-8")
    status, _, err = cli(*arguments)
    assert status == UNUSABLE
    assert "was exported before, and differently" in err
    assert (tmp_path / "T01-Z000001.csv").read_bytes() == before
