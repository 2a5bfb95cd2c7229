"""Read items from the rows of a CSV file by a `ColumnMap`; putting them is `importer`'s."""

from __future__ import annotations

import contextlib
import csv
import functools
import gzip
import io
import os
import re
import zlib
from collections.abc import Callable, Iterator
from itertools import accumulate, chain, islice
from typing import TYPE_CHECKING, Any, Final, Self

import attrs

from posframe.catalogue.columns import MINOR, ColumnMap
from posframe.catalogue.records import (
    AGE_MAX_YEARS,
    CODE_LENGTH_MAX,
    CODE_SEPARATOR,
    PACK_SEPARATOR,
    POPULARITY_MAX,
    canonical_code,
    check_code,
    check_name,
)
from posframe.catalogue.rows import DEFAULTS
from posframe.errors import DataError
from posframe.kernel.domain.currencies import exponent
from posframe.kernel.domain.identifiers import to_gtin14
from posframe.kernel.domain.money import parse_minor
from posframe.kernel.domain.quantity import parse_milli, unit

PLU_LENGTH_MAX: Final = 6

_BATCH_ROWS: Final = 5000
_LINE_BREAK: Final = re.compile(r"\r\n|\r|\n")
_GZIP_MAGIC: Final = b"\x1f\x8b"
_CODE_FIELDS: Final = ("gtin", "codes", "plu")
_AMOUNT_FIELDS: Final = ("price", "floor")
_REMEMBERED: Final = 10_000
"""Different cells of a column whose meaning is remembered: prices and brands come again."""

_TRUE: Final = {"1", "true", "yes"}
_FALSE: Final = {"0", "false", "no"}

if TYPE_CHECKING:
    from pathlib import Path

_Parser = Callable[[str], Any]


@attrs.frozen
class RowError:
    """Why a row was refused, or one of its cells."""

    line: int
    """Where the row ends in the file, from 1."""
    column: str
    """The file's header of the cell; empty when it is about the whole row."""
    value: str
    message: str


@attrs.frozen
class Batch:
    """Some rows of a file."""

    lines: list[int]
    """Where each good row ends."""
    columns: dict[str, list[Any]]
    """What the good rows say, by attribute of `NewItem`."""
    errors: list[RowError]
    """What is wrong with the others."""


class Source:
    """A CSV file, gzipped or not, as a stream of batches."""

    def __init__(self, path: Path, columns: ColumnMap, currency: str) -> None:
        self.rows = 0
        self._path = path
        self._columns = columns
        self._currency = currency
        self._stack = contextlib.ExitStack()

    def __enter__(self) -> Self:
        with contextlib.ExitStack() as stack, _translated(self._path):
            self._raw = stack.enter_context(self._path.open("rb"))
            self._size = os.fstat(self._raw.fileno()).st_size
            is_gzip = self._raw.peek(2)[:2] == _GZIP_MAGIC
            data = stack.enter_context(gzip.open(self._raw)) if is_gzip else self._raw
            # Bytes of another encoding become halves of characters, which only their row suffers.
            text = io.TextIOWrapper(data, self._columns.encoding, "surrogateescape", newline="")
            self._csv = csv.reader(stack.enter_context(text), delimiter=self._columns.delimiter)
            header = next(self._csv, None)
            if header is None:
                raise DataError(f"{self._path} is empty")
            self._reader = RowReader(self._columns, header, currency=self._currency)
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    @property
    def position(self) -> tuple[int, int]:
        """Bytes read of the file, and its size."""
        return self._raw.tell(), self._size

    def header_of(self, field: str) -> str:
        """Return what the file calls a field."""
        return self._reader.header_of(field)

    def batches(self) -> Iterator[Batch]:
        """Yield the rows, some thousand at a time."""
        while True:
            first = self._csv.line_num
            rows: list[list[str]] = []
            errors = []
            with _translated(self._path):
                try:
                    rows.extend(islice(self._csv, _BATCH_ROWS))
                    is_last = len(rows) < _BATCH_ROWS
                except csv.Error as error:
                    is_last = False
                    message = f"The row cannot be split: {error}"
                    errors.append(RowError(self._csv.line_num, "", "", message))
            batch = self._reader.read(rows, _lines(rows, first, self._csv.line_num))
            self.rows += sum(map(bool, rows)) + len(errors)
            yield attrs.evolve(batch, errors=batch.errors + errors)
            if is_last:
                return


def _lines(rows: list[list[str]], first: int, last: int) -> list[int]:
    """Return the line each row ends on; more lines than rows mean line breaks within cells."""
    if last - first == len(rows):
        return list(range(first + 1, last + 1))
    counts = (1 + sum(len(_LINE_BREAK.findall(cell)) for cell in row) for row in rows)
    return list(accumulate(counts, initial=first))[1:]


@contextlib.contextmanager
def _translated(path: Path) -> Iterator[None]:
    try:
        yield
    except UnicodeError as error:
        raise DataError(f"{path} is not written in the encoding given: {error}") from error
    except (EOFError, zlib.error) as error:
        raise DataError(f"{path} is damaged: {error}", hint="Fetch the file again") from error
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error.strerror or error}") from error


class RowReader:
    """Reads the rows of one file."""

    def __init__(self, columns: ColumnMap, header: list[str], *, currency: str) -> None:
        places = columns.places(header)
        parsers = _parsers(columns, exponent(currency))
        self._header = [name.strip() for name in header]
        self._places = places
        self._width = 1 + max(places.values(), default=0)
        self._fields = [
            (_attribute(field), places[field], parsers[field])
            for field in places
            if field not in _CODE_FIELDS
        ]
        self._codes = [(places[f], parsers[f]) for f in _CODE_FIELDS if f in places]
        self._constants = {
            _attribute(field): parsers[field](str(value))
            for field, value in columns.defaults.items()
        }
        self._defaults = DEFAULTS | self._constants

    def read(self, rows: list[list[str]], lines: list[int]) -> Batch:
        """Return what rows say, all of a column at once, and what is wrong with some."""
        if not all(rows):
            numbered = [(row, line) for row, line in zip(rows, lines, strict=True) if row]
            rows, lines = [row for row, _ in numbered], [line for _, line in numbered]
        try:
            return Batch(lines, self._read_columns(rows), [])
        except DataError:
            reasons = [self.explain(row, line) for row, line in zip(rows, lines, strict=True)]
        good = [place for place, reason in enumerate(reasons) if not reason]
        columns = self._read_columns([rows[place] for place in good])
        return Batch([lines[place] for place in good], columns, list(chain(*reasons)))

    def _read_columns(self, rows: list[list[str]]) -> dict[str, list[Any]]:
        if min(map(len, rows), default=self._width) < self._width:
            raise DataError("A row is too short")
        cells = [list(map(str.strip, column)) for column in zip(*rows, strict=False)]
        if not cells:
            cells = [[] for _ in range(self._width)]
        columns = {
            attribute: self._read_column(attribute, cells[place], parse)
            for attribute, place, parse in self._fields
        }
        if self._codes:
            columns["codes"] = self._read_codes(cells)
        for attribute in self._constants.keys() - columns.keys():
            columns[attribute] = [self._constants[attribute]] * len(rows)
        return columns

    def _read_column(self, attribute: str, cells: list[str], parse: _Parser) -> list[Any]:
        if parse in _CHECKING_ONLY and _are_plain(cells):
            return cells
        if attribute not in self._defaults or "" not in cells:
            return list(map(parse, cells))
        default = self._defaults[attribute]
        return [parse(cell) if cell else default for cell in cells]

    def _read_codes(self, cells: list[list[str]]) -> list[dict[str, int]]:
        default = self._defaults["codes"]
        columns = [
            [parse(cell) if cell else {} for cell in cells[place]] for place, parse in self._codes
        ]
        if len(columns) == 1:
            return [codes or default for codes in columns[0]]
        return [_merged(codes) or default for codes in zip(*columns, strict=True)]

    def header_of(self, field: str) -> str:
        """Return what the file calls a field; "code" is any of the columns with codes."""
        fields = _CODE_FIELDS if field == "code" else (field,)
        named = (self._header[self._places[each]] for each in fields if each in self._places)
        return next(named, field)

    def explain(self, row: list[str], line: int) -> list[RowError]:
        """Return what is wrong with the cells of a row, if anything is."""
        if len(row) < self._width:
            message = f"The row has {len(row)} cells; {self._width} are needed"
            return [RowError(line, "", self._header[0], message)]
        cells = [
            (place, parse, attribute not in self._defaults)
            for attribute, place, parse in self._fields
        ]
        cells += [(place, parse, False) for place, parse in self._codes]
        return [
            RowError(line, self._header[place], row[place][:200], str(refusal))
            for place, parse, needed in cells
            if (refusal := _refusal(parse, row[place].strip(), needed=needed)) is not None
        ]


def _attribute(field: str) -> str:
    """Return the attribute of `NewItem` that a field of a file goes into."""
    if field in _CODE_FIELDS:
        return "codes"
    return f"{field}_minor" if field in _AMOUNT_FIELDS else field


def _refusal(parse: _Parser, text: str, *, needed: bool) -> DataError | None:
    try:
        if text or needed:
            parse(text)
    except DataError as error:
        return error
    return None


def _parsers(columns: ColumnMap, decimals: int) -> dict[str, _Parser]:
    """Return what reads the cells of each field."""
    remembered = functools.lru_cache(_REMEMBERED)
    text, flag = remembered(_text), remembered(_flag)
    price = remembered(_minor if columns.price == MINOR else _Price(columns.decimal, decimals))
    return {
        "sku": _sku,
        "name": _text,
        "gtin": _gtin,
        "codes": _codes,
        "plu": _plu,
        "price": price,
        "floor": price,
        "unit": remembered(unit),
        "brand": text,
        "department": text,
        "tax_category": text,
        "deposit_sku": text,
        "minimum_age_years": remembered(_age),
        "popularity": remembered(_popularity),
        "weighed": flag,
        "open_price": flag,
        "active": flag,
        "learned": flag,
    }


def _sku(text: str) -> str:
    check_code(text, "SKU")
    return text


def _text(text: str) -> str:
    if not text.isprintable():
        text = " ".join(text.split())  # a line break within the quotes of a cell
    check_name(text)
    return text


def _are_plain(cells: list[str]) -> bool:
    """Tell, for all cells at once, that none is empty, overlong or holds odd characters."""
    return (
        "" not in cells
        and max(map(len, cells), default=0) <= CODE_LENGTH_MAX
        and "".join(cells).isprintable()
    )


def _merged(codes: tuple[dict[str, int], ...]) -> dict[str, int]:
    """Return the codes of several cells; of one named twice, the first counts."""
    merged: dict[str, int] = {}
    for some in codes:
        for code, quantity_milli in some.items():
            merged.setdefault(code, quantity_milli)
    return merged


def _gtin(text: str) -> dict[str, int]:
    code = canonical_code(text)
    return {code if len(code) == 14 else to_gtin14(text): 1000}


def _codes(text: str) -> dict[str, int]:
    return _merged(tuple(_code(part) for part in text.split(CODE_SEPARATOR) if part.strip()))


def _code(text: str) -> dict[str, int]:
    code, _, pack = text.partition(PACK_SEPARATOR)
    quantity_milli = parse_milli(pack.strip()) if pack else 1000
    if quantity_milli <= 0:
        raise DataError(f"A pack of {pack.strip()} sells nothing")
    check_code(code.strip(), "code")
    return {canonical_code(code.strip()): quantity_milli}


def _plu(text: str) -> dict[str, int]:
    if not (text.isascii() and text.isdigit() and len(text) <= PLU_LENGTH_MAX):
        raise DataError(f"{text[:20]!r} is not a PLU", hint=f"1 to {PLU_LENGTH_MAX} digits")
    return {text: 1000}


@attrs.frozen
class _Price:
    """Reads an amount in major units, with the decimal mark the file was said to have."""

    decimal: str
    decimals: int

    def __call__(self, text: str) -> int:
        # The other mark may stand between thousands: 1.234 would become a price a thousandth of it.
        if (other := "." if self.decimal == "," else ",") in text:
            raise DataError(
                f"{text[:40]!r} has a {other!r}", hint=f"The decimal mark is {self.decimal!r}"
            )
        return _not_negative(parse_minor(text, self.decimals), text)


def _minor(text: str) -> int:
    return _not_negative(parse_minor(text, 0), text)


def _not_negative(minor: int, text: str) -> int:
    if minor < 0:
        raise DataError(f"The price {text} is below zero")
    return minor


def _age(text: str) -> int:
    return _whole(text, AGE_MAX_YEARS, "an age in years")


def _popularity(text: str) -> int:
    return _whole(text, POPULARITY_MAX, "a popularity")


def _whole(text: str, maximum: int, noun: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 20 and int(text) <= maximum):
        raise DataError(f"{text[:20]!r} is not {noun}", hint=f"A whole number from 0 to {maximum}")
    return int(text)


def _flag(text: str) -> bool:
    lowered = text.lower()
    if lowered not in _TRUE | _FALSE:
        raise DataError(f"{text[:20]!r} is neither yes nor no", hint="Write 1 or 0")
    return lowered in _TRUE


_CHECKING_ONLY: Final = {_sku, _text}
"""Parsers that give a cell back as it is, or refuse it."""
