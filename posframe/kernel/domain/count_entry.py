"""What a cashier types while counting a drawer: one heap a line. Pure.

An entry names the quantity first and the denomination last, as on the sale screen:
``20x5`` · ``3 rolls 1.00`` · ``bundle 50`` · ``412g 2.00`` · ``3x20 USD`` · ``-`` for the last row.
A denomination is typed as it is printed on the coin or note, in major units: decimals are never
implied, for 20x500 would then be notes of five.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from posframe.errors import DataError, RuleViolation
from posframe.kernel.domain.counting import (
    PIECES_MAX,
    Count,
    CountRow,
    HowCounted,
    check_count,
    pieces_weighed,
    shown,
)
from posframe.kernel.domain.currencies import exponent
from posframe.kernel.domain.money import format_minor, parse_minor, parse_scaled

if TYPE_CHECKING:
    from collections.abc import Mapping

    from posframe.kernel.domain.counting import CountRules, Denomination

ENTRY_MAX: Final = 40
WEIGHT_MAX_MG: Final = 50_000_000
"""50 kg: no scale for coins goes further."""
UNLIKELY_TIMES: Final = 10


class UnlikelyCount(RuleViolation):
    """Ten times what this drawer usually has of it; the same row is taken when said again."""

    def __init__(self, message: str, row: CountRow) -> None:
        super().__init__(message, hint="type it again if it is so")
        self.row = row


def entered(
    count: Count,
    text: str,
    rules: CountRules,
    usual: Mapping[int, int] | None = None,
    *,
    again: bool = False,
) -> Count:
    """Return the count with what was typed: one more row, or with ``-`` one less.

    Args:
        count: so far.
        text: what was typed, without the Enter.
        rules: what can be in a drawer.
        usual: the most pieces that earlier counts found, by denomination in minor units. Earlier
            counts, never what is expected now: a question must not give that away.
        again: the operator was asked, and said it again.

    Raises:
        UnlikelyCount: it is ten times what is usual, and was not said again.
        RuleViolation: it means nothing here, or cannot be.
    """
    if text.strip() == "-":
        if not count.rows:
            raise RuleViolation("Nothing is counted yet", hint="type pieces x denomination: 20x5")
        return Count(rows=count.rows[:-1])
    row = parse_row(text, rules)
    more = count.with_row(row)
    check_count(more, rules)
    if not again and _is_unlikely(more, row, rules, usual or {}):
        pieces = more.pieces_of(row.denomination_minor)
        raise UnlikelyCount(
            f"{pieces} pieces of {shown(row.denomination_minor, rules.currency)}? "
            "That is ten times what this drawer had before",
            row,
        )
    return more


def parse_row(text: str, rules: CountRules) -> CountRow:
    """Return the heap that an entry means.

    Raises:
        RuleViolation: it means nothing here, or there is no such heap; the words say what would do.
    """
    text = text.strip().lower()
    if len(text) > ENTRY_MAX:
        raise RuleViolation(
            f"The entry is longer than {ENTRY_MAX} characters", hint="type it again"
        )
    for pattern, make in ((_PIECES, _pieces), (_PACKS, _packs), (_WEIGHT, _weight)):
        match = pattern.fullmatch(text)
        if match:
            return make(match, rules)
    raise RuleViolation(
        f"{text!r} is no count" if text else "Nothing was typed",
        hint="like 20x5, 3 rolls 1.00, bundle 50 or 412g 2.00",
    )


_NUMBER = r"-?[0-9]+(?:[.,][0-9]+)?"
_VALUE = r"(?P<value>[0-9]*[.,]?[0-9]+)"
_PIECES = re.compile(rf"(?P<pieces>{_NUMBER})\s*[x*×]\s*{_VALUE}\s*(?P<currency>[a-z]{{3}})?")
_PACKS = re.compile(rf"(?P<packs>{_NUMBER})?\s*(?P<word>roll|bundle)s?\s+{_VALUE}")
_WEIGHT = re.compile(rf"(?P<weight>{_NUMBER})\s*(?P<unit>k?g)\s+{_VALUE}")


def _pieces(match: re.Match[str], rules: CountRules) -> CountRow:
    currency = (match["currency"] or rules.currency).upper()
    pieces = _whole(match["pieces"], "number of pieces")
    if not rules.of(currency):
        taken = ", ".join((rules.currency, *(each for each, _ in rules.foreign)))
        raise RuleViolation(f"{currency} is not counted at this till", hint=f"one of: {taken}")
    value = _denomination(match["value"], currency, rules, swapped=pieces)
    foreign = "" if currency == rules.currency else currency
    return CountRow(denomination_minor=value.minor, pieces=pieces, currency=foreign)


def _packs(match: re.Match[str], rules: CountRules) -> CountRow:
    packs = _whole(match["packs"] or "1", f"number of {match['word']}s")
    value = _denomination(match["value"], rules.currency, rules)
    amount, word = shown(value.minor, rules.currency), "bundle" if value.is_note else "roll"
    if not value.pieces_in_pack or match["word"] != word:
        raise RuleViolation(
            f"{amount} does not come in {match['word']}s",
            hint=f"like {word} {amount}" if value.pieces_in_pack else f"count pieces: 20x{amount}",
        )
    return CountRow(
        denomination_minor=value.minor,
        pieces=packs * value.pieces_in_pack,
        how=HowCounted.BUNDLES if value.is_note else HowCounted.ROLLS,
        packs=packs,
    )


def _weight(match: re.Match[str], rules: CountRules) -> CountRow:
    decimals = 6 if match["unit"] == "kg" else 3
    weight_mg = _read(match["weight"], decimals, WEIGHT_MAX_MG, "weight")
    coin = _denomination(match["value"], rules.currency, rules)
    amount = shown(coin.minor, rules.currency)
    if not coin.weight_mg:
        raise RuleViolation(f"{amount} is not counted by weight", hint=f"count pieces: 20x{amount}")
    return CountRow(
        denomination_minor=coin.minor,
        pieces=pieces_weighed(weight_mg, coin, rules.scale_mg),
        how=HowCounted.WEIGHT,
        weight_mg=weight_mg,
    )


def _denomination(
    text: str, currency: str, rules: CountRules, swapped: int | None = None
) -> Denomination:
    digits = exponent(currency)
    try:
        minor = parse_minor(f"0{text}" if text[0] in ".," else text, digits)
    except DataError as error:
        raise RuleViolation(error.message, hint=error.hint) from error
    known = {each.minor: each for each in rules.of(currency)}
    if minor in known:
        return known[minor]
    if swapped is not None and swapped * 10**digits in known and minor % 10**digits == 0:
        hint = f"pieces come first: {minor // 10**digits}x{swapped}?"
    else:
        hint = f"one of: {', '.join(format_minor(each, digits) for each in sorted(known))}"
    raise RuleViolation(f"There is no coin or note of {shown(minor, currency)}", hint=hint)


def _is_unlikely(count: Count, row: CountRow, rules: CountRules, usual: Mapping[int, int]) -> bool:
    """Tell whether a row looks keyed ten times too large; small change is not worth asking."""
    before = 0 if row.currency else usual.get(row.denomination_minor, 0)
    pieces = count.pieces_of(row.denomination_minor)
    note = max((each.minor for each in rules.denominations if each.is_note), default=0)
    return 0 < before * UNLIKELY_TIMES <= pieces and pieces * row.denomination_minor > note


def _whole(text: str, noun: str) -> int:
    return _read(text, 0, PIECES_MAX, noun)


def _read(text: str, decimals: int, maximum: int, noun: str) -> int:
    try:
        number = parse_scaled(text, decimals, maximum=maximum, noun=noun)
    except DataError as error:
        raise RuleViolation(error.message, hint=error.hint) from error
    if number < 0:
        raise RuleViolation("A count is never negative", hint="- alone takes the last row back")
    return number
