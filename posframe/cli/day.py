"""``posframe day``: how the business day stands, X, close by Z, all Zs, and their export.

Looking reads the journal and writes nothing, also beside a running till. Closing and printing are
done by the till itself: by the running one, or by opening it.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

import cyclopts

from posframe.errors import DataError, RuleViolation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from posframe.config import TillConfig
    from posframe.kernel.domain.events import DayClosed
    from posframe.kernel.domain.receipt import ReceiptDocument
    from posframe.kernel.domain.transaction import TillState

app = cyclopts.App(name="day", help="The business day: how it stands, X, Z, and its export.")

PAPER_COLUMNS = 48


@app.command
def status(*, till: Path = Path()) -> int:
    """Say which day is open, what it came to, and what a close would carry forward.

    Args:
        till: the till's folder.
    """
    from posframe.kernel.domain.carried_forward import what_is_open

    config, state = _looked_at(till)
    control = state.control
    since = f", open since {control.open_since}" if control.day_open else ", not open"
    print(f"Business day {state.business_date or '(none yet)'}{since}")
    totals = control.totals
    gross = _amount(config, totals.gross_minor)
    print(f"{totals.counters.sales} receipts, gross {gross} {config.till.currency}")
    last = control.last_z
    if last is not None:
        signed = "signed" if state.anchored_seq > last.to_seq else "not signed yet"
        print(f"Last: Z {last.number} of {last.business_date}, {signed}")
    for each in what_is_open(state, config.till.operator):
        print(f"Open: {each.words}, seen to by {each.owner}")
    return 0


@app.command
def x(*, till: Path = Path(), printer: bool = False, operator: str = "") -> int:
    """Show the totals so far, as an X report says them; nothing is closed.

    Args:
        till: the till's folder.
        printer: print it at the till instead.
        operator: number of who asks, where operators sign in and it is printed.
    """
    from posframe import shop_settings
    from posframe.kernel.domain.day_totals_report import x_report

    if printer:
        return _do(till, operator, ".x")
    config, state = _looked_at(till)
    shop = shop_settings.shop(config)
    _show(x_report(state.control.totals, shop, state.business_date, _local_text(config, None)))
    return 0


@app.command
def close(date: str = "", /, *, till: Path = Path(), operator: str = "") -> int:
    """Close the business day by a Z. What is unfinished is named and carried forward.

    Args:
        date: the day that is meant, as 2026-11-21; another one is refused. Empty: the open one.
        till: the till's folder.
        operator: number of who closes, where operators sign in; the PIN is asked for.
    """
    return _do(till, operator, f".closeday {date}".strip())


@app.command
def z(number: int = 0, /, *, till: Path = Path(), printer: bool = False, operator: str = "") -> int:
    """Show a Z once more, as a copy.

    Args:
        number: which; without it, the last one.
        till: the till's folder.
        printer: print it at the till instead.
        operator: number of who asks, where operators sign in and it is printed.
    """
    from posframe import shop_settings
    from posframe.kernel.domain.day_totals_report import z_report

    if printer:
        return _do(till, operator, f".z {number}" if number else ".z")
    config = _config(till)
    closed = _found(till, number=number)[-1]
    document = z_report(
        closed.report,
        shop_settings.shop(config),
        _local_text(config, closed.closed_us),
        copy=True,
        carried=closed.carried,
    )
    _show(document)
    return 0


@app.command(name="list")
def list_(*, till: Path = Path()) -> int:
    """List all closed days, the oldest first.

    Args:
        till: the till's folder.
    """
    from posframe.cli.lines import table

    config = _config(till)
    header = ("Z", "day", "receipts", "gross", "grand total", "open", "closed", "by")
    rows = [
        (
            str(report.number),
            f"{report.first_date} to {day}" if report.first_date else day,
            str(report.totals.counters.sales),
            _amount(config, report.totals.gross_minor),
            _amount(config, report.grand.gross_minor),
            str(len(each.carried)),
            _local_text(config, each.closed_us),
            each.operator,
        )
        for each in _closed_days(till)
        for report in (each.report,)
        for day in (report.business_date,)
    ]
    if not rows:
        print("No day was closed yet: posframe day close closes the open one")
        return 0
    table(header, rows)
    return 0


@app.command
def export(
    *,
    accounts: Path,
    out: Path = Path(),
    z: int = 0,
    date: str = "",
    form: Literal["csv", "jsonl"] = "csv",
    till: Path = Path(),
) -> int:
    """Write closed days for the books: balanced double entries, one file a Z.

    Exporting again is harmless: the same Z and accounts give the same bytes. Without ``--z`` and
    ``--date`` all closed days are written.

    Args:
        accounts: the account map, a TOML file.
        out: folder that gets the files.
        z: number of one Z.
        date: one business day, as 2026-11-21.
        form: csv or jsonl.
        till: the till's folder.
    """
    from posframe.accounting.accounts import AccountMap
    from posframe.accounting.booking import booked
    from posframe.accounting.day import figures_of
    from posframe.accounting.writing import export as write

    config, accounts_ = _config(till), AccountMap.load(accounts)
    days = _found(till, number=z, date=date)
    # All are booked before one is written: a map that lacks an account leaves no half of a year.
    entries = [
        booked(figures_of(each.report, config.till.currency, accounts_), accounts_) for each in days
    ]
    for entry in entries:
        exported = write(entry, out, form)
        amount = _amount(config, entry.debit_minor)
        done = "was there already, the same" if exported.again else "written"
        print(f"{exported.path}: {len(entry.postings)} postings, {amount} on each side, {done}")
    return 0


def _do(folder: Path, operator: str, *entries: str) -> int:
    from posframe.cli.as_operator import done_as

    return done_as(folder, operator, entries)


def _config(folder: Path) -> TillConfig:
    from posframe.config import load_config

    return load_config(folder)


def _looked_at(folder: Path) -> tuple[TillConfig, TillState]:
    from posframe.cli.journal import open_journal
    from posframe.store.state_beside import state_beside

    config = _config(folder)
    connection, codec = open_journal(folder)
    try:
        return config, state_beside(connection, codec)
    finally:
        connection.close()


def _closed_days(folder: Path) -> Iterator[DayClosed]:
    from posframe.kernel.domain.events import DayClosed
    from posframe.reading import JournalReader

    with JournalReader(folder) as journal:
        for row in journal.read(DayClosed):
            yield row.event


def _found(folder: Path, *, number: int = 0, date: str = "") -> list[DayClosed]:
    """Return closed days: of a number, of a date, or all.

    Raises:
        RuleViolation: there is none.
    """
    if number and date:
        raise DataError("Name a Z or a date, not both", hint="leave one of them out")
    days = list(_closed_days(folder))
    if not days:
        raise RuleViolation("No day was closed yet", hint="posframe day close closes the open one")
    found = [each for each in days if _is_meant(each, number, date)]
    if not found:
        last = days[-1].report
        raise RuleViolation(
            f"There is no Z {number}" if number else f"No Z closed {date}",
            hint=f"the last one is {last.number}, of {last.business_date}",
        )
    return found


def _is_meant(closed: DayClosed, number: int, date: str) -> bool:
    report = closed.report
    if number:
        return report.number == number
    first = report.first_date or report.business_date
    return not date or first <= date <= report.business_date


def _show(document: ReceiptDocument) -> None:
    from posframe.kernel.domain.receipt_layout import plain_text

    print(plain_text(document, PAPER_COLUMNS))


def _amount(config: TillConfig, minor: int) -> str:
    from posframe.kernel.domain.currencies import exponent
    from posframe.kernel.domain.money import format_minor

    return format_minor(minor, exponent(config.till.currency))


def _local_text(config: TillConfig, wall_us: int | None) -> str:
    from posframe.system import SystemClock

    clock = SystemClock(config.till.timezone)
    return clock.local_text(clock.wall_us() if wall_us is None else wall_us)
