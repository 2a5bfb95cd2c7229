"""Legal entities on one receipt: each has its own sums, and they add up to the receipt's."""

from __future__ import annotations

import attrs
from hypothesis import given
from hypothesis import strategies as st

from posframe.kernel.domain.basket import LineKind
from posframe.kernel.domain.entities import entity_of, totals_by_entity
from posframe.kernel.domain.events import CompletedLine
from posframe.kernel.domain.totals import shares, taxes_in, totals
from tests.kernel.making import ADDED10, POLICIES, VAT7, VAT19, basket_of, line

BREAD = attrs.evolve(VAT7, entity="baker")
CAKE = attrs.evolve(VAT19, entity="baker")
lines = st.lists(
    st.builds(
        lambda minor, taxes, kind: line(1, minor, *taxes, kind=kind),
        st.integers(0, 3_000),
        st.sampled_from([(VAT7,), (VAT19,), (BREAD,), (CAKE,), (BREAD, CAKE), (ADDED10,), ()]),
        st.sampled_from([LineKind.SALE, LineKind.DEPOSIT]),
    ),
    max_size=10,
)


def completed(basket):
    return [CompletedLine(basket.lines[share.number - 1], share) for share in shares(basket)]


@given(found=lines, policy=st.sampled_from(POLICIES), off=st.integers(0, 500))
def test_entities_add_up_to_the_receipt(found, policy, off):
    """In every figure, discounted and rounded over the whole or not."""
    basket = basket_of(found, policy, off=off)
    parts = [each for _, each in totals_by_entity(completed(basket))]
    whole = totals(basket)
    for field in attrs.fields(type(whole)):
        if field.name != "taxes":
            assert sum(getattr(each, field.name) for each in parts) == getattr(whole, field.name)
    rows = [row for each in parts for row in each.taxes]
    assert sorted((row.code, row.base_minor, row.minor) for row in rows) == sorted(
        (row.code, row.base_minor, row.minor) for row in whole.taxes
    )


def test_a_department_store_and_its_baker():
    """1.07 and 1.19 of the store, 2.14 of the baker: one code, two rows, two entities."""
    basket = basket_of([line(1, 214, BREAD), line(1, 107, VAT7), line(1, 119, VAT19)])
    (own, store), (name, baker) = totals_by_entity(completed(basket))
    assert (own, name) == ("", "baker")
    assert (store.net_minor, store.tax_minor, store.gross_minor) == (200, 26, 226)
    assert (baker.net_minor, baker.tax_minor, baker.gross_minor) == (200, 14, 214)
    assert [each.entity for each in taxes_in(basket)] == ["", "", "baker"]
    assert [(row.code, row.minor) for row in totals(basket).taxes] == [
        ("vat19", 19), ("vat7", 7), ("vat7", 14)
    ]  # fmt: skip


def test_goods_without_tax_are_the_tills_own():
    assert entity_of(line(1, 100)) == ""
    assert entity_of(line(1, 100, CAKE)) == "baker"
