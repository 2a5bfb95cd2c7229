"""Read the rows of a provider's settlement file by its `FileMap`; each bad row is named.

A file is taken whole. One with bad rows is taken only when a person says so, who has seen their
list: a row left out is money nobody looks for.
"""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Final

import attrs

from posframe import DataError
from posframe_payments.settlement.row_reader import Payout, RowReader
from posframe_payments.settlement.rows import SettlementRow
from posframe_payments.settlement.sums import Sums, contradicted, summed

if TYPE_CHECKING:
    from _csv import Reader
    from collections.abc import Callable, Iterator, Mapping

    from posframe_payments.settlement.file_map import FileMap

ROWS_MAX: Final = 1_000_000
_LISTED_MAX: Final = 20
"""Bad rows in one message."""


@attrs.frozen
class BadRow:
    """Why a row was not taken."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}"


@attrs.frozen(kw_only=True)
class Reading:
    """What a file says; its rows come out by `take` only."""

    file: str
    bad: tuple[BadRow, ...]
    skipped: int
    """Rows that the map says to leave out."""
    _good: tuple[SettlementRow, ...]

    @property
    def sums(self) -> Mapping[str, Sums]:
        """Sums of the good rows by currency."""
        return summed(self._good)

    def take(self, *, skip_bad: bool = False) -> tuple[SettlementRow, ...]:
        """Return the rows.

        Args:
            skip_bad: A person has seen the list of bad rows and goes on without them.

        Raises:
            DataError: there are bad rows; they are listed.
        """
        if self.bad and not skip_bad:
            listed = "\n".join(map(str, self.bad[:_LISTED_MAX]))
            more = f"\nand {len(self.bad) - _LISTED_MAX} more" * (len(self.bad) > _LISTED_MAX)
            raise DataError(
                f"{self.file} was not taken, {len(self.bad)} of its rows are bad:\n{listed}{more}",
                hint="Mend the map or the file, or go on without these rows with --skip-bad",
            )
        return self._good


def read_rows(
    data: bytes, file: str, file_map: FileMap, *, holds_card_number: Callable[[str], bool]
) -> Reading:
    """Read a file.

    Args:
        data: The file's bytes.
        file: What messages call it.
        file_map: What its columns mean.
        holds_card_number: Tells whether a text may hold card data; such a cell is never kept.

    Raises:
        DataError: it is in another encoding, has no headers, or lacks a column of the map.
    """
    lines = csv.reader(  # strict: a quote that is never closed would swallow the rows behind it
        io.StringIO(_body(data, file, file_map), newline=""),
        delimiter=file_map.options.delimiter,
        strict=True,
    )
    reader = RowReader(_header(lines, file), file, file_map, holds_card_number)
    good: list[SettlementRow] = []
    payouts: list[Payout] = []
    bad: list[BadRow] = []
    skipped = 0
    for line, cells in _numbered(lines, file, file_map, bad):
        try:
            read = reader.read(cells, line)
        except DataError as error:
            bad.append(BadRow(file, line, str(error)))
            continue
        if isinstance(read, Payout):
            payouts.append(read)
        elif read is None:
            skipped += 1
        else:
            good.append(read)
    if not bad:  # with rows missing no sum could be right
        bad = [BadRow(file, each.line, why) for each, why in contradicted(payouts, good)]
    return Reading(file=file, bad=tuple(bad), skipped=skipped, good=tuple(good))


def _body(data: bytes, file: str, file_map: FileMap) -> str:
    """Return the text from the headers to the last row."""
    options = file_map.options
    text, good_bytes = None, 0
    try:
        text = data.decode(options.encoding)
    except UnicodeDecodeError as error:
        good_bytes = error.start  # raised below: this error carries the whole file along
    except (LookupError, ValueError):
        pass  # no encoding of text, or one that does not say where it failed
    if text is None:
        line = data.count(b"\n", 0, good_bytes) + 1
        raise DataError(
            f"{file}:{line}: this is not written in {options.encoding}",
            hint="Look at options.encoding of the map",
        )
    lines = io.StringIO(text, newline="").readlines()
    return "".join(lines[options.header_lines : len(lines) - options.skip_last])


def _header(lines: Reader, file: str) -> list[str]:
    try:
        header = next(lines, None)
    except csv.Error:
        header = None
    if not header:
        raise DataError(
            f"{file} has no headers", hint="Look at the file, and at options.header_lines"
        )
    return [each.strip() for each in header]


def _numbered(
    lines: Reader, file: str, file_map: FileMap, bad: list[BadRow]
) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows that are not empty, with the line of the file each ends on."""
    before = file_map.options.header_lines
    for _ in range(ROWS_MAX):
        begins = lines.line_num + 1 + before
        try:
            cells = next(lines, None)
        except csv.Error as error:
            ends = lines.line_num + before
            why = f"what stands here up to line {ends} cannot be split into cells: {error}"
            bad.append(BadRow(file, begins, f"{why} (look for a quote that is not closed)"))
            continue
        if cells is None:
            return
        if any(map(str.strip, cells)):
            yield lines.line_num + before, cells
    raise DataError(f"{file} has more than {ROWS_MAX} rows", hint="Split it")
