"""The shadow till: nothing that is practised there reaches the live till, its devices or a wire."""

from __future__ import annotations

import random

import pytest

from posframe.errors import ConfigurationError, JournalError
from posframe.kernel.domain import commands as cmd
from posframe.kernel.domain.events import LessonEnded
from posframe.training.shadow import (
    FOLDER,
    empty_shadow,
)
from tests.training.stand import PLAYS, config, play, practising, rows, settled

ENTRIES = (
    "9521307000162", "3 * 1001", "0.250 * 1101", "1011", "-", "10 % all", ".off 0.10 1 all",
    ".why print", ".hold", ".recall", "+", "50.00", "", "card", "1.00 card", ".reprint",
    ".nosale", ".pickup 1.00", ".loan 20", ".return 1 1", ".postvoid", ".cancel", ".learn 777 1 X",
    ".enrol 9528000000048 5", "9528000000048", ".count 10001 3", ".receive 10001 5",
)  # fmt: skip


def sold_at_live(script):
    play(script, ["9521307000162", "+", "5.00", "9521307000728"])
    script.till.drain()


def wander(script, seed, count=300):
    """Type so many entries of practice at random; refusals belong to it."""
    chance = random.Random(seed)
    done = 0
    for _ in range(count):
        answer = script.line(chance.choice((*ENTRIES, "+", "50.00", "50.00")))
        assert answer["training"] is True
        done += answer["accepted"]
        settled(script.practice.shadow)
    return done


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_long_practice_leaves_the_live_journal_to_the_byte_as_it_was(script, seed):
    sold_at_live(script)
    state, before = script.till.state, rows(script.till)
    play(script, [".training"])
    assert wander(script, seed) > 80
    assert script.practice.shadow.state.last_receipt_number >= 3
    play(script, [".training off"])
    assert script.till.state is state
    assert rows(script.till) == before


def test_one_sale_at_the_live_till_is_seen_by_that_comparison(script):
    """The negative control of the test above."""
    sold_at_live(script)
    state, before = script.till.state, rows(script.till)
    play(script, ["9521307000162"])
    assert script.till.state is not state
    assert rows(script.till) != before


def test_of_lessons_only_their_ends_are_in_the_live_journal_and_no_figure_moves(script):
    sold_at_live(script)
    before, state = rows(script.till), script.till.state
    for lesson, entries in PLAYS.items():
        play(script, [f".training {lesson}", *entries])
    play(script, [".training off"])
    script.till.call(lambda: None)  # what was sent last is on disk now
    after = rows(script.till)
    assert after[: len(before)] == before
    added = list(script.till.parts.journal.read(len(before)))
    assert [type(row.event) for row in added] == [LessonEnded] * len(PLAYS)
    assert script.till.state == state


def test_a_sale_of_practice_says_so_for_ever_and_a_real_one_does_not(script):
    play(script, ["9521307000162", "+", "", ".training", "9521307000162", "+", ""])
    for till, training in ((script.till, False), (script.practice.shadow, True)):
        assert till.completed(till.state.last.transaction).training is training


def test_numbers_of_practice_are_its_own(script):
    sold_at_live(script)
    play(script, [".training", "9521307000162", "+", "", "9521307000162", "+", ""])
    assert script.practice.shadow.state.last_receipt_number == 2
    assert script.till.state.last_receipt_number == 1
    play(script, [".training off", "+", ""])
    assert script.till.state.last_receipt_number == 2


def test_the_open_sale_of_the_live_till_is_there_as_it_was(script):
    play(script, ["9521307000162", "3 * 1001", ".training", "1011", "+", "", ".training off"])
    answer = script.line("@state")
    assert [line["sku"] for line in answer["lines"]] == ["10001", "11001"]
    assert "training" not in answer


def test_practice_is_said_in_every_answer_and_only_there(script):
    assert "training" not in script.line("9521307000162")
    assert script.line(".training")["training"] is True
    assert script.line("9521307000162")["training"] is True
    assert script.line(".nonsense")["training"] is True
    assert "training" not in script.line(".training off")


def test_what_is_practised_persists_until_it_is_emptied(folder):
    with practising(folder) as script:
        play(script, [".training", "9521307000162", "+", "", "1011"])
    with practising(folder) as script:
        answer = play(script, [".training"])
        assert script.practice.shadow.state.last_receipt_number == 1
        assert answer["due"] == 420
        play(script, [".training empty"])
        assert script.practice.shadow.state.last_receipt_number == 0
    assert empty_shadow(folder)
    assert not empty_shadow(folder)
    assert (folder / "till.db").exists()


def test_emptying_takes_away_what_practice_made_and_nothing_else(folder):
    with practising(folder) as script:
        play(script, [".training", "9521307000162", "+", ""])
    note = folder / FOLDER / "trainer.txt"
    note.write_text("mine", encoding="utf-8")
    empty_shadow(folder)
    assert [path.name for path in (folder / FOLDER).iterdir()] == ["trainer.txt"]


def test_a_shadow_till_that_is_open_is_not_emptied_under_it(folder):
    with practising(folder) as script:
        play(script, [".training"])
        with pytest.raises(ConfigurationError, match="in use by till T01"):
            empty_shadow(folder)


def test_a_training_folder_that_leads_elsewhere_is_refused(folder, tmp_path):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "till.db").write_bytes(b"precious")
    (folder / FOLDER).symlink_to(elsewhere)
    with practising(folder) as script:
        assert not script.line(".training")["accepted"]
        assert not script.line(".training empty")["accepted"]
        assert script.line("9521307000162")["accepted"]
    assert (elsewhere / "till.db").read_bytes() == b"precious"


def test_a_broken_shadow_till_is_told_and_the_live_till_sells_on(folder):
    with practising(folder) as script:
        play(script, [".training", "9521307000162"])
    for path in (folder / FOLDER).glob("till.db*"):
        path.write_bytes(b"no database at all" * 300)
    with practising(folder) as script:
        answer = script.line(".training")
        assert not answer["accepted"]
        assert "training" not in answer
        play(script, ["9521307000162", "+", "", ".training empty", ".training"])


def test_files_of_the_shop_are_read_from_the_live_till_s_folder(script):
    """The offers stand in offers.toml beside till.toml, not in the training folder."""
    play(script, [".training"])
    offers = [each.hooks for each in (script.till, script.practice.shadow)]
    assert [len(hooks.plugins) for hooks in offers] == [len(script.till.hooks.plugins)] * 2
    assert not (script.till.config.folder / FOLDER / "offers.toml").exists()


def test_the_live_till_goes_on_by_itself_while_it_is_practised(script):
    """Its door, its jobs and its journal work: here a command that comes from elsewhere."""
    play(script, [".training", "9521307000162"])
    assert script.till.do(cmd.AddItem(code="9521307000728")).accepted
    assert script.till.state.transaction.due_minor == 229
    assert script.practice.shadow.state.transaction.due_minor == 119


def test_the_goods_of_the_live_till_are_only_read(script):
    play(script, [".training", ".learn 4006381333931 1.00 Pen", "4006381333931"])
    play(script, [".training off"])
    assert not script.line("4006381333931")["accepted"]


def test_a_receipt_of_practice_is_no_receipt_of_the_live_till(script):
    play(script, [".training", "9521307000162", "+", "", ".training off"])
    assert not script.line(".return 1 1")["accepted"]
    assert script.line(".return 1 1")["message"] != ""


def test_training_is_no_setting(folder):
    path = folder / "till.toml"
    path.write_text("training = true\n" + path.read_text(encoding="utf-8"), encoding="utf-8")
    with pytest.raises(ConfigurationError, match="training is not a setting"):
        config(folder)


def test_a_till_that_lost_its_journal_still_says_why_it_cannot_train(folder, monkeypatch):
    def fails(*_arguments, **_options):
        raise JournalError("The disk is gone", hint="call support")

    with practising(folder) as script:
        monkeypatch.setattr("posframe.training.practice.open_shadow", fails)
        answer = script.line(".training first-sale")
        assert (answer["accepted"], answer["message"]) == (False, "The disk is gone")
        assert script.line("9521307000162")["accepted"]
