"""Import items from a CSV file, whole or not at all; what its columns mean is `columns`'.

The file is read as a stream. Rows that are refused do not stop the others, unless asked for.
"""

from __future__ import annotations

import contextlib
import csv
import gc
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol, Self

import attrs

from posframe.catalogue import rows
from posframe.catalogue.columns import ColumnMap
from posframe.catalogue.reading import RowError, Source
from posframe.crashpoint import crashpoint
from posframe.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from posframe.catalogue.merging import Refused, Tally
    from posframe.catalogue.store import Catalogue, ItemWriter

ERRORS_MAX: Final = 1000
"""Errors kept in a report; all are counted, and all go to the errors file."""

RETRIES_MAX: Final = 10_000
"""Rows refused because of another item's code that are tried again once that item has come."""


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
    """Why, by line; no more than `ERRORS_MAX`, those that were found first."""
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
        stack.enter_context(_no_garbage_collection())
        source = stack.enter_context(Source(path, options.columns, catalogue.currency))
        errors = stack.enter_context(_Errors(options.errors_path))
        return _Run(catalogue, source, errors, options).execute(at_us=at_us)


class _Abandoned(Exception):
    """The import ends without leaving a trace."""


@contextlib.contextmanager
def _no_garbage_collection() -> Iterator[None]:
    """Look for no cycles meanwhile: there are none, and the looking takes a quarter of the time."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


class _Run:
    """One import, from the first row to the report."""

    def __init__(
        self, catalogue: Catalogue, source: Source, errors: _Errors, options: ImportOptions
    ) -> None:
        self._catalogue = catalogue
        self._source = source
        self._errors = errors
        self._options = options
        self._retries: list[rows.Entry] = []

    def execute(self, *, at_us: int) -> ImportReport:
        """Write the rows and report on them."""
        options = self._options
        report = ImportReport()
        bulk_change = self._catalogue.bulk_change(at_us=at_us, with_index=not options.dry_run)
        with contextlib.suppress(_Abandoned), bulk_change as writer:
            self._write_all(writer)
            report = self._report(writer.tally)
            if options.dry_run or (options.strict and report.refused):
                raise _Abandoned
            report = attrs.evolve(report, written=True)
            crashpoint("catalogue.written")
        return report

    def _write_all(self, writer: ItemWriter) -> None:
        traits = self._catalogue.traits
        for batch in self._source.batches():
            self._errors.note(batch.errors)
            entries = rows.entries(batch.lines, batch.columns, traits)
            self._note(entries, writer.write(entries))
            if self._options.progress is not None:
                self._options.progress(self._source.rows, *self._source.position)
        # A code may pass from one item to another that comes earlier in the file.
        retries, self._retries = self._retries, []
        self._note([], writer.write(retries) + writer.finish())

    def _note(self, entries: list[rows.Entry], refused: list[Refused]) -> None:
        items = {line: (line, row, minor) for line, row, minor in entries} if refused else {}
        for one in refused:
            if one.column == "code" and one.line in items and len(self._retries) < RETRIES_MAX:
                self._retries.append(items[one.line])
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
            errors=tuple(sorted(self._errors.kept, key=lambda error: error.line)),
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
            try:
                file = self._path.open("w", encoding="utf-8", newline="")
            except OSError as error:
                raise ConfigurationError(
                    f"{self._path} cannot be written: {error.strerror}", hint="Name another file"
                ) from error
            self._stack.enter_context(file)
            self._write = csv.writer(file).writerow
            self._write(("line", "column", "value", "message"))
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def note(self, errors: list[RowError]) -> None:
        """Take all that is wrong with some rows."""
        self.lines += len({error.line for error in errors})
        self.count += len(errors)
        self.kept += errors[: max(ERRORS_MAX - len(self.kept), 0)]
        if self._write is not None:
            for error in errors:
                self._write(_printable(error))


def _printable(error: RowError) -> tuple[Any, ...]:
    """Return the cells of the errors file; bytes that could not be read are shown as such."""
    value = error.value.encode("utf-8", "backslashreplace").decode()
    return error.line, error.column, value, error.message
