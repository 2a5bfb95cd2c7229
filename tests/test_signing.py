"""Signing in by number and PIN or by badge: who works at the till, and what a refusal tells."""

from __future__ import annotations

import attrs
import pytest

from posframe.errors import JournalFull
from posframe.kernel.domain import commands as cmd
from posframe.kernel.domain import events as ev
from posframe.pins import REFUSED, PinCost, PinKeeper
from posframe.script import Script
from posframe.testing.ports import ManualClock
from tests.kernel.shop import open_till, recorded_of, rows_of, write_settings
from tests.signing import (
    BADGES,
    CHEAP,
    PINS,
    CountingKeepers,
    fail,
    open_signing_till,
    operators_file,
    said,
    write_operators,
    write_signing_settings,
)

WRONG = "555123"


@pytest.fixture
def folder(tmp_path):
    write_signing_settings(tmp_path)
    return tmp_path


@pytest.fixture
def keepers():
    return CountingKeepers()


@pytest.fixture
def clock():
    return ManualClock()


@pytest.fixture
def till(folder, keepers, clock):
    with open_signing_till(folder, keepers=keepers, clock=clock, signed_in="") as opened:
        yield opened


@pytest.fixture
def script(till):
    return Script(till)


def events_of(till):
    return [row.event for row in recorded_of(till)]


# Who works at the till


def test_nothing_is_sold_until_somebody_signs_in(script):
    answer = script.line("1 * PEN")
    assert said(answer) == (False, "Nobody is signed in")
    assert answer["locked"]
    assert said(script.line(f".signin 17 {PINS['17']}")) == (True, "Operator 17")
    answer = script.line("1 * PEN")
    assert answer["accepted"]
    assert answer["operator"] == "17"
    assert "locked" not in answer


def test_the_journal_names_who_did_it(script, till):
    script.line(f".signin 17 {PINS['17']}")
    script.line("1 * PEN")
    assert till.state.transaction.operator == "17"
    assert recorded_of(till)[-1].actor == "17"


def test_the_pin_may_be_typed_in_an_entry_of_its_own(script):
    assert said(script.line(".signin 17")) == (True, "Type the PIN")
    assert script.session.wants_pin
    assert said(script.line(PINS["17"])) == (True, "Operator 17")
    assert not script.session.wants_pin


def test_a_command_by_name_is_never_taken_for_the_pin_that_was_asked(script, keepers):
    script.line(".signin 17")
    assert said(script.line(".help")) == (True, "Screen: help")
    assert keepers.verified == []
    assert said(script.line(PINS["17"]))[0] is False, "what was asked is forgotten"
    assert keepers.verified == []


def test_an_open_sale_goes_with_its_operator_and_comes_back_with_them(script, till):
    script.line(f".signin 17 {PINS['17']}")
    script.line("3 * PEN")
    sale = till.state.transaction.id
    assert said(script.line(f".signin 18 {PINS['18']}")) == (True, "Operator 18")
    assert till.state.transaction is None
    script.line(".signout")
    assert till.state.control.signed_in is None
    script.line(f".signin 17 {PINS['17']}")
    assert till.state.transaction.id == sale


def test_a_locked_till_keeps_its_sale_and_shows_nothing(script, till):
    script.line(f".signin 17 {PINS['17']}")
    script.line("3 * PEN")
    assert script.line(".lock")["locked"]
    for entry in ("1 * PEN", "+", ".void 1", ".recall", "@recall", ".payments", ".receipt 1",
                  ".messages", ".signout", ".lock", "@return", ".sold PEN", "pen"):  # fmt: skip
        assert said(script.line(entry)) == (False, "Nobody is signed in"), entry
    assert script.line(".help")["accepted"]
    assert said(script.line(f".signin 17 {PINS['17']}")) == (True, "Operator 17")
    assert len(till.state.transaction.basket.lines) == 1


def test_words_are_left_for_one_or_for_all_and_read_once(script):
    script.line(f".signin 17 {PINS['17']}")
    assert script.line(".message The roll is low")["accepted"]
    assert script.line(".message to=18 Call the office")["accepted"]
    assert said(script.line(".message to=19 Hello")) == (False, "There is no operator 19")
    assert said(script.line(".messages")) == (False, "No message waits for you")
    answer = script.line(f".signin 18 {PINS['18']}")
    assert answer["unread"] == 2
    answer = script.line(".messages")
    assert [(each["from"], each["text"]) for each in answer["messages"]] == [
        ("17", "The roll is low"),
        ("17", "Call the office"),
    ]
    assert said(script.line(".messages")) == (False, "No message waits for you")


@pytest.mark.parametrize(
    ("text", "words"),
    [("  ", "The message is empty"), ("x" * 501, "A message has at most 500 characters")],
)
def test_a_message_that_cannot_be_is_not_kept(till, text, words):
    assert till.signing.sign_in("17", PINS["17"]).accepted
    assert till.do(cmd.LeaveMessage(text=text)).words == words
    assert till.do(cmd.LeaveMessage(text="x" * 500)).accepted


def test_words_for_everybody_are_left_for_ever_and_the_oldest_let_go(till):
    """Nobody knows when everybody has read them, so they must not be what stops the next."""
    assert till.signing.sign_in("17", PINS["17"]).accepted
    for number in range(60):
        assert till.do(cmd.LeaveMessage(text=f"Word {number}")).accepted
    kept = [each.text for each in till.state.control.messages]
    assert kept == [f"Word {number}" for number in range(10, 60)]


def test_a_disk_that_fails_tells_nobody_whether_a_pin_was_right(till, folder, monkeypatch):
    """What cannot be kept is not said: the words are the same, and nobody works at the till."""

    def full():
        raise JournalFull("The disk is full", hint="make room")

    with monkeypatch.context() as failing:
        failing.setattr(till.parts.journal, "begin", full)
        outcomes = [till.signing.sign_in("17", pin) for pin in (PINS["17"], WRONG)]
        outcomes.append(till.signing.sign_in("99", WRONG))
        assert len({(each.accepted, each.words, each.hint) for each in outcomes}) == 1
        assert not outcomes[0].accepted
    assert not till.state.control.operator
    assert till.signing.sign_in("17", PINS["17"]).words == "Operator 17", "no try was counted"


def test_where_nobody_signs_in_the_entries_say_so(tmp_path):
    write_settings(tmp_path)
    with open_till(tmp_path) as till:
        script = Script(till)
        for entry in (f".signin 17 {PINS['17']}", ".deny 42 730148 no", ".free 17"):
            assert said(script.line(entry)) == (False, "Nobody signs in at this till")
        assert script.line("1 * PEN")["accepted"]
        assert "operator" not in script.line("1 * PEN")
        assert not till.signing.knows_badge(BADGES["17"])
        assert till.signing.name_of("17") == "17"
    assert not (tmp_path / "pins.key").exists()


# Nobody learns from a refusal


@pytest.mark.parametrize("number", ["17", "99", "018", "x", "", "18", "7"])
def test_a_wrong_pin_and_an_unknown_operator_are_the_same(folder, keepers, number):
    """In words, in what the journal keeps, and in how often argon2 was asked."""
    write_operators(folder)
    operators_file(folder).change(
        lambda book: book.with_one(attrs.evolve(book.find("18"), active=False)).with_one(
            attrs.evolve(book.find("7"), pin=None)
        )
    )
    told = []
    with open_signing_till(folder, keepers=keepers, signed_in="") as till:
        for tried in ("42", number):
            before, rows = len(keepers.verified), len(rows_of(till))
            outcomes = [till.signing.sign_in(tried, WRONG) for _ in range(7)]
            words = [(each.accepted, each.words, each.hint) for each in outcomes]
            fresh = recorded_of(till)[rows:]
            shapes = [(type(row.event), row.actor, len(row.event.mark)) for row in fresh]
            sizes = [(*row[4:6], *row[8:12], len(row[12])) for row in rows_of(till)[rows:]]
            told.append((words, shapes, sizes, len(keepers.verified) - before))
    assert told[0] == told[1]
    assert len(told[0][1]) == 5
    assert told[0][0][:5] == [(False, REFUSED, "type both again")] * 5
    assert (
        told[0][0][5:]
        == [(False, "Too many wrong tries: wait 30 s", "or have a supervisor free this number")] * 2
    )
    assert told[0][3] == 5


def test_the_right_pin_of_one_who_was_taken_out_opens_nothing(folder, till, keepers):
    """The running till looks at the file at each sign-in."""
    assert till.signing.sign_in("17", PINS["17"]).accepted
    operators_file(folder).change(
        lambda book: book.with_one(attrs.evolve(book.find("17"), active=False)).without("18")
    )
    assert till.signing.sign_in("17", PINS["17"]).words == REFUSED
    assert till.signing.sign_in("18", PINS["18"]).words == REFUSED
    assert till.signing.sign_in("42", PINS["42"]).accepted


def test_a_pin_that_was_changed_counts_at_once(folder, till):
    assert till.signing.sign_in("17", PINS["17"]).accepted
    file = operators_file(folder)
    stored = file.keeper().hash("17", "60417")
    file.change(lambda book: book.with_one(attrs.evolve(book.find("17"), pin=stored)))
    assert till.signing.sign_in("17", PINS["17"]).words == REFUSED
    assert till.signing.sign_in("17", "60417").accepted


def test_a_file_that_cannot_be_read_is_said_to_all_alike(folder, till, keepers):
    (folder / "operators.toml").chmod(0o644)
    for number in ("17", "99"):
        outcome = till.signing.sign_in(number, PINS["17"])
        assert "Others can read" in outcome.words
    assert keepers.verified == []
    (folder / "operators.toml").chmod(0o600)
    assert till.signing.sign_in("17", PINS["17"]).accepted


def test_a_pin_is_hashed_anew_at_todays_cost(folder):
    """Once it was right; nobody notices, and it goes on being right."""
    dearer = PinCost(memory_kib=16, passes=1)
    before = operators_file(folder).book().find("17").pin
    make = lambda pepper: PinKeeper(pepper=pepper, cost=dearer)  # noqa: E731 - a port
    with open_till(folder, pin_keeper=make) as till:
        assert till.signing.sign_in("17", WRONG).words == REFUSED
        assert operators_file(folder).book().find("17").pin == before
        assert till.signing.sign_in("17", PINS["17"]).accepted
        after = operators_file(folder).book().find("17").pin
        assert f"m={CHEAP.memory_kib}," in before
        assert f"m={dearer.memory_kib}," in after
        assert till.signing.sign_in("17", PINS["17"]).accepted
        assert operators_file(folder).book().find("17").pin == after


def test_who_signs_in_hears_of_wrong_tries_before(till):
    """Their own slips, or somebody else's guesses: since the last right PIN."""
    fail(till, "17", 3)
    assert till.signing.sign_in("17", PINS["17"]).words == "Operator 17: 3 wrong tries before"
    assert till.signing.sign_in("17", PINS["17"]).words == "Operator 17"


# Badges


def test_a_badge_and_its_pin_sign_in(script, till):
    """The scan asks for the PIN, as the number would."""
    assert said(script.scan(BADGES["17"])) == (True, "Type the PIN")
    assert said(script.line(PINS["17"])) == (True, "Operator 17")
    (signed,) = [each for each in events_of(till) if isinstance(each, ev.SignedOn)]
    assert signed.how == "badge and pin"


def test_a_badge_without_the_pin_opens_nothing(till, keepers):
    assert till.signing.sign_in_badge(BADGES["17"]).words == REFUSED
    assert till.signing.sign_in_badge("BADGE-0099").words == REFUSED
    assert till.signing.sign_in_badge(BADGES["17"], PINS["18"]).words == REFUSED
    assert len(keepers.verified) == 3


def test_goods_are_goods_while_somebody_works(script):
    script.line(f".signin 17 {PINS['17']}")
    assert script.scan("PEN")["lines"][0]["sku"] == "PEN"
    assert script.session.scanned("PEN").code == "PEN"


def open_badge_till(folder, keepers):
    write_settings(folder, more="\n[operators]\nsign_in = true\nbadge_needs_pin = false\n")
    return open_signing_till(folder, keepers=keepers, signed_in="")


def test_a_badge_alone_signs_in_where_the_shop_says_so(folder, keepers):
    with open_badge_till(folder, keepers) as till:
        script = Script(till)
        assert said(script.scan(BADGES["17"])) == (True, "Operator 17")
        assert said(script.line(".signin")) == (True, "Scan the badge")
        assert said(script.scan(BADGES["42"])) == (True, "Operator 42")
        assert till.signing.sign_in_badge(BADGES["17"], WRONG).words == REFUSED
        hows = [each.how for each in events_of(till) if isinstance(each, ev.SignedOn)]
    assert hows == ["badge", "badge"]
    assert len(keepers.verified) == 1


def test_badges_of_nobody_wait_together(folder, keepers):
    """One code after another is guessing too; numbers and PINs are not held up by it."""
    with open_badge_till(folder, keepers) as till:
        script = Script(till)
        words = [script.scan(f"BADGE-1{place:03}")["message"] for place in range(6)]
        assert words == [REFUSED] * 5 + ["Too many wrong tries: wait 30 s"]
        assert said(script.scan("PEN")) == (False, "Nobody is signed in"), "goods are no try"
        assert till.signing.sign_in("17", PINS["17"]).accepted
        assert script.scan("BADGE-0042x")["message"] == "BADGE-0042x not found"
        assert said(script.scan(BADGES["42"]))[0] is False, "a scan at work is no sign-in"
        assert till.state.control.operator == "17"


# No trace of a PIN


LONG_PINS = {"17": "739264851937", "42": "918273640519"}


def test_no_pin_is_left_in_any_file_or_answer(folder, keepers, capsys, caplog):
    """Typed right, wrong, into the wrong field and for an approval; searched for in every byte."""
    file = operators_file(folder)
    keeper = file.keeper()
    for number, pin in LONG_PINS.items():
        stored = keeper.hash(number, pin)
        file.change(
            lambda book, number=number, stored=stored: book.with_one(
                attrs.evolve(book.find(number), pin=stored)
            )
        )
    heard, answers = [], []
    path = str(folder / "till.db")
    with open_signing_till(folder, keepers=keepers, path=path, signed_in="") as till:
        hear = till.hooks.parse_entry
        till.hooks.parse_entry = lambda text, *rest: heard.append(text) or hear(text, *rest)
        script = Script(till, full=True)
        mine, theirs = LONG_PINS.values()
        for entry in (
            f".signin 17 {theirs}", f".SIGNIN 99 {mine}", ".signin 17", mine, f".signin 17 {mine} ",
            ".nosale x", f".approve 42 {mine} why", f".approve 17 {mine} why",
            f".deny 42 {mine} no", f".approve 42 {theirs} why", ".nosale y",
            f".deny 42 {theirs} no", ".message hello", "1 * PEN", ".lock", f".signin 17 {mine} x",
        ):  # fmt: skip
            answers.append(repr(script.line(entry)))
            answers.append(repr(script.session.__dict__))
        script.line(f".signin 17 {mine}")
        typed = [script.session.read(f"{verb} {mine} x") for verb in (".signin 17", ".deny 42")]
        answers += [repr(each) for each in (*typed, attrs.evolve(typed[0], badge=theirs))]
        answers += [repr(till.state), repr(events_of(till)), repr(till.signing)]
    out, err = capsys.readouterr()
    said_all = "".join((*answers, *heard, out, err, caplog.text)).encode()
    files = {each: each.read_bytes() for each in folder.rglob("*") if each.is_file()}
    assert len(files) >= 4
    for pin in LONG_PINS.values():
        traces = {pin.encode(), pin.encode("utf-16-le"), pin.encode().hex().encode()}
        traces |= {bytes.fromhex(pin), pin[:8].encode()}
        for trace in traces:
            assert trace not in said_all
            assert not [each.name for each, data in files.items() if trace in data]
    assert heard, "plugins hear entries"
    assert b"operators" in files[folder / "operators.toml"]
