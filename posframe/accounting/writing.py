"""Entries of the books as files: CSV or JSON Lines, one file a Z, written once.

The bytes depend on the entry alone, so that exporting again is harmless and is told. A file that is
there with anything else in it is left as it is: the books may hold it already.
"""

from __future__ import annotations

import csv
import io
import json
import os
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

import attrs

from posframe.errors import RuleViolation
from posframe.kernel.domain.currencies import exponent
from posframe.kernel.domain.money import format_minor
from posframe.value import Value

if TYPE_CHECKING:
    from posframe.accounting.booking import LedgerEntry

COLUMNS: Final = ("entry", "line", "date", "account", "debit", "credit", "currency", "text")
Form = Literal["csv", "jsonl"]


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Exported(Value):
    """What became of an export."""

    path: Path
    again: bool
    """True: the file was there already with the same bytes, and nothing was written."""


def export(entry: LedgerEntry, folder: Path, form: Form = "csv") -> Exported:
    """Write an entry to ``folder`` as ``T01-Z000042.csv``, whole or not at all.

    Raises:
        RuleViolation: the file is there with other content, or the folder cannot be written to.
    """
    data = _FORMS[form](entry).encode("utf-8")
    path = folder / f"{entry.id}.{form}"
    try:
        before = path.read_bytes() if path.exists() else None
        if before is None:
            _write(path, data)
    except OSError as error:
        raise RuleViolation(
            f"{path} cannot be written: {error.strerror or error}",
            hint="Name a folder that is there and has room; nothing was exported",
        ) from error
    if before is not None and before != data:
        raise RuleViolation(
            f"{entry.id} was exported before, and differently: {_apart(before, data)}",
            hint=f"{path} was left as it is. Compare with an export into another folder",
        )
    return Exported(path=path, again=before is not None)


def csv_text(entry: LedgerEntry) -> str:
    """Return the entry as CSV with a header; amounts in major units with a point."""
    file = io.StringIO()
    writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(_records(entry))
    return file.getvalue()


def json_lines(entry: LedgerEntry) -> str:
    """Return the entry as one JSON object a posting; amounts as in `csv_text`, in quotes."""
    lines = (json.dumps(each, ensure_ascii=False) for each in _records(entry))
    return "".join(f"{line}\n" for line in lines)


_FORMS: Final = {"csv": csv_text, "jsonl": json_lines}


def _records(entry: LedgerEntry) -> list[dict[str, str | int]]:
    decimals = exponent(entry.currency)
    return [
        {
            "entry": entry.id,
            "line": line,
            "date": entry.date,
            "account": posting.account,
            "debit": format_minor(posting.debit_minor, decimals),
            "credit": format_minor(posting.credit_minor, decimals),
            "currency": entry.currency,
            "text": posting.text,
        }
        for line, posting in enumerate(entry.postings, start=1)
    ]


def _write(path: Path, data: bytes) -> None:
    draft = path.with_name(f".{path.name}.{os.getpid()}.draft")
    try:
        with draft.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)  # a kill leaves a hidden draft behind, never half an entry
    finally:
        draft.unlink(missing_ok=True)


def _apart(before: bytes, after: bytes) -> str:
    """Say where two different files part."""
    old_lines, new_lines = before.splitlines(keepends=True), after.splitlines(keepends=True)
    pairs = enumerate(zip_longest(old_lines, new_lines, fillvalue=b""), start=1)
    at, old, new = next((at, old, new) for at, (old, new) in pairs if old != new)
    return f"line {at} is {_shown(old)} there, {_shown(new)} now"


def _shown(line: bytes) -> str:
    return repr(line.decode("utf-8", "replace")[:100])
