"""Approval in place: a supervisor answers over the sale, and the cashier goes on."""

import asyncio

from posframe import events
from tests.terminal_ui.selling import BREAD, MILK
from tests.terminal_ui.signing_stand import BADGES, PINS, signing_counter

OFF = "40 % 1"
"""More than a cashier may by themselves, less than a supervisor may."""


class Journal:
    """What was journalled of approvals since it was begun."""

    def __init__(self, till):
        self.events = []
        till.listen(self._note)

    def _note(self, outcomes):
        self.events += [row.event for outcome in outcomes for row in outcome.recorded]

    def of(self, kind):
        return [each for each in self.events if isinstance(each, kind)]


async def asked(desk, entry=OFF):
    """Sell something and ask for what needs an approval."""
    await desk.sign_in("17")
    await desk.scan(MILK)
    await desk.enter(entry)
    assert desk.view.screen == "approval", desk.text()


async def test_the_form_says_what_about_how_much_and_who_asks(tmp_path):
    async with signing_counter(tmp_path) as desk:
        await asked(desk)
        for words in ("A discount by hand this much needs an approval.", "Asked by Operator 17 17",
                      "0.48 EUR", "40 %"):  # fmt: skip
            assert words in desk.words, words


async def test_a_supervisor_adds_at_most_three_keys_to_number_and_pin(tmp_path):
    async with signing_counter(tmp_path) as desk:
        journal = Journal(desk.till)
        await asked(desk)
        keys = [*"42", "\r", *PINS["42"], "\r", "\r"]
        assert len(keys) - len("42") - len(PINS["42"]) <= 3
        desk.type("".join(keys))
        await desk.settle()
        assert (desk.view.screen, desk.operator) == ("sale", "17"), "nobody signed in anew"
        assert desk.till.state.transaction.totals.gross_minor == 71  # 1.19 less 0.48
        (given,) = journal.of(events.ApprovalGiven)
        assert (given.approver, given.amount_minor) == ("42", 48)
        (granted,) = journal.of(events.ApprovalGranted)
        assert granted.approval.request.operator == "17"
        assert granted.approval.reason == "A discount by hand this much needs an approval"


async def test_a_badge_and_enter_are_enough_where_it_is_worn(tmp_path):
    async with signing_counter(tmp_path, operators="badge_needs_pin = false\n") as desk:
        await asked(desk)
        await desk.scan(BADGES["42"])
        assert desk.view.screen == "approval"
        await desk.key("enter")
        assert desk.view.screen == "sale"
        assert desk.till.state.transaction.totals.gross_minor == 71


async def test_a_badge_asks_for_its_pin_where_it_alone_is_not_enough(tmp_path):
    async with signing_counter(tmp_path) as desk:
        await asked(desk)
        await desk.scan(BADGES["42"])
        assert "PIN > _" in desk.text()
        await desk.enter(PINS["42"])
        await desk.key("enter")
        assert desk.view.screen == "sale"


async def test_the_reason_of_the_command_stands_there_and_can_be_typed_over(tmp_path):
    async with signing_counter(tmp_path) as desk:
        journal = Journal(desk.till)
        await asked(desk, ".percent 40 1 bruised")
        await desk.enter("42")
        await desk.enter(PINS["42"])
        assert "reason > bruised_" in desk.text()
        await desk.key(*["backspace"] * len("bruised"))
        await desk.enter("dented")
        assert journal.of(events.ApprovalGranted)[0].approval.reason == "dented"


async def test_an_empty_reason_is_refused_before_the_pin_is_verified(tmp_path):
    async with signing_counter(tmp_path) as desk:
        await asked(desk)
        verified = len(desk.keepers.verified)
        await desk.enter("42")
        await desk.enter(PINS["42"])
        await desk.key("escape")  # clears the words
        await desk.key("enter")
        assert "An approval needs a reason" in desk.message
        assert len(desk.keepers.verified) == verified
        await desk.enter("good reason")
        assert desk.view.screen == "sale"


async def test_a_wrong_pin_is_said_in_the_form_and_it_begins_again(tmp_path):
    async with signing_counter(tmp_path) as desk:
        await asked(desk)
        await desk.enter("42")
        await desk.enter("111111")
        await desk.key("enter")
        assert desk.view.screen == "approval"
        assert "Number or PIN is wrong" in desk.message
        assert "number > _" in desk.text()
        assert desk.till.state.transaction.totals.gross_minor == 119


async def test_nobody_approves_for_himself(tmp_path):
    async with signing_counter(tmp_path) as desk:
        await asked(desk)
        await desk.enter("17")
        await desk.enter(PINS["17"])
        await desk.key("enter")
        assert desk.view.screen == "approval"
        assert "Nobody approves for himself" in desk.message


async def test_the_pin_of_an_approval_is_nowhere_to_be_read(tmp_path, caplog):
    async with signing_counter(tmp_path) as desk:
        await asked(desk)
        for pin in ("999999", PINS["42"]):
            await desk.enter("42")
            desk.type(pin)
            await desk.settle()
            assert f"PIN > {'•' * 6}_" in desk.text()
            await desk.key("enter", "enter")
        assert desk.view.screen == "sale"
        text = repr((desk.frames, desk.requests, desk.pump.desk)) + caplog.text
        assert PINS["42"] not in text
        assert "999999" not in text


async def test_esc_leaves_it_and_nothing_is_done(tmp_path):
    async with signing_counter(tmp_path) as desk:
        journal = Journal(desk.till)
        await asked(desk)
        await desk.enter("42")
        await desk.key("escape")
        assert desk.view.screen == "sale"
        assert desk.till.state.transaction.totals.gross_minor == 119
        assert journal.of(events.ApprovalGranted) == []
        await desk.enter(".approve")
        assert desk.view.screen == "approval", "it waits still"
        assert "number > _" in desk.text()


async def test_a_denial_is_a_key_then_number_pin_and_words(tmp_path):
    async with signing_counter(tmp_path) as desk:
        journal = Journal(desk.till)
        await asked(desk)
        await desk.key("f8")
        assert "WHO DENIES THIS?" in desk.text()
        await desk.enter("42")
        await desk.enter(PINS["42"])
        await desk.enter("not twice a day")
        assert desk.view.screen == "sale"
        assert "Denied by 42" in desk.message
        (denied,) = journal.of(events.ApprovalDenied)
        assert (denied.approver, denied.words) == ("42", "not twice a day")
        assert desk.till.state.transaction.totals.gross_minor == 119


async def test_goods_scanned_meanwhile_wait_and_come_after_it(tmp_path):
    async with signing_counter(tmp_path) as desk:
        await asked(desk)
        await desk.enter("42")
        await desk.scan(BREAD)
        assert "1 scans wait" in desk.text()
        assert "PIN > _" in desk.text(), "it changes nothing in the form"
        await desk.enter(PINS["42"])
        await desk.key("enter")
        assert desk.sold == [("Milk 1 l", 1000), ("Rye bread", 1000)]


async def test_a_scan_above_what_was_approved_asks_again_and_is_sold_then(tmp_path):
    """40 % of the sale was approved of milk alone; the bread waits with its customer."""
    async with signing_counter(tmp_path) as desk:
        await asked(desk, ".percent 40 all")
        for _ in range(2):
            await desk.enter("42")
            await desk.enter(PINS["42"])
            await desk.key("enter")
            assert desk.sold[0] == ("Milk 1 l", 1000)
            if len(desk.sold) == 1:
                await desk.scan(BREAD)
                assert desk.view.screen == "approval", desk.text()
        assert desk.sold == [("Milk 1 l", 1000), ("Rye bread", 1000)]


async def test_what_is_approved_elsewhere_closes_the_form_and_is_done(tmp_path):
    async with signing_counter(tmp_path) as desk:
        await asked(desk)
        desk.type("4")  # half a number, which belongs to nothing then
        await desk.settle()
        await asyncio.to_thread(desk.till.signing.approve, "42", PINS["42"], "seen from the office")
        await desk.until(lambda: desk.view.screen == "sale")
        await desk.settle()
        assert desk.till.state.transaction.totals.gross_minor == 71
        assert desk.view.entry.text == ""


async def test_what_is_denied_elsewhere_closes_the_form_with_words(tmp_path):
    async with signing_counter(tmp_path) as desk:
        await asked(desk)
        await asyncio.to_thread(desk.till.signing.deny, "42", PINS["42"], "no")
        await desk.until(lambda: desk.view.screen == "sale")
        await desk.settle()
        assert "Not approved" in desk.message
        assert desk.till.state.transaction.totals.gross_minor == 119


async def test_somebody_without_a_say_elsewhere_leaves_the_form_open(tmp_path):
    async with signing_counter(tmp_path) as desk:
        await asked(desk)
        await asyncio.to_thread(desk.till.signing.approve, "18", PINS["18"], "please")
        await desk.settle()
        assert desk.view.screen == "approval"
        await desk.enter("42")
        await desk.enter(PINS["42"])
        await desk.key("enter")
        assert desk.till.state.transaction.totals.gross_minor == 71


async def test_the_lock_withdraws_what_was_asked(tmp_path):
    async with signing_counter(tmp_path) as desk:
        await asked(desk)
        await desk.key("home")
        assert desk.view.screen == "lock"
        await desk.sign_in("17")
        assert desk.view.screen == "sale"
        assert desk.till.state.transaction.totals.gross_minor == 119


async def test_keys_typed_ahead_of_an_approval_do_not_become_entries(tmp_path):
    async with signing_counter(tmp_path) as desk:
        await asked(desk)
        desk.type(f"42\r{PINS['42']}\r\r3*{MILK}\r")
        await desk.settle()
        assert desk.till.state.transaction.totals.gross_minor == 71
        assert (desk.sold, desk.view.entry.text) == ([("Milk 1 l", 1000)], "")


async def test_a_pin_typed_on_the_open_line_is_refused_and_verifies_nothing(tmp_path):
    async with signing_counter(tmp_path) as desk:
        await asked(desk)
        await desk.key("escape")
        verified = len(desk.keepers.verified)
        await desk.enter(f".approve 42 {PINS['42']} please")
        assert "A PIN is not typed here" in desk.message
        assert desk.view.entry.text == "", "nor does it stay in sight"
        assert len(desk.keepers.verified) == verified


async def test_undoing_a_sale_is_asked_first_of_those_too_who_need_no_approval(tmp_path):
    async with signing_counter(tmp_path) as desk:
        await desk.sign_in("7")
        await desk.enter(".postvoid")
        assert "No sale was completed yet" in desk.message
        await desk.scan(MILK)
        await desk.key("f9", "enter", "enter")
        await desk.enter(".postvoid")
        assert "UNDO RECEIPT 1?" in desk.text()
        assert desk.till.state.last_receipt_number == 1
        await desk.key("f5")
        assert desk.till.state.last_receipt_number == 2


async def test_undoing_a_sale_is_asked_then_approved(tmp_path):
    async with signing_counter(tmp_path) as desk:
        await desk.sign_in("17")
        await desk.scan(MILK)
        await desk.key("f9", "enter", "enter")
        await desk.enter(".postvoid")
        assert "UNDO RECEIPT 1?" in desk.text()
        await desk.key("f5")
        assert desk.view.screen == "approval"
        await desk.enter("42")
        await desk.enter(PINS["42"])
        await desk.key("enter")
        assert desk.till.state.last_receipt_number == 2
