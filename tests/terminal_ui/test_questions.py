"""Questions over a screen: scans wait for the answer, keys pressed too early do not give it."""

from posframe_terminal.door import Invoked, Scanned, Typed
from posframe_terminal.intake import Retract
from posframe_terminal.looking import SCANS_HELD_MAX
from posframe_terminal.views import SaleView
from tests.terminal_ui.bench import running
from tests.terminal_ui.fake_till import FakeTill


async def test_scans_under_a_question_wait_and_keep_their_order():
    async with running() as bench:
        bench.press("f7")
        await bench.settle()
        assert bench.view.screen == "ask"
        bench.scan("4000001", "4000002", "4000003")
        await bench.settle()
        assert bench.entry.scans_held == 3
        assert len(bench.till.requests) == 1
        bench.press("f5")
        bench.scan("4000004")
        await bench.settle()
        scans = [r.code for r in bench.till.requests if isinstance(r, Scanned)]
        assert scans == ["4000001", "4000002", "4000003", "4000004"]
        assert bench.entry.scans_held == 0


async def test_not_more_scans_than_a_limit_wait_for_an_answer():
    async with running() as bench:
        bench.press("f7")
        await bench.settle()
        bench.scan(*["4000001"] * (SCANS_HELD_MAX + 1))
        await bench.settle()
        assert bench.entry.scans_held == SCANS_HELD_MAX
        assert "dropped" in bench.entry.message


async def test_escape_answers_a_question_through_the_till():
    async with running() as bench:
        bench.press("f7")
        await bench.settle()
        bench.press("escape")
        await bench.settle()
        assert bench.till.requests[-1] == Invoked(screen="ask", action="back")
        assert bench.view.screen == "sale"


async def test_keys_pressed_before_a_question_was_seen_do_not_answer_it():
    async with running() as bench:
        bench.press("f7", "f5", "escape")
        bench.type("1\r")
        await bench.settle()
        assert [request.action for request in bench.till.requests] == ["ask"]
        assert bench.view.screen == "ask"
        assert "press again" in bench.entry.message
        bench.press("f5")
        await bench.settle()
        assert bench.view.screen == "sale"


async def test_keys_typed_ahead_belong_to_the_screen_that_the_keys_before_led_to():
    async with running(FakeTill(lines=1)) as bench:
        bench.type("+5000\r")
        await bench.settle()
        assert bench.till.requests[-1] == Typed(screen="payment", text="5000", seen="1/100")


async def test_a_question_stands_on_the_screen_it_is_about():
    async with running(FakeTill(lines=2)) as bench:
        bench.press("f7")
        await bench.settle()
        assert isinstance(bench.pump.under, SaleView)


async def test_a_scan_cut_in_two_by_a_question_is_taken_back_from_both_screens():
    async with running() as bench:
        bench.type("40065")
        await bench.settle()
        bench.till.screen = "ask"
        bench.pump.present()
        bench.type("81")
        bench.pump.feed(Retract(7))
        await bench.settle()
        assert [spot.text for spot in bench.pump.desk.spots] == ["", ""]


async def test_characters_that_a_question_ignored_are_not_taken_back_from_the_sale():
    async with running() as bench:
        bench.type("3*40065")
        await bench.settle()
        bench.till.screen = "ask"
        bench.pump._eyes.look()  # the question is there and not yet painted
        bench.type("81")
        bench.pump.feed(Retract(7))
        await bench.settle()
        assert [spot.text for spot in bench.pump.desk.spots] == ["3*", ""]
