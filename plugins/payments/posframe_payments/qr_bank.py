"""The bank's word that transfers came: files of credited transfers in a folder, read by reference.

The till only reads. A transfer is told by the reference we made for its payment, so that one file
may hold it twice, or two files hold it, and it pays for one sale. Of a file nothing is kept but the
amounts that stand beside references of ours.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

import attrs

from posframe import ConfigurationError, DataError, DeviceOffline
from posframe_payments.qr_references import references_in
from posframe_payments.settlement.file_map import FileMap, Options, read_map
from posframe_payments.settlement.reading import read_rows

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FILE_BYTES_MAX: Final = 16_000_000
FILES_MAX: Final = 1_000
FRESH_S: Final = 86_400
"""Without a file as new as this the bank says nothing: a transfer may have come all the same."""
COLUMNS: Final = {
    "date": "date", "gross": "amount", "currency": "currency", "reference": "reference",
}  # fmt: skip
"""What a file has where no map says otherwise."""


@attrs.frozen(kw_only=True)
class Credit:
    """A transfer that is on the account."""

    amount_minor: int
    currency: str
    place: str
    """File and line."""


@attrs.frozen(kw_only=True)
class Look:
    """What the folder says of one reference."""

    credit: Credit | None = None
    unclear: str = ""
    """Why nobody knows; empty, without a credit: it is not on the account so far."""


@attrs.frozen(kw_only=True)
class _File:
    """What is kept of one file."""

    credits: Mapping[str, tuple[Credit, ...]] = attrs.field(factory=dict)
    """By reference."""
    taken_back: frozenset[str] = frozenset()
    """References of transfers that went back to the customer."""
    elsewhere: frozenset[str] = frozenset()
    """References that the file has, and not in a row that credits anything."""
    trouble: str = ""


class BankFolder:
    """The folder that a bank's files are put into. It blocks: ask it from a thread."""

    def __init__(self, path: Path, file_map: FileMap) -> None:
        self._path = path
        self._map = file_map
        self._known: dict[tuple[str, int, int, int], _File] = {}
        """By name, inode, size and time of change."""
        self._reading = threading.Lock()

    def check(self) -> None:
        """Make sure that the folder is there.

        Raises:
            DeviceOffline: it is not: nobody would learn that a customer paid.
        """
        if not self._path.is_dir():
            raise DeviceOffline(
                f"The bank's folder {self._path.name} is not there",
                hint="pay another way; support puts it into the till's folder",
            )

    def find(self, reference: str, amount_minor: int) -> Look:
        """Return the transfer with a reference; of several the one of the right amount."""
        if not self._reading.acquire(blocking=False):
            return Look(unclear="the bank's folder does not answer")
        try:
            return self._find(reference, amount_minor)
        except OSError as error:
            return Look(unclear=f"the bank's folder cannot be read ({type(error).__name__})")
        finally:
            self._reading.release()

    def _find(self, reference: str, amount_minor: int) -> Look:
        files, newest_s = self._files()
        if any(reference in each.taken_back for each in files):
            return Look(unclear="the bank's file says that it went back")
        found = [credit for each in files for credit in each.credits.get(reference, ())]
        if found:
            return Look(credit=min(found, key=lambda each: each.amount_minor != amount_minor))
        if any(reference in each.elsewhere for each in files):
            return Look(unclear="it is in the bank's file, in a row that cannot be read")
        trouble = next((each.trouble for each in files if each.trouble), "")
        if not trouble and time.time() - newest_s > FRESH_S:
            trouble = "the bank's last file is more than a day old"
        return Look(unclear=trouble)

    def _files(self) -> tuple[list[_File], float]:
        """Return what every file says, and when the newest was changed."""
        known, newest_s = {}, 0.0
        for entry in sorted(self._entries(), key=lambda each: each.name):
            stat = entry.stat()
            key = (entry.name, stat.st_ino, stat.st_size, stat.st_mtime_ns)
            newest_s = max(newest_s, stat.st_mtime)
            known[key] = self._known.get(key) or self._read(entry, stat.st_size)
        self._known = known
        return list(known.values()), newest_s

    def _entries(self) -> Iterator[os.DirEntry[str]]:
        with os.scandir(self._path) as entries:
            found = [each for each in entries if each.name.lower().endswith(".csv")]
        if len(found) > FILES_MAX:
            raise OSError("too many files")
        return iter(found)

    def _read(self, entry: os.DirEntry[str], size: int) -> _File:
        if size > FILE_BYTES_MAX:
            return _File(trouble=f"{entry.name} is too large")
        with (self._path / entry.name).open("rb") as source:
            data = source.read(FILE_BYTES_MAX)
        # A last line without its end may be half an amount: the file is still being written.
        return read_file(data[: data.rfind(b"\n") + 1], entry.name, self._map)


def read_file(data: bytes, name: str, file_map: FileMap) -> _File:
    """Return what is kept of a file's bytes."""
    try:
        # Nothing of a cell is kept but a reference of ours, which no card number looks like.
        reading = read_rows(data, name, file_map, holds_card_number=lambda _cell: False)
    except DataError as error:
        return _File(trouble=error.message)
    credits_: dict[str, tuple[Credit, ...]] = {}
    taken_back: set[str] = set()
    for row in reading.take(skip_bad=True):
        references = references_in(row.reference)
        if row.amount_minor < 0:
            taken_back |= references
        elif row.kind == "charge" and row.amount_minor:
            credit = Credit(amount_minor=row.amount_minor, currency=row.currency, place=row.place)
            for each in references:
                credits_[each] = (*credits_.get(each, ()), credit)
    text = data.decode(file_map.options.encoding)
    return _File(
        credits=credits_,
        taken_back=frozenset(taken_back),
        elsewhere=references_in(text) - credits_.keys(),
    )


def bank_map(folder: Path, name: str, setting: str, currency: str) -> FileMap:
    """Return the map of a bank's files; without a name the plain one.

    Raises:
        ConfigurationError: the map cannot be read, or leaves out the reference.
    """
    if not name:
        return FileMap(columns=COLUMNS, options=Options())
    try:
        text = (folder / name).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(
            f"{setting}: {name} cannot be read ({type(error).__name__})",
            hint="it is a TOML file in the till's folder",
        ) from error
    found = read_map(text, name)
    if "reference" not in found.columns:
        raise ConfigurationError(
            f"{setting}: {name} has no columns.reference",
            hint="name the column that holds the reference the customer paid with",
        )
    if "currency" in found.columns or found.options.currency:
        return found
    return attrs.evolve(found, options=attrs.evolve(found.options, currency=currency))
