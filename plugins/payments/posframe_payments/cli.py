"""``posframe payments``: statements of accounts, and what gift cards need before they are sold."""

from __future__ import annotations

import csv
import os
import secrets
import sys
import zoneinfo
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from cyclopts import App

from posframe import DataError, JournalReader, Money, open_as_owner, read_shop
from posframe_payments.account_events import ACCOUNT_EVENTS
from posframe_payments.account_ledger import signed_minor
from posframe_payments.gateway_simulate import simulate_gateway
from posframe_payments.gift_codes import (
    BODY_DIGITS,
    PREFIX_DIGITS,
    with_check_digits,
)
from posframe_payments.gift_commands import RegisterCard
from posframe_payments.gift_pins import PIN_DIGITS_MIN, SECRET_BYTES
from posframe_payments.nexo_simulate import nexo
from posframe_payments.settings import SECRET_FILE
from posframe_payments.zvt_cli import app as zvt
from posframe_payments.zvt_simulate import simulate_zvt

if TYPE_CHECKING:
    from collections.abc import Iterator

PLUGIN: Final = "payments"
COLUMNS: Final = ("code", "pin")
COUNT_MAX: Final = 100_000

app = App(name="payments", help="Look after accounts, gift cards and card terminals.")
gift = App(name="gift", help="Prepare gift cards: the shop's secret, codes, deliveries.")
app.command(gift)
app.command(zvt)
simulate = App(name="simulate", help="Terminals in software, to try a till without a bank.")
app.command(simulate)
simulate.command(simulate_gateway, name="gateway")
simulate.command(nexo)
simulate.command(simulate_zvt, name="zvt")


@app.command
def account(customer: str = "", *, till: Path = Path()) -> int:
    """Show what a customer was charged and paid, line by line; without one, what each owes.

    Args:
        customer: The reference of the customer, like card:9528000000017.
        till: The till's folder; the till may be running.
    """
    shop = read_shop(till, without=PLUGIN)
    zone = zoneinfo.ZoneInfo(shop.timezone)
    owed: dict[str, int] = {}
    lines = []
    with JournalReader(till) as journal:
        for row in journal.read(*ACCOUNT_EVENTS):
            event: Any = row.event
            minor = signed_minor(event)
            owed[event.customer] = owed.get(event.customer, 0) + minor
            if event.customer == customer:
                when = datetime.fromtimestamp(row.wall_us // 1_000_000, UTC).astimezone(zone)
                amount = Money(minor, shop.currency).major
                left = Money(owed[customer], shop.currency).major
                what = row.name.partition(".")[2].lower()
                lines.append(f"{when:%Y-%m-%d %H:%M}  {what:<9}{amount:>12}{left:>12}")
    if customer:
        _write([f"{'':18}{'':9}{'amount':>12}{'owed':>12}", *lines] if lines else ["Nothing yet"])
        return 0
    for name, minor in sorted(owed.items()):
        _write([f"{name:<30}{Money(minor, shop.currency).major:>12}"])
    total = Money(sum(owed.values()), shop.currency)
    _write([f"{len(owed)} accounts owe {total}"])
    return 0


@gift.command
def secret(*, till: Path = Path()) -> int:
    """Make the shop's secret; copy it to the other tills, and keep a copy where no till is.

    Without it no card can be used any more. One that is there is never replaced.

    Args:
        till: The till's folder.
    """
    path = till / SECRET_FILE
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise DataError(
            f"{path} cannot be made: {error.strerror}",
            hint="one that is there is kept; a new one would make every card worthless",
        ) from error
    with os.fdopen(handle, "wb") as file:
        file.write(secrets.token_bytes(SECRET_BYTES))
    _write([f"{path} made; copy it to the shop's other tills and to a safe place"])
    return 0


@gift.command
def make(prefix: str, count: int, file: Path) -> int:
    """Draw codes and PINs for whoever prints the cards, as a CSV file that nobody else may read.

    Args:
        prefix: The four digits this shop's codes begin with.
        count: How many cards.
        file: It must not be there yet.
    """
    if len(prefix) != PREFIX_DIGITS or not (prefix.isascii() and prefix.isdigit()):
        raise DataError(f"{prefix!r} is no prefix", hint=f"it has {PREFIX_DIGITS} digits")
    if not 1 <= count <= COUNT_MAX:
        raise DataError(f"{count} cards cannot be made at once", hint=f"1 to {COUNT_MAX}")
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise DataError(f"{file} cannot be made: {error.strerror}", hint="name another") from error
    with os.fdopen(handle, "w", encoding="utf-8", newline="") as opened:
        writer = csv.writer(opened)
        writer.writerow(COLUMNS)
        for _ in range(count):
            body = secrets.randbelow(10**BODY_DIGITS)
            pin = secrets.randbelow(10**PIN_DIGITS_MIN)
            code = with_check_digits(f"{prefix}{body:0{BODY_DIGITS}}")
            writer.writerow((code, f"{pin:0{PIN_DIGITS_MIN}}"))
    _write([f"{count} cards in {file}: give it to the printer, import it, then destroy it"])
    return 0


@gift.command(name="import")
def import_(file: Path, *, till: Path = Path()) -> int:
    """Make the cards of a delivery known (CSV: code,pin); they are worth nothing until sold.

    Exit status 1 when a card was refused.

    Args:
        file: UTF-8, with a header.
        till: The till's folder; the till must not be running.
    """
    done = refused = 0
    rows = list(_read(file))
    with open_as_owner(till) as opened:
        for place, command in rows:
            outcome = opened.do(command)
            if outcome.accepted:
                done += 1
            else:
                refused += 1
                sys.stderr.write(f"line {place}: {outcome.words} ({outcome.hint})\n")
    _write([f"{done} cards can be sold, {refused} refused"])
    return 1 if refused else 0


def _read(file: Path) -> Iterator[tuple[int, RegisterCard]]:
    """Yield line numbers and cards; a file that cannot be read is refused whole."""
    try:
        with file.open(encoding="utf-8-sig", newline="") as source:
            reader = csv.DictReader(source, strict=True)
            missing = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
            if missing:
                raise DataError(
                    f"{file} has no column {missing[0]}",
                    hint=f"its first line is: {','.join(COLUMNS)}",
                )
            for row in reader:
                code, pin = (row["code"] or "").strip(), (row["pin"] or "").strip()
                yield reader.line_num, RegisterCard(code, pin)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise DataError(f"{file} cannot be read: {error}", hint="it is a CSV in UTF-8") from error


def _write(lines: list[str]) -> None:
    sys.stdout.write("".join(f"{line}\n" for line in lines))
