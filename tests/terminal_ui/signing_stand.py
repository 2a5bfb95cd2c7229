"""A till at the counter where people sign in: 17 and 18 are cashiers, 42 supervisor, 7 manager."""

import contextlib

import attrs

from posframe import commands
from posframe.testing.tills import make_till, quiet_ports, write_settings
from posframe_terminal.intake import Scan
from tests.signing import BADGES, PINS, SIGN_IN, CountingKeepers, write_operators
from tests.terminal_ui.paying_stand import SCREENS, CardStand
from tests.terminal_ui.selling import GOODS, PLUGINS

SETTINGS = '\n[departments.10]\nname = "Groceries"\n[plugins.loyalty]\ncard_prefix = "9528"\n'


class SigningStand(CardStand):
    """Waits for what is verified beside the loop too."""

    def __init__(self, till, keepers):
        self.keepers = keepers
        self.asked = 0
        self.frames = []
        """Every screen that was shown, as text, and every view."""
        super().__init__(till)
        self.pump.present = self._present
        self.pump.bell = lambda: self.bells.append(1)
        self.bells = []

    def _present(self):
        view = self.pump.view()
        self.shown.append(view)
        self.frames.append((self.text(), repr_of(view)))

    async def _noted(self, request):
        self.asked += 1
        try:
            return await super()._noted(request)
        finally:
            self.asked -= 1

    async def settle(self):
        await super().settle()
        await self.until(lambda: not self.asked and not self.pump.backlog)
        await super().settle()
        self.pump.present()

    async def scan(self, code):
        self.pump.feed(Scan(code=code, source="test"))
        await self.settle()

    async def sign_in(self, number="17"):
        await self.enter(number)
        await self.enter(PINS[number])

    async def till_locks(self):
        """Lock it as the clock does, whatever is on the screen."""
        self.till.submit(commands.Lock(why="idle"))
        await self.until(lambda: self.till.state.control.signed_in.locked)
        await self.settle()

    def rows(self, width=80, height=24):
        return SCREENS.paint(self.pump.view(), width, height, under=self.pump.under)

    @property
    def operator(self):
        return self.till.state.control.operator

    @property
    def words(self):
        """The screen as one line of words, without its rules."""
        return " ".join(self.text().replace("│", " ").split())

    @property
    def message(self):
        return self.view.entry.message


def repr_of(value, depth=0):
    """Return everything a view holds, as text: where a PIN would be found."""
    if depth > 6:
        return ""
    if attrs.has(type(value)):
        fields = (getattr(value, each.name) for each in attrs.fields(type(value)))
        return " ".join(repr_of(each, depth + 1) for each in fields)
    if isinstance(value, (tuple, list)):
        return " ".join(repr_of(each, depth + 1) for each in value)
    return str(value)


@contextlib.asynccontextmanager
async def signing_counter(folder, *, settings="", operators="", plugins=PLUGINS, ports=None):
    """Stand at the counter of a till where people sign in; nobody has yet."""
    more = SIGN_IN + operators + SETTINGS + settings
    write_settings(folder, plugins=plugins, settings=more)
    write_operators(folder)
    keepers = CountingKeepers()
    ports = attrs.evolve(ports or quiet_ports(), pin_keeper=keepers)
    with make_till(folder, items=GOODS, plugins=plugins, ports=ports) as till:
        stand = SigningStand(till, keepers)
        with stand.hearing():
            async with stand.pumping():
                yield stand


__all__ = ["BADGES", "PINS", "SigningStand", "repr_of", "signing_counter"]
