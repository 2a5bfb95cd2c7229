"""How payment card numbers begin, and how long they are, by scheme.

Source: ISO/IEC 7812 issuer identification numbers as the schemes publish them. Where a range was
opened or closed over the years, the wider one stands here: a number missed is worse than one too
many.
"""

from __future__ import annotations

from typing import Final

DIGITS_MIN: Final = 13
DIGITS_MAX: Final = 19

_PREFIX_DIGITS: Final = 4
_Lengths = frozenset[int]
_ANY: Final = frozenset(range(DIGITS_MIN, DIGITS_MAX + 1))
_LONG: Final = frozenset(range(16, DIGITS_MAX + 1))
_RANGES: Final = (
    (4000, 4999, frozenset({13, 16, 18, 19})),  # Visa, also with Dankort, Elo and others
    (5100, 5599, frozenset({16})),  # Mastercard
    (2221, 2720, frozenset({16})),  # Mastercard
    (3400, 3499, frozenset({15})),  # American Express
    (3700, 3799, frozenset({15})),
    (3000, 3059, frozenset(range(14, 20))),  # Diners Club
    (3095, 3095, frozenset(range(14, 20))),
    (3600, 3699, frozenset(range(14, 20))),
    (3800, 3999, frozenset(range(14, 20))),
    (3528, 3589, _LONG),  # JCB, RuPay
    (5000, 5099, _ANY),  # Maestro, Dankort, Elo, Verve
    (5600, 5899, _ANY),  # Maestro
    (6000, 6999, _ANY),  # Maestro, Discover, UnionPay, RuPay, girocard, Bancontact
    (2200, 2204, _LONG),  # Mir
    (8100, 8299, _LONG),  # UnionPay, RuPay
    (8600, 8600, frozenset({16})),  # Uzcard
    (9704, 9704, frozenset({16, 19})),  # Napas
    (9792, 9792, frozenset({16})),  # Troy
    (9860, 9860, frozenset({16})),  # Humo
)
_LENGTHS: Final = {
    f"{prefix:04}": lengths for first, last, lengths in _RANGES for prefix in range(first, last + 1)
}
"""Lengths by the first four digits."""
_NONE: Final[_Lengths] = frozenset()


def lengths_of(prefix: str) -> _Lengths:
    """Return how many digits a number may have that begins with these four."""
    return _LENGTHS.get(prefix, _NONE)
