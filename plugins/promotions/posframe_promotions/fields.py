"""Reading single values of an offer: what does not fit is named with its path and what would."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Any, Final

from posframe import ConfigurationError, Money, PosframeError, parse_minor

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

PERCENT_FULL_MILLI: Final = 100_000
WHOLE_MAX: Final = 9_999
TEXT_MAX: Final = 64
LISTED_MAX: Final = 200
"""Characters of a SKU, a department, a customer's reference: as long as those may be."""


class OfferError(ConfigurationError):
    """An offer cannot be read; ``path`` says where it went wrong."""

    def __init__(self, path: str, sentence: str, *, hint: str) -> None:
        super().__init__(f"{path} {sentence}", hint=hint)
        self.path = path


def check_keys(table: Mapping[str, Any], known: Iterable[str], path: str, what: str) -> None:
    """Refuse a key that ``what`` does not have, with the nearest that it has."""
    names = tuple(known)
    for key in table:
        if key not in names:
            near = difflib.get_close_matches(str(key), names, 1)
            hint = f"did you mean {near[0]}?" if near else f"there are: {', '.join(names)}"
            raise OfferError(f"{path}.{key}", f"is not a key of {what}", hint=hint)


def text_of(table: Mapping[str, Any], key: str, path: str, default: str | None = None) -> str:
    """Return a text; without a default it is needed, and not empty."""
    if key not in table:
        if default is None:
            raise OfferError(f"{path}.{key}", "is missing", hint=f'add {key} = "…"')
        return default
    return checked_text(table[key], f"{path}.{key}")


def checked_text(value: Any, path: str, most: int = TEXT_MAX) -> str:  # noqa: ANN401 - parsed data
    """Return a text of 1 to ``most`` characters."""
    if not isinstance(value, str):
        raise OfferError(path, f"is {value!r}, not a text", hint=f'write it in quotes: "{value}"')
    if not value.strip() or len(value) > most:
        raise OfferError(path, f"has {len(value)} characters", hint=f"write 1 to {most}")
    return value


def choice_of(
    table: Mapping[str, Any], key: str, path: str, allowed: Iterable[str], default: str
) -> str:
    """Return one of ``allowed``."""
    value = table.get(key, default)
    return checked_choice(value, allowed, f"{path}.{key}")


def checked_choice(value: Any, allowed: Iterable[str], path: str) -> str:  # noqa: ANN401 - parsed data
    """Return ``value`` if it is one of ``allowed``."""
    names = tuple(allowed)
    if isinstance(value, str) and value in names:
        return value
    near = difflib.get_close_matches(str(value), names, 1)
    hint = f"did you mean {near[0]!r}?" if near else f"one of: {', '.join(names)}"
    raise OfferError(path, f"cannot be {value!r}", hint=hint)


def whole_of(
    table: Mapping[str, Any],
    key: str,
    path: str,
    *,
    default: int | None = None,
    least: int = 1,
    most: int = WHOLE_MAX,
) -> int:
    """Return a whole number within bounds; without a default it is needed."""
    if key not in table:
        if default is None:
            raise OfferError(f"{path}.{key}", "is missing", hint=f"add {key} = {least + 1}")
        return default
    value = table[key]
    if type(value) is not int or not least <= value <= most:
        hint = f"write a whole number of {least} to {most}, without quotes"
        raise OfferError(f"{path}.{key}", f"cannot be {value!r}", hint=hint)
    return value


def flag_of(table: Mapping[str, Any], key: str, path: str) -> bool:
    """Return true or false; false when it is not there."""
    value = table.get(key, False)
    if not isinstance(value, bool):
        raise OfferError(f"{path}.{key}", f"cannot be {value!r}", hint="write true or false")
    return value


def percent_of(table: Mapping[str, Any], key: str, path: str) -> int:
    """Return thousandths of a percent, above 0 and at most 100 %."""
    where = f"{path}.{key}"
    milli = _scaled(table, key, path, lambda text: parse_minor(text, 3), '"10" or "12.5"')
    if milli <= 0:
        raise OfferError(
            where, f"is {table[key]} %, which saves nothing", hint='write it like "10"'
        )
    if milli > PERCENT_FULL_MILLI:
        raise OfferError(
            where, f"is {table[key]} %, more than all", hint='at most "100", which is free'
        )
    return milli


def amount_of(
    table: Mapping[str, Any], key: str, path: str, currency: str, *, least_minor: int = 0
) -> int:
    """Return an amount in minor units, at least ``least_minor``."""
    minor = _scaled(
        table, key, path, lambda text: Money.parse(text, currency).minor, '"9.99" or "10"'
    )
    if minor < least_minor:
        sentence = "is below zero" if minor < 0 else "is zero, which changes nothing"
        raise OfferError(f"{path}.{key}", sentence, hint="write an amount above zero")
    return minor


def texts_of(table: Mapping[str, Any], key: str, path: str) -> tuple[str, ...] | None:
    """Return a list of texts, none twice and not empty; None when it is not there."""
    if key not in table:
        return None
    return checked_texts(table[key], f"{path}.{key}")


def checked_texts(value: Any, path: str) -> tuple[str, ...]:  # noqa: ANN401 - parsed data
    """Return a list of texts, none twice, not empty."""
    if not isinstance(value, list | tuple):
        raise OfferError(path, f"is {value!r}, not a list", hint='write it like ["A", "B"]')
    if not value:
        raise OfferError(path, "is empty", hint="name something, or leave it out for any")
    if not _are_texts(value):
        at = next(at for at, each in enumerate(value) if not _are_texts([each]))
        checked_text(value[at], f"{path}[{at}]", LISTED_MAX)
    if len(set(value)) < len(value):
        twice = next(text for at, text in enumerate(value) if text in value[:at])
        raise OfferError(path, f"names {twice!r} twice", hint="take one of them out")
    return tuple(value)


def _are_texts(values: Sequence[Any]) -> bool:
    """Tell whether all are texts of a proper length: 50,000 SKUs are looked at in 5 ms."""
    return (
        set(map(type, values)) == {str}
        and max(map(len, values)) <= LISTED_MAX
        and all(map(str.strip, values))
    )


def given(table: Any, path: str) -> dict[str, Any]:  # noqa: ANN401 - parsed data
    """Return a table without the keys that are null, which means: not given."""
    if not isinstance(table, dict):
        raise OfferError(path, f"is {table!r}, not a table", hint="write key = value pairs")
    return {key: value for key, value in table.items() if value is not None}


def _scaled(table: Mapping[str, Any], key: str, path: str, parse: Any, like: str) -> int:  # noqa: ANN401 - parsed data
    where = f"{path}.{key}"
    if key not in table:
        raise OfferError(where, "is missing", hint=f"add {key} = {like}")
    value = table[key]
    if not isinstance(value, str):
        raise OfferError(where, f"is {value!r} without quotes", hint=f"write it like {like}")
    try:
        return int(parse(value))
    except PosframeError as error:
        raise OfferError(where, f"cannot be read: {error.message}", hint=error.hint) from error
