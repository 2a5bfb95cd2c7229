"""Rules that contradict each other, or name what is not there, are refused at the start."""

from __future__ import annotations

import pytest

from tests.taxes.writing import EAT, NOW_US, TAKE, WAYS, codes, entry, profile_of, refusal, us


def test_an_entry_that_ends_before_it_begins_is_refused():
    for until in ("2026-07-01", "2026-06-30"):
        error = refusal(entry("a", "19", from_="2026-07-01", until=until))
        assert f"taxes[0] never applies: it ends on {until}" in error.message


def test_one_code_twice_at_the_same_time_is_refused():
    for second in ("7", "8"):
        error = refusal(entry("a", "7", until="2026-07-02"), entry("a", second, from_="2026-07-01"))
        assert "taxes[1]" in error.message
        assert "the code 'a'" in error.message
    error = refusal(entry("a", "7"), entry("a", "7", fulfilment=EAT), ways=WAYS)
    assert "taxes[1] and tax.categories.goods.taxes[0] apply at the same time" in error.message


def test_a_code_means_one_tax_at_a_time_in_all_categories():
    """Also where ways of handing over tell the entries apart: a report could not."""
    others = {"other": {"taxes": [entry("a", "8", from_="2026-07-01"), entry("b", "1")]}}
    error = refusal(entry("a", "7"), categories=others)
    assert "tax.categories.other.taxes[0]: the code 'a' means another tax in" in error.message
    assert "tax.categories.goods.taxes[0] at the same time" in error.message
    assert error.hint == "give each rate a code of its own"
    error = refusal(entry("a", "7", fulfilment=EAT), entry("a", "8", fulfilment=TAKE), ways=WAYS)
    assert "the code 'a' means another tax" in error.message
    error = refusal(entry("a", "7"), categories={"o": {"taxes": [entry("a", "7", label="B")]}})
    assert "the code 'a' means another tax" in error.message
    profile = profile_of(entry("a", "7", until="2026-07-01"), entry("c", "0", from_="2026-07-01"),
                         categories=others)  # fmt: skip
    assert codes(profile, us("2026-08-01T00:00:00+00:00"), category="other") == ["a", "b"]
    longer = {"b": {"taxes": [entry("a", "7")]}, **others}
    now = (entry("a", "7", until="2026-04-01"), entry("c", "1"))
    assert "categories.b.taxes[0]" in refusal(*now, categories=longer).message
    before = {"other": {"taxes": [entry("a", "8", until="2026-07-01"), entry("d", "1")]}}
    assert profile_of(entry("a", "7", from_="2026-07-01"), entry("e", "1"), categories=before)


def test_division_taxes_that_leave_nothing_of_a_price_are_refused():
    """99.9 % leaves something; 100 % and more does not, included or not."""
    for included in (True, False):
        share = {"kind": "division", "included": included}
        assert codes(profile_of(entry("a", "60", **share), entry("b", "39.9", **share)))
        error = refusal(entry("a", "60", **share), entry("b", "40", **share))
        assert (
            "tax.categories.goods: division taxes that apply together come to 100" in error.message
        )
    share["fulfilment"] = EAT
    other = {**share, "fulfilment": TAKE}
    assert profile_of(entry("a", "60", **share), entry("b", "60", **other), ways=WAYS)


@pytest.mark.parametrize(
    ("ways", "words"),
    [
        (["eat in"], "tax.fulfilments[0]: 'eat in' cannot be typed"),
        (["Eat"], "'Eat' cannot be typed"),
        (["eat_in", "7"], "tax.fulfilments[1]: '7' cannot be typed"),
        (["_eat"], "'_eat' cannot be typed"),
        (["eat\n"], "cannot be typed"),
        (["all"], "'all' cannot be typed"),
        (["sale"], "'sale' cannot be typed"),
        ([""], "'' cannot be typed"),
        (["café"], "'café' cannot be typed"),
        (["eat_in", "take_away", "eat_in"], "tax.fulfilments names 'eat_in' twice"),
    ],
)
def test_a_way_of_handing_over_that_cannot_be_typed_is_refused(ways, words):
    assert words in refusal(entry("a", "7"), ways=ways).message


def test_names_that_are_not_there_are_refused_with_the_nearest():
    error = refusal(entry("a", "7", fulfilment=[EAT, "take_way"]), ways=WAYS)
    assert "taxes[0].fulfilment: 'take_way' is not one of tax.fulfilments" in error.message
    assert error.hint == "did you mean 'take_away'?"
    error = refusal(entry("a", "7", fulfilment="x"), ways=WAYS)
    assert error.hint == "there are: eat_in, take_away"
    error = refusal(entry("a", "7", fulfilment=EAT))
    assert "tax.fulfilments names no ways" in error.message
    assert 'fulfilments = ["eat_in", …]' in error.hint
    error = refusal(entry("a", "7", place="AT"))
    assert "taxes[0].place: this till does not say where it is" in error.message
    assert 'place = "AT" under [till]' in error.hint


# Legal entities


BAKER = {"baker": {"name": "Baker Ltd", "tax_number": "DE2"}}


def test_a_category_of_another_entity_names_it_on_every_tax():
    """Both may owe taxes of one code."""
    profile = profile_of(
        entry("vat7", "7"),
        entry("levy", amount="0.10"),
        category={"entity": "baker"},
        entities=BAKER,
        categories={"own": {"taxes": [entry("vat7", "7")]}},
    )
    assert [tax.entity for tax in profile.taxes("goods", "", NOW_US)] == ["baker", "baker"]
    assert [tax.entity for tax in profile.taxes("own", "", NOW_US)] == [""]


def test_an_entity_that_is_nobody_is_refused():
    error = refusal(entry("a", "7"), category={"entity": "bakr"}, entities=BAKER)
    assert "tax.categories.goods.entity: there is no [entities.bakr]" in error.message
    assert error.hint == "did you mean 'baker'?"
    error = refusal(entry("a", "7"), category={"entity": "baker"})
    assert error.hint == "there are: none"
    error = refusal(category={"entity": "baker"}, entities=BAKER)
    assert "tax.categories.goods has an entity, but no taxes" in error.message
    error = refusal(entry("a", "7"), entities={"baker": {"name": " "}})
    assert "entities.baker.name is empty" in error.message
