"""``operators.toml``: read whole or refused with its place; written whole, and for nobody else."""

from __future__ import annotations

import os
import threading

import attrs
import pytest

from posframe.errors import ConfigurationError, RuleViolation
from posframe.operators import Operator, OperatorBook, badge_mark, check_badge, check_number
from tests.card_canaries import CANARIES
from tests.signing import PINS, operators_file

CASHIER = '[operators.17]\nname = "Till one"\nrole = "cashier"\n'


@pytest.fixture
def file(tmp_path):
    return operators_file(tmp_path)


@pytest.fixture
def written(file):
    def write(text, *, mode=0o600):
        file.path.write_text(text, encoding="utf-8")
        file.path.chmod(mode)
        return file.book()

    return write


def one(number="17", **more):
    return Operator(id=number, name="Till one", role="cashier", **more)


def test_what_was_written_is_read_again(file):
    """Names with every sign a name may have."""
    keeper = file.keeper()
    book = OperatorBook(
        (
            one(pin=keeper.hash("17", PINS["17"]), badge=badge_mark(keeper, "BADGE-17")),
            Operator(id="18", name='Ünï "Q" \\ #', role="supervisor", active=False),
        )
    )
    file.change(lambda _book: book)
    assert operators_file(file.path.parent).book() == book


def test_only_the_tills_own_user_reads_what_is_written(file):
    """Also while it is written, whatever the umask lets through."""
    before = os.umask(0)
    try:
        file.change(lambda _book: OperatorBook((one(),)))
    finally:
        os.umask(before)
    assert file.path.stat().st_mode & 0o777 == 0o600
    assert [each.name for each in file.path.parent.iterdir()] == ["operators.toml"]


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644, 0o660, 0o601])
def test_a_file_that_others_can_read_is_refused(written, mode):
    with pytest.raises(ConfigurationError, match="Others can read") as refused:
        written("format = 1\n", mode=mode)
    assert refused.value.hint.startswith("chmod 600 ")


@pytest.mark.parametrize(
    ("text", "words", "hint"),
    [
        ("", "format is not 1", "write format = 1"),
        ("format = 2\n", "format is not 1", "write format = 1"),
        ("format = 1\nformat", "Expected", "mend that line"),
        ("format = 1\n" + CASHIER + CASHIER, "Cannot declare", "mend that line"),
        ("format = 1\n" + CASHIER + 'colour = "red"\n', "operators.17.colour is not a setting",
         "there are: name, role"),
        ("format = 1\n" + CASHIER + 'actve = true\n', "is not a setting", "did you mean active?"),
        ("format = 1\n" + CASHIER.replace("cashier", "cahsier"), "there is no role 'cahsier'",
         "did you mean cashier?"),
        ('format = 1\n[operators.17]\nname = "A"\n', "operators.17.role is missing", "add role"),
        ("format = 1\n" + CASHIER.replace("17", "017"), "An operator's number", "such as 17"),
        ("format = 1\n" + CASHIER.replace("17", "seven"), "An operator's number", "such as 17"),
        ("format = 1\n" + CASHIER.replace("17", "123456789"), "An operator's number", ""),
        ("format = 1\n" + CASHIER.replace("Till one", " "), "name has to have", "another name"),
        ("format = 1\n" + CASHIER.replace("Till one", "x" * 41), "name has to have", ""),
        ("format = 1\n" + CASHIER.replace("Till one", "a\\u001b[2J"), "name has to have", ""),
        ("format = 1\n" + CASHIER + 'pin = "4826"\n', "operators.17.pin cannot be read",
         "posframe operators set-pin 17"),
        ("format = 1\n" + CASHIER + 'badge = "BADGE-17"\n', "is no mark of a badge",
         "posframe operators badge 17"),
        ("format = 1\n" + CASHIER + 'active = 1\n', "must be true or false", "it is 1 now"),
        ("format = 1\n" + CASHIER + f'badge = "{"a" * 32}"\n'
         + CASHIER.replace("17", "18") + f'badge = "{"a" * 32}"\n', "another operator's too", ""),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_names_its_place_and_the_way_on(written, text, words, hint):
    with pytest.raises(ConfigurationError) as refused:
        written(text)
    assert words in refused.value.message
    assert hint in refused.value.hint


def test_a_pin_in_plain_is_refused_without_being_repeated(written):
    with pytest.raises(ConfigurationError) as refused:
        written("format = 1\n" + CASHIER + "pin = 482617\n")
    assert "482617" not in f"{refused.value.message} {refused.value.hint}"
    with pytest.raises(ConfigurationError) as refused:
        written("format = 1\n" + CASHIER + 'pin = "482617"\n')
    assert "482617" not in f"{refused.value.message} {refused.value.hint}"


def test_a_file_no_kill_can_halve(file, monkeypatch):
    """It ends before the new one took the place of the old: the old one stands whole."""
    file.change(lambda _book: OperatorBook((one(),)))
    before = file.path.read_bytes()

    def killed(_descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", killed)
    with pytest.raises(ConfigurationError, match="cannot be written"):
        file.change(lambda book: book.with_one(one("18")))
    assert file.path.read_bytes() == before
    monkeypatch.undo()
    file.change(lambda book: book.with_one(one("18")))
    assert [each.id for each in file.book().operators] == ["17", "18"]


def test_nothing_is_written_that_would_not_be_read_again(file):
    file.change(lambda _book: OperatorBook((one(),)))
    with pytest.raises(ConfigurationError, match="there is no role"):
        file.change(lambda book: book.with_one(attrs.evolve(one("18"), role="boss")))
    assert [each.id for each in file.book().operators] == ["17"]


def test_two_who_write_at_once_lose_nothing_of_each_other(tmp_path):
    def enter(first):
        mine = operators_file(tmp_path)
        for number in range(first, first + 20):
            mine.change(lambda book, number=number: book.with_one(one(str(number))))

    threads = [threading.Thread(target=enter, args=(first,)) for first in (100, 200, 300)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(operators_file(tmp_path).book().operators) == 60


def test_a_file_that_was_not_changed_is_not_read_again(file):
    file.change(lambda _book: OperatorBook((one(),)))
    assert file.book() is file.book()
    file.path.write_text("format = 1\n" + CASHIER + "active = false\n", encoding="utf-8")
    assert not file.book().find("17").active


def test_where_there_is_no_file_there_is_nobody(file):
    assert file.book() == OperatorBook()


def test_a_new_key_is_made_only_while_no_pin_is_kept(file):
    """Under another key every PIN would be wrong, and every badge strange."""
    keeper = file.keeper()
    file.change(lambda _book: OperatorBook((one(badge=badge_mark(keeper, "BADGE-17")),)))
    (file.path.parent / "pins.key").unlink()
    with pytest.raises(ConfigurationError, match=r"key .* for PINs cannot be used"):
        operators_file(file.path.parent).keeper()


def test_no_badge_can_be_made_of_what_is_kept(file, tmp_path):
    """Another till keeps another mark of the same badge."""
    (tmp_path / "other").mkdir()
    other = operators_file(tmp_path / "other")
    mark = badge_mark(file.keeper(), "BADGE-17")
    assert mark == badge_mark(file.keeper(), " BADGE-17\r")
    assert mark != badge_mark(other.keeper(), "BADGE-17")
    assert mark != file.keeper().mark("BADGE-17")


@pytest.mark.parametrize("number", ["1", "17", "99999999"])
def test_a_number_is_one_to_eight_digits(number):
    check_number(number)


@pytest.mark.parametrize("number", ["", "0", "017", "١٧", "17 ", "-1", "1.5", "123456789", "x"])
def test_anything_else_is_no_number(number):
    with pytest.raises(RuleViolation, match="1 to 8 digits"):
        check_number(number)


@pytest.mark.parametrize("code", ["", "abc", "x" * 81, "a\tbcd", *CANARIES[:2]])
def test_a_code_that_is_on_no_badge(code):
    """A payment card is none: the till never keeps anything of it."""
    with pytest.raises(RuleViolation):
        check_badge(code)


def test_what_an_operator_looks_like_in_a_trace():
    shown = repr(one(pin="$argon2id$secret", badge="a" * 32))
    assert shown == "Operator(17, cashier)"
