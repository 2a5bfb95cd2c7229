"""A shop-day from a seed: what a cashier, the printer and an idle till do, step by step.

The same seed gives the same steps as long as the till answers the same. Some of what is asked is
meant to be refused.
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

from posframe.kernel.domain import commands as cmd
from posframe.kernel.domain.effects import effects
from posframe.kernel.domain.transaction import JobStatus

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from posframe.kernel.domain.transaction import TillState, Transaction

HOUSEKEEPING = ("checkpoint", "grow", "catch up")
"""What an idle till does: keep its state, grow its WAL, replay into read models behind."""
_NOTES_MINOR = (500, 1000, 2000, 5000)
STEPS_MAX = 400


class ShopDay:
    """Says what is done next, looking at the till as a cashier would."""

    def __init__(
        self,
        seed: int,
        *,
        sales: int = 4,
        codes: Sequence[str] = ("PEN", "PAD", "INK", "TEA", "4006381333931", "GIN"),
        members: Sequence[str] = (),
        opening: Sequence[Any] = (),
        between: Sequence[Any] = (),
    ) -> None:
        """Prepare a day.

        Args:
            seed: decides everything.
            sales: how many are completed before the day ends.
            codes: what is scanned.
            members: cards that are shown; none without a plugin that knows them.
            opening: commands of plugins that come first, such as goods received.
            between: commands of plugins that come now and then.
        """
        self._rng = random.Random(seed)  # noqa: S311 - a simulation, not a secret
        self._sales, self._codes, self._members = sales, tuple(codes), tuple(members)
        self._opening, self._between = list(opening), tuple(between)
        self._steps = 0

    def next(self, state: TillState) -> list[Any]:
        """Return commands that share a commit, or one word of ``HOUSEKEEPING``; empty: the end."""
        self._steps += 1
        if state.last_receipt_number >= self._sales or self._steps > STEPS_MAX:
            return []
        if self._opening:
            return [self._opening.pop(0)]
        job = self._jobs(state)
        if job and self._rng.random() < 0.6:
            return [job]
        if self._rng.random() < 0.06:
            return [self._rng.choice(HOUSEKEEPING)]
        if self._between and self._rng.random() < 0.06:
            return [self._rng.choice(self._between)]
        sale = state.transaction
        return self._without_sale(state) if sale is None else self._with_sale(sale)

    def _without_sale(self, state: TillState) -> list[Any]:
        steps: list[tuple[int, Callable[[], list[Any]]]] = [(12, self._scans)]
        if state.suspended:
            steps.append((8, lambda: [cmd.Resume(place=len(state.suspended))]))
        if state.last is not None:
            steps.append((2, lambda: [cmd.Reprint(reason="asked for")]))
        steps.append((1, lambda: [cmd.MoveCash(kind="no_sale")]))
        steps.append((1, lambda: [cmd.MoveCash(kind="paid_in", amount_minor=1000)]))
        return self._one_of(steps)

    def _with_sale(self, sale: Transaction) -> list[Any]:
        active = [line.number for line in sale.basket.lines if not line.voided]
        steps: list[tuple[int, Callable[[], list[Any]]]] = [
            (8, self._scans),
            (1, lambda: [cmd.Discount(number=0, percent_milli=5_000)]),
            (1, lambda: [cmd.Discount(number=0, amount_minor=100)]),
            (1, lambda: [cmd.RemoveDiscounts(number=0)]),
            (1, lambda: [cmd.Suspend(note="forgot the purse")]),
            (1, lambda: [cmd.VoidLine(number=999)]),  # refused
            (1, lambda: [cmd.Pay(type="shells")]),  # refused
        ]
        if not sale.applied:
            steps.append((1, lambda: [cmd.Cancel(reason="walked away")]))
        if self._members:
            steps.append((2, lambda: [cmd.SetCustomer(code=self._rng.choice(self._members))]))
        if active:
            number = self._rng.choice(active)
            steps += [
                (2, lambda: [cmd.VoidLine(number=number)]),
                (2, lambda: [cmd.ChangeQuantity(number=number, quantity_milli=3_000)]),
                (1, lambda: [cmd.OverridePrice(number=number, price_minor=99, reason="dented")]),
                (2, lambda: [cmd.Discount(number=number, percent_milli=10_000)]),
                (9, lambda: self._payment(sale)),
            ]
        return self._one_of(steps)

    def _scans(self) -> list[Any]:
        """Return one scan or a burst that shares a commit."""
        count = self._rng.choice((1, 1, 1, 2, 4))
        return [cmd.AddItem(code=self._rng.choice(self._codes)) for _ in range(count)]

    def _payment(self, sale: Transaction) -> list[Any]:
        if sale.age_needed_years:
            return [cmd.CheckAge()]
        seen = cmd.Seen(transaction=sale.id, tenders=len(sale.tenders), due_minor=sale.due_minor)
        if sale.applied and self._rng.random() < 0.3:
            return [cmd.TakeBackTender(seen=seen)]
        note = self._rng.choice((None, None, *_NOTES_MINOR))
        return [cmd.Pay(type="cash", amount_minor=note, seen=seen)]

    def _jobs(self, state: TillState) -> Any:  # noqa: ANN401 - a command or None
        """Return what the effect runner or a person would say of a job."""
        for job in state.jobs.values():
            if job.status is JobStatus.SENT:
                outcome = self._rng.choice(("confirmed", "confirmed", "returned", "doubted"))
                return cmd.SettleJob(id=job.id, outcome=outcome, detail="by the simulation")
            if job.status is JobStatus.UNKNOWN:
                return cmd.AnswerJob(id=job.id, happened=self._rng.random() < 0.7)
        wanted = effects(state)
        return cmd.ClaimJobs(ids=tuple(job.id for job in wanted)) if wanted else None

    def _one_of(self, steps: list[tuple[int, Callable[[], list[Any]]]]) -> list[Any]:
        weights = [weight for weight, _ in steps]
        return self._rng.choices(steps, weights)[0][1]()
