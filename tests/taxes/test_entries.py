"""Entries of till.toml: each is the tax it describes, or refused with path and suggestion."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posframe.errors import ConfigurationError
from posframe.kernel.domain.tax import Tax, TaxKind, Treatment
from tests.taxes.writing import NOW_US, WAYS, entry, profile_of, refusal


@pytest.mark.parametrize(
    ("table", "tax"),
    [
        (entry("a", "19"), Tax("a", "A", 19, 100)),
        (entry("a", "5,5"), Tax("a", "A", 11, 200)),
        (entry("a", "0"), Tax("a", "A", 0, 1)),
        (entry("a", "100"), Tax("a", "A", 1, 1)),
        (entry("a", "9.975", included=False), Tax("a", "A", 399, 4000, included=False)),
        (
            entry("a", amount="0.25", affects_base=True),
            Tax("a", "A", 0, 1, kind=TaxKind.FIXED, amount_minor=25, affects_base=True),
        ),
        (entry("a", amount="0"), Tax("a", "A", 0, 1, kind=TaxKind.FIXED)),
        (
            entry("a", "5", kind="division", base_affected=False),
            Tax("a", "A", 1, 20, kind=TaxKind.DIVISION, base_affected=False),
        ),
        (
            entry("a", "0", treatment="zero_rated"),
            Tax("a", "A", 0, 1, treatment=Treatment.ZERO_RATED),
        ),
        (
            entry("a", "0", treatment="exempt", reason="Art. 132"),
            Tax("a", "A", 0, 1, treatment=Treatment.EXEMPT, reason="Art. 132"),
        ),
        (
            entry("a", "0", treatment="out_of_scope", reason="Voucher"),
            Tax("a", "A", 0, 1, treatment=Treatment.OUT_OF_SCOPE, reason="Voucher"),
        ),
        (
            entry("a", "0", treatment="reverse_charge", reason="Art. 196"),
            Tax("a", "A", 0, 1, treatment=Treatment.REVERSE_CHARGE, reason="Art. 196"),
        ),
    ],
)
def test_an_entry_becomes_the_tax_it_describes(table, tax):
    assert profile_of(table).taxes("goods", "", NOW_US) == (tax,)


def test_a_fixed_amount_is_in_the_minor_unit_of_the_currency():
    """0.025 dinar is 25 fils; a yen has no part."""
    fils = profile_of(entry("a", amount="0.025"), currency="KWD").taxes("goods", "", NOW_US)
    assert fils[0].amount_minor == 25
    error = refusal(entry("a", amount="0.5"), currency="JPY")
    assert "taxes[0].amount: '0.5' has more decimals than an amount can have" in error.message


@pytest.mark.parametrize(
    ("table", "message", "hint"),
    [
        (entry("a", "1900"), "rate: 1900 percent is above 100", "did you mean 19?"),
        (entry("a", "550"), "rate: 550 percent is above 100", "did you mean 5.5?"),
        (entry("a", "100.000001"), "rate: 100.000001 percent is above 100", "did you mean 1?"),
        (entry("a", "100", kind="division"), "rate: 100 percent is 100 or more", "mean 1?"),
        (entry("a", "-7"), "rate: '-7' is negative", "zero or more"),
        (entry("a", "19 %"), "rate: '19 %' is not a percentage", '"5.5"'),
        (entry("a", "1e2"), "rate: '1e2' is not a percentage", '"5.5"'),
        (entry("a", "0.1234567"), "rate: '0.1234567' has more decimals", '"5.5"'),
        (entry("a"), "taxes[0] has neither a rate nor an amount", 'rate = "19"'),
        (entry("a", "19", amount="1"), "taxes[0] has both a rate and an amount", "either"),
        (entry("a", "19", kind="fixed"), "'fixed' goes with amount, not with rate", "amount = …"),
        (entry("a", amount="1", kind="division"), "'division' goes with rate, not", "rate = …"),
        (entry("a", amount="-0.25"), "amount: '-0.25' is negative", "zero or more"),
        (entry("a", amount="0.255"), "amount: '0.255' has more decimals", "at most 2 decimals"),
        (entry("a", amount="x"), "amount: 'x' is not an amount", "Write it like"),
        (entry("a", "7", treatment="exempt", reason="x"), "what is exempt bears nothing", '"0"'),
        (entry("a", amount="1", treatment="zero_rated"), "zero_rated bears nothing", '"0"'),
        (entry("a", "0", treatment="exempt"), "what is exempt says why", "reason"),
        (entry("a", "0", treatment="out_of_scope", reason=" "), "out_of_scope says why", "reason"),
        (entry("a", "0", treatment="reverse_charge"), "reverse_charge says why", "reason"),
        (entry("a", "0", reason="Art. 132"), "reason says why nothing is due", "exempt"),
        (entry(" ", "0"), "taxes[0].code is empty", "vat19"),
        (entry("a", "0", label=""), "taxes[0].label is empty", "write one"),
        (entry("a", "0", treatment="excempt"), "treatment cannot be 'excempt'", "'exempt'"),
        (entry("a", "0", kind="percents"), "kind cannot be 'percents'", "'percent'"),
        (entry("a", "0", form="2026-01-01"), "taxes[0].form is not a setting", "mean from?"),
        (entry("a", "0", fulfilment=5), "fulfilment must be a text in quotes", "it is 5 now"),
        (entry("a", "0", place=["AT", 5]), "place[1] must be a text in quotes", "it is 5 now"),
    ],
)
def test_an_entry_that_is_no_tax_is_named_with_a_suggestion(table, message, hint):
    error = refusal(table)
    assert message in error.message
    assert "tax.categories.goods" in error.message
    assert hint in error.hint


@given(st.recursive(st.none() | st.text(max_size=8) | st.integers() | st.booleans(),
                    lambda inner: st.lists(inner, max_size=2), max_leaves=3),
       st.sampled_from(["code", "label", "rate", "amount", "kind", "treatment", "reason", "from",
                        "until", "fulfilment", "place", "included"]))  # fmt: skip
def test_whatever_stands_in_an_entry_is_taken_or_refused_with_its_path(value, key):
    """Never another error, and never one without words."""
    table = json.loads(json.dumps({**entry("a", "7"), key: value}))
    said = None
    try:
        profile_of(table, ways=WAYS, place="AT")
    except ConfigurationError as refused:
        said = refused
    assert said is None or (said.message.startswith("tax.categories.goods") and said.hint)
