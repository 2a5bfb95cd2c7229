"""``posframe payments zvt``: what a terminal is asked when it is set up, or seems wrong.

None of it moves money. A till may be running: a terminal has one connection at a time, and says
that it is busy.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Final

import anyio
from cyclopts import App

from posframe_payments.settings import TerminalSettings
from posframe_payments.zvt.commands import (
    DIAGNOSIS,
    PRINT_CONFIGURATION,
    SELF_TEST,
    initialisation,
    repeat_receipt,
    status_enquiry,
    turnover_totals,
)
from posframe_payments.zvt.outcomes import has_completed, result_of
from posframe_payments.zvt_answers import why_not
from posframe_payments.zvt_link import ZvtLink
from posframe_payments.zvt_setup import zvt_setup
from posframe_payments.zvt_slips import slips_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from posframe_payments.zvt.commands import Command
    from posframe_payments.zvt.facts import Fact, Status
    from posframe_payments.zvt_setup import ZvtSetup

PASSWORD: Final = "000000"  # noqa: S105 - as terminals come from their maker
CURRENCY: Final = "EUR"

app = App(name="zvt", help="Ask a ZVT terminal; ADDRESS as in till.toml. No money moves.")


@app.command
def status(address: str, *, password: str = PASSWORD, currency: str = CURRENCY) -> int:
    """Say whether a terminal answers, who it is, and whether it is ready.

    Args:
        address: tcp://192.168.1.40:20007 or serial:/dev/ttyUSB0?baud=9600.
        password: Six digits set in the terminal.
        currency: The till's.
    """
    return _ask(address, password, currency, lambda _number: status_enquiry())


@app.command
def totals(address: str, *, password: str = PASSWORD, currency: str = CURRENCY) -> int:
    """Show turnovers since the last end of day, as the terminal counts them.

    Args:
        address: tcp://192.168.1.40:20007 or serial:/dev/ttyUSB0?baud=9600.
        password: Six digits set in the terminal.
        currency: The till's.
    """
    return _ask(address, password, currency, turnover_totals)


@app.command
def repeat(address: str, *, password: str = PASSWORD, currency: str = CURRENCY) -> int:
    """Show the terminal's last receipt once more.

    Args:
        address: tcp://192.168.1.40:20007 or serial:/dev/ttyUSB0?baud=9600.
        password: Six digits set in the terminal.
        currency: The till's.
    """
    return _ask(address, password, currency, repeat_receipt)


@app.command
def diagnosis(address: str, *, password: str = PASSWORD, currency: str = CURRENCY) -> int:
    """Have the terminal try its way to its host.

    Args:
        address: tcp://192.168.1.40:20007 or serial:/dev/ttyUSB0?baud=9600.
        password: Six digits set in the terminal.
        currency: The till's.
    """
    return _ask(address, password, currency, lambda _number: DIAGNOSIS)


@app.command(name="self-test")
def self_test(address: str, *, password: str = PASSWORD, currency: str = CURRENCY) -> int:
    """Have the terminal test itself.

    Args:
        address: tcp://192.168.1.40:20007 or serial:/dev/ttyUSB0?baud=9600.
        password: Six digits set in the terminal.
        currency: The till's.
    """
    return _ask(address, password, currency, lambda _number: SELF_TEST)


@app.command
def settings(address: str, *, password: str = PASSWORD, currency: str = CURRENCY) -> int:
    """Have the terminal print how it is set up.

    Args:
        address: tcp://192.168.1.40:20007 or serial:/dev/ttyUSB0?baud=9600.
        password: Six digits set in the terminal.
        currency: The till's.
    """
    return _ask(address, password, currency, lambda _number: PRINT_CONFIGURATION)


@app.command
def initialise(address: str, *, password: str = PASSWORD, currency: str = CURRENCY) -> int:
    """Have the terminal fetch its keys and settings from its host again.

    Args:
        address: tcp://192.168.1.40:20007 or serial:/dev/ttyUSB0?baud=9600.
        password: Six digits set in the terminal.
        currency: The till's.
    """
    return _ask(address, password, currency, lambda _number: initialisation())


def _ask(address: str, password: str, currency: str, command: Callable[[int], Command]) -> int:
    """Ask one thing, and write what came of it; exit status 1 where it was not done."""
    given = TerminalSettings(kind="zvt", address=address, label="The terminal", password=password)
    setup = zvt_setup("zvt", given, currency)
    facts, terminal = anyio.run(_talk, setup, command(setup.password))
    for slip in slips_of(facts, "batch"):
        _write(["", *slip.lines])
    found = result_of(facts)
    _write([f"Terminal {terminal or 'that does not say its number'}", *_said(found)])
    if has_completed(facts):
        return 0
    sys.stderr.write(f"It was not done: {why_not(facts)}\n")
    return 1


async def _talk(setup: ZvtSetup, command: Command) -> tuple[list[Fact], str]:
    link = await ZvtLink.opened(setup)
    try:
        return await link.ask(command), link.terminal
    finally:
        await link.close()


def _said(found: Status | None) -> list[str]:
    """Return what a status says, line by line; amounts are in the smallest unit."""
    if found is None:
        return []
    named = {
        "Result": found.words,
        "Amount": found.amount_minor,
        "Receipt": found.receipt,
        "Trace": found.trace,
        "Card": f"{found.card_name} {found.card_last_four}".strip(),
        "At": f"{found.date} {found.time}".strip(),
    }
    lines = [f"{name:<9}{value}" for name, value in named.items() if value not in {None, ""}]
    cards = found.totals.cards if found.totals else ()
    return lines + [f"{each.name:<17}{each.count:>5}{each.amount_minor:>12}" for each in cards]


def _write(lines: list[str]) -> None:
    sys.stdout.write("".join(f"{line}\n" for line in lines))
