"""``posframe journal``: verify, show and export. Read only; the till may be running."""

from __future__ import annotations

import datetime
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import cyclopts

from posframe.errors import DataError, JournalUnavailable

if TYPE_CHECKING:
    import apsw

    from posframe.store.codec import Codec

app = cyclopts.App(name="journal", help="Verify, show or export the journal of a till.")


@app.command
def verify(*, till: Path = Path()) -> int:
    """Check every row: chain, gaps, anchors, receipt numbers, running totals, closed days.

    Names the first bad row and exits with status 1 if there is one. Of each closed day every
    figure of its Z is held against the rows that it sealed.

    Args:
        till: the till's folder.
    """
    from posframe.anchors import is_genuine
    from posframe.store.verify import verify as check
    from posframe.store.verify_days import verify_days

    connection, codec = open_journal(till)
    verdict = check(connection, codec, is_genuine)
    problem, seq = verdict.problem, verdict.seq
    if verdict.last_z and not problem:
        days = verify_days(connection, codec)
        problem, seq = days.problem, days.seq
    connection.close()
    closed = f", {verdict.last_z} closed days" if verdict.last_z else ""
    print(f"{verdict.rows} rows, {verdict.receipts} receipts, {verdict.anchors} anchors{closed}")
    if problem:
        print(f"BAD: row {seq}: {problem}")
        print("     stop selling on this till and restore its latest backup")
        return 1
    if verdict.last_z and not verdict.is_signed:
        print(f"Z {verdict.last_z} is not signed yet: the till signs it when it runs")
    print(f"good; the last row is {verdict.head_hash[:16]}, anchored to row {verdict.anchored_seq}")
    return 0


@app.command
def show(
    *, till: Path = Path(), first: int = 0, last: int = 0, name: str = "", transaction: str = ""
) -> int:
    """Print rows for people, the last 20 unless told otherwise.

    Args:
        till: the till's folder.
        first: first row to print.
        last: last row to print.
        name: only events whose name begins so, such as ``sale.``
        transaction: only rows of this transaction.
    """
    from posframe.store.export import rows_as_json

    connection, codec = open_journal(till)
    head = _head(connection)
    begin = first or (1 if name or transaction or last else max(1, head - 19))
    for row in rows_as_json(connection, codec, begin, last or head):
        if row["name"].startswith(name) and transaction in {"", row["transaction"]}:
            _print_row(row)
    connection.close()
    return 0


@app.command
def export(file: Path | None = None, /, *, till: Path = Path(), first: int = 1) -> int:
    """Write rows as JSON, one object a line, with the hash of each.

    Args:
        file: where to; without it, standard output.
        till: the till's folder.
        first: first row to write.
    """
    from posframe.store.export import rows_as_json

    connection, codec = open_journal(till)
    try:
        target = file.open("w", encoding="utf-8") if file else sys.stdout
    except OSError as error:
        raise DataError(f"{file} cannot be written ({error.strerror})") from error
    count = 0
    for count, row in enumerate(rows_as_json(connection, codec, first), start=1):  # noqa: B007
        target.write(f"{json.dumps(row)}\n")
    connection.close()
    if file:
        target.close()
        print(f"{count} rows written to {file}")
    return 0


def open_journal(folder: Path) -> tuple[apsw.Connection, Codec]:
    """Open the journal of the till in a folder, for reading only.

    Raises:
        JournalError: there is none, or it cannot be read.
    """
    from posframe.store.database import open_reader
    from posframe.till import JOURNAL_FILE

    path = folder / JOURNAL_FILE
    if not path.exists():
        raise JournalUnavailable(f"{folder} holds no journal", hint="name the till's folder")
    return open_reader(path), _codec(folder)


def _codec(folder: Path) -> Codec:
    """Return a codec for this till's plugins; what cannot be loaded is shown raw."""
    from posframe.cli.plugins import event_classes
    from posframe.kernel.domain.events import KERNEL_EVENTS
    from posframe.store.codec import Codec

    return Codec([*KERNEL_EVENTS, *event_classes(folder)])


def _head(connection: apsw.Connection) -> int:
    from posframe.store.database import translated

    with translated():
        row: Any = connection.execute("SELECT max(seq) FROM journal").fetchone()
    return int(row[0] or 0)


def _print_row(row: dict[str, Any]) -> None:
    moment = datetime.datetime.fromtimestamp(row["wall_us"] / 1e6, tz=datetime.UTC)
    event = json.dumps(row["event"])
    print(f"{row['seq']:>7} {moment:%Y-%m-%d %H:%M:%S}Z {row['actor']:>4} {row['name']} {event}")
