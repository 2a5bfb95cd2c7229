"""A till whose cards are paid through a gateway in memory that hands in batches and lists them."""

from __future__ import annotations

import attrs

from posframe import AnswerOutcome, Batch, ProviderAnswer
from posframe.errors import DeviceOffline
from posframe.testing.payments.gateway import Gateway
from posframe.testing.payments.gateway_provider import GatewayProvider, gateway_tender
from posframe_payments.settlement.reconcile_command import app as reconcile_app
from posframe_payments.settlement.settle_command import app as settle_app
from tests.paying import CALM, Shop

BATCHING = attrs.evolve(CALM, batches=True, tip_limit_milli=20_000)


class Acquirer(Gateway):
    """A gateway that hands in what it booked when it is told to."""

    def __init__(self):
        super().__init__()
        self.handed_in = 0
        """Bookings that are in a batch already."""
        self.reports = {}
        """What it says of a batch instead of the truth."""
        self.is_deaf = False

    def close_batch(self):
        if self.is_deaf:
            raise DeviceOffline("The terminal does not answer", hint="look at it")
        new, self.handed_in = self.bookings[self.handed_in :], len(self.bookings)
        gross = sum(signed(each) for each in new if not each.is_reversed)
        said = {"count": len(new), "gross_minor": gross, "currency": "EUR", "reference": "B1"}
        return Batch(terminal=self.terminal, **(said | self.reports))


class AcquirerProvider(GatewayProvider):
    """The near side of it."""

    async def close_batch(self):
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

    def __init__(self, folder, monkeypatch):
        super().__init__(folder, monkeypatch, Acquirer())
        made = gateway_tender(self.gateway, BATCHING)
        provider = lambda: AcquirerProvider(self.gateway, BATCHING)  # noqa: E731 - a factory
        self.tenders[:] = [attrs.evolve(made, provider=provider)]

    def sell(self, *skus):
        """Sell each of these by card; return the payments."""
        ids = []
        for sku in skus:
            id_ = self.pay(sku=sku)
            self.until_status(id_, "applied")
            self.until(lambda: self.till.state.transaction is None, "closes")
            ids.append(id_)
        return ids

    def settle(self, *words):
        """Give ``posframe settle`` and return its exit status."""
        return run(settle_app, *words, "--till", self.folder)

    def reconcile(self, *words):
        """Give ``posframe reconcile`` and return its exit status."""
        return run(reconcile_app, *words, "--till", self.folder)


def signed(booking):
    return booking.amount_minor if booking.kind == "charge" else -booking.amount_minor


def run(app, *words):
    """Run a command as the command line does, and return its exit status."""
    command, bound, _ = app.parse_args([str(word) for word in words], exit_on_error=False)
    return command(*bound.args, **bound.kwargs)
