"""Every kernel hook: the contract between posframe and its plugins.

Three shapes, all pure and synchronous, called on the engine thread within microseconds: *collect*
(every plugin contributes, once at start), *answer* (the first answer that is not None wins, in the
order plugins are enabled) and *judge and join* (every plugin is asked, per action). Whatever waits
is not a hook: a hook returns a provider whose async methods are called outside.

When an implementation raises: a *required* plugin's failure refuses the action with a message that
names plugin, version and hook; a *degradable* or *advisory* one is skipped, the fault is journalled
and after three of them the plugin is set aside until the next start.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pluggy

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from posframe.errors import RuleViolation
    from posframe.kernel.contracts import (
        Action,
        CommandType,
        JobHandler,
        Permission,
        PriceRule,
        Projection,
        Report,
        TenderType,
    )
    from posframe.kernel.domain.basket import LineItem
    from posframe.kernel.domain.events import TransactionCompleted
    from posframe.kernel.domain.receipt import Section
    from posframe.kernel.domain.tax import Tax
    from posframe.kernel.domain.tender import Tender
    from posframe.kernel.domain.views import (
        FoundCoupon,
        FoundCustomer,
        FoundItem,
        FoundPrice,
        SaleView,
    )
    from posframe.kernel.ports import Recorded

PROJECT = "posframe"
hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)

COLLECT = frozenset(
    {
        "posframe_events",
        "posframe_commands",
        "posframe_projections",
        "posframe_tender_types",
        "posframe_price_rules",
        "posframe_permissions",
        "posframe_reports",
        "posframe_actions",
        "posframe_job_handlers",
        "posframe_cli",
    }
)
ANSWER = frozenset(
    {
        "posframe_parse_entry",
        "posframe_identify_item",
        "posframe_identify_customer",
        "posframe_identify_coupon",
        "posframe_line_price",
        "posframe_tax_profile",
        "posframe_drawer_policy",
    }
)


@hookspec
def posframe_events() -> Iterable[type]:
    """Collect: event classes of the plugin's own, marked with ``@event("plugin.Name")``.

    Asked once at start, before the journal is read. Without it the journal cannot decode them.
    """


@hookspec
def posframe_commands() -> Iterable[CommandType]:
    """Collect: commands of the plugin's own with their pure ``decide``.

    Asked once at start. What ``decide`` returns may only be events the plugin registered.
    """


@hookspec
def posframe_projections() -> Iterable[Projection]:
    """Collect: read models the kernel keeps for the plugin, in the action that writes the event.

    Asked once at start. A new or changed one is filled from the journal between sales.
    """


@hookspec
def posframe_tender_types() -> Iterable[TenderType]:
    """Collect: media of payment this till takes, in the order the payment screen shows them.

    Asked once at start. Two of the same id are refused at start.
    """


@hookspec
def posframe_price_rules() -> Iterable[PriceRule]:
    """Collect: sources of offers, asked on every change of the basket.

    Asked once at start; each rule's ``price`` is then called with what changed. Rows are checked
    by the kernel: a saving is negative, no line falls below zero, shares add up.
    """


@hookspec
def posframe_permissions() -> Iterable[Permission]:
    """Collect: rights that the plugin's commands and actions ask for, each with what roles may.

    Asked once at start. Two of the same id are refused, and so is a command or an action that asks
    for one nobody declares. Where operators sign in, a command that asks for none is for nobody.
    """


@hookspec
def posframe_reports() -> Iterable[Report]:
    """Collect: named questions over the plugin's projections. Asked once at start."""


@hookspec
def posframe_actions() -> Iterable[Action]:
    """Collect: what an operator can invoke, with default keys.

    Asked once at start. Ids and keys that clash are refused at start, naming both plugins.
    """


@hookspec
def posframe_job_handlers() -> Mapping[str, JobHandler]:
    """Collect: who does the outside effects of each job kind.

    Asked once, when the first job is due. Two handlers of one kind are refused; jobs then wait,
    and the screen says why.
    """


@hookspec
def posframe_cli() -> Iterable[Any]:
    """Collect: cyclopts apps mounted under ``posframe``. Asked by the command line only.

    A static method of the plugin's class, since commands are offered without a till.
    """


@hookspec
def posframe_parse_entry(text: str, screen: str, sale: SaleView | None) -> Any:  # noqa: ANN401 - any command
    """Answer: the command an entry line means, or None to let the next parser try.

    Runs when the operator presses Enter, and while typing to show what it would mean, on the
    screen's thread: it asks no read model. The kernel's own grammar comes last, but its commands by
    name are its own, and a name close to one behind which a PIN is typed is asked about only where
    an action's ``entry`` is that name. Nobody is asked where nobody is signed in. ``screen`` is
    ``sale`` or ``payment``. May raise RuleViolation with words for the operator.
    """


@hookspec
def posframe_identify_item(code: str, aim: str, at_us: int) -> FoundItem | None:
    """Answer: the item a code means, from local data only, or None.

    Runs on every scan before the catalogue is asked. ``at_us``: microseconds since 1970 UTC, for
    prices with validity. May raise DataError for a malformed code, RuleViolation for goods that
    are not to be sold.
    """


@hookspec
def posframe_identify_customer(code: str) -> FoundCustomer | None:
    """Answer: the customer a card number means, as a neutral reference, or None.

    Runs when a code is no item, or a customer is asked for. Local data only; a directory elsewhere
    is a provider. May raise RuleViolation, for a card of its own that cannot be used.
    """


@hookspec
def posframe_identify_coupon(code: str, sale: SaleView, at_us: int) -> FoundCoupon | None:
    """Answer: the coupon a code means, or None.

    Runs when a code is no item and no customer's card, or a coupon is asked for. Local data only.
    May raise RuleViolation, for a coupon that is used up, out of date or another customer's.
    """


@hookspec
def posframe_line_price(
    sku: str, quantity_milli: int, pack_milli: int, groups: tuple[str, ...], at_us: int
) -> FoundPrice | None:
    """Answer: what a price list asks for an item, or None for the catalogue's own price.

    Runs for items marked ``listed``, when such a line is added, its quantity changes, or the
    customer does. ``quantity_milli`` is of the item in the whole sale, entered by codes that sell
    ``pack_milli`` at once; ``groups`` are the customer's. The catalogue's price lists answer last.
    """


@hookspec
def posframe_tax_profile(
    category: str, department: str, fulfilment: str, at_us: int
) -> tuple[Tax, ...] | None:
    """Answer: the taxes an item of a tax category bears at a moment, or None.

    Runs for every line added, and again when the way it is handed over changes. ``fulfilment`` is
    one of ``tax.fulfilments``, or empty. The profile in till.toml answers last; no answer refuses
    the line.
    """


@hookspec
def posframe_drawer_policy(reason: str, sale: SaleView | None) -> bool | None:
    """Answer: may the drawer be opened? None leaves it to the next; without an answer it may.

    Runs before each opening is queued: for a sale, a cash movement, or nothing.
    ``reason`` is ``sale``, ``no_sale``, ``loan``, ``pickup``, ``paid_in`` or ``paid_out``.
    """


@hookspec
def posframe_before_line(sale: SaleView, lines: tuple[LineItem, ...]) -> RuleViolation | None:
    """Judge: may these lines stand as they now are, priced? A RuleViolation refuses the action.

    Runs after pricing, on every change of lines.
    """


@hookspec
def posframe_before_tender(sale: SaleView, tender: Tender) -> RuleViolation | None:
    """Judge: may this tender be taken? A RuleViolation refuses it.

    Runs when the operator offers it, before it is applied.
    """


@hookspec
def posframe_before_complete(sale: SaleView) -> RuleViolation | None:
    """Judge: may the sale be closed? A RuleViolation refuses the tender that would close it.

    Runs when nothing is left to pay, before the receipt number is given.
    """


@hookspec
def posframe_contribute(sale: SaleView | None, events: tuple[Any, ...]) -> Iterable[Any] | None:
    """Join: events of the plugin's own for the same action, such as points earned.

    Runs last in every action, with its events so far, and with the sale they belong to: the open
    one, a parked one whose payment ends, or the one that was just closed; None where there is none.
    An action about several sales is asked about once for each. They stand or fall with the action.
    """


@hookspec
def posframe_receipt_sections(completed: TransactionCompleted) -> Iterable[Section] | None:
    """Join: sections for the end of a receipt. Runs when a receipt is made, off the engine thread.

    A failure leaves the section out.
    """


@hookspec
def posframe_committed(recorded: tuple[Recorded, ...]) -> None:
    """Tell: these rows are on disk. Best effort, never after a crash: for caches and screens."""
