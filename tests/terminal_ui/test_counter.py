"""The counter over a real till: requests in, views and outcomes out; no screen, no Textual."""

import asyncio

import pytest

from posframe import PosframeError
from posframe.testing.ports import CountingIds, ManualClock
from posframe.till import Ports
from posframe_terminal.cells import fit
from posframe_terminal.door import Typed
from tests.terminal_ui.selling import BEER, BREAD, CARD, MILK, cashier


@pytest.fixture
def desk(tmp_path):
    with cashier(tmp_path) as opened:
        yield opened


async def refused(asked) -> str:
    with pytest.raises(PosframeError) as caught:
        await asked
    return str(caught.value)


async def test_codes_quantities_and_departments_become_lines(desk):
    await desk.enter(MILK)
    await desk.enter(f"3 * {BREAD}")
    await desk.enter("199 / 10")
    await desk.scan(BREAD, text="2 *")
    assert desk.lines == [
        ("1", "Milk 1 l", 119, False),
        ("3", "Rye bread", 750, False),
        ("1", "Groceries", 199, False),
        ("2", "Rye bread", 500, False),
    ]
    assert (desk.view.total_minor, desk.view.items) == (1568, "7")
    assert desk.view.last_scan.name == "Rye bread"


async def test_a_weight_is_asked_for_and_typed(desk):
    outcome = await desk.enter("10005")
    assert outcome.message == "", "the question is on the screen, nothing was sold"
    assert desk.view.screen == "price"
    assert desk.view.fields[0].label == "kg"
    assert "more than a scale weighs" in await refused(desk.enter("10005"))
    await desk.enter("0.642")
    await desk.enter("1.5 * 10005")
    assert [line[:2] for line in desk.lines] == [("0.642", "Bananas"), ("1.500", "Bananas")]


async def test_an_open_price_is_asked_for_or_typed_before_the_item(desk):
    await desk.enter("10006")
    assert desk.counter.meaning("450", "price") == "= 4.50"
    await desk.enter("450")
    await desk.enter("199 @ 10006")
    assert [line[2] for line in desk.lines] == [450, 199]


async def test_esc_leaves_a_question_and_nothing_is_sold(desk):
    await desk.enter("10006")
    await desk.key("back")
    assert desk.view.screen == "sale"
    assert desk.lines == []


async def test_the_last_a_marked_and_a_numbered_line_are_voided(desk):
    for _ in range(4):
        await desk.scan(MILK)
    await desk.key("void")
    await desk.key("void", row=0)
    await desk.key("void", "2")
    assert [line[3] for line in desk.lines] == [True, True, False, True]


async def test_discounts_are_on_a_line_or_on_the_sale(desk):
    await desk.scan(BREAD)
    await desk.scan(MILK)
    await desk.key("discount", "10", row=0)
    assert desk.view.lines[0].notes[0].amount_minor == -25
    await desk.enter("10 %%")
    assert desk.view.saved_minor == 25 + 34
    assert "Which line" in await refused(desk.key("discount", "10"))


async def test_price_and_quantity_of_a_line_are_changed_by_key(desk):
    await desk.scan(MILK)
    await desk.key("price", "99")
    await desk.key("quantity", "5", row=0)
    assert desk.lines == [("5", "Milk 1 l", 495, False)]
    assert desk.view.lines[0].flag == "*price"


@pytest.mark.parametrize(
    ("action", "key"), [("price", "F8"), ("quantity", "F6"), ("discount", "F7")]
)
async def test_a_key_that_lacks_a_figure_says_what_to_type_and_press(desk, action, key):
    await desk.scan(MILK)
    assert f"then press {key}" in await refused(desk.key(action))


async def test_a_held_sale_is_recalled_from_the_list_and_by_its_number(tmp_path):
    clock = ManualClock()
    ports = Ports(clock=clock, ids=CountingIds(), effects=False, lock=False)
    with cashier(tmp_path, ports=ports) as desk:
        await desk.scan(MILK)
        await desk.key("hold", "gone for bread")
        await desk.scan(BREAD)
        await desk.key("hold")
        clock.advance(192_000_000)
        await desk.key("hold")
        sales = desk.at(marked=1).sales
        assert [(s.number, s.age, s.items, s.total_minor, s.note) for s in sales] == [
            (1, "03:12", "1", 119, "gone for bread"),
            (2, "03:12", "1", 250, ""),
        ]
        assert desk.at(marked=0).detail == ("Milk 1 l",)
        await desk.enter("2")
        assert [line[1] for line in desk.lines] == ["Rye bread"]


async def test_the_list_of_held_sales_is_not_shown_empty(desk):
    assert "No sale is held" in await refused(desk.key("recall"))


async def test_only_a_number_of_the_list_or_the_marked_row_is_recalled(desk):
    await desk.scan(MILK)
    await desk.key("hold")
    await desk.key("recall")
    assert "no number" in await refused(desk.enter("milk"))
    await desk.enter("", row=0)
    assert desk.over == ""
    assert len(desk.lines) == 1


async def test_cancelling_asks_first(desk):
    assert "nothing to cancel" in await refused(desk.key("cancel"))
    await desk.scan(MILK)
    await desk.key("cancel")
    assert desk.view.screen == "ask"
    assert "F5" in await refused(desk.enter("1"))
    await desk.key("back")
    assert len(desk.lines) == 1
    await desk.key("cancel")
    await desk.key("yes")
    assert desk.lines == []
    assert desk.till.state.transaction is None


async def test_a_sale_with_money_on_it_is_not_asked_about(desk):
    await desk.scan(MILK)
    await desk.key("pay")
    await desk.enter("100")
    assert "take it back with -" in await refused(desk.key("cancel"))


async def test_goods_are_found_by_name_and_added_as_often_as_typed(desk):
    outcome = await desk.enter("milk")
    assert (outcome.screen, outcome.text) == ("find", "milk")
    view = desk.at("3 * milk")
    assert {found.name for found in view.results} == {"Milk 1 l", "Milk chocolate"}
    assert view.detail[-1].startswith("Enter adds 3 * ")
    row = [found.name for found in view.results].index("Milk 1 l")
    assert view.results[row].code == MILK
    await desk.enter("3 * milk", row=row)
    assert desk.over == ""
    assert desk.lines == [("3", "Milk 1 l", 357, False)]


async def test_nothing_found_is_said(desk):
    await desk.key("find", "zzz")
    assert "Nothing is named" in await refused(desk.enter("zzz"))


async def test_a_scan_over_a_list_adds_and_shows_the_sale(desk):
    await desk.key("find", "milk")
    outcome = await desk.scan(MILK)
    assert outcome.screen == "sale"
    assert len(desk.lines) == 1


async def test_an_unknown_code_is_learnt_by_the_form(desk):
    words = await refused(desk.scan("4000000000006"))
    assert words == "4000000000006 not found (F2 finds it by name, S-F2 adds it to the shop)"
    await desk.key("learn")
    assert desk.view.title == "NEW ITEM 4000000000006"
    assert "price is missing" in await refused(desk.enter(""))
    await desk.enter("199")
    await desk.enter("Tea lights")
    assert "no tax category" in await refused(desk.enter("vat"))
    await desk.enter("red")
    await desk.scan("4000000000006")
    assert desk.lines == [("1", "Tea lights", 199, False)] * 2
    assert "Learn which code" in await refused(desk.key("learn"))


@pytest.mark.parametrize(
    "code", ["4006381333930", "", "*", "\x1b[31m", "4" * 300, "\x00\x1d", "]E0", "老", "-", "%"]
)
async def test_codes_that_are_none_are_refused_in_words(desk, code):
    assert await refused(desk.scan(code))
    assert desk.till.state.transaction is None


async def test_a_figure_before_a_scan_without_a_star_is_refused(desk):
    assert "type * after a quantity" in await refused(desk.scan(MILK, text="3"))


async def test_an_age_limit_is_shown_asked_for_at_payment_and_then_sold(desk):
    await desk.scan(BEER)
    assert desk.view.lines[0].flag == "16+"
    assert desk.view.notice == "Check age: 16 or older, then F12"
    outcome = await desk.key("pay")
    assert (outcome.message, outcome.severity) == (desk.view.notes[0], "warning")
    assert "then press F12" in await refused(desk.enter(""))
    await desk.key("age_ok")
    assert desk.view.notes[0] == "age 16+ checked"
    await desk.enter("")
    assert desk.view.screen == "change"


async def test_the_last_scan_is_the_item_and_not_its_deposit(desk):
    await desk.scan(BEER)
    assert [line[1] for line in desk.lines] == ["Beer", "Deposit"]
    assert desk.view.last_scan.name == "Beer"


async def test_a_member_s_card_is_put_on_and_taken_off(desk):
    assert "not enrolled" in await refused(desk.scan(CARD))
    await desk.enter(f".enrol {CARD} 150")
    await desk.scan(MILK)
    await desk.scan(CARD)
    assert desk.view.member.id == "Card ...0048"
    assert desk.view.member.notes == ("150 points",)
    await desk.key("customer")
    assert desk.view.title == "TAKE THE CUSTOMER OFF?"
    await desk.key("yes")
    assert desk.view.member is None
    assert "then F3" in await refused(desk.key("customer"))
    await desk.key("customer", CARD)
    assert desk.view.member is not None


async def test_paying_partly_taking_back_and_the_rest(desk):
    await desk.enter(f"10 * {MILK}")
    await desk.key("pay")
    assert (desk.view.open_minor, desk.view.items) == (1190, "10")
    assert desk.view.quick_cash[0].entry == "Enter"
    assert desk.counter.meaning("2000", "payment") == "= 20.00, change 8.10"
    await desk.enter("500")
    assert (desk.view.open_minor, desk.view.tenders[0].amount_minor) == (690, 500)
    await desk.key("take_back")
    assert desk.view.open_minor == 1190
    await desk.enter("2000")
    assert (desk.view.screen, desk.view.change_minor) == ("change", 810)
    assert desk.view.give == ("1 x 5.00", "1 x 2.00", "1 x 1.00", "1 x 0.10")


async def test_quick_cash_is_typed_as_it_is_shown(desk):
    await desk.enter(f"10 * {MILK}")
    await desk.key("pay")
    offered = desk.view.quick_cash[1]
    await desk.enter(offered.entry)
    assert desk.view.change_minor == offered.amount_minor - 1190


async def test_exact_cash_gives_no_change_and_enter_begins_the_next_sale(desk):
    await desk.scan(MILK)
    await desk.key("pay")
    await desk.key("cash")
    assert desk.view.change_minor == 0
    assert "copy 1" in (await desk.key("reprint")).message
    await desk.enter("")
    assert desk.view.screen == "sale"
    assert desk.view.head.title == "SALE 2"


async def test_a_scan_while_the_change_is_shown_begins_the_next_sale(desk):
    await desk.scan(MILK)
    await desk.key("pay")
    await desk.enter("")
    await desk.scan(BREAD)
    assert desk.view.screen == "sale"
    assert [line[1] for line in desk.lines] == ["Rye bread"]


async def test_a_scan_on_the_payment_screen_adds_and_leads_back(desk):
    await desk.scan(MILK)
    await desk.key("pay")
    await desk.scan(BREAD)
    assert (desk.view.screen, len(desk.lines)) == ("sale", 2)


async def test_there_is_nothing_to_pay_without_goods(desk):
    assert "nothing to pay" in await refused(desk.key("pay"))


async def test_the_drawer_is_opened_without_a_sale(desk):
    assert (await desk.key("no_sale", "small change")).message


async def test_the_last_item_is_added_again(desk):
    assert "Nothing was added" in await refused(desk.key("repeat"))
    await desk.enter(f"2 * {MILK}")
    await desk.key("repeat")
    assert desk.lines == [("2", "Milk 1 l", 238, False)] * 2


async def test_money_moves_only_on_what_the_operator_saw(desk):
    await desk.scan(MILK)
    await desk.key("pay")
    old = desk.view.seen
    await desk.scan(BREAD)
    await desk.key("pay")
    stale = desk.counter.submit(Typed(screen="payment", text="1000", seen=old))
    assert "look and press again" in await refused(stale)


async def test_stock_is_shown_when_it_is_told_and_what_it_lacks(desk):
    await desk.enter(".count 10001 2")
    changed = asyncio.Event()
    ended = desk.counter.listen(changed.set)
    await desk.scan(MILK)
    assert desk.view.last_scan.code == MILK
    desk.till.call(lambda: None)  # what was asked before is answered by now
    assert desk.view.last_scan.note == "2 on hand"
    await desk.enter(f"2 * {MILK}")
    assert desk.view.notice == ""
    desk.till.call(lambda: None)
    assert desk.view.notice == "Stock: 3 in this sale, 2 on hand"
    await desk.key("find", "milk 1")
    assert desk.at("milk 1").results
    desk.till.call(lambda: None)
    assert desk.at("milk 1").results[0].stock == "2"
    ended()


async def test_a_till_without_stock_and_members_sells_all_the_same(tmp_path):
    with cashier(tmp_path, plugins=("payments", "terminal")) as desk:
        await desk.scan(MILK)
        assert desk.view.last_scan.note == ""


async def test_names_from_outside_are_cleaned_where_they_are_painted(desk):
    await desk.enter("10007")
    name = desk.view.lines[0].name
    assert "\u202e" in name, "the sale keeps what the shop wrote"
    assert fit(name, 24) == "[red]Odd[/red] gnp 老   "


async def test_plugins_actions_without_a_key_are_done_by_name(desk):
    await desk.enter(".count 10001 7")
    await desk.scan(MILK)
    assert "7 on hand" in (await desk.key("inventory_stock")).message


async def test_an_unknown_action_and_screen_are_refused(desk):
    assert "no action" in await refused(desk.key("kitchen"))
    desk.over = "trouble"
    assert "Nothing is typed here" in await refused(desk.enter("1"))


async def test_a_basket_is_there_again_after_the_till_was_closed(tmp_path):
    with cashier(tmp_path) as desk:
        await desk.scan(MILK)
        await desk.enter(f"2 * {BREAD}")
        before = desk.lines
    ports = Ports(clock=ManualClock(), ids=CountingIds(1000), effects=False, lock=False)
    with cashier(tmp_path, ports=ports) as desk:
        assert desk.lines == before
        assert desk.view.last_scan.name == "Rye bread"


async def test_a_change_made_elsewhere_is_told_and_our_own_is_not_told_twice(desk):
    told = []
    ended = desk.counter.listen(lambda: told.append(1))
    await asyncio.sleep(0)
    told.clear()  # the first is the clock's
    await asyncio.to_thread(desk.till.do, desk.counter.session.scanned(MILK))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert told
    ended()
