"""The entry grammar: what a typed line means, in a table; whatever it is, nothing breaks."""

from __future__ import annotations

import attrs
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from posframe.errors import RuleViolation
from posframe.kernel.domain import commands as cmd
from posframe.kernel.domain.entry import ENTRY_MAX, Approve, EntryRules, Show, parse
from posframe.kernel.domain.entry_names import NAMES
from posframe.kernel.domain.entry_people import Identify
from posframe.kernel.domain.entry_shifts import CountAsked
from tests.kernel.domain.test_entry_people import PEOPLE
from tests.kernel.shift_entries import SHIFT_ENTRIES

RULES = EntryRules(tender_types=("cash", "card"))
DECIMAL_KEY = attrs.evolve(RULES, implied_decimals=False)
YEN = attrs.evolve(RULES, exponent=0)


def item(code, **more):
    return cmd.AddItem(code=code, **more)


def off(number, **more):
    return cmd.Discount(number=number, **more)


SALE = {
    "4006381333931": item("4006381333931"),
    "  4011 ": item("4011"),
    "A1": item("A1"),
    "https://id.gs1.org/01/9520123456788": item("https://id.gs1.org/01/9520123456788"),
    "3 * 4011": item("4011", quantity_milli=3000),
    "3*4011": item("4011", quantity_milli=3000),
    "0.642 * 4011": item("4011", quantity_milli=642),
    "0,642*4011": item("4011", quantity_milli=642),
    "-3 * 4011": item("4011", quantity_milli=-3000),
    "3 * A 1": item("A 1", quantity_milli=3000),
    "199 / 20": cmd.AddDepartment(department="20", price_minor=199),
    "1.99/20": cmd.AddDepartment(department="20", price_minor=199),
    "3 * 199 / 20": cmd.AddDepartment(department="20", price_minor=199, quantity_milli=3000),
    "0.5*1,99 / x": cmd.AddDepartment(department="x", price_minor=199, quantity_milli=500),
    "350 @ REPAIR": item("REPAIR", price_minor=350),
    "2 * 3.50 @ RE 1": item("RE 1", price_minor=350, quantity_milli=2000),
    "-": cmd.VoidLine(),
    "3 -": cmd.VoidLine(number=3),
    "3-": cmd.VoidLine(number=3),
    "10 % 3": off(3, percent_milli=10_000),
    "2.5%3": off(3, percent_milli=2_500),
    "10 %%": off(0, percent_milli=10_000),
    "-5 %%": off(0, percent_milli=-5_000),
    "+": Show(screen="payment"),
    "=": Show(screen="payment"),
    "milk": Show(screen="find", text="milk"),
    "whole milk 1": Show(screen="find", text="whole milk 1"),
    "é": Show(screen="find", text="é"),
}
NAMED = {
    ".void": cmd.VoidLine(),
    ".void 3": cmd.VoidLine(number=3),
    ".VOID 3 torn bag": cmd.VoidLine(number=3, reason="torn bag"),
    ".qty 3": cmd.ChangeQuantity(number=None, quantity_milli=3000),
    ".qty 0.5 2": cmd.ChangeQuantity(number=2, quantity_milli=500),
    ".price 199": cmd.OverridePrice(price_minor=199),
    ".price 1.99 2 scratched": cmd.OverridePrice(price_minor=199, number=2, reason="scratched"),
    ".off 100 2": off(2, amount_minor=100),
    ".off 1.00 all birthday boy": off(0, amount_minor=100, reason="birthday boy"),
    ".off 1.00 sale": off(0, amount_minor=100),
    ".percent 10 2": off(2, percent_milli=10_000),
    ".percent 10% all": off(0, percent_milli=10_000),
    ".nodiscount": cmd.RemoveDiscounts(number=0),
    ".nodiscount all": cmd.RemoveDiscounts(number=0),
    ".nodiscount 2": cmd.RemoveDiscounts(number=2),
    ".customer": cmd.SetCustomer(code=""),
    ".customer 9528 1": cmd.SetCustomer(code="9528 1"),
    ".coupon SAVE10": cmd.AddCoupon(code="SAVE10"),
    ".coupon 10 off": cmd.AddCoupon(code="10 off"),
    ".nocoupon": cmd.RemoveCoupon(),
    ".nocoupon 10 off": cmd.RemoveCoupon(code="10 off"),
    ".fulfilment": cmd.SetFulfilment(fulfilment=""),
    ".fulfilment all": cmd.SetFulfilment(fulfilment=""),
    ".fulfilment 2": cmd.SetFulfilment(fulfilment="", number=2),
    ".fulfilment take_away": cmd.SetFulfilment(fulfilment="take_away"),
    ".fulfilment take_away 2": cmd.SetFulfilment(fulfilment="take_away", number=2),
    ".fulfilment eat_in all": cmd.SetFulfilment(fulfilment="eat_in"),
    ".age": cmd.CheckAge(),
    ".hold": cmd.Suspend(),
    ".hold red coat": cmd.Suspend(note="red coat"),
    ".recall": cmd.Resume(place=1),
    ".recall 2": cmd.Resume(place=2),
    ".cancel": cmd.Cancel(),
    ".cancel no money": cmd.Cancel(reason="no money"),
    ".learn 4711 1250 Eau de Cologne": cmd.Learn(
        code="4711", name="Eau de Cologne", price_minor=1250
    ),
    ".learn 4711 1250 tax=reduced dept=Drug Eau": cmd.Learn(
        code="4711", name="Eau", price_minor=1250, tax_category="reduced", department="Drug"
    ),
    ".reprint": cmd.Reprint(),
    ".reprint 7 lost it": cmd.Reprint(receipt_number=7, reason="lost it"),
    ".nosale": cmd.MoveCash(kind="no_sale"),
    ".nosale change": cmd.MoveCash(kind="no_sale", reason="change"),
    ".loan 100.00": cmd.MoveCash(kind="loan", amount_minor=10_000),
    ".pickup 10000 to the safe": cmd.MoveCash(
        kind="pickup", amount_minor=10_000, reason="to the safe"
    ),
    ".in 5.00": cmd.MoveCash(kind="paid_in", amount_minor=500),
    ".out 5.00 stamps": cmd.MoveCash(kind="paid_out", amount_minor=500, reason="stamps"),
    ".skim 200.00 large notes": cmd.MoveCash(
        kind="skim", amount_minor=20_000, reason="large notes"
    ),
    **SHIFT_ENTRIES,
    ".printed yes": cmd.AnswerJob(happened=True),
    ".printed no": cmd.AnswerJob(happened=False),
    ".payments": Show(screen="payments"),
    ".cancelpay": cmd.CancelPayment(),
    ".cancelpay 2": cmd.CancelPayment(id="2"),
    ".resolve not": cmd.ResolvePayment(paid=False),
    ".resolve 2 not by=17 no slip": cmd.ResolvePayment(
        id="2", paid=False, approver="17", reason="no slip"
    ),
    ".resolve paid 3.99 1103": cmd.ResolvePayment(paid=True, amount_minor=399, number="1103"),
    ".resolve 12 paid 3.99 11 03 by=17": cmd.ResolvePayment(
        id="12", paid=True, amount_minor=399, number="11 03", approver="17"
    ),
    ".givenback cash, slip 12": cmd.GivenBack(how="cash, slip 12"),
    ".givenback 1 cash by=Anna": cmd.GivenBack(id="1", how="cash", approver="Anna"),
    ".closebatch card": cmd.CloseBatch(type="card"),
    ".x": cmd.PrintX(),
    ".closeday": cmd.CloseDay(),
    ".closeday 2026-11-21": cmd.CloseDay(business_date="2026-11-21"),
    ".z": cmd.PrintZ(),
    ".z 12": cmd.PrintZ(number=12),
    ".return 12": cmd.Return(receipt_number=12),
    ".return 12 all": cmd.Return(receipt_number=12),
    ".return 12 3 x2 is=damaged came apart": cmd.Return(
        receipt_number=12,
        number=3,
        quantity_milli=2000,
        condition="damaged",
        reason="came apart",
    ),
    ".return 12 3 came apart": cmd.Return(receipt_number=12, number=3, reason="came apart"),
    ".returnitem 4011": cmd.ReturnWithoutReceipt(code="4011"),
    ".returnitem 4011 x0.5 @150 is=opened sour": cmd.ReturnWithoutReceipt(
        code="4011", quantity_milli=500, price_minor=150, condition="opened", reason="sour"
    ),
    ".approve anna goodwill": Approve(approver="anna", reason="goodwill"),
    ".receipt 12": Show(screen="receipt", text="12"),
    ".sold 4011 2026-11-21": Show(screen="sold", text="4011 2026-11-21"),
    ".postvoid wrong customer": cmd.PostVoid(reason="wrong customer"),
    ".why": Show(screen="explain"),
    ".why 3": Show(screen="explain", text="3"),
    ".why all": Show(screen="explain"),
    ".why print": cmd.PrintExplanation(),
    ".why print 7": cmd.PrintExplanation(receipt_number=7),
    ".training": Show(screen="training"),
    ".training first-sale": Show(screen="training", text="first-sale"),
    ".training off": Show(screen="training", text="off"),
    ".lessons": Show(screen="lessons"),
    ".pay": Show(screen="payment"),
    ".sale": Show(screen="sale"),
    ".look A 1": cmd.LookPrice(code="A 1"),
    ".exceptions 2026-11-01 2026-11-30": Show(screen="exceptions", text="2026-11-01 2026-11-30"),
    ".find oat milk": Show(screen="find", text="oat milk"),
    ".help": Show(screen="help"),
}
PAYMENT = {
    "": cmd.Pay(type="cash"),
    "+": Show(screen="payment"),
    "2000": cmd.Pay(type="cash", amount_minor=2000),
    "20.00": cmd.Pay(type="cash", amount_minor=2000),
    ".5": cmd.Pay(type="cash", amount_minor=50),
    ",05": cmd.Pay(type="cash", amount_minor=5),
    "-5": cmd.Pay(type="cash", amount_minor=-500),
    "2000 card": cmd.Pay(type="card", amount_minor=2000),
    "2000  CARD ": cmd.Pay(type="card", amount_minor=2000),
    "card": cmd.Pay(type="card"),
    "CARD": cmd.Pay(type="card"),
    "-": cmd.TakeBackTender(),
    "=": Show(screen="payment"),
    ".sale": Show(screen="sale"),
}
REFUSED = {
    "": "Nothing was typed",
    "   ": "Nothing was typed",
    "10 %": "Which line is it for?",
    "10 % 0": "Which line is it for?",
    "3 *": "Times what?",
    "1.2345 * 4011": "more decimals than a quantity",
    "100000 * 4011": "too large for a quantity",
    "1.999 / 20": "more decimals than an amount",
    "1.9.9 / 20": "is not an amount",
    "1,999.00 @ X": "is not an amount",
    ".vodi 3": ".vodi is no command",
    ".xyzzy": ".xyzzy is no command",
    ".qty": "not enough for .qty",
    ".coupon": "not enough for .coupon",
    ".fulfilment 0": "not enough for .fulfilment",
    ".fulfilment -1": "not enough for .fulfilment",
    ".fulfilment take_away first": "not enough for .fulfilment",
    ".qty 1.2345": "not enough for .qty",
    ".resolve": "not enough for .resolve",
    ".resolve 2": "not enough for .resolve",
    ".resolve paid 3.99 by=17": "not enough for .resolve",
    ".resolve not by=": "not enough for .resolve",
    ".givenback 2": "not enough for .givenback",
    ".givenback cash by=17 because": "not enough for .givenback",
    ".cancelpay card": "not enough for .cancelpay",
    ".void 0": "not enough for .void",
    ".void -1": "not enough for .void",
    ".void three": "not enough for .void",
    ".off": "Which line is it for?",
    ".off 1.00": "Which line is it for?",
    ".off 1.00 0": "not enough for .off",
    ".off x 1": "is not an amount",
    ".percent 10": "Which line is it for?",
    ".learn 4711": "not enough for .learn",
    ".learn 4711 100": "not enough for .learn",
    ".learn 4711 100 colour=red Eau": "not enough for .learn",
    ".recall two": "not enough for .recall",
    ".loan": "not enough for .loan",
    ".printed": "not enough for .printed",
    ".printed perhaps": "not enough for .printed",
    ".reprint last": "not enough for .reprint",
    "x" * (ENTRY_MAX + 1): "longer than 200 characters",
}


@pytest.mark.parametrize("text", SALE | NAMED)
def test_what_is_typed_on_the_sale_screen(text):
    assert parse(text, "sale", None, RULES) == (SALE | NAMED)[text]


@pytest.mark.parametrize("text", PAYMENT | NAMED)
def test_what_is_typed_on_the_payment_screen(text):
    """Commands by name work on either."""
    assert parse(text, "payment", None, RULES) == (PAYMENT | NAMED)[text]


@pytest.mark.parametrize("text", REFUSED)
def test_what_means_nothing_says_what_would(text):
    with pytest.raises(RuleViolation) as refused:
        parse(text, "sale", None, RULES)
    assert REFUSED[text] in refused.value.message
    assert refused.value.hint


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("cheque", "'cheque' is no tender of this till"),
        ("2000 cheque", "'cheque' is no tender of this till"),
        ("4 * 4011", "no tender"),
        ("20.001", "more decimals"),
        ("1.000,00", "is not an amount"),
    ],
)
def test_what_pays_nothing_says_what_would(text, words):
    with pytest.raises(RuleViolation) as refused:
        parse(text, "payment", None, RULES)
    assert words in refused.value.message
    assert refused.value.hint


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("10 %", off(2, percent_milli=10_000)),
        ("10 % 5", off(5, percent_milli=10_000)),
        ("10 %%", off(0, percent_milli=10_000)),
        ("-", cmd.VoidLine(number=2)),
        ("5 -", cmd.VoidLine(number=5)),
        (".void", cmd.VoidLine(number=2)),
        (".qty 3", cmd.ChangeQuantity(number=2, quantity_milli=3000)),
        (".price 100", cmd.OverridePrice(number=2, price_minor=100)),
        (".off 100", off(2, amount_minor=100)),
        (".percent 10", off(2, percent_milli=10_000)),
        (".nodiscount", cmd.RemoveDiscounts(number=2)),
        (".fulfilment", cmd.SetFulfilment(fulfilment="", number=2)),
        (".fulfilment take_away", cmd.SetFulfilment(fulfilment="take_away", number=2)),
        (".fulfilment take_away all", cmd.SetFulfilment(fulfilment="take_away")),
        (".fulfilment 5", cmd.SetFulfilment(fulfilment="", number=5)),
        (".why", Show(screen="explain", text="2")),
        (".why 5", Show(screen="explain", text="5")),
        (".why all", Show(screen="explain")),
        ("4011", item("4011")),
    ],
)
def test_a_marked_line_is_meant_unless_another_is_named(text, expected):
    assert parse(text, "sale", 2, RULES) == expected


@pytest.mark.parametrize(
    ("text", "rules", "minor"),
    [
        ("1234", RULES, 1234),
        ("0012", RULES, 12),
        ("12.34", RULES, 1234),
        ("12.3", RULES, 1230),
        ("12", DECIMAL_KEY, 1200),
        ("12.34", DECIMAL_KEY, 1234),
        (" 12 ", DECIMAL_KEY, 1200),
        ("1234", YEN, 1234),
        (".5", RULES, 50),
        ("0", RULES, 0),
    ],
)
def test_amounts_as_this_till_types_them(text, rules, minor):
    """1234 is 12.34 where the decimals are implied; with a decimal sign it is what it says."""
    assert rules.amount(text) == minor


@pytest.mark.parametrize("text", ["", "x", "1.2.3", "1 234", "²", "1e3", "+1", "9" * 30, "."])
def test_what_is_no_amount_is_refused(text):
    for rules in (RULES, DECIMAL_KEY):
        with pytest.raises(RuleViolation) as refused:
            rules.amount(text)
        assert refused.value.hint


def test_every_command_by_name_is_in_the_table():
    """One that is not tried here could mean anything."""
    assert {text.split()[0][1:].lower() for text in (*NAMED, *PEOPLE)} == set(NAMES)
    for name, (_, usage) in NAMES.items():
        assert usage.split()[0] == f".{name}"


pieces = st.sampled_from(
    ["*", "@", "/", "%", "%%", "-", "+", "=", ".", ",", " ", "3", "0", "4011", "0.642", "all",
     ".void", ".qty", ".off", ".percent", ".learn", ".printed", "card", "²", "٣", "\x1d", "\0",
     "999999999999999999999"]
)  # fmt: skip
texts = st.one_of(
    st.text(max_size=30),
    st.lists(pieces, max_size=8).map("".join),
    st.lists(pieces, max_size=8).map(" ".join),
    st.tuples(st.sampled_from(sorted(NAMES)), st.text(max_size=20)).map(
        lambda each: f".{each[0]} {each[1]}"
    ),
)


@given(text=texts, screen=st.sampled_from(["sale", "payment"]), marked=st.sampled_from([None, 2]))
@example("²-", "sale", None)
@example(".recall ²", "sale", None)
@example("² % 3", "sale", None)
@example(".reprint " + "9" * 180, "sale", None)
def test_junk_is_a_command_or_a_refusal(text, screen, marked):
    """A cat on the keyboard breaks nothing, and every refusal has words and a hint."""
    for rules in (RULES, DECIMAL_KEY, YEN):
        meant = meaning(text, screen, marked, rules)
        if isinstance(meant, RuleViolation):
            assert meant.message
            assert meant.hint
        else:
            known = isinstance(meant, Show | Approve | Identify | CountAsked)
            assert known or hasattr(cmd, type(meant).__name__)


def meaning(text, screen="sale", marked=None, rules=RULES):
    """Return what an entry means, or its refusal."""
    try:
        return parse(text, screen, marked, rules)
    except RuleViolation as refusal:
        return refusal


@given(text=texts)
def test_an_entry_means_the_same_whenever_it_is_read(text):
    once, again = meaning(text), meaning(text)
    assert str(once) == str(again)
    assert type(once) is type(again)
