"""What no entry, key, scan or door reaches: what the till alone sends, and what is not the till's.

A shell, a file or any Python is reached by nothing that an operator types: every entry and action
is a command of the kernel or of a plugin, or asks for one of the till's own pages.
"""

from __future__ import annotations

import json
import re
import socket
from pathlib import Path

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from posframe import RuleViolation, Session, events
from posframe.door import SOCKET_FILE
from posframe.errors import PosframeError
from posframe.kernel.domain import commands as cmd
from posframe.kernel.domain.entry import Approve, EntryRules, Show, parse
from posframe.kernel.domain.entry_names import NAMES
from posframe.kernel.domain.entry_people import Identify
from posframe.kernel.domain.entry_shifts import CountAsked
from posframe.kernel.domain.kernel_permissions import MACHINE, kernel_permission_of
from posframe.kernel.hookspecs import hookimpl
from posframe.script import Script
from tests.kernel.asking import active
from tests.kernel.shop import recorded_of, write_settings
from tests.signing import PINS, open_signing_till, write_signing_settings

ROOT = Path(__file__).parents[1]
QUESTIONS = (Show, Approve, Identify, CountAsked)
"""What an entry may mean beside a command: a page, who answers for something, a count."""
PLUGINS = ("payments", "loyalty", "inventory")
TABLES = '\n[plugins.loyalty]\ncard_prefix = "9528"\n\n[plugins.inventory]\n'


@pytest.fixture(scope="module")
def till(tmp_path_factory):
    folder = tmp_path_factory.mktemp("till")
    write_signing_settings(folder, plugins=PLUGINS, more=TABLES)
    with open_signing_till(folder) as opened:
        yield opened


def check_harmless(till, found):
    """A command of an operator's, or a question; never one that the till alone sends."""
    if found is None or isinstance(found, QUESTIONS):
        return
    permission = kernel_permission_of(found)
    assert permission != MACHINE, f"{found} is the till's own"
    own = dict(till.parts.engine.parts.settings.control.plugin_permissions)
    assert permission is not None or own.get(type(found)), f"{found} asks for nothing"


words = st.sampled_from(
    ["1", "17", "all", "0.50", "20x5", "done", "here", "yes", "no", "paid", "not", "by=7", "PEN",
     "4826", "end", "open", "confirm", "explain", "cash", "x2", "@1.00", "is=good", "to=18",
     "print", "SignIn", "GrantApproval", "../till.toml", "$(ls)", "`id`", "; ls", "eval('1')"]
)  # fmt: skip
named = st.builds(
    lambda name, rest: " ".join([f".{name}", *rest]),
    st.sampled_from([*NAMES, "enrol", "points", "stock", "count", "receive", "Start", "signIn"]),
    st.lists(words, max_size=5),
)
entries = st.one_of(named, st.text(max_size=30), st.lists(words, max_size=4).map(" ".join))


@given(text=entries, screen=st.sampled_from(["sale", "payment"]), marked=st.sampled_from([None, 1]))
def test_no_entry_means_what_the_till_alone_sends(text, screen, marked):
    try:
        found = parse(text, screen, marked, EntryRules())
    except PosframeError:
        return
    if not isinstance(found, QUESTIONS):
        assert kernel_permission_of(found) not in {None, MACHINE}


@given(text=entries)
def test_no_entry_scan_or_action_of_a_whole_till_does(till, text):
    """Plugins' entries too, and every action with whatever was typed before its key."""
    session = Session(till)
    for read in (
        lambda: session.read(text),
        lambda: session.scanned(text),
        *(lambda id_=each: session.act(id_, text) for each in session.actions),
    ):
        try:
            check_harmless(till, read())
        except PosframeError:
            continue


def test_a_plugin_that_says_so_is_not_believed(till):
    """Its entry is no command; the fault is noted, and nobody is signed in by it."""
    says = hookimpl(lambda text, screen, sale: cmd.SignIn(operator="7", role="manager", how="pin"))
    acme = type("Acme", (), {"posframe_parse_entry": staticmethod(says)})()
    calls = till.hooks._calls["posframe_parse_entry"]
    calls.insert(0, (active(acme), acme.posframe_parse_entry))
    try:
        found = Session(till).read("PEN")
    finally:
        calls.pop(0)
    check_harmless(till, found)
    assert till.state.control.operator == "17"


def test_every_action_asks_for_what_its_command_asks_for(till):
    """So a screen can show beforehand what is not for who works there."""
    session = Session(till)
    session.marked = 1
    asked = {}
    for id_, action in session.actions.items():
        if action.contexts == ("payment",):  # its entry means something else on the sale's screen
            continue
        try:
            found = session.act(id_, "1")
        except RuleViolation:
            continue
        if found is not None and not isinstance(found, QUESTIONS):
            asked[id_] = (action.permission, permission_of(till, found))
    wrong = {id_: pair for id_, pair in asked.items() if pair[0] != pair[1]}
    assert not wrong
    assert {"no_sale", "discount", "price", "postvoid", "loyalty_points"} <= set(asked)


def permission_of(till, command):
    own = dict(till.parts.engine.parts.settings.control.plugin_permissions)
    return kernel_permission_of(command) or own[type(command)]


# The door


ATTEMPTS = (
    {"command": "SignIn", "operator": "7", "role": "manager"},
    {"submit": {"SignIn": {"operator": "7", "role": "manager", "how": "pin"}}},
    {"entry": "SignIn", "operator": "7"},
    {"entry": ".nosale"},
    {"entry": "PEN", "operator": "7", "role": "manager"},
    {"entry": "@postvoid", "approvals": ["1"]},
    {"ask": "shell"},
    {"ask": ["devices"]},
    {"approve": {"number": "7", "pin": "", "reason": "x"}},
    {"approve": "7"},
    {"report": {"report": "exceptions", "operator": "7", "role": "manager"}},
    {"entry": {"python": "1"}},
    ["SignIn"],
    "SignIn",
)


def test_the_door_takes_nothing_but_entries_questions_and_who_shows_a_pin(tmp_path):
    """Nobody is signed in: nothing that is sent there changes the sale, the drawer or who works."""
    write_signing_settings(tmp_path)
    with open_signing_till(tmp_path, signed_in="") as till, till.door():
        before = till.state
        answers = asked(tmp_path, ATTEMPTS)
        assert not any(each.get("accepted") for each in answers)
        known = {events.TillStarted}
        kinds = {type(row.event) for row in recorded_of(till)} - known
        assert {each.__name__ for each in kinds} <= {"TryFailed"}
        assert attrs.evolve(till.state, control=before.control) == before
        assert till.state.control.signed_in is None


def test_the_door_takes_who_shows_their_pin(tmp_path):
    """The control of the test above: the same door does let somebody in."""
    write_signing_settings(tmp_path)
    with open_signing_till(tmp_path, signed_in="") as till, till.door():
        asked(tmp_path, ({"entry": f".signin 17 {PINS['17']}"}, {"entry": "1 * PEN"}))
        assert till.state.control.operator == "17"
        assert till.state.transaction is not None


def asked(folder, requests):
    with socket.socket(socket.AF_UNIX) as door:
        door.connect(str(folder / SOCKET_FILE))
        with door.makefile("rwb") as lines:
            found = []
            for each in requests:
                lines.write(json.dumps(each).encode() + b"\n")
                lines.flush()
                found.append(json.loads(lines.readline()))
            return found


# Beyond the till


TYPED = (
    *(ROOT / "posframe" / "kernel" / "domain").glob("entry*.py"),
    *(ROOT / "posframe").glob("session*.py"),
    *(ROOT / "posframe").glob("script*.py"),
    ROOT / "posframe" / "door.py",
    ROOT / "posframe" / "actions.py",
    *(ROOT / "terminal_ui" / "posframe_terminal").rglob("*.py"),
)
BEYOND = re.compile(
    r"\b(subprocess|os\.system|os\.exec\w*|os\.spawn\w*|os\.popen|pty\.\w+|shlex|code\.interact"
    r"|pickle)\b|(?<![\w.])(eval|exec|compile|__import__)\("
)


def test_nothing_that_reads_what_is_typed_starts_a_program_or_runs_what_it_reads():
    """Entries, sessions, door and screen: no shell, no evaluation, nothing unpickled."""
    assert len(TYPED) > 60
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in TYPED
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if BEYOND.search(line)
    ]
    assert not found


def test_that_search_would_find_one():
    for line in ("subprocess.run(text)", "  eval(text)", "os.system(text)", "x = exec(text)"):
        assert BEYOND.search(line)
    for line in ("re.compile(pattern)", "self.execute(text)", "os.path.relpath(text)"):
        assert not BEYOND.search(line)


def test_no_entry_by_name_shows_a_page_that_is_not_the_tills(till):
    """Pages are named; what is typed behind one is searched for, and names no file."""
    pages = set()
    for name in NAMES:
        for rest in ("", "1", "x"):
            try:
                found = parse(f".{name} {rest}", "sale", None, EntryRules())
            except PosframeError:
                continue
            if isinstance(found, Show):
                pages.add(found.screen)
    assert pages == {
        *("sale", "payment", "find", "help", "explain", "receipt", "sold", "payments"),
        *("training", "lessons", "shifts", "messages", "exceptions"),
    }


@pytest.mark.parametrize("entry", ["find", "receipt", "sold", "exceptions"])
def test_a_path_typed_where_a_page_is_asked_for_opens_no_file(tmp_path, entry):
    write_settings(tmp_path)
    (tmp_path / "secret.txt").write_text("words of the owner's")
    write_signing_settings(tmp_path)
    with open_signing_till(tmp_path) as till:
        for text in ("secret.txt", "../secret.txt", str(tmp_path / "secret.txt"), "operators.toml"):
            answer = json.dumps(Script(till).line(f".{entry} {text}"))
            assert "words of the owner's" not in answer
            assert "argon2" not in answer
