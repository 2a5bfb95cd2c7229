"""Pricing a basket: the sale a till would have open, built and priced by the till's own code."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

from posframe.errors import RuleViolation
from posframe.explain.lines import line_of
from posframe.explain.reading import Refused, at_path, shown
from posframe.kernel.answering import answering
from posframe.kernel.domain import commands as cmd
from posframe.kernel.domain import events as ev
from posframe.kernel.domain.basket import Coupon, PriceAdjustment
from posframe.kernel.domain.draft import Draft
from posframe.kernel.domain.money import MINOR_MAX
from posframe.kernel.domain.opening import ensure_open
from posframe.kernel.domain.pricing import reprice
from posframe.kernel.domain.transaction import TillState
from posframe.kernel.domain.views import Moment

if TYPE_CHECKING:
    from collections.abc import Generator

    from posframe.explain.asked import Asked
    from posframe.explain.shops import Shop
    from posframe.kernel.activation import Hooks
    from posframe.kernel.domain.transaction import Transaction

OPERATOR = "explain"
_SETTINGS = cmd.Settings(total_max_minor=MINOR_MAX, line_max_minor=MINOR_MAX)


def price(asked: Asked, shop: Shop) -> tuple[Transaction, Hooks]:
    """Return the open sale that ``asked`` comes to, and the plugins that priced it.

    Raises:
        Refused: it cannot be priced; the path says where.
    """
    hooks = shop.hooks(asked)
    draft = _opened(asked)
    for line in asked.lines:
        with at_path(line.path):
            number = len(draft.sale.basket.lines) + 1
            made = line_of(line, number, asked, hooks if shop.is_till else None)
            draft.add(ev.LineAdded(made))
    _set_terms(draft, asked, hooks)
    for adjustment in asked.discounts:
        draft.add(ev.BasketAdjusted(adjustment))
    numbers = range(1, len(asked.lines) + 1)
    with at_path("lines"):
        drive(reprice(draft, *numbers), hooks)
    check_faults(hooks)
    _check_discounts(draft.sale.basket.adjustments)
    return draft.sale, hooks


def priced_by(sale: Transaction, hooks: Hooks) -> Transaction:
    """Return a sale whose offers, and discounts on all of it, are reckoned anew.

    Raises:
        PosframeError: a plugin failed.
    """
    moment = Moment(wall_us=sale.opened_us, local_date="", operator=OPERATOR, id=OPERATOR)
    draft = Draft(TillState(currency=sale.currency, transaction=sale), moment, _SETTINGS)
    drive(reprice(draft), hooks)
    check_faults(hooks)
    return draft.sale


def drive(asking: Generator[Any, Any, None], hooks: Hooks) -> None:
    """Run a step of a decision to its end; plugins answer its questions."""
    answers = answering(hooks, lambda _number: None, lambda _number, _id: None)
    with contextlib.suppress(StopIteration):
        question = next(asking)
        while True:
            question = asking.send(answers[type(question)](question))


def check_faults(hooks: Hooks) -> None:
    """Refuse a price that a plugin had no part in because it failed: a till says so and goes on."""
    for fault in hooks.take_faults():
        fault.plugin.faults = 0
        raise Refused(
            "offers", f"The plugin {fault.plugin.name} failed: {fault.message}", "tell its author"
        )


def _opened(asked: Asked) -> Draft:
    moment = Moment(
        wall_us=asked.at_us,
        local_date=asked.local_date,
        operator=OPERATOR,
        id=OPERATOR,
        policy=asked.policy,
    )
    draft = Draft(TillState(currency=asked.currency), moment, _SETTINGS)
    ensure_open(draft)
    return draft


def _set_terms(draft: Draft, asked: Asked, hooks: Hooks) -> None:
    """Say whose sale it is and how it is paid; the price is asked for as at Total."""
    if asked.customer_groups:
        draft.add(ev.CustomerSet("basket", groups=asked.customer_groups))
    for at, code in enumerate(asked.coupons):
        with at_path(f"coupons[{at}]"):
            _present(draft, code, asked.at_us, hooks)
    draft.add(ev.Totalled(asked.tender))


def _present(draft: Draft, code: str, at_us: int, hooks: Hooks) -> None:
    found = hooks.identify_coupon(code, draft.view, at_us)
    if found is None:
        raise RuleViolation(f"No coupon has the code {shown(code)}", hint="check the code")
    coupon, plugin = found
    draft.add(ev.CouponAdded(Coupon(code, coupon.coupon, coupon.label, plugin)))


def _check_discounts(adjustments: tuple[PriceAdjustment, ...]) -> None:
    for at, given in enumerate(adjustments):
        if given.kind == "amount" and -given.minor < given.value:
            raise Refused(
                f"basket_discounts[{at}].amount",
                "That is more than the basket costs by then",
                "give at most what offers and the discounts before it leave",
            )
