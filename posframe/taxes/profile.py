"""The tax profile: which taxes goods bear, by category, hand-over and moment.

It is worked out and checked once, when the till starts, for all days to come: a rate that changes
at midnight changes whether the till is running, off or in the middle of a sale.
"""

from __future__ import annotations

import bisect
import difflib
from typing import TYPE_CHECKING

import attrs

from posframe.errors import ConfigurationError, RuleViolation
from posframe.kernel.domain.tax import Taxes, TaxKind
from posframe.taxes.days import EVER_US, NEVER_US
from posframe.taxes.rules import listed, tax_rules
from posframe.value import Value

if TYPE_CHECKING:
    from posframe.config import TaxCategory, TillConfig
    from posframe.taxes.rules import Rule

_WHOLE = 10**12
"""A hundred percent; every rate that can be written is a whole number of its parts."""


@attrs.frozen(eq=False, repr=False)
class _Course(Value):
    """The taxes of one category and hand-over through time."""

    begins_us: tuple[int, ...]
    """Rising; the first is before all time."""
    taxes: tuple[Taxes | None, ...]
    """From each of the moments on; None: nobody said."""


class TaxProfile:
    """Answers which taxes goods bear; a look-up and a bisection for each line."""

    __slots__ = ("_courses", "_usual")

    def __init__(self, courses: dict[tuple[str, str], _Course], usual: str) -> None:
        self._courses = courses
        self._usual = usual

    def taxes(self, category: str, fulfilment: str, at_us: int) -> Taxes | None:
        """Return the taxes of a category, in the order they are applied.

        Args:
            category: a name under ``[tax.categories]``.
            fulfilment: one of ``tax.fulfilments``; empty: the usual one.
            at_us: microseconds since 1970 UTC.

        Returns:
            None for a category or a hand-over that is not known here.

        Raises:
            RuleViolation: till.toml says nothing about that moment, which is a past one.
        """
        course = self._courses.get((category, fulfilment or self._usual))
        if course is None:
            return None
        taxes = course.taxes[bisect.bisect_right(course.begins_us, at_us) - 1]
        if taxes is None:
            raise RuleViolation(
                f"The taxes of {category!r} are not known for this day",
                hint="check the till's clock, and the days under [tax.categories] in till.toml",
            )
        return taxes


def tax_profile(config: TillConfig, now_us: int) -> TaxProfile:
    """Return the profile of till.toml, good from ``now_us`` on.

    Raises:
        ConfigurationError: an entry is wrong, can never apply or contradicts another, or goods have
            no tax at some time from now on; named by its path, with a suggestion.
    """
    rules = tax_rules(config)
    ways = config.tax.fulfilments or ("",)
    courses = {}
    for name, category in config.tax.categories.items():
        for way in ways:
            course = _course(f"tax.categories.{name}", rules[name], way)
            if category.taxes:
                _check_gaps(config, name, way, course, rules[name], now_us)
            else:
                course = _Course((EVER_US,), ((),))
            courses[name, way] = course
    return TaxProfile(courses, ways[0])


def _course(path: str, rules: tuple[Rule, ...], way: str) -> _Course:
    """Cut time where a rule begins or ends; return what applies in each piece."""
    rules = tuple(rule for rule in rules if not rule.fulfilments or way in rule.fulfilments)
    moments = {EVER_US, *(rule.begin_us for rule in rules), *(rule.end_us for rule in rules)}
    begins_us = tuple(sorted(moments - {NEVER_US}))
    pieces: list[Taxes | None] = []
    for begin_us in begins_us:
        applying = [rule for rule in rules if rule.begin_us <= begin_us < rule.end_us]
        _check_together(path, applying)
        pieces.append(tuple(rule.tax for rule in applying) or None)
    return _Course(begins_us, tuple(pieces))


def _check_together(path: str, applying: list[Rule]) -> None:
    codes: dict[str, str] = {}
    for rule in applying:
        other = codes.setdefault(rule.tax.code, rule.path)
        if other != rule.path:
            raise ConfigurationError(
                f"{rule.path} and {other} apply at the same time with the code {rule.tax.code!r}",
                hint="end one on the day the other begins, or take one out",
            )
    divisions = [rule.tax for rule in applying if rule.tax.kind is TaxKind.DIVISION]
    if sum(tax.numerator * _WHOLE // tax.denominator for tax in divisions) >= _WHOLE:
        raise ConfigurationError(
            f"{path}: division taxes that apply together come to 100 percent or more",
            hint="they are shares of the price with tax: mend the rates",
        )


def _check_gaps(
    config: TillConfig,
    name: str,
    way: str,
    course: _Course,
    rules: tuple[Rule, ...],
    now_us: int,
) -> None:
    """Refuse a time from now on in which nothing is said of the goods' taxes."""
    ends = (*course.begins_us[1:], NEVER_US)
    for begin_us, end_us, taxes in zip(course.begins_us, ends, course.taxes, strict=True):
        if taxes is None and end_us > now_us:
            place = f" at the place {config.till.place!r}" if config.till.place else ""
            when = _span(rules, begin_us, end_us)
            how = f" for {way!r}" if way else ""
            raise ConfigurationError(
                f"tax.categories.{name} has no tax{place}{how}{when}",
                hint=_gap_hint(config, config.tax.categories[name]),
            )


def _gap_hint(config: TillConfig, category: TaxCategory) -> str:
    places = {place for entry in category.taxes for place in listed(entry.place)}
    near = difflib.get_close_matches(config.till.place, sorted(places), 1)
    if near and config.till.place not in places:
        return f"did you mean {near[0]!r} by till.place?"
    return (
        'add an entry that applies then; where nothing is due, one with rate = "0", '
        'treatment = "out_of_scope" and the reason'
    )


def _span(rules: tuple[Rule, ...], begin_us: int, end_us: int) -> str:
    """Say from when till when, by the days that were written."""
    begins = {each.end_us: each.days[1] for each in rules}
    ends = {each.begin_us: each.days[0] for each in rules}
    begin = f" from {begins[begin_us]}" if begin_us in begins else ""
    return begin + (f" until {ends[end_us]}" if end_us in ends else " on" if begin else "")
