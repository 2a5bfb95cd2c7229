"""The base of our values: equality, hash and repr by content, written once.

attrs can generate these for every class; for the hundred classes a till loads before its first scan
that alone would take as long as opening the journal.
"""

from __future__ import annotations

import attrs


class Value:
    """Mix into attrs classes made with ``eq=False, repr=False``."""

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return _content(self) == _content(other)

    def __hash__(self) -> int:
        return hash((type(self), _content(self)))

    def __repr__(self) -> str:
        names = [field.name for field in attrs.fields(type(self))]  # type: ignore[arg-type]  # attrs only
        pairs = zip(names, _content(self), strict=True)
        return f"{type(self).__name__}({', '.join(f'{name}={value!r}' for name, value in pairs)})"


def _content(value: object) -> tuple[object, ...]:
    return tuple(getattr(value, field.name) for field in attrs.fields(type(value)))  # type: ignore[arg-type]  # attrs only
