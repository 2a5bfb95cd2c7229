"""Training on the terminal's screen: keys in, screen out, two tills behind one door."""

from __future__ import annotations

import asyncio
import contextlib
import time

import attrs
import pytest

from posframe.kernel.domain import commands as cmd
from posframe.kernel.domain.events import LessonEnded
from posframe.testing.ports import ManualClock
from posframe.till import Ports, Till
from posframe_terminal.app import TillApp
from posframe_terminal.counter import Counter
from posframe_terminal.intake import Scan
from posframe_terminal.practice import PracticeDoor
from posframe_terminal.start import key_namer, key_table
from tests.training.stand import settled

NAMES = {
    " ": "space",
    ".": "full_stop",
    "*": "asterisk",
    "+": "plus",
    "-": "minus",
    "%": "percent_sign",
}


class Screen:
    """One screen of 80 by 24 on the shop's till, with keys."""

    def __init__(self, till, door, app, pilot):
        self.till, self.door, self.app, self.pilot = till, door, app, pilot

    @property
    def rows(self):
        strips = self.app.screen._compositor.render_strips()
        return [strip.text.rstrip() for strip in strips]

    @property
    def text(self):
        return "\n".join(self.rows)

    async def type(self, text):
        """Type a text and Enter, and wait until it is done."""
        for char in text:
            await self.pilot.press(NAMES.get(char, char))
        await self.pilot.press("enter")
        await self.idle()

    async def press(self, *keys):
        await self.pilot.press(*keys)
        await self.idle()

    async def idle(self):
        await self.pilot.pause()
        ends = time.monotonic() + 10
        while self.app.pump.backlog or self.app.pump.desk.busy:
            assert time.monotonic() < ends
            await asyncio.sleep(0.01)
        await self.pilot.pause(0.08)

    async def until(self, holds):
        ends = time.monotonic() + 10
        while not holds():
            assert time.monotonic() < ends, self.text
            await asyncio.sleep(0.01)
        await self.pilot.pause(0.05)

    @property
    def shadow(self):
        return self.door.practice.shadow


@contextlib.asynccontextmanager
async def screen_of(folder, size=(80, 24), clock=None):
    with Till.open(folder, Ports(clock=clock)) as till:
        table = key_table(till)
        namer = key_namer(table)
        door = PracticeDoor(Counter(till, namer), namer)
        app = TillApp(door, table, meaning=door.meaning)
        with contextlib.closing(door):
            async with app.run_test(size=size) as pilot:
                yield Screen(till, door, app, pilot)


async def test_the_lesson_of_a_first_sale_is_played_by_keys_to_its_end(folder):
    async with screen_of(folder) as screen:
        await screen.type(".training first-sale")
        assert screen.rows[0].startswith("▓▓▓ TRAINING - A first sale")
        assert "1/6 A customer brings a litre of fresh whole milk. Scan it." in screen.rows[1]
        for entry in ("9521307000162", "3 * 1001", "0.250 * 1101", "2 -"):
            await screen.type(entry)
        assert "5/6 That is all. Go on to the payment." in screen.text
        await screen.press("plus")
        await screen.type("20.00")
        assert "Passed with 100.0 of 100" in screen.text
        assert "14.08" in screen.text
        await screen.type(".training off")
        assert "TRAINING" not in screen.text
        last = list(screen.till.parts.journal.read(0))[-1].event
        assert isinstance(last, LessonEnded)
        assert last.passed


async def test_every_screen_of_practice_carries_the_banner_and_no_live_screen_does(folder):
    async with screen_of(folder) as screen:
        looks = [
            ("f1", "escape"), ("f2", "escape"), ("f10", "escape"), ("shift+f1", "escape"),
            ("shift+f8", "escape"), ("shift+f5", "escape"), ("plus", "escape"),
            ("shift+f9", "escape"), ("end", "escape"),
        ]  # fmt: skip

        async def seen():
            found = []
            await screen.type("9521307000162")
            for there, back in looks:
                await screen.press(there)
                found.append((there, "TRAINING" in screen.rows[0]))
                await screen.press(back)
            await screen.press("plus")
            await screen.type("20.00")
            return [*found, ("change", "TRAINING" in screen.rows[0])]

        await screen.type(".training")
        assert {key: banner for key, banner in await seen() if not banner} == {}
        await screen.type(".training off")
        assert {key: banner for key, banner in await seen() if banner} == {}


async def test_the_live_screen_comes_back_exactly_as_it_was(folder):
    async with screen_of(folder) as screen:
        await screen.type("9521307000162")
        await screen.type("3 * 1001")
        await screen.press("escape")  # what was said of it
        before = _without_clock(screen.rows)
        await screen.type(".training")
        await screen.type("1011")
        assert "Mixed rye bread" in screen.text
        await screen.type(".training off")
        await screen.press("escape")  # the words that say so
        assert _without_clock(screen.rows) == before


async def test_a_payment_begun_on_the_live_till_is_gone_on_with_after_practice(folder):
    async with screen_of(folder) as screen:
        await screen.type("9521307000162")
        await screen.press("plus")
        await screen.type("0.50")
        before = _without_clock(screen.rows)
        await screen.type(".training first-sale")
        await screen.type(".training off")
        await screen.press("escape")
        after = _without_clock(screen.rows)
        assert screen.till.state.transaction.due_minor == 69
        assert "69" in "\n".join(after)
        assert after == before or "PAY" in "\n".join(after).upper()


def _without_clock(rows):
    return [rows[0].rpartition("│")[0], *rows[1:]]


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
async def test_the_coach_covers_nothing_of_the_sale(folder, size):
    async with screen_of(folder, size) as screen:
        await screen.type(".training card-in-doubt")
        await screen.type("9521307000728")
        text = screen.text
        assert "Butter" in text
        assert "2.29" in text
        assert "1/6 Sell a packet of butter" in text
        assert len(screen.rows) == size[1]


async def test_a_refusal_shows_the_hint_below_the_step(folder):
    async with screen_of(folder) as screen:
        await screen.type(".training first-sale")
        await screen.type("9521307000169")
        assert "Type 9521307000162, the number below the bars" in screen.rows[2]


async def test_a_scan_of_the_live_till_s_scanner_is_for_the_till_that_is_shown(folder):
    async with screen_of(folder) as screen:
        await screen.type(".training first-sale")
        screen.app.feed(Scan("9521307000162", "scanner"))
        await screen.until(lambda: screen.shadow.state.transaction is not None)
        assert screen.till.state.transaction is None
        await screen.until(lambda: "2/6" in screen.text)


async def test_lessons_are_chosen_from_a_list(folder):
    async with screen_of(folder) as screen:
        await screen.type(".lessons")
        assert "Practise freely" in screen.text
        assert "Goods that come back" in screen.text
        while ">" not in next(row for row in screen.rows if "Goods that come back" in row):
            await screen.press("down")
        await screen.press("enter")
        assert "TRAINING - Goods that come back" in screen.rows[0]
        await screen.type(".lessons")
        assert "Leave training" in screen.text
        await screen.press("escape")
        assert "TRAINING - Goods that come back" in screen.rows[0]


async def test_training_is_in_the_menu(folder):
    async with screen_of(folder) as screen:
        await screen.press("f10")
        for char in "training":
            await screen.pilot.press(char)
        await screen.press("enter")
        assert screen.rows[0].startswith("▓▓▓ TRAINING")


async def test_a_lesson_that_is_not_there_is_told_and_the_till_sells_on(folder):
    async with screen_of(folder) as screen:
        await screen.type(".training first-sail")
        assert "did you mean first-sale?" in " ".join(screen.text.split())
        await screen.press("escape")
        await screen.type("9521307000162")
        assert screen.till.state.transaction.due_minor == 119


async def test_a_failure_inside_practice_ends_it_and_the_live_till_sells_on(folder, monkeypatch):
    async with screen_of(folder) as screen:
        await screen.type("9521307000162")
        await screen.type(".training")
        shadow = screen.shadow

        def breaks(*_arguments, **_options):
            raise ZeroDivisionError

        monkeypatch.setattr(shadow, "submit", breaks)
        await screen.type("1011")
        assert "Training stopped" in screen.text
        assert screen.shadow is None
        assert "TRAINING" not in screen.rows[0]
        await screen.press("escape")
        await screen.type("9521307000728")
        assert screen.till.state.transaction.due_minor == 348


async def test_the_live_till_works_on_behind_practice(folder):
    async with screen_of(folder) as screen:
        await screen.type(".training")
        outcome = await asyncio.to_thread(screen.till.do, cmd.AddItem(code="9521307000162"))
        assert outcome.accepted
        assert screen.shadow.state.transaction is None
        await screen.type(".training off")
        assert "Fresh whole milk" in screen.text


async def test_a_card_in_doubt_is_played_by_keys(folder):
    async with screen_of(folder) as screen:
        await screen.type(".training card-in-doubt")
        await screen.type("9521307000728")
        await screen.press("plus")
        await screen.type("card")
        await asyncio.to_thread(settled, screen.shadow)
        await screen.until(lambda: "3/6" in screen.text)
        await screen.type(".resolve paid 2.29 4711")
        await screen.until(lambda: "4/6" in screen.text)


SEVEN = cmd.SignIn(operator="7", role="cashier", how="pin")


def with_sign_in(folder):
    path = folder / "till.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("sign_in = false", "sign_in = true"), encoding="utf-8")


@contextlib.asynccontextmanager
async def practised_by_seven(folder, clock=None):
    """Operator 7 is signed in and has rye bread in a practice sale."""
    async with screen_of(folder, clock=clock) as screen:
        await asyncio.to_thread(screen.till.do, SEVEN)
        await screen.type(".training")
        await screen.type("1011")
        assert "Mixed rye bread" in screen.text
        yield screen


async def comes(screen, **who):
    await asyncio.to_thread(screen.till.do, attrs.evolve(SEVEN, **who))
    await screen.idle()
    await screen.press("escape")


async def test_a_till_that_locks_stands_before_practice_until_somebody_signs_in(folder):
    with_sign_in(folder)
    async with practised_by_seven(folder) as screen:
        await asyncio.to_thread(screen.till.do, cmd.Lock())
        await screen.idle()
        assert "TRAINING" not in screen.text
        assert "Mixed rye bread" not in screen.text
        await screen.type("1001")
        assert screen.shadow.state.transaction.basket.active == 1
        await comes(screen)
        assert "TRAINING" in screen.rows[0]
        assert "Mixed rye bread" in screen.text


async def lock_by_its_key(screen):
    await screen.press("home")


async def lock_by_name(screen):
    await screen.type(".lock")


async def sign_out(screen):
    await screen.type(".signout")


@pytest.mark.parametrize("away", [lock_by_its_key, lock_by_name, sign_out])
async def test_who_leaves_while_practising_locks_the_live_till_and_finds_practice_again(
    folder, away
):
    with_sign_in(folder)
    async with practised_by_seven(folder) as screen:
        await away(screen)
        assert screen.till.state.control.operator == ""
        assert "TRAINING" not in screen.text
        assert "Mixed rye bread" not in screen.text
        await screen.type("1001")
        await screen.press("home")
        assert screen.shadow.state.transaction.basket.active == 1
        await comes(screen)
        assert "TRAINING" in screen.rows[0]
        assert "Mixed rye bread" in screen.text


@pytest.mark.parametrize("away", [lock_by_its_key, sign_out])
async def test_somebody_else_who_signs_in_ends_practice(folder, away):
    with_sign_in(folder)
    async with practised_by_seven(folder) as screen:
        await screen.press("f2")
        await screen.press("escape")
        await away(screen)
        await comes(screen, operator="8")
        assert "TRAINING" not in screen.text
        await screen.type("9521307000162")
        assert screen.till.state.transaction.due_minor == 119
        assert screen.shadow is None
        await screen.press("home")
        await comes(screen)
        assert "TRAINING" not in screen.text


async def test_a_list_of_practice_is_not_what_the_next_operator_finds(folder):
    with_sign_in(folder)
    async with practised_by_seven(folder) as screen:
        await screen.press("f2")
        assert "FIND" in screen.text
        await screen.press("home")
        await comes(screen, operator="8")
        assert "FIND" not in screen.rows[2]
        assert "SALE" in screen.rows[0]


async def test_a_till_left_alone_locks_itself_while_somebody_practises(folder):
    """After 300 seconds, as the demonstration shop has it; a key of practice is one too."""
    with_sign_in(folder)
    clock = ManualClock()
    async with practised_by_seven(folder, clock) as screen:
        idle = screen.door.live._listening.idle
        clock.advance(299_000_000)
        await screen.press("f2")
        await screen.press("escape")
        clock.advance(299_000_000)
        idle.look()
        await screen.idle()
        assert "TRAINING" in screen.rows[0]
        clock.advance(1_000_000)
        idle.look()
        await screen.until(lambda: not screen.till.state.control.operator)
        await screen.until(lambda: "TRAINING" not in screen.text)
        await comes(screen)
        assert "TRAINING" in screen.rows[0]


@pytest.mark.parametrize(("role", "left"), [("cashier", False), ("supervisor", True)])
async def test_practice_is_no_way_out_of_the_till(folder, role, left):
    with_sign_in(folder)
    async with screen_of(folder) as screen:
        ended = []
        screen.app.pump.leave = ended.append
        await comes(screen, role=role)
        await screen.type(".training")
        await screen.type(".quit")
        assert bool(ended) is left
