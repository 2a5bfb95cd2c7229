"""A desk whose journal has numbered rows and a hash of each, so that its days can be closed."""

from __future__ import annotations

import hashlib

import attrs

from posframe.kernel.domain import commands as cmd
from posframe.kernel.domain import events as ev
from posframe.kernel.domain.day_totals import DayTotals, counted, opened
from posframe.kernel.domain.evolve import evolve
from posframe.kernel.domain.transaction import TillState
from tests.kernel.trading_day import TradingDay

START = ev.TillStarted(
    till="T01", currency="EUR", software="1", configuration="c", float_minor=15_000
)


def hash_of(seq):
    return hashlib.sha256(str(seq).encode()).hexdigest()


class ClosingDay(TradingDay):
    """A trading day that begins with a float of 150.00 and has a printer."""

    def __init__(self, **answers):
        super().__init__(JournalHead=lambda _: (self.head, hash_of(self.head)), **answers)
        self.state = evolve(TillState(), START)
        self.journal = [(START, TillState())]
        self.settings = attrs.evolve(self.settings, receipt_device="printer")

    @property
    def head(self):
        """Number of the last row; the first is 1."""
        return len(self.journal)

    def day(self, date):
        """Let the clock come to another date."""
        self.date = date
        return self

    def sell(self, *codes):
        """Sell goods for cash."""
        self.scan(*codes).do(cmd.Pay(type="cash"))
        return self

    def close(self, **command):
        """Close the day, print all there is, and return the words."""
        words = self.do(cmd.CloseDay(**command))
        self.printed()
        return words

    def printed(self):
        """Let everything be printed that waits."""
        for job in tuple(self.state.jobs.values()):
            confirmed = ev.JobConfirmed(job.id)
            self.keep(confirmed)
            self.state = evolve(self.state, confirmed)
        return self

    @property
    def closed(self):
        """The closings so far, each with the number of its row."""
        rows = enumerate((event for event, _ in self.journal), start=1)
        return [(seq, event) for seq, event in rows if isinstance(event, ev.DayClosed)]

    @property
    def reports(self):
        return [event.report for _, event in self.closed]

    def folded(self, report):
        """Fold the rows that a Z sealed, beginning with its float."""
        totals = opened(report.totals.float_minor) if report.number > 1 else DayTotals()
        for event, before in self.journal[report.from_seq - 1 : report.to_seq]:
            if not isinstance(event, ev.DayClosed):
                totals = counted(totals, event, before)
        return totals
