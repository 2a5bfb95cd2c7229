"""The exception report of real tills: what was planted is named, the honest are quiet."""

from __future__ import annotations

import csv
import io
import json
import tracemalloc

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from posframe.door import open_report
from posframe.errors import ConfigurationError
from posframe.exception_page import exception_page, settings_of
from posframe.exception_reading import read_findings
from posframe.exceptions.rule_table import RULES
from posframe.exceptions.rules import rules_in_force
from posframe.exceptions.scoring import scores
from posframe.kernel.domain import commands as cmd
from posframe.kernel.domain import events as ev
from posframe.script import Script
from posframe.testing.ports import CountingIds, ManualClock
from tests.kernel.shop import open_till
from tests.signing import (
    PINS,
    open_signing_till,
    operators_file,
    write_signing_settings,
)

S = 1_000_000
SALE = ("2 * PEN", "1 * MILK", "=", "")
RULE_IDS = {rule.id for rule in RULES}


class Shop:
    """A till on disk where people sign in, with a clock that can be moved."""

    def __init__(self, folder, more=""):
        self.folder = folder
        self.clock = ManualClock()
        write_signing_settings(folder, more=more)
        self.till = open_signing_till(
            folder, clock=self.clock, path=folder / "till.db", signed_in=""
        )
        self.script = Script(self.till)

    def by(self, who, *lines, after_us=S):
        """Have somebody sign in and do entries, one a second; the answers come back."""
        if self.till.state.control.operator != who:
            self.clock.advance(after_us)
            assert self.till.signing.sign_in(who, PINS[who]).accepted
        answers = []
        for line in lines:
            self.clock.advance(after_us)
            answers.append(self.script.line(line))
        return answers

    def approved(self, who, line, approver="42"):
        """Have somebody do what a supervisor has to approve."""
        (asked,) = self.by(who, line)
        assert not asked["accepted"], asked
        (done,) = self.by(who, f".approve {approver} {PINS[approver]} customer waits")
        assert done["accepted"], done

    def found(self, **days):
        return read_findings(self.folder / "till.db", **days)

    def scores(self, **days):
        """Return by operator the points of each rule that found anything."""
        scored = scores(self.found(**days), settings_of(self.till.config))
        return {
            each.operator: {part.rule: part.points for part in each.parts}
            for each in scored.operators
        }


@pytest.fixture
def shop(tmp_path):
    made = Shop(tmp_path)
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
    shop = Shop(tmp_path, RULE_SETTINGS)
    shop.by("17", ".look PEN", ".look PEN", ".look PEN")
    for _ in range(4):
        shop.approved("17", ".nosale change")
        shop.clock.advance(600 * S)
    assert shop.scores()["17"] == {"price_looks": 14}
    shop.till.close()


def test_a_rule_that_is_none_is_named_with_the_nearest(tmp_path):
    shop = Shop(tmp_path, "\n[exceptions.rules.price_look]\nfree = 1\n")
    with pytest.raises(ConfigurationError, match="price_look") as raised:
        rules_in_force(settings_of(shop.till.config))
    assert "price_looks" in raised.value.hint
    shop.till.close()


def test_the_manager_alone_opens_it_at_the_till_and_that_is_kept(shop):
    shop.by("17", *SALE)
    before = shop.till.parts.engine.head_seq
    (refused,) = shop.by("17", ".exceptions")
    assert not refused["accepted"]
    assert refused["hint"]
    assert shop.till.parts.engine.head_seq == before
    (supervisor,) = shop.by("42", ".exceptions")
    assert not supervisor["accepted"]
    shop.by("42", *(".look PEN" for _ in range(31)))
    (opened,) = shop.by("7", ".exceptions 2026-01-01 2026-01-31")
    assert opened["accepted"], opened
    assert [row["what"] for row in opened["exceptions"]] == ["price_looks"]
    (kept,) = (each for each in open_events(shop) if isinstance(each, ev.ReportOpened))
    assert kept == ev.ReportOpened(
        report="exceptions",
        operator="7",
        from_date="2026-01-01",
        to_date="2026-01-31",
        by_operator=True,
    )


@pytest.mark.parametrize(
    "days", ["yesterday", "2026-02-30", "2026-1-1", "2026-02-01 2026-01-01", "2026-W01-1"]
)
def test_days_that_cannot_be_are_a_sentence(shop, days):
    (answer,) = shop.by("7", f".exceptions {days}")
    assert not answer["accepted"]
    assert answer["hint"]


def test_nobody_signed_in_sees_nothing(shop):
    answer = shop.script.line(".exceptions")
    assert not answer["accepted"]
    assert "exceptions" not in answer


AGGREGATED = 'staff_figures = "aggregated"\n'


@pytest.fixture
def quiet(tmp_path):
    """A shop whose staff figures stay aggregated, in February: January is over."""
    made = Shop(tmp_path, AGGREGATED)
    for who in ("17", "18", "42"):
        made.by(who, *SALE, ".look PEN")
    made.by("17", "1 * LAMP", "-")
    made.clock.advance(31 * 86_400 * S)
    yield made
    made.till.close()


def test_where_figures_stay_aggregated_a_month_that_is_over_shows_totals_of_many(quiet):
    (answer,) = quiet.by("7", ".exceptions 2026-01-01 2026-01-31")
    assert answer["accepted"], answer
    assert [(row["operator"], row["what"], row["count"]) for row in answer["exceptions"]] == [
        ("", "price_look", "3")
    ]


@pytest.mark.parametrize(
    "days",
    ["", "2026-01-01", "2026-01-01 2026-01-30", "2026-01-02 2026-01-31", "2026-02-01 2026-02-28",
     "2025-12-01 2026-01-31"],
)  # fmt: skip
def test_no_other_days_can_be_asked_for_there(quiet, days):
    """Two reports whose days overlap, one taken from the other, would be one person's day."""
    (answer,) = quiet.by("7", f".exceptions {days}")
    assert not answer["accepted"]
    assert "aggregated" in answer["message"]


def test_nobodys_own_figures_can_be_asked_for_there(quiet):
    quiet.by("7")
    outcome = quiet.till.do(
        cmd.OpenReport(
            report="exceptions", from_date="2026-01-01", to_date="2026-01-31", by_operator=True
        )
    )
    assert not outcome.accepted
    assert "aggregated" in outcome.words


deeds = st.lists(
    st.tuples(
        st.sampled_from(["17", "18", "42"]),
        st.sampled_from([SALE, ("1 * PEN", "-"), (".look PEN",), ("1 * PEN", ".cancel")]),
    ),
    max_size=8,
)


@given(deeds=deeds)
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_operator_is_in_any_byte_of_an_aggregated_page(tmp_path_factory, deeds):
    shop = Shop(tmp_path_factory.mktemp("quiet"), AGGREGATED)
    for who, lines in deeds:
        shop.by(who, *lines)
    opened = ev.ReportOpened(report="exceptions", operator="7", by_operator=True)
    page = exception_page(shop.till.config, opened)
    told = "\n".join((*page.lines(40), *(" ".join(row.cells) for row in page.rows)))
    shop.till.close()
    words = set(told.replace(".", " ").replace("-", " ").split())
    counts = {str(row.count) for row in page.rows} | {str(row.minor) for row in page.rows}
    assert not {"17", "18", "42", "7"} & (words - counts)
    assert all(not (row.operator or row.rows or row.days or row.points) for row in page.rows)


def run(folder, *words, stdin=""):
    from unittest import mock

    from posframe.cli.main import run as run_command

    with mock.patch("sys.stdin", io.StringIO(stdin)):
        return run_command(["exceptions", "--till", str(folder), *words])


@pytest.fixture
def closed(tmp_path, monkeypatch):
    """A shop after hours: its folder, with 31 looks of operator 18 in it."""
    monkeypatch.setattr("posframe.signing.Signing._make_file", lambda signing: operators_file(
        signing._till.config.folder
    ))  # fmt: skip
    shop = Shop(tmp_path)
    shop.by("18", *(".look PEN" for _ in range(31)))
    shop.till.close()
    return tmp_path


def test_the_command_shows_totals_and_with_the_flag_operators(closed, capsys):
    assert run(closed, stdin=f"7\n{PINS['7']}\n") == 0
    totals = capsys.readouterr().out
    assert "Price look" in totals
    assert "sales" not in totals
    assert run(closed, "--operator-figures", stdin=f"7\n{PINS['7']}\n") == 0
    shown = capsys.readouterr().out
    assert "1 points" in shown.replace("   ", " ")
    assert PINS["7"] not in totals + shown


@pytest.mark.parametrize(
    ("number", "pin"), [("42", PINS["42"]), ("17", PINS["17"]), ("7", "000000"), ("99", "000000")]
)
def test_the_command_is_for_who_may_alone(closed, capsys, number, pin):
    assert run(closed, stdin=f"{number}\n{pin}\n") == 1
    assert "Price look" not in capsys.readouterr().out


def test_the_command_writes_a_file_for_a_spreadsheet(closed, tmp_path, capsys):
    file = tmp_path / "out.csv"
    assert run(closed, "--csv", str(file), "--operator-figures", stdin=f"7\n{PINS['7']}\n") == 0
    rows = list(csv.DictReader(io.StringIO(file.read_text())))
    assert [(row["operator"], row["what"], row["points"]) for row in rows] == [
        ("18", "price_looks", "1")
    ]


def test_beside_a_running_till_the_command_asks_at_its_door_and_signs_nobody_in(shop, capsys):
    shop.by("18", *(".look PEN" for _ in range(31)))
    with shop.till.door():
        request = {"report": "exceptions", "number": "7", "pin": PINS["7"], "by_operator": True}
        assert open_report(shop.folder, request)["accepted"]
        wrong = open_report(shop.folder, {**request, "pin": "000000"})
        assert not wrong["accepted"]
        assert run(shop.folder, "--operator-figures", stdin=f"7\n{PINS['7']}\n") == 0
    assert "Prices looked up" in capsys.readouterr().out
    assert shop.till.state.control.operator == "18"
    assert shop.till.parts.engine.state.control.lockouts != ()
    told = json.dumps([str(each) for each in open_events(shop)])
    assert PINS["7"] not in told


def open_events(shop):
    rows = shop.till.call(lambda: list(shop.till.parts.journal.read()))
    return [row.event for row in rows]


def test_a_locked_number_opens_no_report(shop):
    asked = cmd.OpenReport(report="exceptions")
    for _ in range(5):
        shop.till.signing.sign_in("7", "000000")
    outcome = shop.till.signing.open_report("7", PINS["7"], asked)
    assert not outcome.accepted
    assert not [each for each in open_events(shop) if isinstance(each, ev.ReportOpened)]


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
