"""A till whose cards are paid through a gateway in memory that hands in batches and lists them."""

from __future__ import annotations

import attrs

from posframe import AnswerOutcome, Batch, JournalReader, ProviderAnswer
from posframe.errors import DeviceOffline
from posframe.kernel.domain import commands as cmd
from posframe.testing.payments.gateway import Booking, Gateway
from posframe.testing.payments.gateway_provider import GatewayProvider, gateway_tender
from posframe.testing.tills import write_settings
from posframe_payments.settlement.reconcile_command import app as reconcile_app
from posframe_payments.settlement.records import RECORDS
from posframe_payments.settlement.settle_command import app as settle_app
from tests.paying import CALM, Shop

BATCHING = attrs.evolve(CALM, batches=True, look_again_s=0)
"""No second look: what was declined is heard of again by the settlement alone."""
SETTINGS = '[plugins.payments.settlement.card]\nmap = "acme.toml"\n'
MAP = """\
[columns]
date = "Day"
payment = "Merchant ref"
reference = "Reference"
kind = "Type"
gross = "Gross"
fee = "Fee"
net = "Net"
currency = "Currency"
payout = "Payout"

[kinds]
charge = ["Sale"]
refund = ["Refund"]
chargeback = ["Chargeback"]
"""
DEVICES = """\
[devices.printer]
uri = "escpos+virtual:receipts"

[devices.drawer]
uri = "drawer+on://printer"
"""
"""Left out: a till that is opened for a moment then has nothing to print."""
HEADERS = "Day,Merchant ref,Reference,Type,Gross,Fee,Net,Currency,Payout"


class Acquirer(Gateway):
    """A gateway that hands in what it booked when it is told to."""

    def __init__(self):
        super().__init__()
        self.handed_in = 0
        """Bookings that are in a batch already."""
        self.batches = 0
        self.keys = []
        """By which its batches were asked for."""
        self.reports = {}
        """What it says of a batch instead of the truth."""
        self.is_deaf = False

    def close_batch(self):
        if self.is_deaf:
            raise DeviceOffline("The terminal does not answer", hint="look at it")
        new, self.handed_in = self.bookings[self.handed_in :], len(self.bookings)
        self.batches += 1
        gross = sum(signed(each) for each in new if not each.is_reversed)
        said = {"count": len(new), "gross_minor": gross, "currency": "EUR", "reference": "B1"}
        return Batch(**({"terminal": self.terminal} | said | self.reports))

    def charge(self, payment, minor):
        """Book a charge that the till was told had not come about."""
        reference = f"L{len(self.bookings) + 1}"
        self.bookings.append(Booking(payment, "charge", minor, reference))
        return reference


class AcquirerProvider(GatewayProvider):
    """The near side of it."""

    async def close_batch(self, key):
        self.gateway.keys.append(key)
        return self.gateway.close_batch()

    async def totals(self, since):
        del since
        return [
            ProviderAnswer(
                outcome=AnswerOutcome.APPROVED,
                payment=each.payment,
                reference=each.reference,
                amount_minor=each.amount_minor,
                currency="EUR",
            )
            for each in self.gateway.bookings
            if not each.is_reversed
        ]


class CardShop(Shop):
    """Sells, closes, and has its commands given as on the command line."""

    def __init__(self, folder, monkeypatch, settings=SETTINGS, *, prints=False):
        super().__init__(folder, monkeypatch, Acquirer())
        made = gateway_tender(self.gateway, BATCHING)
        self.tenders[:] = [attrs.evolve(made, provider=self._provider)]
        self.with_totals = True
        write_settings(folder, settings=settings)
        path = folder / "till.toml"
        path.write_text(path.read_text().replace("" if prints else DEVICES, ""))
        (folder / "acme.toml").write_text(MAP)
        self.open()

    def _provider(self):
        cls = AcquirerProvider if self.with_totals else GatewayProvider
        return cls(self.gateway, BATCHING)

    def sell(self, *skus):
        """Sell each of these by card; return the payments."""
        ids = []
        for sku in skus:
            ids.append(self.pay(sku=sku))
            self.until_status(ids[-1], "applied")
            self.until(lambda: self.till.state.transaction is None, "closes")
        return ids

    def declined(self, sku="PAD"):
        """Have a card declined, and the sale paid in cash; return the payment."""
        self.gateway.fail("decline")
        id_ = self.pay(sku=sku)
        self.until_status(id_, "declined")
        assert self.do(cmd.Pay(type="cash")).accepted
        return id_

    def in_doubt(self, sku="PAD"):
        """Have a payment of which nobody ever says a word; return it."""
        self.gateway.fail("busy")
        self.gateway.fail("lost inquiry", 1_000)
        id_ = self.pay(sku=sku)
        self.until_status(id_, "unknown")
        return id_

    def resolve(self, id_, *, paid, amount_minor=0):
        """Take a person's word for a payment."""
        said = cmd.ResolvePayment(
            id=id_, paid=paid, amount_minor=amount_minor, number="77", approver="Ada"
        )
        outcome = self.do(said)
        assert outcome.accepted, outcome.words

    def settle(self, *words):
        """Give ``posframe settle`` and return its exit status."""
        return run(settle_app, *words, "--till", self.folder)

    def reconcile(self, *words):
        """Give ``posframe reconcile`` and return its exit status."""
        return run(reconcile_app, *words, "--till", self.folder)

    def file(self, name, *rows):
        """Write a settlement file of rows (day, payment, kind, gross, fee, payout)."""
        path = self.folder.parent / name
        path.write_text("\n".join([HEADERS, *rows]) + "\n")
        return path

    def kept(self):
        """Return what the journal keeps of reconciliations, by event."""
        with JournalReader(self.folder) as journal:
            rows = list(journal.read(*RECORDS))
        return {
            kind.__name__: [row.event for row in rows if isinstance(row.event, kind)]
            for kind in RECORDS
        }

    def found(self):
        """Return (kind, whether somebody has to do something) of every difference."""
        return [(each.kind, each.is_open) for each in self.kept()["DifferenceFound"]]


def row(
    payment, gross, *, day=1, reference="", kind="Sale", fee="0.00", currency="EUR", payout="A7"
):
    """Return a row of the file; amounts as they are written, net is left to be reckoned."""
    cells = (f"2026-01-{day:02}", payment, reference, kind, gross, fee, "", currency, payout)
    return ",".join(cells)


def later(day=20):
    """Return a row that says how far a file goes: a charge long after, that is nobody's."""
    return row("", "-0.01", day=day, kind="Refund", reference="until here")


def signed(booking):
    return booking.amount_minor if booking.kind == "charge" else -booking.amount_minor


def run(app, *words):
    """Run a command as the command line does, and return its exit status."""
    command, bound, _ = app.parse_args([str(word) for word in words], exit_on_error=False)
    return command(*bound.args, **bound.kwargs)
