"""Packed decimal digits, two a byte: how ZVT writes amounts, numbers and dates."""

from __future__ import annotations


def packed(number: int, length: int) -> bytes:
    """Return ``number`` in ``length`` bytes, with zeros before it."""
    assert 0 <= number < 100**length, f"{number} does not fit into {2 * length} digits"
    return bytes.fromhex(f"{number:0{2 * length}d}")


def unpacked(data: bytes) -> int | None:
    """Return the number that ``data`` writes; None where it has other than decimal digits."""
    digits = data.hex()
    return int(digits) if digits.isdecimal() else None
