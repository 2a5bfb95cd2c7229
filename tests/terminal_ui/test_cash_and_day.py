"""Cash and the day by keys: counting blind, shifts and their reasons, X, and the close by a Z."""

from posframe import events
from tests.terminal_ui.selling import BREAD, MILK
from tests.terminal_ui.signing_stand import BADGES, PINS, signing_counter
from tests.terminal_ui.test_supervising import Journal

SHIFTS = '\n[shifts]\ndeclared = ["card"]\nreason_limit = "1.00"\n'


async def sell(desk, *codes):
    for code in codes:
        await desk.scan(code)
    await desk.key("f9", "enter", "enter")


async def open_shift(desk, number="17", heaps=("15x10",)):
    """Sign in and take the drawer with its float, by keys of the page."""
    await desk.sign_in(number)
    await desk.key("shift+f3", "enter")
    assert desk.view.screen == "counting"
    for heap in heaps:
        await desk.enter(heap)
    await desk.key("f9")
    assert desk.view.screen == "sale"


async def end_shift(desk, *lines):
    await desk.enter(".shift end")
    for line in lines:
        await desk.enter(line)


# Counting


async def test_heaps_add_up_beside_their_coins_and_notes(tmp_path):
    async with signing_counter(tmp_path) as desk:
        await desk.sign_in("17")
        await desk.enter(".shift open")
        for heap in ("10x10", "3 rolls 1.00", "7x0.50"):
            await desk.enter(heap)
        for words in ("10.00 10 100.00", "1.00 75 75.00", "0.50 7 3.50", "COUNTED 178.50 EUR",
                      "3 rolls, 75 x 1.00 = 75.00"):  # fmt: skip
            assert words in desk.words, words
        await desk.enter("-")
        assert "COUNTED 175.00 EUR" in desk.words
        await desk.key("f9")
        (shift,) = desk.till.state.control.shifts
        assert (shift.operator, shift.cash.opening_float_minor) == ("17", 17_500)


async def test_a_heap_that_cannot_be_is_said_and_the_count_stays(tmp_path):
    async with signing_counter(tmp_path) as desk:
        await desk.sign_in("17")
        await desk.enter(".shift open")
        await desk.enter("10x10")
        await desk.enter("3x0.77")
        assert "There is no coin or note of 0.77" in desk.words
        assert "COUNTED 100.00 EUR" in desk.words


async def test_scans_are_refused_while_money_is_counted_and_badges_are_not(tmp_path):
    async with signing_counter(tmp_path) as desk:
        await desk.sign_in("17")
        await desk.enter(".shift open")
        await desk.enter("10x10")
        await desk.scan(MILK)
        assert "A drawer is being counted: nothing was added" in desk.words
        assert desk.sold == []
        await desk.scan(BADGES["42"])
        assert desk.view.screen == "lock"
        await desk.key("escape")
        await desk.sign_in("17")
        assert "COUNTED 100.00 EUR" in desk.words, "the count goes on where it was"


async def test_a_count_is_left_by_its_word_and_not_by_esc(tmp_path):
    async with signing_counter(tmp_path) as desk:
        await desk.sign_in("17")
        await desk.enter(".shift open")
        await desk.key("escape")
        assert desk.view.screen == "counting"
        assert "F9 ends, .leave stops" in desk.message
        await desk.enter(".leave")
        assert desk.view.screen == "sale"
        assert desk.till.state.control.shifts == ()


async def test_who_counts_is_shown_nothing_of_what_should_be_there(tmp_path):
    async with signing_counter(tmp_path, settings=SHIFTS) as desk:
        await open_shift(desk)
        await sell(desk, MILK, BREAD)  # 150.00 and 3.69 should be there
        shown = len(desk.frames)
        await end_shift(desk, "1x5", "done")
        assert "CARD >" in desk.text()
        await desk.enter("0")
        assert desk.view.screen == "shifts"
        for text, _ in desk.frames[shown:]:
            assert "153.69" not in text
            assert "148.69" not in text, "nor by how much it differs"
        assert "a reason is missing: cash" in desk.text()


async def test_who_may_see_what_should_be_there_does(tmp_path):
    async with signing_counter(tmp_path, settings=SHIFTS) as desk:
        await open_shift(desk, "7")
        await sell(desk, MILK)
        await desk.enter(".shift end")
        assert "SHOULD BE THERE" in desk.text()
        assert "151.19" in desk.text()


async def test_the_close_goes_from_count_to_reason_to_somebody_else_who_confirms(tmp_path):
    async with signing_counter(tmp_path, settings=SHIFTS) as desk:
        await open_shift(desk)
        await sell(desk, MILK)
        await end_shift(desk, "14x10", "done", "0")
        assert "waits to be confirmed" in desk.text()
        await desk.key("enter")
        assert "Why does cash differ?" in desk.message
        await desk.key("f9")
        assert "not for a cashier" in desk.message
        await desk.enter("a note was missing")
        assert "a reason is missing" not in desk.text()
        await desk.key("home")
        await desk.sign_in("7")
        await desk.enter(".shifts")
        for words in ("cash 151.19 140.00 -11.19 a note was missing", "card 0.00 0.00 0.00"):
            assert words in desk.words, words
        await desk.key("f9")
        assert desk.till.state.control.shifts == ()
        assert "none waits to be confirmed" in desk.text()


async def test_a_drawer_is_handed_over_by_a_count_of_both(tmp_path):
    async with signing_counter(tmp_path) as desk:
        await open_shift(desk)
        await desk.key("shift+f3", "down", "down", "down", "enter")
        assert desk.view.entry.text == ".handover "
        await desk.enter("18")
        assert desk.view.screen == "counting"
        await desk.enter("15x10")
        await desk.key("f9")
        assert desk.view.screen == "approval"
        assert "Operator 18 has to answer for the drawer." in desk.words
        desk.type("".join(("18", "\r", PINS["18"], "\r", "\r")))
        await desk.settle()
        assert desk.operator == "17", "who gives it stays signed in"
        ended, going = desk.till.state.control.shifts
        assert (ended.operator, going.operator) == ("17", "18")


# The page


async def test_the_page_names_what_can_be_done_and_what_is_not_for_the_role(tmp_path):
    async with signing_counter(tmp_path) as desk:
        await desk.sign_in("17")
        await desk.key("shift+f3")
        for words in ("Open a shift .shift open", "Close the day .closeday not for you"):
            assert words in desk.words, words
        await desk.key("escape")
        assert desk.view.screen == "sale"


async def test_an_entry_that_needs_more_is_put_on_the_line_to_be_completed(tmp_path):
    async with signing_counter(tmp_path) as desk:
        await open_shift(desk)
        await desk.key("shift+f3", "down", "down", "down", "down", "down", "down")
        await desk.enter("50")
        assert "Taking" not in desk.message or desk.till.state.control.shifts[0].cash.skims_minor
        assert desk.till.state.control.shifts[0].cash.skims_minor == 50


# Reports


async def test_an_x_is_read_on_the_screen_before_it_is_printed(tmp_path):
    async with signing_counter(tmp_path) as desk:
        await desk.sign_in("7")
        await sell(desk, MILK)
        jobs = len(desk.till.state.jobs)
        await desk.enter(".x")
        assert desk.view.screen == "report"
        assert "X REPORT row 1 to 13 of" in desk.words
        assert len(desk.till.state.jobs) == jobs, "looking prints nothing"
        await desk.key("pagedown")
        assert "row 11 to 23 of" in desk.words
        await desk.key("f11")
        assert [each.subject for each in desk.till.state.jobs.values()][jobs:] == ["x-open"]
        await desk.key("escape")
        assert desk.view.screen == "sale"


async def test_figures_of_the_day_are_not_shown_to_whoever_may_not_see_them(tmp_path):
    async with signing_counter(tmp_path) as desk:
        await desk.sign_in("17")
        await sell(desk, MILK)
        for entry in (".x", ".closeday", ".z"):
            shown = len(desk.frames)
            await desk.enter(entry)
            assert desk.view.screen == "sale"
            assert "is not for a cashier" in desk.message
            assert not any("GROSS" in text for text, _ in desk.frames[shown:])


async def test_the_day_is_closed_after_one_look_and_one_yes(tmp_path):
    async with signing_counter(tmp_path) as desk:
        journal = Journal(desk.till)
        await desk.sign_in("7")
        await sell(desk, MILK)
        await desk.scan(BREAD)
        await desk.key("f4")
        await desk.enter(".closeday")
        for words in ("CARRIED FORWARD", "suspended sale 2", "2.50, Operator 7 7 sees to it"):
            assert words in desk.words, words
        await desk.key("f9")
        assert "CLOSE THE DAY?" in desk.text()
        assert "ends with Z 1" in desk.text()
        assert journal.of(events.DayClosed) == []
        await desk.key("escape")
        assert desk.view.screen == "report"
        await desk.key("f9", "f5")
        (closed,) = journal.of(events.DayClosed)
        assert (closed.report.number, closed.operator) == (1, "7")
        assert desk.view.screen == "sale"
        await desk.enter(".z")
        assert "Z REPORT 1" in desk.text()


async def test_a_till_where_nobody_signs_in_counts_and_closes_too(tmp_path):
    from tests.terminal_ui.paying_stand import CardStand
    from tests.terminal_ui.selling import open_till

    settings = "\n[shifts]\nself_confirm = true\n"
    with open_till(tmp_path, settings=settings) as till:
        desk = CardStand(till)
        with desk.hearing():
            async with desk.pumping():
                await desk.enter(".shift open")
                assert desk.view.screen == "counting"
                await desk.enter("15x10")
                await desk.key("f9")
                await desk.enter(".shift end")
                await desk.enter("15x10")
                await desk.key("f9")
                await desk.enter(".shifts")
                await desk.key("f9")
                assert till.state.control.shifts == ()
                await desk.key("escape")
                assert "Home" not in desk.text()
                await desk.enter(".closeday")
                await desk.shows("CLOSE THE DAY")
                await desk.key("f9", "f5")
                assert till.state.control.last_z.number == 1
