"""What the facts of one command prove about it, and no more: where they are silent it is unknown.

Only a command that came to its end with a status that says so is approved; only one that ended
with a readable refusal is declined. Whether it is *this* payment, its amount and its terminal is
for the kernel to match.
"""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING

from posframe_payments.zvt.facts import (
    Aborted,
    Acked,
    Completed,
    Intermediate,
    Lost,
    Noise,
    Refused,
    Status,
    StatusAnswered,
    TimedOut,
)
from posframe_payments.zvt.results import BUSY, REFUSALS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from posframe_payments.zvt.facts import Fact


class Outcome(enum.Enum):
    """What is proved."""

    APPROVED = "approved"
    PROVISIONAL = "provisional"
    """The terminal says approved, and has not come to its end."""
    DECLINED = "declined"
    REFUSED = "refused"
    """The terminal did not take the command: nothing was begun."""
    UNKNOWN = "unknown"


_END = Completed | Aborted | Refused | TimedOut | Lost


def outcome_of(facts: Iterable[Fact]) -> Outcome:
    """Return what the facts since a command was sent prove, up to its end."""
    heard = _until_end(facts)
    end = heard[-1] if heard else None
    if any(_spoils(each) for each in heard):
        return Outcome.UNKNOWN
    statuses = [each for each in heard if isinstance(each, Status)]
    if isinstance(end, Completed):
        outcome = _completed(statuses)
    elif isinstance(end, Aborted):
        outcome = _aborted(end, statuses)
    elif isinstance(end, Refused):
        begun = any(isinstance(each, Acked | Intermediate | Status) for each in heard)
        refused = end.code in REFUSALS and not begun
        return Outcome.REFUSED if refused else Outcome.UNKNOWN
    elif isinstance(end, TimedOut | Lost):
        return Outcome.UNKNOWN
    else:
        outcome = Outcome.PROVISIONAL if _all_approve(statuses) else Outcome.UNKNOWN
    # The end of an earlier command may come before the terminal has taken this one.
    taken = any(isinstance(each, Acked) for each in heard)
    return Outcome.UNKNOWN if outcome is Outcome.DECLINED and not taken else outcome


def result_of(facts: Iterable[Fact]) -> Status | None:
    """Return the last status up to the end of the command: amount, receipt, terminal."""
    statuses = [each for each in _until_end(facts) if isinstance(each, Status) and each.asked]
    return statuses[-1] if statuses else None


def has_completed(facts: Iterable[Fact]) -> bool:
    """Return whether a command without a result, such as a registration, came to its end."""
    heard = _until_end(facts)
    taken = any(isinstance(each, Acked) for each in heard)
    return taken and isinstance(heard[-1], Completed)


def _until_end(facts: Iterable[Fact]) -> list[Fact]:
    heard: list[Fact] = []
    for each in facts:
        heard.append(each)
        if isinstance(each, _END) and getattr(each, "asked", True):
            break
    return heard


def _spoils(fact: Fact) -> bool:
    """Tell whether a fact makes all others doubtful."""
    if isinstance(fact, Noise):
        return not fact.checked  # without a checksum, noise may have hidden or made a message
    if isinstance(fact, Status | Completed):
        return not fact.whole or not fact.asked
    # A wish to have it taken back may fail.
    return isinstance(fact, StatusAnswered) and not fact.keep


def _completed(statuses: list[Status]) -> Outcome:
    if not _agree(statuses):
        return Outcome.UNKNOWN
    if _all_approve(statuses):
        return Outcome.APPROVED
    return Outcome.DECLINED if statuses[-1].result is not None else Outcome.UNKNOWN


def _aborted(end: Aborted, statuses: list[Status]) -> Outcome:
    doubtful = end.code is None or end.code == 0 or end.code in BUSY
    refusing = all(each.result not in {None, 0} for each in statuses)
    return Outcome.DECLINED if refusing and not doubtful else Outcome.UNKNOWN


def _agree(statuses: list[Status]) -> bool:
    """Tell whether there is one result, however often it was said."""
    said = {(each.result, each.amount_minor, each.receipt, each.terminal) for each in statuses}
    return len(said) == 1


def _all_approve(statuses: list[Status]) -> bool:
    return bool(statuses) and _agree(statuses) and statuses[-1].approves
