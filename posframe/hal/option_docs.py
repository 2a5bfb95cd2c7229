"""What the options of a driver are called, take and mean, read from the class that declares them.

Their words stand as docstrings below the fields, where Python keeps them in the source only; of a
driver that is installed without its source they are missing, and nothing else is.
"""

from __future__ import annotations

import ast
import inspect
import itertools
import textwrap
import types
import typing
from typing import TYPE_CHECKING, Any

import attrs

if TYPE_CHECKING:
    from posframe.hal.driver import DriverSpec


@attrs.frozen
class OptionDoc:
    """One option of a driver."""

    name: str
    takes: str
    """``yes | no``, ``a whole number``, ``text``, or the choices."""
    default: str
    words: str = ""


def option_docs(spec: DriverSpec) -> tuple[OptionDoc, ...]:
    """Return a driver's options, in the order it declares them."""
    if spec.options is None:
        return ()
    hints = typing.get_type_hints(spec.options)
    words = _words(spec.options)
    return tuple(
        OptionDoc(
            field.name,
            _takes(hints[field.name], field),
            _written(field.default),
            words.get(field.name, ""),
        )
        for field in attrs.fields(typing.cast("Any", spec.options))
    )


def _takes(kind: Any, field: attrs.Attribute[Any]) -> str:  # noqa: ANN401 - a type
    choices = _choices(kind, field)
    if choices:
        return " | ".join(choices)
    least, most = _bounds(field.validator)
    if least is not None and most is not None:
        return f"{least} to {most}"
    return {bool: "yes | no", int: "a whole number", str: "text"}.get(kind, "text")


def _choices(kind: Any, field: attrs.Attribute[Any]) -> list[str]:  # noqa: ANN401 - a type
    if typing.get_origin(kind) in {typing.Union, types.UnionType}:
        kind = next(each for each in typing.get_args(kind) if each is not type(None))
    if typing.get_origin(kind) is typing.Literal:
        return [str(each) for each in typing.get_args(kind)]
    allowed = getattr(field.validator, "options", None)
    if isinstance(allowed, range):
        return [f"{allowed[0]} to {allowed[-1]}"]
    if isinstance(allowed, (tuple, list)):
        return [str(each) for each in allowed]
    return sorted(str(each) for each in allowed) if isinstance(allowed, frozenset) else []


def _bounds(validator: Any) -> tuple[object, object]:  # noqa: ANN401 - attrs' own type
    """Return what ``and_(ge(…), le(…))`` allows; attrs does not tell in another way."""
    parts = getattr(validator, "_validators", (validator,))
    found = {getattr(each, "compare_op", ""): getattr(each, "bound", None) for each in parts}
    return found.get(">="), found.get("<=")


def _written(default: object) -> str:
    """Return a default as an address has it."""
    if isinstance(default, bool):
        return "yes" if default else "no"
    return str(default)


def _words(options: type) -> dict[str, str]:
    words: dict[str, str] = {}
    for cls in reversed(options.__mro__):
        if cls is not object:
            words |= _words_of(cls)
    return words


def _words_of(cls: type) -> dict[str, str]:
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(cls)))
    except (OSError, TypeError, SyntaxError):
        return {}
    body = getattr(tree.body[0], "body", [])
    found = {}
    for field, below in itertools.pairwise(body):
        if (
            isinstance(field, ast.AnnAssign)
            and isinstance(field.target, ast.Name)
            and isinstance(below, ast.Expr)
            and isinstance(below.value, ast.Constant)
            and isinstance(below.value.value, str)
        ):
            found[field.target.id] = inspect.cleandoc(below.value.value)
    return found
