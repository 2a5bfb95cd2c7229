"""The app under Textual's pilot: keys in, screen out."""

import pytest
from textual.app import ComposeResult
from textual.screen import Screen
from textual.widgets import Input

from posframe_terminal.app import TillApp
from posframe_terminal.intake import Scan
from tests.terminal_ui.fake_till import FakeTill, meaning, table


def app_of(till: FakeTill, **options) -> TillApp:
    return TillApp(till, table(), meaning=meaning, **options)


def screen_of(app: TillApp) -> str:
    """What Textual would send to the terminal, as text."""
    strips = app.screen._compositor.render_strips()
    return "\n".join(strip.text.rstrip() for strip in strips)


async def scan(app, pilot, code: str) -> None:
    app.feed(Scan(code, "hal"))
    await pilot.pause()


async def test_a_sale_by_keys(text_snapshot):
    app = app_of(FakeTill())
    async with app.run_test(size=(80, 24)) as pilot:
        await scan(app, pilot, "4006581002330")
        await pilot.press("3", "asterisk")
        await scan(app, pilot, "4006581002331")
        await pilot.press("9", "9", "9", "enter")
        await pilot.pause()
        assert screen_of(app) == text_snapshot


async def test_the_canvas_and_textual_agree_on_what_is_shown():
    app = app_of(FakeTill(lines=50))
    async with app.run_test(size=(97, 30)) as pilot:
        await scan(app, pilot, "4006581002330")
        painted = ["".join(text for text, _ in row).rstrip() for row in app._canvas.rows]
        assert screen_of(app) == "\n".join(painted)


async def test_a_resize_paints_anew():
    app = app_of(FakeTill(lines=3))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.resize_terminal(120, 36)
        await pilot.pause()
        lines = screen_of(app).splitlines()
        assert len(lines) == 36
        assert len(lines[1]) == 120


@pytest.mark.parametrize("key", ["ctrl+q", "ctrl+c", "ctrl+p", "tab", "shift+tab", "ctrl+z"])
async def test_keys_of_textual_s_own_do_nothing(key):
    app = app_of(FakeTill())
    async with app.run_test() as pilot:
        await pilot.press(key)
        await scan(app, pilot, "4006581002330")
        assert "items 1" in screen_of(app)
        assert len(app.screen_stack) == 1


async def test_an_action_character_acts_without_a_driver_that_reports_silence():
    app = app_of(FakeTill(lines=1))
    async with app.run_test() as pilot:
        await pilot.press("plus")
        await pilot.pause(0.1)
        assert "STILL OPEN" in screen_of(app)


async def test_a_change_that_no_key_made_is_shown():
    till = FakeTill()
    app = app_of(till)
    async with app.run_test() as pilot:
        till.clock = "Sat 21 Nov 14:08"
        for changed in till._listeners:
            changed()
        await pilot.pause()
        assert "14:08" in screen_of(app)


async def test_another_theme_shows_the_same_words():
    app = app_of(FakeTill(lines=2), theme="light")
    async with app.run_test() as pilot:
        before = screen_of(app)
        app.use_theme("high-contrast")
        await pilot.pause()
        assert screen_of(app) == before


async def test_leaving_says_why_and_listens_no_more():
    till = FakeTill()
    app = app_of(till)
    async with app.run_test() as pilot:
        app.leave("SIGTERM")
        app.leave("again")
        await pilot.pause()
    app.left()
    assert app.return_value == "SIGTERM"
    assert till._listeners == []


async def test_a_pump_that_ends_makes_the_app_leave():
    app = app_of(FakeTill())
    async with app.run_test() as pilot:
        app._pumping.get_loop().call_soon(app._pump_ended, _failed(app))
        await pilot.pause()
    app.left()
    assert app.return_value == "the terminal failed inside"


def _failed(app):
    future = app._pumping.get_loop().create_future()
    future.set_exception(RuntimeError("broken"))
    return future


class Office(Screen):
    def compose(self) -> ComposeResult:
        yield Input()


async def test_a_back_office_screen_gets_its_keys_from_textual_and_scans_still_queue():
    till = FakeTill()
    app = app_of(till)
    async with app.run_test() as pilot:
        await app.push_screen(Office())
        await pilot.press("a", "b", "plus")
        assert app.screen.query_one(Input).value == "ab+"
        await scan(app, pilot, "4006581002330")
        app.pop_screen()
        await pilot.pause()
        assert "items 1" in screen_of(app)
