"""Terms of a sale at the counter: its price settled, coupons, hand-over, and why it costs that."""

from __future__ import annotations

import pytest

from posframe import FoundCoupon, OfferRow, PosframeError, hookimpl
from posframe_terminal.line import LineMode
from tests.kernel.shop import with_plugins
from tests.terminal_ui.selling import BREAD, MILK, Cashier, cashier, open_till

COUPON = "C-2026"
WAYS = """
[tax]
fulfilments = ["eat_in", "take_away"]
"""


class Offers:
    """0.10 off once the total is asked for, 0.20 off for cash, 0.50 off with a coupon."""

    @hookimpl
    def posframe_price_rules(self):
        return [self]

    @hookimpl
    def posframe_identify_coupon(self, code, sale, at_us):
        return FoundCoupon(coupon=code, label="Half a euro") if code.startswith("C-") else None

    def price(self, sale, changed):
        yield OfferRow("total", "Settled", -10 if sale.totalled else 0)
        yield OfferRow("cash", "Cash", -20 if sale.tender_meant == "cash" else 0)
        yield OfferRow("coupon", "Half a euro", -50 if sale.coupons else 0)


@pytest.fixture
def desk(tmp_path):
    with with_plugins(offers=Offers()), cashier(tmp_path) as opened:
        yield opened


@pytest.fixture
def kitchen(tmp_path):
    """A counter whose goods are eaten here or taken away; milk is taxed alike."""
    with cashier(tmp_path, settings=WAYS) as opened:
        yield opened


async def refused(asked) -> str:
    with pytest.raises(PosframeError) as caught:
        await asked
    return str(caught.value)


# The price is settled before it is paid


async def test_going_to_payment_settles_the_price_and_says_that_it_changed(desk):
    """1.19 less 0.10, on the payment screen at once."""
    await desk.scan(MILK)
    outcome = await desk.key("pay")
    assert (outcome.message, outcome.severity) == ("The price changed", "warning")
    assert (desk.view.screen, desk.view.open_minor) == ("payment", 109)


async def test_going_to_payment_writes_one_row_when_the_price_stays_and_none_again(tmp_path):
    with cashier(tmp_path) as desk:
        await desk.scan(MILK)
        before = desk.till.parts.engine.head_seq
        outcome = await desk.key("pay")
        assert (outcome.message, desk.view.screen) == ("", "payment")
        assert desk.till.parts.engine.head_seq == before + 1
        await desk.enter(".sale")
        await desk.key("pay")
        assert (desk.view.screen, desk.till.parts.engine.head_seq) == ("payment", before + 1)


async def test_a_tender_that_changes_the_due_is_not_taken_until_it_is_pressed_again(desk):
    """1.19 - 0.10 - 0.20 = 0.89 for cash: shown, said, and then paid exactly."""
    await desk.scan(MILK)
    await desk.key("pay")
    outcome = await desk.key("cash")
    assert outcome.message == "The offers make it 0.89 now: look and press again"
    assert outcome.severity == "warning"
    view = desk.view
    assert (view.screen, view.open_minor, view.tenders) == ("payment", 89, ())
    paid = await desk.key("cash")
    assert (paid.message, paid.severity) == ("Receipt 1", "good")
    assert desk.till.state.last.gross_minor == 89


async def test_age_and_price_are_both_to_be_looked_at(desk):
    await desk.enter("10004")
    outcome = await desk.key("pay")
    assert outcome.message == "The price changed. Check age: 16 or older, then F12"


async def test_a_sale_without_goods_has_no_payment_screen(desk):
    await desk.scan(MILK)
    await desk.key("void")
    assert "The sale is empty" in await refused(desk.key("pay"))
    assert desk.view.screen == "sale"


def test_line_mode_says_the_settled_price_and_takes_no_money_for_another(tmp_path):
    with with_plugins(offers=Offers()), open_till(tmp_path) as till:
        line = LineMode(till)
        line.answer(MILK)
        assert line.answer("+") == ["The price changed.", "To pay 1.09."]
        again = "The offers make it 0.89 now: look and press again."
        assert line.answer("") == [again, "To pay 0.89."]
        assert line.answer("") == ["Receipt 1.", "Paid 0.89, change 0.00."]


# Coupons


async def test_a_coupon_is_named_beside_the_total_and_on_the_payment_screen(desk):
    await desk.scan(MILK)
    assert (await desk.scan(COUPON)).message == "Coupon Half a euro"
    assert desk.view.coupons == "1 coupon: Half a euro"
    await desk.key("coupon", "C-17")
    assert desk.view.coupons == "2 coupons: Half a euro, Half a euro"
    assert ("Half a euro", "-0.50") in desk.view.facts
    await desk.key("pay")
    assert desk.view.notes[:2] == ("2 coupons: Half a euro, Half a euro", "saved 0.60")


async def test_the_last_coupon_is_taken_back_by_its_key_which_asks_first(desk):
    await desk.scan(MILK)
    assert "then S-F7" in await refused(desk.key("coupon"))
    await desk.key("coupon", COUPON)
    await desk.key("coupon", "C-17")
    await desk.key("coupon")
    assert desk.view.title == "TAKE THE COUPON BACK?"
    await desk.key("back")
    assert desk.view.coupons == "2 coupons: Half a euro, Half a euro"
    await desk.key("coupon")
    assert (await desk.key("yes")).message == "Coupon taken back: Half a euro"
    assert [each.code for each in desk.till.state.transaction.coupons] == [COUPON]
    await desk.key("coupon")
    await desk.key("yes")
    assert (desk.view.coupons, desk.view.total_minor) == ("", 119)


async def test_what_enter_would_do_with_a_coupon_or_a_way_is_said(desk):
    assert desk.counter.meaning(".coupon C-1", "sale") == "coupon C-1"
    assert desk.counter.meaning(".fulfilment take_away", "sale") == "take away"
    assert desk.counter.meaning("+", "sale") == "scan or key an item first"


# How goods are handed over


async def test_the_top_line_says_how_goods_are_handed_over_and_a_key_switches_it(kitchen):
    assert kitchen.view.head.title == "SALE 1  EAT IN"
    await kitchen.scan(MILK)
    await kitchen.key("fulfilment")
    assert kitchen.view.head.title == "SALE 1  TAKE AWAY"
    assert notes(kitchen.view) == [[]], "it went along"
    await kitchen.key("pay")
    assert kitchen.view.head.title == "SALE 1  TAKE AWAY"


def notes(view):
    return [[note.text for note in line.notes] for line in view.lines]


async def test_a_line_handed_over_another_way_than_the_sale_says_so(kitchen):
    await kitchen.scan(MILK)
    await kitchen.scan(BREAD)
    await kitchen.key("fulfilment", row=0)
    assert notes(kitchen.view) == [["take away"], []]
    await kitchen.enter(".fulfilment take_away all")
    assert notes(kitchen.view) == [[], []]
    await kitchen.enter(".fulfilment eat_in 2")
    assert notes(kitchen.view) == [[], ["eat in"]]


@pytest.mark.parametrize("settings", ["", '\n[tax]\nfulfilments = ["eat_in"]\n'])
async def test_a_till_with_one_way_says_nothing_about_it(tmp_path, settings):
    with cashier(tmp_path, settings=settings) as desk:
        await desk.scan(MILK)
        assert desk.view.head.title == "SALE 1"
        assert notes(desk.view) == [[]]


# Why it costs that


def texts(view):
    return [(row.text, row.minor) for row in view.rows if row.kind in {"line", "sum"}]


async def test_one_key_explains_the_marked_line_or_the_whole_sale(desk: Cashier):
    await desk.scan(MILK)
    await desk.enter(f"2 * {BREAD}")
    await desk.key("explain", row=1)
    assert (desk.view.screen, desk.view.title) == ("explain", "Sale 1, line 2")
    assert texts(desk.view) == [("Line 2: Rye bread", 500)]
    desk.over = ""
    await desk.key("explain")
    assert texts(desk.view) == [
        ("Line 1: Milk 1 l", 119), ("Line 2: Rye bread", 500), ("TOTAL: the sum of all lines", 619),
    ]  # fmt: skip
    assert desk.view.count == len(desk.view.rows)


async def test_a_line_is_explained_by_its_number_whatever_is_marked(desk):
    await desk.scan(MILK)
    await desk.scan(BREAD)
    await desk.key("explain", "2")
    assert texts(desk.view) == [("Line 2: Rye bread", 250)]
    desk.over = ""
    await desk.key("explain", "all", row=0)
    assert len(texts(desk.view)) == 3


async def test_the_last_receipt_is_explained_while_its_change_is_shown(desk):
    await desk.scan(MILK)
    await desk.key("pay")
    await desk.key("cash")
    await desk.key("cash")
    assert desk.view.screen == "change"
    await desk.key("explain")
    assert (desk.view.title, texts(desk.view)[-1]) == (
        "Receipt 1", ("TOTAL: the sum of all lines", 89),
    )  # fmt: skip


async def test_what_is_looked_at_stays_while_somebody_else_changes_the_sale(desk):
    await desk.scan(MILK)
    await desk.key("explain")
    before = texts(desk.view)
    desk.till.do(desk.counter.session.scanned(BREAD))
    assert texts(desk.view) == before


async def test_a_scan_over_an_explanation_is_sold_and_leads_back_to_the_sale(desk):
    await desk.scan(MILK)
    await desk.key("explain")
    outcome = await desk.scan(BREAD)
    assert (outcome.screen, desk.over) == ("sale", "")
    assert [line[1] for line in desk.lines] == ["Milk 1 l", "Rye bread"]


async def test_nothing_is_typed_over_an_explanation_and_nothing_sold_has_none(desk):
    assert "Nothing was sold yet" in await refused(desk.key("explain"))
    assert desk.over == ""
    await desk.scan(MILK)
    await desk.key("explain")
    assert "Nothing is typed here" in await refused(desk.enter("3"))


async def test_an_explanation_is_printed_by_its_key(desk):
    await desk.scan(MILK)
    await desk.key("explain")
    assert (await desk.key("explain_print")).message == "The prices of sale 1 are printed"
    assert desk.over == "explain"
    assert [job.kind for job in desk.till.state.jobs.values()] == ["explain"]


def test_line_mode_says_the_explanation_in_sentences(tmp_path):
    """19/119 of 1.19 is 0.19; the words are those of the screen."""
    with open_till(tmp_path) as till:
        line = LineMode(till)
        line.answer(MILK)
        assert line.answer(".why") == [
            "Sale 1.",
            "Line 1: Milk 1 l, 1.19.",
            "1 pcs at 1.19 (catalogue, version 1), 1.19.",
            "The taxes it contains, taken out of the price, -0.19.",
            "Tax vat19 on 1.00: 19 % of its base, in the price, half up, 0.19.",
            "TOTAL: the sum of all lines, 1.19.",
            "List 1.19, discount 0.00, net 1.00, tax 0.19.",
        ]
        assert line.answer(".why 9")[0].startswith("Refused: There is no line 9 that counts.")


# Under a line stands which offer took something off it


class Shared:
    """0.10 off every line by an offer that takes another's place; 0.05 off bread beside it."""

    @hookimpl
    def posframe_price_rules(self):
        return [self]

    def price(self, sale, changed):
        shares = tuple((line.number, -10) for line in sale.lines())
        week = bool(sale.line_count % 2)
        yield OfferRow("week", "Week", sum(minor for _, minor in shares) * week, shares * week)
        yield OfferRow("day", "Day", sum(minor for _, minor in shares) * (not week),
                       shares * (not week))  # fmt: skip
        bread = tuple((line.number, -5) for line in sale.lines_of("10002"))
        yield OfferRow("bread", "Bread", sum(minor for _, minor in bread), bread)


def taken(desk):
    return [[(note.text, note.amount_minor) for note in line.notes] for line in desk.view.lines]


async def test_the_offers_on_a_line_stand_under_it_by_name(tmp_path):
    """Also when one takes another's place and saves as much."""
    with with_plugins(shared=Shared()), cashier(tmp_path) as desk:
        await desk.scan(MILK)
        assert taken(desk) == [[("Week", -10)]]
        await desk.scan(BREAD)
        assert taken(desk) == [[("Day", -10)], [("Day, Bread", -15)]]
