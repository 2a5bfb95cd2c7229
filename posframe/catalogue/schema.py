"""The tables of a catalogue file, how they came about, and how the file is opened.

What is written to them and asked of them is `writing`'s, `indexing`'s and `store`'s.
"""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING, Any, Final

import apsw

from posframe.errors import ConfigurationError, DataError, PosframeError, RuleViolation

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

APPLICATION_ID: Final = 0x706F7363  # "posc"

BUSY_TIMEOUT_MS: Final = 5000
"""How long a writer waits for another one; readers never wait."""

WAL_LENGTH_MAX_BYTES: Final = 64 * 2**20
"""What remains of the write-ahead log after a checkpoint of a large import."""

_FIRST: Final = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value ANY NOT NULL) STRICT, WITHOUT ROWID;

-- What many items have in common: a shop has some hundred of these, held in memory by who reads.
CREATE TABLE traits (
    id INTEGER PRIMARY KEY,
    unit TEXT NOT NULL,
    tax_category TEXT NOT NULL,
    department TEXT NOT NULL,
    minimum_age_years INTEGER NOT NULL,
    weighed INTEGER NOT NULL,
    open_price INTEGER NOT NULL,
    deposit_sku TEXT NOT NULL,
    UNIQUE (
        unit, tax_category, department, minimum_age_years, weighed, open_price, deposit_sku
    )
) STRICT;

CREATE TABLE item (
    id INTEGER PRIMARY KEY,
    sku TEXT NOT NULL,
    name TEXT NOT NULL,
    brand TEXT NOT NULL,
    traits INTEGER NOT NULL,
    codes TEXT NOT NULL,          -- JSON: {code: thousandths of the item it sells}
    popularity INTEGER NOT NULL,
    active INTEGER NOT NULL,
    learned INTEGER NOT NULL,
    rank INTEGER NOT NULL,        -- place in search results, see rows.rank
    words TEXT NOT NULL           -- to be indexed; '' where name and brand do as they are
) STRICT;
CREATE INDEX item_learned ON item (id) WHERE learned;

-- The codes of item.codes the other way round. A GTIN is stored in 14 digits. tail is the last 8
-- digits backwards, so that "ends in 931" is a range; NULL where the code is not all digits.
CREATE TABLE code (
    code TEXT PRIMARY KEY,
    item INTEGER NOT NULL,
    quantity_milli INTEGER NOT NULL,
    tail INTEGER
) STRICT, WITHOUT ROWID;

-- UTC microseconds; 0 and NULL are the open ends. The latest valid_from wins, then the latest id.
CREATE TABLE price (
    item INTEGER NOT NULL,
    valid_from INTEGER NOT NULL,
    id INTEGER NOT NULL,
    valid_until INTEGER,
    minor INTEGER NOT NULL,
    PRIMARY KEY (item, valid_from, id)
) STRICT, WITHOUT ROWID;

-- One entry an item, its rowid = rank << 40 | item.id: hits arrive in order of rank, so a search
-- reads the first few and stops. Without positions, sizes and content it is a third of the size.
CREATE VIRTUAL TABLE search USING fts5(
    words, content='', columnsize=0, detail=none, tokenize='ascii', prefix='1 2 3 4'
);

-- Every indexed word from 5 characters on, numbered from the most frequent one at the last large
-- import. The numbers of items are estimates, by which search plans.
CREATE TABLE word (
    id INTEGER PRIMARY KEY,
    word TEXT NOT NULL,
    items INTEGER NOT NULL
) STRICT;
CREATE INDEX word_by_text ON word (word, items);

-- Items with words that begin with up to 4 characters; '' is all items. Estimates too.
CREATE TABLE beginning (text TEXT PRIMARY KEY, items INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE VIRTUAL TABLE word_part USING fts5(
    word, content='word', content_rowid='id', detail=none, tokenize='trigram'
);
"""

_PRICE_LISTS: Final = """
ALTER TABLE item ADD COLUMN floor_minor INTEGER NOT NULL DEFAULT 0;

-- Who a list is for and when it holds is read with each price: what another process changed counts
-- at once. terms: JSON of all of it, see price_lists.
CREATE TABLE price_list (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    terms TEXT NOT NULL
) STRICT;

-- id is of the same numbers as price.id. Moments as in price.
CREATE TABLE list_price (
    item INTEGER NOT NULL,
    id INTEGER NOT NULL,
    list INTEGER NOT NULL,
    pack_milli INTEGER NOT NULL,
    minimum_milli INTEGER NOT NULL,
    per_milli INTEGER NOT NULL,
    minor INTEGER NOT NULL,
    valid_from INTEGER NOT NULL,
    valid_until INTEGER,
    PRIMARY KEY (item, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX list_price_by_list ON list_price (list);

-- Prices that a later import took out of their list: a sale may have recorded their number.
CREATE TABLE past_list_price (
    id INTEGER PRIMARY KEY,
    list TEXT NOT NULL,
    item INTEGER NOT NULL,
    pack_milli INTEGER NOT NULL,
    minimum_milli INTEGER NOT NULL,
    per_milli INTEGER NOT NULL,
    minor INTEGER NOT NULL,
    valid_from INTEGER NOT NULL,
    valid_until INTEGER,
    replaced_us INTEGER NOT NULL
) STRICT;
"""

INDEXES: Final = {
    "item_by_sku": "CREATE UNIQUE INDEX item_by_sku ON item (sku)",
    "code_by_tail": "CREATE INDEX code_by_tail ON code (tail) WHERE tail IS NOT NULL",
}
"""Indexes that filling an empty catalogue builds at the end, sorted, instead of row by row."""

_MIGRATIONS: Final = (_FIRST + ";\n".join(INDEXES.values()), _PRICE_LISTS)
"""Script number N brings a file from version N to N+1. A released one is never changed."""

SCHEMA_VERSION: Final = len(_MIGRATIONS)


def connect(path: Path | None, *, currency: str, read_only: bool) -> apsw.Connection:
    """Open the file at ``path``, or a catalogue in memory, brought up to `SCHEMA_VERSION`.

    Raises:
        ConfigurationError: there is no file to read, it is none of ours, it comes from a newer
            posframe, or its prices are in another currency.
        DataError: the file is damaged.
    """
    if path is not None and not path.exists():
        _check_can_be_created(path, read_only=read_only)
    name = ":memory:" if path is None else os.fspath(path)
    flags = apsw.SQLITE_OPEN_READONLY if read_only else _WRITABLE
    with translated(name):
        connection = apsw.Connection(name, flags=flags)
        try:
            connection.set_busy_timeout(BUSY_TIMEOUT_MS)
            _prepare(connection, name, read_only=read_only)
            _check_currency(connection, name, currency, read_only=read_only)
        except BaseException:
            connection.close()
            raise
    return connection


_WRITABLE: Final = apsw.SQLITE_OPEN_READWRITE | apsw.SQLITE_OPEN_CREATE


def _check_can_be_created(path: Path, *, read_only: bool) -> None:
    if read_only:
        raise ConfigurationError(
            f"There is no catalogue {path}", hint="Make one: posframe catalogue import FILE"
        )
    if not path.parent.is_dir():
        raise ConfigurationError(
            f"There is no folder {path.parent}", hint="Create the till's folder first"
        )


def _prepare(connection: apsw.Connection, name: str, *, read_only: bool) -> None:
    version = _schema_version(connection, name)
    if read_only:
        if version < SCHEMA_VERSION:
            raise ConfigurationError(
                f"The catalogue {name} is of an older posframe",
                hint="Start the till or import once to bring it up to date",
            )
        return
    connection.pragma("journal_mode", "wal")
    connection.pragma("journal_size_limit", WAL_LENGTH_MAX_BYTES)
    if version < SCHEMA_VERSION:
        with transaction(connection):
            # Asked again under the lock: another process may have been quicker.
            for script in _MIGRATIONS[_schema_version(connection, name) :]:
                connection.execute(script)
            connection.pragma("application_id", APPLICATION_ID)
            connection.pragma("user_version", SCHEMA_VERSION)


def _schema_version(connection: apsw.Connection, name: str) -> int:
    version = connection.pragma("user_version")
    application_id = connection.pragma("application_id")
    assert isinstance(version, int), "user_version is a number"
    is_empty = not connection.execute("SELECT count(*) FROM sqlite_schema").get
    if application_id != APPLICATION_ID and not is_empty:
        raise ConfigurationError(f"{name} is not a catalogue", hint="Name another file")
    if version > SCHEMA_VERSION:
        raise ConfigurationError(
            f"The catalogue {name} was written by a newer posframe",
            hint="Update posframe, or import the catalogue into a new file",
        )
    return version


def _check_currency(
    connection: apsw.Connection, name: str, currency: str, *, read_only: bool
) -> None:
    stored = connection.execute("SELECT value FROM meta WHERE name = 'currency'").get
    if stored is None and not read_only:
        connection.execute("INSERT INTO meta VALUES ('currency', ?)", (currency,))
    elif stored != currency:
        raise ConfigurationError(
            f"The prices of {name} are in {stored}, the till sells in {currency}",
            hint="Import the catalogue of this shop into a new file",
        )


@contextlib.contextmanager
def transaction(connection: apsw.Connection) -> Iterator[None]:
    """Write all of what the block writes, or nothing of it."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        # A failed COMMIT may have rolled back by itself.
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


@contextlib.contextmanager
def written_once(connection: apsw.Connection) -> Iterator[None]:
    """Write what is added straight into the file, not to the log first and then to the file.

    That halves what a large first import writes. It needs the file to itself: with others reading,
    all stays as it is. A crash leaves the old content, here as there.
    """
    connection.set_busy_timeout(0)
    with contextlib.suppress(apsw.BusyError):
        connection.pragma("journal_mode", "truncate")
    connection.set_busy_timeout(BUSY_TIMEOUT_MS)
    try:
        yield
    finally:
        with contextlib.suppress(apsw.BusyError):
            connection.pragma("journal_mode", "wal")


def fetch(
    connection: apsw.Connection, statement: str, bindings: tuple[int | str, ...] = ()
) -> list[Any]:
    """Return all rows: a statement left half read would hold on to an old state of the file."""
    return connection.execute(statement, bindings).fetchall()


@contextlib.contextmanager
def translated(name: str) -> Iterator[None]:
    """Say in the operator's words what the database library refuses."""
    try:
        yield
    except apsw.SQLError:
        raise  # a statement of ours is wrong
    except apsw.Error as error:
        raise in_words(error, name) from error


def in_words(error: apsw.Error, name: str) -> PosframeError:
    """Return what happens next when the catalogue ``name`` fails with ``error``."""
    if isinstance(error, (apsw.CorruptError, apsw.NotADBError)):
        return DataError(
            f"The catalogue {name} is damaged", hint="Delete it and import it again; sales are safe"
        )
    if isinstance(error, (apsw.BusyError, apsw.LockedError)):
        return RuleViolation(
            "Another program is changing the catalogue", hint="Try again when it has finished"
        )
    if isinstance(error, apsw.FullError):
        return RuleViolation(
            "The disk has no room for the catalogue; nothing was changed", hint="Free space"
        )
    if isinstance(error, apsw.ReadOnlyError):
        return RuleViolation(
            f"The catalogue {name} can only be read", hint="Check who may write to the file"
        )
    return DataError(f"The catalogue {name} cannot be used: {error}")
