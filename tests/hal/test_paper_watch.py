"""Laws of watching a printer's paper: every line, receipt and pulse is told once."""

from __future__ import annotations

import pytest

from posframe.hal.registry import simulator_spec
from posframe.hal.simulators.paper_watch import CUT, TORN, PaperWatch, printer_of
from tests.hal.echo_device import EchoDevice

CUTS = b"\x1dV\x00"


@pytest.fixture
def printer():
    return simulator_spec("escpos").make({"roll": "99999"})


@pytest.fixture
def watch(printer):
    return PaperWatch(printer_of(printer))


@pytest.mark.parametrize("name", ["escpos", "star"])
def test_printers_have_paper_and_others_have_none(name):
    assert printer_of(simulator_spec(name).make({})) is not None
    assert printer_of(simulator_spec("scanner").make({})) is None
    assert printer_of(EchoDevice()) is None


def test_lines_are_told_once_as_they_are_printed_and_when_the_receipt_is_cut(printer, watch):
    told = []
    for piece in (b"one\n", b"two\n", b"half a", b" line\n\n\nfour\n", b"five\n" + CUTS + b"six\n",
                  b"", CUTS, b"\x1b@seven\n\x1b@"):  # fmt: skip
        if piece:
            printer.feed(piece, 0.0)
        told.append(watch.lines())
    assert told == [
        ["one"], ["two"], [], ["half a line", "", "", "four"], ["five", CUT, "six"],
        [], [CUT], ["seven", TORN],
    ]  # fmt: skip


def test_receipts_and_pulses_are_told_once(printer, watch):
    assert (watch.receipts(), watch.kicks()) == ([], [])
    printer.feed((b"one\n" + CUTS + b"\x1bp\x00\x19\xfa") * 2, 0.0)
    assert [receipt.text() for receipt in watch.receipts()] == ["one\n", "one\n"]
    assert [kick.on_ms for kick in watch.kicks()] == [50, 50]
    assert (watch.receipts(), watch.kicks()) == ([], [])
    printer.feed(b"two\n" + CUTS, 0.0)
    assert [receipt.text() for receipt in watch.receipts()] == ["two\n"]


def test_of_more_receipts_than_a_printer_keeps_the_kept_ones_are_told(printer, watch):
    printer.feed((b"x\n" + CUTS) * 150, 0.0)
    assert len(watch.receipts()) == 150
    printer.feed((b"y\n" + CUTS) * 300, 0.0)
    assert [receipt.text() for receipt in watch.receipts()] == ["y\n"] * 200
