"""The exception report of real tills: what was planted is named, the honest are quiet."""

from __future__ import annotations

import tracemalloc

import pytest

from posframe.errors import ConfigurationError
from posframe.exception_page import settings_of
from posframe.exception_reading import read_findings
from posframe.exceptions.rule_table import RULES
from posframe.exceptions.rules import rules_in_force
from posframe.exceptions.scoring import scores
from posframe.kernel.domain import commands as cmd
from posframe.testing.ports import CountingIds
from tests.kernel.shop import open_till
from tests.signing import (
    PINS,
    write_signing_settings,
)
from tests.watched_shop import SALE, S, WatchedShop

RULE_IDS = {rule.id for rule in RULES}


@pytest.fixture
def shop(tmp_path):
    made = WatchedShop(tmp_path)
    yield made
    made.till.close()


def test_an_honest_day_scores_nothing_for_anybody(shop):
    """Sales, one void, one approved no-sale, a wrong PIN, a look: all of it is usual."""
    shop.till.signing.sign_in("17", "0000")
    for who in ("17", "18", "17"):
        for _ in range(5):
            shop.by(who, *SALE)
    shop.by("17", "1 * PEN", "1 * MILK", "-", "=", "")
    shop.by("17", ".look PEN")
    shop.clock.advance(120 * S)
    shop.approved("17", ".nosale change")
    assert shop.scores() == {"17": {}, "18": {}}


def test_a_drawer_opened_right_after_a_void_is_named_with_its_rows(shop):
    """The customer pays in cash, the line is voided, the drawer takes it out."""
    shop.by("17", "1 * PEN", "1 * LAMP", "-")
    shop.approved("17", ".nosale change")
    scored = scores(shop.found(), settings_of(shop.till.config))
    (seventeen,) = (each for each in scored.operators if each.operator == "17")
    (part,) = seventeen.parts
    assert (part.rule, part.counted, part.points) == ("no_sale_after_void", 1, 25)
    names = {row.seq: row.name for row in shop.till.call(shop.till.parts.journal.read)}
    assert {names[seq] for seq in part.rows} == {"sale.LineVoided", "cash.Moved"}


def test_the_same_drawer_a_quarter_of_an_hour_later_is_not(shop):
    shop.by("17", "1 * PEN", "1 * LAMP", "-", "=", "")
    shop.clock.advance(900 * S)
    shop.approved("17", ".nosale change")
    assert shop.scores() == {"17": {}}


def test_who_tries_to_approve_without_a_say_is_named_and_not_who_asked(shop):
    """Cashier 18 gives number and PIN four times for what 17 asks: one of a day is free."""
    shop.by("17", ".nosale change")
    shop.by("17", *[f".approve 18 {PINS['18']} why not"] * 4)
    assert shop.scores() == {"17": {}, "18": {"tried_to_approve": 3 * 5}}


def test_who_is_told_no_is_counted_as_before(shop):
    """The control: two denials by a supervisor are of who asked, and one of a day is free."""
    for _ in range(2):
        shop.by("17", ".nosale change", f".deny 42 {PINS['42']} not now")
    assert shop.scores()["17"] == {"approvals_denied": 5}


def test_much_that_is_said_to_go_to_the_safe_is_named_with_its_amount(shop):
    """Twice 999.99 of a drawer that never had it; 499.99 is usual."""
    shop.by("17", ".shift open 3x50 done", ".skim 499.99 safe")
    shop.by("17", *[".skim 999.99 safe"] * 2)
    scored = scores(shop.found(), settings_of(shop.till.config))
    (part,) = next(each for each in scored.operators if each.operator == "17").parts
    assert (part.rule, part.counted, part.minor) == ("large_skims", 2, 199_998)


def test_lower_quantities_after_the_total_are_named_with_what_they_took_back(shop):
    """Three times four pens of 0.99 become one behind the total: 2.97 each, two are free."""
    for _ in range(3):
        shop.by("42", "4 * PEN", "=", ".qty 1 1", "")
    scored = scores(shop.found(), settings_of(shop.till.config))
    (part,) = next(each for each in scored.operators if each.operator == "42").parts
    assert (part.rule, part.counted, part.minor) == ("void_after_total", 1, 3 * 297)


def test_a_drawer_opened_right_after_a_lower_quantity_is_named(shop):
    shop.by("17", "2 * PEN", ".qty 1 1")
    shop.approved("17", ".nosale change")
    assert shop.scores() == {"17": {"no_sale_after_void": 25}}


def test_a_discount_is_told_with_what_it_came_to_when_the_sale_was_completed(shop):
    """Half of a pen of 0.99 is 0.50; with nineteen more it is half of 19.80."""
    shop.by("42", "1 * PEN", ".percent 50 all", "19 * PEN", "=", "")
    (sign,) = (each for each in shop.found().signs if each.kind.value == "manual_discount")
    assert sign.minor == 990


def test_wrong_pins_are_of_whose_number_it_is_and_of_who_was_there(shop):
    """Cashier 17 tries the supervisor's PIN six times, who has shown hers once that day."""
    shop.by("42")
    shop.by("17", "1 * PEN")
    shop.by("17", ".nosale x")
    for at in range(6):
        shop.clock.advance(3_600 * S)
        shop.till.signing.approve("42", f"00000{at}", "please")
    points = shop.scores()
    assert points["42"] == {"wrong_pins": 2 * 3}
    assert points["17"]["guessed_pins"] == 2 * 5


def test_wrong_pins_of_a_number_that_never_signed_in_are_nobodys(shop):
    for at in range(6):
        shop.clock.advance(3_600 * S)
        shop.till.signing.sign_in("99", f"000{at}")
    assert shop.scores() == {"": {"wrong_pins": 2 * 3}}


def test_one_approver_again_and_again_for_one_cashier_is_a_pair(shop):
    """Ten approvals of a day by 42 for 17: two more than eight, three points each."""
    for _ in range(10):
        shop.approved("17", ".nosale change")
        shop.clock.advance(600 * S)
    points = shop.scores()["17"]
    assert points["same_approver"] == 2 * 3
    assert points["no_sales"] == 8 * 5
    scored = scores(shop.found(), settings_of(shop.till.config))
    words = [part.words for each in scored.operators for part in each.parts]
    assert "One approver for many approvals of one operator: 42" in words


def test_ten_approvals_for_two_cashiers_are_no_pair(shop):
    for who in ("17", "18") * 5:
        shop.approved(who, ".nosale change")
        shop.clock.advance(600 * S)
    assert not [who for who, points in shop.scores().items() if "same_approver" in points]


def test_many_looks_at_prices_are_named(shop):
    shop.by("18", *(".look PEN" for _ in range(33)))
    assert shop.scores()["18"] == {"price_looks": 3}


def test_a_clock_put_back_and_one_put_forward_are_named(shop):
    """By the till's own monotonic time; minutes that pass by themselves are no jump."""
    shop.by("17", *SALE)
    shop.clock.advance(7_200 * S)
    shop.by("17", *SALE)
    assert shop.scores() == {"17": {}}
    shop.clock.jump(shop.clock.wall_us() - 3_600 * S)
    shop.by("17", *SALE)
    shop.clock.jump(shop.clock.wall_us() + 3_600 * S)
    shop.by("17", *SALE)
    assert shop.scores() == {"17": {"clock_jumps": 20}}


def test_what_comes_after_the_total_is_named(shop):
    """A price is told, and four times the sale is made cheaper behind it."""
    for _ in range(4):
        shop.by("17", "1 * LAMP", "=", ".sale", ".percent 5 1", "=", "")
    assert shop.scores()["17"] == {"cut_after_total": 5}


def test_days_before_the_report_count_only_as_what_came_before(shop):
    """The copy is of the day before, the refund of the report's: together they are the pattern."""
    shop.by("42", *SALE)
    shop.by("42", ".reprint 1")
    shop.clock.advance(86_400 * S)
    shop.by("42", ".return 1 all", "=", "")
    day = {"from_date": "2026-01-02", "to_date": "2026-01-02"}
    assert shop.scores(**day)["42"] == {"copy_then_refund": 20}
    found = shop.found(**day)
    assert {each.business_date for each in found.worked} == {"2026-01-02"}
    assert shop.scores(from_date="2026-01-01", to_date="2026-01-01")["42"] == {}


RULE_SETTINGS = """
[exceptions.rules.price_looks]
free = 1
weight = 7

[exceptions.rules.no_sales]
weight = 0
"""


def test_a_shop_sets_what_is_usual_and_what_it_weighs(tmp_path):
    shop = WatchedShop(tmp_path, RULE_SETTINGS)
    shop.by("17", ".look PEN", ".look PEN", ".look PEN")
    for _ in range(4):
        shop.approved("17", ".nosale change")
        shop.clock.advance(600 * S)
    assert shop.scores()["17"] == {"price_looks": 14}
    shop.till.close()


def test_a_rule_that_is_none_is_named_with_the_nearest(tmp_path):
    shop = WatchedShop(tmp_path, "\n[exceptions.rules.price_look]\nfree = 1\n")
    with pytest.raises(ConfigurationError, match="price_look") as raised:
        rules_in_force(settings_of(shop.till.config))
    assert "price_looks" in raised.value.hint
    shop.till.close()


def long_journal(folder, sales):
    """Write a till's journal of so many plain sales in one group a sale."""
    folder.mkdir()
    write_signing_settings(folder)
    (folder / "till.toml").write_text(
        (folder / "till.toml").read_text().replace("sign_in = true", "sign_in = false")
    )
    till = open_till(folder, ids=CountingIds(), path=folder / "till.db")
    for _ in range(sales):
        for code in ("PEN", "MILK", "PEN", "MILK", "PEN"):
            till.do(cmd.AddItem(code=code))
        till.do(cmd.Pay(type="cash"))
    till.close()
    return folder / "till.db"


def peak_bytes(journal):
    read_findings(journal)  # what is loaded once
    tracemalloc.start()
    try:
        found = read_findings(journal)
        return tracemalloc.get_traced_memory()[1], found
    finally:
        tracemalloc.stop()


@pytest.mark.slow
def test_a_journal_four_times_as_long_needs_no_more_room(tmp_path):
    """Of plain sales nothing is kept; the control is that keeping the notes would need it."""
    from posframe.exception_reading import _notes

    short, long = (long_journal(tmp_path / str(sales), sales) for sales in (100, 400))
    (short_bytes, _), (long_bytes, found) = peak_bytes(short), peak_bytes(long)
    assert found.signs == ()
    assert sum(each.sales for each in found.worked) == 400
    assert long_bytes < short_bytes + 100_000
    tracemalloc.start()
    kept = list(_notes(long, "", "9999-12-31"))
    control_bytes = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(kept) > 2_000
    assert control_bytes > long_bytes + 300_000
