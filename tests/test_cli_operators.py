"""``posframe operators`` and ``posframe approve``: people enter people; a PIN is seen by nobody."""

from __future__ import annotations

import io
import os
import pty
import subprocess
import sys

import pytest

from posframe.cli.main import UNUSABLE, run
from posframe.script import Script
from posframe.till import Ports
from tests.kernel.shop import open_till, write_settings
from tests.signing import PINS, SIGN_IN, open_signing_till, operators_file, write_signing_settings

LONG_S = 30
MANAGER = ("add", "7", "manager", "Operator", "seven")


@pytest.fixture
def folder(tmp_path):
    write_settings(tmp_path, more=SIGN_IN)
    return tmp_path


@pytest.fixture
def cli(folder, capsys, monkeypatch):
    """Run one command line with lines that come in by a pipe; return status and what was said."""

    def call(*arguments, typed=()):
        monkeypatch.setattr(sys, "stdin", io.StringIO("".join(f"{line}\n" for line in typed)))
        capsys.readouterr()
        status = run([*map(str, arguments), "--till", str(folder)])
        out, err = capsys.readouterr()
        return status, " ".join((out + err).split())

    return call


@pytest.fixture
def operators(cli):
    return lambda *arguments, **more: cli("operators", *arguments, **more)


@pytest.fixture
def staffed(operators):
    """A manager and a cashier are entered."""
    assert operators(*MANAGER, typed=(PINS["7"],) * 2)[0] == 0
    assert operators("add", "17", "cashier", "Operator", "17", typed=(PINS["17"],) * 2)[0] == 0
    return operators


def test_a_shop_is_set_up_and_opens(staffed, folder):
    """With what was typed here people sign in."""
    status, words = staffed("list")
    assert status == 0
    assert words == (
        "number role PIN badge name 7 manager set none Operator seven 17 cashier set none"
        " Operator 17"
    )
    with open_till(folder) as till:
        assert till.signing.sign_in("17", PINS["17"]).accepted
        assert till.signing.name_of("7") == "Operator seven"
    assert (folder / "operators.toml").stat().st_mode & 0o777 == 0o600
    assert (folder / "pins.key").stat().st_mode & 0o777 == 0o600


def test_the_first_one_can_lead_the_shop(operators, folder):
    status, words = operators("add", "17", "cashier", "One", typed=(PINS["17"],) * 2)
    assert (status, "begin with the role manager" in words) == (UNUSABLE, True)
    assert not (folder / "operators.toml").exists()


def test_the_last_one_who_can_lead_stays(staffed, folder):
    before = (folder / "operators.toml").read_bytes()
    for words in (
        ("remove", "7"),
        ("remove", "7", "--keep"),
        ("set-role", "7", "cashier"),
    ):
        status, said = staffed(*words)
        assert (status, "Nobody would be left" in said) == (UNUSABLE, True)
    assert (folder / "operators.toml").read_bytes() == before


def test_it_says_what_switches_signing_in_on(folder, operators):
    write_settings(folder)
    _, words = operators(*MANAGER, typed=(PINS["7"],) * 2)
    assert "[operators] sign_in = true" in words


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        (("4826", "4826"), "A PIN has 6 to 12 digits"),
        (("285916", "285917"), "The two are not the same"),
        (("123456", "123456"), "among the first anybody would try"),
        (("28591x", "28591x"), "A PIN has 6 to 12 digits"),
        (("285916",), "Nothing was typed"),
        ((), "Nothing was typed"),
    ],
)
def test_a_pin_that_cannot_be_changes_nothing(operators, folder, typed, words):
    """Who approves for others needs six digits."""
    status, said = operators(*MANAGER, typed=typed)
    assert (status, words in said) == (UNUSABLE, True)
    assert not any(line in said for line in typed)
    assert not (folder / "operators.toml").exists()


def test_a_cashier_needs_four_digits_and_six_to_become_a_supervisor(staffed):
    status, said = staffed("set-role", "17", "supervisor", typed=("4826", "4826"))
    assert (status, "A PIN has 6 to 12 digits" in said) == (UNUSABLE, True)
    assert staffed("set-role", "17", "supervisor", typed=(PINS["42"],) * 2)[0] == 0
    assert staffed("set-role", "17", "trainee") == (0, "17 is trainee from the next sign-in on")


def test_a_pin_is_set_anew_while_the_till_runs(staffed, folder):
    with open_till(folder) as till:
        assert till.signing.sign_in("17", PINS["17"]).accepted
        assert staffed("set-pin", "17", typed=("60417", "60417")) == (0, "17 has a new PIN")
        assert not till.signing.sign_in("17", PINS["17"]).accepted
        assert till.signing.sign_in("17", "60417").accepted
        assert staffed("remove", "17") == (0, "17 can no longer sign in")
        assert not till.signing.sign_in("17", "60417").accepted


def test_a_badge_is_scanned_and_taken_away(staffed, folder):
    assert staffed("badge", "17", typed=("BADGE-0017",)) == (0, "17 has a new badge")
    with open_till(folder) as till:
        assert till.signing.sign_in_badge("BADGE-0017", PINS["17"]).accepted
        assert staffed("badge", "17", "--off") == (0, "17 has no badge")
        assert not till.signing.sign_in_badge("BADGE-0017", PINS["17"]).accepted
    assert b"BADGE-0017" not in (folder / "operators.toml").read_bytes()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("add", "17", "cashier", "Again"), "17 is entered already"),
        (("add", "18", "cahsier", "New"), "did you mean cashier?"),
        (("add", "018", "cashier", "New"), "1 to 8 digits"),
        (("add", "18", "cashier"), "name has to have"),
        (("set-pin", "19"), "There is no operator 19"),
        (("set-role", "19", "cashier"), "There is no operator 19"),
        (("set-role", "17", "boss"), "there is no role 'boss'"),
        (("remove", "19"), "There is no operator 19"),
        (("badge", "19"), "There is no operator 19"),
        (("free", "17"), "No till runs in"),
    ],
)
def test_what_cannot_be_is_said_before_a_pin_is_asked(staffed, folder, words, said):
    before = (folder / "operators.toml").read_bytes()
    status, found = staffed(*words, typed=("4826", "4826"))
    assert (status, said in found) == (UNUSABLE, True), found
    assert (folder / "operators.toml").read_bytes() == before


def test_many_come_from_a_file(staffed, folder, tmp_path):
    """PINs stay, but of one who approves from now on; who is new has none yet."""
    file = tmp_path / "staff.csv"
    file.write_text(
        "number,name,role,badge,active\n18,New one,cashier,BADGE-0018,yes\n"
        "17,Renamed,supervisor,,\n19,Gone,cashier,,no\n",
        encoding="utf-8",
    )
    status, said = staffed("import", file)
    assert (status, "3 operators read" in said) == (0, True)
    assert "without a PIN, so they cannot sign in by number: 17, 18" in said
    book = operators_file(folder).book()
    assert [(each.id, each.name, each.active) for each in book.operators] == [
        ("7", "Operator seven", True),
        ("17", "Renamed", True),
        ("18", "New one", True),
        ("19", "Gone", False),
    ]
    assert book.find("7").pin


def test_a_file_leaves_somebody_with_a_pin_who_can_lead(staffed, folder, tmp_path):
    """A leader without a PIN can do nothing; who is promoted so has none yet."""
    before = (folder / "operators.toml").read_bytes()
    file = tmp_path / "staff.csv"
    for text in (
        "number,name,role\n17,New lead,manager\n7,Old lead,cashier\n",
        "number,name,role,active\n18,New lead,manager,yes\n7,Old lead,manager,no\n",
    ):
        file.write_text(text, encoding="utf-8")
        status, said = staffed("import", file)
        assert (status, "Nobody would be left" in said) == (UNUSABLE, True)
        assert (folder / "operators.toml").read_bytes() == before
    file.write_text("number,name,role\n18,New lead,manager\n", encoding="utf-8")
    assert staffed("import", file)[0] == 0
    assert staffed("remove", "7")[0] == UNUSABLE, "18 has no PIN yet"
    assert staffed("set-pin", "18", typed=(PINS["42"],) * 2)[0] == 0
    assert staffed("remove", "7")[0] == 0, "the control"


def test_a_first_file_may_bring_a_leader_who_types_their_pin_next(operators, folder, tmp_path):
    write_settings(folder)
    file = tmp_path / "staff.csv"
    file.write_text("number,name,role\n7,Lead,manager\n", encoding="utf-8")
    assert operators("import", file)[0] == 0
    assert operators("set-pin", "7", typed=(PINS["7"],) * 2)[0] == 0


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("number,name,role,pin\n17,A,cashier,4826\n", "holds PINs"),
        ("number,name\n17,A\n", "needed: number, name, role"),
        ("number,name,role,colour\n17,A,cashier,red\n", "there may be badge and active"),
        ("number,name,role\n17,A,cashier\n17,B,cashier\n", "line 3: 17 is there twice"),
        ("number,name,role\n18,A,cashier\n019,B,cashier\n", "line 3: An operator's number"),
        ("number,name,role\n18,A,boss\n", "there is no role 'boss'"),
        ("number,name,role,active\n18,A,cashier,maybe\n", "line 2: active is 'maybe'"),
        ("number,name,role,badge\n18,A,cashier,x\n", "line 2: A badge's code"),
        ("number,name,role\n7,A,cashier\n", "Nobody would be left"),
        ("", "its columns are none"),
    ],
)
def test_a_file_with_a_mistake_enters_nobody(staffed, folder, tmp_path, text, said):
    before = (folder / "operators.toml").read_bytes()
    file = tmp_path / "staff.csv"
    file.write_text(text, encoding="utf-8")
    status, found = staffed("import", file)
    assert (status, said in found) == (UNUSABLE, True), found
    assert (folder / "operators.toml").read_bytes() == before


def test_a_number_is_freed_at_the_running_till(tmp_path, cli):
    write_signing_settings(tmp_path)
    with open_signing_till(tmp_path, signed_in="42") as till, till.door():
        for _ in range(5):
            till.signing.sign_in("17", "111222")
        assert not till.signing.sign_in("17", PINS["17"]).accepted
        assert cli("operators", "free", "17") == (0, "It can be tried again")
        assert till.signing.sign_in("17", PINS["17"]).accepted
        assert cli("operators", "free", "42")[0] == 1, "a cashier works there now"


# posframe approve


@pytest.fixture
def asking(tmp_path):
    """A till whose cashier waits for a pay-out to be approved."""
    write_signing_settings(tmp_path)
    with open_signing_till(tmp_path) as till, till.door():
        script = Script(till)
        script.line(".out 12.50 milk")
        yield script


def test_another_shell_sees_what_waits_and_approves_it(cli, asking):
    status, words = cli("approve", typed=("42", PINS["42"], "seen it"))
    assert (status, words) == (
        0,
        "Till T01: Operator 17 (17) asks for Paying out 12.50 EUR [paid_out: milk] Approved by 42",
    )
    assert asking.line(".approve")["accepted"]
    assert asking.till.state.drawer_minor == 15_000 - 1_250
    assert cli("approve") == (1, "Nothing waits for an approval")


def test_another_shell_says_no(cli, asking):
    assert cli("approve", "--deny", typed=("42", PINS["42"], "no"))[0] == 0
    assert cli("approve") == (1, "Nothing waits for an approval")
    assert not asking.line(".approve")["accepted"]


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        (("42", "111222", "why"), "Number or PIN is wrong"),
        (("99", "111222", "why"), "Number or PIN is wrong"),
        (("17", PINS["17"], "why"), "Nobody approves for himself"),
        (("42", PINS["42"], ""), "An approval needs a reason"),
    ],
)
def test_what_is_refused_there_is_refused_here(cli, asking, typed, words):
    status, said = cli("approve", typed=typed)
    assert (status, words in said) == (1, True)
    assert typed[1] not in said
    assert not asking.till.state.control.approvals.open


def test_tries_from_a_shell_count_like_all_others(cli, asking):
    for _ in range(5):
        cli("approve", typed=("42", "111222", "why"))
    assert "Too many wrong tries: wait 30 s" in cli("approve", typed=("42", PINS["42"], "why"))[1]
    assert not asking.till.signing.sign_in("42", PINS["42"]).accepted


def test_where_no_till_runs_there_is_nothing_to_approve(cli):
    status, words = cli("approve")
    assert (status, "No till runs in" in words) == (UNUSABLE, True)


def test_a_pin_is_not_shown_on_a_terminal(folder):
    """On a real one: what is typed comes back, the PIN does not."""
    program = "import sys; from posframe.cli.main import run; sys.exit(run(sys.argv[1:]))"
    words = ["operators", *MANAGER, "--till", str(folder)]
    leader, follower = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-c", program, *words],
        stdin=follower,
        stdout=follower,
        stderr=follower,
        start_new_session=True,
    )
    os.close(follower)
    seen = b""
    for prompt in (b"or more:", b"Once more:"):
        seen = read_until(leader, seen, prompt)
        os.write(leader, PINS["7"].encode() + b"\n")
    seen = read_until(leader, seen, b"manager")
    assert process.wait(LONG_S) == 0
    os.close(leader)
    assert PINS["7"].encode() not in seen
    with open_till(folder, pin_keeper=Ports().pin_keeper) as till:
        assert till.signing.sign_in("7", PINS["7"]).accepted


def read_until(leader, seen, words):
    """Read what a terminal shows until ``words`` come after what was read before."""
    begun = len(seen)
    while words not in seen[begun:]:
        seen += os.read(leader, 1_024)
    return seen
