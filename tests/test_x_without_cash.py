"""An X tells the cash of a drawer to nobody who counts blind: on paper, screen and wire."""

from __future__ import annotations

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from posframe.kernel.domain.day_totals import opened
from posframe.kernel.domain.day_totals_report import BLIND, x_report
from posframe.kernel.domain.day_totals_rows import NamedTally
from posframe.kernel.domain.money import format_minor
from posframe.kernel.domain.receipt_content import Shop
from posframe.kernel.domain.receipt_layout import plain_text
from posframe.report_documents import document_of
from posframe.report_text import open_matters, report_lines
from posframe.script import Script
from tests.kernel.shop import open_till, write_settings
from tests.kernel.trading_day import days, traded
from tests.signing import PINS, open_signing_till, write_signing_settings

APPROVED = "42 730148"
SHOP = Shop(till="T01", store="Shop")


def text_of(totals, *, shows_cash):
    document = x_report(totals, SHOP, "2026-01-01", "2026-01-01 18:00", shows_cash=shows_cash)
    return plain_text(document, 48)


def traded_till(folder, *, signed_in, more=""):
    """A sale of 0.99 paid by 5.00, and 27.50 paid in: with the float of 150.00 that is 178.50.

    Cash is rounded to 0.05.
    """
    write_signing_settings(folder, more=more)
    till = open_signing_till(folder, path=folder / "till.db")
    script = Script(till)
    for line in ("99 / 1", "+", "5.00", ".in 27.50 milkman", f".approve {APPROVED} he pays"):
        script.line(line)
    assert till.state.drawer_minor == 15_000 + 100 + 2_750
    assert till.signing.sign_in(signed_in, PINS[signed_in]).accepted
    return till


def printed(till):
    """Type ``.x``; return the paper, blanks run together."""
    answer = Script(till).line(".x")
    assert answer["accepted"], answer
    job = [each for each in till.state.jobs.values() if each.kind == "report"][-1]
    return on_paper(till, job)


def on_paper(till, job):
    text = plain_text(document_of(till, job.subject), 48)
    return [" ".join(row.split()) for row in text.splitlines()]


CASH = ("150.00", "27.50", "178.50", "5.00", "4.00", "1.00")
"""Float, what was paid in, what should be there, handed over, change, kept."""


def test_a_supervisor_s_x_tells_no_amount_of_cash(tmp_path):
    with traded_till(tmp_path, signed_in="42") as till:
        rows = printed(till)
    assert BLIND in rows
    assert "GROSS 0.99" in rows
    assert "Cash 1" in rows, "how often is told"
    assert not [row for row in rows if any(amount in row for amount in CASH)]
    assert not [row for row in rows if row.startswith(("All tenders", "Float", "Expected"))]


def test_a_manager_s_x_tells_what_should_be_in_the_drawer(tmp_path):
    with traded_till(tmp_path, signed_in="7") as till:
        rows = printed(till)
    assert "Expected 178.50" in rows
    assert BLIND not in rows


def test_whoever_the_shop_lets_see_the_drawer_sees_it_on_an_x(tmp_path):
    allows = '\n[roles.supervisor]\nallow = { count_expected = "any" }\n'
    with traded_till(tmp_path, signed_in="42", more=allows) as till:
        assert "Expected 178.50" in printed(till)


def test_an_x_that_a_manager_approves_for_a_cashier_is_still_a_cashier_s(tmp_path):
    asks = '\n[roles.cashier]\nask = { x_report = "any" }\n'
    with traded_till(tmp_path, signed_in="17", more=asks) as till:
        script = Script(till)
        assert script.line(".x")["message"] == "An X report needs an approval"
        assert script.line(f".approve 7 {PINS['7']} look")["accepted"]
        (job,) = (each for each in till.state.jobs.values() if each.kind == "report")
        assert job.subject == "x"
        assert BLIND in on_paper(till, job)


def test_to_see_it_with_approval_is_not_to_see_it(tmp_path):
    asks = '\n[roles.supervisor]\nask = { count_expected = "any" }\n'
    with traded_till(tmp_path, signed_in="42", more=asks) as till:
        assert BLIND in printed(till)


def test_where_nobody_signs_in_an_x_tells_everything(tmp_path):
    write_settings(tmp_path)
    with open_till(tmp_path, path=tmp_path / "till.db") as till:
        script = Script(till)
        for line in ("99 / 1", "+", "5.00"):
            script.line(line)
        assert "Expected 151.00" in printed(till)


@pytest.mark.parametrize(("subject", "told"), [("x", False), ("x-open", True)])
def test_the_lines_of_a_screen_tell_what_their_subject_says(tmp_path, subject, told):
    with traded_till(tmp_path, signed_in="42") as till:
        text = "\n".join(report_lines(till, subject))
    assert ("178.50" in text) is told


@pytest.mark.parametrize(("number", "told"), [("17", None), ("42", None), ("7", 17_850)])
def test_a_script_is_told_the_drawer_as_an_x_tells_it(tmp_path, number, told):
    with traded_till(tmp_path, signed_in=number) as till:
        assert Script(till).line("@state")["state"]["drawer"] == told


@pytest.mark.parametrize("number", ["42", "7"])
def test_an_x_that_was_never_printed_is_carried_into_no_other_day(tmp_path, number):
    with traded_till(tmp_path, signed_in=number) as till:
        Script(till).line(".x")
        assert [each.kind for each in till.state.jobs.values()].count("report") == 1
        assert not [each for each in open_matters(till) if "report" in each.words]


OTHER = st.integers(-99_999, 99_999).filter(bool)


@given(day=days, more=OTHER)
@settings(max_examples=60)
def test_no_amount_of_cash_changes_an_x_without_cash(day, more):
    """Another float, other movements, counts and cash: the very same paper."""
    totals = traded(day).totals(totals=opened(700))
    other = attrs.evolve(
        totals,
        float_minor=totals.float_minor + more,
        brought_minor=totals.brought_minor + more,
        movements=tuple(attrs.evolve(each, minor=each.minor + more) for each in totals.movements),
        found=(*totals.found, NamedTally(name="cash", reason="short", count=1, minor=more)),
        differences=(NamedTally(name="cash", count=1, minor=more),),
        tenders=tuple(_with(each, more) for each in totals.tenders),
    )
    assert text_of(other, shows_cash=False) == text_of(totals, shows_cash=False)
    told = text_of(other, shows_cash=True)
    assert told != text_of(totals, shows_cash=True)
    assert format_minor(other.drawer_minor, 2) in told


def _with(tender, more):
    if not tender.is_cash:
        return tender
    return attrs.evolve(
        tender,
        taken_minor=tender.taken_minor + more,
        applied_minor=tender.applied_minor + more,
        given_back_minor=tender.given_back_minor - abs(more),
    )
