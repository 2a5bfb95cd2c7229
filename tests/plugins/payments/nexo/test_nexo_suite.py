"""The conformance suite: every point in virtual time, and a thinner set over HTTPS in real time."""

from __future__ import annotations

from posframe.testing.payments.kit import PaymentKit
from posframe.testing.payments.suite import PaymentSuite
from posframe_payments.simulators.nexo_answers import CARD
from posframe_payments.simulators.nexo_terminal import Terminal
from tests.plugins.payments.nexo.far import CAN, far, provider_of


def fails(name, late_s=30.0):
    """Return what makes a fault of the terminal happen, the next time."""

    def make(terminal):
        terminal.late_s = late_s
        terminal.fail(name)

    return make


KIT = PaymentKit(
    name="nexo",
    capabilities=CAN,
    simulator=far,
    provider=provider_of,
    booked=Terminal.charged,
    returned=Terminal.returned,
    wire=lambda terminal: len(terminal.received),
    troubles={
        "decline": fails("decline"),
        "lost request": fails("lost request"),
        "lost answer": fails("lost answer"),
        "late approval": fails("late request", late_s=CAN.answer_within_s + 10),
        "approval after decline": fails("approval after decline"),
        "wrong amount": fails("wrong amount"),
        "foreign answer": fails("foreign answer"),
        "garbage": fails("garbage"),
        "lost reversal": fails("lost reversal"),
        "unreachable": fails("unreachable"),
    },
    cannot={"duplicate answer": "one request has one reply; over HTTPS it is tried"},
    secrets=(CARD,),
)


class TestNexo(PaymentSuite):
    """All points, in virtual time."""

    kit = KIT
