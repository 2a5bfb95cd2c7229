"""Laws of ``posframe explain``: baskets are priced as the format says, in every direction."""

from __future__ import annotations

import itertools
import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.docs.pages import blocks, page
from tests.explaining import VAT19, answer, basket, explained, goods, major, refused, run

PAGE = page("docs/formats/explain.md")
STEP_KEYS = {"step", "source", "inputs", "rule", "rounding", "result"}


def block(title):
    (found,) = [each for each in blocks(PAGE, "json") if each.title == title]
    return found.text


def test_the_example_of_the_page_is_answered_as_the_page_says(tmp_path):
    """3 × 10.00, 5 % off, is 28.50; the cheapest of 3 at 9.50 is free; 19.00 holds 3.03 of tax."""
    asked = json.loads(block("basket"))
    del asked["basket_discounts"]
    found = answer(tmp_path, asked)
    assert found == json.loads(block("answer"))
    assert found["lines"][0]["adjustments"] == [
        {"source": "line", "amount": -150},
        {"source": "3for2", "amount": -950},
    ]
    assert found["totals"] == {
        "list": 3000, "discount": -1100, "net": 1597, "tax": 303, "gross": 1900,
    }  # fmt: skip


def test_the_example_of_the_page_as_it_stands_takes_its_basket_discounts_in_order(tmp_path):
    """Of 19.00 first 10 % is 1.90, which leaves 17.10; then 10.10, which leaves 7.00."""
    found = answer(tmp_path, json.loads(block("basket")))
    assert found["lines"][0]["adjustments"][2:] == [
        {"source": "staff", "amount": -190},
        {"source": "voucher", "amount": -1010},
    ]
    assert found["totals"]["gross"] == 700


def test_the_page_shows_a_file_of_baskets_of_which_one_is_refused(tmp_path):
    asked = [json.loads(line) for line in block("baskets").splitlines()]
    status, found = explained(tmp_path, *asked)
    assert status == 1
    assert found[1] == json.loads(block("refusal"))
    # 0.642 × 12.90 = 8.2818; one that comes back
    assert [found[at]["totals"]["gross"] for at in (0, 2)] == [828, -1290]


def test_an_answer_has_the_keys_of_the_format_and_no_others(tmp_path):
    found = answer(tmp_path, json.loads(block("basket")))
    assert list(found) == ["lines", "taxes", "offers", "optimal", "short_by", "totals", "trace"]
    assert set(found["lines"][0]) == {
        "id", "list", "discount", "net", "tax", "gross", "taxes", "adjustments",
    }  # fmt: skip
    assert all(set(each) == STEP_KEYS for each in found["trace"])


RATES = ("0", "5.5", "7", "19", "25")
TAXES = {
    **{f"in{rate}": {"rate": rate, "included": True} for rate in RATES},
    **{f"on{rate}": {"rate": rate} for rate in RATES},
    "eco": {"kind": "fixed", "amount": "0.10", "affects_base": True},
    "iss": {"kind": "division", "rate": "5"},
}
line_st = st.fixed_dictionaries(
    {
        "sku": st.sampled_from("ABC"),
        "quantity": st.sampled_from(["1", "2", "3", "7", "-1", "0.642", "-1.5"]),
        "unit_price": st.integers(1, 5_000).map(major),
        "taxes": st.lists(st.sampled_from(list(TAXES)), max_size=2, unique=True),
    },
    optional={"discount": st.integers(1, 60).map(lambda percent: {"percent": str(percent)})},
)
OFFERS = [
    {"id": "3for2", "kind": "cheapest_percent", "n": 3, "percent": "100", "skus": ["A", "B"]},
    {"id": "pair", "kind": "bundle_price", "groups": [["A"], ["C"]], "price": "9.99"},
    {"id": "off", "kind": "unit_percent", "percent": "15", "skus": ["B"]},
]
basket_st = st.fixed_dictionaries(
    {
        "tax": st.fixed_dictionaries(
            {
                "round_at": st.sampled_from(["line", "rate", "document"]),
                "rounding": st.sampled_from(["half_up", "half_even", "half_down", "up", "down"]),
            }
        ),
        "lines": st.lists(line_st, min_size=1, max_size=5),
        "basket_discounts": st.sampled_from(
            [
                [],
                [{"id": "s", "percent": "10"}],
                [{"id": "s", "percent": "3"}, {"id": "t", "percent": "7"}],
            ]
        ),
        "offers": st.sampled_from([[], OFFERS]),
    }
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(made=basket_st)
def test_lines_sum_to_taxes_and_totals_and_the_trace_to_the_gross(tmp_path, made):
    lines = made.pop("lines")
    found = answer(tmp_path, basket(*lines, taxes=TAXES, **made))
    totals = found["totals"]
    for key, whole in totals.items():
        assert sum(line[key] for line in found["lines"]) == whole
    assert totals["list"] + totals["discount"] + on_top(found) == totals["gross"]
    for line in found["lines"]:
        assert line["net"] + line["tax"] == line["gross"]
        assert sum(part["amount"] for part in line["taxes"]) == line["tax"]
        assert sum(each["amount"] for each in line["adjustments"]) == line["discount"]
        steps = [each for each in found["trace"] if each["inputs"]["line"] == line["id"]]
        assert sum(each["result"] for each in steps) == line["gross"]
    for part in found["taxes"]:
        shares = [
            each
            for line in found["lines"]
            for each in line["taxes"]
            if each["code"] == part["code"]
        ]
        assert sum(each["amount"] for each in shares) == part["amount"]
        assert sum(each["base"] for each in shares) == part["base"]
    for offer in found["offers"]:
        assert sum(each["saving"] for each in offer["applications"]) == offer["saving"]
        taken = [
            each["amount"]
            for line in found["lines"]
            for each in line["adjustments"]
            if each["source"] == offer["id"]
        ]
        assert -sum(taken) == offer["saving"]


def on_top(found):
    """Return the taxes that prices do not contain: those whose code does not begin with in."""
    return sum(each["amount"] for each in found["taxes"] if not each["code"].startswith("in"))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
@given(made=basket_st.filter(lambda each: not each["basket_discounts"] and not each["offers"]))
def test_a_sale_and_its_return_come_to_nothing_in_every_ledger(tmp_path, made):
    """Without what returns take no part in: discounts on the basket, and offers."""
    lines = made.pop("lines")
    mirrored = [{**each, "quantity": turned(each["quantity"])} for each in lines]
    there = answer(tmp_path, basket(*lines, taxes=TAXES, **made))
    back = answer(tmp_path, basket(*mirrored, taxes=TAXES, **made))
    for key, whole in there["totals"].items():
        assert whole + back["totals"][key] == 0
    for line, mirror in zip(there["lines"], back["lines"], strict=True):
        assert line["gross"] + mirror["gross"] == 0
        assert [each["amount"] for each in line["taxes"]] == [
            -each["amount"] for each in mirror["taxes"]
        ]


def turned(quantity):
    return quantity[1:] if quantity.startswith("-") else f"-{quantity}"


def test_the_order_of_the_lines_changes_no_total(tmp_path):
    lines = [goods("10.00", "2"), goods("7.77", "1", "B"), goods("3.33", "3", "C")]
    found = [
        answer(
            tmp_path,
            basket(*order, offers=OFFERS, basket_discounts=[{"id": "v", "amount": "1.00"}]),
        )["totals"]
        for order in itertools.permutations(lines)
    ]
    assert all(each == found[0] for each in found)


def test_of_goods_that_differ_in_their_taxes_alone_a_deal_takes_the_same_in_any_order(tmp_path):
    """One of 2 x 10.00 costs 0.10: which of them decides on the tax on top."""
    taxes = {"a": {"rate": "19"}, "b": {"rate": "7"}}
    lines = [{**goods("10.00", taxes=[code]), "id": code} for code in taxes]
    offers = [{"id": "one", "kind": "unit_percent", "percent": "99", "max_uses": 1}]
    found = [
        answer(tmp_path, basket(*order, taxes=taxes, offers=offers))["totals"]
        for order in itertools.permutations(lines)
    ]
    assert found[0] == found[1]


def test_a_discount_on_a_return_mirrors_that_of_the_sale(tmp_path):
    """10 % off 10.00 that come back is 1.00 less to give back; an amount likewise."""
    found = answer(
        tmp_path,
        basket(goods("10.00", "-1", discount={"percent": "10"}),
               goods("10.00", "-1", discount={"amount": "2.50"})),
    )  # fmt: skip
    assert [line["gross"] for line in found["lines"]] == [-900, -750]
    assert [line["adjustments"][0]["amount"] for line in found["lines"]] == [100, 250]


def test_a_discount_on_a_return_takes_no_more_than_its_mirror_image(tmp_path):
    """0.99 with 0.25 a piece inside: 100 % off 2 takes 1.98 - 0.50; off what costs 0.00 nothing."""
    taxes = {"eco": {"kind": "fixed", "amount": "0.25", "included": True}}
    free = [goods("0.99", quantity, taxes=["eco"], discount={"percent": "100"})
            for quantity in ("2", "-2")]  # fmt: skip
    found = answer(tmp_path, basket(*free, taxes=taxes))
    assert [line["adjustments"][0]["amount"] for line in found["lines"]] == [-148, 148]
    for quantity in ("1", "-1"):
        given = goods("0.00", quantity, taxes=["eco"], discount={"amount": "0.10"})
        path, *_ = refused(tmp_path, basket(given, taxes=taxes))
        assert path == "lines[0].discount.amount"


def test_returns_take_no_part_in_offers_and_basket_discounts(tmp_path):
    """Of 3 × 10.00 one is free; one that comes back is 10.00 still; 10 % off the 20.00."""
    found = answer(
        tmp_path,
        basket(goods("10.00", "3"), goods("10.00", "-1"), offers=OFFERS[:1],
               basket_discounts=[{"id": "staff", "percent": "10"}]),
    )  # fmt: skip
    assert [line["gross"] for line in found["lines"]] == [1800, -1000]


def test_a_weighed_line_is_one_unit_to_offers(tmp_path):
    """15 % of 8.28, which is 0.642 × 12.90, is 1.242."""
    found = answer(tmp_path, basket(goods("12.90", "0.642", "B"), offers=OFFERS[2:]))
    assert found["offers"] == [
        {"id": "off", "saving": 124,
         "applications": [{"units": [{"line": "1", "count": 1}], "saving": 124}]},
    ]  # fmt: skip


def test_equal_applications_are_listed_one_by_one(tmp_path):
    found = answer(tmp_path, basket(goods("10.00", "6"), offers=OFFERS[:1]))
    deal = {"units": [{"line": "1", "count": 3}], "saving": 1000}
    assert found["offers"] == [{"id": "3for2", "saving": 2000, "applications": [deal, deal]}]


def test_a_price_that_a_basket_says_is_no_price_of_a_catalogue(tmp_path):
    assert answer(tmp_path, basket(goods("1.00")))["trace"][0]["source"] == "basket"


def test_a_line_says_as_little_as_it_can(tmp_path):
    """Its place is its id, its id its SKU; taxes there are none."""
    offer = {"id": "o", "kind": "unit_percent", "percent": "10", "skus": ["1"]}
    line = {"quantity": "2", "unit_price": "150"}
    asked = {"currency": "JPY", "lines": [line], "offers": [offer]}
    found = answer(tmp_path, asked)
    assert found["lines"][0]["id"] == "1"
    assert found["totals"] == {"list": 300, "discount": -30, "net": 270, "tax": 0, "gross": 270}


def test_an_empty_basket_comes_to_nothing(tmp_path):
    found = answer(tmp_path, basket())
    assert found["totals"] == dict.fromkeys(("list", "discount", "net", "tax", "gross"), 0)
    assert (found["lines"], found["trace"], found["optimal"]) == ([], [], True)


def test_more_work_may_only_save_more_and_a_gap_is_told(tmp_path):
    """A bundle that glues eight goods together, and work for almost nothing."""
    skus = "ABCDEFGH"
    offers = [
        {"id": f"o{at}", "kind": "n_for_price", "n": 3, "price": major(900 + 17 * at),
         "skus": [skus[at], skus[(at + 1) % 8], skus[(at + 3) % 8]]}
        for at in range(8)
    ]  # fmt: skip
    lines = [goods(major(400 + 53 * at), "4", sku) for at, sku in enumerate(skus)]
    few, many = (
        answer(tmp_path, basket(*lines, offers=offers, solve_ms=work)) for work in (1, 2_000)
    )
    assert not few["optimal"]
    assert few["short_by"] > 0
    saved = -few["totals"]["discount"], -many["totals"]["discount"]
    assert saved[0] <= saved[1] <= saved[0] + few["short_by"]


def test_offers_for_some_apply_with_what_the_basket_says_of_its_customer(tmp_path):
    offer = {"id": "staff", "kind": "unit_percent", "percent": "10", "customer_groups": ["staff"]}
    asked = basket(goods("10.00"), offers=[offer])
    assert answer(tmp_path, asked)["totals"]["gross"] == 1000
    assert answer(tmp_path, {**asked, "customer_groups": ["staff"]})["totals"]["gross"] == 900


def test_an_offer_that_depends_on_the_tender_applies_with_it(tmp_path):
    offer = {"id": "card", "kind": "unit_percent", "percent": "10", "tender": "card"}
    asked = basket(goods("10.00"), offers=[offer])
    assert answer(tmp_path, {**asked, "tender": "cash"})["totals"]["gross"] == 1000
    assert answer(tmp_path, {**asked, "tender": "card"})["totals"]["gross"] == 900


def test_happy_hours_are_judged_at_the_moment_of_the_basket(tmp_path):
    offer = {"id": "happy", "kind": "unit_percent", "percent": "50", "hours": "17:00-19:00"}
    for moment, gross in (("T16:59:59Z", 1000), ("T17:00:00Z", 500), ("T18:00:00+01:00", 500)):
        asked = basket(goods("10.00"), offers=[offer])
        found = answer(tmp_path, {**asked, "moment": f"2026-11-21{moment}"})
        assert found["totals"]["gross"] == gross, moment


def test_taxes_may_be_exempt_with_a_reason_in_the_trace(tmp_path):
    taxes = {"free": {"rate": "0", "treatment": "exempt", "reason": "books", "label": "Exempt"}}
    found = answer(tmp_path, basket(goods("10.00", taxes=["free"]), taxes=taxes))
    assert found["taxes"] == [{"code": "free", "base": 1000, "amount": 0}]
    assert found["trace"][-1]["rule"] == "exempt: books"


def test_one_object_may_stand_over_many_lines_and_after_a_byte_order_mark(tmp_path):
    file = tmp_path / "basket.json"
    text = json.dumps(basket(goods("1.00", taxes=["vat19"]), taxes=VAT19), indent=2)
    file.write_text(f"\N{BYTE ORDER MARK}{text}", encoding="utf-8")
    status, out, _ = run(file)
    assert status == 0
    assert json.loads(out)["totals"]["tax"] == 16  # 100 × 19 / 119 = 15.97


def test_empty_lines_between_baskets_are_passed_over(tmp_path):
    file = tmp_path / "baskets.jsonl"
    one = json.dumps(basket(goods("1.00")))
    file.write_text(f"\n{one}\n  \n\n{one}", encoding="utf-8")
    status, out, _ = run(file)
    assert (status, out.count("\n")) == (0, 2)


@pytest.mark.parametrize("repeated", [1, 80])
def test_the_same_offers_answer_the_same_whatever_was_priced_before(tmp_path, repeated):
    """Plugins are made once for the same offers, and not kept for ever."""
    asked = basket(goods("10.00", "3"), offers=OFFERS)
    others = [
        basket(goods("10.00", "3"),
               offers=[{"id": "x", "kind": "unit_amount", "amount": major(at + 1)}])
        for at in range(repeated)
    ]  # fmt: skip
    _, found = explained(tmp_path, asked, *others, asked)
    assert found[0] == found[-1]
    assert [each["totals"]["discount"] for each in found[1:-1]] == [
        -3 * (at + 1) for at in range(repeated)
    ]


def test_each_basket_is_rounded_by_its_own_rule_whatever_was_priced_before(tmp_path):
    """12.5 % of 3.34 is 0.4175: up leaves 2.92, half of it is 1.46; down leaves 2.93, half 1.47."""
    half = [{"id": "half", "kind": "unit_percent", "percent": "50"}]
    line = goods("3.34", discount={"percent": "12.5"})
    asked = [
        basket(line, offers=half, tax={"rounding": rounding})
        for rounding in ("up", "down", "up", "down")
    ]
    _, found = explained(tmp_path, *asked)
    assert [each["offers"][0]["saving"] for each in found] == [146, 147, 146, 147]
