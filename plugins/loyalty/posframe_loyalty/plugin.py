"""Loyalty: members by card number, points in the action that completes their sale."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from posframe import (
    Action,
    CommandType,
    ConfigurationError,
    FoundCustomer,
    Projection,
    RuleViolation,
    events,
    hookimpl,
    receipt,
)
from posframe_loyalty.cards import (
    card_of,
    checked_card,
    customer_of,
    groups_of,
    is_card,
    masked,
)
from posframe_loyalty.commands import POINTS_MAX, AskPoints, EnrolCard, NewCard, parse
from posframe_loyalty.events import CardEnrolled, PointsEarned
from posframe_loyalty.ledger import LEDGER
from posframe_loyalty.permissions import BRING_POINTS, ENROL, PERMISSIONS, TELL_POINTS
from posframe_loyalty.points import (
    PLUGIN,
    Earned,
    Taken,
    back_minor,
    has_member,
    own_minor,
    points_back,
    points_of,
)

if TYPE_CHECKING:
    from posframe import Moment, Permission, PluginContext, SaleView

_PER = "plugins.loyalty.points_per"


class CardKnown(RuleViolation):
    """The card is enrolled already; importing a file once more is harmless."""


@attrs.frozen(kw_only=True)
class LoyaltyConfig:
    """``[plugins.loyalty]`` of till.toml."""

    card_prefix: str
    """A scanned code that begins so is a member's card."""
    points_per: str = "1.00"
    """One point for each full such amount paid."""
    groups: tuple[str, ...] = ()
    """Groups every member belongs to: price lists and offers may be for them."""
    prefix_groups: dict[str, str] = attrs.field(factory=dict)
    """A further group by what a card begins with."""


class LoyaltyPlugin:
    """Members are known by their card alone; who they are is not kept at the till."""

    Config = LoyaltyConfig
    criticality = "degradable"

    def __init__(self, config: LoyaltyConfig, context: PluginContext) -> None:
        prefix = config.card_prefix
        if not (prefix.isascii() and prefix.isdigit()):
            raise ConfigurationError(
                "plugins.loyalty.card_prefix must be digits", hint='write it like "9528"'
            )
        self._prefix = prefix
        self._per_minor = context.amount_minor(config.points_per, _PER)
        if self._per_minor <= 0:
            raise ConfigurationError(f"{_PER} must be above zero", hint='write it like "1.00"')
        self._groups = config.groups
        self._prefix_groups = config.prefix_groups
        _check_groups(config)
        self._context = context

    @staticmethod
    @hookimpl
    def posframe_cli() -> list[Any]:
        """Bring the command group ``posframe loyalty``."""
        from posframe_loyalty.cli import app

        return [app]

    @hookimpl
    def posframe_events(self) -> list[type]:
        """Register what the journal keeps of cards and points."""
        return [CardEnrolled, PointsEarned]

    @hookimpl
    def posframe_projections(self) -> list[Projection]:
        """Keep balances and their ledger."""
        return [LEDGER]

    @hookimpl
    def posframe_commands(self) -> list[CommandType]:
        """Enrol cards and tell balances."""
        return [
            CommandType(command=NewCard, decide=self._make_member, permission=ENROL),
            CommandType(command=EnrolCard, decide=self._enrol, permission=BRING_POINTS),
            CommandType(command=AskPoints, decide=self._tell, permission=TELL_POINTS),
        ]

    @hookimpl
    def posframe_permissions(self) -> list[Permission]:
        """Declare who may enrol cards, with points or without, and be told of them."""
        return list(PERMISSIONS)

    @hookimpl
    def posframe_actions(self) -> list[Action]:
        """Offer the balance by name."""
        return [
            Action(
                id="loyalty_points",
                label="Points",
                entry=".points",
                help="How many points the member of this sale has",
                permission=TELL_POINTS,
            )
        ]

    @hookimpl
    def posframe_parse_entry(self, text: str, screen: str, sale: SaleView | None) -> Any:  # noqa: ANN401 - as specified
        """Read ``.enrol`` and ``.points``."""
        return parse(text)

    @hookimpl
    def posframe_identify_customer(self, code: str) -> FoundCustomer | None:
        """Return the member a card means; a card nobody enrolled is no product to be learnt."""
        card = code.strip()
        if not is_card(card, self._prefix):
            return None
        balance = self._balance(card)
        if balance is None:
            raise _not_enrolled(card)
        return FoundCustomer(
            customer=customer_of(card),
            label=f"Card {masked(card)}, {_points(balance)}",
            groups=groups_of(card, self._groups, self._prefix_groups),
        )

    @hookimpl
    def posframe_contribute(
        self,
        sale: SaleView | None,
        events: tuple[Any, ...],
    ) -> list[PointsEarned]:
        """Earn points in the action that completes a member's sale."""
        return [earned for event in events for earned in self._earned(event)]

    @hookimpl
    def posframe_receipt_sections(
        self, completed: events.TransactionCompleted
    ) -> list[receipt.Section] | None:
        """Say on the receipt what it earned, from the event alone."""
        if not has_member(completed):
            return None
        points = points_of(completed, self._per_minor)
        words = f"points earned {points}" if points >= 0 else f"points taken back {-points}"
        if back_minor(completed):
            words = f"{words}, those of returns taken back" if points else "points taken back"
        card = receipt.Cell(f"Card {masked(card_of(completed.customer))}")
        earned = receipt.Cell(words, align=receipt.Align.RIGHT)
        return [receipt.Section(PLUGIN, (receipt.Columns((card, earned)),))]

    def _earned(self, event: Any) -> list[PointsEarned]:  # noqa: ANN401 - any event
        if not isinstance(event, events.TransactionCompleted):
            return []
        found = [
            taken
            for original, minor in back_minor(event).items()
            for taken in self._taken_back(event, original, minor)
        ]
        points = points_of(event, self._per_minor) if has_member(event) else 0
        if points:
            own = own_minor(event)
            found.append(PointsEarned(event.customer, points, event.transaction, own))
        return found

    def _taken_back(
        self, event: events.TransactionCompleted, original: str, minor: int
    ) -> list[PointsEarned]:
        """Take back what goods had earned, from whoever had earned it."""
        rows = self._context.query("earned_by", (original,))
        if not rows:
            return []
        earned = Earned(*rows[0])
        if not earned.minor:
            earned = attrs.evolve(earned, minor=earned.points * self._per_minor)
        taken = Taken(*self._context.query("taken_back", (original,))[0])
        points = points_back(earned, taken, minor, self._per_minor)
        return [PointsEarned(earned.customer, points, event.transaction, -minor, original)]

    def _make_member(
        self, command: NewCard, sale: SaleView | None, moment: Moment
    ) -> tuple[str, list[CardEnrolled]]:
        return self._enrol(EnrolCard(command.card), sale, moment)

    def _enrol(
        self, command: EnrolCard, sale: SaleView | None, moment: Moment
    ) -> tuple[str, list[CardEnrolled]]:
        card = checked_card(command.card, self._prefix)
        if not 0 <= command.points <= POINTS_MAX:
            raise RuleViolation(
                f"A card brings 0 to {POINTS_MAX} points", hint="type the number again"
            )
        balance = self._balance(card)
        if balance is not None:
            raise CardKnown(
                f"Card {masked(card)} is enrolled already", hint=f"it has {_points(balance)}"
            )
        words = f"Card {masked(card)} enrolled with {_points(command.points)}"
        return words, [CardEnrolled(card, command.points)]

    def _tell(
        self, command: AskPoints, sale: SaleView | None, moment: Moment
    ) -> tuple[str, tuple[()]]:
        card = checked_card(command.card or _member(sale), self._prefix)
        balance = self._balance(card)
        if balance is None:
            raise _not_enrolled(card)
        return f"Card {masked(card)} has {_points(balance)}", ()

    def _balance(self, card: str) -> int | None:
        rows = self._context.query("balance", (customer_of(card),))
        return int(rows[0][0]) if rows else None


def _check_groups(config: LoyaltyConfig) -> None:
    """Refuse a group without a name, and a prefix that no member's card begins with."""
    for group in (*config.groups, *config.prefix_groups.values()):
        if group != group.strip() or not group:
            raise ConfigurationError(
                f"plugins.loyalty: {group!r} is no group", hint='write it like "member"'
            )
    for prefix in config.prefix_groups:
        if not (prefix.isascii() and prefix.isdigit() and prefix.startswith(config.card_prefix)):
            raise ConfigurationError(
                f"plugins.loyalty.prefix_groups: no member's card begins with {prefix!r}",
                hint=f"cards begin with {config.card_prefix}; add digits to that",
            )


def _member(sale: SaleView | None) -> str:
    """Return the card of the open sale."""
    if sale is None or sale.customer_plugin != PLUGIN:
        raise RuleViolation("Whose points?", hint="scan a card first, or type .points CARD")
    return card_of(sale.customer)


def _not_enrolled(card: str) -> RuleViolation:
    return RuleViolation(f"Card {masked(card)} is not enrolled", hint=f"type .enrol {card}")


def _points(number: int) -> str:
    return f"{number} point" if abs(number) == 1 else f"{number} points"
