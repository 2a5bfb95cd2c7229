"""Options of a device address, which are text, as the values their driver declares."""

from __future__ import annotations

import typing
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import attrs

from posframe.errors import ConfigurationError
from posframe.hal.uri import read_truth, unknown_name

if TYPE_CHECKING:
    from posframe.hal.driver import DriverSpec


def read_options(spec: DriverSpec, given: Mapping[str, object]) -> Any:  # noqa: ANN401 - the driver's own
    """Return an instance of the driver's options class; None where it has none.

    Raises:
        ConfigurationError: an option is unknown or does not fit, with what is possible.
    """
    known = _types(spec.options) if spec.options else {}
    for name in given:
        if name not in known:
            raise ConfigurationError(
                f"Driver {spec.name} has no option {name!r}",
                hint=unknown_name("options", name, known, "" if known else "it has none"),
            )
    values = {name: _value(spec, name, known[name], value) for name, value in given.items()}
    if spec.options is None:
        return None
    try:
        return spec.options(**values)
    except ValueError as error:
        raise ConfigurationError(f"Driver {spec.name}: {error}") from error


def between(least: int, most: int) -> Callable[[Any, attrs.Attribute[int], int], Any]:
    """Return a check that an option is a number from ``least`` to ``most``."""
    return attrs.validators.and_(attrs.validators.ge(least), attrs.validators.le(most))


def _types(options: type) -> dict[str, Any]:
    hints = typing.get_type_hints(options)
    return {field.name: hints[field.name] for field in attrs.fields(typing.cast("Any", options))}


def _value(spec: DriverSpec, name: str, kind: Any, value: object) -> object:  # noqa: ANN401 - a type
    choices = typing.get_args(kind) if typing.get_origin(kind) is typing.Literal else ()
    found = str(value) if choices else _read(kind, value)
    if found is None or (choices and found not in choices):
        raise ConfigurationError(
            f"Driver {spec.name}: {name}={value} cannot be",
            hint=f"one of: {', '.join(choices)}" if choices else f"write {_wanted(kind)}",
        )
    return found


def _read(kind: Any, value: object) -> object | None:  # noqa: ANN401 - a type
    """Return ``value`` as ``kind``; None where it is no such thing."""
    if kind is bool:
        return value if isinstance(value, bool) else read_truth(str(value))
    if kind is int:
        text = str(value)
        return int(text) if text.removeprefix("-").isdecimal() and len(text) < 10 else None
    if kind is str:
        return str(value)
    return value if isinstance(value, Mapping) else None


def _wanted(kind: Any) -> str:  # noqa: ANN401 - a type
    return {bool: "yes or no", int: "a whole number"}.get(kind, "it as a table under options")
