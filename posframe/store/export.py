"""The journal as text: one row a line for people, one JSON object a row for machines."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import attrs

from posframe.store.codec import RawEvent, unpack
from posframe.store.database import translated

if TYPE_CHECKING:
    from collections.abc import Iterator

    import apsw

    from posframe.store.codec import Codec

_SQL = (
    "SELECT seq, epoch, action, command, name, version, wall_us, boot, mono_us, business_date,"
    " actor, transaction_id, body, hash FROM journal WHERE seq BETWEEN ? AND ? ORDER BY seq"
)
_NAMES = (
    "seq",
    "epoch",
    "action",
    "command",
    "name",
    "version",
    "wall_us",
    "boot",
    "mono_us",
    "business_date",
    "actor",
    "transaction",
)


def rows_as_json(
    connection: apsw.Connection, codec: Codec, first: int = 1, last: int = 1 << 62
) -> Iterator[dict[str, Any]]:
    """Yield rows as plain values: header, the event's fields by name, and the hash in hex.

    Raises:
        JournalError: the database cannot be read.
    """
    with translated():
        for row in connection.execute(_SQL, (first, last)):
            values: tuple[Any, ...] = row
            event = codec.decode(values[4], values[5], values[12])
            yield {
                **dict(zip(_NAMES, values[:12], strict=True)),
                "event": plain(event),
                "hash": values[13].hex(),
            }


def plain(value: Any) -> Any:  # noqa: ANN401 - any event or part of one
    """Return a value as JSON can carry it; fields at their default are left out."""
    if isinstance(value, RawEvent):
        return {"unknown_event": plain(unpack(value.body))}
    if isinstance(value, enum.Enum):
        return value.value
    if attrs.has(type(value)):
        return {
            field.name: plain(getattr(value, field.name))
            for field in attrs.fields(type(value))
            if getattr(value, field.name) != field.default
        }
    if isinstance(value, (list, tuple)):
        return [plain(each) for each in value]
    if isinstance(value, Mapping):
        return {str(key): plain(each) for key, each in value.items()}
    return value.hex() if isinstance(value, bytes) else value
