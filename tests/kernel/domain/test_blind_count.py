"""Who counts is told nothing that should be there: neither how much nor which way it differs."""

from __future__ import annotations

import re

from hypothesis import assume, given
from hypothesis import strategies as st

from posframe.kernel.domain import commands as cmd
from posframe.kernel.domain.shift import ShiftRules
from tests.kernel.cash_desk import CashDesk, count

AMOUNTS = st.integers(0, 900_000)


@given(AMOUNTS, AMOUNTS, AMOUNTS, st.integers(0, 300), st.booleans())
def test_who_counts_is_never_told_what_should_be_there_nor_which_way_it_differs(
    opening, ended, again, limit, hands_over
):
    """No digit and no direction: words that are the same over and short."""
    told = []
    for counted, recounted in ((ended, again), (2 * opening - ended, 2 * opening - again)):
        assume(min(counted, recounted) >= 0)
        desk = CashDesk(rules=ShiftRules(reason_limit_minor=limit), float_minor=opening)
        said = [desk.opens(opening)]
        if hands_over:
            said.append(desk.do(cmd.HandOver(count=count(counted), to="bob")).partition(". ")[2])
        else:
            said.append(desk.ends(counted))
            said.append(desk.do(cmd.RecountShift(count=count(recounted))))
        told.append(said)
    assert told[0] == told[1], "over and short by as much sound the same"
    for words in told[0][1:]:
        assert not re.search(r"\d|over|short|less|more than", words)
