"""The tax profile: what goods bear by category, hand-over, place and moment."""

from __future__ import annotations

import datetime
import zoneinfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from posframe.errors import RuleViolation
from tests.taxes.writing import (
    DAY_US,
    EAT,
    NOW_US,
    SECOND_US,
    TAKE,
    WAYS,
    ZONES,
    codes,
    entry,
    profile_of,
    refusal,
    us,
)

JAPAN = (
    entry("ct10", "10", fulfilment=EAT),
    entry("ct8", "8", fulfilment=TAKE),
)
"""Reduced rate for food that is taken away, since October 2019."""
GERMAN_MEALS = (
    entry("vat19", "19", until="2026-01-01", fulfilment=[EAT]),
    entry("vat7", "7", fulfilment=TAKE),
    entry("vat7", "7", from_="2026-01-01", fulfilment=EAT),
)
"""Meals bear the reduced rate wherever they are eaten, since 2026."""


def test_a_rate_depends_on_how_food_is_handed_over():
    profile = profile_of(*JAPAN, ways=WAYS, currency="JPY", timezone="Asia/Tokyo")
    assert codes(profile, way=EAT) == ["ct10"]
    assert codes(profile, way=TAKE) == ["ct8"]
    assert codes(profile) == ["ct10"], "the first of tax.fulfilments is the usual"
    assert profile.taxes("goods", "delivered", NOW_US) is None
    assert profile.taxes("good", EAT, NOW_US) is None


def test_a_rate_changes_with_the_first_moment_of_a_day_at_the_tills_place():
    """Midnight in Berlin is 23:00 UTC in winter."""
    profile = profile_of(*GERMAN_MEALS, ways=WAYS, timezone="Europe/Berlin")
    midnight_us = us("2025-12-31T23:00:00+00:00")
    assert codes(profile, midnight_us - 1, EAT) == ["vat19"]
    assert codes(profile, midnight_us, EAT) == ["vat7"]
    assert codes(profile, midnight_us - 1, TAKE) == codes(profile, midnight_us, TAKE) == ["vat7"]


def test_a_cut_for_half_a_year_begins_and_ends():
    """Germany's 16 % of July to December 2020; Austria has the like of it now and then."""
    profile = profile_of(
        entry("vat19", "19", until="2020-07-01"),
        entry("vat16", "16", from_="2020-07-01", until="2021-01-01"),
        entry("vat19", "19", from_="2021-01-01"),
        timezone="Europe/Berlin",
    )
    days = ("2020-06-30", "2020-07-01", "2020-12-31", "2021-01-01")
    found = [codes(profile, us(f"{day}T12:00:00+00:00"))[0] for day in days]
    assert found == ["vat19", "vat16", "vat16", "vat19"]
    assert codes(profile, -(10**17)) == ["vat19"], "since ever"
    assert codes(profile, 10**17) == ["vat19"], "for ever"


def test_one_file_serves_tills_at_several_places():
    entries = (
        entry("at20", "20", place="AT"),
        entry("de19", "19", place=["DE", "DE/Helgoland"]),
        entry("levy", amount="0.10"),
    )
    assert codes(profile_of(*entries, place="AT")) == ["at20", "levy"]
    assert codes(profile_of(*entries, place="DE")) == ["de19", "levy"]


def test_all_entries_that_apply_are_borne_in_the_order_written():
    profile = profile_of(
        entry("eco", amount="1.00", affects_base=True, fulfilment=TAKE),
        entry("city", "2.5", included=False),
        entry("state", "4", included=False, from_="2026-01-01"),
        ways=WAYS,
    )
    assert codes(profile, way=TAKE) == ["eco", "city", "state"]
    assert codes(profile, way=EAT) == ["city", "state"]
    assert codes(profile, us("2025-12-31T12:00:00+00:00"), TAKE) == ["eco", "city"]


DAYS = st.dates(datetime.date(2026, 1, 1), datetime.date(2026, 1, 12)).map(str)
ENTRIES = st.lists(
    st.fixed_dictionaries(
        {},
        optional={
            "from": DAYS,
            "until": DAYS,
            "fulfilment": st.sampled_from([EAT, TAKE, [EAT, TAKE]]),
            "place": st.sampled_from(["AT", "DE", ["AT", "DE"]]),
        },
    ),
    max_size=6,
)


def applies(table, place, way, day):
    """Tell whether an entry applies on a day, by comparing what is written."""
    return (
        table.get("from", "") <= day < table.get("until", "9999")
        and way in table.get("fulfilment", WAYS)
        and place in table.get("place", ("AT", "DE"))
    )


@given(
    ENTRIES,
    st.sampled_from(["AT", "DE"]),
    st.integers(0, 13 * DAY_US),
    st.sampled_from(ZONES),
)
def test_the_profile_answers_as_reading_every_entry_anew_would(tables, place, after_us, timezone):
    assume(all(each.get("from", "") < each.get("until", "9999") for each in tables))
    entries = [
        entry("base", "1"),
        *(entry(f"t{at}", "2", **each) for at, each in enumerate(tables)),
    ]
    profile = profile_of(*entries, ways=WAYS, place=place, timezone=timezone)
    at_us = us("2025-12-31T12:00:00+00:00") + after_us
    zone = zoneinfo.ZoneInfo(timezone)
    day = str(datetime.datetime.fromtimestamp(at_us // SECOND_US, zone).date())
    for way in WAYS:
        wanted = [each["code"] for each in entries if applies(each, place, way, day)]
        assert codes(profile, at_us, way) == wanted


def test_equal_taxes_are_one_object():
    """Look-ups by taxes then compare no contents."""
    other = {"taxes": [entry("vat19", "19")]}
    profile = profile_of(entry("vat19", "19"), categories={"other": other})
    (one,), (two,) = (profile.taxes(name, "", NOW_US) for name in ("goods", "other"))
    assert one is two


# Times, ways and places of which nothing is said


def test_a_category_may_say_that_it_bears_no_tax():
    assert profile_of().taxes("goods", "", NOW_US) == ()


@pytest.mark.parametrize(
    ("entries", "words"),
    [
        ([entry("a", "7", until="2026-07-01")], "has no tax from 2026-07-01 on"),
        ([entry("a", "7", from_="2026-07-01")], "has no tax until 2026-07-01"),
        (
            [entry("a", "7", until="2026-07-01"), entry("b", "8", from_="2026-07-03")],
            "has no tax from 2026-07-01 until 2026-07-03",
        ),
        ([entry("a", "7", until="2026-03-01")], "has no tax from 2026-03-01 on"),
    ],
)
def test_a_time_to_come_in_which_nothing_applies_is_refused(entries, words):
    error = refusal(*entries)
    assert f"tax.categories.goods {words}" in error.message
    assert 'treatment = "out_of_scope"' in error.hint


def test_a_way_or_a_place_for_which_nothing_applies_is_refused():
    error = refusal(entry("a", "7", fulfilment=TAKE), ways=WAYS)
    assert "tax.categories.goods has no tax for 'eat_in'" in error.message
    entries = [entry("a", "7", place="Vienna"), entry("b", "8", place="Graz")]
    error = refusal(*entries, place="Viena")
    assert "tax.categories.goods has no tax at the place 'Viena'" in error.message
    assert error.hint == "did you mean 'Vienna' by till.place?"
    error = refusal(*entries, place="Linz")
    assert "out_of_scope" in error.hint
    error = refusal(entry("a", "7", place="Linz", until="2026-07-01"), place="Linz")
    assert "has no tax at the place 'Linz' from 2026-07-01 on" in error.message
    assert "out_of_scope" in error.hint


def test_a_gap_that_is_past_is_history_and_what_falls_in_it_is_refused():
    """A till whose clock went back to it does not sell at a rate that nobody wrote."""
    profile = profile_of(entry("a", "7", from_="2026-03-01"), timezone="UTC")
    before_us = us("2026-02-28T23:59:59+00:00")
    with pytest.raises(
        RuleViolation, match="taxes of 'goods' are not known for this day"
    ) as refused:
        profile.taxes("goods", "", before_us)
    assert "clock" in refused.value.hint
    assert codes(profile, before_us + SECOND_US) == ["a"]
    assert profile_of(entry("a", "7", from_="2026-03-01"), now_us=before_us + SECOND_US)
    assert (
        "until 2026-03-01" in refusal(entry("a", "7", from_="2026-03-01"), now_us=before_us).message
    )
