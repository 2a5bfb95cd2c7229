"""Turns tables of a TOML file into attrs values; whatever does not fit is named with its path.

Our own few lines instead of a converter library: a till reads its settings before its first screen,
and importing one costs more than the whole start may take.
"""

from __future__ import annotations

import difflib
import types
import typing
from typing import Any, TypeVar

import attrs

from posframe.errors import ConfigurationError

T = TypeVar("T")


def read_table(cls: type[T], table: Any, path: str = "") -> T:  # noqa: ANN401 - parsed TOML
    """Return ``cls`` made of a TOML table.

    Raises:
        ConfigurationError: a key is unknown or missing, or a value is of another type; the message
            names its path, and the hint suggests.
    """
    if not isinstance(table, dict):
        raise ConfigurationError(f"{path or 'the file'} is not a table", hint=f"write [{path}]")
    fields = {field.name.rstrip("_"): field for field in attrs.fields(typing.cast("Any", cls))}
    for key in table:
        if key not in fields:
            raise _unknown(key, tuple(fields), path)
    hints = typing.get_type_hints(cls)
    values = {}
    for key, field in fields.items():
        if key in table:
            values[field.name] = _of_field(field, hints[field.name], table[key], _join(path, key))
        elif field.default is attrs.NOTHING:
            where = _join(path, key)
            is_table = attrs.has(hints[field.name])
            raise ConfigurationError(
                f"{where} is missing",
                hint=f"add [{where}]" if is_table else f"add {key} = … under [{path}]",
            )
    try:
        return cls(**values)
    except ValueError as error:
        raise ConfigurationError(f"{path}: {error}") from error


def _of_field(field: attrs.Attribute[Any], kind: Any, value: Any, path: str) -> Any:  # noqa: ANN401 - parsed TOML
    """Return a value; of a secret, which no ``repr`` shows, no message says what it is now."""
    try:
        return _value(kind, value, path)
    except ConfigurationError as error:
        if field.repr:
            raise
        message = error.message
    raise ConfigurationError(message, hint="what it is now is not shown")


def _value(kind: Any, value: Any, path: str) -> Any:  # noqa: ANN401 - parsed TOML
    origin = typing.get_origin(kind)
    if origin is typing.Literal:
        return _choice(kind, value, path)
    if origin is tuple:
        if not isinstance(value, list):
            raise _wrong(path, "a list", value)
        element = typing.get_args(kind)[0]
        return tuple(_value(element, each, f"{path}[{at}]") for at, each in enumerate(value))
    if origin is dict:
        if not isinstance(value, dict):
            raise _wrong(path, "a table", value)
        element = typing.get_args(kind)[1]
        return {key: _value(element, each, _join(path, key)) for key, each in value.items()}
    if origin in {types.UnionType, typing.Union}:
        return _value(_alternative(kind, value), value, path)
    if attrs.has(kind):
        return read_table(kind, value, path)
    return _plain(kind, value, path)


def _alternative(kind: Any, value: Any) -> Any:  # noqa: ANN401 - parsed TOML
    """Return which of several kinds a value is read as: a list where it is one, else the first."""
    kinds = [each for each in typing.get_args(kind) if each is not type(None)]
    lists = [each for each in kinds if typing.get_origin(each) is tuple]
    return lists[0] if lists and isinstance(value, list) else kinds[0]


def _plain(kind: Any, value: Any, path: str) -> Any:  # noqa: ANN401 - parsed TOML
    if kind is Any or (isinstance(value, kind) and not (kind is int and isinstance(value, bool))):
        return value
    names = {str: "a text in quotes", int: "a whole number", bool: "true or false"}
    raise _wrong(path, names.get(kind, kind.__name__), value)


def _choice(kind: Any, value: Any, path: str) -> Any:  # noqa: ANN401 - parsed TOML
    allowed = typing.get_args(kind)
    if value in allowed:
        return value
    near = difflib.get_close_matches(str(value), [str(each) for each in allowed], 1)
    raise ConfigurationError(
        f"{path} cannot be {value!r}",
        hint=f"did you mean {near[0]!r}?" if near else f"one of: {', '.join(map(str, allowed))}",
    )


def _unknown(key: str, known: tuple[str, ...], path: str) -> ConfigurationError:
    near = difflib.get_close_matches(key, known, 1)
    return ConfigurationError(
        f"{_join(path, key)} is not a setting",
        hint=f"did you mean {near[0]}?" if near else f"there are: {', '.join(known)}",
    )


def _wrong(path: str, wanted: str, value: Any) -> ConfigurationError:  # noqa: ANN401 - parsed TOML
    return ConfigurationError(f"{path} must be {wanted}", hint=f"it is {value!r} now")


def _join(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key
