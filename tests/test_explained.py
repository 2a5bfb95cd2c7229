"""Laws of explanations: of what is open, held or sold, and never mistaken for a receipt.

The till is real, its printer is a folder: what stands on the slip is read from the paper.
"""

from __future__ import annotations

import pytest

from posframe import Script
from posframe.errors import RuleViolation
from posframe.explained import explanation, explanation_of, price_slip
from posframe.kernel.domain import commands as cmd
from posframe.kernel.domain.explaining_slip import explanation_slip
from posframe.kernel.domain.explaining_words import Said
from posframe.kernel.domain.receipt_content import Shop
from posframe.kernel.domain.transaction import JobStatus
from posframe.testing.ports import CountingIds, ManualClock
from posframe.testing.tills import make_till
from posframe.till import Ports

PEN = "4006381333931"
MARK = "PRICE EXPLANATION – NO RECEIPT"


@pytest.fixture
def till(tmp_path):
    with make_till(tmp_path) as opened:
        yield opened


def do(till, *entries):
    script = Script(till)
    for entry in entries:
        answer = script.line(entry)
        assert answer["accepted"], answer
    return answer


def texts(found):
    return [(row.text, row.minor) for row in found.rows if row.kind in {"line", "sum"}]


def test_the_open_sale_is_explained_and_after_it_the_last_receipt(till):
    """2 × 1.50 and 3.99; the receipt is explained from its event, with the same amounts."""
    do(till, f"2 * {PEN}", "1 * PAD")
    opened = explanation(till)
    assert opened.title == "Sale 1"
    assert texts(opened) == [
        ("Line 1: Pen", 300), ("Line 2: Pad", 399), ("TOTAL: the sum of all lines", 699),
    ]  # fmt: skip
    do(till, "+", "")
    closed = explanation(till)
    assert closed.title == "Receipt 1"
    assert closed.rows == opened.rows


def test_one_line_is_explained_in_a_sale_and_on_a_receipt(till):
    do(till, PEN, "1 * PAD")
    assert texts(explanation(till, 2)) == [("Line 2: Pad", 399)]
    do(till, "+", "")
    found = explanation(till, 2)
    assert (found.title, texts(found)) == ("Receipt 1, line 2", [("Line 2: Pad", 399)])


def test_what_is_not_there_is_refused_in_words(till):
    with pytest.raises(RuleViolation, match="Nothing was sold yet"):
        explanation(till)
    do(till, PEN, "1 * PAD", "1 -")
    for line in (1, 9):  # voided, and never there
        with pytest.raises(RuleViolation, match=f"no line {line} that counts"):
            explanation(till, line)


def test_a_held_sale_is_explained_and_a_cancelled_one_is_not(till):
    do(till, PEN)
    id_ = till.state.transaction.id
    do(till, ".hold")
    assert texts(explanation_of(till, id_))[0] == ("Line 1: Pen", 150)
    do(till, ".recall", ".cancel")
    assert explanation_of(till, id_) is None
    assert price_slip(till, id_) is None


def test_an_older_receipt_is_explained_on_paper_by_its_number(till):
    do(till, PEN, "+", "", "1 * PAD", "+", "")
    assert do(till, ".why print 1")["message"] == "The prices of receipt 1 are printed"
    (job,) = [each for each in till.state.jobs.values() if each.kind == "explain"]
    slip = "\n".join(words(price_slip(till, job.subject)))
    assert "Receipt 1" in slip
    assert "Line 1: Pen" in slip
    assert "Pad" not in slip


def test_a_slip_of_a_shop_without_a_name_begins_with_its_mark_too():
    rows = (Said(kind="step", text="1 pcs at 1.50", minor=150),)
    document = explanation_slip(rows, "Sale 1", Shop(till="T09"), "2026-01-01 12:00:00")
    assert list(words(document)) == [
        MARK, "", "Sale 1 Till T09", "2026-01-01 12:00:00", " 1 pcs at 1.50 1.50", "", MARK, "", "",
    ]  # fmt: skip


def words(document):
    for section in document.sections:
        for block in section.blocks:
            cells = getattr(block, "cells", None)
            text = getattr(block, "text", "")
            yield " ".join(cell.text for cell in cells) if cells else text


def paper(folder):
    return [path.read_text("utf-8") for path in sorted(folder.glob("receipts/*.txt"))]


@pytest.fixture
def printing(tmp_path):
    """A till whose jobs are done by its devices: the printer is a folder."""
    with make_till(tmp_path, ports=Ports(ids=CountingIds(), lock=False)) as opened:
        yield opened


def test_the_slip_says_above_and_below_that_it_is_no_receipt(printing, tmp_path):
    """And what each amount came from, with the time it was printed at."""
    do(printing, f"3 * {PEN}", "10 % 1", ".why print")
    assert printing.drain()
    (slip,) = paper(tmp_path)
    rows = [" ".join(row.split()) for row in slip.splitlines() if row.strip()]
    assert (rows[0], rows[-1]) == (MARK, MARK)
    assert "Sale 1 Till T01" in rows
    assert "3 pcs at 1.50 (catalogue, version 1) 4.50" in rows
    assert "discount by hand: 10 % off -0.45" in rows
    assert "TOTAL: the sum of all lines 4.05" in rows
    assert "RECEIPT 1" not in slip.upper()
    assert printing.state.last_receipt_number == 0


def test_a_slip_is_on_disk_before_it_is_on_paper_and_ends_like_any_job(printing, tmp_path):
    """Intent, sent, confirmed: read back from the journal in this order."""
    do(printing, PEN, ".why print")
    assert printing.drain()
    printing.do(cmd.MoveCash(kind="no_sale"))  # its commit takes the lazy ending along
    rows = printing.call(lambda: list(printing.parts.journal.read()))
    told = [type(row.event).__name__ for row in rows if "-explain" in repr(row.event)]
    assert told == ["JobQueued", "JobsSent", "JobConfirmed"]
    assert len(paper(tmp_path)) == 1


def test_a_printer_that_is_gone_holds_no_sale_up_and_no_slip_comes_late(tmp_path):
    """The slip waits, the sale is sold and paid; two minutes later nothing is printed."""
    clock = ManualClock()
    ports = Ports(clock=clock, ids=CountingIds(), effects=False, lock=False)
    with make_till(tmp_path, ports=ports) as till:
        do(till, PEN, ".why print", "1 * PAD", "+", "")
        assert till.state.last.receipt_number == 1
        (job,) = [each for each in till.state.jobs.values() if each.kind == "explain"]
        assert job.status is JobStatus.QUEUED
        clock.advance(120_000_001)
        till.do(cmd.ClaimJobs(ids=(job.id,)))
        assert job.id not in till.state.jobs
        assert not any("not printed in time" in each for each in till.notices())


def test_a_slip_of_a_sale_given_up_meanwhile_is_given_up_too(tmp_path):
    ports = Ports(clock=ManualClock(), ids=CountingIds(), effects=False, lock=False)
    with make_till(tmp_path, ports=ports) as till:
        do(till, PEN, ".why print", ".cancel")
        assert [job.kind for job in till.state.jobs.values()] == ["explain"]
    with make_till(tmp_path, ports=Ports(ids=CountingIds(100), lock=False)) as again:
        assert again.drain()
        assert paper(tmp_path) == []


def test_a_slip_in_doubt_is_asked_about_by_its_name(till):
    do(till, PEN, ".why print")
    (job,) = till.state.jobs.values()
    till.do(cmd.ClaimJobs(ids=(job.id,)))
    till.do(cmd.SettleJob(id=job.id, outcome="doubted", detail="no answer in time"))
    assert till.notices()[0].startswith("Was the price explanation printed?")
