"""``posframe reconcile``: a settlement file held against the journal, and the tasks that leaves."""

from __future__ import annotations

import datetime
import zoneinfo
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import attrs
from cyclopts import App, Parameter

from posframe import (
    DataError,
    JournalError,
    Script,
    ShopReader,
    ask_running,
    holds_card_number,
    open_as_owner,
    read_shop,
)
from posframe_payments.settlement.agreed import (
    WHERE,
    chosen_methods,
    file_map_of,
    settings_of,
    terms_of,
)
from posframe_payments.settlement.asking import ask_bookings
from posframe_payments.settlement.comparison import Sides, compare
from posframe_payments.settlement.courses import read_history
from posframe_payments.settlement.findings import (
    findings,
    stray_findings,
    unsure_where_returned,
)
from posframe_payments.settlement.journal_side import REVERSAL
from posframe_payments.settlement.keeping import ENTRY
from posframe_payments.settlement.past import read_past
from posframe_payments.settlement.printing import write
from posframe_payments.settlement.reading import read_rows
from posframe_payments.settlement.records import TakeReconciliation
from posframe_payments.settlement.rows import SettlementRow
from posframe_payments.settlement.source import Source
from posframe_payments.settlement.telling import tell_comparison, tell_found, tell_tasks
from posframe_payments.settlement.writing import settled_rows, write_down
from posframe_payments.settlement.zones import in_zone

if TYPE_CHECKING:
    from collections.abc import Sequence

    from posframe_payments.settlement.courses import PaymentHistory
    from posframe_payments.settlement.file_map import FileMap
    from posframe_payments.settlement.records import DifferenceFound

LISTED_MAX: Final = 50
"""Bad rows that are listed at once."""
DIFFERENCES_MAX: Final = 10_000
"""With more it is not differences that were found but the wrong file."""

app = App(name="reconcile", help="Compare what a provider pays out with what the till took.")


@app.default
def reconcile(  # noqa: PLR0913 - the options of a command
    file: Path | None = None,
    /,
    *,
    till: Path = Path(),
    map_: Annotated[Path | None, Parameter(name="--map")] = None,
    provider: tuple[str, ...] = (),
    terminal: tuple[str, ...] = (),
    since: str = "",
    ask: bool = False,
    skip_bad: bool = False,
    look: bool = False,
    open_: Annotated[bool, Parameter(name="--open")] = False,
    done: tuple[int, str] | None = None,
) -> int:
    """Compare a settlement file with the journal, and write down what does not agree.

    Exit status 0: nothing is open; 1: something is; 2: the file cannot be taken.

    Args:
        file: What the provider sent, a CSV file.
        till: The till's folder; the till must not be running, except for --look, --open and --done.
        map_: What the columns mean; without it the file that till.toml names.
        provider: The method the file is about, such as card; may be given more than once.
        terminal: Take rows of this terminal only; may be given more than once.
        since: Look for payments from this day on, as 2026-11-21; else from the first file's first.
        ask: Ask the provider for its own list too; the till must not be running.
        skip_bad: Go on without rows that cannot be read, after a look at their list.
        look: Write nothing down.
        open_: List what is still to be done.
        done: NUMBER HOW: say that a task is done, by whom and how.
    """
    if done is not None:
        return _end_task(till, *done)
    if open_:
        return _tell_open(till)
    if file is None:
        raise DataError("Which file?", hint="posframe reconcile FILE --till FOLDER")
    shop = read_shop(till)
    methods = chosen_methods(shop, provider)
    source = Source.read(file, methods, terminal)
    if (ask or not look) and ask_running(till, []) is not None:
        raise JournalError(
            "The till is running", hint="close it first; or only compare, with --look"
        )
    if source.key in read_past(till).files:
        return _told_again(shop, source, look=look)
    file_map = file_map_of(shop, methods[0], map_)
    rows, bad = _rows(source, file_map, shop.timezone, skip_bad=skip_bad)
    return _Reconciling(shop, source, rows, bad).run(since=since, ask=ask, look=look)


@attrs.frozen
class _Reconciling:
    """One file that was never compared before."""

    shop: ShopReader
    source: Source
    rows: tuple[SettlementRow, ...]
    bad: int
    """Rows left out because they cannot be read."""

    def run(self, *, since: str, ask: bool, look: bool) -> int:
        """Compare, print and write down; return whether anything is open."""
        folder, methods = self.shop.folder, self.source.methods
        history = read_history(folder)
        sides = self._sides(history, since=since, ask=ask)
        compared = compare(sides)
        key = self.source.key
        found = findings(compared.differences, sides.courses, key)
        found += stray_findings(history.strays, sides.courses, key)
        found = unsure_where_returned(found, [each.found for each in sides.past.tasks.values()])
        known = sides.past.numbers()
        new = tuple({each.mark: each for each in found if each.mark not in known}.values())
        if len(new) > DIFFERENCES_MAX:
            raise DataError(
                f"{self.source.name} and the journal differ in {len(new)} places",
                hint="is it this till's file, and the right map? Nothing was written down",
            )
        record = self.source.record(sides, compared, bad=self.bad)
        tell_comparison(record, compared)
        if look or any(settings_of(self.shop, each) is None for each in methods):
            return _only_looked(new, look=look, method=methods[0])
        settled = settled_rows(key, compared)
        write_down(folder, TakeReconciliation(reconciled=record, settled=settled, found=new))
        tell_found(each for each in new if not each.is_open)
        return _tell_open(folder, key)

    def _sides(self, history: PaymentHistory, *, since: str, ask: bool) -> Sides:
        shop, methods, rows = self.shop, self.source.methods, self.rows
        zone, past = zoneinfo.ZoneInfo(shop.timezone), read_past(shop.folder)
        courses = {
            id_: each for id_, each in history.courses.items() if each.payment.type in methods
        }
        as_of = max(each.day for each in rows)
        bookings = None
        if ask:
            tenders = [each for each in shop.tender_types if each.rule.id in methods]
            bookings = ask_bookings(tenders, courses, as_of, zone)
        first = min(each.day for each in rows).isoformat()
        return Sides(
            courses=courses,
            past=past,
            rows=rows,
            bookings=bookings,
            terms=terms_of(shop, methods[0], as_of),
            zone=zone,
            currency=shop.currency,
            since=_day(since or past.since_day(methods) or first),
        )


def _only_looked(found: Sequence[DifferenceFound], *, look: bool, method: str) -> int:
    tell_found(found)
    if not look:
        write(f"Nothing was written down: add [{WHERE}.{method}] to till.toml")
    return int(any(each.is_open for each in found))


def _told_again(shop: ShopReader, source: Source, *, look: bool) -> int:
    """Say that a file was reconciled before; it counts once. Return whether anything is open."""
    past = read_past(shop.folder)
    zone = zoneinfo.ZoneInfo(shop.timezone)
    moment = datetime.datetime.fromtimestamp(past.files[source.key].wall_us // 1_000_000, zone)
    write(f"{source.name} was reconciled on {moment:%Y-%m-%d %H:%M} already: it counts once")
    if not look:
        write_down(shop.folder, None)
    return _tell_open(shop.folder)


def _tell_open(folder: Path, key: str = "") -> int:
    """Print what is open, before it what a reconciliation found that has ended by itself."""
    past = read_past(folder)
    tasks = past.open_tasks(read_history(folder).courses)
    for each in past.tasks.values():
        if key == each.found.key and each.is_open and each not in tasks:
            write(f"{each.found.kind}: {each.found.words}", "  done: the till has seen to it")
    tell_tasks(tasks)
    return int(bool(tasks))


def _end_task(folder: Path, number: int, how: str) -> int:
    """Have the till write down that a task is done."""
    entry = f"{ENTRY} {number} {' '.join(how.split())}"
    answers = ask_running(folder, [entry])
    if answers is None:
        with open_as_owner(folder) as till:
            answers = [Script(till).line(entry)]
    answer = answers[0]
    write(answer["message"] + (f" ({answer['hint']})" if answer.get("hint") else ""))
    return 0 if answer["accepted"] else 1


def _rows(
    source: Source, file_map: FileMap, timezone: str, *, skip_bad: bool
) -> tuple[tuple[SettlementRow, ...], int]:
    """Return the rows to compare, in the shop's times, and how many are bad.

    Reversals have the names of their payments.

    Raises:
        DataError: rows are bad, or none is left.
    """
    reading = read_rows(source.data, source.name, file_map, holds_card_number=holds_card_number)
    if reading.bad and not skip_bad:
        write(*map(str, reading.bad[:LISTED_MAX]))
        raise DataError(
            f"{source.name} was not taken, {len(reading.bad)} of its rows are bad",
            hint="mend the map or the file, or go on without these rows with --skip-bad",
        )
    rows = reading.take(skip_bad=True)
    mine = [each for each in rows if not source.terminals or each.terminal in source.terminals]
    if len(mine) < len(rows):
        write(f"{len(rows) - len(mine)} rows of other terminals are left out")
    if not mine:
        raise DataError(
            f"{source.name} has no rows to compare", hint="is it the right file, and --terminal?"
        )
    zone = file_map.options.zone or timezone
    return tuple(in_zone(_renamed(each), zone, timezone) for each in mine), len(reading.bad)


def _renamed(row: SettlementRow) -> SettlementRow:
    if not row.payment.endswith(REVERSAL):
        return row
    return attrs.evolve(row, payment=row.payment.removesuffix(REVERSAL))


def _day(text: str) -> datetime.date:
    try:
        return datetime.date.fromisoformat(text)
    except ValueError as error:
        raise DataError(f"{text!r} is no day", hint="write it as 2026-11-21") from error
