"""The float as it is typed: what was told, where it may stand, and what becomes of a difference."""

from __future__ import annotations

import pytest

from posframe.exception_reading import read_findings
from posframe.exceptions.signs import SignKind
from posframe.kernel.domain import commands as cmd
from posframe.kernel.domain.receipt_layout import plain_text
from posframe.report_documents import document_of
from posframe.script import Script
from tests.kernel.shop import open_till, write_settings
from tests.test_shifts import done, refused

SEVERAL = '\n[shifts]\ndrawers = ["1", "2"]\nshared_drawer = false\nself_confirm = true\n'
ALONE = "\n[shifts]\nself_confirm = true\n"


def opened(folder, more, **ports):
    write_settings(folder, more=more)
    return open_till(folder, **ports)


def test_an_x_says_the_first_float_once_with_several_drawers(tmp_path):
    """cash.float is 150.00, and lies in drawer 1."""
    with opened(tmp_path, SEVERAL) as till:
        done(Script(till), ".shift open 1 3x50")
        assert till.state.drawer_minor == 15_000
        slip = plain_text(document_of(till, "x"), 48)
        assert "brought" not in slip
        assert [each.split() for each in slip.splitlines() if each.startswith("Expected")] == [
            ["Expected", "150.00"]
        ]


@pytest.mark.parametrize(
    "entry",
    [
        ".shift open 2 told=100.00 2x50",
        ".shift open 2 2x50 told=100.00",
        ".shift open 2 1x50 TOLD=100.00 5x10",
    ],
)
def test_what_was_told_may_stand_anywhere_in_the_line(tmp_path, entry):
    with opened(tmp_path, SEVERAL) as till:
        assert done(Script(till), entry)["message"] == "Shift 1 is open on drawer 2"
        shift = till.state.control.shifts[0]
        assert (shift.float_told_minor, shift.float_said_minor) == (10_000, 10_000)


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        (".shift open told= 3x50", "told= has no amount"),
        (".shift open 3x50 told=", "told= has no amount"),
        (".shift open told=1.00 told=2.00 3x50", "said twice"),
        (".shift open told=-5 3x50", "not below zero"),
        (".shift open told=-5", "not below zero"),
        (".shift open told=9999999999.99 3x50", "more than a drawer holds"),
        (".shift open 3x50 voucher=3.00", "'voucher=3.00' is no part of a float"),
        (".shift open 3x50 card=5", "'card=5' is no part of a float"),
    ],
)
def test_what_cannot_be_told_of_a_float_is_refused_and_nothing_has_happened(tmp_path, entry, words):
    with opened(tmp_path, SEVERAL) as till:
        state, script = till.state, Script(till)
        assert words in refused(script, entry)
        assert till.state is state
        assert script.session.counting is None


def signs_of_float(folder):
    return [
        each.kind
        for each in read_findings(folder / "till.db").signs
        if each.kind is SignKind.SUMS_DIFFER and "float" in each.tags
    ]


@pytest.mark.parametrize(("heaps", "found"), [("2x50", 1), ("3x50", 0)])
def test_a_float_that_somebody_took_of_is_a_sign_whatever_was_told(tmp_path, heaps, found):
    """150.00 were left. The control: who says 100.00 and finds all of it is missing nothing."""
    with opened(tmp_path, ALONE, path=str(tmp_path / "till.db")) as till:
        script = Script(till)
        done(script, ".shift open 3x50", ".shift end 3x50", ".shift confirm")
        done(script, f".shift open told=100.00 {heaps}", f".shift end {heaps}")
        if found:
            assert "A reason is missing: float" in refused(script, ".shift confirm")
            done(script, ".shift explain float not known")
        done(script, ".shift confirm")
    assert len(signs_of_float(tmp_path)) == found


def test_a_drawer_that_opens_to_give_cash_back_is_a_sign(tmp_path):
    """Or a cent paid and taken back would open it as a no-sale does, and nobody would know."""
    with opened(tmp_path, ALONE, path=str(tmp_path / "till.db")) as till:
        till.do(cmd.AddItem(code="LAMP"))
        till.do(cmd.Pay(type="cash", amount_minor=5))
        till.do(cmd.TakeBackTender())
        kicks = [each for each in till.state.jobs.values() if each.kind == "kick"]
        assert len(kicks) == 1
    kinds = [each.kind for each in read_findings(tmp_path / "till.db").signs]
    assert kinds == [SignKind.DRAWER_WITHOUT_SALE]
