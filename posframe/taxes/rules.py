"""Tax rules: the entries of till.toml that apply at this till's place, with their days and ways.

Names are checked here, and what contradicts itself whatever the time; what applies when is the
profile's.
"""

from __future__ import annotations

import difflib
import itertools
import re
from typing import TYPE_CHECKING

import attrs

from posframe.errors import ConfigurationError
from posframe.kernel.domain.currencies import exponent
from posframe.kernel.domain.tax import Tax, tax_key
from posframe.taxes.days import EVER_US, NEVER_US, first_moment_us
from posframe.taxes.entries import read_tax
from posframe.value import Value

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from posframe.config import TaxCategory, TaxEntry, TillConfig

_NAME = re.compile("[a-z][a-z0-9_]*")
_RESERVED = ("all", "sale")  # what the entry line calls every line


@attrs.frozen(eq=False, repr=False)
class Rule(Value):
    """A tax in a span of time, for some ways of handing over; empty: for all."""

    path: str
    tax: Tax
    begin_us: int
    end_us: int
    fulfilments: tuple[str, ...]
    days: tuple[str, str]
    """Begin and end, as written."""


def tax_rules(config: TillConfig) -> dict[str, tuple[Rule, ...]]:
    """Return the rules of each tax category, in the order they are applied.

    Raises:
        ConfigurationError: an entry is wrong, names what is not there, can never apply, or uses a
            code that means another tax at the same time.
    """
    _check_names(config)
    known: dict[tuple[object, ...], Tax] = {}
    rules = {
        name: tuple(_rules(config, name, category, known))
        for name, category in config.tax.categories.items()
    }
    _check_codes(itertools.chain.from_iterable(rules.values()))
    return rules


def listed(found: str | tuple[str, ...]) -> tuple[str, ...]:
    """Return names of which one may have been written without a list."""
    return (found,) if isinstance(found, str) else found


def _rules(
    config: TillConfig, name: str, category: TaxCategory, known: dict[tuple[object, ...], Tax]
) -> Iterator[Rule]:
    """Read the entries of a category; yield those that apply at this till's place.

    A tax that is ``known`` already is that object: look-ups by taxes then compare no contents.
    """
    for at, entry in enumerate(category.taxes):
        path = f"tax.categories.{name}.taxes[{at}]"
        tax = read_tax(entry, path, exponent(config.till.currency), category.entity)
        tax = known.setdefault((*tax_key(tax), tax.label), tax)
        rule = _rule(config, entry, path, tax)
        places = listed(entry.place)
        if places and not config.till.place:
            raise ConfigurationError(
                f"{path}.place: this till does not say where it is",
                hint=f'add place = "{places[0]}" under [till]',
            )
        if not places or config.till.place in places:
            yield rule


def _rule(config: TillConfig, entry: TaxEntry, path: str, tax: Tax) -> Rule:
    zone = config.till.timezone
    begin_us = first_moment_us(entry.from_, zone, f"{path}.from") if entry.from_ else EVER_US
    end_us = first_moment_us(entry.until, zone, f"{path}.until") if entry.until else NEVER_US
    if end_us <= begin_us:
        raise ConfigurationError(
            f"{path} never applies: it ends on {entry.until} and begins on {entry.from_}",
            hint="until is the first day on which it applies no more, and comes after from",
        )
    fulfilments = listed(entry.fulfilment)
    for way in fulfilments:
        if not config.tax.fulfilments:
            raise ConfigurationError(
                f"{path}.fulfilment: tax.fulfilments names no ways of handing over",
                hint=f'add fulfilments = ["{way}", …] under [tax], the usual one first',
            )
        if way not in config.tax.fulfilments:
            raise ConfigurationError(
                f"{path}.fulfilment: {way!r} is not one of tax.fulfilments",
                hint=_suggested(way, config.tax.fulfilments),
            )
    return Rule(path, tax, begin_us, end_us, fulfilments, (entry.from_, entry.until))


def _check_codes(rules: Iterable[Rule]) -> None:
    """Refuse a code that means two taxes at once: nobody could tell them apart on a report.

    Two legal entities may owe taxes of one code.
    """
    known: dict[str, dict[tuple[object, ...], dict[tuple[int, int], Rule]]] = {}
    for rule in rules:
        meaning = (*tax_key(attrs.evolve(rule.tax, entity="")), rule.tax.label)
        meanings = known.setdefault(rule.tax.code, {})
        others = (found.values() for key, found in meanings.items() if key != meaning)
        for other in itertools.chain.from_iterable(others):
            if other.begin_us < rule.end_us and rule.begin_us < other.end_us:
                raise ConfigurationError(
                    f"{rule.path}: the code {rule.tax.code!r} means another tax in {other.path} "
                    "at the same time",
                    hint="give each rate a code of its own",
                )
        meanings.setdefault(meaning, {}).setdefault((rule.begin_us, rule.end_us), rule)


def _check_names(config: TillConfig) -> None:
    """Refuse ways of handing over that cannot be typed, and entities that are nobody."""
    ways = config.tax.fulfilments
    for at, way in enumerate(ways):
        if way in _RESERVED or not _NAME.fullmatch(way):
            raise ConfigurationError(
                f"tax.fulfilments[{at}]: {way!r} cannot be typed as a name",
                hint='small letters, digits and underscores, such as "take_away"',
            )
        if ways.index(way) < at:
            raise ConfigurationError(f"tax.fulfilments names {way!r} twice", hint="take one out")
    for id_, entity in config.entities.items():
        if not id_.strip() or not entity.name.strip():
            raise ConfigurationError(
                f"entities.{id_}.name is empty", hint="write its name, as on the receipt"
            )
    for name, category in config.tax.categories.items():
        _check_entity(config, f"tax.categories.{name}", category)


def _check_entity(config: TillConfig, path: str, category: TaxCategory) -> None:
    if not category.entity:
        return
    if category.entity not in config.entities:
        raise ConfigurationError(
            f"{path}.entity: there is no [entities.{category.entity}]",
            hint=_suggested(category.entity, tuple(config.entities)),
        )
    if not category.taxes:
        raise ConfigurationError(
            f"{path} has an entity, but no taxes to know its goods by",
            hint='add an entry; where nothing is due, treatment = "out_of_scope"',
        )


def _suggested(name: str, known: tuple[str, ...]) -> str:
    near = difflib.get_close_matches(name, known, 1)
    return f"did you mean {near[0]!r}?" if near else f"there are: {', '.join(known) or 'none'}"
