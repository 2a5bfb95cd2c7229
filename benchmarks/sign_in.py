"""Signing in: from the PIN's Enter to the sale's screen, argon2id and the row on disk included.

    python -m benchmarks.sign_in [--calls 40] [--rounds 5] [--folder DIR]

The anchor is one bare verification of a PIN at the same cost, in the same run: what lies above it
is the till's. "By keys" locks the till, types number and PIN, and ends with the view of the sale,
which is what an operator waits for; Textual and the terminal are not in it.
"""

from __future__ import annotations

import argparse
import asyncio
from typing import TYPE_CHECKING, Final

import attrs

from benchmarks.measuring import (
    HEADER,
    Finding,
    compared,
    heading,
    in_turns,
    millis,
    print_findings,
    print_table,
)
from benchmarks.shop import add_folder_option, workspace
from posframe.kernel.domain.commands import Lock
from posframe.operators import Operator, OperatorBook, OperatorsFile
from posframe.testing.tills import make_till, quiet_ports, write_settings
from posframe_terminal.counter import Counter
from posframe_terminal.intake import Key
from posframe_terminal.paint.screens import Screens
from posframe_terminal.pump import Pump
from posframe_terminal.start import key_namer, key_table

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from benchmarks.measuring import Measured
    from posframe import Till

MAX_S: Final = 0.150
NUMBER, PIN = "17", "482615"
PLUGINS: Final = ("payments", "terminal")
SETTINGS: Final = "\n[operators]\nsign_in = true\n"


def main() -> None:
    """Measure, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=40)
    parser.add_argument("--rounds", type=int, default=5)
    add_folder_option(parser)
    options = parser.parse_args()
    with workspace(options.folder) as folder:
        print_findings(run(folder, calls=options.calls, rounds=options.rounds))


def run(folder: Path, *, calls: int, rounds: int) -> list[Finding]:
    """Return what signing in takes, beside one verification of a PIN."""
    write_settings(folder, plugins=PLUGINS, settings=SETTINGS)
    file = _operators(folder)
    with make_till(folder, plugins=PLUGINS, ports=attrs.evolve(quiet_ports())) as till:
        keeper, stored = file.keeper(), file.book().operators[0].pin
        assert _signed_in(till), "the PIN is right"
        with asyncio.Runner() as runner:
            desk = runner.run(_desk(till))
            found = in_turns(
                {
                    "one verification (argon2id)": lambda: keeper.verify(stored, NUMBER, PIN),
                    "verified and on disk": lambda: _signed_in(till),
                    "by keys, lock to sale": lambda: runner.run(desk.sign_in()),
                },
                calls=calls,
                rounds=rounds,
            )
            runner.run(desk.close())
    return _judged(found)


class Desk:
    """A counter and its pump, without a terminal."""

    def __init__(self, till: Till) -> None:
        table = key_table(till)
        self._till = till
        self._counter = Counter(till, key_namer(table))
        self._pump = Pump(self._counter, table, Screens(), meaning=self._counter.meaning)
        self._pump.present = self._present
        self._shown = asyncio.Event()
        self._wanted = ""
        self._unlisten = self._counter.listen(self._present)
        self._pumping = asyncio.create_task(self._pump.run())

    async def sign_in(self) -> None:
        """Lock the till, and sign in by keys; return once the sale is shown."""
        self._till.do(Lock())
        await self._shows("lock")
        for key in (*NUMBER, "enter", *PIN, "enter"):
            self._pump.feed(Key(key, key if len(key) == 1 else ""))
        await self._shows("sale")

    async def close(self) -> None:
        """Leave the counter."""
        self._unlisten()
        self._pumping.cancel()

    async def _shows(self, screen: str) -> None:
        self._wanted = screen
        self._shown.clear()
        self._present()
        async with asyncio.timeout(10):
            await self._shown.wait()

    def _present(self) -> None:
        view = self._pump.view()
        greeted = self._wanted == "lock" or view.entry.message
        if view.screen == self._wanted and greeted:
            self._shown.set()


async def _desk(till: Till) -> Desk:
    return Desk(till)


def _signed_in(till: Till) -> bool:
    return till.signing.sign_in(NUMBER, PIN).accepted


def _operators(folder: Path) -> OperatorsFile:
    """Write one operator with a PIN at the cost that tills have."""
    file = OperatorsFile(folder, ("cashier",))
    pin = file.keeper().hash(NUMBER, PIN)
    operator = Operator(id=NUMBER, name="Cashier", role="cashier", pin=pin)
    file.change(lambda _book: OperatorBook((operator,)))
    return file


def _judged(found: dict[str, Measured]) -> list[Finding]:
    anchor = found["one verification (argon2id)"]
    heading("Signing in")
    print_table(HEADER, list(_rows(found, anchor)))
    keys = found["by keys, lock to sale"]
    return [
        Finding(
            goal=f"sign-in by keys, argon2id and commit included: p50 <= {millis(MAX_S)} ms",
            measured=f"{millis(keys.p50_s)} ms, p99 {millis(keys.p99_s)} ms",
            ratio=f"{keys.p50_ratio(anchor):.2f} of one verification",
            met=keys.p50_s <= MAX_S,
        )
    ]


def _rows(found: dict[str, Measured], anchor: Measured) -> Iterator[tuple[str, ...]]:
    return (compared(name, each, anchor) for name, each in found.items())


if __name__ == "__main__":
    main()
