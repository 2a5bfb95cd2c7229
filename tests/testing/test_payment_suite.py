"""The suite for payment providers passes what is right, and finds what is wrong, point by point."""

from __future__ import annotations

import attrs
import pytest

from posframe.kernel.domain.tender import Capabilities
from posframe.testing.payments.gateway_provider import GATEWAY, TWO_STEP, GatewayProvider
from posframe.testing.payments.suite import PaymentSuite
from tests.testing.wrong_providers import TALKING, WRONG

NAMES = sorted(name for name in dir(PaymentSuite) if name.startswith("test_"))


class TestGateway(PaymentSuite):
    """The reference kit."""

    kit = GATEWAY


class TestGatewayInTwoSteps(PaymentSuite):
    """Where an approval stands only once it was acknowledged."""

    kit = TWO_STEP


def put(kit, name):
    """Put one point to a kit."""
    suite = type("Suite", (PaymentSuite,), {"kit": kit})
    getattr(suite(), name)()


def test_every_point_has_a_provider_that_fails_it():
    assert sorted(WRONG) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_a_provider_that_is_wrong_fails_the_point_about_it(name):
    with pytest.raises(AssertionError):
        put(WRONG[name], name)


def test_a_card_number_in_an_answer_fails_every_payment():
    with pytest.raises(AssertionError, match="an answer carries a card number"):
        put(TALKING, "test_an_approval_is_booked_once_for_what_was_asked")


def test_a_kit_that_cannot_make_a_trouble_skips_its_points_with_the_reason():
    poor = attrs.evolve(GATEWAY, troubles={})
    with pytest.raises(pytest.skip.Exception, match="makes no trouble 'lost answer'"):
        put(poor, "test_a_lost_answer_is_found_by_asking")


def test_a_provider_nobody_can_ask_is_put_to_what_is_left():
    """A dumb terminal: it has to book what it approves, and decline what it does not book."""
    dumb = Capabilities(inquiry="none", answer_within_s=60, grace_s=0)
    kit = attrs.evolve(
        GATEWAY, capabilities=dumb, provider=lambda gateway: GatewayProvider(gateway, dumb)
    )
    suite = type("Suite", (PaymentSuite,), {"kit": kit})
    left = [name for name in NAMES if getattr(suite, name) is not None]
    assert "test_a_decline_books_nothing" in left
    assert "test_a_lost_answer_is_found_by_asking" not in left
    for name in left:
        put(kit, name)


def test_what_a_kit_says_it_cannot_is_no_point_of_its_suite():
    kit = attrs.evolve(GATEWAY, troubles={}, cannot={"lost answer": "it has one wire only"})
    suite = type("Suite", (PaymentSuite,), {"kit": kit})
    assert suite.test_a_lost_answer_is_found_by_asking is None
    assert suite.test_a_decline_books_nothing is not None


def test_a_trouble_the_suite_does_not_know_is_refused():
    with pytest.raises(AssertionError, match="lost anwser: no such trouble"):
        attrs.evolve(GATEWAY, troubles={"lost anwser": lambda _gateway: None})
