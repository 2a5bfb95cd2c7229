"""Checking offers: what competes, what hangs together, and which offer holds it together."""

from __future__ import annotations

from tests.plugins.promotions.checked import NO_SHELF, THREE_PENS, check, findings


def test_overlaps_tell_which_offers_compete_for_how_many_goods():
    report = check(
        {**THREE_PENS, "skus": ["PEN", "PAD", "INK"]},
        {"kind": "n_for_price", "n": 2, "price": "2.00", "skus": ["PEN", "INK"]},
        {"kind": "unit_percent", "percent": "5", "skus": ["INK"]},
        {"kind": "unit_percent", "percent": "5", "skus": ["INK"], "conflict": "stack"},
        {"kind": "basket_percent", "percent": "5"},
    )
    found = [(each.offers, each.goods, each.example) for each in report.overlaps]
    assert found == [(("a", "b", "c"), 1, "INK"), (("a", "b"), 1, "PEN")]


def chain(count):
    """Return offers of three that share an item with the next one: 0-1, 1-2, …"""
    return [{**THREE_PENS, "id": f"o{at}", "skus": [f"S{at}", f"S{at + 1}"]} for at in range(count)]


def test_the_offer_that_glues_is_the_one_whose_parts_are_smallest_without_it():
    """Two chains of four, joined by one offer on both ends: 9 offers, without it 4 and 4."""
    first = chain(4)
    second = [
        {**each, "id": f"p{at}", "skus": [f"T{at}", f"T{at + 1}"]}
        for at, each in enumerate(chain(4))
    ]
    joining = {**THREE_PENS, "id": "joins", "skus": ["S4", "T0"]}
    report = check(*first, *second, joining, shelf=NO_SHELF)
    (part,) = report.components
    assert (len(part.offers), part.goods, part.glue) == (9, 10, "joins")
    assert part.left == ((4, 5), (4, 5))
    (finding,) = report.findings
    assert (finding.weight, finding.kind, finding.offer) == ("warning", "glue", "joins")
    assert "joins 9 offers on 10 goods" in finding.message
    assert "2 parts, the largest of 4 offers on 5 goods" in finding.message
    assert len(finding.others) == 8


def test_two_rings_on_one_offer_fall_apart_without_it():
    """A ring of three items and two offers beside the middle one, on either side of it."""
    tables = [
        {**THREE_PENS, "id": id_, "skus": list(skus)}
        for id_, skus in (
            ("middle", "ABXY"),
            ("left1", "AC"),
            ("left2", "CB"),
            ("right1", "XZ"),
            ("right2", "ZY"),
        )
    ]
    (part,) = check(*tables, shelf=NO_SHELF).components
    assert (part.glue, part.left) == ("middle", ((2, 3), (2, 3)))


def test_an_offer_on_any_goods_glues_them_all():
    """Six threes of an item each, apart; two of anything joins them, and is named."""
    threes = [{**THREE_PENS, "id": f"o{at}", "skus": [f"S{at}"]} for at in range(6)]
    anything = {"id": "anything", "kind": "n_percent", "n": 2, "percent": "5"}
    apart = check(*threes, shelf=NO_SHELF)
    assert [len(part.offers) for part in apart.components] == [1] * 6
    assert apart.findings == ()
    (part,) = check(*threes, anything, shelf=NO_SHELF).components
    assert (part.glue, part.left) == ("anything", ((1, 1),) * 6)


def test_up_to_five_offers_together_are_no_finding():
    assert findings(*chain(5), shelf=NO_SHELF) == []
    assert [each[1] for each in findings(*chain(6), shelf=NO_SHELF)] == ["glue"]


def test_offers_that_need_no_second_unit_glue_nothing_unless_they_are_limited():
    single = {"id": "single", "kind": "unit_percent", "percent": "1", "skus": ["S0", "T0"]}
    twos = [{**THREE_PENS, "id": each, "skus": [each]} for each in ("S0", "T0")]
    assert len(check(*twos, single, shelf=NO_SHELF).components) == 2
    assert len(check(*twos, {**single, "max_uses": 1}, shelf=NO_SHELF).components) == 1
    from_one = {**single, "kind": "at_least_percent", "n": 1}
    assert len(check(*twos, from_one, shelf=NO_SHELF).components) == 2
    assert len(check(*twos, {**from_one, "n": 2}, shelf=NO_SHELF).components) == 1


def test_exclusive_levels_and_stacked_offers_are_components_of_their_own():
    of = {**THREE_PENS, "skus": ["S0"]}
    report = check(
        of, {**of, "conflict": "exclusive"}, {**of, "conflict": "exclusive", "priority": 3},
        {**of, "conflict": "stack"}, {"kind": "basket_percent", "percent": "5"}, shelf=NO_SHELF,
    )  # fmt: skip
    assert sorted((part.conflict, part.offers) for part in report.components) == [
        ("best", ("a",)), ("exclusive", ("b",)), ("exclusive", ("c",)),
    ]  # fmt: skip


def test_offers_of_any_goods_alone_are_one_component_without_a_catalogue():
    anything = {"kind": "n_percent", "n": 2, "percent": "5"}
    (part,) = check(anything, {**anything, "n": 3}, shelf=NO_SHELF).components
    assert (part.offers, part.densest, part.left) == (("a", "b"), "any goods", ((1, 1),))


def test_a_department_is_what_offers_call_it_without_a_catalogue():
    report = check(
        {**THREE_PENS, "skus": None, "departments": ["Toys"]},
        {"kind": "n_percent", "n": 2, "percent": "5", "departments": ["Toys"]},
        THREE_PENS, shelf=NO_SHELF,
    )  # fmt: skip
    assert [each.offers for each in report.overlaps] == [("a", "b")]
    assert [part.offers for part in report.components] == [("a", "b"), ("c",)]


def test_an_offer_on_a_department_without_goods_is_in_no_component():
    report = check({**THREE_PENS, "skus": None, "departments": ["Toys"]})
    assert [each.kind for each in report.findings] == ["impossible"]
    assert report.components == ()
