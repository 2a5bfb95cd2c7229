"""ExamplePay keeps posframe's laws about money, and pays a sale."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import attrs
import examplepay
import pytest
from far_side import KIT, Server

from posframe import ConfigurationError, Script
from posframe.testing.payments.suite import PaymentSuite
from posframe.testing.tills import make_till, quiet_ports

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from posframe import Till

SETTINGS = """
[plugins.examplepay]
url = "https://examplepay.test"
merchant = "M-17"
"""
PATIENCE_S = 20.0


class TestExamplePay(PaymentSuite):
    """Lost answers, late ones, crashes, cancels, refunds: every point there is."""

    kit = KIT


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Server:
    """Return a server that every till of the test reaches."""
    server = Server()
    monkeypatch.setattr(examplepay, "connect", lambda *_settings: server.client())
    return server


def open_till(folder: Path) -> Till:
    """Return a till that takes ExamplePay, for which a minute is 0.6 seconds."""
    ports = attrs.evolve(quiet_ports(), payment_haste=100)
    return make_till(folder, plugins=("payments", "examplepay"), settings=SETTINGS, ports=ports)


def until(condition: Callable[[], object]) -> None:
    """Wait until something is so."""
    deadline = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_a_customer_scans_the_code_and_the_sale_is_closed(tmp_path: Path, server: Server) -> None:
    """What the till booked is what the server booked."""
    with open_till(tmp_path) as till:
        script = Script(till)
        for entry in ("1 * INK", "+", "examplepay"):
            assert script.line(entry)["accepted"]
        until(lambda: any(till.asked(each).shows for each in till.state.payments.values()))
        until(lambda: till.state.last is not None)
        assert till.state.last is not None
        (tender,) = till.state.last.tenders
    assert (tender.applied_minor, tender.reference) == (1295, "EX-1")
    assert [each.minor for each in server.bookings.values()] == [1295]


def test_a_refused_customer_pays_cash(tmp_path: Path, server: Server) -> None:
    """And nothing is booked."""
    server.fail("decline")
    with open_till(tmp_path) as till:
        script = Script(till)
        for entry in ("1 * INK", "+", "examplepay"):
            script.line(entry)
        until(lambda: "was not charged: declined" in " ".join(till.notices()))
        assert script.line("")["accepted"]
        assert till.state.last is not None
        assert [each.type for each in till.state.last.tenders] == ["cash"]
    assert [each.state for each in server.bookings.values()] == ["failed"]


def test_without_its_token_nothing_is_sent_and_the_cashier_reads_why(tmp_path: Path) -> None:
    """The till sells on with other media."""
    with open_till(tmp_path) as till:
        script = Script(till)
        for entry in ("1 * INK", "+", "examplepay"):
            script.line(entry)
        until(lambda: "examplepay.token cannot be read" in " ".join(till.notices()))
        assert script.line("")["accepted"]


def test_a_till_without_the_merchant_does_not_start(tmp_path: Path) -> None:
    """The setting is named."""
    with pytest.raises(ConfigurationError, match=r"plugins\.examplepay\.merchant is missing"):
        make_till(
            tmp_path,
            plugins=("payments", "examplepay"),
            settings='[plugins.examplepay]\nurl = "https://examplepay.test"\n',
        )
