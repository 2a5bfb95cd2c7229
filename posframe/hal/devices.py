"""What a till's devices can be asked, in UnifiedPOS nouns. Drivers do it, a supervisor watches."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

import attrs

from posframe.hal.progress import Outcome

if TYPE_CHECKING:
    from posframe.kernel.domain.receipt import ReceiptDocument


@attrs.frozen
class JobResult:
    """What became of one job. Only ``NOT_STARTED`` may be tried again without asking anyone."""

    outcome: Outcome
    detail: str = ""
    """A sentence for the operator."""
    sent: bool = False
    """Every byte was handed over and nothing more can be known: the device does not tell."""


class PosPrinter(ABC):
    """A receipt printer."""

    @abstractmethod
    async def submit(
        self, document: ReceiptDocument, *, job_id: str, deadline_s: float
    ) -> JobResult:
        """Print ``document`` within ``deadline_s`` seconds; a ``job_id`` is printed once.

        Trouble with the device is a result, not an exception.
        """


class CashDrawer(ABC):
    """A cash drawer."""

    @abstractmethod
    async def kick(self, *, deadline_s: float) -> JobResult:
        """Open the drawer; one that would open later than ``deadline_s`` opens for nobody.

        Trouble with the device is a result, not an exception.
        """
