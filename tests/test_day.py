"""The business day at a whole till: by entries, on paper, over restarts, and beside practice."""

from __future__ import annotations

import re
import shutil

import attrs
import pytest

from posframe.anchors import is_genuine
from posframe.errors import ConfigurationError
from posframe.kernel.domain import commands as cmd
from posframe.kernel.domain import events as ev
from posframe.report_documents import document_of
from posframe.script import Script
from posframe.testing.ports import NOON_US, CountingIds, ManualClock
from tests.kernel.shop import (
    FLOAT_MINOR,
    crash,
    events_of,
    group,
    open_till,
    recorded_of,
    write_settings,
)

DAY_US = 86_400_000_000


@pytest.fixture
def clock():
    return ManualClock()


@pytest.fixture
def till(tmp_path, clock):
    write_settings(tmp_path)
    with open_till(tmp_path, clock=clock, path=tmp_path / "till.db") as opened:
        yield opened


@pytest.fixture
def script(till):
    """Do lines, and return what the last one came to."""
    session = Script(till)

    def do(*lines):
        return [session.line(line) for line in lines][-1]

    do("99 / 1", "+", "5.00")
    return do


def paper(till, subject, copy=0):
    from posframe.kernel.domain.receipt_layout import plain_text

    document = document_of(till, subject, copy=copy)
    assert document is not None
    rows = plain_text(document, 48).splitlines()
    return [" ".join(row.split()) for row in rows if row.strip("- ")]


# By entries


def test_x_close_and_copy_are_typed(script):
    assert script(".x")["message"] == "X report: the day goes on"
    assert script(".closeday")["message"].startswith("Z 1 closes 2026-01-01")
    assert script(".z")["message"] == "Z 1: a copy is printed"
    assert script(".z 1")["message"] == "Z 1: a copy is printed"
    again = script(".closeday")
    assert (again["message"], again["hint"]) == (
        "Z 1 has just closed the day", ".z 1 prints it again",
    )  # fmt: skip
    assert script(".z two")["hint"] == "type: .z [NUMBER]"


def test_a_date_that_is_typed_is_taken_at_its_word(script):
    assert script(".closeday 2025-12-31")["hint"] == "type .closeday 2026-01-01 to close it"
    assert script(".closeday 2026-01-01")["accepted"]


def test_the_same_close_sent_twice_gives_one_z(till, script):
    first = till.do(cmd.CloseDay(), id="f" * 32)
    again = till.do(cmd.CloseDay(), id="f" * 32)
    assert first.accepted
    assert again.accepted
    assert again.repeated
    assert len(events_of(till, ev.DayClosed)) == 1


def test_the_same_close_sent_again_after_a_restart_gives_one_z(tmp_path, clock):
    write_settings(tmp_path)
    path = tmp_path / "till.db"
    with open_till(tmp_path, clock=clock, path=path) as till:
        Script(till).line("99 / 1")
        id_ = till.parts.ids.next(clock.wall_us())
        assert till.do(cmd.CloseDay(), id=id_).accepted
    with open_till(tmp_path, clock=clock, path=path) as till:
        again = till.do(cmd.CloseDay(), id=id_)
        assert again.repeated
        assert len(events_of(till, ev.DayClosed)) == 1


def test_of_two_closes_in_one_group_the_second_is_told_who_was_first(till, script):
    first, second = group(till, cmd.CloseDay(), cmd.CloseDay())
    assert first.accepted
    assert second.words == "Z 1 has just closed the day"
    assert len(events_of(till, ev.DayClosed)) == 1


def test_a_close_in_one_group_with_a_sale_seals_what_the_group_wrote_before_it(till, script):
    outcomes = group(till, cmd.AddItem(code="PEN"), cmd.Pay(type="cash"), cmd.CloseDay())
    assert all(each.accepted for each in outcomes)
    (closed,) = events_of(till, ev.DayClosed)
    rows = recorded_of(till)
    at = next(row.action for row in rows if row.event == closed)
    assert closed.report.to_seq == at - 1
    assert closed.report.totals.counters.sales == 2


# On paper


def test_a_z_on_paper_says_what_was_sealed_and_what_is_carried_forward_by_whom(till, script):
    script("99 / 1", ".hold blue bag")
    till.do(cmd.MoveCash(kind="pickup", amount_minor=1_000, reason="bank"))
    script(".closeday")
    (closed,) = events_of(till, ev.DayClosed)
    rows = paper(till, "z-1")
    for line in (
        "Z REPORT 1", "Business day 2026-01-01", "Till T01 2026-01-01 12:00:00", "Receipts 1 to 1",
        "Sales 1 0.99", "GROSS 0.99", "vat19 19 % 0.83 0.16", "All tenders 1.00",
        f"Float {FLOAT_MINOR // 100}.00", "Pickups 1 -10.00", "Cash sales 1.00", "Expected 141.00",
        "Carried forward", "suspended sale 2: blue bag", "seen to by 1 0.99", "Perpetual 1.00",
        f"Journal rows 1 to {closed.report.to_seq}", closed.report.head_hash[:32],
        closed.report.head_hash[32:],
    ):  # fmt: skip
        assert line in rows, line
    assert paper(till, "z-1", copy=1)[0] == "COPY"
    assert rows[0] != "COPY"


def test_an_x_on_paper_is_what_a_z_would_say_now(till, script):
    rows = paper(till, "x")
    assert "X REPORT" in rows
    assert "not a closing: the day goes on" in rows
    script(".closeday")
    z = paper(till, "z-1")
    assert rows[rows.index("Receipts 1 to 1"):] == z[z.index("Receipts 1 to 1"):][:len(rows)][
        : len(rows) - rows.index("Receipts 1 to 1")]  # fmt: skip


def test_an_old_z_is_found_whatever_was_sold_since(till, script, clock):
    for _ in range(3):
        script(".closeday")
        clock.advance(DAY_US)
        script("99 / 1", "+", "")
    assert "Business day 2026-01-02" in paper(till, "z-2")
    assert document_of(till, "z-4") is None
    assert document_of(till, "z-") is None
    assert document_of(till, "nothing") is None


def test_a_till_whose_journal_is_in_memory_prints_its_last_z(tmp_path):
    write_settings(tmp_path)
    with open_till(tmp_path) as till:
        Script(till).line("99 / 1")
        till.do(cmd.CloseDay())
        assert "Z REPORT 1" in paper(till, "z-1")
        assert document_of(till, "z-2") is None


def test_reports_come_out_of_the_printer(tmp_path):
    write_settings(tmp_path)
    with open_till(tmp_path, path=tmp_path / "till.db", effects=True) as till:
        session = Script(till)
        for line in ("99 / 1", "+", "5.00", ".x", ".closeday", ".z"):
            assert session.line(line)["accepted"]
            till.drain()
    texts = [path.read_text("utf-8") for path in sorted((tmp_path / "receipts").glob("*.txt"))]
    titles = [re.search(r"[XZ] REPORT.*|Receipt", text) for text in texts]
    assert [each and each[0] for each in titles] == [
        "Receipt", "X REPORT", "Z REPORT 1", "Z REPORT 1",
    ]  # fmt: skip
    assert ["COPY" in text for text in texts] == [False, False, False, True]


def test_a_z_whose_print_is_in_doubt_is_asked_about_and_printed_again(till, script):
    till.do(cmd.CloseDay())
    (job,) = [each for each in till.state.jobs.values() if each.kind == "report"]
    till.do(cmd.ClaimJobs(ids=(job.id,)))
    till.do(cmd.SettleJob(id=job.id, outcome="doubted", detail="the line was cut"))
    (asked,) = [each for each in till.notices() if "report" in each]
    assert asked == "Was the report printed? .printed yes or .printed no (the line was cut)"
    assert script(".printed no")["message"] == "Report: once more"
    (again,) = [each for each in till.state.jobs.values() if each.kind == "report"]
    assert (again.subject, again.id != job.id) == ("z-1", True)


# When a day ends


def test_a_till_that_closes_by_z_stays_on_its_day_past_midnight(tmp_path, clock):
    write_settings(tmp_path, more='\n[day]\ncloses = "z"\n')
    with open_till(tmp_path, clock=clock) as till:
        session = Script(till)
        for line in ("99 / 1", "+", "5.00"):
            session.line(line)
        clock.advance(DAY_US)
        for line in ("99 / 1", "+", "5.00"):
            session.line(line)
        assert till.state.business_date == "2026-01-01"
        assert session.line(".closeday")["message"].startswith("Z 1 closes 2026-01-01")
        session.line("99 / 1")
        assert till.state.business_date == "2026-01-02"


# Notices


def test_who_never_closes_a_day_is_not_told_of_it(till, script, clock):
    clock.advance(DAY_US)
    assert not [each for each in till.notices() if "business day" in each]


def test_a_day_that_stays_open_past_its_date_is_named(till, script, clock):
    script(".closeday")
    clock.advance(DAY_US)
    assert not [each for each in till.notices() if "business day" in each]
    script("99 / 1")
    clock.advance(DAY_US)
    assert till.notices()[-1] == ("The business day 2026-01-02 is still open: .closeday closes it")
    script(".closeday")
    assert not [each for each in till.notices() if "business day" in each]


def test_a_clock_behind_the_business_date_is_named(till, script, clock):
    clock.jump(NOON_US - 2 * DAY_US)
    assert till.notices()[-1] == (
        "The clock says 2025-12-30, and the business day is 2026-01-01: set the clock"
    )


# Over restarts


def test_totals_and_zs_are_the_same_after_a_crash_and_after_a_checkpoint(tmp_path, clock):
    write_settings(tmp_path)
    path, seen = tmp_path / "till.db", []
    for leave in (crash, lambda till: till.close(), crash):
        till = open_till(tmp_path, clock=clock, path=path)
        session = Script(till)
        for line in ("99 / 1", "+", "5.00", ".closeday", "99 / 1", "+", "2.00", ".in 3.00"):
            session.line(line)
        seen.append(till.state.control)
        leave(till)
        clock.advance(DAY_US)
        till = open_till(tmp_path, clock=clock, path=path)
        assert till.state.control == seen[-1]
        crash(till)
    assert seen[-1].last_z.number == 3
    assert seen[-1].totals.gross_minor == 99


def test_a_z_is_signed_at_once(tmp_path):
    write_settings(tmp_path)
    with open_till(tmp_path, path=tmp_path / "till.db", lock=True) as till:
        Script(till).line("99 / 1")
        till.do(cmd.CloseDay())
        till.call(lambda: None)  # behind the command that the close itself has queued
        (anchor,) = events_of(till, ev.JournalAnchored)
        assert anchor.seq > till.state.control.last_z.to_seq
        assert is_genuine(anchor.key, anchor.seq, anchor.hash, anchor.signature)
        till.call(till._be_idle)
        till.call(lambda: None)
        assert len(events_of(till, ev.JournalAnchored)) == 1, "once is enough"


def test_a_till_killed_between_a_z_and_its_signature_signs_at_the_next_start(tmp_path):
    """Its folder is taken as a kill would leave it: the Z is on disk, what signs it still waits."""
    folder, killed = tmp_path / "till", tmp_path / "killed"
    folder.mkdir()
    write_settings(folder)
    with open_till(folder, path=folder / "till.db", lock=True) as till:
        till.listen(
            lambda outcomes: (
                any(isinstance(row.event, ev.DayClosed) for row in outcomes[0].recorded)
                and shutil.copytree(folder, killed, ignore=shutil.ignore_patterns("till.lock"))
            )
        )
        Script(till).line("99 / 1")
        till.do(cmd.CloseDay())
    with open_till(killed, path=killed / "till.db", lock=True) as till:
        assert till.state.control.last_z.number == 1
        assert not events_of(till, ev.JournalAnchored)
        till.call(till._be_idle)
        till.call(lambda: None)
        (anchor,) = events_of(till, ev.JournalAnchored)
        assert anchor.seq > till.state.control.last_z.to_seq


def test_a_till_that_did_not_start_signs_nothing(tmp_path):
    """Another till takes the folder and is refused: its new key is enrolled nowhere."""
    write_settings(tmp_path)
    path = tmp_path / "till.db"
    with open_till(tmp_path, path=path) as till:
        Script(till).line("99 / 1")
        till.do(cmd.CloseDay())
        rows = till.parts.journal.head.seq
    settings = tmp_path / "till.toml"
    settings.write_text(settings.read_text("utf-8").replace('"T01"', '"T02"'), "utf-8")
    with pytest.raises(ConfigurationError, match="belongs to till T01"):
        open_till(tmp_path, path=path, lock=True)
    write_settings(tmp_path)
    with open_till(tmp_path, path=path) as till:
        assert till.parts.journal.head.seq == rows


# With shifts


def test_an_open_shift_goes_over_a_z_and_what_its_count_finds_is_in_the_next(tmp_path):
    """150.00 of float and 1.00 of a sale should be there; 150.50 is: 0.50 is short."""
    write_settings(tmp_path, more="\n[shifts]\nself_confirm = true\n")
    with open_till(tmp_path, path=tmp_path / "till.db") as till:
        session = Script(till)
        for line in (".shift open 1 1x100 1x50", "99 / 1", "+", "5.00", ".closeday"):
            answer = session.line(line)
            assert answer["accepted"], answer
        assert "open shift, drawer 1 of 1 (1)" in answer["message"]
        for line in (
            ".shift end 1x100 1x50 1x0.50", ".shift explain cash lost a coin", ".closeday",
            ".shift confirm",
        ):  # fmt: skip
            answer = session.line(line)
            assert answer["accepted"], answer
        first, second = (each.report.totals for each in events_of(till, ev.DayClosed))
        assert (first.drawer_minor, second.float_minor) == (15_100, 15_100)
        assert (second.found_minor, second.drawer_minor) == (-50, 15_050)
        assert "takings not confirmed, drawer 1 of 1" in paper(till, "z-2")
        assert "Over or short by count -0.50" in paper(till, "z-2")
        assert till.state.drawer_minor == 15_050
        assert session.line(".closeday")["accepted"]
        rows = paper(till, "z-3")
        at = rows.index("Over and short, confirmed")
        assert rows[at + 1] == "cash 1 -0.50"


# Practice


def test_nothing_of_practice_is_in_a_live_figure(tmp_path, clock):
    """A document of practice that stands in a live journal is counted, and is in no sum."""
    write_settings(tmp_path)
    with open_till(tmp_path, clock=clock, path=tmp_path / "till.db", ids=CountingIds()) as till:
        engine = till.parts.engine
        settings = engine.parts.settings
        Script(till).line("99 / 1")
        till.do(cmd.Pay(type="cash"))
        before = till.state.control.totals
        engine.parts = attrs.evolve(engine.parts, settings=attrs.evolve(settings, training=True))
        till.do(cmd.AddItem(code="PEN"))
        till.do(cmd.Pay(type="cash"))
        totals = till.state.control.totals
        assert totals.training == before.training + 1
        assert totals.gross_minor == before.gross_minor
        assert totals.tenders == before.tenders
