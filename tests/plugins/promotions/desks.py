"""A desk: a till with offers in a folder, opened as often as wanted, and what is keyed at it."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from posframe import commands
from posframe.testing.ports import CountingIds, ManualClock
from posframe.testing.tills import make_till
from posframe.till import Ports

if TYPE_CHECKING:
    from pathlib import Path

    from posframe import Outcome, Till

HEAD = 'currency = "EUR"\n'
THREE_FOR_TWO = """
[[offer]]
id = "3for2"
label = "3 for 2"
kind = "cheapest_percent"
n = 3
percent = "100"
skus = ["PEN", "PAD"]
"""
CASH_ONLY = """
[[offer]]
id = "cash"
label = "Cash discount"
kind = "basket_percent"
percent = "10"
tender = "cash"
"""


class Desk:
    """A till in a folder, opened again as often as wanted, and what is keyed at it."""

    def __init__(self, folder: Path, offers: str = "", settings: str = "") -> None:
        self.folder = folder
        self.clock = ManualClock()
        self.runs = itertools.count(1)
        self.offers = offers
        self.settings = settings
        self.till: Till | None = None
        self.open()

    def open(self, offers: str | None = None) -> Till:
        """Open the till, or open it again, perhaps with other offers."""
        if self.till is not None:
            self.till.close()
        self.offers = self.offers if offers is None else offers
        self.folder.mkdir(exist_ok=True)
        (self.folder / "offers.toml").write_text(HEAD + self.offers, encoding="utf-8")
        ids = CountingIds(next(self.runs) * 1_000_000)
        self.till = make_till(
            self.folder,
            plugins=("payments", "promotions"),
            settings=f'\n[plugins.promotions]\nfiles = ["offers.toml"]\n{self.settings}',
            ports=Ports(clock=self.clock, ids=ids, effects=False, lock=False),
        )
        return self.till

    def scan(self, *codes: str) -> Outcome:
        for code in codes:
            outcome = self.do(commands.AddItem(code=code))
        return outcome

    def do(self, command: object) -> Outcome:
        outcome = self.till.do(command)
        assert outcome.accepted, f"{outcome.words} ({outcome.hint})"
        return outcome

    def refused(self, command: object) -> str:
        before = self.till.state
        outcome = self.till.do(command)
        assert not outcome.accepted, outcome.words
        assert self.till.state == before, "a refusal changes nothing"
        return f"{outcome.words} ({outcome.hint})"

    def pay(self) -> Outcome:
        return self.do(commands.Pay(type="cash"))

    @property
    def sale(self):
        return self.till.state.transaction

    @property
    def offers_given(self) -> dict[str, int]:
        return {row.offer: -row.minor for row in self.sale.basket.offers.values()}

    def events(self, name: str) -> list:
        rows = self.till.call(lambda: list(self.till.parts.journal.read()))
        return [row.event for row in rows if row.name == name]
