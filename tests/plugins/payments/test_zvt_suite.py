"""The conformance suite for payment providers, put to ZVT terminals of two kinds."""

from __future__ import annotations

import attrs

from posframe.testing.payments.kit import PaymentKit
from posframe.testing.payments.suite import PaymentSuite
from posframe_payments.simulators.zvt_faults import (
    DROP_AFTER,
    DROP_BEFORE,
    GARBAGE,
    STALE,
    TWICE,
    WRONG_AMOUNT,
)
from posframe_payments.simulators.zvt_profile import Customer, Profile
from posframe_payments.zvt_setup import zvt_capabilities
from tests.plugins.payments.zvt_bench import (
    CAPABILITIES,
    CARD,
    SETTINGS,
    Far,
    MemoryLine,
    NamingProvider,
    setup_of,
)

TIPS = zvt_capabilities(attrs.evolve(SETTINGS, partial=True, tip_percent=15))


def _provider(far, capabilities=CAPABILITIES):
    return NamingProvider(setup_of(lambda: MemoryLine(far), capabilities=capabilities), far)


def _customer(**does):
    return lambda far: far.terminal.customers.append(Customer(**does))


def _fault(point, kind):
    return lambda far: far.fail({point: kind})


def _away(far):
    far.is_there = False


KIT = PaymentKit(
    name="zvt",
    capabilities=CAPABILITIES,
    simulator=Far,
    provider=_provider,
    booked=lambda far, id_: far.acquirer.booked(id_),
    returned=lambda far, id_: far.acquirer.returned(id_),
    wire=lambda far: far.bytes_taken,
    troubles={
        "decline": _customer(does="decline"),
        "lost request": _fault("rx authorisation", DROP_BEFORE),
        "lost answer": _fault("tx status of authorisation", DROP_BEFORE),
        "late approval": _customer(thinks_s=260.0),
        "duplicate answer": _fault("tx status of authorisation", TWICE),
        "foreign answer": _fault("tx status of authorisation", STALE),
        "garbage": _fault("begin authorisation", GARBAGE),
        "lost reversal": _fault("rx reversal", DROP_AFTER),
        "unreachable": _away,
    },
    cannot={
        "approval after decline": "a decline leaves no receipt, and nothing is on its way any more",
        "wrong amount": "a terminal of two steps is told to let go of it",
    },
    moments_s=tuple(each / 100 for each in (*range(14), *range(90, 115))),
    secrets=(CARD,),
)


class TestTerminalThatKeeps(PaymentSuite):
    """It keeps what it took although the line breaks."""

    kit = KIT


class TestTerminalThatTakesTips(PaymentSuite):
    """What it takes may be another amount than was asked."""

    kit = attrs.evolve(
        KIT,
        capabilities=TIPS,
        provider=lambda far: _provider(far, TIPS),
        troubles={
            **KIT.troubles,
            "wrong amount": _fault("say status of authorisation", WRONG_AMOUNT),
        },
        cannot={name: why for name, why in KIT.cannot.items() if name != "wrong amount"},
    )


class TestTerminalThatReverses(PaymentSuite):
    """It takes back what it could not tell."""

    kit = attrs.evolve(
        KIT,
        simulator=lambda: Far(Profile(after_loss="reverses")),
        troubles={
            each: made
            for each, made in KIT.troubles.items()
            if each not in {"lost answer", "late approval"}
        },
        cannot={
            **KIT.cannot,
            "lost answer": "it gives back what it could not tell",
            "late approval": "the same",
        },
    )
