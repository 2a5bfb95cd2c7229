"""What the outside world gives a till; tests, simulations and practice bring their own."""

from __future__ import annotations

from collections.abc import Callable

import attrs

from posframe.catalogue.finder import CatalogueFinder
from posframe.kernel.contracts import JobHandler
from posframe.kernel.ports import Clock, IdSource
from posframe.kernel.providers import PaymentProvider
from posframe.pins import PinKeeper
from posframe.store.journal import StoreOptions


@attrs.frozen(kw_only=True)
class Ports:
    """What the outside world gives a till; tests and simulations bring their own."""

    clock: Clock | None = None
    ids: IdSource | None = None
    store: StoreOptions | None = None
    """None: ``till.db`` in the till's folder."""
    catalogue: CatalogueFinder | None = None
    """None: ``catalogue.db`` in the till's folder."""
    effects: bool = True
    """False: jobs stay queued, for somebody else to do."""
    handlers: dict[str, JobHandler] | None = None
    """In place of the configured devices."""
    payment_haste: int = 1
    """How many seconds pass for payments in one: tests need not wait for a customer."""
    lock: bool = True
    pin_keeper: Callable[[bytes], PinKeeper] | None = None
    """Makes what verifies PINs, of its key; None: at the usual cost."""
    practice: Callable[[], PaymentProvider] | None = None
    """What a till in training asks for payments; None: one that approves them all."""
