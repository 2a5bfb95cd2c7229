"""A scenario: what happens to a device in software, and when, written in a file.

One step a line, at seconds since the scenario began or after the step before::

    at 2.5 put 1.250                 what a person does at the device
    after 3 pull                     the cable, too
    after 5 plug
    fault on 57 delay 2 x3           a fault, from the step before on
    at 20 fault at byte 100 close

``#`` begins a comment. What faults can be written stands in `faults`, what a device can be made to
do it says itself.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Protocol

import anyio
import attrs

from posframe.errors import DataError
from posframe.hal.simulators.faults import Fault, parse_fault
from posframe.hal.uri import unknown_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from posframe.hal.simulators.simulator import Act

FORM = "at SECONDS ACT | after SECONDS ACT | fault FAULT, such as: at 2.5 put 1.250"
STEPS_MAX = 100_000
_LINE = re.compile(
    r"(?:(?P<how>at|after)\s+(?P<time>\d{1,6}(?:\.\d{1,3})?)\s*s?\s+|(?=fault\s))"
    r"(?P<act>\S+)(?:\s+(?P<rest>.*))?"
)
_CABLE = ("pull", "plug")


class Served(Protocol):
    """A device on a line: `serving.Line`, or the simulated transport."""

    def act(self, words: str) -> None:
        """Do what a person does at the device."""

    def pull(self) -> None:
        """Pull the cable."""

    def plug(self) -> None:
        """Put the cable back in."""

    def spoil(self, fault: Fault) -> None:
        """Let a fault strike from now on."""


@attrs.frozen
class Step:
    """One line of a scenario."""

    line: int
    """Its number in the file."""
    at_ms: int
    """Milliseconds since the scenario began."""
    words: str
    """What is done, as written."""
    fault: Fault | None = None


def parse_scenario(text: str, acts: Iterable[str] | None = None) -> tuple[Step, ...]:
    """Return the steps of a scenario for a device that knows ``acts``; None: any.

    Raises:
        DataError: a line is no step; names it and the valid form.
    """
    steps: list[Step] = []
    for at, raw in enumerate(text.splitlines(), start=1):
        line = raw.partition("#")[0].strip()
        if line:
            steps.append(_parsed(at, line, steps[-1].at_ms if steps else 0, acts))
    if len(steps) > STEPS_MAX:
        raise DataError(f"{len(steps)} steps are too many", hint=f"at most {STEPS_MAX}")
    return tuple(steps)


async def play(
    steps: Iterable[Step], line: Served, tell: Callable[[str], None] = lambda _words: None
) -> None:
    """Do the steps at their times, by the clock of the event loop; ``tell`` hears each.

    Raises:
        DataError: the device does not know what to do; names the line.
    """
    begun_s = anyio.current_time()
    for step in steps:
        await anyio.sleep_until(begun_s + step.at_ms / 1000)
        tell(step.words)
        try:
            do(line, step.words, step.fault)
        except DataError as error:
            raise DataError(f"Line {step.line}: {error.message}", hint=error.hint) from error


def do(line: Served, words: str, fault: Fault | None = None) -> None:
    """Do what ``words`` say to a device or its cable, or let a fault strike.

    Raises:
        DataError: there is no such act, or its words mean nothing.
    """
    name, _, rest = words.strip().partition(" ")
    if fault is not None or name == "fault":
        line.spoil(fault or parse_fault(rest.strip(), 1))
    elif name == "pull":
        line.pull()
    elif name == "plug":
        line.plug()
    else:
        try:
            line.act(words)
        except ValueError as error:  # a simulator of somebody else's that is less careful
            raise DataError(f"{words!r} means nothing: {error}", hint="see help") from error


def usages(acts: Iterable[Act]) -> tuple[str, ...]:
    """Return how everything is written that can be done to a device and its line."""
    return (*(act.usage for act in acts), "pull", "plug", "fault FAULT, as fault on 57 delay 2 x3")


def _parsed(at: int, line: str, before_ms: int, acts: Iterable[str] | None) -> Step:
    found = _LINE.fullmatch(line)
    if found is None:
        raise DataError(f"Step {line!r} in line {at} means nothing", hint=f"write {FORM}")
    at_ms = _milliseconds(found["time"] or "0")
    if found["how"] != "at":
        at_ms += before_ms
    if at_ms < before_ms:
        raise DataError(
            f"Step {line!r} in line {at} comes before the one above it",
            hint="put the lines in the order of their times",
        )
    name, rest = found["act"], (found["rest"] or "").strip()
    if name == "fault":
        return Step(at, at_ms, f"fault {rest}", parse_fault(rest, at))
    if acts is not None and name not in (known := (*acts, *_CABLE, "fault")):
        raise DataError(
            f"Step {line!r} in line {at}: this device knows no {name!r}",
            hint=unknown_name("it knows", name, known),
        )
    return Step(at, at_ms, f"{name} {rest}".strip())


def _milliseconds(text: str) -> int:
    whole, _, part = text.partition(".")
    return int(whole) * 1000 + int(part.ljust(3, "0") or "0")
