"""Verifying a journal: chain, gaps, anchors, receipts, running totals and Zs, row by row.

What a Z says of the rows it sealed takes a fold of them all: ``verify_days``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from posframe.errors import JournalError
from posframe.kernel.domain.events import (
    DayClosed,
    JournalAnchored,
    TillStarted,
    TransactionCompleted,
)
from posframe.kernel.domain.z_report import ZReport, chain_problem
from posframe.store.chain import GENESIS, row_hash
from posframe.store.database import is_sound, translated

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import apsw

    from posframe.store.codec import Codec

_COLUMNS = (
    "seq, epoch, action, command, name, version, wall_us, boot, mono_us, business_date, actor, "
    "transaction_id"
)
_SQL = f"SELECT {_COLUMNS}, body, previous, hash FROM journal ORDER BY seq"  # noqa: S608 - constants
_CHECKED = frozenset(
    {"sale.Completed", "journal.Anchored", "till.Started", "day.Opened", "day.Closed"}
)


@attrs.frozen(kw_only=True)
class Verdict:
    """What verifying found."""

    rows: int
    receipts: int
    anchors: int
    anchored_seq: int
    head_hash: str
    problem: str = ""
    """Empty: all is well. Otherwise what is wrong with the first bad row."""
    seq: int = 0
    """The first bad row."""
    last_z: int = 0
    """Number of the last Z; 0: no day was closed."""
    is_signed: bool = False
    """True: an anchor covers the last Z."""


@attrs.define
class _Seen:
    rows: int = 0
    receipts: int = 0
    anchors: int = 0
    anchored_seq: int = 0
    previous: bytes = GENESIS
    hashes: dict[int, str] = attrs.field(factory=dict)
    """Of rows an anchor may still name: the last few, for an anchor signs what came just before."""
    keys: set[str] = attrs.field(factory=set)
    last_receipt: int = 0
    ever_minor: int = 0
    day_minor: int = 0
    last_z: ZReport | None = None


HASHES_KEPT = 4_096


def verify(
    connection: apsw.Connection,
    codec: Codec,
    is_genuine: Callable[[str, int, str, str], bool],
) -> Verdict:
    """Check every row of a journal and say what is wrong with the first bad one.

    Args:
        connection: read only is enough.
        codec: decodes what is checked beyond the chain.
        is_genuine: tells whether (key, seq, hash, signature) of an anchor belong together.
    """
    seen = _Seen()
    try:
        for row in _rows(connection):
            problem = _check_row(seen, row) or _check_event(seen, row, codec, is_genuine)
            if problem:
                return _verdict(seen, int(row[0]), problem)
    except JournalError as error:
        return _verdict(seen, seen.rows + 1, error.message)
    damage = is_sound(connection, thorough=True)
    if damage:
        return _verdict(seen, 0, f"every row can be read, yet the file is damaged: {damage}")
    return _verdict(seen, 0, "")


def _rows(connection: apsw.Connection) -> Iterator[tuple[Any, ...]]:
    with translated():
        yield from connection.execute(_SQL)


def _check_row(seen: _Seen, row: tuple[Any, ...]) -> str:
    seq, body, previous, hash_ = row[0], row[12], row[13], row[14]
    if seq != seen.rows + 1:
        return f"row {seen.rows + 1} is missing"
    if previous != seen.previous:
        return "it does not continue the row before it"
    if row_hash(previous, row[:12], body) != hash_:
        return "its content is not what was written"
    seen.rows, seen.previous = seq, hash_
    seen.hashes[seq] = hash_.hex()
    seen.hashes.pop(seq - HASHES_KEPT, None)
    return ""


def _check_event(
    seen: _Seen,
    row: tuple[Any, ...],
    codec: Codec,
    is_genuine: Callable[[str, int, str, str], bool],
) -> str:
    if row[4] not in _CHECKED:
        return ""
    try:
        event = codec.decode(row[4], row[5], row[12])
    except JournalError as error:
        return error.message
    if isinstance(event, TransactionCompleted):
        return _check_receipt(seen, event)
    if isinstance(event, JournalAnchored):
        return _check_anchor(seen, event, is_genuine)
    if isinstance(event, DayClosed):
        return _check_z(seen, row[2], event.report)
    if isinstance(event, TillStarted):
        seen.keys.add(event.key)
    else:  # a day was opened
        seen.day_minor = 0
    return ""


def _check_anchor(
    seen: _Seen, event: JournalAnchored, is_genuine: Callable[[str, int, str, str], bool]
) -> str:
    if seen.hashes.get(event.seq) != event.hash:
        return f"it anchors row {event.seq} with another hash than that row has"
    if event.key not in seen.keys:
        return "its anchor is by a key this till never had"
    if not is_genuine(event.key, event.seq, event.hash, event.signature):
        return "its signature is false"
    seen.anchors += 1
    seen.anchored_seq = event.seq
    return ""


def _check_z(seen: _Seen, action: int, report: ZReport) -> str:
    """Check that a Z follows the one before, and seals every row up to its own action."""
    after, seen.last_z = seen.last_z, report
    if report.to_seq != action - 1:
        return f"Z {report.number}: it seals up to row {report.to_seq}, not to {action - 1}"
    problem = chain_problem([report], after=after, hash_of=lambda seq: seen.hashes.get(seq, ""))
    if not problem and report.grand.gross_minor != seen.ever_minor:
        return f"Z {report.number}: its grand total is not that of the receipts"
    return problem


def _check_receipt(seen: _Seen, event: TransactionCompleted) -> str:
    closing = event.closing
    total = closing.gross_minor + closing.rounding_minor
    if event.receipt_number != seen.last_receipt + 1:
        return f"receipt {event.receipt_number} follows receipt {seen.last_receipt}"
    if closing.tendered_minor - closing.change_minor != total:
        return f"receipt {event.receipt_number}: what was paid is not what was sold"
    if sum(each.share.gross_minor for each in event.lines) != event.totals.gross_minor:
        return f"receipt {event.receipt_number}: its lines do not add up"
    seen.ever_minor += total
    seen.day_minor += total
    if (event.ever.gross_minor, event.day.gross_minor) != (seen.ever_minor, seen.day_minor):
        return f"receipt {event.receipt_number}: its running totals do not add up"
    seen.last_receipt = event.receipt_number
    seen.receipts += 1
    return ""


def _verdict(seen: _Seen, seq: int, problem: str) -> Verdict:
    last = seen.last_z
    return Verdict(
        rows=seen.rows,
        receipts=seen.receipts,
        anchors=seen.anchors,
        anchored_seq=seen.anchored_seq,
        head_hash=seen.previous.hex(),
        problem=problem,
        seq=seq,
        last_z=last.number if last else 0,
        is_signed=last is not None and seen.anchored_seq > last.to_seq,
    )
