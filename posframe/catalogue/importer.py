"""Import items from a CSV file, whole or not at all; what its columns mean is `columns`'.

The file is read as a stream. Rows that are refused do not stop the others, unless asked for.
"""

from __future__ import annotations

import contextlib
import csv
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol, Self

import attrs

from posframe.catalogue.columns import ColumnMap
from posframe.catalogue.reading import RowError, Source
from posframe.catalogue.records import NewItem

if TYPE_CHECKING:
    from collections.abc import Callable

    from posframe.catalogue.merging import Refused, Tally
    from posframe.catalogue.store import Catalogue, ItemWriter

ERRORS_MAX: Final = 1000
"""Errors kept in a report; all are counted, and all go to the errors file."""

RETRIES_MAX: Final = 10_000
"""Rows refused because of another item's code that are tried again once that item has come."""

_BATCH_ROWS: Final = 5000


class Progress(Protocol):
    """Told now and then how far an import is."""

    def __call__(self, rows: int, bytes_read: int, bytes_total: int) -> None:
        """Show it; raising ends the import without a trace."""


@attrs.frozen(kw_only=True)
class ImportReport:
    """What became of the rows of a file."""

    rows: int = 0
    """Rows with something in them, without the header."""
    inserted: int = 0
    updated: int = 0
    unchanged: int = 0
    refused: int = 0
    """Rows of which nothing was taken."""
    errors: tuple[RowError, ...] = ()
    """Why, in the order they were found; the first `ERRORS_MAX`."""
    error_count: int = 0
    written: bool = False
    """False after a dry run, and after a strict import with refused rows: nothing changed."""


@attrs.frozen(kw_only=True)
class ImportOptions:
    """How a file is imported."""

    columns: ColumnMap = attrs.field(factory=ColumnMap)
    dry_run: bool = False
    """Only say what would happen."""
    strict: bool = False
    """Write nothing if any row is refused."""
    errors_path: Path | None = None
    """Where all errors are written to, as CSV."""
    progress: Progress | None = None


def import_csv(
    catalogue: Catalogue, path: Path, options: ImportOptions | None = None, *, at_us: int
) -> ImportReport:
    """Put all items of a CSV file, gzipped or not, in one change of the catalogue.

    A reader sees the old content or the new, nothing in between. New prices of items that are known
    already hold from ``at_us`` on.

    Raises:
        ConfigurationError: the columns do not fit the file.
        DataError: the file cannot be read.
        RuleViolation: another program is changing the catalogue, or the disk is full.
    """
    options = options or ImportOptions()
    with contextlib.ExitStack() as stack:
        source = stack.enter_context(Source(path, options.columns, catalogue.currency))
        errors = stack.enter_context(_Errors(options.errors_path))
        return _Run(catalogue, source, errors, options).execute(at_us=at_us)


class _Abandoned(Exception):
    """The import ends without leaving a trace."""


class _Run:
    """One import, from the first row to the report."""

    def __init__(
        self, catalogue: Catalogue, source: Source, errors: _Errors, options: ImportOptions
    ) -> None:
        self._catalogue = catalogue
        self._source = source
        self._stream = iter(source)
        self._errors = errors
        self._options = options
        self._retries: list[tuple[int, NewItem]] = []

    def execute(self, *, at_us: int) -> ImportReport:
        """Write the rows and report on them."""
        options = self._options
        report = ImportReport()
        with contextlib.suppress(_Abandoned), self._catalogue.change() as connection:
            writer = self._catalogue.writer(connection, at_us=at_us, with_index=not options.dry_run)
            with contextlib.closing(writer):
                self._write_all(writer)
            report = self._report(writer.tally)
            if options.dry_run or (options.strict and report.refused):
                raise _Abandoned
            report = attrs.evolve(report, written=True)
        return report

    def _write_all(self, writer: ItemWriter) -> None:
        while batch := self._next_batch():
            self._note(batch, writer.write(batch), may_retry=True)
            if self._options.progress is not None:
                self._options.progress(self._source.rows, *self._source.position)
        # A code may pass from one item to another that comes earlier in the file.
        self._note(self._retries, writer.write(self._retries), may_retry=False)
        self._note([], writer.finish(), may_retry=False)

    def _next_batch(self) -> list[tuple[int, NewItem]]:
        batch: list[tuple[int, NewItem]] = []
        for line, item in self._stream:
            if isinstance(item, NewItem):
                batch.append((line, item))
                if len(batch) == _BATCH_ROWS:
                    break
            else:
                self._errors.note(item)
        return batch

    def _note(
        self, batch: list[tuple[int, NewItem]], refused: list[Refused], *, may_retry: bool
    ) -> None:
        items = dict(batch) if refused else {}
        for one in refused:
            if may_retry and one.column == "code" and len(self._retries) < RETRIES_MAX:
                self._retries.append((one.line, items[one.line]))
            else:
                column = self._source.header_of(one.column)
                self._errors.note([RowError(one.line, column, one.value, one.message)])

    def _report(self, tally: Tally) -> ImportReport:
        return ImportReport(
            rows=self._source.rows,
            inserted=tally.inserted,
            updated=tally.updated,
            unchanged=tally.unchanged,
            refused=self._errors.lines,
            errors=tuple(self._errors.kept),
            error_count=self._errors.count,
        )


class _Errors:
    """Counts errors, keeps the first and writes all to a file if there is one."""

    def __init__(self, path: Path | None) -> None:
        self.kept: list[RowError] = []
        self.lines = 0
        self.count = 0
        self._path = path
        self._stack = contextlib.ExitStack()
        self._write: Callable[[tuple[Any, ...]], Any] | None = None

    def __enter__(self) -> Self:
        if self._path is not None:
            file = self._stack.enter_context(self._path.open("w", encoding="utf-8", newline=""))
            self._write = csv.writer(file).writerow
            self._write(("line", "column", "value", "message"))
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def note(self, errors: list[RowError]) -> None:
        """Take what is wrong with one row."""
        self.lines += 1
        self.count += len(errors)
        self.kept += errors[: max(ERRORS_MAX - len(self.kept), 0)]
        if self._write is not None:
            for error in errors:
                self._write(_printable(error))


def _printable(error: RowError) -> tuple[Any, ...]:
    """Return the cells of the errors file; bytes that could not be read are shown as such."""
    value = error.value.encode("utf-8", "backslashreplace").decode()
    return error.line, error.column, value, error.message
