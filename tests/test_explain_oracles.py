"""Independent expected results, asked of the real command: as one file of baskets each."""

from __future__ import annotations

from tests.explaining import basket, explained, goods, major

KINDS = {
    "pct_unit": lambda offer: {"kind": "unit_percent", "percent": str(offer["pct"])},
    "amount_unit": lambda offer: {"kind": "unit_amount", "amount": major(offer["off"])},
    "n_fixed": lambda offer: {
        "kind": "n_for_price", "n": offer["n"], "price": major(offer["price"]),
    },
    "n_pct": lambda offer: {"kind": "n_percent", "n": offer["n"], "percent": str(offer["pct"])},
    "cheapest_pct": lambda offer: {
        "kind": "cheapest_percent", "n": offer["n"], "percent": str(offer["pct"]),
    },
    "bundle": lambda offer: {
        "kind": "bundle_price", "groups": offer["groups"], "price": major(offer["price"]),
    },
}  # fmt: skip
TAXED_BY_UNIT = {"item_disc_multi_unit_basis"}
"""Sylius rounds the tax of each unit there; the format rounds it on the line, and says so."""


def basket_of_offers(case):
    offers = []
    for at, offer in enumerate(case["offers"]):
        scope = {"skus": offer["skus"]} if "skus" in offer else {}
        offers.append({"id": f"o{at}", **KINDS[offer["type"]](offer), **scope})
    lines = [goods(major(unit["price"]), sku=unit["sku"]) for unit in case["units"]]
    return basket(*lines, offers=offers, solve_ms=200)


def basket_of_cart(case):
    lines, taxes = [], {}
    for item in case["items"]:
        rate = str(item["rate"])
        taxes[rate] = {"rate": rate, "included": case["price_includes_tax"]}
        off = item["unit_discount"] * item["qty"]
        discount = {"discount": {"amount": major(off)}} if off else {}
        lines.append(goods(major(item["unit_price"]), str(item["qty"]), taxes=[rate], **discount))
    off = case["order_discount"]
    whole = [{"id": "order", "amount": major(off)}] if off else []
    return basket(*lines, taxes=taxes, basket_discounts=whole)


def test_every_basket_of_overlapping_offers_saves_the_most_there_is_and_says_it_is_proven(
    oracle, tmp_path
):
    cases = oracle("promotions_optimal")["cases"]
    assert len(cases) >= 66
    status, answers = explained(tmp_path, *map(basket_of_offers, cases))
    assert status == 0
    for case, found in zip(cases, answers, strict=True):
        prices = sum(unit["price"] for unit in case["units"])
        assert found["totals"]["discount"] == -case["best_discount"], case["name"]
        assert found["totals"]["net"] == prices - case["best_discount"], case["name"]
        assert sum(each["saving"] for each in found["offers"]) == case["best_discount"]
        assert (found["optimal"], found["short_by"]) == (True, 0), case["name"]


def test_no_unit_is_in_two_applications(oracle, tmp_path):
    cases = oracle("promotions_optimal")["cases"]
    _, answers = explained(tmp_path, *map(basket_of_offers, cases))
    for found in answers:
        taken = [
            unit["line"]
            for offer in found["offers"]
            for deal in offer["applications"]
            for unit in deal["units"]
            for _ in range(unit["count"])
        ]
        assert len(taken) == len(set(taken)), "each line here is one unit"


def test_every_cart_of_sylius_comes_to_its_totals_or_is_named(oracle, tmp_path):
    cases = oracle("tax_sylius")["cases"]
    assert len(cases) >= 10
    status, answers = explained(tmp_path, *map(basket_of_cart, cases))
    assert status == 0
    differing = set()
    for case, found in zip(cases, answers, strict=True):
        totals = found["totals"]
        if (totals["gross"], totals["tax"]) != (case["total"], case["tax"]):
            differing.add(case["name"])
        listed = sum(item["unit_price"] * item["qty"] for item in case["items"])
        off = sum(item["unit_discount"] * item["qty"] for item in case["items"])
        assert totals["discount"] == -off - case["order_discount"], case["name"]
        assert totals["list"] == listed
        if not case["price_includes_tax"]:
            assert totals["net"] == listed + totals["discount"], case["name"]
    assert differing == TAXED_BY_UNIT


def test_the_cart_that_is_taxed_by_unit_agrees_when_each_unit_is_a_line(oracle, tmp_path):
    cases = {case["name"]: case for case in oracle("tax_sylius")["cases"]}
    for name in TAXED_BY_UNIT:
        units = [{**item, "qty": 1} for item in cases[name]["items"] for _ in range(item["qty"])]
        _, (found,) = explained(tmp_path, basket_of_cart({**cases[name], "items": units}))
        totals = found["totals"]
        assert (totals["gross"], totals["tax"]) == (cases[name]["total"], cases[name]["tax"])
