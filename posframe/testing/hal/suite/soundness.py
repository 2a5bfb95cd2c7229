"""What a driver may claim: less than the truth at times, never more.

A test cannot ask that the outcome equals the truth: a receipt that went out in one piece may have
been printed or not, and UNKNOWN is the honest word for it. What can be asked is that nobody is led
to print, sell or open twice, or to believe what did not happen.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from posframe.hal.facts import CardRefused, Overrun, ScanRejected, WireNoise
from posframe.hal.progress import Outcome
from posframe.hal.weights import Load, Reading
from posframe.testing.hal.suite.selection import INPUTS, PROMISING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from posframe.hal.facts import Fact
    from posframe.testing.hal.kit import Kit
    from posframe.testing.hal.suite.runs import Run

_HARMLESS = (WireNoise, ScanRejected, CardRefused, Overrun)


def unsound(kit: Kit, run: Run, good: Run) -> str:
    """Return what was claimed that is not so; empty: all is sound.

    Args:
        kit: the driver under test.
        run: an exchange that something was done to.
        good: the same exchange with nothing wrong.
    """
    if run.bug or run.effects > 1:
        return run.bug or f"one exchange happened {run.effects} times"
    device_class = kit.spec.device_class
    if device_class in PROMISING:
        return _false_promise(run)
    if device_class in INPUTS:
        return _invented(kit, run)
    if not _claims_success(run):
        return ""
    if isinstance(run.value, Reading):
        return _false_weight(run.value, good.value)
    return "" if run.effects else "it ended as if it were done, and nothing happened"


def facts_that_matter(facts: Iterable[Fact]) -> list[Fact]:
    """Return what something may come of: what was cut off is at most reported as rejected."""
    return [fact for fact in facts if not isinstance(fact, _HARMLESS)]


def _claims_success(run: Run) -> bool:
    return run.started and run.error is None and not run.cancelled


def _false_promise(run: Run) -> str:
    outcome = run.progress.outcome
    if _claims_success(run) and outcome in {Outcome.NOT_STARTED, Outcome.PARTIAL}:
        return f"it ended without an error, and its progress says {outcome.value}"
    if outcome is Outcome.NOT_STARTED and (run.effects or run.touched):
        return "it says that nothing was begun, and something happened"
    if outcome is Outcome.PARTIAL and run.effects:
        return "it says that only a part was done, and all of it happened"
    if outcome is Outcome.DONE and not run.effects:
        return "it says that it is done, and it did not happen"
    return ""


def _false_weight(reading: Reading, true: Reading) -> str:
    if reading.load is Load.STABLE and reading.weight != true.weight:
        return f"it sells {reading.weight} where {true.weight} lies on the scale"
    return ""


def _invented(kit: Kit, run: Run) -> str:
    meant = facts_that_matter(run.facts)
    if meant != facts_that_matter(kit.expected)[: len(meant)]:
        return f"it made up {meant}"
    return ""
