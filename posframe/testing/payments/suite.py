"""The conformance suite for payment providers.

An author's test is one class::

    from posframe.testing.payments.suite import PaymentSuite

    class TestMyProvider(PaymentSuite):
        kit = KIT  # a posframe.testing.payments.kit.PaymentKit
"""

from __future__ import annotations

from posframe.testing.payments.charging import ChargingPoints
from posframe.testing.payments.giving_back import GivingBackPoints


class PaymentSuite(ChargingPoints, GivingBackPoints):
    """Every point that a kit's capabilities allow; those it has no means for are skipped."""

    __test__ = False

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        cls.__test__ = True
