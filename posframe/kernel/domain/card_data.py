"""Finding payment card data in text and bytes, so that no log, message or journal carries it.

What is found: numbers of 13 to 19 digits that pass their check digit and begin as an issuer's do,
written in one or with blanks or dashes between, as text, in URLs, packed two digits a byte in a hex
dump or as the hex of their characters; tracks 1 and 2 of a magnetic stripe; and fields named like a
PIN. What is not: numbers held as binary integers, in base64, in digits of other scripts, compressed
or encrypted.

A number that only looks like a card's costs a masked word, a card number kept brings the whole shop
under the card schemes' rules. So one that may be a card's is one, unless the caller knows better.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, AnyStr, Final, Literal

import attrs

from posframe.kernel.domain.card_issuers import DIGITS_MAX
from posframe.kernel.domain.card_numbers import numbers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SHOWN_DIGITS: Final = 4
"""Digits of a number that `masked` leaves: the last ones, which a receipt shows too."""

_BETWEEN: Final = r"(?: {1,6}|[+\-]|\xc2?\xa0)"
"""Between two digits: blanks or a dash, a blank in a URL, a blank that breaks no line."""
_TRACK_DIGITS_MIN: Final = 12
# All repeats that could be long are possessive or counted: what they took they never give back, so
# hostile text takes no longer than any other.
_DIGIT: Final = re.compile("[0-9]")
_ESCAPE: Final = re.compile(r"\\(?:x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4})")
_ESCAPED_BLANKS: Final = frozenset({r"\x20", r"\xa0", r"\u0020", r"\u00a0"})
_RUN: Final = re.compile(rf"[0-9](?:{_BETWEEN}?+[0-9]){{{_TRACK_DIGITS_MIN - 1},}}+")
_GROUP: Final = re.compile(r"[0-9]++")
# ISO/IEC 7813: %B number ^ name ^ expiry, service code …? and ;number = expiry, service code …?
_TRACK_1: Final = re.compile(
    r"%?[Bb][0-9](?: ?[0-9]){11,18}\^[^^?\r\n]{0,40}+(?:\^[^?\r\n]{0,60}+\??)?"
)
_TRACK_2: Final = re.compile(r"(?<![0-9]);?[0-9]{12,19}=[0-9]{4,30}+\??")
_TRACK_REST: Final = re.compile(r"[=Dd^][0-9]{4,30}+[Ff?]?")
"""What follows the number in track 2: after D instead of = where it is packed (EMV tag 57)."""
_HEX_DIGITS: Final = re.compile(r"(?:3[0-9] ?+(?:2[0dD] ?+)?+){13,}+")
"""Digits as the hex of their characters, also with blanks or dashes between."""
_HEX_TRACK_REST: Final = re.compile(r"(?:3[dD]|5[eE])[0-9A-Fa-f ]{0,240}+")
_HEX_DIGIT: Final = re.compile(r"3([0-9]) ?(?:2[0dD] ?)?")
_COUNTRY: Final = re.compile(r"[A-Z]{2}")
_IBAN_LENGTH_MAX: Final = 42
"""Characters of the longest IBAN, with blanks."""
_KNOWN_DIGITS_MIN: Final = 12
"""Of a group that is asked about by itself: fewer are a part of something too often."""
_ABROAD: Final = "00"
_TELEPHONE_DIGITS: Final = 13
"""One country's telephone numbers are as long as Visa's oldest cards, and begin alike."""
_PIN: Final = re.compile(
    r"(?:(?<![A-Za-z])pin|pin[-_ ]?(?:block|blk|data))[\"'\]]{0,2}"
    r"(?:\s{0,3}[:=]\s{0,3}[\"']?|[\x80-\xff]{1,2})"
    r"([0-9A-Fa-f]{4,32}+(?![0-9A-Za-z]))",
    re.IGNORECASE,
)
_PIN_WORD: Final = "pin"

Kind = Literal["number", "track", "pin"]


@attrs.frozen
class Found:
    """Where card data stands in a text: characters, or bytes, from start to before end."""

    start: int
    end: int
    kind: Kind


def find_card_numbers(
    text: str | bytes, allow: Callable[[str], bool] | None = None
) -> tuple[Found, ...]:
    """Return where ``text`` may hold card data, in order, without overlaps.

    Args:
        text: A line of a log, a message, a file.
        allow: Told digits, answers whether they are known to be none of a card: a GTIN, a loyalty
            card, a scanned GS1 element string. Asked about what would be a number, and before
            one is looked for within them about unbroken digits, and about more than 19 in groups;
            never about tracks and PINs.
    """
    if isinstance(text, bytes):
        text = text.decode("latin-1")  # one character a byte: places stay what they are
    if _DIGIT.search(text) is None:
        return ()
    text = _unescaped(text)
    return tuple(_merged([*_pins(text), *_tracks(text), *_numbers(text, allow)]))


def holds_card_number(text: str | bytes, allow: Callable[[str], bool] | None = None) -> bool:
    """Return whether ``text`` may hold card data, see `find_card_numbers`."""
    return bool(find_card_numbers(text, allow))


def masked(text: AnyStr, allow: Callable[[str], bool] | None = None) -> AnyStr:
    """Return ``text`` in the same length with stars for card data.

    Of a number the last four digits stay, of tracks and PINs nothing.
    """
    found = find_card_numbers(text, allow)
    if not found:
        return text
    if isinstance(text, bytes):
        return _starred(text.decode("latin-1"), found).encode("latin-1")
    return _starred(text, found)


def _starred(text: str, found: tuple[Found, ...]) -> str:
    parts, at = [], 0
    for each in found:
        parts += [text[at : each.start], _stars(text[each.start : each.end], each.kind)]
        at = each.end
    return "".join((*parts, text[at:]))


def _stars(text: str, kind: Kind) -> str:
    if kind != "number":
        return "*" * len(text)
    hidden = len(text)
    for _ in range(SHOWN_DIGITS):
        hidden = max(text.rfind(digit, 0, hidden) for digit in "0123456789")
    return _GROUP.sub(lambda group: "*" * len(group[0]), text[:hidden]) + text[hidden:]


def _merged(found: list[Found]) -> Iterator[Found]:
    """Yield what was found in order, overlapping ones as one of the graver kind."""
    last: Found | None = None
    for each in sorted(found, key=lambda found: (found.start, found.end)):
        if last is None or each.start >= last.end:
            if last is not None:
                yield last
            last = each
        else:
            kind = last.kind if each.kind == "number" else each.kind
            last = Found(last.start, max(last.end, each.end), kind)
    if last is not None:
        yield last


def _unescaped(text: str) -> str:
    """Blot out escaped characters, whose digits are nobody's; places stay what they are."""
    text = text.replace("%20", "   ")
    return _ESCAPE.sub(_blotted, text) if "\\" in text else text


def _blotted(escape: re.Match[str]) -> str:
    return (" " if escape[0].lower() in _ESCAPED_BLANKS else "\\") * len(escape[0])


def _pins(text: str) -> Iterator[Found]:
    if _PIN_WORD not in text.lower():
        return iter(())
    return (Found(*field.span(1), "pin") for field in _PIN.finditer(text))


def _tracks(text: str) -> Iterator[Found]:
    for pattern in (_TRACK_1, _TRACK_2):
        yield from (Found(*track.span(), "track") for track in pattern.finditer(text))


def _numbers(text: str, allow: Callable[[str], bool] | None) -> Iterator[Found]:
    """Yield numbers, each with the rest of the track that it may begin."""
    for digits in _HEX_DIGITS.finditer(text):
        yield from _in_hex(text, digits, allow)
    for run in _RUN.finditer(text):
        if _is_account(text, run) or _is_telephone(text, run):
            continue
        groups = [group.span() for group in _GROUP.finditer(text, *run.span())]
        for stretch in _stretches(text, groups, allow) if allow else (groups,):
            for start, end in numbers(text, stretch, allow):
                yield _with_rest(_TRACK_REST, text, start, end)


def _stretches(
    text: str, groups: list[tuple[int, int]], allow: Callable[[str], bool]
) -> Iterator[list[tuple[int, int]]]:
    """Yield the groups of a run between those that are known, which no number is part of.

    All of them may be one known number: that of a gift card, printed in fours.
    """
    whole = "".join(text[start:end] for start, end in groups)
    if len(groups) > 1 and len(whole) > DIGITS_MAX and allow(whole):
        return  # a shorter one is asked about where it would be a number
    stretch: list[tuple[int, int]] = []
    for start, end in groups:
        if end - start >= _KNOWN_DIGITS_MIN and allow(text[start:end]):
            yield stretch
            stretch = []
        else:
            stretch.append((start, end))
    yield stretch


def _is_account(text: str, run: re.Match[str]) -> bool:
    """Return whether a run is the digits of an IBAN (ISO 13616): mod 97 is 1."""
    country = text[max(run.start() - 2, 0) : run.start()]
    if not (_COUNTRY.fullmatch(country) and len(run[0]) <= _IBAN_LENGTH_MAX):
        return False
    digits = "".join(_GROUP.findall(run[0]))
    letters = "".join(str(int(letter, 36)) for letter in country)
    return int(f"{digits[2:]}{letters}{digits[:2]}") % 97 == 1


def _is_telephone(text: str, run: re.Match[str]) -> bool:
    """Return whether a run is a number of 13 digits as +49 … or 0049 … is written (ITU-T E.164)."""
    count = sum(map(len, _GROUP.findall(run[0])))
    before = text[max(run.start() - 2, 0) : run.start()]
    if run[0].startswith(_ABROAD):
        is_apart = not (before[-1:].isalnum() or text[run.end() : run.end() + 1].isalnum())
        is_apart &= before[-1:] not in {".", ","}  # cents, and a number behind them
        return is_apart and count == len(_ABROAD) + _TELEPHONE_DIGITS
    return count == _TELEPHONE_DIGITS and before[-1:] == "+" and not before[:-1].isalnum()


def _in_hex(
    text: str, shown: re.Match[str], allow: Callable[[str], bool] | None
) -> Iterator[Found]:
    """Yield the numbers in digits that are shown as the hex of their characters."""
    pairs = list(_HEX_DIGIT.finditer(text, *shown.span()))
    digits = "".join(pair[1] for pair in pairs)
    for first, after in numbers(digits, [(0, len(digits))], allow):
        start, end = pairs[first].start(), pairs[after - 1].end(1)
        yield _with_rest(_HEX_TRACK_REST, text, start, end)


def _with_rest(pattern: re.Pattern[str], text: str, start: int, end: int) -> Found:
    """Return a number, or the track that it begins."""
    rest = pattern.match(text, end)
    return Found(start, rest.end(), "track") if rest else Found(start, end, "number")
