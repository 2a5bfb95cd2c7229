"""Which parts of a run of digits may be a payment card's number. Where runs are is `card_data`'s.

A run is groups of digits with something small between them. A number begins and ends where groups
do. Digits may also have grown together: a group that is too long by one is looked at without its
first and without its last; of one longer than any number the beginning and the end are, and what
stands behind a length; in a hex dump a number may begin anywhere.
"""

from __future__ import annotations

import re
from itertools import accumulate
from typing import TYPE_CHECKING, Final

from posframe.kernel.domain.card_issuers import DIGITS_MAX, DIGITS_MIN, lengths_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

_BEGINS_INSIDE: Final = {14: ("30", "36", "38", "39"), 15: ("34", "37"), 16: ("",), 19: ("",)}
"""How numbers begin that are looked for within other digits, by length: those in use today. With
all of them most long numbers would hold a card's by chance."""
_CODE_DIGITS: Final = 2
"""Digits of the format code before a number in track 3 (ISO/IEC 4909), and of a length."""
_LENGTH_BEFORE: Final = re.compile("(?=0[78]|1[04569])")
"""Lengths as messages write them before a number, in digits or bytes."""
_HEX_LETTERS: Final = frozenset("abcdefABCDEF")

_Span = tuple[int, int]


def numbers(
    text: str, groups: Sequence[_Span], allow: Callable[[str], bool] | None
) -> Iterator[_Span]:
    """Yield where numbers stand in ``text``, of a run whose groups of digits are given.

    Time is in proportion to the number of digits, whatever they are.
    """
    digits = "".join(text[start:end] for start, end in groups)
    if len(digits) < DIGITS_MIN:
        return
    places = [place for start, end in groups for place in range(start, end)]
    run = Digits(digits)
    for first, after in (*_across(digits, groups), *_inside(text, digits, groups, allow)):
        if run.is_number(first, after) and not (allow and allow(digits[first:after])):
            yield places[first], places[after - 1] + 1


class Digits:
    """Digits whose every part can be checked at once, by sums made beforehand."""

    def __init__(self, digits: str) -> None:
        single = [int(digit) for digit in digits]
        # Luhn (ISO/IEC 7812-1, annex B): every second digit from the right counts double.
        double = [2 * digit - 9 * (digit > 4) for digit in single]
        even = [double[at] if at % 2 else single[at] for at in range(len(single))]
        odd = [single[at] if at % 2 else double[at] for at in range(len(single))]
        self._digits = digits
        self._sums = (list(accumulate(even, initial=0)), list(accumulate(odd, initial=0)))

    def is_number(self, first: int, after: int) -> bool:
        """Return whether an issuer begins its numbers so, and the check digit is right."""
        if after - first not in lengths_of(self._digits[first : first + 4]):
            return False
        sums = self._sums[(after - 1) % 2]
        return (sums[after] - sums[first]) % 10 == 0


def _across(digits: str, groups: Sequence[_Span]) -> Iterator[_Span]:
    """Yield parts that begin and end with groups, without zeros before them."""
    ends = list(accumulate(end - start for start, end in groups))
    begins = [0, *ends[:-1]]
    for group, begin in enumerate(begins):
        first = begin + _zeros(digits, begin, min(ends[group], begin + DIGITS_MAX))
        for after in ends[group : group + DIGITS_MAX]:
            if after - first > DIGITS_MAX:
                break
            if after - first >= DIGITS_MIN:
                yield first, after


def _zeros(digits: str, begin: int, end: int) -> int:
    return end - begin - len(digits[begin:end].lstrip("0"))


def _inside(
    text: str, digits: str, groups: Sequence[_Span], allow: Callable[[str], bool] | None
) -> Iterator[_Span]:
    """Yield parts of groups that are grown together with something else."""
    begin = 0
    for start, end in groups:
        after = begin + end - start
        if end - start > DIGITS_MIN and not (allow and allow(text[start:end])):
            for first, last in _grown(digits, begin, after, in_hex=_is_in_hex(text, start, end)):
                if last <= after and _is_in_use(digits, first, last - first):
                    yield first, last
        begin = after


def _is_in_hex(text: str, start: int, end: int) -> bool:
    return text[start - 1 : start] in _HEX_LETTERS or text[end : end + 1] in _HEX_LETTERS


def _is_in_use(digits: str, first: int, length: int) -> bool:
    return digits.startswith(_BEGINS_INSIDE.get(length, ()), first)


def _grown(digits: str, begin: int, after: int, *, in_hex: bool) -> Iterator[_Span]:
    if after - begin <= DIGITS_MAX and not in_hex:
        yield begin + 1, after
        yield begin, after - 1
        return
    for first in range(begin, after) if in_hex else _likely_begins(digits, begin, after):
        yield from ((first, first + length) for length in _BEGINS_INSIDE)
    yield from ((after - length, after) for length in _BEGINS_INSIDE if after - length > begin)


def _likely_begins(digits: str, begin: int, after: int) -> Iterator[int]:
    """Yield places at the beginning, behind what may be a code, and behind what may be a length."""
    yield from (begin, begin + 1, begin + _CODE_DIGITS)
    for length in _LENGTH_BEFORE.finditer(digits, begin, after):
        yield length.start() + _CODE_DIGITS
