"""Cash of another currency: counted at a recorded rate, change in the till's own.

The tender is in the till's currency, as every tender is, and says which notes were handed over;
they are counted in their own currency and are no part of the till's own cash, from which change is
given. The event beside it keeps rate and source, and what rounding came to.
"""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING, Any, Final

from posframe import (
    EntryRules,
    Foreign,
    Money,
    Projection,
    RuleViolation,
    TenderRule,
    TenderType,
    commands,
    events,
)
from posframe_payments.foreign_events import FOREIGN_EVENTS, ForeignGivenBack, ForeignTaken
from posframe_payments.foreign_rate import ForeignRate, foreign_rate
from posframe_payments.methods import Method

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from posframe import PluginContext, Recorded, SaleView, Statement, Tender
    from posframe_payments.settings import CurrencySettings

_SCHEMA: Final = """
CREATE TABLE foreign_taken (
    tender TEXT PRIMARY KEY,
    currency TEXT NOT NULL,
    foreign_minor INTEGER NOT NULL,
    base_minor INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
"""


def _apply(row: Recorded) -> Iterator[Statement]:
    event: Any = row.event
    if isinstance(event, ForeignTaken):
        yield "take", (event.tender, event.currency, event.foreign_minor, event.base_minor)
    elif isinstance(event, ForeignGivenBack):
        yield "give_back", (event.tender,)
    else:  # passed over, it would leave sums wrong without a word
        raise TypeError(f"{row.name} version {row.version} is of a newer plugin")


FOREIGN_LEDGER: Final = Projection(
    name="foreign",
    handles=frozenset(str(getattr(each, "event_name", "")) for each in FOREIGN_EVENTS),
    migrations=(_SCHEMA,),
    statements={
        "take": "INSERT INTO foreign_taken VALUES (?, ?, ?, ?)",
        "give_back": "DELETE FROM foreign_taken WHERE tender = ?",
    },
    queries={
        "foreign_tender": "SELECT currency, foreign_minor, base_minor FROM foreign_taken"
        " WHERE tender = ?"
    },
    apply=_apply,
    required=True,
)


class ForeignCash(Method):
    """One tender type for each currency, named by its code in small letters."""

    def __init__(self, currencies: Mapping[str, CurrencySettings], context: PluginContext) -> None:
        self._rates = {
            currency.lower(): foreign_rate(currency, settings, context)
            for currency, settings in currencies.items()
        }
        self._entries = {
            type_: _entry_rules(rate, context.folder) for type_, rate in self._rates.items()
        }
        self._context = context

    def tender_types(self) -> Sequence[TenderType]:
        """Return cash of each currency."""
        return [
            TenderType(
                rule=TenderRule(
                    id=type_,
                    label=f"Cash {rate.currency}",
                    gives_change=True,
                    opens_drawer=True,
                    cash_rounding=rate.cash_rounding,
                    limit_minor=self._context.cash_limit_minor,
                    is_cash=True,
                    foreign=Foreign(
                        currency=rate.currency,
                        denominations_minor=rate.notes_minor,
                        notes=rate.foreign_minor,
                    ),
                )
            )
            for type_, rate in self._rates.items()
        ]

    def event_classes(self) -> Sequence[type]:
        """Return what is kept of other currencies."""
        return FOREIGN_EVENTS

    def projections(self) -> Sequence[Projection]:
        """Return what of the drawer is in other currencies."""
        return (FOREIGN_LEDGER,)

    def parse(self, text: str, screen: str) -> Any:  # noqa: ANN401 - any command
        """Read ``20.00 usd`` on the payment screen: notes, as what they count for."""
        if screen != "payment":
            return None
        amount, _, name = text.strip().partition(" ")
        type_ = name.strip().lower()
        rate = self._rates.get(type_)
        if rate is None:
            return None
        notes = self._entries[type_].amount(amount)
        if notes <= 0 or notes % rate.step_minor:
            step = Money(rate.step_minor, rate.currency)
            raise RuleViolation(
                f"{Money(notes, rate.currency)} are no notes that are taken here",
                hint=f"type what was handed over, a multiple of {step.major}, like"
                f" {Money(4 * rate.step_minor, rate.currency).major} {type_}",
            )
        return commands.Pay(type=type_, amount_minor=rate.base_minor(notes))

    def judge_tender(self, sale: SaleView, tender: Tender) -> None:
        """Object to an old rate, to an amount no notes come to, and to money back."""
        rate = self._rates.get(tender.type)
        if rate is None:
            return
        if tender.applied_minor < 0:
            raise RuleViolation(
                f"Money back is paid in {rate.base}", hint="press Enter to pay it out"
            )
        if sale.opened_us >= rate.until_us:
            raise RuleViolation(
                f"The rate of {rate.currency} is of {rate.as_of}, which is too old",
                hint=f"ask for a new one, or take {rate.base}",
            )
        if rate.foreign_minor(tender.tendered_minor) is None:
            raise RuleViolation(
                f"No {rate.currency} notes come to that",
                hint=f"type what was handed over, like"
                f" {Money(4 * rate.step_minor, rate.currency).major} {tender.type}",
            )

    def contribute(self, sale: SaleView, found: tuple[Any, ...]) -> list[Any]:
        """Keep notes and rate in the action that takes them."""
        own: list[Any] = []
        for each in found:
            if isinstance(each, events.TenderApplied) and each.tender.type in self._rates:
                own.append(_taken(sale, each.tender, self._rates[each.tender.type]))
            elif isinstance(each, events.TenderVoided):
                own += self._given_back(sale, each.id)
        return own

    def _given_back(self, sale: SaleView, tender: str) -> list[ForeignGivenBack]:
        return [
            ForeignGivenBack(
                tender=tender,
                transaction=sale.id,
                currency=currency,
                foreign_minor=foreign_minor,
                base_minor=base_minor,
            )
            for currency, foreign_minor, base_minor in self._context.query(
                "foreign_tender", (tender,)
            )
        ]


def _taken(sale: SaleView, tender: Tender, rate: ForeignRate) -> ForeignTaken:
    notes = rate.foreign_minor(tender.tendered_minor)
    assert notes is not None, "it was judged before it was applied"
    return ForeignTaken(
        tender=tender.id,
        transaction=sale.id,
        currency=rate.currency,
        foreign_minor=notes,
        base_minor=tender.tendered_minor,
        numerator=rate.numerator,
        denominator=rate.denominator,
        difference=rate.difference(notes),
        source=rate.source,
        as_of=rate.as_of,
    )


def _entry_rules(rate: ForeignRate, folder: Path) -> EntryRules:
    """Return how amounts of a currency are typed: as all amounts at this till."""
    decimals = len(str(Money.parse("1", rate.currency).minor)) - 1
    settings = tomllib.loads((folder / "till.toml").read_text(encoding="utf-8"))
    screen = settings.get("ui", {})
    implied = screen.get("amounts", "implied-decimals") == "implied-decimals"
    return EntryRules(exponent=decimals, implied_decimals=implied)
