"""What is typed about goods that come back: numbers that mean nothing, and approvals."""

from __future__ import annotations

import pytest

from posframe import RuleViolation, events
from posframe.kernel.domain import commands as cmd
from posframe.returnable import find_returnable
from posframe.script import Script
from posframe_terminal.line import LineMode
from tests.kernel.shop import PenOffers, events_of, open_till, with_offers, write_settings
from tests.returning import done, sell

TWENTY, MANY = "9" * 20, "9" * 5_000
REASONS = '\n[returns]\nreasons = ["damaged", "wrong size"]\ncash_limit = "1.00"\n'


@pytest.fixture
def till(tmp_path):
    write_settings(tmp_path, more=REASONS)
    with open_till(tmp_path) as opened:
        yield opened


@pytest.fixture
def script(till):
    return Script(till)


def approvals(till):
    return [
        (each.action, each.approver, each.reason) for each in events_of(till, events.ApprovalGiven)
    ]


# Numbers


@pytest.mark.parametrize("number", [-1, 0, 2, 2**63, 10**20])
def test_a_receipt_that_this_till_never_had_is_refused(till, number):
    sell(till, "PEN")
    with pytest.raises(RuleViolation, match=f"no receipt {number}") as refusal:
        find_returnable(till, number)
    assert refusal.value.hint


ODD = tuple(
    f"{before}{digits}"
    for before in (".receipt ", ".return ", "T01-", "@return ", "@recall ", "@return T01-")
    for digits in (TWENTY, MANY)
)


@pytest.mark.parametrize("entry", ODD, ids=lambda entry: f"{entry[:12]} {len(entry)}")
def test_a_number_of_any_length_is_answered_with_a_sentence(till, script, entry):
    sell(till, "PEN")
    state = till.state
    assert script.line(entry)["message"]
    if not entry.startswith("@"):
        assert LineMode(till).answer(entry)
    assert till.state is state


@pytest.mark.parametrize("digits", [TWENTY, MANY], ids=len)
def test_a_scan_of_any_length_is_answered_with_a_sentence(till, script, digits):
    answer = script.scan(f"T01-{digits}")
    assert not answer["accepted"]
    assert answer["message"].endswith("not found")


def test_the_longest_number_of_a_receipt_is_still_one(script):
    assert script.scan(f"T01-{'0' * 17}7")["message"] == "This till has no receipt 7"
    assert "not found" in script.scan(f"T01-{'0' * 18}7")["message"]


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        (".receipt junk", "'junk' is no receipt number"),
        (".receipt 1 2", "'1 2' is no receipt number"),
        (".receipt", "That is not enough for .receipt"),
        (".receipt 7", "This till has no receipt 7"),
    ],
)
def test_what_is_no_receipts_number_is_told_from_a_receipt_that_is_not_there(script, entry, words):
    answer = script.line(entry)
    assert (answer["accepted"], answer["message"]) == (False, words)
    assert answer["hint"]


# Approvals


def unapproved(till, entry=".returnitem PEN"):
    """Type what needs an approval."""
    script = Script(till)
    assert "needs an approval" in script.line(entry)["message"]
    return script


def test_words_of_an_approval_leave_the_reason_of_the_return_as_it_is(till):
    script = unapproved(till, ".returnitem PEN damaged")
    assert script.line(".approve anna a good customer")["accepted"]
    (line,) = till.state.transaction.basket.lines
    assert line.back.reason == "damaged"
    assert approvals(till) == [("return_without_receipt", "anna", "a good customer")]


def test_words_of_an_approval_are_no_reason_where_only_listed_ones_count(till):
    script = unapproved(till)
    assert script.line(".approve anna a good customer")["accepted"]
    assert till.state.transaction.basket.lines[0].back.reason == ""
    assert approvals(till) == [("return_without_receipt", "anna", "a good customer")]


def test_an_approval_without_words_is_given_for_the_commands_own_reason(till):
    script = unapproved(till, ".returnitem PEN damaged")
    assert script.line(".approve anna")["accepted"]
    assert approvals(till) == [("return_without_receipt", "anna", "damaged")]


def test_the_undoing_of_a_sale_and_money_back_keep_the_approvers_words_too(till):
    sell(till, "PEN", "PEN")
    script = unapproved(till, ".postvoid wrong customer")
    assert script.line(".approve anna saw it")["accepted"]
    undone = events_of(till, events.TransactionCompleted)[-1]
    assert {each.line.back.reason for each in undone.lines} == {"wrong customer"}
    number = sell(till, "PEN", "PEN")
    done(till, cmd.Return(receipt_number=number))
    script.line("+")
    assert "in cash needs an approval" in script.line("")["message"]
    assert script.line(".approve bob counted it")["accepted"]
    assert approvals(till) == [
        ("post_void", "anna", "saw it"), ("refund_cash", "bob", "counted it")]  # fmt: skip


def test_an_approved_command_that_is_refused_for_another_cause_can_be_approved_again(till):
    script = unapproved(till)
    till.hooks.price_rules.append((till.hooks.plugins[0], Unwilling(times=1)))
    assert "not now" in script.line(".approve anna")["message"]
    assert approvals(till) == []
    assert script.line(".approve bob seen")["accepted"]
    assert approvals(till) == [("return_without_receipt", "bob", "seen")]
    assert "Nothing waits" in script.line(".approve bob")["message"], "once is once"


class Unwilling:
    """Objects to whatever is priced, so many times."""

    def __init__(self, times):
        self.left = times

    def price(self, sale, changed):
        self.left -= 1
        if self.left >= 0:
            raise RuleViolation("not now", hint="try once more")
        return ()


# What a script is shown


def test_an_open_return_shows_the_tax_that_was_charged_and_not_one_reckoned_anew(tmp_path):
    """Three pens for 1.98 contain 0.32 at 19 %; of each third, 0.66, it would be 0.11 anew."""
    write_settings(tmp_path)
    with with_offers(open_till(tmp_path), PenOffers()) as till:
        done(till, cmd.AddItem(code="PEN", quantity_milli=3_000))
        done(till, cmd.Pay(type="cash"))
        script, shown = Script(till), []
        for _ in range(3):
            shown += script.line(".return 1 1 x1")["lines"]
            totals = script.line("@state")["totals"]
            assert shown[-1]["tax"] == totals["tax"]
            done(till, cmd.Pay(type="cash"))
        (sold, *_) = events_of(till, events.TransactionCompleted)
        assert sum(each["tax"] for each in shown) == -sold.totals.tax_minor
