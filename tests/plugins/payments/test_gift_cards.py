"""Gift cards and store credit through a till: sold, presented, paid with, taken back, ended."""

from __future__ import annotations

import attrs
import pytest

from posframe import ConfigurationError, Treatment, hookimpl
from posframe_payments.gift_codes import card_of, code_for, masked
from posframe_payments.gift_ledger import GIFT_LEDGER
from posframe_payments.plugin import PaymentsPlugin
from tests.plugins.payments.desks import DAY_US, GIFT, SECRET, code

BALANCE = "SELECT state, balance FROM giftcard_card WHERE card = ?"
BOOKS = "SELECT what, minor FROM giftcard_ledger ORDER BY seq"


def card(number):
    return card_of(code(number), SECRET)


def balance(desk, number=1):
    return desk.rows(BALANCE, card(number))[0][1]


def test_a_card_is_worth_its_price_when_its_sale_is_paid(desk):
    """And not before: an unpaid card buys nothing. The line bears no tax, and says why."""
    desk(f".giftnew {code()} 1234")
    desk.attempt(code())
    desk("2500")
    assert balance(desk) == 0
    assert "not sold yet" in desk.refused(f".gift {code()} 1234")
    desk("+", "")
    assert desk.rows(BALANCE, card(1)) == [("issued", 2500)]
    (sale,) = desk.events("sale.Completed")
    assert (sale.totals.gross_minor, sale.totals.tax_minor) == (2500, 0)
    (tax,) = sale.taxes
    assert (tax.treatment, tax.numerator) == (Treatment.OUT_OF_SCOPE, 0)
    assert "voucher" in tax.reason
    (issued,) = desk.events("giftcard.Issued")
    assert (issued.minor, issued.transaction) == (2500, sale.transaction)


def test_neither_code_nor_pin_is_in_the_journal(desk):
    """Nor in what is printed: the last four digits are. Commands do not show them either."""
    number = 31_415_926_535_897
    whole = desk.sell(number, "2500", pin="271828")
    desk("PEN", "+", f".gift {whole} 271828", "gift")
    desk.till.close()
    kept = b"".join(file.read_bytes() for file in desk.folder.glob("till.db*"))
    for secret in (whole, str(number), "271828"):
        assert secret.encode() not in kept
    desk.open()
    completed = desk.events("sale.Completed")
    assert f"...{whole[-4:]}" in repr(completed[0])
    assert whole not in repr(completed)
    assert whole not in repr(desk.session.read(f".gift {whole} 271828"))
    assert "271828" not in repr(desk.session.read(f".gift {whole} 271828"))


def test_a_tender_takes_from_the_card_in_its_own_action(desk):
    """Redeem and tender stand or fall together."""
    whole = desk.sell(1, "2500")
    words = desk("PEN", "+", f".gift {whole} 1234")
    assert words == f"Gift card {masked(whole)} has 25.00. To use it type: gift"
    outcome = desk.attempt("gift")
    names = [row.name for row in outcome.recorded]
    assert {"sale.TenderApplied", "giftcard.Redeemed", "sale.Completed"} <= set(names)
    assert len({row.action for row in outcome.recorded}) == 1
    assert balance(desk) == 2350


def test_what_is_taken_back_is_on_the_card_again(desk):
    """As often as it happens; the books show every step."""
    whole = desk.sell(1, "1000")
    desk("INK", "+", f".gift {whole} 1234", "4.00 gift", "-", "10.00 gift")
    assert (desk.due, balance(desk)) == (295, 0)
    desk("-")
    assert (desk.due, balance(desk)) == (1295, 1000)
    desk(".cancel")
    assert balance(desk) == 1000
    assert [minor for _, minor in desk.rows(BOOKS)] == [1000, -400, 400, -1000, 1000]


def test_a_sale_is_paid_from_two_cards_and_cash(desk):
    """Each tender knows its card when it is taken back."""
    one, two = desk.sell(1, "500"), desk.sell(2, "400")
    desk("INK", "+", f".gift {one} 1234", "5.00 gift", f".gift {two} 1234", "4.00 gift")
    desk("-")
    assert (balance(desk, 1), balance(desk, 2)) == (0, 400)
    desk("-")
    assert (balance(desk, 1), balance(desk, 2)) == (500, 400)
    desk("4.00 gift", f".gift {one} 1234", "5.00 gift", "")
    assert (balance(desk, 1), balance(desk, 2)) == (0, 0)


def test_more_than_a_card_has_is_refused_with_what_it_has(desk):
    """The hint can be typed as it stands. A card without anything is spent."""
    whole = desk.sell(1, "1000")
    words = desk("INK", "+", f".gift {whole} 1234")
    assert words.endswith("has 10.00. To use it type: 10.00 gift")
    assert "has only 10.00 (type 10.00 gift" in desk.refused("gift")
    assert "has only 10.00" in desk.refused("10.01 gift")
    desk("10.00 gift", "")
    desk("PEN", "+")
    assert "is spent (pay another way)" in desk.refused(f".gift {whole} 1234")


def test_a_card_presented_in_two_sales_is_spent_once(desk):
    """The second sale finds it spent, though it was good when it was presented there."""
    whole = desk.sell(1, "150")
    desk("PEN", "+", f".gift {whole} 1234", ".hold", "PEN", "+", f".gift {whole} 1234", "gift")
    desk(".recall", "+")
    assert "is spent" in desk.refused("gift")
    assert balance(desk) == 0


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        (".gift", "type: .gift CODE [PIN]"),
        (".gift 1 2 3", "type: .gift CODE [PIN]"),
        (f".gift {code()[:-1]} 1234", "no code of a gift card"),
        (f".gift {code()[:-1]}{(int(code()[-1]) + 1) % 10} 1234", "is wrong (scan it"),
        (f".gift {code(1, '2991')} 1234", "is another shop's"),
        (f".gift {code(9)} 1234", "is not known here"),
        (f".gift {code()}", "needs its PIN"),
        ("gift", "Which gift card?"),
        ("1.00 credit", "Which store credit?"),
        (f".giftnew {code()} 1234", "is known already"),
        (f".giftnew {code(2)} 12", "4 to 12 digits"),
        (f".giftvoid {code()}", "type: .giftvoid CODE reason"),
        (f".giftvoid {code(9)} lost", "is not known here"),
        (".giftexpire now", "type: .giftexpire"),
    ],
)
def test_what_is_wrong_with_a_card_is_said_in_words(desk, entry, words):
    """Mistyped, foreign, unknown, incomplete: each with the next step, and nothing changes."""
    desk.sell(1, "1000")
    desk("PEN", "+")
    assert words in desk.refused(entry)


def test_a_card_is_presented_where_something_is_to_be_paid(desk):
    whole = desk.sell(1, "1000")
    assert "nothing to pay" in desk.refused(f".gift {whole} 1234")
    assert desk(f".giftbalance {whole} 1234") == f"Gift card {masked(whole)} has 10.00"


def test_after_five_wrong_pins_a_card_waits_and_a_restart_changes_nothing(desk):
    """The journal counts. The right PIN is not even tried while it waits, and afterwards resets."""
    whole = desk.sell(1, "1000")
    desk("PEN", "+")
    left = [desk(f".gift {whole} 0000") for _ in range(5)]
    assert "4 tries left" in left[0]
    assert "1 tries left" in left[3]
    assert "locked for 1 min" in left[4]
    assert "locked after 5 wrong PINs (try again in 1:00 min" in desk.refused(f".gift {whole} 1234")
    desk.reopen()
    desk("+")
    desk.ports.clock.advance(59_000_000)
    assert "try again in 0:01" in desk.refused(f".gift {whole} 1234")
    desk.ports.clock.advance(1_000_000)
    assert "locked for 2 min" in desk(f".gift {whole} 9999")
    desk.ports.clock.advance(120_000_000)
    desk(f".gift {whole} 1234")
    assert "4 tries left" in desk(f".gift {whole} 0000")


def test_asking_for_the_balance_needs_the_pin_and_counts_too(desk):
    """Else balances could be tried out."""
    whole = desk.sell(1, "1000")
    assert "needs its PIN" in desk.refused(f".giftbalance {whole}")
    assert "4 tries left" in desk(f".giftbalance {whole} 9999")
    desk(f".giftbalance {whole} 1234")
    assert "4 tries left" in desk(f".giftbalance {whole} 9999")


def test_a_card_is_loaded_again_up_to_what_a_card_may_be_worth(desk):
    """An amount keyed ten times too large is refused where it is keyed."""
    desk.sell(1, "10000")
    asked = desk.attempt(code())
    assert asked.words == f"Gift card {masked(code())} load has no fixed price"
    assert "worth 1100.00, and a card is worth at most 250.00" in desk.refused("100000")
    desk.attempt(code())
    desk("15000", "+", "")
    assert balance(desk) == 25_000
    assert [each.minor for each in desk.events("giftcard.Loaded")] == [15_000]


def test_a_load_makes_a_card_good_for_all_its_days_again(desk):
    """Found by the model: a card loaded after its last day was paid for and could not be used."""
    whole = desk.sell(1, "1000")
    desk.pass_days(365)
    desk(".giftexpire")
    desk.load(1, "1000")
    desk.pass_days(364)
    desk("PEN", "+", f".gift {whole} 1234", "gift")
    assert balance(desk) == 850


def test_two_lines_of_one_card_are_reckoned_together(desk):
    """Sold and loaded in one sale, and within the limit."""
    desk(f".giftnew {code()} 1234")
    for amount in ("12000", "13000"):
        desk.attempt(code())
        desk(amount)
    desk.attempt(code())
    assert "would be worth 250.01" in desk.refused("1")
    desk.session.question = None
    desk("+", "250.00")
    assert balance(desk) == 25_000
    assert [what for what, _ in desk.rows(BOOKS)] == ["issued", "loaded"]


def test_a_card_that_cannot_be_loaded_again_is_sold_once(desk_with):
    desk = desk_with(GIFT + "reloadable = false\n")
    desk.sell(1, "1000")
    assert "is sold already (to pay with it" in desk.refused(code())


def test_a_card_nobody_registered_is_not_sold(desk):
    """A forged or a stolen blank."""
    assert "is not known here (type .giftnew CODE PIN" in desk.refused(code(5))
    mistyped = f"{code()[:-1]}{(int(code()[-1]) + 1) % 10}"
    assert "A digit of card" in desk.refused(mistyped)


@pytest.mark.parametrize("entry", ["2 * CODE", "10 % 1", ".qty 3 1"])
def test_a_card_is_sold_once_each_and_at_what_it_is_worth(desk, entry):
    """No discount on the line, no dozen of one card."""
    desk(f".giftnew {code()} 1234")
    if "CODE" in entry:
        desk.attempt(entry.replace("CODE", code()))
        assert "its own line" in desk.refused("1000")
    else:
        desk.attempt(code())
        desk("1000")
        assert "card is" in desk.refused(entry) or "its own line" in desk.refused(entry)


def test_a_gift_card_is_not_bought_with_a_gift_card(desk):
    """Other goods in the same sale may be paid with it."""
    whole = desk.sell(1, "5000")
    desk(f".giftnew {code(2)} 1234", "PEN")
    desk.attempt(code(2))
    desk("1000", "+", f".gift {whole} 1234")
    assert "not bought with a gift card (at most 1.50" in desk.refused("gift")
    desk("1.50 gift", "")
    assert (balance(desk, 1), balance(desk, 2)) == (4850, 1000)


def test_a_card_taken_back_from_the_sale_is_not_issued(desk):
    desk(f".giftnew {code()} 1234")
    desk.attempt(code())
    desk("1000", "-", "PEN", "+", "")
    assert desk.rows(BALANCE, card(1)) == [("registered", 0)]


def test_an_issue_is_voided_while_nothing_was_spent(desk):
    """After that it is a return's business. A voided card is never used or sold again."""
    whole = desk.sell(1, "1000")
    assert desk(f".giftvoid {whole} wrong card").endswith("Give back 10.00: .out 10.00")
    assert desk.rows(BALANCE, card(1)) == [("voided", 0)]
    assert "was voided" in desk.refused(whole)
    assert "is not in use" in desk.refused(f".giftvoid {whole} again")
    desk("PEN", "+")
    assert "was voided" in desk.refused(f".gift {whole} 1234")
    two = desk.sell(2, "1000") if desk(".sale", ".cancel") else ""
    desk("PEN", "+", f".gift {two} 1234", "gift")
    assert "was paid with already" in desk.refused(f".giftvoid {two} wrong")


def test_a_card_voided_after_it_was_presented_pays_nothing(desk):
    whole = desk.sell(1, "1000")
    desk("PEN", "+", f".gift {whole} 1234", f".giftvoid {whole} stolen")
    assert "is spent" in desk.refused("gift")


def test_a_card_voided_while_it_is_being_loaded_stops_its_sale(desk):
    whole = desk.sell(1, "1000")
    desk.attempt(whole)
    desk("1000", f".giftvoid {whole} stolen", "+")
    assert "was voided" in desk.refused("")


def test_what_is_left_after_the_last_day_is_taken_off_by_command(desk):
    """The books say so; before that the card is refused, not emptied."""
    whole = desk.sell(1, "1000")
    desk.pass_days(364)
    assert desk(".giftexpire") == "0 cards have expired, with 0.00 on them"
    desk("PEN", "+", f".gift {whole} 1234", "gift")
    desk.pass_days(1)
    desk("PEN", "+")
    assert "has expired" in desk.refused(f".gift {whole} 1234")
    assert desk(f".giftbalance {whole} 1234").endswith("has 8.50, and its last day is over")
    assert desk(".giftexpire") == "1 cards have expired, with 8.50 on them"
    assert balance(desk) == 0
    assert desk(".giftexpire").startswith("0 cards")


def test_money_back_becomes_store_credit_with_its_code_on_the_receipt(desk):
    """The credit pays the next sale; the journal has no code."""
    desk("PEN")
    desk.bring_back(1400)
    assert desk.due == -1250
    desk("credit")
    closing = desk.till.state.last
    receipt = desk.till.receipt(closing.transaction)
    (section,) = [each for each in receipt.sections if each.name == "store_credit"]
    whole = code_for(closing.tenders[-1].id, "2990", SECRET)
    assert "".join(section.blocks[-1].text.split()) == whole
    assert "12.50" in repr(section)
    (issued,) = desk.events("giftcard.Issued")
    assert (issued.kind, issued.minor, whole in repr(issued)) == ("credit", 1250, False)
    desk("INK", "+")
    assert desk(f".gift {whole}").endswith("has 12.50. To use it type: 12.50 credit")
    assert "was presented last (type credit" in desk.refused("12.50 gift")
    desk("12.50 credit", "")
    assert desk.till.state.last.gross_minor == 1295
    assert desk(f".giftbalance {whole}").endswith("has 0.00")
    assert "is nothing to sell" in desk.refused(whole)


def test_store_credit_ends_after_its_own_days(desk):
    desk("PEN")
    desk.bring_back(1400)
    desk("credit")
    (issued,) = desk.events("giftcard.Issued")
    assert issued.expires_us == desk.events("sale.Opened")[0].opened_us + 90 * DAY_US


def test_money_back_goes_to_a_card_that_is_presented(desk):
    """Else the till asks which; never above what a card may be worth."""
    whole = desk.sell(1, "2000")
    desk("PEN")
    desk.bring_back(1400)
    assert "Which gift card?" in desk.refused("gift")
    desk(f".gift {whole} 1234", "gift")
    assert balance(desk) == 3250
    desk("PEN")
    desk.bring_back(24_000)
    desk(f".gift {whole} 1234")
    assert "worth more than 250.00 (give the money back another way)" in desk.refused("gift")


def test_a_card_given_back_is_worth_what_is_left(desk):
    """And no more than that is given back."""
    desk.sell(1, "2000")
    attributes = desk.events("sale.LineAdded")[0].line.attributes
    gift_line = {"sku": "giftcard", "text": "Gift card", "taxes": (), "attributes": attributes}
    desk("PEN")
    desk.bring_back(2001, **gift_line)
    assert "has only 20.00 left" in desk.refused("")
    desk(".cancel", "PEN")
    desk.bring_back(1500, **gift_line)
    desk("")
    assert balance(desk) == 500
    assert desk.events("giftcard.Voided")[0].reason == "returned"


def test_replay_gives_the_same_balances(desk, monkeypatch):
    """A raised version drops the tables and folds the journal anew: nothing doubles."""
    whole = desk.sell(1, "2000")
    desk("PEN", "+", f".gift {whole} 1234", "gift", "PEN", "+", f".gift {whole} 9999")
    tables = "SELECT * FROM giftcard_card", BOOKS, "SELECT * FROM giftcard_presented"
    before = [desk.rows(sql) for sql in tables]
    own = PaymentsPlugin.posframe_projections
    again = attrs.evolve(GIFT_LEDGER, version=2)

    def projections(self):
        return [again if each is GIFT_LEDGER else each for each in own(self)]

    monkeypatch.setattr(PaymentsPlugin, "posframe_projections", hookimpl(projections))
    desk.reopen()
    while desk.till.call(desk.till.parts.journal.catch_up):
        pass
    assert [desk.rows(sql) for sql in tables] == before


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ("[plugins.payments.gift]\n", "gift.prefix is missing"),
        ('[plugins.payments.gift]\nprefix = "99"\n', "no beginning of codes"),
        ('[plugins.payments.gift]\nprefix = "0990"\n', "no beginning of codes"),
        (f'{GIFT}most = "0"\n', "most is not above zero"),
        (f'{GIFT}secret = "none"\n', "none cannot be read"),
        (GIFT.replace("365", "-1"), "valid_days cannot be -1"),
        (f'{GIFT}mst = "1"\n', "did you mean most"),
    ],
)
def test_settings_that_make_no_sense_stop_the_start(desk_with, settings, words):
    with pytest.raises(ConfigurationError, match=words):
        desk_with(settings)
