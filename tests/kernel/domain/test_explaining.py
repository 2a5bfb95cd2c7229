"""Traces of sales: every amount has its steps, and they add up, whatever was sold."""

from __future__ import annotations

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from posframe.kernel.domain import commands as cmd
from posframe.kernel.domain import events as ev
from posframe.kernel.domain.basket import LineKind, OfferRow, PriceAdjustment
from posframe.kernel.domain.explaining import SUMS, trace_of, trace_of_completed
from posframe.kernel.domain.rounding import Rounding
from posframe.kernel.domain.tax import RoundAt, Tax, TaxKind, TaxPolicy, Treatment
from posframe.kernel.domain.totals import shares
from posframe.kernel.domain.trace import TraceStep
from posframe.kernel.domain.transaction import Transaction
from posframe.store.codec import Codec
from tests.kernel.driving import Desk
from tests.kernel.making import ADDED10, POLICIES, VAT7, VAT19, basket_of, by_hand, line

ECO = Tax("eco", "Eco fee", 0, 1, included=True, kind=TaxKind.FIXED, amount_minor=10,
          affects_base=True)  # fmt: skip
ISS = Tax("iss", "ISS", 5, 100, included=False, kind=TaxKind.DIVISION)
FREE = Tax("free", "Books", 0, 1, included=True, treatment=Treatment.EXEMPT, reason="§ 4 no. 21")
TAXES = st.sampled_from(
    [(), (VAT19,), (VAT7,), (ADDED10,), (ECO, VAT19), (VAT7, ADDED10), (ISS,), (FREE,)]
)


def sale_of(basket):
    return Transaction(id="t", number=1, opened_us=0, operator="1", currency="EUR", basket=basket)


@st.composite
def baskets(draw):
    """Lines sold and brought back, discounts, offers on lines and on all, two whole discounts."""
    lines, rows = [], []
    for number in range(1, draw(st.integers(1, 5)) + 1):
        quantity = draw(st.integers(1, 4))
        price = draw(st.integers(200, 2_000))
        brought_back = draw(st.booleans()) and number > 1
        off = draw(st.integers(0, 20)) if not brought_back else 0
        made = line(number, price, *draw(TAXES), quantity=quantity, off=(off,) if off else ())
        if brought_back:
            made = attrs.evolve(made, kind=LineKind.RETURN, quantity_milli=-made.quantity_milli,
                                list_minor=-made.list_minor)  # fmt: skip
        elif draw(st.booleans()):
            saved = draw(st.integers(1, 15))
            rows.append(OfferRow(f"o{number}", "Offer", -saved, ((number, -saved),)))
        lines.append(made)
    if draw(st.booleans()):
        rows.append(OfferRow("whole", "All", -draw(st.integers(1, 30))))
    basket = basket_of(lines, draw(st.sampled_from(POLICIES)), offers=rows)
    given_by_hand = tuple(
        by_hand(-minor, f"hand{at}")
        for at, minor in enumerate(draw(st.lists(st.integers(1, 10), max_size=2)))
    )
    return attrs.evolve(basket, adjustments=given_by_hand)


def adding(steps, number=None):
    """Return what steps add up to: those of a line, or all."""
    return sum(
        step.result_minor for step in steps if step.step not in SUMS and number in {None, step.line}
    )


@given(baskets())
def test_the_steps_of_a_line_add_up_to_its_gross_and_all_steps_to_the_total(basket):
    sale = sale_of(basket)
    steps = trace_of(sale)
    for share in shares(basket):
        assert adding(steps, share.number) == share.gross_minor
    assert adding(steps) == sale.totals.gross_minor
    assert [step.result_minor for step in steps if step.step == "total"] == [
        sale.totals.gross_minor
    ]


@given(baskets())
def test_the_steps_of_a_source_add_up_to_what_the_receipt_says_of_it(basket):
    sale = sale_of(basket)
    steps = trace_of(sale)

    def of(step, source):
        return sum(
            each.result_minor for each in steps if (each.step, each.source) == (step, source)
        )

    for part in sale.totals.taxes:
        assert of("tax", part.code) == part.minor
    for row in basket.offers.values():
        assert of("offer", row.offer) == row.minor
    for each in basket.adjustments:
        assert of("basket", each.id) == each.minor
    listed = sum(each.result_minor for each in steps if each.step == "price")
    assert listed == sale.totals.list_minor


@given(baskets())
def test_the_price_and_what_is_taken_off_lead_to_net_before_any_tax_is_added(basket):
    steps = trace_of(sale_of(basket))
    for share in shares(basket):
        before = [each for each in steps if each.line == share.number and each.step != "tax"]
        assert sum(each.result_minor for each in before) == share.net_minor


def completed_of(desk):
    return next(event for event in desk.events if isinstance(event, ev.TransactionCompleted))


def sold(policy=TaxPolicy()):
    """Return a desk that sold pens, voided a lamp, took milk; discounts, and cash in fives."""
    desk = Desk(policy=policy)
    desk.do(cmd.AddItem(code="LAMP"))
    desk.do(cmd.AddItem(code="PEN", quantity_milli=3_000))
    desk.do(cmd.VoidLine(number=1))
    desk.do(cmd.AddItem(code="MILK"))
    desk.do(cmd.AddItem(code="LAMP"))
    desk.do(cmd.OverridePrice(number=2, price_minor=89, reason="scratched"))
    desk.do(cmd.Discount(number=3, percent_milli=10_000, reason="dented"))
    desk.do(cmd.Discount(number=0, percent_milli=5_000))
    desk.do(cmd.Discount(number=0, amount_minor=33, reason="sorry"))
    return desk


@pytest.mark.parametrize("policy", POLICIES, ids=str)
def test_a_completed_sale_says_what_the_open_one_said_and_how_cash_was_rounded(policy):
    desk = sold(policy)
    before = trace_of(desk.sale)
    due = desk.sale.due_minor
    desk.do(cmd.Pay(type="swiss", amount_minor=20_000))
    completed = completed_of(desk)
    after = trace_of_completed(completed)
    assert after[: len(before)] == before
    rounding = completed.closing.rounding_minor
    assert rounding == -(due % 5) if due % 5 < 3 else 5 - due % 5  # to the nearest five
    ends = [(each.step, each.result_minor) for each in after[len(before) :]]
    assert ends == ([("rounding", rounding), ("payable", due + rounding)] if rounding else [])
    assert adding(after) == due + rounding


def test_a_completed_sale_explains_itself_from_the_bytes_of_its_event_alone():
    desk = sold(TaxPolicy(RoundAt.DOCUMENT, Rounding.HALF_EVEN))
    desk.do(cmd.Pay(type="cash", amount_minor=20_000))
    completed = completed_of(desk)
    codec = Codec([ev.TransactionCompleted])
    name, version, body = codec.encode(completed)
    assert trace_of_completed(codec.decode(name, version, body)) == trace_of_completed(completed)
    assert {
        dict(step.inputs)["rounded"] for step in trace_of_completed(completed) if step.step == "tax"
    } == {"document"}


def test_the_words_name_price_override_discount_and_tax_with_what_they_were_given():
    steps = {(each.line, each.step): each for each in trace_of(sold().sale)}
    price = steps[3, "price"]
    assert (price.source, price.rule, price.result_minor) == ("catalogue", "1 pcs at 1.29", 129)
    override = steps[2, "override"]
    assert override.rule == "3 pcs at 0.89, in place of 1.00: scratched"
    assert (override.source, override.result_minor) == ("scratched", 267)  # 3 × 89
    adjustment = steps[3, "adjustment"]  # 10 % of 1.29 is 0.129
    assert (adjustment.rule, adjustment.result_minor) == ("10 % off: dented", -13)
    assert adjustment.rounding == "half_up"
    assert steps[3, "tax"].rule == "7 % of its base, in the price"
    assert steps[4, "tax"].rule == "10 % of its base, on top"


def test_what_is_taken_off_the_whole_sale_stands_on_each_line_under_its_own_name():
    steps = [each for each in trace_of(sold().sale) if each.step == "basket"]
    rules = {each.rule for each in steps}
    assert rules == {"5 % off, of the whole sale", "0.33 off: sorry, of the whole sale"}
    assert {each.rounding for each in steps} == {"largest_remainder"}
    assert {dict(each.inputs)["amount_of_all"] for each in steps if each.rule.startswith("0")} == {
        "0.33"
    }


def test_a_price_list_a_pack_and_a_version_are_named():
    listed = line(1, 500, quantity=6, price_list="summer", price_per_milli=6_000, list_minor=500,
                  price_version=17)  # fmt: skip
    step = trace_of(sale_of(basket_of([listed])))[0]
    assert (step.source, step.rule) == ("summer", "6 pcs at 5.00 for 6 pcs")
    assert dict(step.inputs) == {
        "quantity": "6", "unit": "pcs", "price": "5.00", "per": "6", "version": "17",
    }  # fmt: skip


def test_an_override_without_a_reason_has_no_words_for_one():
    changed = line(1, 500, catalogue_price_minor=700)
    step = trace_of(sale_of(basket_of([changed])))[0]
    assert (step.step, step.rule) == ("override", "1 pcs at 5.00, in place of 7.00")


def test_an_offer_says_what_it_gives_what_it_saves_and_what_was_not_proven():
    row = OfferRow("3for2", "Three", -40, ((1, -40),), 2, "promotions", "cheapest of 3 free", 7)
    step = trace_of(sale_of(basket_of([line(1, 100, quantity=6)], offers=[row])))[1]
    assert step == TraceStep(
        "offer",
        "3for2",
        "cheapest of 3 free",
        (("saving", "0.40"), ("applications", "2"), ("short_by", "0.07")),
        "half_up",
        -40,
        1,
    )


def test_a_line_that_an_offer_names_with_nothing_has_no_step_of_it():
    row = OfferRow("o", "Offer", -5, ((1, -5), (2, 0)))
    steps = trace_of(sale_of(basket_of([line(1, 100), line(2, 100)], offers=[row])))
    assert [each.line for each in steps if each.step == "offer"] == [1]


@pytest.mark.parametrize(
    ("tax", "words"),
    [
        (ECO, "0.10 a unit for 2, in the price"),
        (ISS, "5 % of the price with tax, on top"),
        (FREE, "exempt: § 4 no. 21"),
        (attrs.evolve(FREE, reason="", treatment=Treatment.OUT_OF_SCOPE), "out of scope"),
    ],
)
def test_each_kind_of_tax_is_said_in_words(tax, words):
    sale = sale_of(basket_of([line(1, 500, tax, quantity=2)]))
    assert [each.rule for each in trace_of(sale) if each.step == "tax"] == [words]


def test_the_inputs_of_a_tax_name_treatment_reason_and_entity():
    tax = attrs.evolve(FREE, entity="hotel")
    step = next(
        each for each in trace_of(sale_of(basket_of([line(1, 500, tax)]))) if each.step == "tax"
    )
    assert dict(step.inputs) == {
        "kind": "percent", "included": "yes", "rate": "0", "treatment": "exempt",
        "reason": "§ 4 no. 21", "entity": "hotel", "base": "5.00", "rounded": "line",
    }  # fmt: skip


def with_share(line, more_minor):
    """Return a completed line that bears so much more of the discounts on all."""
    minor = line.share.basket_minor + more_minor
    return attrs.evolve(line, share=attrs.evolve(line.share, basket_minor=minor))


def test_a_share_that_an_older_software_gave_otherwise_stays_one_amount():
    """What was recorded is what was paid: it is not reckoned anew."""
    desk = sold()
    desk.do(cmd.Pay(type="cash", amount_minor=20_000))
    completed = completed_of(desk)
    first, second, *rest = completed.lines
    moved = (with_share(first, -1), with_share(second, 1), *rest)
    steps = trace_of_completed(attrs.evolve(completed, lines=moved))
    whole = [each for each in steps if each.step == "basket"]
    assert [(each.line, each.source) for each in whole][:2] == [(2, ""), (3, "")]
    assert whole[0].result_minor == first.share.basket_minor - 1
    assert {each.source for each in whole[2:]} == {each.id for each in completed.adjustments}


def test_the_policy_may_be_given_where_an_old_event_lacks_it():
    desk = sold(TaxPolicy(RoundAt.RATE))
    desk.do(cmd.Pay(type="cash", amount_minor=20_000))
    old = attrs.evolve(completed_of(desk), policy=TaxPolicy())
    steps = trace_of_completed(old, TaxPolicy(RoundAt.RATE))
    assert steps == trace_of_completed(completed_of(desk))
    assert all(
        each.rule.endswith("rounded once for all lines and shared")
        for each in steps
        if each.step == "tax"
    )


def test_a_percentage_discount_says_its_percentage():
    kept = PriceAdjustment("manual", "percent", 12_500, -13, "Discount")
    step = trace_of(sale_of(basket_of([line(1, 100, adjustments=(kept,))])))[1]
    assert (step.rule, step.inputs) == ("12.5 % off", (("percent", "12.5"),))
