"""A simulation of offers in words, or as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import attrs

from posframe import Money

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from posframe_promotions.simulating import Compared, Simulation, Tally

BUYERS: Final = (
    "Buyers are taken to have bought the same: what offers make them buy is not in a journal."
)
COUPONS: Final = "Coupons count where they were presented; nobody presents one that was not there."
BASKETS: Final = "Discounts by hand on the whole sale stay as they were given."


def as_json(result: Simulation, currency: str) -> dict[str, Any]:
    """Return all of a simulation as JSON holds it; amounts are minor units."""
    return {
        "currency": currency,
        **attrs.asdict(result),
        "changed": [attrs.asdict(each) for each in sorted(result.changed, reverse=True)],
        "notes": list(_notes(result, currency)),
    }


def as_lines(result: Simulation, currency: str) -> Iterator[str]:
    """Yield a simulation for people: by offer, by week, the sales that change most, and notes."""

    def amount(minor: int) -> str:
        return str(Money(minor, currency))

    yield (
        f"{result.sales} sales, goods for {amount(result.goods_minor)} before offers;"
        f" {result.touched} would have come to something else"
    )
    whole = {"all": result.whole}
    if result.offers:
        by_offer = dict(sorted(result.offers.items(), key=lambda item: (-_most(item[1]), item[0])))
        yield from _compared("offer", {**by_offer, **whole}, currency)
        yield from _compared("week", dict(sorted(result.weeks.items())), currency)
    if result.changed:
        yield "Sales that would have changed most:"
        for each in sorted(result.changed, reverse=True):
            yield (
                f"  receipt {each.receipt_number}, {each.date}: saved {amount(each.given_minor)},"
                f" would have saved {amount(each.simulated_minor)}"
            )
    yield from _notes(result, currency)


def _most(compared: Compared) -> int:
    return max(compared.simulated.saving_minor, compared.given.saving_minor)


def _compared(name: str, rows: Mapping[str, Compared], currency: str) -> Iterator[str]:
    """Yield a table of what would have been given beside what was."""
    then = ("sales then", "times then", "saved then")
    headers = (name, "sales", "times", "would save", *then, "difference")
    cells = [(key, *_row(each, currency)) for key, each in rows.items()]
    widths = [max(len(row[at]) for row in (headers, *cells)) for at in range(len(headers))]
    for row in (headers, *cells):
        first, *others = (
            cell.rjust(width) if at else cell.ljust(width)
            for at, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        yield f"  {first}  {'  '.join(others)}"


def _row(compared: Compared, currency: str) -> tuple[str, ...]:
    difference = compared.simulated.saving_minor - compared.given.saving_minor
    return (
        *_tally(compared.simulated, currency),
        *_tally(compared.given, currency),
        str(Money(difference, currency)),
    )


def _tally(tally: Tally, currency: str) -> tuple[str, str, str]:
    return str(tally.sales), str(tally.applications), str(Money(tally.saving_minor, currency))


def _notes(result: Simulation, currency: str) -> Iterator[str]:
    yield BUYERS
    yield COUPONS
    yield BASKETS
    if result.unproven:
        yield (
            f"In {result.unproven} sales a better assignment may exist: together they miss at most"
            f" {Money(result.short_by_minor, currency)}."
        )
    if result.other_currency:
        yield f"{result.other_currency} sales in another currency were left out."
    if result.of_other_plugins:
        yield (
            f"{result.of_other_plugins} sales had offers of other plugins too, which are counted on"
            " neither side."
        )
