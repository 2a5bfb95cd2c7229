"""Views with something of everything in them, for tests of painting."""

import attrs

from posframe.kernel.domain.explaining_words import Said
from posframe_terminal import pages
from posframe_terminal.keys import Hint
from posframe_terminal.payment_pages import AnswerView, PayingView, PaymentRow, PaymentsView
from posframe_terminal.views import (
    Device,
    EntryLine,
    Head,
    LastScan,
    Line,
    Member,
    Note,
    QuickKey,
    SaleView,
    Tax,
)

DEVICES = (
    Device(short="PRN", name="PRINTER"),
    Device(short="SCN", name="SCANNER"),
    Device(short="DRW", name="DRAWER", state="shut"),
    Device(short="DSP", name="DISPLAY"),
    Device(short="CARD", name="CARD"),
    Device(short="SRV", name="SERVER"),
)
HEAD = Head(
    till="S01-T02",
    operator="ANNA K. 17",
    title="SALE 104233",
    place="Main St.",
    shift="shift 8812",
    link="ONLINE",
    clock="Sat 21 Nov 14:07",
    clock_long="Sat 21 Nov 2026 14:07",
    devices=DEVICES,
    held=1,
)
HINTS = tuple(
    Hint(key, label, action, f"{label} of this screen.")
    for key, label, action in (
        ("F1", "Help", "help"),
        ("F2", "Find", "find"),
        ("F3", "Cust", "customer"),
        ("F4", "Hold", "hold"),
        ("F5", "Void", "void"),
        ("F6", "Quick", "quick"),
        ("F7", "Disc", "discount"),
        ("F8", "Price", "price"),
        ("F9", "PAY", "pay"),
        ("F10", "Menu", "menu"),
        ("F12", "Lock", "lock"),
        ("-", "Undo", "undo"),
    )
)
LINES = (
    Line(number=1, quantity="1", name="Whole milk 1 l", unit_minor=119, sum_minor=119),
    Line(
        number=2,
        quantity="3",
        name="Pasta 500 g",
        unit_minor=99,
        sum_minor=297,
        notes=(Note(text="3 for 2: Pasta", amount_minor=-99),),
    ),
    Line(
        number=3, quantity="0.642", name="Banana kg", flag="[scale]", unit_minor=199, sum_minor=128
    ),
    Line(
        number=4,
        quantity="1",
        name="Olive oil 750 ml",
        flag="*offer",
        unit_minor=749,
        sum_minor=749,
    ),
    Line(number=5, quantity="1", name="Pocket bag", unit_minor=10, sum_minor=10, voided=True),
    Line(number=6, quantity="1", name="Espresso beans 1 kg", unit_minor=1390, sum_minor=1390),
)
QUICK = tuple(
    QuickKey(number=n, label=label, price=price)
    for n, (label, price) in enumerate(
        [("Bag", "0.10"), ("Banana", "1.99 kg"), ("Pepper", "3.49 kg"), ("Rolls", "0.35"),
         ("Pretzel", "0.85"), ("Coffee", "2.20"), ("Paper", "1.80"), ("Parcel", "4.79")],
        start=1,
    )
)  # fmt: skip
MEMBER = Member(
    id="C-48213", tier="GOLD", points="1 240", earned="+25", notes=("coupon: 1 applied",)
)
SALE = SaleView(
    head=HEAD,
    hints=HINTS,
    entry=EntryLine(text="3 *", meaning="qty 3, waiting for scan or code"),
    lines=LINES,
    total_minor=2594,
    items="8",
    saved_minor=249,
    taxes=(
        Tax(label="VAT 7%", net_minor=2415, amount_minor=169),
        Tax(label="VAT 19%", net_minor=8, amount_minor=2),
    ),
    member=MEMBER,
    last_scan=LastScan(
        name="Espresso beans 1 kg", code="4006581002330", price_minor=1390, note="stock 42"
    ),
    quick=QUICK,
    quick_title="QUICK KEYS  page 1/4",
    facts=(("HELD 1", "oldest 03:12"), ("DRAWER", "312.45")),
    seen="104233/0/2594",
)
EMPTY = SaleView(head=HEAD, hints=HINTS, lines=())
PAYMENT = pages.PaymentView(
    head=HEAD,
    hints=HINTS,
    entry=EntryLine(text="5000", meaning="= 50.00 cash, change 29.05"),
    to_pay_minor=2594,
    open_minor=2094,
    items="8",
    member=MEMBER,
    tenders=(
        pages.TenderRow(label="voucher V-1182", amount_minor=500, state="applied"),
        pages.TenderRow(
            label="card", amount_minor=1000, state="? UNKNOWN, asking", severity="warning"
        ),
    ),
    ways=(
        pages.Way(action="cash", label="cash", note="amount, or exact", key="Enter"),
        pages.Way(action="find", label="card terminal"),
        pages.Way(action="customer", label="QR", note="ExamplePay"),
        pages.Way(action="none", label="invoice"),
    ),
    quick_cash=(
        pages.QuickCash(entry="Enter", amount_minor=2095, note="exact"),
        pages.QuickCash(entry="2500", amount_minor=2500),
        pages.QuickCash(entry="5000", amount_minor=5000),
        pages.QuickCash(entry="10000", amount_minor=10000),
    ),
    rounding_minor=1,
    notes=("Esc  back to the sale",),
)
CHANGE = pages.ChangeView(
    head=HEAD,
    hints=HINTS,
    change_minor=2905,
    rows=(("cash", 5000), ("to pay", 2095), ("change", 2905)),
    give=("1 x 20", "1 x 5", "2 x 2", "1 x 0.05"),
    drawer_open=True,
    receipt="receipt printed",
)
TERMS = attrs.evolve(
    SALE,
    head=attrs.evolve(HEAD, title="SALE 104233  TAKE AWAY"),
    lines=(
        attrs.evolve(LINES[1], number=1, flag="[member]"),
        Line(
            number=2, quantity="6", name="Table water 0.5 l", unit_minor=500, per="6", sum_minor=500
        ),
        attrs.evolve(LINES[5], number=3, flag="*price", notes=(Note(text="eat in"),)),
    ),
    coupons="2 coupons: Half price on coffee, SUMMER",
)  # fmt: skip
EXPLAIN = pages.ExplainView(
    head=HEAD,
    hints=HINTS,
    title="Sale 104233",
    rows=tuple(
        Said(kind=kind, text=text, minor=minor)
        for kind, text, minor in (
            ("line", "Line 1: Pasta 500 g", 1900),
            ("step", "3 pcs at 10.00 (price list member, version 104)", 3000),
            ("step", "discount by hand: 5 % off", -150),
            ("step", "offer 3for2: of every three of the brand the cheapest is free, all week "
             "long and in every branch of the shop", -950),
            ("note", "9.50 saved in all", None),
            ("step", "the taxes it contains, taken out of the price", -303),
            ("step", "tax vat19 on 15.97: 19 % of its base, in the price, half up", 303),
            ("sum", "TOTAL: the sum of all lines", 1900),
            ("note", "list 30.00, discount -11.00, net 15.97, tax 3.03", None),
        )
    ),
)  # fmt: skip
FIND = pages.FindView(
    head=HEAD,
    hints=HINTS,
    entry=EntryLine(text="oli 75"),
    results=(
        pages.Found(
            id="1", code="4000612345678", name="Olive oil 750 ml", flag="*offer",
            price_minor=749, stock="12", elsewhere="S02: 8",
        ),
        pages.Found(
            id="2", code="4000612345685", name="Olives green 750 g", price_minor=329, stock="0",
            elsewhere="S02: 3  due Mon",
        ),
        pages.Found(id="3", code="4012345000019", name="Oli Drops 75 g", price_minor=None),
    ),
    more=4,
    marked=1,
    detail=("Olives green 750 g   VAT 7%   1 kg = 4.39", "alternatives: Olives black"),
)  # fmt: skip
HELD = pages.HeldView(
    head=HEAD,
    hints=HINTS,
    sales=(
        pages.HeldSale(
            id="a", number=1, since="14:04", age="03:12", items="8", total_minor=2594,
            operator="ANNA K.", note="gone for milk",
        ),
        pages.HeldSale(
            id="b", number=2, since="13:40", age="27:40", items="2", total_minor=1100,
            operator="BEN", note="QR pending: attempt unknown", severity="error",
        ),
    ),
    detail=("First line: Whole milk 1 l, Pasta 500 g x3, ...",),
)  # fmt: skip
HELP = pages.HelpView(
    head=HEAD,
    hints=HINTS,
    keys=HINTS,
    about="sale",
    grammar=(("3 * 4001234567890", "three of the item"), ("10 %", "discount")),
)
TROUBLE = pages.TroubleView(
    head=attrs.evolve(
        HEAD,
        devices=(
            *DEVICES[1:],
            Device(
                short="PRN", name="PRINTER", state="PAPER OUT", severity="error",
                advice="load paper, then F11",
            ),
        ),
        queue=2,
        link="OFFLINE 00:04",
        link_severity="warning",
    ),
    hints=HINTS,
    entry=EntryLine(
        message="4099999999993 not found (F2 find, F8 sell by price, Esc drop)", severity="error"
    ),
    notices=(
        pages.Notice(
            text="plugin loyalty 1.4.2 failed in on_sale_closed", code="E-7F3A",
            advice="points will be retried",
        ),
        pages.Notice(text="2 receipts wait, nothing is lost", severity="info"),
    ),
)  # fmt: skip
ASK = pages.AskView(
    head=HEAD,
    hints=HINTS[:1],
    entry=EntryLine(text="1234"),
    title="SUPERVISOR NEEDED",
    text=("Price override 8.99 -> 5.00 (-44 %) by ANNA K., limit 10 %.",),
    choices=(
        pages.Choice(key="Enter", label="allow once"),
        pages.Choice(key="Esc", label="refuse"),
    ),
    prompt="PIN",
    secret=True,
)
LEARN = pages.LearnView(
    head=HEAD,
    hints=HINTS[:1],
    entry=EntryLine(text="199"),
    title="UNKNOWN BARCODE",
    text=("4099999999993 is not in the catalogue.",),
    fields=(
        pages.Field(label="name", value="Tea lights"),
        pages.Field(label="price", current=True, note="1.99"),
        pages.Field(label="department"),
    ),
    choices=(pages.Choice(key="Esc", label="drop it"),),
)
PRICE = pages.PriceView(
    head=HEAD,
    hints=HINTS[:1],
    entry=EntryLine(text="450"),
    title="PRICE?",
    text=("Flowers, loose",),
    fields=(pages.Field(label="price", current=True, note="at most 50.00"),),
    choices=(
        pages.Choice(key="Enter", label="sell at this price"),
        pages.Choice(key="Esc", label="drop it"),
    ),
)
_KEYS = tuple(
    Hint(key, label, action, f"{label} of this screen.")
    for key, label, action in (
        ("F1", "Help", "help"),
        ("F4", "Hold", "hold"),
        ("F11", "Print", "print_code"),
        ("Esc", "Cancel", "cancel_payment"),
        ("S-F9", "Payments", "payments"),
    )
)
PAYING = PayingView(
    head=HEAD,
    hints=_KEYS,
    first=("cancel_payment", "hold", "payments"),
    label="Card",
    amount_minor=2094,
    words="Not sure yet. Asking the terminal. Do not charge again.",
    severity="warning",
    elapsed="1:17",
    tenders=(pages.TenderRow(label="Card", amount_minor=500, state="+ tip 0.50"),),
    open_minor=1000,
    notes=("The sale goes on by itself when the answer comes.",),
    ways=(("cancel_payment", "ask to cancel this payment"), ("hold", "hold the sale")),
)
PAYMENTS = {
    "paying": PAYING,
    "paying-code": attrs.evolve(
        PAYING,
        words="Scan the code.",
        severity="info",
        shows="https://pay.example/7",
        tenders=(),
        open_minor=0,
        ways=(("print_code", "print the code"), *PAYING.ways),
    ),
    "paying-long-code": attrs.evolve(PAYING, shows="https://pay.example/7" * 12),
    "payments": PaymentsView(
        head=HEAD,
        hints=_KEYS,
        payments=(
            PaymentRow(
                id="a", label="Card", amount_minor=2094, sale="sale 104233", since="14:05",
                age="02:10", standing="in doubt", severity="warning",
            ),
            PaymentRow(
                id="b", label="ExamplePay wallet of a long name", amount_minor=-1_234_567,
                sale="an earlier sale", since="09:00", age="5 h 07", standing="with a person",
                severity="error",
            ),
        ),
        marked=1,
        detail=("ExamplePay 12345.67, an earlier sale", "Could not give back.", "F8 given back"),
    ),
    "payments-none": PaymentsView(head=HEAD, hints=_KEYS),
    "answer": AnswerView(
        head=HEAD,
        hints=_KEYS[:1],
        entry=EntryLine(text="119"),
        title="CARD 1.19: PAID",
        text=("Of sale 1. Did it go through? Amount and number are on the slip.",),
        fields=(
            pages.Field(label="amount", value="1.19"),
            pages.Field(label="number", current=True),
            pages.Field(label="approved by"),
            pages.Field(label="reason", note="may be empty"),
        ),
        choices=(pages.Choice(key="Esc", label="say nothing"),),
    ),
}  # fmt: skip
ALL = {
    "sale": SALE,
    "sale-empty": EMPTY,
    "sale-terms": TERMS,
    "explain": EXPLAIN,
    "payment": PAYMENT,
    "change": CHANGE,
    "find": FIND,
    "held": HELD,
    "help": HELP,
    "trouble": TROUBLE,
    "ask": ASK,
    "learn": LEARN,
    "price": PRICE,
    **PAYMENTS,
}
