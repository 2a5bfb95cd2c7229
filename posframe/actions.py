"""The actions every till has: ids, default keys and what they send as if typed.

Plugins bring more through ``posframe_actions``. What has no entry is done by a screen or a session.
"""

from __future__ import annotations

from posframe.kernel.contracts import Action

SELLING = ("sale",)
PAYING = ("payment",)
BOTH = ("sale", "payment")

ACTIONS: tuple[Action, ...] = (
    Action(id="help", label="Help", keys=("f1",), contexts=BOTH, entry=".help",
           help="Every key of this screen"),
    Action(id="find", label="Find", keys=("f2",), contexts=SELLING, entry=".find",
           help="Find goods by name, brand or part of a code"),
    Action(id="customer", label="Cust", keys=("f3",), contexts=SELLING,
           help="A card's number, then this key; alone: card off", permission="sell"),
    Action(id="hold", label="Hold", keys=("f4",), contexts=("sale", "paying", "payments"),
           help="Hold the sale; with none open, recall a held one", permission="sell"),
    Action(id="recall", label="Recall", keys=("shift+f4",), contexts=SELLING,
           help="List held sales", permission="sell"),
    Action(id="void", label="Void", keys=("f5", "-"), contexts=SELLING, entry="-",
           help="Take back the marked line, or the last one", permission="void_line"),
    Action(id="cancel", label="Cancel", keys=("shift+f5",), contexts=(*BOTH, "paying"),
           help="Give the whole sale up; asks first", permission="cancel"),
    Action(id="quantity", label="Qty", keys=("f6",), contexts=SELLING,
           help="A quantity, then this key: for the marked line", permission="sell"),
    Action(id="discount", label="Disc", keys=("f7",), contexts=SELLING,
           help="A percentage, then this key: off the marked line", permission="discount"),
    Action(id="fulfilment", label="Eat/Take", keys=("shift+f6",), contexts=SELLING,
           entry=".fulfilment", help="Eaten here or taken away: the marked line, or all",
           permission="sell"),
    Action(id="coupon", label="Coupon", keys=("shift+f7",), contexts=SELLING,
           help="A coupon's code, then this key; alone: the last one back", permission="sell"),
    Action(id="price", label="Price", keys=("f8",), contexts=SELLING,
           help="A price, then this key: for the marked line", permission="override_price"),
    Action(id="pay", label="PAY", keys=("f9", "+"), contexts=SELLING, entry="+",
           help="To the payment screen", permission="sell"),
    Action(id="explain", label="Why", keys=("shift+f8",), contexts=BOTH, entry=".why",
           help="Why the marked line, or the sale, costs what it does"),
    Action(id="explain_print", label="Print", keys=("f11",), contexts=("explain",),
           entry=".why print", help="Print this explanation; it is no receipt", permission="sell"),
    Action(id="payments", label="Payments", keys=("shift+f9",), contexts=(*BOTH, "paying"),
           entry=".payments", help="Payments under way or in doubt, and what to do about them"),
    Action(id="return", label="Return", keys=("end",), contexts=(*SELLING, "returns"),
           help="Goods come back: a receipt's number or a code, then this key",
           permission="return"),
    Action(id="returnitem", label="No receipt", contexts=SELLING,
           entry=".returnitem", help="The goods whose code is typed come back without a receipt",
           permission="return_without_receipt"),
    Action(id="postvoid", label="Undo sale", contexts=SELLING, entry=".postvoid",
           help="Undoes the sale that was completed last; asks first", permission="post_void"),
    Action(id="menu", label="Menu", keys=("f10",), contexts=BOTH,
           help="Everything this till can do, by name"),
    Action(id="reprint", label="Reprint", keys=("f11",), contexts=BOTH, entry=".reprint",
           help="Print a copy of the last receipt", permission="reprint"),
    Action(id="age_ok", label="Age", keys=("f12",), contexts=BOTH, entry=".age",
           help="You have seen that the customer is old enough", permission="sell"),
    Action(id="repeat", label="Again", keys=("insert",), contexts=SELLING,
           help="Add the last item once more", permission="sell"),
    Action(id="no_sale", label="Open", keys=("shift+f10",), contexts=SELLING, entry=".nosale",
           help="Open the drawer without a sale", permission="no_sale"),
    Action(id="printed_yes", label="Printed", keys=("shift+f11",), contexts=(*BOTH, "paying"),
           entry=".printed yes", help="What was in doubt did happen", permission="sell"),
    Action(id="printed_no", label="Not printed", keys=("shift+f12",), contexts=(*BOTH, "paying"),
           entry=".printed no", help="What was in doubt did not happen: do it again",
           permission="sell"),
    Action(id="cash", label="Cash", keys=("enter",), contexts=PAYING, entry="",
           help="Cash: the amount typed, or exactly what is due", permission="sell"),
    Action(id="take_back", label="Undo", keys=("-",), contexts=PAYING, entry="-",
           help="Take back the last tender", permission="sell"),
)  # fmt: skip
