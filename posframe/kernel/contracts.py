"""What plugins hand to the kernel: read models, tender types, price rules, handlers, actions."""

from __future__ import annotations

import abc
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, Literal, Protocol

import attrs

from posframe.kernel.domain.permissions import Permission as Permission
from posframe.kernel.domain.tender import TenderRule
from posframe.kernel.domain.views import Moment, SaleView
from posframe.kernel.ports import Recorded
from posframe.kernel.providers import PaymentProvider
from posframe.value import Value

if TYPE_CHECKING:
    from pathlib import Path

    from posframe.kernel.domain.basket import OfferRow
    from posframe.kernel.domain.cash_rounding import CashRounding
    from posframe.kernel.domain.transaction import Job

Criticality = Literal["required", "degradable", "advisory"]
"""What a plugin's failure does: blocks the sale; is announced and made up for; is ignored."""

Statement = tuple[str, tuple[Any, ...]]


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Projection(Value):
    """A read model: tables of a plugin's own, folded from events by the kernel.

    ``apply`` is pure: it names statements and their parameters, the kernel runs them in the action
    that wrote the event. All tables and indexes begin with ``name`` and an underscore.
    """

    name: str
    """Prefix of its tables: letters, digits and underscores."""
    version: int = 1
    """Raise it to drop the tables and fold the journal anew."""
    handles: frozenset[str]
    """Names of the events it is told."""
    migrations: tuple[str, ...]
    """Numbered SQL scripts, only ever appended to."""
    statements: Mapping[str, str]
    queries: Mapping[str, str] = attrs.field(factory=dict)
    """Named SELECTs, for ``PluginContext.query``."""
    apply: Callable[[Recorded], Iterable[Statement]]
    backfill: Literal["all", "from_now"] = "all"
    required: bool = False
    """True: its failure refuses the action. False: it is frozen, announced, and catches up."""


@attrs.frozen(kw_only=True, eq=False, repr=False)
class TenderType(Value):
    """A medium of payment as the till offers it."""

    rule: TenderRule
    key: str = ""
    """Key on the payment screen that offers it; clashes are refused at start."""
    quick: Callable[[int], tuple[int, ...]] = attrs.field(default=lambda _due_minor: ())
    """Amounts likely to be handed over for what is due, both in minor units, smallest first."""
    pieces: Callable[[int], tuple[tuple[int, int], ...]] = attrs.field(default=lambda _minor: ())
    """(denomination, count) pairs that make up an amount of change, largest first."""
    provider: Callable[[], PaymentProvider] | None = None
    """Makes what talks to the outside; called once, when it is first needed. Its rule is not
    ``immediate`` and has ``capabilities``."""
    terminal: str = ""
    """Address of the terminal it uses, as configured. Tender types of one address take turns; a
    terminal that knows only its last receipt serves one tender type alone."""


@attrs.frozen(kw_only=True, eq=False, repr=False)
class OfferApplication(Value):
    """One deal of an offer: the units it took, and what it saves on them together."""

    offer: str
    units: tuple[tuple[int, int], ...]
    """(line number, thousandths of its unit), in the order of the lines."""
    saving_minor: int
    """Positive."""
    times: int = 1
    """How many deals of this very shape there are."""


class ExplainedRule(Protocol):
    """A price rule that can say which units its offers took; asked for explanations only."""

    def applications(self, sale: SaleView) -> Iterable[OfferApplication]:
        """Return the deals behind the rows that ``price`` gives for this sale."""


class ToldRule(Protocol):
    """A price rule that can say what it gives on an item; asked where somebody looks at a price."""

    def offers_on(self, sku: str, *, department: str, currency: str, at_us: int) -> Iterable[str]:
        """Return the offers an item can be part of at a moment, each as words that stand alone.

        Conditions that nobody can know without a sale (a coupon, a member, a medium of payment)
        are said in the words.
        """


class PriceRule(Protocol):
    """A source of offers. Pure: the same sale gives the same rows, in whatever order scanned.

    One that is an ``ExplainedRule`` too is asked for its deals when a price is explained, one that
    is a ``ToldRule`` for its offers when somebody looks at a price.
    """

    def price(self, sale: SaleView, changed: tuple[int, ...]) -> Iterable[OfferRow]:
        """Return whole rows of the offers that may have changed with lines ``changed``.

        A row of 0 takes its offer away. Use ``sale.lines_of`` and never walk the whole basket for
        one line. A saving is negative; shares name the lines it is on and add up to it, or are
        empty for an offer on the whole basket. All offers together take no more off a line than
        ``line.discountable_of(line.list_minor)``: fixed taxes that a price contains stay.
        """


@attrs.frozen(kw_only=True, eq=False, repr=False)
class JobResult(Value):
    """How an outside effect ended."""

    outcome: Literal["done", "not_started", "unknown", "failed"]
    """``not_started`` alone is tried again; ``unknown`` is put to a person."""
    detail: str = ""


class JobHandler(abc.ABC):
    """Does the outside effects of one kind."""

    deadline_s: float = 30.0
    """An effect that takes longer counts as ``unknown``."""

    @abc.abstractmethod
    async def perform(self, job: Job) -> JobResult:
        """Do ``job``. Facts come back as values; an exception counts as ``unknown``."""

    async def close(self) -> None:  # noqa: B027 - most handlers hold nothing
        """Let go of devices."""


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Action(Value):
    """Something an operator can invoke by key, by name, or from a script as ``@id``."""

    id: str
    label: str
    """One or two words, for the key line."""
    keys: tuple[str, ...] = ()
    contexts: tuple[str, ...] = ("sale",)
    entry: str = ""
    """What it sends, as if typed; empty for what only a screen does."""
    help: str = ""
    permission: str = ""


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Report(Value):
    """A named question over projections."""

    id: str
    label: str
    columns: tuple[str, ...]
    run: Callable[..., Iterable[tuple[Any, ...]]]


@attrs.frozen(kw_only=True, eq=False, repr=False)
class CommandType(Value):
    """A command of a plugin's own.

    ``decide`` is pure: it returns words for the operator and events of the plugin's own, or raises
    ``RuleViolation``.
    """

    command: type
    decide: Callable[[Any, SaleView | None, Moment], tuple[str, Iterable[Any]]]
    permission: str = ""
    """What its operator has to be allowed; empty: nobody may where operators sign in."""


class PluginContext(Protocol):
    """What a plugin is made with: the shop's money, and its own read models to ask."""

    @property
    def currency(self) -> str:
        """ISO 4217 code of the till's currency."""

    @property
    def store(self) -> str:
        """The store's name, as in ``till.store``."""

    @property
    def timezone(self) -> str:
        """IANA name of the till's time zone."""

    @property
    def folder(self) -> Path:
        """The till's folder, where files that settings name are."""

    @property
    def cash_rounding(self) -> CashRounding | None:
        """How cash is rounded here; None: it is not."""

    @property
    def cash_limit_minor(self) -> int:
        """The most that is taken in cash at once, in minor units."""

    @property
    def denominations_minor(self) -> tuple[int, ...]:
        """Notes and coins in minor units, largest first."""

    def amount_minor(self, text: str, setting: str) -> int:
        """Return an amount of the plugin's settings in minor units.

        Raises:
            ConfigurationError: it is none; the message names ``setting``.
        """

    def query(self, name: str, parameters: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
        """Run a named query of the plugin's own projections, on the engine thread only.

        It sees the action under way. A projection that is behind answers with what it has so far:
        where that could cost money, ask ``is_current`` first.
        """

    def is_current(self, projection: str) -> bool:
        """Tell whether a projection of the plugin's own has all there is; on the engine thread.

        It has not while the journal is read anew, as after its version was raised, nor once a
        failure froze it.
        """
