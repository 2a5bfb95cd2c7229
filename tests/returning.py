"""Commands at a till that are taken, or refused with the next step."""

from __future__ import annotations

from posframe.kernel.domain import commands as cmd

DAY_US = 86_400_000_000


def done(till, command):
    outcome = till.do(command)
    assert outcome.accepted, f"{command}: {outcome.words}"
    return outcome


def refused(till, command):
    before = till.state
    outcome = till.do(command)
    assert not outcome.accepted
    assert outcome.hint, "a refusal says what to do next"
    assert till.state == before
    return f"{outcome.words} | {outcome.hint}"


def sell(till, *codes, tender=None, **keyed):
    for code in codes:
        weight = {"weighed_milli": 333} if code == "HAM" else {}
        done(till, cmd.AddItem(code=code, **weight, **keyed))
    done(till, cmd.Pay(type="cash", amount_minor=tender))
    return till.state.last.receipt_number
