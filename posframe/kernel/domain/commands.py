"""Commands: what may be asked of the kernel. Each is refused with a reason, or becomes events.

Amounts are minor units of the till's currency, quantities thousandths of the item's unit.
"""

from __future__ import annotations

import attrs

from posframe.kernel.domain.control_commands import AskApproval as AskApproval
from posframe.kernel.domain.control_commands import CloseDay as CloseDay
from posframe.kernel.domain.control_commands import ConfirmShift as ConfirmShift
from posframe.kernel.domain.control_commands import DenyApproval as DenyApproval
from posframe.kernel.domain.control_commands import EndShift as EndShift
from posframe.kernel.domain.control_commands import ExplainDifference as ExplainDifference
from posframe.kernel.domain.control_commands import FreeNumber as FreeNumber
from posframe.kernel.domain.control_commands import GrantApproval as GrantApproval
from posframe.kernel.domain.control_commands import HandOver as HandOver
from posframe.kernel.domain.control_commands import LeaveMessage as LeaveMessage
from posframe.kernel.domain.control_commands import Lock as Lock
from posframe.kernel.domain.control_commands import LookPrice as LookPrice
from posframe.kernel.domain.control_commands import NoteLesson as NoteLesson
from posframe.kernel.domain.control_commands import OpenReport as OpenReport
from posframe.kernel.domain.control_commands import OpenReportFor as OpenReportFor
from posframe.kernel.domain.control_commands import OpenShift as OpenShift
from posframe.kernel.domain.control_commands import PlaceDrawer as PlaceDrawer
from posframe.kernel.domain.control_commands import PrintX as PrintX
from posframe.kernel.domain.control_commands import PrintZ as PrintZ
from posframe.kernel.domain.control_commands import ReadMessage as ReadMessage
from posframe.kernel.domain.control_commands import RecountShift as RecountShift
from posframe.kernel.domain.control_commands import RefuseSignIn as RefuseSignIn
from posframe.kernel.domain.control_commands import SignIn as SignIn
from posframe.kernel.domain.control_commands import SignOut as SignOut
from posframe.kernel.domain.control_settings import ControlSettings
from posframe.kernel.domain.payment_commands import CancelPayment as CancelPayment
from posframe.kernel.domain.payment_commands import CloseBatch as CloseBatch
from posframe.kernel.domain.payment_commands import GivenBack as GivenBack
from posframe.kernel.domain.payment_commands import HearBatch as HearBatch
from posframe.kernel.domain.payment_commands import HearProvider as HearProvider
from posframe.kernel.domain.payment_commands import HearStray as HearStray
from posframe.kernel.domain.payment_commands import LosePayment as LosePayment
from posframe.kernel.domain.payment_commands import PrintSlips as PrintSlips
from posframe.kernel.domain.payment_commands import QueueReversal as QueueReversal
from posframe.kernel.domain.payment_commands import ResolvePayment as ResolvePayment
from posframe.kernel.domain.payment_commands import SendPayment as SendPayment
from posframe.kernel.domain.tender import TenderRule
from posframe.value import Value


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Seen(Value):
    """What the operator saw when pressing a key that moves money (law 8)."""

    transaction: str
    tenders: int
    due_minor: int


@attrs.frozen(kw_only=True, eq=False, repr=False)
class AddItem(Value):
    """Add goods by any code: barcode, PLU or SKU. Scans carry nothing the operator saw."""

    code: str
    quantity_milli: int | None = None
    """None: one piece, or what the code itself says."""
    price_minor: int | None = None
    """For an open-price item."""
    aim: str = ""
    """AIM symbology identifier, where the scanner sends one."""
    weighed_milli: int | None = None
    """From a scale."""


@attrs.frozen(kw_only=True, eq=False, repr=False)
class AddDepartment(Value):
    """Sell an amount to a department, without an item."""

    department: str
    price_minor: int
    quantity_milli: int = 1000


@attrs.frozen(kw_only=True, eq=False, repr=False)
class VoidLine(Value):
    """Take a line back; None: the last one that counts."""

    number: int | None = None
    reason: str = ""


@attrs.frozen(kw_only=True, eq=False, repr=False)
class ChangeQuantity(Value):
    """Give a line another quantity."""

    number: int | None = None
    quantity_milli: int


@attrs.frozen(kw_only=True, eq=False, repr=False)
class OverridePrice(Value):
    """Give a line another unit price, with a reason."""

    number: int | None = None
    price_minor: int
    reason: str = ""


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Discount(Value):
    """Take a percentage or an amount off a line, or off the whole sale (``number`` 0)."""

    number: int
    percent_milli: int | None = None
    """Thousandths of a percent: 10 % is 10000."""
    amount_minor: int | None = None
    reason: str = ""


@attrs.frozen(kw_only=True, eq=False, repr=False)
class RemoveDiscounts(Value):
    """Take back every manual discount of a line, or of the whole sale (``number`` 0)."""

    number: int


@attrs.frozen(kw_only=True, eq=False, repr=False)
class SetCustomer(Value):
    """Put the sale to a customer's name, known by a code; empty: to nobody's."""

    code: str


@attrs.frozen(kw_only=True, eq=False, repr=False)
class AddCoupon(Value):
    """Present a coupon by its code. A scanned code that is no item and no card is tried as one."""

    code: str


@attrs.frozen(kw_only=True, eq=False, repr=False)
class RemoveCoupon(Value):
    """Take a coupon back; empty: the last one."""

    code: str = ""


@attrs.frozen(kw_only=True, eq=False, repr=False)
class SetFulfilment(Value):
    """Hand goods over another way, such as ``take_away``; their taxes follow."""

    fulfilment: str
    """Empty: the way that comes next in ``tax.fulfilments``."""
    number: int = 0
    """A line's number; 0: every line, and what is added from now on."""


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Total(Value):
    """Settle the price before it is paid: offers are solved with more work, and by tender."""

    tender: str = ""
    """The medium the customer means to pay with; empty: not said."""


@attrs.frozen(kw_only=True, eq=False, repr=False)
class CheckAge(Value):
    """Say that the customer's age was seen to suffice."""


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Suspend(Value):
    """Park the sale."""

    note: str = ""


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Resume(Value):
    """Bring a parked sale back: by its place in the list (from 1), or by its id."""

    place: int = 0
    transaction: str = ""


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Cancel(Value):
    """Give the sale up."""

    seen: Seen | None = None
    reason: str = ""


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Pay(Value):
    """Offer a tender. ``amount_minor`` None: exactly what is due."""

    type: str
    amount_minor: int | None = None
    seen: Seen | None = None
    """None only from scripts, which see every answer before they ask again."""
    approver: str = ""
    """Who answers for money that goes back another way than it came."""
    reason: str = ""
    approval_reason: str = ""
    """What the approver said of it; empty: ``reason`` says it."""


@attrs.frozen(kw_only=True, eq=False, repr=False)
class TakeBackTender(Value):
    """Take back the last tender, before completion."""

    seen: Seen | None = None


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Return(Value):
    """Take goods back that were sold here, by their receipt; into the open sale, or a new one."""

    receipt_number: int
    number: int = 0
    """The line of the receipt; 0: all that is left of it."""
    quantity_milli: int | None = None
    """None: all that is left of the line."""
    condition: str = ""
    """Id of what the operator sees; empty: the first one."""
    reason: str = ""
    approver: str = ""
    approval_reason: str = ""


@attrs.frozen(kw_only=True, eq=False, repr=False)
class ReturnWithoutReceipt(Value):
    """Take goods back for which nobody has a receipt."""

    code: str
    quantity_milli: int | None = None
    """None: what the code sells at once."""
    price_minor: int | None = None
    """What one unit is given back for; None: what it costs now."""
    condition: str = ""
    reason: str = ""
    approver: str = ""
    approval_reason: str = ""


@attrs.frozen(kw_only=True, eq=False, repr=False)
class PostVoid(Value):
    """Undo the sale that was completed last: goods and money go back, by a receipt of its own."""

    reason: str = ""
    approver: str = ""
    approval_reason: str = ""


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Reprint(Value):
    """Print a copy of a receipt; 0: the last one."""

    receipt_number: int = 0
    reason: str = ""


@attrs.frozen(kw_only=True, eq=False, repr=False)
class PrintExplanation(Value):
    """Print why a sale costs what it does; 0: the open one, else the last receipt."""

    receipt_number: int = 0


@attrs.frozen(kw_only=True, eq=False, repr=False)
class MoveCash(Value):
    """Put cash into the drawer or take it out, or open it for nothing (``no_sale``)."""

    kind: str
    amount_minor: int = 0
    reason: str = ""
    currency: str = ""
    """Of foreign notes, in whose minor units the amount is; empty: the till's own cash."""


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Learn(Value):
    """Name and price an unknown code, and sell one of it."""

    code: str
    name: str
    price_minor: int
    tax_category: str = "standard"
    department: str = ""


@attrs.frozen(kw_only=True, eq=False, repr=False)
class ClaimJobs(Value):
    """Say that these jobs are about to be done; from the effect runner."""

    ids: tuple[str, ...]


@attrs.frozen(kw_only=True, eq=False, repr=False)
class SettleJob(Value):
    """Say how a job ended.

    ``confirmed``, ``doubted``, ``returned`` (surely not begun) or ``given_up``.
    """

    id: str
    outcome: str
    detail: str = ""


@attrs.frozen(kw_only=True, eq=False, repr=False)
class AnswerJob(Value):
    """A person says whether a job in doubt took place; if not, it is done again where that fits."""

    id: str = ""
    """Empty: the oldest in doubt."""
    happened: bool


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Start(Value):
    """The till starts: enrol it, note a changed configuration, put sent jobs in doubt."""

    till: str
    currency: str
    software: str
    configuration: str
    plugins: tuple[tuple[str, str], ...] = ()
    key: str = ""
    float_minor: int = 0
    training: bool = False


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Anchor(Value):
    """Record a signature over the chain; from the till, which holds the key."""

    seq: int
    hash: str
    signature: str
    key: str


@attrs.frozen(kw_only=True, eq=False, repr=False)
class NoteFault(Value):
    """Record that a plugin failed outside an action."""

    plugin: str
    version: str
    hook: str
    message: str
    quarantined: bool = False


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Settings(Value):
    """What decisions take from the till's configuration; part of every moment."""

    departments: tuple[tuple[str, str, str], ...] = ()
    """(id, name, tax category)."""
    tenders: tuple[TenderRule, ...] = ()
    quantity_max_milli: int = 9_999_000
    line_max_minor: int = 99_999_999
    total_max_minor: int = 9_999_999_999
    receipt_device: str = "printer"
    """Empty: no receipts are printed."""
    drawer_device: str = "drawer"
    """Empty: no drawer is kicked."""
    kick_stale_us: int = 3_000_000
    """A drawer that opens later opens behind somebody's back."""
    print_stale_us: int = 120_000_000
    """A receipt is not printed later by itself: the customer has left, and a pile would come."""
    training: bool = False
    fulfilments: tuple[str, ...] = ()
    """Ways goods are handed over, the usual one first; empty: taxes do not depend on it."""
    override_reason_needed: bool = False
    """True: a price is changed only with a reason."""
    override_reasons: tuple[str, ...] = ()
    """The reasons that count; empty: any words."""
    return_days: int = 0
    """Goods come back for so many days, the day of the sale not counted; 0: for ever."""
    return_reason_needed: bool = False
    return_reasons: tuple[str, ...] = ()
    """The reasons that count; empty: any words."""
    return_conditions: tuple[tuple[str, str], ...] = (("good", "stock"),)
    """(id, where such goods go), the usual one first."""
    refund_cash_max_minor: int = 10**9
    """More cash back than this needs an approval."""
    control: ControlSettings = ControlSettings()
    """Who may do what, how cash is counted, how the day ends."""

    def rule_of(self, type_: str) -> TenderRule | None:
        """Return the tender type with an id, or None where this till has none."""
        return next((rule for rule in self.tenders if rule.id == type_), None)
