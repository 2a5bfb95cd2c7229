"""The script door: entry lines in, one JSON object a line out, and everything a screen can do."""

from __future__ import annotations

import json

import pytest

from posframe.catalogue.records import SearchHit
from posframe.kernel.domain import commands as cmd
from posframe.kernel.domain.basket import OfferRow
from posframe.kernel.domain.item import Item
from posframe.kernel.hookspecs import hookimpl
from posframe.script import Script
from tests.kernel.notes import Note, NotesPlugin
from tests.kernel.shop import (
    ITEMS,
    PlainCatalogue,
    open_till,
    with_offers,
    with_plugins,
    write_settings,
)

ALWAYS = {"accepted", "message", "screen", "lines", "totals", "due", "tenders", "change"}
LINE = {"id", "sku", "text", "quantity", "unit", "net", "tax", "gross", "voided"}


@pytest.fixture
def till(tmp_path):
    write_settings(tmp_path)
    with open_till(tmp_path) as opened:
        yield opened


@pytest.fixture
def script(till):
    """Do lines, each of which is accepted; return what came of the last."""
    session = Script(till)

    def do(*lines):
        for line in lines:
            answer = session.line(line)
            assert json.loads(json.dumps(answer)) == answer
            assert answer["accepted"], answer
        return answer

    do.session = session
    return do


def refused(script, line):
    answer = script.session.line(line)
    assert not answer["accepted"]
    return answer["message"], answer.get("hint", "")


# What is said


def test_every_answer_has_the_same_fields(script):
    """Taken, refused, a search, another screen: a reader needs to know one shape."""
    for line in ("1 * PEN", "nothing1", ".help", "pen", "@state", "@menu", "+", "5.00", "-"):
        answer = script.session.line(line)
        assert set(answer) >= ALWAYS, line
        assert all(set(each) == LINE for each in answer["lines"])


def test_an_added_line_says_what_it_is_and_bears(script):
    """1.29 at 7 % inside: 1.21 and 0.08; 45.67 with 4.225 % on top: 1.93."""
    assert script("1 * MILK") == {
        "accepted": True,
        "message": "Milk",
        "screen": "sale",
        "lines": [{"id": 1, "sku": "MILK", "text": "Milk", "quantity": 1, "unit": "pcs",
                   "net": 121, "tax": 8, "gross": 129, "voided": False}],
        "totals": {"net": 121, "tax": 8, "gross": 129, "discount": 0,
                   "taxes": [{"code": "vat7", "base": 121, "amount": 8}]},
        "due": 129,
        "tenders": [],
        "change": 0,
    }  # fmt: skip
    (lamp,) = script("1 * LAMP")["lines"]
    assert (lamp["net"], lamp["tax"], lamp["gross"]) == (4567, 193, 4760)


@pytest.mark.parametrize(
    ("line", "quantity"), [("3 * PEN", 3), ("0.642 * HAM", 0.642), ("8006", 6), ("2*8006", 12)]
)
def test_quantities_are_written_in_their_unit(script, line, quantity):
    (line,) = script(line)["lines"]
    assert line["quantity"] == quantity


def test_only_lines_that_changed_are_said(script):
    """Added, changed, voided; a discount on the sale changes none of them."""
    script("1 * PEN", "1 * COLA")
    assert [each["id"] for each in script("1 * MILK")["lines"]] == [4]
    assert [each["id"] for each in script(".qty 2 2")["lines"]] == [2, 3]
    voided = script("1 -")["lines"]
    assert [(each["id"], each["voided"]) for each in voided] == [(1, True)]
    answer = script("10 %%")
    assert answer["lines"] == []
    assert answer["totals"]["discount"] == -43


def test_a_completed_sale_says_all_of_it_once(script):
    """Lines with their shares of the discount, tenders, change, rounding, the receipt's number."""
    script("1 * PEN", "1 * LAMP", "50 %%", "+", "5.00")
    answer = script("50.00")
    assert answer["message"] == "Receipt 1"
    assert answer["screen"] == "sale"
    lines, totals = answer["lines"], answer["totals"]
    assert [each["sku"] for each in lines] == ["PEN", "LAMP"]
    assert sum(each["gross"] for each in lines) == totals["gross"]
    assert sum(each["net"] for each in lines) == totals["net"]
    assert totals["discount"] == -2333
    assert answer["due"] == 0
    assert [(each["type"], each["tendered"], each["status"]) for each in answer["tenders"]] == [
        ("cash", 500, "applied"), ("cash", 5000, "applied"),
    ]  # fmt: skip
    total = totals["gross"] + totals["rounding"]
    assert total % 5 == 0
    assert answer["change"] == 5500 - total
    assert answer["receipt"] == {
        "number": 1, "transaction": answer["receipt"]["transaction"], "total": total,
    }  # fmt: skip
    nothing = script("@state")
    assert (nothing["lines"], nothing["totals"], nothing["due"]) == ([], None, 0)


def test_a_refusal_says_why_and_what_to_do_and_the_sale_as_it_is(script):
    script("1 * PEN")
    assert refused(script, "9 -") == ("There is no line 9", "lines are 1 to 1")
    answer = script.session.line("nothing1")
    assert (answer["message"], answer["due"]) == ("nothing1 not found", 99)
    assert answer["lines"] == []


def test_the_state_is_said_once_when_asked(script, till):
    script("1 * PEN", ".hold", "1 * MILK", "1 * MILK")
    answer = script("@state")
    assert [each["id"] for each in answer["lines"]] == [1, 2]
    assert answer["state"] == {
        "till": "T01", "business_date": "2026-01-01", "sale": 2, "customer": "", "held": 1,
        "last_receipt": 0, "drawer": 15_000, "jobs": [], "notices": [],
    }  # fmt: skip
    script("+", "")
    state = script("@state")["state"]
    assert (state["last_receipt"], state["drawer"], state["sale"]) == (1, 15_260, None)
    assert [(job["kind"], job["status"]) for job in state["jobs"]] == [
        ("kick", "queued"), ("print", "queued"),
    ]  # fmt: skip


def test_full_says_everything_every_time(till):
    session = Script(till, full=True)
    session.line("1 * PEN")
    answer = session.line("1 * PEN")
    assert [each["id"] for each in answer["lines"]] == [1, 2]
    assert answer["state"]["sale"] == 1
    assert "state" in session.line("nothing1")


def test_what_nothing_here_means_breaks_nothing(script):
    """Every line has an answer, whatever is in it."""
    for line in (
        "",
        " ",
        "@",
        "@ ",
        "@nothing",
        "@recall ²",
        "²",
        "\0",
        "\x1b[31m",
        "@pay x",
        "9" * 300,
        ".reprint " + "9" * 100,
        "@reprint " + "9" * 100,
        "@quantity",
        "🥛",
        "\u202e1 * PEN",
    ):
        answer = script.session.line(line)
        assert set(answer) >= ALWAYS, line


# Screens and searches


def test_goods_are_found_by_name(tmp_path):
    class Found(PlainCatalogue):
        def search(self, text, limit, at_us):
            return tuple(
                SearchHit(item, f"code {sku}") for sku, item in ITEMS.items() if text in item.name
            )[:limit]

    write_settings(tmp_path)
    with open_till(tmp_path, catalogue=Found()) as till:
        session = Script(till)
        answer = session.line("Pen")
        assert answer["message"] == "1 found"
        assert answer["found"] == [{"sku": "PEN", "text": "Pen", "code": "code PEN", "price": 99}]
        assert session.line(".find")["found"] == []
        assert session.line("@find Milk")["found"][0]["sku"] == "MILK"


def test_held_sales_are_listed(script):
    script("1 * PEN", ".hold fetches money", "1 * MILK", ".hold")
    answer = script("@recall")
    assert answer["held"] == [
        {"number": 1, "note": "fetches money", "total": 99},
        {"number": 2, "note": "", "total": 129},
    ]  # fmt: skip
    assert script("@recall 2")["message"] == "Recalled: sale 2"


def test_the_screen_follows_the_sale(script):
    """Payment only with something to pay; back to the sale when it is closed."""
    assert refused(script, "+")[0] == "There is nothing to pay"
    script("1 * PEN")
    assert script("+")["screen"] == "payment"
    assert script(".sale")["screen"] == "sale"
    script("@pay")
    assert script("0.50")["screen"] == "payment"
    assert script("-")["message"] == "Cash taken back"
    assert script("")["screen"] == "sale"


# Actions and questions


def test_actions_take_what_was_typed_before_their_key(script):
    script("1 * PEN", "1 * PEN")
    assert script("@quantity 3")["lines"][0]["quantity"] == 3
    assert script("@price 50")["lines"][0]["gross"] == 150
    assert script("@void 1")["lines"][0]["voided"]
    assert script("@repeat")["lines"][0]["sku"] == "PEN"
    assert script("@hold")["message"] == "Held: sale 1"
    assert script("@hold")["held"][0]["number"] == 1, "with nothing open it lists"
    assert script("@recall 1")["message"] == "Recalled: sale 1"
    assert script("@cancel no money")["message"] == "Cancelled: sale 1"
    assert script("@no_sale change")["message"] == "No sale"
    assert script("@menu")["message"] == "Screen: menu"


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("@nothing", "There is no action 'nothing'"),
        ("@quantity", "Which quantity?"),
        ("@price", "Which price?"),
        ("@discount", "Which percentage?"),
        ("@repeat", "Nothing was added yet"),
        ("@discount 10", "Which line is it for?"),
    ],
)
def test_actions_that_lack_something_say_what(script, line, words):
    message, hint = refused(script, line)
    assert message == words
    assert hint


def test_a_marked_line_is_what_keys_are_about(script):
    script("1 * PEN", "1 * PEN")
    script.session.session.marked = 1
    assert script("@discount 10")["lines"][0]["id"] == 1
    assert script.session.session.marked is None, "it is marked for one entry"


def test_a_question_is_answered_by_the_next_number(script):
    """An open price; a weight; anything else typed is an entry like any other."""
    assert refused(script, "1 * REPAIR")[0] == "Repair has no fixed price"
    assert script("4990")["lines"][0]["gross"] == 4990
    assert refused(script, "2 * REPAIR")[0] == "Repair has no fixed price"
    assert script("10.00")["lines"][0]["gross"] == 2000


def test_a_weight_is_asked_for_and_typed(tmp_path):
    items = {**ITEMS, "4011": Item(sku="4011", name="Ham", unit_price_minor=1_990,
                                   unit=ITEMS["HAM"].unit, weighed=True)}  # fmt: skip
    write_settings(tmp_path)
    with open_till(tmp_path, items=items) as till:
        session = Script(till)
        assert session.line("4011")["message"] == "Ham is sold by kg"
        answer = session.line("0.642")
        assert (answer["accepted"], answer["lines"][0]["gross"]) == (True, 1278)
        session.line("4011")
        assert session.line("1 * PEN")["accepted"], "the question is dropped"
        assert session.line("0.642")["message"] == "0.642 not found"


def test_a_scan_always_adds_goods(till):
    """On whatever screen: it is never taken for an amount."""
    session = Script(till).session
    session.screen = "payment"
    assert session.scanned("4011", "]E0") == cmd.AddItem(code="4011", aim="]E0")


def test_what_the_operator_saw_goes_with_what_moves_money(till, script):
    """What was on the screen when the key was pressed, or what is there now."""
    script("1 * PEN", "+")
    session = script.session.session
    now = session.read("")
    assert (now.seen.tenders, now.seen.due_minor) == (0, 99)
    session.saw(cmd.Seen(transaction="x", tenders=7, due_minor=1))
    assert session.read("").seen.tenders == 7
    assert session.read("-").seen.tenders == 7
    assert session.act("cancel").seen.tenders == 7
    session.saw(None)
    assert session.read("").seen.tenders == 0


def test_a_plugins_words_come_before_the_tills_own(tmp_path):
    """``posframe_parse_entry`` is asked first."""

    class Words(NotesPlugin):
        @hookimpl
        def posframe_parse_entry(self, text, screen, sale):
            return Note(text) if text.startswith("note ") else None

    write_settings(tmp_path)
    with with_plugins(words=Words()), open_till(tmp_path) as till:
        session = Script(till)
        assert session.line("note milk is sour")["message"] == "Noted"
        assert session.line("1 * PEN")["accepted"]


class TenderOffers:
    """0.10 off once the total is asked for, 0.20 more for cash."""

    def price(self, sale, changed):
        yield OfferRow("total", "Settled", -10 if sale.totalled else 0)
        yield OfferRow("cash", "Cash", -20 if sale.tender_meant == "cash" else 0)


def test_a_price_settled_anew_is_said_and_no_money_is_taken_for_it(till, script):
    """0.99, settled 0.89, for cash 0.69: rounded to 0.70 in coins of five cents."""
    with_offers(till, TenderOffers())
    script("1 * PEN")
    total = script("+")
    assert (total["message"], total["screen"], total["due"]) == ("The price changed", "payment", 89)
    again = script("")
    assert again["message"] == "The offers make it 0.69 now: look and press again"
    assert (again["screen"], again["due"], again["tenders"]) == ("payment", 69, [])
    assert "receipt" not in again
    assert script("")["receipt"]["total"] == 70


def test_going_to_payment_where_nothing_changes_writes_one_row_once(till, script):
    """That the total was asked for; pressed again it is no news."""
    script("1 * PEN")
    before = till.parts.engine.head_seq
    for _ in range(2):
        assert script("=")["message"] == "Screen: payment"
        assert till.parts.engine.head_seq == before + 1
    assert refused(script, ".why 7")[0] == "There is no line 7 that counts"


def test_a_price_is_explained_in_rows_that_add_up(script):
    """45.67 less 10 %, plus 4.225 % of 41.10: 42.84; the rows below the line come to it."""
    script("1 * PEN", "1 * LAMP", "10 % 2")
    answer = script(".why 2")
    assert set(answer) == ALWAYS | {"explanation"}
    assert answer["message"] == "Sale 1, line 2"
    head, *steps = answer["explanation"]
    assert head == {"kind": "line", "text": "Line 2: Lamp", "amount": 4284}
    assert [each["amount"] for each in steps] == [4567, -457, 174]
    assert script("@explain", "@explain 2")["message"] == "Sale 1, line 2"
    assert script("@explain")["explanation"][-1]["kind"] == "note"
    assert script("@explain_print")["message"] == "The prices of sale 1 are printed"
