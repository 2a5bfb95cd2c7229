"""The lock under Textual's pilot, over a real till: keys in, screen out."""

import asyncio

import attrs

from posframe.testing.tills import make_till, quiet_ports, write_settings
from posframe_terminal.app import TillApp
from posframe_terminal.counter import Counter
from posframe_terminal.start import key_namer, key_table
from tests.signing import PINS, SIGN_IN, CountingKeepers, write_operators
from tests.terminal_ui.selling import GOODS, MILK, PLUGINS
from tests.terminal_ui.signing_stand import SETTINGS
from tests.terminal_ui.test_app import scan, screen_of


def open_signing(folder):
    write_settings(folder, plugins=PLUGINS, settings=SIGN_IN + SETTINGS)
    write_operators(folder)
    ports = attrs.evolve(quiet_ports(), pin_keeper=CountingKeepers())
    return make_till(folder, items=GOODS, plugins=PLUGINS, ports=ports)


def app_of(till):
    table = key_table(till)
    counter = Counter(till, key_namer(table))
    return TillApp(counter, table, meaning=counter.meaning)


async def shows(app, words):
    """Wait until words are on the screen."""
    async with asyncio.timeout(10):
        while words not in screen_of(app):  # noqa: ASYNC110 - any words at all
            await asyncio.sleep(0.01)


async def sign_in(app, pilot, number, pin):
    await pilot.press(*number, "enter")
    await shows(app, "PIN >")
    await pilot.press(*pin, "enter")


async def test_signing_in_selling_locking_and_coming_back(tmp_path, text_snapshot):
    with open_signing(tmp_path) as till:
        app = app_of(till)
        async with app.run_test(size=(80, 24)) as pilot:
            await shows(app, "Nobody is signed in.")
            frames = [screen_of(app)]
            await pilot.press(*"17", "enter", *PINS["17"])
            await shows(app, "PIN > ••••_")
            frames.append(screen_of(app))
            await pilot.press("enter")
            await shows(app, "OPERATOR 17 17")
            await scan(app, pilot, MILK)
            await shows(app, "Milk 1 l")
            await pilot.press("home")
            await shows(app, "Locked since")
            frames.append(screen_of(app))
            await scan(app, pilot, MILK)
            await shows(app, "nothing was added")
            await sign_in(app, pilot, "17", PINS["17"])
            await shows(app, "Milk 1 l")
            frames.append(screen_of(app))
        assert "\n\n".join(frames) == text_snapshot


async def test_colours_and_sizes_change_nothing_of_it(tmp_path):
    with open_signing(tmp_path) as till:
        app = app_of(till)
        async with app.run_test(size=(80, 24)) as pilot:
            await sign_in(app, pilot, "17", PINS["17"])
            await shows(app, "OPERATOR 17 17")
            app.use_theme("mono")
            await pilot.resize_terminal(120, 36)
            await pilot.press("home")
            await shows(app, "Locked since")
            assert len(screen_of(app).splitlines()) == 36
            assert PINS["17"] not in screen_of(app)
