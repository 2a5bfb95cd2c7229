"""Opening the exception report: who may, of which days, at the till, at its door, by command."""

from __future__ import annotations

import csv
import io
import json
from unittest import mock

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from posframe.cli.main import run as run_command
from posframe.door import open_report
from posframe.exception_page import exception_page
from posframe.kernel.domain import commands as cmd
from posframe.kernel.domain import events as ev
from posframe.kernel.domain.receipt_layout import plain_text
from posframe.report_documents import document_of
from tests.signing import PINS, operators_file
from tests.watched_shop import SALE, S, WatchedShop


@pytest.fixture
def shop(tmp_path):
    made = WatchedShop(tmp_path)
    yield made
    made.till.close()


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
    made = WatchedShop(tmp_path, AGGREGATED)
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
     "2025-12-01 2026-01-31", "9999-12-01 9999-12-31"],
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
    shop = WatchedShop(tmp_path_factory.mktemp("quiet"), AGGREGATED)
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
    with mock.patch("sys.stdin", io.StringIO(stdin)):
        return run_command(["exceptions", "--till", str(folder), *words])


@pytest.fixture
def closed(tmp_path, monkeypatch):
    """A shop after hours: its folder, with 31 looks of operator 18 in it."""
    monkeypatch.setattr("posframe.signing.Signing._make_file", lambda signing: operators_file(
        signing._till.config.folder
    ))  # fmt: skip
    shop = WatchedShop(tmp_path)
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


def test_a_wrong_try_meanwhile_is_seen_by_the_kernel_as_well(shop):
    """The number was verified, and had to wait by the time the command was decided."""
    for _ in range(5):
        shop.till.signing.sign_in("7", "000000")
    (mark,) = {each.mark for each in open_events(shop) if isinstance(each, ev.TryFailed)}
    asked = cmd.OpenReport(report="exceptions")
    locked = cmd.OpenReportFor(asked=asked, operator="7", role="manager", mark=mark)
    assert not shop.till.do(locked).accepted
    free = cmd.OpenReportFor(asked=asked, operator="7", role="manager", mark="another")
    assert shop.till.do(free).accepted


def test_on_paper_it_is_a_report_job_whose_document_says_the_same(shop):
    shop.by("42", *SALE, *(".look PEN" for _ in range(31)))
    (answer,) = shop.by("7", ".exceptions 2026-01-01 2026-01-31 print")
    assert answer["accepted"], answer
    (job,) = (each for each in shop.till.state.jobs.values() if each.kind == "report")
    printed = plain_text(document_of(shop.till, job.subject), 48)
    assert "2026-01-01 to 2026-01-31" in printed
    assert "Prices looked up" in printed
