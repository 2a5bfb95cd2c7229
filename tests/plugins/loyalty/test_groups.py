"""The groups of a card: what price lists and offers may be for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posframe import ConfigurationError
from posframe_loyalty.cards import groups_of

CARD, STAFF, MANAGER = "9528000000017", "9528001000016", "9528001900019"
TABLE = """[plugins.loyalty]
card_prefix = "9528"
groups = ["member", "club"]

[plugins.loyalty.prefix_groups]
"9528001" = "staff"
"95280019" = "manager"
"9528000" = "member"
"""


@pytest.mark.parametrize(
    ("card", "groups"),
    [
        (CARD, ("member", "club")),
        (STAFF, ("member", "club", "staff")),
        (MANAGER, ("member", "club", "staff", "manager")),
    ],
)
def test_a_card_belongs_to_everyones_groups_and_to_those_of_its_beginning(open_till, card, groups):
    """Each once, in the order of the settings; and only while the card is in the sale."""
    cashier = open_till(tables={"loyalty": TABLE})
    cashier(f".enrol {card}", f".customer {card}")
    assert cashier.till.state.transaction.customer_groups == groups
    cashier("MILK1", ".customer")
    assert cashier.till.state.transaction.customer_groups == ()


def test_a_card_of_a_shop_without_groups_has_none(cashier):
    cashier(f".enrol {CARD}", f".customer {CARD}")
    assert cashier.till.state.transaction.customer_groups == ()


@given(
    st.from_regex(r"[0-9]{1,13}", fullmatch=True),
    st.lists(st.sampled_from("abc")).map(tuple),
    st.dictionaries(st.from_regex(r"[0-9]{1,3}", fullmatch=True), st.sampled_from("abcd")),
)
def test_no_group_is_named_twice_and_none_is_missed(card, groups, by_prefix):
    found = groups_of(card, groups, by_prefix)
    assert len(set(found)) == len(found)
    assert set(found) == {*groups, *(by_prefix[p] for p in by_prefix if card.startswith(p))}


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ('groups = [""]', "'' is no group"),
        ('groups = ["member "]', "'member ' is no group"),
        ('groups = "member"', "plugins.loyalty.groups"),
        ('prefix_groups = { "9528" = "" }', "'' is no group"),
        ('prefix_groups = { "9527" = "staff" }', "no member's card begins with '9527'"),
        ('prefix_groups = { "9528x" = "staff" }', "no member's card begins with '9528x'"),
        ('prefix_groups = { "9528" = 1 }', "prefix_groups.9528"),
    ],
)
def test_groups_that_nobody_can_belong_to_stop_the_start(open_till, lines, words):
    """Each is named, with what would be right."""
    with pytest.raises(ConfigurationError, match=words) as refused:
        open_till(tables={"loyalty": f'[plugins.loyalty]\ncard_prefix = "9528"\n{lines}\n'})
    assert refused.value.hint
