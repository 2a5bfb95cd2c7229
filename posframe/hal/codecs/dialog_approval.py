"""Dialog 06: how a till proves to a scale that it runs the approved program.

Checksums of the program (CS) and their correction values (KW) go to the scale, turned by a number
that it chose. KW is the remainder of CS divided by a polynomial that only the makers of scale and
till know: it comes with their agreement and an approval, never with posframe.
"""

from __future__ import annotations

import re

import attrs

_POLYNOMIAL = re.compile(r"1?[0-9A-Fa-f]{4}")
_CHECKSUMS = re.compile(r"[0-9A-Fa-f]{4}(?:,[0-9A-Fa-f]{4}){0,4}")


@attrs.frozen
class Approval:
    """What a till was approved with."""

    polynomial: int = attrs.field(repr=False)
    """Of degree 16, its highest bit included: 0x1xxxx."""
    checksums: tuple[int, ...] = attrs.field(repr=False)
    """One to five, of 16 bits each."""

    def pairs(self, turn: int) -> tuple[tuple[int, int], ...]:
        """Return the checksums with their correction values, turned as the scale wishes."""
        left, right = turn >> 4, turn & 0x0F
        return tuple(
            (turned_left(each, left), turned_right(remainder(each, self.polynomial), right))
            for each in self.checksums
        )


def read_approval(polynomial: str, checksums: str) -> Approval:
    """Return the approval written as ``11021`` (or ``1021``, without bit 16) and ``1234,ABCD``.

    Raises:
        ValueError: they are written otherwise; says what was expected.
    """
    if not _POLYNOMIAL.fullmatch(polynomial):
        raise ValueError("polynomial is four hexadecimal digits, or five with a leading 1")
    if not _CHECKSUMS.fullmatch(checksums):
        raise ValueError("checksums are one to five times four hexadecimal digits, with commas")
    return Approval(
        int(polynomial[-4:], 16) | 0x10000,
        tuple(int(each, 16) for each in checksums.split(",")),
    )


def remainder(checksum: int, polynomial: int) -> int:
    """Return the remainder of ``checksum``, moved up 16 bits, divided by ``polynomial``.

    Unverified on a real device: no agreement with a scale's maker was at hand.
    """
    rest = checksum << 16
    for bit in range(31, 15, -1):
        if rest >> bit & 1:
            rest ^= polynomial << bit - 16
    return rest


def turned_left(value: int, bits: int) -> int:
    """Return 16 bits, turned left."""
    return (value << bits | value >> 16 - bits) & 0xFFFF


def turned_right(value: int, bits: int) -> int:
    """Return 16 bits, turned right."""
    return turned_left(value, -bits % 16)
