"""The kernel's own permissions with what each usual role may, and which command asks for which.

Proposed defaults: a shop changes them role by role. No amounts stand here, since what is much
differs by currency and shop; percentages do. What a till itself sends, without an operator, asks
for none and must not be reachable by one.

Beside the one that a command asks for at once (``permission_of``), these are asked for where it
turns out to be needed: ``void_line`` and ``void_after_total`` (what is taken back),
``resume_other``, ``shift_other``, ``discount`` and ``override_price`` (whatever deepens one),
``return_late``, ``refund_cash``, ``refund_other_tender``. No command asks for ``leave_till``: the
terminal does, before it ends.
"""

from __future__ import annotations

from typing import Final

from posframe.kernel.domain import commands as cmd
from posframe.kernel.domain.permissions import (
    ANY,
    APPROVE,
    FREELY,
    WITH_APPROVAL,
    Grant,
    Limit,
    Permission,
)

MACHINE: Final = ""
"""What ``permission_of`` says of a command that only the till itself sends."""

ANYBODY: Final = "*"
"""What ``permission_of`` says of a command that whoever is signed in may send."""

CASH_KINDS: Final = frozenset({"loan", "paid_in", "pickup", "paid_out", "skim", "no_sale"})
"""Kinds of cash movement; each is the id of its own permission."""

_TEN_PERCENT: Final = Grant(allow=Limit(percent_milli=10_000), ask=ANY)
_HALF: Final = Grant(allow=Limit(percent_milli=50_000), ask=ANY)
_SELLERS: Final = (("cashier", FREELY), ("supervisor", FREELY), ("manager", FREELY))
_ASKED_FOR: Final = (("cashier", WITH_APPROVAL), ("supervisor", FREELY), ("manager", FREELY))
_LEADERS: Final = (("supervisor", FREELY), ("manager", FREELY))
_MANAGER: Final = (("manager", FREELY),)
_BY_PERCENT: Final = (("cashier", _TEN_PERCENT), ("supervisor", _HALF), ("manager", FREELY))


def _permission(id_: str, label: str, roles: tuple[tuple[str, Grant], ...]) -> Permission:
    return Permission(id=id_, label=label, roles=roles)


KERNEL_PERMISSIONS: Final = (
    _permission("sell", "Selling", _SELLERS),
    _permission("void_line", "Taking a line back", _SELLERS),
    _permission("void_after_total", "Taking back after the total", _ASKED_FOR),
    _permission("cancel", "Giving a sale up", _SELLERS),
    _permission("resume_other", "Going on with another's sale", _ASKED_FOR),
    _permission("override_price", "Changing a price", _BY_PERCENT),
    _permission("discount", "A discount by hand", _BY_PERCENT),
    _permission("learn", "Naming and pricing an unknown code", _ASKED_FOR),
    _permission("return", "Taking goods back by receipt", _SELLERS),
    _permission("return_late", "Taking goods back after the time for it", _ASKED_FOR),
    _permission("return_without_receipt", "Taking goods back without a receipt", _ASKED_FOR),
    _permission("refund_cash", "Money back in cash", _ASKED_FOR),
    _permission("refund_other_tender", "Money back another way than it came", _ASKED_FOR),
    _permission("post_void", "Undoing a completed sale", _ASKED_FOR),
    _permission("reprint", "A copy of a receipt", _SELLERS),
    _permission("resolve_payment", "Saying what became of a payment", _ASKED_FOR),
    _permission("given_back", "Giving back what a provider could not", _ASKED_FOR),
    _permission("close_batch", "Closing a terminal's batch", _LEADERS),
    _permission("no_sale", "Opening the drawer without a sale", _ASKED_FOR),
    _permission("loan", "Adding change to the drawer", _ASKED_FOR),
    _permission("paid_in", "Paying in", _ASKED_FOR),
    _permission("paid_out", "Paying out", _ASKED_FOR),
    _permission("pickup", "Taking takings away", _ASKED_FOR),
    _permission("skim", "Taking large notes to the safe", _SELLERS),
    _permission("price_look", "Asking for a price", _SELLERS),
    _permission("drawer_place", "Bringing a drawer or taking it away", _LEADERS),
    _permission("hand_over", "Handing a drawer over", _SELLERS),
    _permission("shift_open", "Opening a shift", _SELLERS),
    _permission("shift_end", "Ending a shift", _SELLERS),
    _permission("shift_other", "Ending or counting another's shift", _ASKED_FOR),
    _permission("count_blind", "Counting the drawer", _SELLERS),
    _permission("count_expected", "Seeing what should be in the drawer", _MANAGER),
    _permission("count_confirm", "Confirming takings", _MANAGER),
    _permission("x_report", "An X report", _LEADERS),
    _permission("day_close", "Closing the day", _MANAGER),
    _permission("reports", "Reports", _MANAGER),
    _permission("exceptions", "The exception report", _MANAGER),
    _permission("accounts_export", "Exporting the accounts", _MANAGER),
    _permission(APPROVE, "Approving for others", _LEADERS),
    _permission("free_number", "Freeing a locked number", _LEADERS),
    _permission("operators", "Changing operators and their PINs", _MANAGER),
    _permission(
        "journal_read", "Reading the journal", (("manager", FREELY), ("auditor", FREELY))
    ),
    _permission("leave_till", "Leaving the till", (*_LEADERS, ("technician", FREELY))),
    _permission("devices", "Setting devices up", (("technician", FREELY),)),
    _permission("configuration", "Changing settings and plugins", (("technician", FREELY),)),
)  # fmt: skip

_ASKED_AT_ONCE: Final = {
    "sell": (
        cmd.AddItem,
        cmd.AddDepartment,
        cmd.ChangeQuantity,
        cmd.RemoveDiscounts,
        cmd.SetCustomer,
        cmd.AddCoupon,
        cmd.RemoveCoupon,
        cmd.SetFulfilment,
        cmd.Total,
        cmd.CheckAge,
        cmd.Suspend,
        cmd.Resume,
        cmd.Pay,
        cmd.TakeBackTender,
        cmd.CancelPayment,
        cmd.PrintExplanation,
        cmd.AnswerJob,
    ),
    "void_line": (cmd.VoidLine,),
    "cancel": (cmd.Cancel,),
    "override_price": (cmd.OverridePrice,),
    "discount": (cmd.Discount,),
    "learn": (cmd.Learn,),
    "return": (cmd.Return,),
    "return_without_receipt": (cmd.ReturnWithoutReceipt,),
    "post_void": (cmd.PostVoid,),
    "reprint": (cmd.Reprint,),
    "resolve_payment": (cmd.ResolvePayment,),
    "given_back": (cmd.GivenBack,),
    "close_batch": (cmd.CloseBatch,),
    "free_number": (cmd.FreeNumber,),
    "drawer_place": (cmd.PlaceDrawer,),
    "shift_open": (cmd.OpenShift,),
    "shift_end": (cmd.EndShift, cmd.ExplainDifference),
    "count_blind": (cmd.RecountShift,),
    "hand_over": (cmd.HandOver,),
    "count_confirm": (cmd.ConfirmShift,),
    "x_report": (cmd.PrintX,),
    "day_close": (cmd.CloseDay, cmd.PrintZ),
    "price_look": (cmd.LookPrice,),
    "exceptions": (cmd.OpenReport,),
    ANYBODY: (
        cmd.SignOut,
        cmd.Lock,
        cmd.LeaveMessage,
        cmd.ReadMessage,
        cmd.AskApproval,
    ),
    MACHINE: (
        cmd.Start,
        cmd.Anchor,
        cmd.NoteFault,
        cmd.ClaimJobs,
        cmd.SettleJob,
        cmd.SendPayment,
        cmd.HearProvider,
        cmd.HearStray,
        cmd.HearBatch,
        cmd.LosePayment,
        cmd.QueueReversal,
        cmd.PrintSlips,
        cmd.SignIn,
        cmd.RefuseSignIn,
        cmd.GrantApproval,
        cmd.DenyApproval,
        cmd.NoteLesson,
        cmd.OpenReportFor,
    ),
}

_BY_COMMAND: Final[dict[type, str]] = {
    command: permission for permission, commands in _ASKED_AT_ONCE.items() for command in commands
}


def permission_of(command: object) -> str:
    """Return the permission that a kernel command asks for; ``MACHINE``: no operator sends it.

    Cash movements ask by their kind. A plugin's command names its own where it is declared, and
    does not come here.
    """
    permission = kernel_permission_of(command)
    assert permission is not None, f"{type(command).__name__} asks for no permission: add it here"
    return permission


def kernel_permission_of(command: object) -> str | None:
    """Return what ``permission_of`` does; None: the command is none of the kernel's."""
    if isinstance(command, cmd.MoveCash):
        # Another kind borrows no permission, such as ``sell``: this id is declared by nobody.
        return command.kind if command.kind in CASH_KINDS else f"cash.{command.kind}"
    return _BY_COMMAND.get(type(command))
