"""Files of offers in the till's folder, all of them one list; and offers as text to keep.

TOML is for people; JSON, with the same keys, for programs: a thousand offers of fifty SKUs each are
read three times as fast.
"""

from __future__ import annotations

import hashlib
import json
import tomllib
from datetime import date
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, Final

from posframe_promotions.fields import OfferError, check_keys, given
from posframe_promotions.offers import check_unique, read_offers

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from posframe_promotions.terms import Offer

FILE_MAX_BYTES: Final = 16 << 20
_LISTS: Final = {".toml": "offer", ".json": "offers"}
"""What the list of offers is called, by the end of the file's name."""
_FORMAT: Final = 1


def load_tables(folder: Path, names: Iterable[str], currency: str) -> dict[str, list[Any]]:
    """Return the tables of offers of each file.

    Raises:
        OfferError: a file is missing, no TOML, or of another currency than the till's.
    """
    return {name: _tables(folder / name, name, currency) for name in names}


def offers_of_files(tables: Mapping[str, Sequence[Any]], currency: str) -> tuple[Offer, ...]:
    """Read the offers of several files as one list.

    Raises:
        OfferError: one cannot be read, or two have one id; the path begins with the file's name.
    """
    offers: list[Offer] = []
    paths: list[str] = []
    for name, found in tables.items():
        where = _where(name)
        offers += read_offers(found, currency=currency, where=where)
        paths += [f"{where}[{at}]" for at in range(len(found))]
    check_unique(offers, paths)
    return tuple(offers)


def text_of_tables(tables: Iterable[Mapping[str, Any]], currency: str) -> str:
    """Write tables of offers as a text that ``offers_of_text`` reads, the same for equal offers."""
    listed = sorted(tables, key=lambda table: str(table.get("id")))
    return json.dumps(
        {"currency": currency, "offers": listed},
        default=_written,
        sort_keys=True,
        separators=(",", ":"),
        ensure_ascii=False,
    )


def offers_of_text(text: str) -> tuple[Offer, ...]:
    """Read what ``text_of_tables`` wrote."""
    kept = json.loads(text)
    return read_offers(kept["offers"], currency=kept["currency"])


def fingerprint_of(text: str) -> str:
    """Return a short name of a text that no other text has."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _written(value: object) -> str:
    if isinstance(value, date):  # a moment is a date too
        return value.isoformat()
    raise TypeError(f"{value!r} was read without a complaint and cannot be kept")


def _where(name: str) -> str:
    """Return what messages call the list of offers of a file, or of a table that is no file."""
    key = _LISTS.get(PurePath(name).suffix)
    return f"{name}: {key}" if key else name


def _tables(path: Path, name: str, currency: str) -> list[Any]:
    key = _LISTS.get(path.suffix)
    if key is None:
        raise OfferError(name, "is neither TOML nor JSON", hint="name it like offers.toml")
    document = _document(path, name)
    check_keys(document, ("format", "currency", key), f"{name}: the file", "a file of offers")
    found = document.get("format", _FORMAT)
    if found != _FORMAT:
        raise OfferError(f"{name}: format", f"is {found!r}", hint=f"this reads format {_FORMAT}")
    written = document.get("currency")
    if written != currency:
        raise OfferError(
            f"{name}: currency",
            f"is {'missing' if written is None else repr(written)}, the till's is {currency!r}",
            hint=f'write currency = "{currency}" at the top if its amounts are in it',
        )
    tables = document.get(key, [])
    if not isinstance(tables, list):
        raise OfferError(_where(name), "is not a list", hint="begin each with [[offer]]")
    return tables


def _document(path: Path, name: str) -> dict[str, Any]:
    try:
        if path.stat().st_size > FILE_MAX_BYTES:
            raise OfferError(name, "is larger than 16 MiB", hint="is it a file of offers?")
        text = path.read_text(encoding="utf-8")
        document = json.loads(text) if path.suffix == ".json" else tomllib.loads(text)
    except (tomllib.TOMLDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise OfferError(f"{name}:", f"{error}", hint="mend that line") from error
    except OSError as error:
        hint = "a till's files are in its folder"
        raise OfferError(name, f"cannot be read ({error.strerror})", hint=hint) from error
    except UnicodeDecodeError as error:
        raise OfferError(name, "is no text in UTF-8", hint="write it as UTF-8") from error
    return given(document, name)
