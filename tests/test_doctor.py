"""``posframe doctor``: every finding comes with what mends it, and nothing is changed."""

from __future__ import annotations

import json
import os

import apsw
import attrs
import pytest

from posframe import commands
from posframe.cli import doctor as command
from posframe.cli.main import UNUSABLE, run
from posframe.doctor import BROKEN, OK, WARN, Surroundings
from posframe.kernel.domain.transaction import JobStatus
from posframe.testing.ports import ManualClock
from tests.device_commands import add
from tests.kernel.shop import open_till, write_settings
from tests.sound_machine import GOOD_TERMINAL, SOUND, looked


@pytest.fixture
def folder(tmp_path):
    """A till that has never been started, whose devices are in software."""
    write_settings(tmp_path)
    return tmp_path


@pytest.fixture
def sold(folder, capsys):
    """A till that has sold something, and keeps a backup."""
    entries = folder / "day.txt"
    entries.write_text("199 / 1\n+\n500\n", encoding="utf-8")
    assert run(["script", str(entries), "--till", str(folder)]) == 0
    capsys.readouterr()
    (folder / "backups").mkdir()
    (folder / "backups" / "copy.db").touch()
    return folder


def trouble(folder, **wrong):
    """Return the one check that is not well."""
    (found,) = [each for each in looked(folder, **wrong).values() if each.result != OK]
    return found


def everything(folder):
    """Return all files of a folder with their content and their rights."""
    return {
        path.relative_to(folder): (path.read_bytes(), path.stat().st_mode)
        for path in folder.rglob("*")
        if path.is_file()
    }


# The command


@pytest.fixture
def cli(capsys, monkeypatch):
    """Examine a till through the command line, on a machine with nothing wrong but what is said."""

    def call(*arguments, **wrong):
        monkeypatch.setenv("COLUMNS", "80")
        monkeypatch.setattr(command, "SURROUNDINGS", attrs.evolve(SOUND, **wrong))
        capsys.readouterr()
        status = run(["doctor", *map(str, arguments)])
        out, err = capsys.readouterr()
        assert "Traceback" not in out + err
        return status, out

    return call


def test_a_sound_till_is_status_zero(cli, sold):
    status, out = cli("--till", sold)
    assert status == 0, out
    assert out.splitlines()[-1].endswith(" ok, 0 to see to, 0 broken")
    assert max(map(len, out.splitlines())) <= 80


def test_a_till_that_was_never_started_is_well(cli, folder):
    status, out = cli("--till", folder)
    assert status == 0, out


def test_what_somebody_should_see_to_is_status_one(cli, sold):
    """With the command, whole, to be copied."""
    status, out = cli("--till", sold, is_synchronised=lambda: False)
    assert status == 1
    assert "\n        sudo timedatectl set-ntp true\n" in out
    assert "1 to see to, 0 broken" in out


def test_what_is_broken_is_status_two(cli, sold):
    status, out = cli("--till", sold, sqlite=lambda: "3.45.1", is_synchronised=lambda: False)
    assert status == 2
    assert "\n        pip install --upgrade apsw\n" in out


def test_the_list_can_be_read_by_programs(cli, sold):
    """The same checks, as objects with four keys."""
    status, out = cli("--till", sold, "--json", sqlite=lambda: "3.45.1")
    assert status == 2
    found = json.loads(out)
    assert all(set(each) == {"name", "result", "words", "fix"} for each in found)
    assert [each["name"] for each in found if each["result"] != "ok"] == ["sqlite"]


def test_every_finding_comes_with_what_mends_it(folder):
    """On a machine with everything wrong at once."""
    add(folder, "scale", "mt8217+serial:/dev/ttyUSB7?unti=kg")
    add(folder, "scanner", "wedge+evdev:/dev/input/event77?grab=no")
    (folder / "till.toml").chmod(0o666)
    wrong = {
        "sqlite": lambda: "3.40.0",
        "free_bytes": lambda _: 1,
        "sync_ms": lambda _: 900.0,
        "is_synchronised": lambda: False,
        "terminal": lambda: attrs.evolve(GOOD_TERMINAL, encoding="ascii"),
        "load_ms": lambda names: dict.fromkeys(names, 900.0),
        "groups": frozenset,
    }
    found = looked(folder, **wrong)
    unwell = [each for each in found.values() if each.result != OK]
    assert len(unwell) > 8
    assert all(each.fix for each in unwell)
    assert all(not each.fix for each in found.values() if each.result == OK)


@pytest.mark.parametrize("state", ["never started", "sold"])
def test_nothing_is_changed(request, state, cli):
    """Not one file, its rights included; and nothing is left behind."""
    folder = request.getfixturevalue("folder" if state == "never started" else "sold")
    before = everything(folder)
    cli("--till", folder, sync_ms=Surroundings().sync_ms, load_ms=Surroundings().load_ms)
    after = everything(folder)
    # A reader of a database in WAL mode keeps its place in this file, which is no data.
    assert {key: each for key, each in after.items() if key.suffix != ".db-shm"} == {
        key: each for key, each in before.items() if key.suffix != ".db-shm"
    }


def test_this_machine_is_looked_at_without_a_stumble(capsys, sold, monkeypatch):
    """The real surroundings: whatever they are, each check says something."""
    monkeypatch.setattr(command, "SURROUNDINGS", None)
    status = run(["doctor", "--till", str(sold), "--json"])
    found = json.loads(capsys.readouterr().out)
    assert status in {0, 1, 2}
    assert {"python", "sqlite", "disk", "disk speed", "clock", "plugin load"} <= {
        each["name"] for each in found
    }
    assert all(each["words"] for each in found)


# The machine


@pytest.mark.parametrize(
    ("name", "result", "wrong"),
    [
        ("sqlite", BROKEN, {"sqlite": lambda: "3.51.2"}),
        ("disk", BROKEN, {"free_bytes": lambda _: 99 << 20}),
        ("disk", WARN, {"free_bytes": lambda _: 1000 << 20}),
        ("disk speed", WARN, {"sync_ms": lambda _: 31.0}),
        ("disk speed", BROKEN, {"sync_ms": lambda _: 501.0}),
        ("clock", WARN, {"is_synchronised": lambda: False}),
        ("plugin load", WARN, {"load_ms": lambda _: {"payments": 201.0}}),
        ("terminal", BROKEN, {"terminal": lambda: attrs.evolve(GOOD_TERMINAL, name="dumb")}),
        ("terminal", BROKEN, {"terminal": lambda: attrs.evolve(GOOD_TERMINAL, encoding="latin-1")}),
        ("terminal", WARN, {"terminal": lambda: attrs.evolve(GOOD_TERMINAL, rows=23)}),
    ],
)
def test_one_thing_wrong_with_the_machine_is_one_finding(sold, name, result, wrong):
    found = trouble(sold, **wrong)
    assert (found.name, found.result) == (name, result)


def test_a_folder_that_cannot_be_written_is_said(sold):
    def refuse(_folder):
        raise PermissionError(13, "Permission denied")

    found = trouble(sold, sync_ms=refuse)
    assert found.result == BROKEN
    assert "cannot be written" in found.words


def test_a_folder_that_is_not_there_is_said(tmp_path):
    found = looked(tmp_path / "nowhere", free_bytes=Surroundings().free_bytes)
    assert found["disk"].result == BROKEN
    assert found["settings"].result == BROKEN
    assert "posframe new till" in found["settings"].fix


@pytest.mark.parametrize(
    "facts",
    [
        attrs.evolve(GOOD_TERMINAL, is_terminal=False, encoding="ascii"),
        attrs.evolve(GOOD_TERMINAL, true_colours=False),
    ],
)
def test_what_is_no_terminal_is_not_blamed(sold, facts):
    assert looked(sold, terminal=lambda: facts)["terminal"].result == OK


def test_a_time_zone_that_nobody_knows_is_broken(folder):
    path = folder / "till.toml"
    text = path.read_text("utf-8").replace('id = "T01"', 'id = "T01"\ntimezone = "Mars/Crater"')
    path.write_text(text, encoding="utf-8")
    assert looked(folder)["time zone"].result == BROKEN


# The till's folder


def test_settings_that_cannot_be_read_end_the_examination(folder):
    """With the sentence and the next step; what depends on them is not guessed."""
    path = folder / "till.toml"
    path.write_text(path.read_text("utf-8").replace("currency", "curency"), encoding="utf-8")
    found = looked(folder)
    assert found["settings"].result == BROKEN
    assert "curency" in found["settings"].words
    assert "currency" in found["settings"].fix
    assert "plugins" not in found


def test_settings_that_others_may_write_are_said(sold):
    (sold / "till.toml").chmod(0o662)
    found = trouble(sold)
    assert (found.result, found.fix) == (WARN, f"chmod 640 {sold}/till.toml")


def test_a_key_that_others_may_read_is_broken(sold):
    (sold / "till.key").chmod(0o640)
    found = trouble(sold)
    assert (found.result, found.fix) == (BROKEN, f"chmod 600 {sold}/till.key")


def test_a_journal_without_a_copy_is_said(sold):
    """And the command that makes one settles it."""
    (sold / "backups" / "copy.db").unlink()
    found = trouble(sold)
    assert (found.name, found.result) == ("backup", WARN)
    assert f"sqlite3 {sold}/till.db \".backup '{sold}/backups/copy.db'\"" in found.fix


def test_an_old_copy_is_said(sold):
    copy = sold / "backups" / "copy.db"
    week_s = 8 * 86_400
    os.utime(copy, (copy.stat().st_mtime - week_s,) * 2)
    assert "8 days old" in trouble(sold).words


# Plugins


def test_a_plugin_that_cannot_be_had_is_broken(folder):
    write_settings(folder, plugins=("payments", "loyalti"))
    found = looked(folder)["plugins"]
    assert found.result == BROKEN
    assert "did you mean 'loyalty'?" in found.fix


def test_keys_that_clash_are_broken(folder):
    write_settings(folder, plugins=("payments", "terminal"), more='[ui.keys]\nhold = ["f2"]\n')
    found = looked(folder)["plugins"]
    assert found.result == BROKEN
    assert "f2" in found.words.lower()


# The journal


def test_a_row_that_was_changed_is_broken(sold):
    """Named, with the next step; the rest is looked at all the same."""
    connection = apsw.Connection(str(sold / "till.db"))
    connection.execute("UPDATE journal SET actor = 'x' WHERE seq = 3")
    connection.close()
    found = trouble(sold)
    assert (found.name, found.result) == ("journal", BROKEN)
    assert "row 3: its content is not what was written" in found.words
    assert "restore its latest backup" in found.fix


def test_a_journal_that_is_no_database_is_broken(sold):
    for name in ("till.db-wal", "till.db-shm"):
        (sold / name).unlink(missing_ok=True)
    (sold / "till.db").write_bytes(b"rubbish" * 1000)
    found = looked(sold)["journal"]
    assert found.result == BROKEN
    assert found.fix


def test_a_journal_that_is_not_in_wal_mode_is_said(sold):
    connection = apsw.Connection(str(sold / "till.db"))
    connection.execute("PRAGMA journal_mode=DELETE").fetchall()
    connection.close()
    assert trouble(sold).name == "journal mode"


def test_a_clock_behind_the_journal_is_broken(sold):
    """Receipts would be older than those before them."""
    hour_ago_s = SOUND.now_s() - 3600
    assert trouble(sold, now_s=lambda: hour_ago_s).name == "clock and journal"


@pytest.fixture
def printing(folder):
    """A till whose receipt was never printed; return its job."""
    clock = ManualClock()
    with open_till(folder, path=folder / "till.db", clock=clock) as till:
        for each in (commands.AddItem(code="PEN"), commands.Pay(type="cash")):
            till.do(each)
        (job,) = [each for each in till.state.jobs.values() if each.kind == "print"]
        yield till, job


def test_a_receipt_that_was_not_printed_is_said(folder, printing):
    found = looked(folder)["receipts"]
    assert found.result == WARN
    assert "1 receipts are not printed yet" in found.words


def test_a_print_in_doubt_is_said_with_the_answer(folder, printing):
    till, job = printing
    till.do(commands.ClaimJobs(ids=(job.id,)))
    assert till.state.jobs[job.id].status is JobStatus.SENT
    found = looked(folder)["jobs"]
    assert found.result == WARN
    assert "1 in doubt: print" in found.words
    assert '".printed yes"' in found.fix


def test_unusable_arguments_are_status_two(capsys):
    assert run(["doctor", "--frob"]) == UNUSABLE
