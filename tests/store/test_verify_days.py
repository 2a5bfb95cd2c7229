"""Verifying closed days: a Z that seals or says something else than the journal is named."""

from __future__ import annotations

import apsw
import attrs
import pytest

from posframe.anchors import is_genuine
from posframe.cli.main import FAILED, run
from posframe.errors import JournalCorrupt
from posframe.kernel.domain import commands as cmd
from posframe.kernel.domain import events as ev
from posframe.kernel.domain.counters import Counters
from posframe.kernel.domain.events import KERNEL_EVENTS
from posframe.store.chain import GENESIS, row_hash
from posframe.store.codec import Codec
from posframe.store.database import open_reader
from posframe.store.verify import verify
from posframe.store.verify_days import DaysVerdict, checked_days, verify_days
from posframe.testing.ports import ManualClock
from tests.kernel.shop import open_till, recorded_of, write_settings

CODEC = Codec(KERNEL_EVENTS)
DAY_US = 86_400_000_000


@pytest.fixture
def closed(tmp_path):
    """Three closed days of a sale each; the second carries a held sale forward."""
    write_settings(tmp_path)
    clock = ManualClock()
    with open_till(tmp_path, path=tmp_path / "till.db", clock=clock) as till:
        for at in range(3):
            till.do(cmd.AddItem(code="PEN"))
            till.do(cmd.Pay(type="cash"))
            if at == 1:
                till.do(cmd.AddItem(code="COLA"))
                till.do(cmd.Suspend())
            till.do(cmd.MoveCash(kind="pickup", amount_minor=100 * at + 1))
            assert till.do(cmd.CloseDay()).accepted
            clock.advance(DAY_US)
    return tmp_path


def verdicts(folder):
    reader = open_reader(folder / "till.db")
    found = verify(reader, CODEC, is_genuine), verify_days(reader, CODEC)
    reader.close()
    return found


def forged(folder, alter):
    """Rewrite events as someone would who can make chain and seals whole again.

    ``alter`` is given a row's number and event, and returns the event to stand there.
    """
    connection = apsw.Connection(str(folder / "till.db"))
    previous, hashes = GENESIS, {}
    for row in connection.execute("SELECT * FROM journal ORDER BY seq").fetchall():
        header, body = list(row[:12]), row[12]
        event = alter(header[0], CODEC.decode(header[4], header[5], body))
        if isinstance(event, ev.DayClosed) and event.report.to_seq in hashes:
            report = attrs.evolve(event.report, head_hash=hashes[event.report.to_seq])
            event = attrs.evolve(event, report=report)
        body = CODEC.encode(event)[2]
        hash_ = row_hash(previous, header, body)
        connection.execute(
            "UPDATE journal SET body = ?, previous = ?, hash = ? WHERE seq = ?",
            (body, previous, hash_, header[0]),
        )
        previous = hash_
        hashes[header[0]] = hash_.hex()
    connection.close()


def in_z(number, change):
    """Return an alteration of one Z."""

    def alter(_seq, event):
        is_meant = isinstance(event, ev.DayClosed) and event.report.number == number
        return change(event) if is_meant else event

    return alter


def with_report(**changes):
    return lambda event: attrs.evolve(event, report=attrs.evolve(event.report, **changes))


def with_totals(**changes):
    def change(event):
        totals = attrs.evolve(event.report.totals, **changes)
        return attrs.evolve(event, report=attrs.evolve(event.report, totals=totals))

    return change


def row_of(folder, number):
    reader = open_reader(folder / "till.db")
    rows = reader.execute("SELECT seq FROM journal WHERE name = 'day.Closed' ORDER BY seq")
    seqs = [seq for (seq,) in rows]
    reader.close()
    return seqs[number - 1]


def test_sound_days_are_good_and_so_is_a_journal_that_was_forged_into_itself(closed):
    for _ in range(2):
        chain, days = verdicts(closed)
        assert chain.problem == ""
        assert (chain.last_z, chain.is_signed) == (3, False)
        assert days == DaysVerdict(closed=3)
        forged(closed, lambda _seq, event: event)


@pytest.mark.parametrize(
    ("number", "change", "problem"),
    [
        (2, with_report(number=3), "Z 3: number 2 was to come here"),
        (2, with_report(from_seq=3), "Z 2: it begins at row 3: rows 3 to"),
        (2, with_report(business_date="2025-01-01"), "Z 2: its date 2025-01-01 is before"),
        (2, with_report(till="T02"), "Z 2: it is of till T02"),
        (1, with_report(to_seq=4), "Z 1: it seals up to row 4, not to "),
    ],
)
def test_a_z_that_does_not_follow_the_one_before_is_named_at_its_row(
    closed, number, change, problem
):
    forged(closed, in_z(number, change))
    chain, _ = verdicts(closed)
    assert problem in chain.problem
    assert chain.seq == row_of(closed, number)


def test_a_sealed_row_that_was_changed_is_named_by_its_z(closed):
    """Whoever makes the chain whole again cannot reach into the seal without changing it too."""
    connection = apsw.Connection(str(closed / "till.db"))
    previous = GENESIS
    for row in connection.execute("SELECT * FROM journal ORDER BY seq").fetchall():
        header, body = list(row[:12]), row[12]
        header[10] = "somebody else" if header[0] == 3 else header[10]
        hash_ = row_hash(previous, header, body)
        connection.execute(
            "UPDATE journal SET actor = ?, previous = ?, hash = ? WHERE seq = ?",
            (header[10], previous, hash_, header[0]),
        )
        previous = hash_
    connection.close()
    chain, _ = verdicts(closed)
    assert "has another hash than it sealed" in chain.problem
    assert chain.problem.startswith("Z 1: ")


def test_a_grand_total_that_is_not_that_of_the_receipts_is_named(closed):
    def change(event):
        counters = attrs.evolve(event.report.totals.counters, gross_minor=98)
        return with_totals(counters=counters)(event)

    forged(closed, in_z(1, change))
    chain, _ = verdicts(closed)
    assert chain.problem == "Z 1: its grand total is not that of the receipts"


@pytest.mark.parametrize(
    ("number", "change", "problem"),
    [
        (1, with_totals(gross_minor=98), "Z 1: its gross is 98, and the journal gives 99"),
        (2, with_totals(float_minor=0), "Z 2: its float is 0, and the journal gives 15099"),
        (2, with_totals(kicks=0), "Z 2: its kicks is 0, and the journal gives 2"),
        (3, with_totals(movements=()), "Z 3: its movements is (), and the journal gives"),
        (2, lambda event: attrs.evolve(event, carried=()), "Z 2: what it carries forward is not"),
    ],
)
def test_a_figure_that_the_sealed_rows_do_not_give_is_named_at_its_row(
    closed, number, change, problem
):
    forged(closed, in_z(number, change))
    chain, days = verdicts(closed)
    assert chain.problem == ""
    assert days.problem.startswith(problem)
    assert (days.closed, days.seq) == (number - 1, row_of(closed, number))


def test_a_movement_that_was_made_smaller_is_found_by_the_z_over_it(closed):
    """A thief who rewrites what was picked up, and every hash behind it, has the Z against him."""

    def alter(_seq, event):
        is_meant = isinstance(event, ev.CashMoved) and event.minor == -201
        return attrs.evolve(event, minor=-101) if is_meant else event

    forged(closed, alter)
    chain, days = verdicts(closed)
    assert chain.problem == ""
    assert days.problem.startswith("Z 3: its movements is")


def test_a_z_in_the_middle_of_an_action_is_named(closed):
    with open_till(closed, path=closed / "till.db") as till:
        rows = recorded_of(till)
    at = next(row.seq for row in rows if isinstance(row.event, ev.DayClosed))
    moved = [attrs.evolve(row, action=at - 1) if row.seq == at else row for row in rows]
    assert checked_days(moved).problem == "Z 1: it does not seal the row before its own action"


def test_grand_totals_that_go_on_from_others_are_named_by_both(closed):
    forged(closed, in_z(2, with_report(previous=Counters(sales=1))))
    chain, days = verdicts(closed)
    assert "Z 2: it goes on from other grand totals" in chain.problem
    assert days.problem == "Z 2: its grand totals are not those of the receipts"


def test_rows_that_do_not_follow_from_those_before_are_no_day(closed):
    with open_till(closed, path=closed / "till.db") as till:
        rows = recorded_of(till)
    without = [row for row in rows if not isinstance(row.event, ev.TransactionOpened)]
    with pytest.raises(JournalCorrupt, match=r"Row \d+, sale\..* does not follow") as refusal:
        checked_days(without)
    assert "restore the latest backup" in refusal.value.hint


def test_the_command_names_the_first_bad_z(closed, capsys):
    assert run(["journal", "verify", "--till", str(closed)]) == 0
    out = capsys.readouterr().out
    assert "3 closed days" in out
    assert "Z 3 is not signed yet" in out
    forged(closed, in_z(2, with_totals(gross_minor=1)))
    assert run(["journal", "verify", "--till", str(closed)]) == FAILED
    out = capsys.readouterr().out
    assert f"BAD: row {row_of(closed, 2)}: Z 2: its gross is 1, and the journal gives 99" in out


def test_a_signed_z_is_said_to_be(tmp_path, capsys):
    write_settings(tmp_path)
    with open_till(tmp_path, path=tmp_path / "till.db", lock=True) as till:
        till.do(cmd.AddItem(code="PEN"))
        till.do(cmd.CloseDay())
    chain, _ = verdicts(tmp_path)
    assert chain.is_signed
    assert run(["journal", "verify", "--till", str(tmp_path)]) == 0
    assert "not signed" not in capsys.readouterr().out
