"""JSON whose numbers stay as they are written: an amount never passes through a float."""

from __future__ import annotations

import json
from typing import Any, NoReturn

import attrs

from posframe import DataError


@attrs.frozen
class Number:
    """A number, in its own digits."""

    text: str


def dumped(value: Any) -> str:  # noqa: ANN401 - any JSON value
    """Return JSON without blanks, in the order given; `Number` as it stands."""
    if isinstance(value, Number):
        return value.text
    if isinstance(value, dict):
        return f"{{{','.join(f'{json.dumps(key)}:{dumped(each)}' for key, each in value.items())}}}"
    if isinstance(value, (list, tuple)):
        return f"[{','.join(map(dumped, value))}]"
    assert not isinstance(value, float), "numbers are exact here"
    return json.dumps(value)


def loaded(data: bytes) -> Any:  # noqa: ANN401 - any JSON value
    """Return what JSON says, its numbers as `Number`.

    Raises:
        DataError: it is no JSON, or names something twice: which of both counts is a guess.
    """
    try:
        return json.loads(
            data.decode(),
            parse_float=Number,
            parse_int=Number,
            parse_constant=_no_number,
            object_pairs_hook=_named_once,
        )
    except (ValueError, RecursionError) as error:
        raise DataError(
            "The terminal's message is no JSON", hint="is it cut off, or from something else?"
        ) from error


def _named_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice")
    return found


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number of JSON")
