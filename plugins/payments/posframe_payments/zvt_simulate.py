"""``posframe payments simulate zvt``: a ZVT terminal in software, to try a till with."""

from __future__ import annotations

import itertools
import sys
from typing import TYPE_CHECKING, Final, Literal

import anyio
import attrs

from posframe_payments.simulators.zvt_faults import Faults, Scripted, Seeded
from posframe_payments.simulators.zvt_profile import Customer, Profile
from posframe_payments.simulators.zvt_server import serve_tcp
from posframe_payments.simulators.zvt_terminal import Terminal

if TYPE_CHECKING:
    from collections.abc import Sequence

PORT: Final = 20007
FAULTS_PER_MILLE: Final = 100

Does = Literal["approve", "decline", "abort"]
DOES: Final[tuple[Does, ...]] = ("approve",)


class ShownTerminal(Terminal):
    """A terminal whose customers come round and round, and whose faults say what happens."""

    def __init__(self, profile: Profile, customers: Sequence[Customer], faults: Faults) -> None:
        super().__init__(profile)
        self.faults = _Shown(self, faults)
        self._round = itertools.cycle(customers)

    def next_customer(self) -> Customer:
        """Return who stands before it now."""
        return next(self._round)


@attrs.define
class _Shown:
    """Passes faults on, and writes down every message and every movement of money."""

    terminal: Terminal
    faults: Faults
    written: int = 0

    def strike(self, point: str, message: int) -> str | None:
        """Return what strikes."""
        kind = self.faults.strike(point, message)
        movements = self.terminal.acquirer.movements
        if point.startswith(("rx", "tx")) or kind:
            _write(f"{point}{f'    FAULT: {kind}' if kind else ''}")
        stands = [f"{each.kind} {each.amount_minor}" for each in movements if each.stands]
        known = len(movements) + sum(not each.stands for each in movements)
        if known != self.written:
            self.written = known
            _write(f"    LEDGER: {', '.join(stands) or 'nothing'}")
        return kind


def simulate_zvt(
    *customers: Does,
    port: int = PORT,
    seconds: int = 2,
    faults: int | None = None,
    reverses: bool = False,
) -> int:
    """Be a ZVT terminal at 127.0.0.1, and write what happens, until Ctrl+C.

    In till.toml: kind = "zvt", address = "tcp://127.0.0.1:20007". Amounts are in cents.

    Args:
        customers: What the customers do, one after another, and from the first again; nothing
            given: all pay.
        port: Where it listens.
        seconds: How long each looks for the card.
        faults: A seed: one message in ten goes wrong, the same ones for the same seed.
        reverses: It takes back what it could not tell the till; else it keeps it.
    """
    profile = Profile(after_loss="reverses" if reverses else "keeps")
    each = [Customer(does=does, thinks_s=seconds) for does in customers or DOES]
    drawn = Scripted() if faults is None else Seeded(faults, FAULTS_PER_MILLE)
    terminal = ShownTerminal(profile, each, drawn)
    _write(f"Terminal {profile.terminal} at tcp://127.0.0.1:{port}, password {profile.password}")
    try:
        anyio.run(_serve, terminal, port)
    except KeyboardInterrupt:
        _write("Switched off")
    return 0


async def _serve(terminal: Terminal, port: int) -> None:
    await serve_tcp(terminal, port=port)


def _write(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
