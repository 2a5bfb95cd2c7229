"""The command line: every failure ends in a sentence, a hint and a status, never in a traceback."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import apsw
import pytest

from posframe.cli.main import FAILED, UNUSABLE, run
from posframe.store.chain import GENESIS, row_hash
from posframe.version import __version__
from tests.kernel.shop import write_settings

SALE = "2 * 4011\n1.99 / 1\n+\n5.00\n"


@pytest.fixture
def folder(tmp_path):
    """A till that has sold one thing, to a department."""
    write_settings(tmp_path)
    sold = tmp_path / "day.txt"
    sold.write_text("# the first sale\n\n199 / 1\n+\n500\n", encoding="utf-8")
    assert run(["script", str(sold), "--till", str(tmp_path)]) == 0
    return tmp_path


@pytest.fixture
def cli(capsys):
    """Run one command line; return status, lines printed, and lines of complaint."""

    def call(*arguments):
        capsys.readouterr()
        status = run([str(each) for each in arguments])
        out, err = capsys.readouterr()
        return status, out.splitlines(), err.splitlines()

    return call


def complaint(result):
    """Return what a command said that was refused."""
    status, _, err = result
    assert status == UNUSABLE
    assert not any("Traceback" in line for line in err)
    assert err[0].startswith("posframe: ")
    return " ".join(line.strip() for line in err)


# The tree


def test_without_a_command_it_says_what_there_is(cli):
    status, out, _ = cli()
    assert status == 0
    shown = "\n".join(out)
    for command in ("run", "script", "do", "new", "journal", "plugins", "catalogue", "receipts"):
        assert command in shown


def test_it_knows_its_version(cli):
    assert cli("--version")[1] == [__version__]


@pytest.mark.parametrize(
    "arguments",
    [["frobnicate"], ["journal", "frobnicate"], ["journal", "verify", "--nothing"],
     ["plugins", "why"], ["journal", "show", "--first", "many"], ["new", "till"]],
)  # fmt: skip
def test_what_no_command_understands_is_said_and_is_status_two(cli, arguments):
    status, out, err = cli(*arguments)
    assert status == UNUSABLE
    assert "".join(out + err).strip()
    assert not any("Traceback" in line for line in out + err)


@pytest.mark.parametrize(
    "arguments",
    [
        ["script", "--till", "{}/nowhere"],
        ["journal", "verify", "--till", "{}/nowhere"],
        ["journal", "show", "--till", "{}/nowhere"],
        ["journal", "export", "--till", "{}/nowhere"],
        ["plugins", "check", "--till", "{}/nowhere"],
        ["plugins", "inspect", "payments", "--till", "{}/nowhere"],
        ["plugins", "list", "--till", "{}/nowhere"],
        ["do", "1 * PEN", "--till", "{}/nowhere"],
        ["receipts", "show", "{}/nowhere"],
    ],
)
def test_a_folder_without_a_till_is_named(cli, tmp_path, arguments):
    made = [each.format(tmp_path) for each in arguments]
    assert str(tmp_path / "nowhere") in complaint(cli(*made))


# new till


def test_a_new_till_can_be_checked_at_once(cli, tmp_path):
    shop = tmp_path / "shop"
    status, out, _ = cli("new", "till", shop)
    assert status == 0
    assert str(shop / "till.toml") in out[0]
    assert cli("plugins", "check", "--till", shop)[0] == 0


def test_a_till_that_is_there_is_left_alone(cli, folder):
    before = (folder / "till.toml").read_bytes()
    assert "exists already" in complaint(cli("new", "till", folder))
    assert (folder / "till.toml").read_bytes() == before


def test_a_place_that_cannot_be_written_is_named(cli, tmp_path):
    (tmp_path / "file").write_text("")
    assert "cannot be written" in complaint(cli("new", "till", tmp_path / "file" / "shop"))


def test_the_demonstration_shop_sells(cli, tmp_path):
    """Goods, cards and stock are there, and a sale goes through."""
    shop = tmp_path / "shop"
    assert cli("new", "till", shop, "--demo")[0] == 0
    entries = tmp_path / "entries.txt"
    entries.write_text(SALE.replace("1.99 / 1\n", ""), encoding="utf-8")
    status, out, _ = cli("script", entries, "--till", shop)
    assert status == 0
    answers = [json.loads(line) for line in out]
    assert answers[-1]["receipt"]["number"] == 1
    assert cli("journal", "verify", "--till", shop)[0] == 0


# script and do


def test_a_script_prints_one_object_a_line(cli, folder):
    entries = folder / "entries.txt"
    entries.write_text("# comment\n199 / 1\n\n@state\n", encoding="utf-8")
    status, out, _ = cli("script", entries, "--till", folder)
    answers = [json.loads(line) for line in out]
    assert status == 0
    assert [answer["due"] for answer in answers] == [199, 199]
    assert answers[1]["state"]["last_receipt"] == 1


def test_a_refused_entry_is_status_one_and_the_next_one_is_done(cli, folder):
    entries = folder / "entries.txt"
    entries.write_text("nothing1\n199 / 1\n", encoding="utf-8")
    status, out, _ = cli("script", entries, "--till", folder)
    assert status == FAILED
    assert [json.loads(line)["accepted"] for line in out] == [False, True]


def test_full_prints_the_state_every_time(cli, folder):
    entries = folder / "entries.txt"
    entries.write_text("199 / 1\n", encoding="utf-8")
    _, out, _ = cli("script", entries, "--till", folder, "--full")
    assert json.loads(out[0])["state"]["last_receipt"] == 1


def test_a_script_that_is_not_there_is_named(cli, folder):
    assert "cannot be read" in complaint(cli("script", folder / "missing", "--till", folder))


def test_bytes_that_are_no_text_are_an_entry_like_any_other(cli, folder):
    entries = folder / "entries.bin"
    entries.write_bytes(b"\xff\xfe\x00\n" + b"9" * 10_000 + b"\n199 / 1\n")
    status, out, _ = cli("script", entries, "--till", folder)
    assert status == FAILED
    assert json.loads(out[-1])["accepted"]


def test_entries_are_done_at_a_till_that_does_not_run(cli, folder):
    status, out, _ = cli("do", "199 / 1", "+", "--till", folder)
    assert status == 0
    assert [json.loads(line)["screen"] for line in out] == ["sale", "payment"]
    assert cli("do", "nothing1", "--till", folder)[0] == FAILED


def test_a_second_till_in_a_folder_is_refused_by_name(cli, folder):
    from posframe.till import Till

    with Till.open(folder):
        words = complaint(cli("script", folder / "day.txt", "--till", folder))
    assert f"running already: till T01, process {os.getpid()}" in words


# journal


def test_a_whole_journal_verifies(cli, folder):
    status, out, _ = cli("journal", "verify", "--till", folder)
    assert status == 0
    assert out[0].endswith("1 receipts, 0 anchors")
    assert out[1].startswith("good; the last row is ")


def test_a_journal_can_be_read_while_the_till_runs(cli, folder):
    from posframe.till import Till

    with Till.open(folder):
        for command in ("verify", "show", "export"):
            assert cli("journal", command, "--till", folder)[0] == 0


def test_a_changed_journal_is_bad_by_its_row_and_status_one(cli, folder):
    connection = apsw.Connection(str(folder / "till.db"))
    connection.execute("UPDATE journal SET actor = 'x' WHERE seq = 3")
    connection.close()
    status, out, _ = cli("journal", "verify", "--till", folder)
    assert status == FAILED
    assert out[1].startswith("BAD: row 3: its content is not what was written")
    assert "restore" in out[2]


def test_rows_are_shown_for_people(cli, folder):
    status, out, _ = cli("journal", "show", "--till", folder)
    assert status == 0
    assert "sale.Completed" in "\n".join(out)
    assert out[0].split()[0] == "1"
    only = cli("journal", "show", "--till", folder, "--name", "sale.")[1]
    assert [line.split()[4] for line in only] == [
        "sale.Opened", "sale.LineAdded", "sale.Totalled", "sale.TenderApplied", "sale.Completed",
    ]  # fmt: skip
    second = cli("journal", "show", "--till", folder, "--first", "2", "--last", "3")[1]
    assert [line.split()[0] for line in second] == ["2", "3"]
    transaction = json.loads(only[0].partition("sale.Opened ")[2])["transaction"]
    of_it = cli("journal", "show", "--till", folder, "--transaction", transaction)[1]
    assert {line.split()[4].partition(".")[0] for line in of_it} == {"sale"}


def test_the_last_twenty_rows_are_shown_unless_told_otherwise(cli, folder):
    entries = folder / "entries.txt"
    entries.write_text("1 / 1\n" * 30, encoding="utf-8")
    cli("script", entries, "--till", folder)
    assert len(cli("journal", "show", "--till", folder)[1]) == 20


def test_an_export_is_whole_and_its_hashes_can_be_checked(cli, folder):
    """One object a row, to a file or to standard output."""
    target = folder / "journal.jsonl"
    status, out, _ = cli("journal", "export", target, "--till", folder)
    rows = [json.loads(line) for line in target.read_text(encoding="utf-8").splitlines()]
    assert status == 0
    assert out == [f"{len(rows)} rows written to {target}"]
    assert [row["seq"] for row in rows] == list(range(1, len(rows) + 1))
    assert [json.loads(line) for line in cli("journal", "export", "--till", folder)[1]] == rows
    assert len(cli("journal", "export", "--till", folder, "--first", "3")[1]) == len(rows) - 2
    connection = apsw.Connection(str(folder / "till.db"))
    bodies = dict(connection.execute("SELECT seq, body FROM journal").fetchall())
    connection.close()
    previous = GENESIS
    for row in rows:
        header = [row[name] for name in (
            "seq", "epoch", "action", "command", "name", "version", "wall_us", "boot", "mono_us",
            "business_date", "actor", "transaction")]  # fmt: skip
        previous = row_hash(previous, header, bodies[row["seq"]])
        assert row["hash"] == previous.hex()


def test_an_export_that_cannot_be_written_is_named(cli, folder):
    words = complaint(cli("journal", "export", folder / "no" / "file", "--till", folder))
    assert "cannot be written" in words


# plugins


def test_plugins_are_listed_and_marked_where_used(cli, folder):
    status, out, _ = cli("plugins", "list", "--till", folder)
    assert status == 0
    by_name = {line.split()[0]: line.split() for line in out[1:]}
    assert by_name["payments"][2:4] == ["required", "yes"]
    assert "yes" not in by_name["loyalty"]
    assert "yes" not in "\n".join(cli("plugins", "list")[1])


def test_a_plugin_is_looked_into(cli, folder):
    status, out, _ = cli("plugins", "inspect", "payments", "--till", folder)
    shown = "\n".join(out)
    assert status == 0
    assert out[0].startswith("payments ")
    assert "setting quick_cash" in shown
    assert "posframe_tender_types" in shown
    assert "tenders: cash" in shown
    assert ", faults 0" in shown
    assert "does not use 'loyalty'" in complaint(
        cli("plugins", "inspect", "loyalty", "--till", folder)
    )


def test_who_answers_a_hook_is_told_in_order(cli, folder):
    status, out, _ = cli("plugins", "why", "posframe_identify_item", "--till", folder)
    assert status == 0
    assert out[0].startswith("posframe_identify_item: Answer: ")
    assert out[1].startswith("  1. payments ")
    assert out[2].startswith("  2. posframe ")
    assert "the first answer wins" in out[3]
    assert "did you mean posframe_identify_item?" in complaint(
        cli("plugins", "why", "posframe_identify_itme", "--till", folder)
    )
    assert "all are asked" in cli("plugins", "why", "posframe_contribute", "--till", folder)[1][-1]


def test_a_till_is_checked_without_touching_it(cli, folder):
    before = (folder / "till.db").read_bytes()
    status, out, _ = cli("plugins", "check", "--till", folder)
    assert (status, out[0].startswith("good: payments ")) == (0, True)
    assert (folder / "till.db").read_bytes() == before
    write_settings(folder, more="[devices.scanner]\ndriver = 'x'\n")
    assert "devices.scanner" in complaint(cli("plugins", "check", "--till", folder))


def test_plugins_bring_commands_of_their_own(cli):
    """``posframe_cli``: mounted beside the till's, whether or not a till uses the plugin."""
    status, out, _ = cli("inventory", "--help")
    assert status == 0
    assert any("import" in line for line in out)


def test_a_plugin_that_brings_rubbish_leaves_the_other_commands(cli, monkeypatch):
    from posframe_inventory.plugin import InventoryPlugin

    def broken():
        raise ValueError("no commands today")

    monkeypatch.setattr(InventoryPlugin, "posframe_cli", staticmethod(broken))
    status, out, err = cli("--version")
    assert (status, out) == (0, [__version__])
    assert any("inventory" in line and "no commands today" in line for line in err)


# As a process


def test_as_a_process_it_reads_its_entries_and_ends(folder):
    """``posframe script`` from standard input: what was typed, what came of it, the status."""
    done = subprocess.run(
        [sys.executable, "-m", "posframe", "script", "--till", str(folder)],
        input=b"199 / 1\n+\n\nnothing1\n", capture_output=True, check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode == FAILED
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert [answer["accepted"] for answer in answers] == [True, True, True, False]
    assert answers[2]["receipt"]["number"] == 2
    assert done.stderr == b""


def test_as_a_process_it_fails_in_a_sentence(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "posframe", "script", "--till", str(tmp_path)],
        input=b"", capture_output=True, check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode == UNUSABLE
    assert done.stderr.startswith(b"posframe: ")
    assert b"posframe new till" in done.stderr
    assert b"Traceback" not in done.stderr
