"""Counts of a drawer: pieces, rolls, bundles and coins on a scale, and which counts cannot be.

Blind: nothing here knows what should be in the drawer. What a cashier types is ``count_entry``'s;
what a count is held against, and what follows from a difference, is ``shift_reckoning``'s.
"""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING, Annotated, Final

import attrs

from posframe.errors import ConfigurationError, RuleViolation
from posframe.kernel.domain.currencies import exponent
from posframe.kernel.domain.money import format_minor
from posframe.value import Value

if TYPE_CHECKING:
    from collections.abc import Iterable

PIECES_MAX: Final = 99_999
ROWS_MAX: Final = 300


class HowCounted(enum.Enum):
    """How the pieces of a row were arrived at; the value is what a slip says."""

    PIECES = "pieces"
    ROLLS = "rolls"
    BUNDLES = "bundles"
    WEIGHT = "weight"


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Denomination(Value):
    """One coin or note of a currency."""

    minor: int
    is_note: bool = False
    pieces_in_pack: int = 0
    """Coins in a roll, notes in a bundle; 0: it comes in none."""
    weight_mg: int = 0
    """What a coin weighs; 0: not counted by weight."""
    tolerance_mg: int = 0
    """By how much a single worn coin may differ from that, either way."""


@attrs.frozen(kw_only=True, eq=False, repr=False)
class CountRules(Value):
    """What can be in a drawer of this shop.

    Raises:
        ConfigurationError: two denominations are the same, one is worth nothing, or the scale could
            not tell one coin of it from two.
    """

    currency: str
    denominations: tuple[Denomination, ...]
    foreign: tuple[tuple[str, tuple[Denomination, ...]], ...] = ()
    """Notes of other currencies that are taken, by currency."""
    pieces_max: int = 5_000
    """The most a drawer holds of one denomination."""
    drawer_max_minor: int = 5_000_000
    """The most a drawer holds."""
    scale_mg: int = 500
    """By how much the scale may be wrong: half of its step."""

    def __attrs_post_init__(self) -> None:
        _check_denominations(self.currency, self.denominations, self.scale_mg)
        for currency, notes in self.foreign:
            _check_denominations(currency, notes, self.scale_mg)

    def of(self, currency: str) -> tuple[Denomination, ...]:
        """Return the coins and notes of a currency, none for one that is not taken."""
        if currency == self.currency:
            return self.denominations
        return dict(self.foreign).get(currency, ())


@attrs.frozen(kw_only=True, eq=False, repr=False)
class CountRow(Value):
    """One heap that was counted."""

    denomination_minor: Annotated[int, 1]
    pieces: Annotated[int, 2]
    how: Annotated[HowCounted, 3] = HowCounted.PIECES
    packs: Annotated[int, 4] = 0
    """Rolls or bundles, where these were counted."""
    weight_mg: Annotated[int, 5] = 0
    """What the scale said, where coins were weighed."""
    currency: Annotated[str, 6] = ""
    """Of foreign notes; empty: the till's own."""

    @property
    def minor(self) -> int:
        """What the heap is worth, in minor units of its own currency."""
        return self.denomination_minor * self.pieces


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Count(Value):
    """What was counted in a drawer, row by row in the order of counting."""

    rows: Annotated[tuple[CountRow, ...], 1] = ()

    @property
    def total_minor(self) -> int:
        """The sum in the till's own currency; foreign notes are no part of it."""
        return sum(row.minor for row in self.rows if not row.currency)

    @property
    def foreign_minor(self) -> dict[str, int]:
        """The sums of foreign notes by currency, each in minor units of its own."""
        sums: dict[str, int] = {}
        for row in self.rows:
            if row.currency:
                sums[row.currency] = sums.get(row.currency, 0) + row.minor
        return sums

    def pieces_of(self, denomination_minor: int, currency: str = "") -> int:
        """Return how many pieces of a denomination all rows come to."""
        same = denomination_minor, currency
        return sum(
            row.pieces for row in self.rows if (row.denomination_minor, row.currency) == same
        )

    def with_row(self, row: CountRow) -> Count:
        """Return the count with one more heap; heaps of one denomination add up."""
        return Count(rows=(*self.rows, row))


def check_count(count: Count, rules: CountRules) -> None:
    """Refuse a count that cannot be, wherever it comes from.

    Raises:
        RuleViolation: a denomination does not exist, pieces are negative or not what their rolls or
            weight come to, or it is more than a drawer holds.
    """
    if len(count.rows) > ROWS_MAX:
        raise RuleViolation(
            f"A count has at most {ROWS_MAX} rows", hint="count each denomination as one heap"
        )
    for row in count.rows:
        _check_row(row, rules)
        currency = row.currency or rules.currency
        pieces = count.pieces_of(row.denomination_minor, row.currency)
        if pieces > rules.pieces_max:
            raise RuleViolation(
                f"{pieces} pieces of {shown(row.denomination_minor, currency)} are more than a "
                "drawer holds",
                hint=f"at most {rules.pieces_max}; type pieces first, then the denomination: 20x5",
            )
    if count.total_minor > rules.drawer_max_minor:
        raise RuleViolation(
            f"{shown(count.total_minor, rules.currency)} is more than a drawer holds",
            hint="look for a row with a digit too many; - takes the last one back",
        )


def check_told(minor: int, rules: CountRules) -> None:
    """Refuse a float that nobody can have handed out.

    Raises:
        RuleViolation: it is below zero, or more than a drawer holds.
    """
    if minor < 0:
        raise RuleViolation(
            "A float is not below zero", hint="type what was handed out: told=100.00"
        )
    if minor > rules.drawer_max_minor:
        raise RuleViolation(
            f"{shown(minor, rules.currency)} is more than a drawer holds",
            hint="look for a digit too many: told=100.00",
        )


def pieces_weighed(weight_mg: int, coin: Denomination, scale_mg: int) -> int:
    """Return how many coins weigh ``weight_mg``, the cup not included.

    Every coin may be off by its tolerance and the scale by ``scale_mg``, all of them one way: what
    is returned is the only number there can be.

    Raises:
        RuleViolation: no number of coins weighs that, or several do.
    """
    assert coin.weight_mg > 2 * scale_mg + 3 * coin.tolerance_mg, "one coin is told from two"
    light, heavy = coin.weight_mg - coin.tolerance_mg, coin.weight_mg + coin.tolerance_mg
    fewest = max(0, -((scale_mg - weight_mg) // heavy))  # rounded up
    most = (weight_mg + scale_mg) // light
    if fewest == most:
        return fewest
    if fewest < most:
        raise RuleViolation(
            f"{_grams(weight_mg)} may be {fewest} to {most} coins",
            hint=f"weigh at most {weighed_max(coin, scale_mg)} at once, or count them",
        )
    below = weight_mg // coin.weight_mg
    raise RuleViolation(
        f"{_grams(weight_mg)} is no whole number of coins: {below} weigh "
        f"{_grams(below * coin.weight_mg)} and {below + 1} {_grams((below + 1) * coin.weight_mg)}",
        hint="look for other coins among them, take the cup's weight off, or count them",
    )


def weighed_max(coin: Denomination, scale_mg: int) -> int:
    """Return how many coins can be weighed at once and still be told from one more."""
    if not coin.tolerance_mg:
        return PIECES_MAX
    apart = coin.weight_mg - coin.tolerance_mg - 2 * scale_mg
    return min(PIECES_MAX, (apart - 1) // (2 * coin.tolerance_mg))


def euro() -> tuple[Denomination, ...]:
    """Return the coins and notes of the euro.

    Weights are those of Regulation (EU) No 729/2014; rolls hold 50, 40 or 25 coins and a bundle
    100 notes, as banks hand them out. The tolerance, half a percent of a coin, is our own guess at
    wear: weigh some coins of your own before relying on it.
    """
    coins = (
        (1, 2_300, 50),
        (2, 3_060, 50),
        (5, 3_920, 50),
        (10, 4_100, 40),
        (20, 5_740, 40),
        (50, 7_800, 40),
        (100, 7_500, 25),
        (200, 8_500, 25),
    )
    notes = (500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000)
    return (
        *(
            Denomination(
                minor=minor, pieces_in_pack=roll, weight_mg=weight, tolerance_mg=weight // 200
            )
            for minor, weight, roll in coins
        ),
        *(Denomination(minor=minor, is_note=True, pieces_in_pack=100) for minor in notes),
    )


def shown(minor: int, currency: str) -> str:
    """Write an amount of a currency in major units, without its name."""
    return format_minor(minor, exponent(currency))


def _check_row(row: CountRow, rules: CountRules) -> None:
    currency = row.currency or rules.currency
    known = {each.minor: each for each in rules.of(currency)}.get(row.denomination_minor)
    if known is None or row.currency == rules.currency:  # own money among foreign would not count
        words = f"{row.denomination_minor} minor units of {currency}"
        raise RuleViolation(f"There is no coin or note of {words}", hint="count it again")
    if row.pieces < 0 or row.pieces != _pieces_of(row, known, rules):
        raise RuleViolation(
            f"{row.pieces} pieces of {shown(known.minor, currency)} by {row.how.value} cannot be",
            hint="count them again",
        )


def _pieces_of(row: CountRow, known: Denomination, rules: CountRules) -> int:
    if row.how is HowCounted.PIECES:
        return row.pieces
    if row.how is not HowCounted.WEIGHT:
        return row.packs * known.pieces_in_pack
    return pieces_weighed(row.weight_mg, known, rules.scale_mg) if known.weight_mg else -1


def _grams(weight_mg: int) -> str:
    return f"{format_minor(weight_mg, 3).rstrip('0').rstrip('.')} g"


def _check_denominations(
    currency: str, denominations: Iterable[Denomination], scale_mg: int
) -> None:
    seen: set[int] = set()
    for each in denominations:
        named = f"{shown(each.minor, currency)} {currency}"
        if each.minor <= 0 or each.pieces_in_pack < 0:
            raise ConfigurationError(f"{named} is no coin or note", hint="write what it is worth")
        if each.minor in seen:
            raise ConfigurationError(f"{named} is listed twice", hint="take one of them out")
        if each.weight_mg and each.weight_mg <= 2 * scale_mg + 3 * each.tolerance_mg:
            raise ConfigurationError(
                f"One coin of {named} cannot be told from two on this scale",
                hint="set its weight and tolerance in milligrams, or no weight",
            )
        seen.add(each.minor)
