"""Bad baskets: a path, a sentence and a suggestion, never a traceback, never half a price."""

from __future__ import annotations

import json

import pytest

from tests.explaining import basket, explained, goods, refused, run

LINE = goods("10.00")
OFFER = {"id": "o", "kind": "unit_percent", "percent": "10"}


def lines(**changed):
    return basket({**LINE, **changed})


def taxes(**tax):
    return basket(taxes={"t": tax})


def offers(*found):
    return basket(LINE, offers=list(found))


REFUSED = {
    # what is asked: where it is wrong, a word of the sentence, a word of the suggestion
    "no currency": ({"lines": []}, "currency", "missing", "add"),
    "no such currency": ({"currency": "EURO", "lines": []}, "currency", "EURO", "EUR?"),
    "a metal": ({"currency": "XAU", "lines": []}, "currency", "minor unit", "EUR"),
    "no lines": ({"currency": "EUR"}, "lines", "missing", "add"),
    "lines of one object": ({"currency": "EUR", "lines": {}}, "lines", "list", "object"),
    "a line that is none": ({"currency": "EUR", "lines": [1]}, "lines[0]", "object", "unit_price"),
    "an unknown key": (basket(discounts=[]), "discounts", "key", "basket_discounts"),
    "an unknown key of a line": (lines(unit_prize="1"), "lines[0].unit_prize", "key", "unit_price"),
    "a key far from any": (lines(zzz="1"), "lines[0].zzz", "key", "there are: id"),
    "a currency of a line": (lines(currency="USD"), "lines[0].currency", "key", "there are"),
    "no quantity": (basket({"unit_price": "1"}), "lines[0].quantity", "missing", "add"),
    "no price": (basket({"quantity": "1"}), "lines[0].unit_price", "missing", "add"),
    "a whole price": (lines(unit_price=10), "lines[0].unit_price", "quotes", '"10"'),
    "a price with a point": (lines(unit_price=10.5), "lines[0].unit_price", "quotes", '"10.5"'),
    "a huge price": (lines(unit_price=10**40), "lines[0].unit_price", "quotes", "0"),
    "not a number": (lines(unit_price=float("nan")), "lines[0].unit_price", "quotes", "NaN"),
    "infinite": (lines(quantity=float("inf")), "lines[0].quantity", "quotes", "Infinity"),
    "a price of truth": (lines(unit_price=True), "lines[0].unit_price", "text", "true"),
    "an empty price": (lines(unit_price=""), "lines[0].unit_price", "text", "''"),
    "too fine a price": (lines(unit_price="10.555"), "lines[0].unit_price", "decimals", "2"),
    "too fine for yen": (
        {**lines(unit_price="1.5"), "currency": "JPY"}, "lines[0].unit_price", "decimals", "no ",
    ),
    "a price below zero": (lines(unit_price="-1"), "lines[0].unit_price", "negative", "return"),
    "a price of another currency": (
        lines(unit_price="10 USD"), "lines[0].unit_price", "currency", "alone",
    ),
    "a price with a comma": (lines(unit_price="1,000"), "lines[0].unit_price", "comma", "point"),
    "an exponent": (lines(unit_price="1e3"), "lines[0].unit_price", "not an amount", "like"),
    "a price in words": (lines(unit_price="NaN"), "lines[0].unit_price", "not an amount", "like"),
    "too large a price": (lines(unit_price="9" * 30), "lines[0].unit_price", "large", "most"),
    "a megabyte of digits": (lines(unit_price="9" * 10**6), "lines[0].unit_price", "long", "most"),
    "too dear a line": (
        lines(unit_price="9999999999", quantity="99999"), "lines[0].quantity", "cost", "split",
    ),
    "too fine a quantity": (lines(quantity="1.0001"), "lines[0].quantity", "decimals", "3"),
    "no quantity at all": (lines(quantity="0"), "lines[0].quantity", "zero", "leave"),
    "an id of two lines": (
        basket({**LINE, "id": "a"}, {**LINE, "id": "a"}), "lines[1].id", "twice", "lines[0]",
    ),
    "more than all off": (
        lines(discount={"percent": "101"}), "lines[0].discount.percent", "impossible", "100",
    ),
    "less than nothing off": (
        lines(discount={"percent": "-1"}), "lines[0].discount.percent", "impossible", "100",
    ),
    "two discounts in one": (
        lines(discount={"percent": "1", "amount": "1"}), "lines[0].discount", "or an", "{",
    ),
    "a discount of nothing": (lines(discount={}), "lines[0].discount", "or an", "{"),
    "a discount above the line": (
        lines(discount={"amount": "10.01"}), "lines[0].discount.amount", "more", "most",
    ),
    "an undefined tax": (
        {**lines(taxes=["vat91"]), "taxes": {"vat19": {"rate": "19"}}},
        "lines[0].taxes[0]", "defined", "vat19",
    ),
    "a tax where none is defined": (lines(taxes=["v"]), "lines[0].taxes[0]", "defined", "none"),
    "a tax that is no name": (lines(taxes=[7]), "lines[0].taxes[0]", "defined", "quotes"),
    "a tax borne twice": (
        {**lines(taxes=["t", "t"]), "taxes": {"t": {"rate": "1"}}}, "lines[0].taxes", "code", "out",
    ),
    "divisions of everything": (
        {**lines(taxes=["a", "b"]), "taxes": {
            "a": {"kind": "division", "rate": "60"}, "b": {"kind": "division", "rate": "40"},
        }},
        "lines[0].taxes", "nothing", "mend",
    ),
    "taxes that are a list": (basket(taxes=[]), "taxes", "object", "{"),
    "a tax that is a number": (basket(taxes={"t": 19}), "taxes.t", "object", "rate"),
    "a tax without a code": (basket(taxes={"": {"rate": "1"}}), "taxes.", "code", "characters"),
    "a rate of 1900 %": (taxes(rate="1900"), "taxes.t.rate", "1900", '"19"'),
    "a rate of a thousand thirds": (
        taxes(rate="1033.333333"), "taxes.t.rate", "impossible", "0 to 100",
    ),
    "a negative rate": (taxes(rate="-1"), "taxes.t.rate", "negative", "zero"),
    "a rate without quotes": (taxes(rate=19), "taxes.t.rate", "quotes", '"19"'),
    "no rate": (taxes(kind="percent"), "taxes.t.rate", "missing", "add"),
    "an unknown kind": (taxes(kind="percant"), "taxes.t.kind", "cannot", "'percent'"),
    "an amount of a percentage": (
        taxes(rate="1", amount="1"), "taxes.t.amount", "no amount", "rate",
    ),
    "a rate of a fixed tax": (
        taxes(kind="fixed", rate="1", amount="1"), "taxes.t.rate", "no rate", "amount",
    ),
    "too fine an amount": (
        taxes(kind="fixed", amount="0.001"), "taxes.t.amount", "decimals", "2",
    ),
    "maybe included": (taxes(rate="1", included="yes"), "taxes.t.included", "true or", "'yes'"),
    "an exempt rate": (taxes(rate="1", treatment="exempt"), "taxes.t.treatment", "rate", '"0"'),
    "two legal entities on a line": (
        {**lines(taxes=["a", "b"]), "taxes": {
            "a": {"rate": "1", "entity": "hotel"}, "b": {"rate": "1", "entity": "bar"},
        }},
        "lines[0].taxes", "entity", "out",
    ),
    "an unknown rounding point": (
        basket(tax={"round_at": "lines"}),
        "tax.round_at", "lines", "'line'",
    ),
    "an unknown rounding": (
        basket(tax={"rounding": "bankers"}),
        "tax.rounding", "bankers", "half_even",
    ),
    "a day that does not exist": (
        basket(moment="2026-02-30T10:00:00Z"), "moment", "no moment", "2026-11-21",
    ),
    "a day without a time": (basket(moment="2026-02-20"), "moment", "time of day", "like"),
    "a time without a place": (basket(moment="2026-02-20T10:00"), "moment", "UTC", "like"),
    "a time before time": (basket(moment="0001-01-01T00:00:00Z"), "moment", "reach", "like"),
    "a time after time": (basket(moment="9999-12-31T23:00:00-05:00"), "moment", "reach", "like"),
    "a basket discount above all": (
        basket(LINE, basket_discounts=[{"id": "v", "amount": "10.01"}]),
        "basket_discounts[0].amount", "more", "leave",
    ),
    "a basket discount above what is left": (
        basket(
            LINE,
            basket_discounts=[{"id": "s", "percent": "50"}, {"id": "v", "amount": "5.01"}],
        ),
        "basket_discounts[1].amount", "more", "leave",
    ),
    "a basket discount without an id": (
        basket(
            LINE,
            basket_discounts=[{"percent": "1"}],
        ),
        "basket_discounts[0].id", "missing", "add",
    ),
    "an id of two discounts": (
        basket(LINE, basket_discounts=[{"id": "s", "percent": "1"}] * 2),
        "basket_discounts[1].id", "twice", "basket_discounts[0]",
    ),
    "a discount that is called line": (
        basket(LINE, basket_discounts=[{"id": "line", "percent": "1"}]),
        "basket_discounts[0].id", "twice", "discounts on lines",
    ),
    "an id of a discount and an offer": (
        basket(LINE, basket_discounts=[{"id": "o", "percent": "1"}], offers=[OFFER]),
        "offers[0].id", "twice", "basket_discounts[0]",
    ),
    "an id of two offers": (offers(OFFER, OFFER), "offers[1].id", "twice", "offers[0]"),
    "offers that are one": (basket(LINE, offers=OFFER), "offers", "list", "object"),
    "an offer that is a word": (offers("3for2"), "offers[0]", "object", "{"),
    "an offer without an id": (offers({"kind": "unit_percent"}), "offers[0].id", "missing", "add"),
    "an unknown kind of offer": (
        offers({**OFFER, "kind": "unit_persent"}), "offers[0].kind", "cannot", "unit_percent",
    ),
    "an unknown key of an offer": (offers({**OFFER, "sku": ["A"]}), "offers[0].sku", "key", "skus"),
    "an offer of 1900 %": (
        offers({**OFFER, "percent": "1900"}),
        "offers[0].percent", "1900", "100",
    ),
    "an offer in bare numbers": (
        offers({**OFFER, "percent": 10}),
        "offers[0].percent", "10", '"10"',
    ),
    "an offer with a point": (
        offers({**OFFER, "percent": 12.5}),
        "offers[0].percent", "12.5", "quotes",
    ),
    "an offer of none": (
        offers({"id": "o", "kind": "n_percent", "n": 0, "percent": "10"}), "offers[0].n", "0", "1",
    ),
    "an offer from a day that is none": (
        offers({**OFFER, "from": "2026-02-30"}), "offers[0].from", "2026-02-30", "date",
    ),
    "an offer nested for ever": (
        offers({**OFFER, "skus": json.loads("[" * 500 + "]" * 500)}),
        "offers[0].skus[0][0][0][0][0][0]", "deep", "offers.md",
    ),
    "an offer with a deep number": (
        offers({**OFFER, "coupon": {"limit": [1.5]}}), "offers[0].coupon.limit[0]", "1.5", "quotes",
    ),
    "no work": (basket(solve_ms=0), "solve_ms", "whole", "1 to"),
    "too much work": (basket(solve_ms=10**30), "solve_ms", "whole", "1 to"),
    "half a millisecond": (basket(solve_ms=0.5), "solve_ms", "whole", "0.5"),
    "work in quotes": (basket(solve_ms="20"), "solve_ms", "whole", "'20'"),
    "a coupon nobody knows": (basket(LINE, coupons=["X"]), "coupons[0]", "No coupon", "check"),
    "a coupon without quotes": (basket(LINE, coupons=[7]), "coupons[0]", "quotes", "7"),
    "groups in one word": (basket(customer_groups="staff"), "customer_groups", "list", "'staff'"),
    "a tender of many": (basket(tender=["card"]), "tender", "text", "a list"),
    "too long an id": (lines(id="x" * 201), "lines[0].id", "long", "200"),
}  # fmt: skip


@pytest.mark.parametrize(("asked", "path", "sentence", "hint"), REFUSED.values(), ids=REFUSED)
def test_a_bad_basket_is_told_where_what_and_what_to_do(tmp_path, asked, path, sentence, hint):
    where, message, suggestion = refused(tmp_path, asked)
    assert where == path
    assert sentence in message
    assert hint in suggestion


ODD = [
    None, True, 0, -1, 10**30, 1.5, float("nan"), "", "x", "-1", "1e9", "\0", "\ud800", "9" * 300,
    [], [[]], [None], {}, {"": ""}, {"id": "x"}, {"percent": "10"}, [{"id": "x"}] * 2,
]  # fmt: skip
WHOLE = basket(
    {**LINE, "discount": {"percent": "5"}, "taxes": ["v"]},
    goods("3.33", "-1.5", "B"),
    tax={"round_at": "rate", "rounding": "half_even"},
    taxes={"v": {"kind": "percent", "rate": "19", "included": True, "reason": "r"}},
    basket_discounts=[{"id": "s", "percent": "10"}, {"id": "t", "amount": "1.00"}],
    offers=[
        {**OFFER, "skus": ["A"], "hours": "09:00-19:00", "coupon": {"codes": ["X"]}},
        {"id": "b", "kind": "bundle_price", "groups": [["A"], ["B"]], "price": "9.99"},
        {"id": "g", "kind": "gift", "count": 1, "skus": ["B"], "spend": "50.00"},
    ],
    solve_ms=20,
    coupons=["X"],
    customer_groups=["staff"],
    tender="cash",
    fulfilment="eat_in",
)


def places(value, path=()):
    """Yield the path of everything that can be replaced."""
    children = value.items() if isinstance(value, dict) else enumerate(value)
    for key, child in children:
        yield (*path, key)
        if isinstance(child, (dict, list)):
            yield from places(child, (*path, key))


def replaced(value, path, by):
    copy = json.loads(json.dumps(value))
    inside = copy
    for key in path[:-1]:
        inside = inside[key]
    inside[path[-1]] = by
    return copy


@pytest.mark.parametrize("odd", ODD, ids=lambda odd: repr(odd)[:20])
def test_whatever_stands_wherever_it_is_priced_in_full_or_refused_in_words(tmp_path, odd):
    asked = [replaced(WHOLE, path, odd) for path in places(WHOLE)]
    status, answers = explained(tmp_path, WHOLE, *asked)
    assert status == 1
    assert "totals" in answers[0], "what is replaced is a good basket"
    for each in answers:
        if "error" in each:
            assert each.keys() == {"error"}
            assert set(each["error"]) == {"path", "message", "hint"}
            assert each["error"]["message"]
            assert each["error"]["hint"], each
        else:
            assert {"lines", "totals", "trace"} <= each.keys()


FILES = {
    "no JSON": (b"nonsense", "no JSON"),
    "cut short": (b'{"currency": "EUR",', "no JSON"),
    "cut short in a list": (b'{"currency": "EUR",\n "lines": [\n', "no JSON"),
    "a list": (b"[]", "is a JSON object"),
    "a word": (b'"basket"', "is a JSON object"),
    "a key twice": (b'{"currency": "EUR", "currency": "USD", "lines": []}', "stands twice"),
    "nested for ever": (b"[" * 100_000, "nested too deeply"),
    "not UTF-8": (b'{"currency": "\xff"}', "UTF-8"),
    "UTF-16": ('{"currency": "EUR"}'.encode("utf-16"), "UTF-8"),
    "a null byte": (b"\0", "no JSON"),
}


@pytest.mark.parametrize(("written", "sentence"), FILES.values(), ids=FILES)
def test_a_file_that_holds_no_basket_is_answered_with_words(tmp_path, written, sentence):
    file = tmp_path / "basket.json"
    file.write_bytes(written)
    status, out, err = run(file)
    assert (status, err) == (1, "")
    (answer,) = [json.loads(line) for line in out.splitlines()]
    assert sentence in answer["error"]["message"]
    assert answer["error"]["hint"]


def test_what_is_refused_does_not_stop_what_comes_after_it(tmp_path):
    file = tmp_path / "baskets.jsonl"
    good = json.dumps(basket(LINE))
    file.write_text(f"{good}\nnonsense\n{good}\n{{}}\n{good}\n", encoding="utf-8")
    status, out, _ = run(file)
    answers = [json.loads(line) for line in out.splitlines()]
    assert status == 1
    assert ["error" in each for each in answers] == [False, True, False, True, False]
    assert answers[0] == answers[2] == answers[4]


@pytest.mark.parametrize("first", ["nonsense", '{"lines": }', "[]", '{"a": 1} x', '"word"'])
def test_a_first_line_that_is_wrong_in_itself_does_not_swallow_the_next(tmp_path, first):
    file = tmp_path / "baskets.jsonl"
    file.write_text(f"{first}\n{json.dumps(basket(LINE))}\n", encoding="utf-8")
    _, out, _ = run(file)
    assert ["error" in json.loads(each) for each in out.splitlines()] == [True, False]


def test_a_basket_that_is_too_large_is_refused_and_the_next_one_priced(tmp_path, monkeypatch):
    monkeypatch.setattr("posframe.explain.documents.BASKET_MAX_BYTES", 1_000)
    padded = {**basket(LINE), "x": "y" * 5_000}
    status, (first, second) = explained(tmp_path, padded, basket(LINE))
    assert status == 1
    assert first["error"]["message"] == "The basket is larger than 32 MiB"
    assert second["totals"]["gross"] == 1000


def test_a_basket_of_too_many_lines_is_refused(tmp_path):
    path, message, _ = refused(tmp_path, basket(*[LINE] * 10_001))
    assert (path, message) == ("lines", "A basket has at most 10,000 lines")


@pytest.mark.parametrize("name", ["missing.json", "", "folder", "a\0b"])
def test_a_file_that_cannot_be_read_ends_with_status_2_and_words(tmp_path, name):
    (tmp_path / "folder").mkdir()
    status, out, err = run(tmp_path / name if name else tmp_path)
    assert (status, out) == (2, "")
    assert "cannot be read" in " ".join(err.split())


def test_an_empty_file_ends_with_status_2(tmp_path):
    file = tmp_path / "empty.jsonl"
    file.write_text("\n \n", encoding="utf-8")
    status, out, err = run(file)
    assert (status, out) == (2, "")
    assert "holds no basket" in err
