"""The mark that makes an attrs class an event: a permanent name, a version, and upcasters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

C = TypeVar("C", bound=type)


def event(
    name: str,
    version: int = 1,
    upcasts: Mapping[int, Callable[[dict[int, Any]], dict[int, Any]]] | None = None,
) -> Callable[[C], C]:
    """Mark an attrs class as an event with a permanent ``name`` such as ``sale.LineAdded``.

    ``upcasts[n]`` turns the body of version n, a map by integer keys, into that of version n + 1.
    """

    def mark(cls: C) -> C:
        marked: Any = cls
        marked.event_name = name
        marked.event_version = version
        marked.event_upcasts = upcasts or {}
        return cls

    return mark


def event_name(of: Any) -> str:  # noqa: ANN401 - any event class or instance, plugins' included
    """Return the permanent name of an event."""
    return str(of.event_name)
