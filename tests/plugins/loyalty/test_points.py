"""Members are known by their card; points stand or fall with the sale that earns them."""

from __future__ import annotations

import attrs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from posframe import ConfigurationError, hookimpl, receipt
from posframe_loyalty.commands import EnrolCard
from posframe_loyalty.ledger import LEDGER
from posframe_loyalty.plugin import LoyaltyPlugin

CARD, OTHER = "9528000000017", "9528000000024"
CUSTOMER = f"card:{CARD}"
CARDS = "SELECT customer, card, balance FROM loyalty_card ORDER BY customer"
LEDGER_ROWS = "SELECT seq, customer, points, kind FROM loyalty_ledger ORDER BY seq"
BALANCE = "SELECT balance FROM loyalty_card WHERE customer = ?"


def balance(cashier, card=CARD):
    return cashier.rows(BALANCE, f"card:{card}")[0][0]


def sell_to_member(cashier, *entries, card=CARD):
    return cashier(*entries, f".customer {card}", ".pay", "")


def contribute(cashier, **changes):
    """Return what the last completed sale would earn with changes, such as those of a return."""
    event = attrs.evolve(cashier.events("sale.Completed")[-1], **changes)
    return cashier.till.call(lambda: cashier.till.hooks.contribute(None, (event,)))


def test_a_card_is_enrolled_with_what_it_brings(cashier):
    """The words and the journal show no more than they have to."""
    assert cashier(f".enrol {CARD} 12").words == "Card ...0017 enrolled with 12 points"
    assert cashier(f".enrol {OTHER}").words == "Card ...0024 enrolled with 0 points"
    assert cashier.rows(CARDS) == [(CUSTOMER, CARD, 12), (f"card:{OTHER}", OTHER, 0)]


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        (".enrol 9528000000018", "should be 7"),
        (".enrol 4006381333931", "begin with 9528"),
        (".enrol 9528", "not a GTIN"),
        (".enrol 95280000000a7", "not a GTIN"),
        (".enrol", "type: .enrol CARD [points]"),
        (f".enrol {CARD} many", "type: .enrol CARD [points]"),
        (f".enrol {CARD} -1", "type: .enrol CARD [points]"),
        (f".enrol {CARD} 1 2", "type: .enrol CARD [points]"),
        (f".enrol {CARD} 1000000000", "type: .enrol CARD [points]"),
        (f".points {CARD} x", "type: .points [CARD]"),
        (".points 9528000000018", "should be 7"),
        (f".points {CARD}", f"type .enrol {CARD}"),
        (".points", "Whose points?"),
    ],
)
def test_what_is_wrong_with_a_card_is_said_in_words(cashier, entry, words):
    """Check digit, prefix, number of points: each with what would be right."""
    assert words in cashier.refused(entry)
    assert cashier.rows(CARDS) == []


def test_a_card_is_enrolled_once(cashier):
    """The second time nothing changes, and the words tell what it has."""
    cashier(f".enrol {CARD} 12")
    assert "enrolled already (it has 12 points)" in cashier.refused(f".enrol {CARD} 99")
    assert balance(cashier) == 12


@pytest.mark.parametrize("points", [-1, 1_000_000_000])
def test_a_card_brings_a_number_of_points_that_can_be(cashier, points):
    """A script that asks for another is refused as a typed entry is."""
    outcome = cashier.till.do(EnrolCard(CARD, points))
    assert (outcome.accepted, outcome.words) == (False, "A card brings 0 to 999999999 points")


def test_a_member_is_shown_by_the_end_of_the_card_and_the_balance(cashier):
    """No personal data: a neutral reference, four digits and a number."""
    cashier(f".enrol {CARD} 1", "MILK1", f".customer {CARD}")
    sale = cashier.till.state.transaction
    assert sale.customer == CUSTOMER
    assert sale.customer_label == "Card ...0017, 1 point"
    assert cashier(".points").words == "Card ...0017 has 1 point"


def test_a_scanned_card_is_a_member_and_no_product(cashier):
    """It may be the first thing scanned."""
    cashier(f".enrol {CARD} 5")
    outcome = cashier.till.do(cashier.session.scanned(CARD))
    assert outcome.words == "Customer Card ...0017, 5 points"
    assert cashier.till.state.transaction.customer == CUSTOMER


def test_a_card_nobody_enrolled_says_how_to(cashier):
    """It is not taken for a product that could be learnt."""
    outcome = cashier.till.do(cashier.session.scanned(OTHER))
    assert (outcome.accepted, outcome.words) == (False, "Card ...0024 is not enrolled")
    assert outcome.hint == f"type .enrol {OTHER}"
    assert "not enrolled" in cashier.refused(f".customer {OTHER}")
    assert "No customer has the card" in cashier.refused(".customer 9528000000018")


def test_points_are_earned_in_the_action_that_completes_the_sale(cashier):
    """One row more in the same action; the balance is there when it is acknowledged."""
    cashier(f".enrol {CARD} 12")
    outcome = sell_to_member(cashier, "3 * MILK1")
    names = {row.name: row for row in outcome.recorded}
    earned = names["loyalty.PointsEarned"]
    assert earned.action == names["sale.Completed"].action
    assert (earned.event.customer, earned.event.points) == (CUSTOMER, 3)
    assert earned.event.transaction == names["sale.Completed"].event.transaction
    assert balance(cashier) == 15
    assert cashier.rows(LEDGER_ROWS)[-1] == (earned.seq, CUSTOMER, 3, "earned")


@pytest.mark.parametrize(
    ("per", "price", "points"),
    [
        ("1.00", "1.99", 1),
        ("1.00", "0.99", 0),
        ("2.50", "9.99", 3),
        ("0.01", "1.23", 123),
        ("10", "5.00", 0),
    ],
)
def test_a_point_is_for_each_full_amount(open_till, per, price, points):
    """What is left over earns nothing, and nothing earned writes nothing."""
    table = f'[plugins.loyalty]\ncard_prefix = "9528"\npoints_per = "{per}"\n'
    cashier = open_till(tables={"loyalty": table})
    cashier(f".enrol {CARD}")
    sell_to_member(cashier, f"{price} / 1")
    assert balance(cashier) == points
    assert len(cashier.events("loyalty.PointsEarned")) == (1 if points else 0)


def test_cash_rounding_earns_and_costs_no_points(open_till):
    """Points are for the total, not for the coins it was paid with."""
    cashier = open_till(country="SE", currency="SEK")
    cashier(f".enrol {CARD}")
    sell_to_member(cashier, "1.98 / 1")
    assert cashier.till.state.last.rounding_minor == 2
    assert balance(cashier) == 1


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(pieces=st.lists(st.integers(1, 4), max_size=6), cents=st.integers(1, 999))
def test_the_returns_of_a_sale_take_back_just_what_it_earned(cashier, pieces, cents):
    """In whatever portions, whoever brings the goods: 12 pieces of a price that rounds badly."""
    cashier.attempt(f".enrol {CARD}")
    before = balance(cashier)
    sell_to_member(cashier, f"12 * {cents / 100:.2f} / 1")
    number = cashier.till.state.last.receipt_number
    assert balance(cashier) - before == 12 * cents // 100
    left = 12
    for portion in [*pieces, 12]:
        count = min(left, portion)
        if count:
            left -= count
            cashier(f".return {number} 1 x{count}", ".pay", "")
            assert balance(cashier) - before == left * cents // 100
    assert balance(cashier) == before


def test_an_exchange_earns_for_the_new_goods_and_takes_back_for_the_old(cashier):
    """10.03 earned 10; 1.29 goes out in its place and earns 1."""
    cashier(f".enrol {CARD}")
    sell_to_member(cashier, "BREAD1")
    sell_to_member(cashier, "MILK1", ".return 1 1")
    assert balance(cashier) == 1
    assert [each.points for each in cashier.events("loyalty.PointsEarned")] == [10, -10, 1]


def test_points_of_a_journal_that_did_not_note_the_amount_are_taken_back_too(cashier):
    cashier(f".enrol {CARD}")
    sell_to_member(cashier, "BREAD1")
    cashier.till.call(lambda: cashier.till.parts.journal.query(
        "UPDATE loyalty_ledger SET minor = 0 RETURNING seq"))  # fmt: skip
    cashier(".return 1", ".pay", "")
    assert balance(cashier) == 0


@pytest.mark.parametrize(
    "changes", [{"customer": ""}, {"customer_plugin": "crm"}, {"training": True}]
)
def test_only_a_members_own_sale_earns(cashier, changes):
    """Nobody's sale, another directory's customer, a sale for training: no points."""
    cashier(f".enrol {CARD}")
    sell_to_member(cashier, "MILK1")
    assert contribute(cashier) != ()
    assert contribute(cashier, **changes) == ()


def test_a_member_taken_off_the_sale_earns_nothing(cashier):
    """Whose sale it is is settled at completion."""
    cashier(f".enrol {CARD} 3", "MILK1", f".customer {CARD}", ".customer", ".pay", "")
    assert balance(cashier) == 3


def test_a_cancelled_sale_earns_nothing(cashier):
    """Nor does an open or a held one."""
    cashier(f".enrol {CARD} 3", "MILK1", f".customer {CARD}", ".hold", ".recall", ".cancel")
    assert balance(cashier) == 3


def test_a_completion_sent_again_earns_once(cashier):
    """The command's id is known: nothing is written a second time."""
    cashier(f".enrol {CARD}", "MILK1", f".customer {CARD}")
    cashier.attempt("+")
    id_ = cashier.till.parts.ids.next(cashier.till.parts.clock.wall_us())
    pay = cashier.session.read("")
    assert cashier.till.do(pay, id=id_).accepted
    assert cashier.till.do(pay, id=id_).repeated
    assert balance(cashier) == 1


def test_replay_gives_the_same_balances(cashier, open_till, monkeypatch):
    """A raised version drops the tables and folds the journal anew: nothing doubles."""
    cashier(f".enrol {CARD} 12", f".enrol {OTHER}")
    sell_to_member(cashier, "BREAD1")
    sell_to_member(cashier, "3 * BREAD1", card=OTHER)
    before = cashier.rows(CARDS), cashier.rows(LEDGER_ROWS)
    again = attrs.evolve(LEDGER, version=2)
    monkeypatch.setattr(LoyaltyPlugin, "posframe_projections", hookimpl(lambda self: [again]))
    reopened = open_till()
    reopened.catch_up()
    assert (reopened.rows(CARDS), reopened.rows(LEDGER_ROWS)) == before


def test_a_card_enrolled_while_its_read_model_was_behind_counts_once(cashier):
    """What the first enrolment brought is kept, whatever the second says."""
    from posframe.kernel.ports import ActionHead
    from posframe_loyalty.events import CardEnrolled

    cashier(f".enrol {CARD} 12")
    journal = cashier.till.parts.journal
    head = ActionHead(command="x", wall_us=1, mono_us=1, business_date="", actor="1")

    def write():
        journal.begin()
        journal.append(head, [(CardEnrolled(CARD, 99), "")])
        journal.commit()

    cashier.till.call(write)
    assert balance(cashier) == 12
    assert len(cashier.rows(LEDGER_ROWS)) == 1


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])  # one shop goes on and on
@given(
    st.lists(
        st.tuples(st.sampled_from([CARD, OTHER, ""]), st.integers(1, 5_000), st.booleans()),
        max_size=6,
    )
)
def test_a_balance_is_the_sum_of_its_ledger(cashier, sales):
    """After any sales to members and others, some of them cancelled."""
    if not cashier.rows(CARDS):
        cashier(f".enrol {CARD} 7", f".enrol {OTHER}")
    expected = {customer: points for customer, _, points in cashier.rows(CARDS)}
    for card, price, cancelled in sales:
        cashier(f"{price} / 1", *([f".customer {card}"] if card else []))
        cashier(*([".cancel"] if cancelled else [".pay", ""]))
        if card and not cancelled:
            expected[f"card:{card}"] += price // 100
    sums = {}
    for _, customer, points, _ in cashier.rows(LEDGER_ROWS):
        sums[customer] = sums.get(customer, 0) + points
    assert {customer: points for customer, _, points in cashier.rows(CARDS)} == expected == sums


def test_the_receipt_says_what_the_sale_earned(cashier):
    """The card by its last digits; once more the same on a copy."""
    cashier(f".enrol {CARD} 12")
    sell_to_member(cashier, "BREAD1")
    transaction = cashier.till.state.last.transaction
    for copy in (0, 1):
        document = cashier.till.receipt(transaction, copy=copy)
        (section,) = [each for each in document.sections if each.name == "loyalty"]
        assert section.blocks == (
            receipt.Columns(
                (
                    receipt.Cell("Card ...0017"),
                    receipt.Cell("points earned 10", align=receipt.Align.RIGHT),
                )
            ),
        )
        assert CARD not in repr(document)


def test_a_receipt_of_goods_given_back_says_that_points_go(cashier):
    """And a receipt of nobody's sale says nothing."""
    cashier(f".enrol {CARD}")
    sell_to_member(cashier, "BREAD1")
    sell_to_member(cashier, ".return 1 1")
    event = cashier.events("sale.Completed")[-1]
    (section,) = cashier.till.hooks.sections(event)
    assert "points taken back" in repr(section)
    assert cashier.till.hooks.sections(attrs.evolve(event, customer="")) == []


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ('card_prefix = ""\n', "card_prefix must be digits"),
        ('card_prefix = "95x"\n', "card_prefix must be digits"),
        ("", "card_prefix is missing"),
        ('card_prefix = "9528"\npoints_per = "0"\n', "points_per must be above zero"),
        ('card_prefix = "9528"\npoints_per = "a"\n', "plugins.loyalty.points_per"),
        ('card_prefix = "9528"\npoints = "1"\n', "plugins.loyalty.points is not a setting"),
    ],
)
def test_settings_that_make_no_sense_stop_the_start(open_till, table, words):
    """Each is named."""
    with pytest.raises(ConfigurationError, match=words):
        open_till(tables={"loyalty": f"[plugins.loyalty]\n{table}"})
