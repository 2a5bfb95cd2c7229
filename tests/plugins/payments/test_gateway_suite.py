"""The conformance suite over the wire: a card reader and a wallet behind a gateway."""

from __future__ import annotations

import asyncio

import pytest

from posframe.testing.payments.suite import PaymentSuite
from tests.plugins.payments.gateway_pair import CARD, WALLET, HastyLoop


@pytest.fixture(autouse=True)
def _hasty(monkeypatch):
    monkeypatch.setattr(asyncio.events, "new_event_loop", HastyLoop)


class TestCard(PaymentSuite):
    """Cards at a reader."""

    kit = CARD


class TestWallet(PaymentSuite):
    """Wallets by a code the customer scans."""

    kit = WALLET
