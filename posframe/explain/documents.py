"""Taking a file of baskets apart: one JSON object, or JSON Lines."""

from __future__ import annotations

import json
from typing import IO, TYPE_CHECKING, Any

from posframe.explain.reading import Number, Refused, shortened

if TYPE_CHECKING:
    from collections.abc import Iterator

BASKET_MAX_BYTES = 32 << 20
_INT_DIGITS_MAX = 18


def read_documents(source: IO[bytes]) -> Iterator[dict[str, Any] | Refused]:
    """Yield each basket of a file as plain values, or why it cannot be read.

    A first line that is no object by itself, only the beginning of one, means that the file holds
    a single basket over several lines; otherwise each line is one, and empty lines are skipped.
    """
    for place, raw in enumerate(_lines(source), start=1):
        if place == 1 and _is_beginning(raw):
            rest = source.read(BASKET_MAX_BYTES)
            yield _read(raw + rest)
            return
        yield _read(raw)


def _lines(source: IO[bytes]) -> Iterator[bytes]:
    """Yield lines that are not empty, without a byte order mark; one too long is cut short."""
    first = True
    while line := source.readline(BASKET_MAX_BYTES + 1):
        if first:
            line, first = line.removeprefix(b"\xef\xbb\xbf"), False
        while not line.endswith(b"\n") and len(line) > BASKET_MAX_BYTES:
            if (more := source.readline(BASKET_MAX_BYTES)).endswith(b"\n") or not more:
                break
        if line.strip():
            yield line


def _is_beginning(raw: bytes) -> bool:
    """Tell whether a line ends inside the object it begins."""
    try:
        text = raw.decode("utf-8").rstrip()
        json.loads(text)
    except json.JSONDecodeError as error:
        return error.pos >= len(text)
    except (ValueError, RecursionError):
        return False
    return False


def _read(raw: bytes) -> dict[str, Any] | Refused:
    if len(raw) > BASKET_MAX_BYTES:
        return Refused("", "The basket is larger than 32 MiB", "split it")
    try:
        value = _parsed(raw)
    except Refused as error:
        return error
    if not isinstance(value, dict):
        return Refused("", "A basket is a JSON object", 'write {"currency": "EUR", "lines": […]}')
    return value


def _parsed(raw: bytes) -> Any:  # noqa: ANN401 - JSON
    try:
        return json.loads(
            raw.decode("utf-8").strip(),
            parse_float=Number,
            parse_int=_whole,
            parse_constant=Number,
            object_pairs_hook=_object,
        )
    except UnicodeDecodeError as error:
        raise Refused("", "The basket is no text in UTF-8", "write the file as UTF-8") from error
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        hint = "a file holds one JSON object, or one on each line"
        raise Refused("", f"This is no JSON: {error.msg} ({where})", hint) from error
    except RecursionError as error:
        hint = "a basket is four levels deep"
        raise Refused("", "The basket is nested too deeply", hint) from error


def _whole(text: str) -> int | Number:
    """Return a whole number; one with more digits than any limit is kept as written."""
    return int(text) if len(text) <= _INT_DIGITS_MAX else Number(text)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise Refused(shortened(twice), f"{shortened(twice)!r} stands twice in one object",
                      "take one of them out")  # fmt: skip
    return value
