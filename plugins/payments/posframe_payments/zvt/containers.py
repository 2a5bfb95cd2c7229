"""TLV containers: tags of one or two bytes, lengths up to 127 or with 81 and 82 before them.

A tag whose low five bits are set goes on in a second byte (1F 07). A tag with bit 20 holds further
tags. Behind 82 the higher byte of the length comes first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

if TYPE_CHECKING:
    from collections.abc import Iterator

LEVELS_MAX = 8
"""Deeper nesting is taken as damage; published messages have three."""
_CONSTRUCTED = 0x20


@attrs.frozen
class Tlv:
    """One tag with its value, or with the tags it holds."""

    tag: int
    value: bytes = attrs.field(default=b"", repr=False)
    parts: tuple[Tlv, ...] = ()

    def to_bytes(self) -> bytes:
        """Return it as it stands in a container."""
        value = container(*self.parts) if self.parts else self.value
        return _tag_bytes(self.tag) + length_bytes(len(value)) + value


def container(*parts: Tlv) -> bytes:
    """Return the tags of a container one after another, without its own length."""
    return b"".join(each.to_bytes() for each in parts)


def length_bytes(length: int) -> bytes:
    """Return a length as containers write it."""
    assert length <= 0xFFFF, f"at most two bytes of length, not {length}"
    if length < 0x80:
        return bytes((length,))
    return bytes((0x81, length)) if length < 0x100 else b"\x82" + length.to_bytes(2, "big")


def read_length(data: bytes, at: int) -> tuple[int, int] | None:
    """Return where the value begins and how long it is; None where that is damaged."""
    first = data[at] if at < len(data) else 0xFF
    if first < 0x80:
        return at + 1, first
    size = {0x81: 1, 0x82: 2}.get(first, 0)
    start = at + 1 + size
    if not size or start > len(data):
        return None
    return start, int.from_bytes(data[at + 1 : start], "big")


def read_container(data: bytes, level: int = 0) -> tuple[Tlv, ...] | None:
    """Return what a container holds; None where any of it is damaged or cut off."""
    found, at = [], 0
    while at < len(data):
        tag, at = _read_tag(data, at)
        where = read_length(data, at)
        if where is None or sum(where) > len(data) or level > LEVELS_MAX:
            return None
        start, length = where
        at = start + length
        read = _read_value(tag, data[start:at], level)
        if read is None:
            return None
        found.append(read)
    return tuple(found)


def every(parts: tuple[Tlv, ...]) -> Iterator[Tlv]:
    """Return all tags, those inside others behind them, in the order they were sent."""
    for each in parts:
        yield each
        yield from every(each.parts)


def _read_value(tag: int, value: bytes, level: int) -> Tlv | None:
    if not is_constructed(tag):
        return Tlv(tag, value)
    parts = read_container(value, level + 1)
    return None if parts is None else Tlv(tag, parts=parts)


def is_constructed(tag: int) -> bool:
    """Return whether ``tag`` holds tags."""
    return bool((tag >> 8 or tag) & _CONSTRUCTED)


def _read_tag(data: bytes, at: int) -> tuple[int, int]:
    if data[at] & 0x1F == 0x1F and at + 1 < len(data):
        return int.from_bytes(data[at : at + 2], "big"), at + 2
    return data[at], at + 1


def _tag_bytes(tag: int) -> bytes:
    return tag.to_bytes(2 if tag > 0xFF else 1, "big")
